/* SPDX-License-Identifier: MIT
 *
 * Spots pc-relative operands in raw x86-64 code by their opcode and ModRM bytes,
 * sixteen bytes at a time: whole functions, and now and then a whole segment, are
 * gone through, and one byte in ten is such a one.  Used through struct machine.
 */
#include "decode/x86_64_references.h"

#define FIELD_SIZE 4 /* bytes of a rel32 or disp32, with which an instruction ends */
#define HIGH_BITS  UINT64_C(0x8080808080808080)

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

/* The first such displacement behind the eight bytes AT that MARKS tells of; 0: none. */
static inline size_t find_marked(const struct machine_code *code, size_t at,
				 uint64_t marks, const struct wanted *wanted,
				 uint64_t *target_)
{
	for (marks &= HIGH_BITS; marks; marks &= marks - 1) {
		size_t field = at + (size_t)__builtin_ctzll(marks) / 8 + 1;

		if (leads_there(code, field, wanted, target_))
			return field;
	}
	return 0;
}

/* The same behind the sixteen bytes AT, before which there is one more. */
static inline size_t find_in_block(const struct machine_code *code, size_t at,
				   bool operands, const struct wanted *wanted,
				   uint64_t *target_)
{
	block bytes, previous, marked;
	uint64_t halves[2];
	size_t field;

	memcpy(&bytes, code->bytes + at, sizeof(bytes));
	memcpy(&previous, code->bytes + at - 1, sizeof(previous));
	marked = match(bytes, previous, operands);
	memcpy(halves, &marked, sizeof(halves));
	field = find_marked(code, at, halves[0], wanted, target_);
	return field ? field : find_marked(code, at + 8, halves[1], wanted, target_);
}

/* What goes through CODE: for transfers only, or for operands as well. */
static inline __attribute__((always_inline)) size_t find(const struct machine_code *code,
							 size_t from, bool operands,
							 const struct wanted *wanted,
							 uint64_t *target_)
{
	size_t at = from ? from - 1 : 0, field = 0;

	if (!at && code->size > FIELD_SIZE && matches(code->bytes, 0, operands) &&
	    leads_there(code, 1, wanted, target_))
		return 1;
	at += !at; /* a block needs a byte before it */
	for (; !field && at + sizeof(block) + FIELD_SIZE <= code->size;
	     at += sizeof(block))
		field = find_in_block(code, at, operands, wanted, target_);
	for (; !field && at + FIELD_SIZE < code->size; at++)
		if (matches(code->bytes, at, operands) &&
		    leads_there(code, at + 1, wanted, target_))
			field = at + 1;
	return field ? field : code->size;
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
