/* SPDX-License-Identifier: MIT
 *
 * Bounded bytes.  Whoever holds a span may read data[0 .. size-1] and nothing
 * else; the bytes belong to somebody who outlives the span.  All loads are
 * little-endian and need no alignment.
 */
#ifndef NPABI_BASE_SPAN_H
#define NPABI_BASE_SPAN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct npabi_span {
	const uint8_t *data;
	size_t size;
};

/* Does [offset, offset + length) lie inside [0, size)?  Never overflows. */
static inline bool npabi_range_valid(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

/* The little-endian value at p, which must be readable for its whole width. */
static inline uint16_t npabi_load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

static inline uint32_t npabi_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline uint64_t npabi_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

#endif
