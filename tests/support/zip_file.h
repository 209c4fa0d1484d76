/* SPDX-License-Identifier: MIT
 *
 * A zip file in memory, made by the format's description, with the places of its
 * records for who wants to damage them.
 */
#ifndef NPABI_TESTS_ZIP_FILE_H
#define NPABI_TESTS_ZIP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZIP_FILE_MAX	 (1 << 18)
#define ZIP_FILE_MEMBERS 8

struct zip_file {
	uint8_t bytes[ZIP_FILE_MAX];
	size_t size;
	unsigned count;
	/* of each member: offsets of its header, its data and its entry */
	size_t header[ZIP_FILE_MEMBERS], data[ZIP_FILE_MEMBERS], entry[ZIP_FILE_MEMBERS];
	size_t directory, end64, locator,
		end; /* end64, locator: 0 where there are none */
	/* of each member, until the file is ended */
	const char *name[ZIP_FILE_MEMBERS];
	size_t length[ZIP_FILE_MEMBERS];
	bool deflated[ZIP_FILE_MEMBERS];
};

/* Starts a file with no members. */
void zip_file_begin(struct zip_file *file);

/* Adds a member, either as it is or deflated (to one block without compression). */
void zip_file_add(struct zip_file *file, const char *name, const char *text,
		  bool deflated);

/* Adds the directory and the end records; LARGE: all numbers in those of zip64. */
void zip_file_finish(struct zip_file *file, bool large);

/* Writes a number of WIDTH bytes at OFFSET of the file. */
void zip_file_put(struct zip_file *file, size_t offset, unsigned width, uint64_t value);

#endif
