/* SPDX-License-Identifier: MIT
 *
 * The bytes of a member of a zip file, in memory.
 */
#ifndef NPABI_SCAN_ZIP_UNPACK_H
#define NPABI_SCAN_ZIP_UNPACK_H

#include "base/span.h"
#include "scan/zip.h"

/* From this size on a member is not unpacked: no machine code reaches so far. */
#define ZIP_MEMBER_MAX (UINT64_C(1) << 32)

/* What unpacks to more than both is a bomb; real extensions come to 2 to 10 times. */
#define ZIP_BOMB_LEAST (UINT64_C(64) << 20)
#define ZIP_BOMB_RATIO 100u

/* Memory that is kept from one member to the next; zeroed at first. */
struct zip_unpacker {
	struct libdeflate_decompressor *inflater;
	uint8_t *buffer;
	size_t room;
};

/* Would PACKED bytes that become UNPACKED ones be a bomb? */
static inline bool zip_is_bomb(uint64_t unpacked, uint64_t packed)
{
	return unpacked > ZIP_BOMB_LEAST && unpacked / ZIP_BOMB_RATIO > packed;
}

/*
 * Unpacks MEMBER and checks size and CRC.  *BYTES_ is good until the next call with
 * the same UNPACKER, or with a stored member until it is forgotten.
 */
enum zip_fault zip_unpack(struct zip_unpacker *unpacker, const struct zip *zip,
			  const struct zip_member *member, struct npabi_span *bytes_);

/* Gives the memory of the packed data of MEMBER back, once it is done with. */
void zip_forget(const struct zip *zip, const struct zip_member *member);

/* Frees everything; *UNPACKER is then as zeroed. */
void zip_unpacker_close(struct zip_unpacker *unpacker);

#endif
