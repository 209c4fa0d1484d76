/* SPDX-License-Identifier: MIT
 *
 * Reading the metadata of installed distributions.  The files may be anything:
 * a device, a FIFO, gigabytes of garbage.  Only regular ones are read, up to a
 * limit, a line at a time.
 */
#ifndef NPABI_FACTS_OWNER_METADATA_H
#define NPABI_FACTS_OWNER_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/owner.h"

/* Gets one line without its end; false stops the reading. */
typedef bool owner_line_handler(void *context, const char *line, size_t length);

enum owner_file {
	OWNER_FILE_ABSENT,
	OWNER_FILE_READ, /* all of it, or as much as the handler wanted */
	OWNER_FILE_BAD	 /* not a regular file, too large, unreadable */
};

/*
 * Hands each line of the file at PATH to HANDLER, at most SIZE_MAX bytes in all;
 * lines of more than 16 KiB are left out.
 */
enum owner_file owner_each_line(const char *path, uint64_t size_max,
				owner_line_handler *handler, void *context);

/*
 * The first field of a line of RECORD (CSV): its length, and where it is in
 * *FIELD_, without a NUL after it.  A quoted one is put together in SCRATCH, of
 * SIZE bytes; 0 when it does not fit there.
 */
size_t owner_record_field(const char *line, size_t length, char *scratch, size_t size,
			  const char **field_);

/*
 * Reads Name and Version from the headers of the METADATA or PKG-INFO file at
 * PATH.  False, and both "", when there is no sound name.
 */
bool owner_read_headers(const char *path, struct owner *owner_);

/* The same from the SIZE bytes of such a file at TEXT. */
bool owner_parse_headers(const char *text, size_t size, struct owner *owner_);

#endif
