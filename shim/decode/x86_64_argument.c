/* SPDX-License-Identifier: MIT
 *
 * Spots x86-64 code that gives a number as the first argument, "mov $NUMBER, %edi",
 * by its bytes alone: whole modules are gone through.  Used through struct machine.
 */
#include "base/span.h"
#include "decode/x86_64_short.h"

#define OPCODE	   0xbf
#define LOAD_BYTES 5 /* opcode, number */

size_t x86_64_find_argument(const struct machine_code *code, size_t from, uint32_t number)
{
	const uint8_t *at = code->bytes + from, *end = code->bytes + code->size;

	while ((size_t)(end - at) >= LOAD_BYTES) {
		at = memchr(at, OPCODE, (size_t)(end - at) - LOAD_BYTES + 1);
		if (!at)
			break;
		if (npabi_load32(at + 1) == number)
			return (size_t)(at - code->bytes);
		at++;
	}
	return code->size;
}
