/* SPDX-License-Identifier: MIT
 *
 * One case for each form; the forms themselves are in files of their own.  Called by
 * scan.c.
 */
#include <errno.h>

#include "scan/output.h"

bool output_open(struct output *output, const struct scan_arguments *arguments,
		 const struct targets *targets)
{
	const char *name = arguments->output;

	output->arguments = arguments;
	output->targets = targets;
	if (arguments->format == SCAN_HTML && !(output->page = html_scan_new(targets)))
		return false;
	output->file = name ? fopen(name, "we") : stdout;
	if (!output->file)
		return false;
	output->colour = rows_want_colour(output->file);
	if (arguments->format == SCAN_SARIF)
		sarif_start(&output->sarif, output->file, arguments->baseline != NULL);
	return true;
}

bool output_wants_all(const struct output *output)
{
	enum scan_format format = output->arguments->format;

	return format == SCAN_JSONL || format == SCAN_HTML ||
	       (format == SCAN_TEXT && output->arguments->all);
}

void output_begin_file(struct output *output, bool is_wheel)
{
	output->in_wheel = is_wheel;
}

void output_end_file(struct output *output)
{
	held_write(&output->held_by_wheel, output->file);
}

/* The list in which the records of the file at hand wait. */
static struct held_list *list_at_hand(struct output *output)
{
	return output->in_wheel ? &output->held_by_wheel : &output->held;
}

/* Without memory, a record out of its order is better than none. */
static void hold_text(struct output *output, const struct npabi_textbuf *buf)
{
	if (!held_add_text(list_at_hand(output), buf->data, buf->length))
		fwrite(buf->data, 1, buf->length, output->file);
}

static void hold_note(struct output *output, const struct reading *reading, bool known)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, output->record, sizeof(output->record));
	if (known)
		record_known_note(&buf, reading->path, reading->reason);
	else
		record_note(&buf, RECORD_JSONL, reading->path, reading->reason);
	hold_text(output, &buf);
}

void output_remark(struct output *output, const struct reading *reading)
{
	switch (output->arguments->format) {
	case SCAN_TEXT:
		rows_print_remark(output->file, reading->path, reading->reason);
		break;
	case SCAN_JSONL:
		hold_note(output, reading, false);
		break;
	case SCAN_HTML:
		html_scan_add_remark(output->page, reading->path, reading->reason);
		break;
	case SCAN_SARIF: /* it is no result, and stops nothing */
		break;
	}
}

void output_unread(struct output *output, const struct reading *reading, bool known)
{
	const char *path = reading->path, *reason = reading->reason;

	switch (output->arguments->format) {
	case SCAN_TEXT:
		rows_print_unread(output->file, path, reason, known);
		break;
	case SCAN_JSONL:
		hold_note(output, reading, known);
		break;
	case SCAN_SARIF:
		sarif_unread(&output->sarif, path, reason, known);
		break;
	case SCAN_HTML:
		html_scan_add_unread(output->page, path, reason, known);
		break;
	}
}

static void hold_record(struct output *output, const struct record_extension *extension,
			const struct common_range *range)
{
	struct npabi_textbuf buf;

	if (extension->verdict->advice_count &&
	    held_add(list_at_hand(output), extension, range))
		return;
	npabi_textbuf_init(&buf, output->record, sizeof(output->record));
	record_extension(&buf, RECORD_JSONL, extension);
	hold_text(output, &buf);
}

bool output_extension(struct output *output, const struct record_extension *extension,
		      const struct common_range *range)
{
	switch (output->arguments->format) {
	case SCAN_TEXT:
		return groups_add(&output->groups, extension, range);
	case SCAN_SARIF:
		return sarif_add(&output->sarif, extension, range);
	case SCAN_HTML:
		return html_scan_add(output->page, extension, output->beside, range);
	case SCAN_JSONL:
		break;
	}
	hold_record(output, extension, range);
	return true;
}

void output_finish(struct output *output, const struct tally *tally, bool success,
		   bool empty)
{
	switch (output->arguments->format) {
	case SCAN_TEXT:
		groups_print(&output->groups, output->file, output->colour);
		if (success || !empty)
			rows_print_summary(output->file, tally, output->targets);
		break;
	case SCAN_JSONL:
		held_write(&output->held, output->file);
		break;
	case SCAN_SARIF:
		sarif_finish(&output->sarif, success);
		break;
	case SCAN_HTML:
		html_scan_write(output->page, output->file, output->arguments->paths,
				tally);
		break;
	}
}

bool output_close(struct output *output)
{
	bool failed = fflush(output->file) != 0 || ferror(output->file);
	int error = errno;

	if (output->arguments->output)
		fclose(output->file);
	errno = error;
	return !failed;
}

void output_free(struct output *output)
{
	html_scan_free(output->page);
	groups_free(&output->groups);
	held_free(&output->held);
	held_free(&output->held_by_wheel);
}
