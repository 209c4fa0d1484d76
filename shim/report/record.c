/* SPDX-License-Identifier: MIT
 *
 * One record in the form that is wanted: makes the room, keeps errno, and
 * leaves the words to record_text.c and record_json.c.  Called by both front
 * ends.
 */
#include <errno.h>

#include "report/record.h"
#include "report/record_forms.h"

/*
 * The part of BUF that a record may fill.  A record of its own size limit is
 * the same thing as a buffer that ends there.
 */
static struct npabi_textbuf open_part(struct npabi_textbuf *buf)
{
	size_t room = buf->capacity - buf->length;
	struct npabi_textbuf part;

	if (room > RECORD_SIZE_MAX + 1)
		room = RECORD_SIZE_MAX + 1;
	npabi_textbuf_init(&part, buf->data + buf->length, room);
	return part;
}

static void close_part(struct npabi_textbuf *buf, const struct npabi_textbuf *part)
{
	buf->length += part->length;
	buf->truncated |= part->truncated;
}

void record_extension(struct npabi_textbuf *buf, enum record_format format,
		      const struct record_extension *extension)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	if (format == RECORD_JSONL)
		record_json_extension(&part, extension);
	else
		record_text_extension(&part, extension);
	close_part(buf, &part);
	errno = saved_errno;
}

void record_refusal(struct npabi_textbuf *buf, const struct record_extension *extension)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	record_text_refusal(&part, extension);
	close_part(buf, &part);
	errno = saved_errno;
}

void record_start(struct npabi_textbuf *buf, enum record_format format,
		  const char *python, const char *hooked)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	if (format == RECORD_JSONL)
		record_json_start(&part, python, hooked);
	else
		record_text_start(&part, python, hooked);
	close_part(buf, &part);
	errno = saved_errno;
}

void record_numpy(struct npabi_textbuf *buf, enum record_format format,
		  const struct runtime *runtime)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	if (format == RECORD_JSONL)
		record_json_numpy(&part, runtime);
	else
		record_text_numpy(&part, runtime);
	close_part(buf, &part);
	errno = saved_errno;
}

void record_outcome(struct npabi_textbuf *buf, enum record_format format,
		    const char *path, const struct outcome *outcome)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	if (format == RECORD_JSONL)
		record_json_outcome(&part, path, outcome);
	else
		record_text_outcome(&part, path, outcome);
	close_part(buf, &part);
	errno = saved_errno;
}

unsigned record_summary(struct npabi_textbuf *buf, enum record_format format,
			const struct record_summary *summary, unsigned first)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;
	unsigned next;

	if (format == RECORD_JSONL)
		next = record_json_summary(&part, summary, first);
	else
		next = record_text_summary(&part, summary, first);
	close_part(buf, &part);
	errno = saved_errno;
	return next;
}

void record_note(struct npabi_textbuf *buf, enum record_format format, const char *path,
		 const char *reason)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	if (format == RECORD_JSONL)
		record_json_note(&part, path, reason, false);
	else
		record_text_note(&part, path, reason);
	close_part(buf, &part);
	errno = saved_errno;
}

void record_known_note(struct npabi_textbuf *buf, const char *path, const char *reason)
{
	struct npabi_textbuf part = open_part(buf);
	int saved_errno = errno;

	record_json_note(&part, path, reason, true);
	close_part(buf, &part);
	errno = saved_errno;
}
