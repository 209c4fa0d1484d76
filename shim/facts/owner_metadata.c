/* SPDX-License-Identifier: MIT
 *
 * Lines out of metadata files, the RECORD's first field, and the two headers
 * that matter.  It never trusts a size or a type that it has not asked the
 * kernel for.  Called by owner_index.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts/owner_metadata.h"

#define BUFFER_SIZE 16384
#define HEADERS_MAX 65536

/* The state of reading one file. */
struct lines {
	owner_line_handler *handler;
	void *context;
	bool stopped;  /* by the handler */
	bool skipping; /* the line at the start of the buffer is too long */
	size_t length; /* of what is in the buffer */
	char buffer[BUFFER_SIZE];
};

static int open_regular(const char *path)
{
	/* O_NONBLOCK: opening a FIFO would wait for somebody who writes to it */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	/* by number, as the symbol of fstat() is too new for old systems */
	if (syscall(SYS_fstat, fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

static void give_line(struct lines *lines, const char *line, size_t length)
{
	if (length && line[length - 1] == '\r')
		length--;
	if (!lines->skipping)
		lines->stopped = !lines->handler(lines->context, line, length);
	lines->skipping = false;
}

/* Hands out the whole lines in the buffer and moves the rest to its start. */
static void give_lines(struct lines *lines)
{
	char *start = lines->buffer, *end = start + lines->length;
	char *newline;

	while (!lines->stopped &&
	       (newline = memchr(start, '\n', (size_t)(end - start))) != NULL) {
		give_line(lines, start, (size_t)(newline - start));
		start = newline + 1;
	}
	lines->length = (size_t)(end - start);
	if (lines->length == BUFFER_SIZE) {
		lines->skipping = true;
		lines->length = 0;
	}
	memmove(lines->buffer, start, lines->length);
}

static bool read_lines(struct lines *lines, int fd, uint64_t size_max)
{
	uint64_t total = 0;

	while (!lines->stopped) {
		ssize_t step = read(fd, lines->buffer + lines->length,
				    BUFFER_SIZE - lines->length);

		if (step < 0 && errno == EINTR)
			continue;
		if (step <= 0) {
			if (lines->length)
				give_line(lines, lines->buffer, lines->length);
			return step == 0;
		}
		total += (uint64_t)step;
		if (total > size_max)
			return false;
		lines->length += (size_t)step;
		give_lines(lines);
	}
	return true;
}

enum owner_file owner_each_line(const char *path, uint64_t size_max,
				owner_line_handler *handler, void *context)
{
	struct lines lines;
	int fd = open_regular(path);
	bool complete;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? OWNER_FILE_ABSENT
							   : OWNER_FILE_BAD;
	/* not the buffer: clearing it would cost more than reading a small file */
	lines.handler = handler;
	lines.context = context;
	lines.stopped = lines.skipping = false;
	lines.length = 0;
	complete = read_lines(&lines, fd, size_max);
	close(fd);
	return complete ? OWNER_FILE_READ : OWNER_FILE_BAD;
}

/* A quoted field, LINE being what follows its first quote. */
static size_t unquote(const char *line, size_t length, char *field, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '"' && (i + 1 == length || line[++i] != '"'))
			break;
		if (used == size)
			return 0;
		field[used++] = line[i];
	}
	return used;
}

size_t owner_record_field(const char *line, size_t length, char *scratch, size_t size,
			  const char **field_)
{
	const char *comma;

	if (length && line[0] == '"') {
		*field_ = scratch;
		return unquote(line + 1, length - 1, scratch, size);
	}
	*field_ = line;
	comma = memchr(line, ',', length);
	return comma ? (size_t)(comma - line) : length;
}

/* Copies VALUE, without blanks around it; leaves OUT alone unless it is sound. */
static void copy_value(const char *value, size_t length, char *out, size_t size)
{
	while (length && (*value == ' ' || *value == '\t')) {
		value++;
		length--;
	}
	while (length && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		length--;
	if (!length || length >= size)
		return;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return;
	}
	memcpy(out, value, length);
	out[length] = '\0';
}

static bool take_header(void *context, const char *line, size_t length)
{
	struct owner *owner = context;

	if (!length)
		return false; /* the description follows */
	if (length > 5 && strncasecmp(line, "Name:", 5) == 0 && !owner->distribution[0])
		copy_value(line + 5, length - 5, owner->distribution,
			   sizeof(owner->distribution));
	if (length > 8 && strncasecmp(line, "Version:", 8) == 0 && !owner->version[0])
		copy_value(line + 8, length - 8, owner->version, sizeof(owner->version));
	return !owner->distribution[0] || !owner->version[0];
}

/* A version without a name is of nobody's. */
static bool has_name(struct owner *owner)
{
	if (!owner->distribution[0])
		owner->version[0] = '\0';
	return owner->distribution[0] != '\0';
}

bool owner_read_headers(const char *path, struct owner *owner_)
{
	owner_->distribution[0] = owner_->version[0] = '\0';
	owner_each_line(path, HEADERS_MAX, take_header, owner_);
	return has_name(owner_);
}

bool owner_parse_headers(const char *text, size_t size, struct owner *owner_)
{
	const char *end = text + (size < HEADERS_MAX ? size : HEADERS_MAX);
	bool wanted = true;

	owner_->distribution[0] = owner_->version[0] = '\0';
	while (wanted && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		size_t length = (size_t)(stop - text);

		if (length && text[length - 1] == '\r')
			length--;
		wanted = take_header(owner_, text, length);
		text = newline ? newline + 1 : end;
	}
	return has_name(owner_);
}
