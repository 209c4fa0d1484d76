/* SPDX-License-Identifier: MIT
 *
 * Where bytes come from: a file that is read piece by piece as it is asked
 * for, or memory that somebody else holds.  A file is never mapped: a file
 * that is cut short under a mapping kills the process that reads it, and this
 * code runs in other people's processes.  Instead a region of the file's size
 * is reserved, and the blocks asked for are read into it, once each.
 */
#ifndef NPABI_BASE_SOURCE_H
#define NPABI_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct npabi_source {
	uint8_t *bytes;	     /* the shadow region, or the caller's memory */
	uint64_t size;	     /* length of the file or memory in bytes */
	uint8_t *loaded;     /* one bit a block; NULL: all of bytes is there */
	int fd;		     /* -1 for memory */
	uint64_t bytes_read; /* read from the file so far, for figures */
	uint64_t read_calls; /* in how many system calls, for figures */

	size_t reserved;	  /* length of the shadow region and the bits */
	int64_t changed_seconds;  /* time of the last change, as it was at open */
	int64_t changed_fraction; /* its nanoseconds */
};

/*
 * Opens PATH for piecewise reading.  On success the caller owns the source and
 * must close it; on failure there is nothing to close and, for
 * NPABI_CANNOT_OPEN, errno is set.  Regular files only, of at least one byte
 * (else NPABI_NOT_A_FILE, NPABI_EMPTY); never waits for a pipe's other end.
 * Thread-safe on different sources.
 */
enum npabi_status npabi_source_open(struct npabi_source *source, const char *path);

/* Makes a source of SIZE bytes at DATA, which must outlive it.  Cannot fail. */
void npabi_source_from_memory(struct npabi_source *source, const void *data, size_t size);

/*
 * Gives the LENGTH bytes at OFFSET, or NULL when they do not lie inside the
 * source or can no longer be read.  Valid until the source is closed.
 */
const uint8_t *npabi_source_view(struct npabi_source *source, uint64_t offset,
				 size_t length);

/*
 * Gives back the memory of what was read of the LENGTH bytes at OFFSET: views of them
 * are no longer valid, and what is asked for again is read again.  Pages that hold
 * other bytes too are kept.  Nothing happens to memory that somebody else holds.
 */
void npabi_source_forget(struct npabi_source *source, uint64_t offset, uint64_t length);

/*
 * Has the file been written to or resized since it was opened?  Then what was
 * read of it may be of two states.  False for memory.  A file that was only
 * replaced under its name has not changed: the old one is still open.
 */
bool npabi_source_changed(const struct npabi_source *source);

/* Releases everything; harmless on a zeroed or closed source. */
void npabi_source_close(struct npabi_source *source);

#endif
