/* SPDX-License-Identifier: MIT
 *
 * A list of records, of which those with advice are kept whole (50 KB each) and
 * the others as the text that they will be.  Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "scan/held.h"

/* A record that is still to be made. */
struct held_record {
	struct record_extension extension; /* points to what follows */
	const struct common_range *range;  /* NULL: not known */
	struct facts facts;
	struct owner owner;
	struct verdict verdict;
	char python[COMMAND_PYTHON_MAX];
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
	snprintf(record->python, sizeof(record->python), "%s",
		 extension->python ? extension->python : "");
	record->extension = *extension;
	record->extension.path = held->text;
	record->extension.facts = &record->facts;
	record->extension.owner = &record->owner;
	record->extension.verdict = &record->verdict;
	record->extension.python = record->python;
	return true;
}

static void write_record(struct held_record *held, FILE *output)
{
	char record[RECORD_SIZE_MAX + 1];
	struct record_set set;
	struct npabi_textbuf buf;

	/* alone, an extension has its own range */
	if (held->range && held->range->count > 1) {
		set = common_range_describe(held->range);
		held->extension.set = &set;
	}
	npabi_textbuf_init(&buf, record, sizeof(record));
	record_extension(&buf, RECORD_JSONL, &held->extension);
	fwrite(buf.data, 1, buf.length, output);
}

void held_write(struct held_list *list, FILE *output)
{
	for (struct held *held = list->first; held; held = held->next) {
		if (held->record)
			write_record(held->record, output);
		else
			fwrite(held->text, 1, held->length, output);
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
