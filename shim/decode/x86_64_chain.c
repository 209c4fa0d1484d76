/* SPDX-License-Identifier: MIT
 *
 * Spots x86-64 code that follows a pointer to a number, by its bytes alone:
 * "mov FIRST(%a), %b" and soon after "movslq SECOND(%b), %c".  Whole modules are
 * gone through, so nothing is decoded that does not look like it.  Used through
 * struct machine.
 */
#include <string.h>

#include "decode/x86_64_short.h"

#define OPCODE_MOV    0x8b
#define OPCODE_MOVSLQ 0x63
#define LOAD_BYTES    4	 /* REX.W, opcode, ModRM, offset of one byte */
#define REACH	      24 /* bytes between the two */

/* Is this OPCODE with a 64-bit register and OFFSET beyond another; without SIB? */
static bool is_load(const uint8_t *bytes, uint8_t opcode, uint8_t offset)
{
	return (bytes[0] & 0xf8) == 0x48 && bytes[1] == opcode &&
	       (bytes[2] & 0xc0) == 0x40 && (bytes[2] & 7) != 4 && bytes[3] == offset;
}

static unsigned loaded_register(const uint8_t *bytes)
{
	return (bytes[2] >> 3 & 7u) | (bytes[0] & 4u) << 1;
}

static unsigned base_register(const uint8_t *bytes)
{
	return (bytes[2] & 7u) | (bytes[0] & 1u) << 3;
}

static bool is_followed(const uint8_t *bytes, size_t size, unsigned base, uint8_t offset)
{
	for (size_t i = 0; i + LOAD_BYTES <= size && i < REACH; i++) {
		if (is_load(bytes + i, OPCODE_MOVSLQ, offset) &&
		    base_register(bytes + i) == base)
			return true;
	}
	return false;
}

size_t x86_64_find_chain(const struct machine_code *code, size_t from, uint8_t first,
			 uint8_t second)
{
	const uint8_t *bytes = code->bytes;

	for (size_t i = from; i + LOAD_BYTES < code->size; i++) {
		const uint8_t *opcode = memchr(bytes + i + 1, OPCODE_MOV,
					       code->size - i - LOAD_BYTES + 1);

		if (!opcode)
			break;
		i = (size_t)(opcode - bytes) - 1;
		if (i + LOAD_BYTES <= code->size &&
		    is_load(bytes + i, OPCODE_MOV, first) &&
		    is_followed(bytes + i + LOAD_BYTES, code->size - i - LOAD_BYTES,
				loaded_register(bytes + i), second))
			return i;
	}
	return code->size;
}
