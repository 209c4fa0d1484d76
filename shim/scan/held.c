/* SPDX-License-Identifier: MIT
 *
 * A list of records, of which those with advice are kept whole (50 KB each) and
 * the others as the text that they will be.  Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/held.h"

/* A record that is still to be made. */
struct held_record {
	struct record_extension extension; /* points to what follows */
	const struct common_range *range;  /* NULL: not known */
	struct facts facts;
	struct owner owner;
	struct verdict verdict;
};

struct held {
	struct held *next;
	struct held_record *record; /* NULL: text is the whole record */
	size_t length;
	char text[]; /* or the path of what is still to be made */
};

static struct held *append(struct held_list *list, const char *text, size_t length)
{
	struct held *held = calloc(1, sizeof(*held) + length + 1);

	if (!held)
		return NULL;
	held->length = length;
	memcpy(held->text, text, length);
	if (!list->last)
		list->last = &list->first;
	*list->last = held;
	list->last = &held->next;
	return held;
}

bool held_add_text(struct held_list *list, const char *text, size_t length)
{
	return append(list, text, length) != NULL;
}

bool held_add(struct held_list *list, const struct record_extension *extension,
	      const struct common_range *range)
{
	struct held_record *record = malloc(sizeof(*record));
	struct held *held;

	if (!record)
		return false;
	held = append(list, extension->path, strlen(extension->path));
	if (!held) {
		free(record);
		return false;
	}
	held->record = record;
	record->range = range;
	record->facts = *extension->facts;
	record->owner = *extension->owner;
	record->verdict = *extension->verdict;
	record->extension = *extension;
	record->extension.path = held->text;
	record->extension.facts = &record->facts;
	record->extension.owner = &record->owner;
	record->extension.verdict = &record->verdict;
	return true;
}

/* Gives RECORD to VISIT, with what is known of its neighbours by now. */
static void visit_record(struct held_record *record,
			 void (*visit)(void *, const struct record_extension *),
			 void *context)
{
	struct record_set set;

	/* alone, an extension has its own range */
	if (record->range && record->range->count > 1) {
		set = common_range_describe(record->range);
		record->extension.set = &set;
	}
	visit(context, &record->extension);
}

static void write_record(void *output, const struct record_extension *extension)
{
	char record[RECORD_SIZE_MAX + 1];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, record, sizeof(record));
	record_extension(&buf, RECORD_JSONL, extension);
	fwrite(buf.data, 1, buf.length, output);
}

void held_write(struct held_list *list, FILE *output)
{
	for (struct held *held = list->first; held; held = held->next) {
		if (held->record)
			visit_record(held->record, write_record, output);
		else
			fwrite(held->text, 1, held->length, output);
	}
	held_free(list);
}

void held_visit(struct held_list *list,
		void (*visit)(void *context, const struct record_extension *extension),
		void *context)
{
	for (struct held *held = list->first; held; held = held->next) {
		if (held->record)
			visit_record(held->record, visit, context);
	}
	held_free(list);
}

void held_free(struct held_list *list)
{
	while (list->first) {
		struct held *next = list->first->next;

		free(list->first->record);
		free(list->first);
		list->first = next;
	}
	list->last = NULL;
}
