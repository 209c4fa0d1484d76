/* SPDX-License-Identifier: MIT
 *
 * The members of a zip file, by its central directory.  Strict: each offset and size
 * is checked before it is used, and a file that readers could take for two different
 * things (something before, between or behind its parts, counts and names that
 * contradict) is refused.  Knows zip64; not encryption, and not files in several parts.
 */
#ifndef NPABI_SCAN_ZIP_H
#define NPABI_SCAN_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"

/* Larger directories are refused: this one has room for 200,000 members. */
#define ZIP_DIRECTORY_MAX (16u << 20)

enum zip_fault {
	ZIP_FINE,
	/* of the file */
	ZIP_NO_END,		 /* no end record */
	ZIP_END_CORRUPT,	 /* it contradicts the file */
	ZIP_IN_PARTS,		 /* one of several files */
	ZIP_DIRECTORY_TOO_LARGE, /* above ZIP_DIRECTORY_MAX */
	ZIP_DIRECTORY_CORRUPT,	 /* an entry contradicts the rest */
	ZIP_UNREADABLE,		 /* it was there, and cannot be read any more */
	/* of a member */
	ZIP_ENCRYPTED,
	ZIP_METHOD,	 /* neither stored nor deflated */
	ZIP_CONTRADICTS, /* the header before the data is not the directory's */
	ZIP_OUTSIDE,	 /* the data are not where the directory says */
	ZIP_TOO_LARGE,	 /* see zip_unpack.h */
	ZIP_BOMB,
	ZIP_CORRUPT, /* the packed data make no sense */
	ZIP_SIZE,    /* they have another size than the directory says */
	ZIP_CRC,     /* and another check sum */
	ZIP_NO_MEMORY,
	ZIP_FAULT_MAX
};

/* The methods of packing that are known. */
enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

struct zip {
	struct npabi_source *source; /* borrowed */
	const uint8_t *directory;    /* in the source */
	uint64_t directory_offset;
	size_t directory_size;
};

struct zip_member {
	const char *name; /* in the directory, without a NUL after it */
	size_t name_length;
	uint16_t flags, method;
	uint32_t crc;
	uint64_t packed, unpacked; /* sizes, as the directory tells them */
	uint64_t header;	   /* offset of the header before the data */
};

/*
 * Reads the directory of the zip file behind SOURCE, which must outlive *ZIP, and
 * checks all of it.  There is nothing to close.
 */
enum zip_fault zip_open(struct zip *zip, struct npabi_source *source);

/*
 * Gives the member at *POSITION, which is 0 for the first one, and moves *POSITION to
 * the next.  False: there are no more.
 */
bool zip_next(const struct zip *zip, size_t *position, struct zip_member *member_);

/*
 * Finds the packed data of MEMBER, member->packed bytes at *OFFSET_, which lie before
 * the directory.
 */
enum zip_fault zip_locate(const struct zip *zip, const struct zip_member *member,
			  uint64_t *offset_);

/* A clause fit to follow "PATH: not analysed: "; static storage, never NULL. */
const char *zip_fault_text(enum zip_fault fault);

#endif
