/* SPDX-License-Identifier: MIT
 *
 * Inflating, by libdeflate: it takes a member as a whole, at two to three times the
 * speed of readers that take it in pieces, and refuses what is not exactly as long as
 * it is said to be.  Called by wheel.c.
 */
#include <stdlib.h>

#if !__has_include(<libdeflate.h>)
#error "libdeflate is missing: run scripts/setup, or install libdeflate-dev"
#endif
#include <libdeflate.h>

#include "scan/zip_unpack.h"

static bool make_room(struct zip_unpacker *unpacker, size_t size)
{
	if (!unpacker->inflater)
		unpacker->inflater = libdeflate_alloc_decompressor();
	if (!unpacker->inflater)
		return false;
	if (unpacker->buffer && size <= unpacker->room)
		return true;
	/* not realloc: what is in it need not be copied */
	free(unpacker->buffer);
	unpacker->buffer = malloc(size ? size : 1);
	unpacker->room = unpacker->buffer ? size : 0;
	return unpacker->buffer != NULL;
}

/* Inflates PACKED into the buffer, which becomes *BYTES_. */
static enum zip_fault inflate(struct zip_unpacker *unpacker, struct npabi_span packed,
			      struct npabi_span *bytes_)
{
	size_t used;

	switch (libdeflate_deflate_decompress_ex(unpacker->inflater, packed.data,
						 packed.size, unpacker->buffer,
						 bytes_->size, &used, NULL)) {
	case LIBDEFLATE_SUCCESS:
		bytes_->data = unpacker->buffer;
		return used == packed.size ? ZIP_FINE : ZIP_SIZE;
	case LIBDEFLATE_SHORT_OUTPUT:
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return ZIP_SIZE;
	default:
		return ZIP_CORRUPT;
	}
}

static enum zip_fault check_sizes(const struct zip_member *member)
{
	if (member->unpacked >= ZIP_MEMBER_MAX)
		return ZIP_TOO_LARGE;
	if (member->method == ZIP_STORED)
		return member->packed == member->unpacked ? ZIP_FINE : ZIP_SIZE;
	return zip_is_bomb(member->unpacked, member->packed) ? ZIP_BOMB : ZIP_FINE;
}

/* Turns PACKED into *BYTES, whose size is set. */
static enum zip_fault unpack(struct zip_unpacker *unpacker, struct npabi_span packed,
			     bool deflated, struct npabi_span *bytes)
{
	if (deflated)
		return make_room(unpacker, bytes->size) ? inflate(unpacker, packed, bytes)
							: ZIP_NO_MEMORY;
	/* the largest member is in memory, and not another one beside it */
	zip_unpacker_close(unpacker);
	bytes->data = packed.data;
	return ZIP_FINE;
}

enum zip_fault zip_unpack(struct zip_unpacker *unpacker, const struct zip *zip,
			  const struct zip_member *member, struct npabi_span *bytes_)
{
	struct npabi_span packed = {NULL, member->packed};
	struct npabi_span bytes = {NULL, member->unpacked};
	uint64_t offset;
	enum zip_fault fault = zip_locate(zip, member, &offset);

	if (fault == ZIP_FINE)
		fault = check_sizes(member);
	if (fault != ZIP_FINE)
		return fault;
	packed.data = npabi_source_view(zip->source, offset, packed.size);
	if (!packed.data)
		return ZIP_UNREADABLE;
	fault = unpack(unpacker, packed, member->method == ZIP_DEFLATED, &bytes);
	if (fault == ZIP_FINE &&
	    libdeflate_crc32(0, bytes.data, bytes.size) != member->crc)
		fault = ZIP_CRC;
	if (fault == ZIP_FINE)
		*bytes_ = bytes;
	return fault;
}

void zip_forget(const struct zip *zip, const struct zip_member *member)
{
	uint64_t offset;

	if (zip_locate(zip, member, &offset) == ZIP_FINE)
		npabi_source_forget(zip->source, offset, member->packed);
}

void zip_unpacker_close(struct zip_unpacker *unpacker)
{
	if (unpacker->inflater)
		libdeflate_free_decompressor(unpacker->inflater);
	free(unpacker->buffer);
	*unpacker = (struct zip_unpacker){.inflater = NULL};
}
