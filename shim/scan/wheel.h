/* SPDX-License-Identifier: MIT
 *
 * What there is to read in a wheel: its extensions, and who it is.
 */
#ifndef NPABI_SCAN_WHEEL_H
#define NPABI_SCAN_WHEEL_H

#include "facts/owner.h"
#include "scan/zip_unpack.h"

struct wheel_member {
	struct zip_member packed;
	bool repeated; /* its name is there more than once; this is the last one */
};

struct wheel {
	struct zip zip;
	struct owner owner; /* of all that is in it; module "" */
	const char *remark; /* why owner is not from METADATA; NULL: it is */
	uint64_t unpacked;  /* bytes so far, against bombs */
	/* the shared objects, sorted by name */
	size_t count;
	struct wheel_member *members;
};

/*
 * Opens the wheel at PATH, whose bytes are those of SOURCE, which must outlive
 * *WHEEL; UNPACKER as zip_unpack has it.  On success the caller owes wheel_close.
 */
enum zip_fault wheel_open(struct wheel *wheel, struct npabi_source *source,
			  const char *path, struct zip_unpacker *unpacker);

/*
 * Gives the bytes of MEMBER, as zip_unpack does; a wheel of which all together would
 * be a bomb is one, too.
 */
enum zip_fault wheel_unpack(struct wheel *wheel, struct zip_unpacker *unpacker,
			    const struct wheel_member *member, struct npabi_span *bytes_);

/* "WHEEL!MEMBER" for records, on the heap; NULL: no memory. */
char *wheel_join(const char *path, const struct wheel_member *member);

/*
 * Would MEMBER, the second part of a joined path, be put outside of the directory that
 * wheels are unpacked to?
 */
bool wheel_leads_out(const char *member);

/*
 * The dotted name that MEMBER has once it is installed, into MODULE of SIZE bytes; ""
 * where it is none.
 */
void wheel_module_name(const char *member, char *module, size_t size);

/* Frees the list of members. */
void wheel_close(struct wheel *wheel);

#endif
