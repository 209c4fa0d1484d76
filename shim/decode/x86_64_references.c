/* SPDX-License-Identifier: MIT
 *
 * Spots pc-relative operands in raw x86-64 code by their opcode and ModRM bytes,
 * sixteen bytes at a time: whole functions, and now and then a whole segment, are
 * gone through, and one byte in ten is such a one.  Used through struct machine.
 */
#include "decode/x86_64_references.h"

#define FIELD_SIZE 4 /* bytes of a rel32 or disp32, with which an instruction ends */
/* Sixteen bytes, for operations on all of them; every compiler of ours has those. */
typedef uint8_t block __attribute__((vector_size(16)));

/* In [low, high), or outside of it. */
struct wanted {
	uint64_t low, high;
	bool outside;
};

/*
 * All bits of the bytes that come right before a displacement: the opcodes e8 and e9,
 * the second byte of 0f 8x (PREVIOUS are the bytes one before), and, if asked for
 * OPERANDS, the ModRM byte of a pc-relative operand: mod 00, r/m 101.
 */
static inline block match(block bytes, block previous, bool operands)
{
	block marks = (block)((bytes & 0xfe) == 0xe8) |
		      ((block)((bytes & 0xf0) == 0x80) & (block)(previous == 0x0f));

	return operands ? marks | (block)((bytes & 0xc7) == 0x05) : marks;
}

/* The same for the byte AT. */
static inline bool matches(const uint8_t *bytes, size_t at, bool operands)
{
	return (bytes[at] & 0xfe) == 0xe8 ||
	       (at && bytes[at - 1] == 0x0f && (bytes[at] & 0xf0) == 0x80) ||
	       (operands && (bytes[at] & 0xc7) == 0x05);
}

static inline bool is_wanted(uint64_t target, const struct wanted *wanted)
{
	return (target - wanted->low < wanted->high - wanted->low) != wanted->outside;
}

/* Does the displacement at FIELD lead to where it is WANTED to? */
static inline bool leads_there(const struct machine_code *code, size_t field,
			       const struct wanted *wanted, uint64_t *target_)
{
	*target_ = x86_64_relative_target(code->bytes + field, code->address + field);
	return is_wanted(*target_, wanted);
}

/* The sixteen bytes AT that come right before a displacement, one bit each. */
static inline unsigned mark_block(const struct machine_code *code, size_t at,
				  bool operands)
{
	typedef char bytes_of_block __attribute__((vector_size(sizeof(block))));
	block bytes, previous;

	memcpy(&bytes, code->bytes + at, sizeof(bytes));
	memcpy(&previous, code->bytes + at - 1, sizeof(previous));
	return (unsigned)__builtin_ia32_pmovmskb128(
		(bytes_of_block)match(bytes, previous, operands));
}

/* What goes through CODE: for transfers only, or for operands as well. */
static inline __attribute__((always_inline)) size_t find(const struct machine_code *code,
							 size_t from, bool operands,
							 const struct wanted *wanted,
							 uint64_t *target_)
{
	size_t at = from ? from - 1 : 0;

	if (!at && code->size > FIELD_SIZE && matches(code->bytes, 0, operands) &&
	    leads_there(code, 1, wanted, target_))
		return 1;
	at += !at; /* a block needs a byte before it */
	for (; at + sizeof(block) + FIELD_SIZE <= code->size; at += sizeof(block)) {
		unsigned marks = mark_block(code, at, operands);

		for (; marks; marks &= marks - 1) {
			size_t field = at + (size_t)__builtin_ctz(marks) + 1;

			if (leads_there(code, field, wanted, target_))
				return field;
		}
	}
	for (; at + FIELD_SIZE < code->size; at++)
		if (matches(code->bytes, at, operands) &&
		    leads_there(code, at + 1, wanted, target_))
			return at + 1;
	return code->size;
}

/*
 * A function may end with a jump to one nearby, in the short form: jmp rel8.  What is
 * found then are the last four bytes, with which the instruction ends as any other.
 */
static size_t find_last_jump(const struct machine_code *code, size_t from,
			     const struct wanted *wanted, uint64_t *target_)
{
	const uint8_t *end = code->bytes + code->size;

	if (code->size < FIELD_SIZE || from > code->size - FIELD_SIZE || end[-2] != 0xeb)
		return code->size;
	*target_ = code->address + code->size + (uint64_t)(int64_t)(int8_t)end[-1];
	return is_wanted(*target_, wanted) ? code->size - FIELD_SIZE : code->size;
}

size_t x86_64_find_reference(const struct machine_code *code, size_t from, uint64_t low,
			     uint64_t high, uint64_t *target_)
{
	const struct wanted wanted = {low, high, false};

	return find(code, from, true, &wanted, target_);
}

size_t x86_64_find_transfer(const struct machine_code *code, size_t from, uint64_t low,
			    uint64_t high, uint64_t *target_)
{
	const struct wanted wanted = {low, high, true};

	size_t field = find(code, from, false, &wanted, target_);

	return field < code->size ? field : find_last_jump(code, from, &wanted, target_);
}
