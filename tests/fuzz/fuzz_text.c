/* SPDX-License-Identifier: MIT
 *
 * Any bytes as installed metadata and as text to be logged: whatever comes in,
 * a record stays one line of UTF-8 without controls.  The entry point of
 * libFuzzer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "facts/owner_metadata.h"
#include "facts/owner_place.h"
#include "report/escape.h"
#include "report/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts unless TEXT is UTF-8 without anything that a terminal would obey. */
static void check_clean(const char *text)
{
	while (*text) {
		uint32_t code;

		text += escape_next(text, &code);
		if (code == ESCAPE_INVALID || escape_is_control(code))
			abort();
	}
}

static bool take_line(void *context, const char *line, size_t length)
{
	char scratch[64], module[64];
	const char *field;
	size_t used = owner_record_field(line, length, scratch, sizeof(scratch), &field);

	(void)context;
	if (!used || used >= sizeof(scratch) || memchr(field, '\0', used))
		return true;
	memmove(scratch, field, used);
	scratch[used] = '\0';
	owner_module_name(scratch, module, sizeof(module));
	return true;
}

static void read_as_metadata(const uint8_t *data, size_t size)
{
	int fd = memfd_create("metadata", MFD_CLOEXEC);
	struct owner owner = {0};
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	owner_read_headers(path, &owner);
	owner_each_line(path, 1 << 20, take_line, NULL);
	close(fd);
}

/* In a buffer of any size, which cuts the text anywhere. */
static void log_as_text(const char *string, size_t room)
{
	static char text[8192];
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, text, sizeof(text));
	escape_text(&buf, string);
	if (!buf.truncated)
		check_clean(text);
	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
	json.clip = room;
	json_string(&json, string);
	if (!buf.truncated)
		check_clean(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *string = strndup((const char *)data, size);

	if (!string)
		return 0;
	read_as_metadata(data, size);
	log_as_text(string, size ? data[0] : 0);
	free(string);
	return 0;
}
