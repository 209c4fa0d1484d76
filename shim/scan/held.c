/* SPDX-License-Identifier: MIT
 *
 * A list of records, of which those with advice are kept whole and the others as the
 * text that they will be.  Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/held.h"
#include "scan/kept.h"

struct held {
	struct held *next;
	struct kept *kept; /* NULL: text is the whole record */
	size_t length;
	char text[];
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
	struct kept *kept = kept_new(extension, range);
	struct held *held = kept ? append(list, "", 0) : NULL;

	if (!held) {
		kept_free(kept);
		return false;
	}
	held->kept = kept;
	return true;
}

static void write_record(FILE *output, const struct record_extension *extension)
{
	char record[RECORD_SIZE_MAX + 1];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, record, sizeof(record));
	record_extension(&buf, RECORD_JSONL, extension);
	fwrite(buf.data, 1, buf.length, output);
}

void held_write(struct held_list *list, FILE *output)
{
	struct asked asked = {.root = ""};

	for (struct held *held = list->first; held; held = held->next) {
		if (held->kept)
			write_record(output, kept_extension(held->kept, &asked));
		else
			fwrite(held->text, 1, held->length, output);
	}
	held_free(list);
}

void held_visit(struct held_list *list,
		void (*visit)(void *context, const struct record_extension *extension),
		void *context)
{
	struct asked asked = {.root = ""};

	for (struct held *held = list->first; held; held = held->next)
		if (held->kept)
			visit(context, kept_extension(held->kept, &asked));
	held_free(list);
}

void held_free(struct held_list *list)
{
	while (list->first) {
		struct held *next = list->first->next;

		kept_free(list->first->kept);
		free(list->first);
		list->first = next;
	}
	list->last = NULL;
}
