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

/* A bit in each byte of MARKS_ where the byte of BLOCK_'s comparison is true. */
static void take_marks(block matches, uint64_t marks_[2])
{
	memcpy(marks_, &matches, sizeof(matches));
	marks_[0] &= HIGH_BITS;
	marks_[1] &= HIGH_BITS;
}

/* Where the rel32 opcodes e8, e9 or 0f 8x may start. */
static block match_transfers(block bytes)
{
	return (block)((bytes & 0xfe) == 0xe8) | (block)(bytes == 0x0f);
}

/* Where the ModRM byte of a pc-relative operand may lie: mod 00, r/m 101. */
static block match_operands(block bytes)
{
	return (block)((bytes & 0xc7) == 0x05);
}

/* The displacement behind the opcode that may start AT; 0: none. */
static inline size_t transfer_field(const uint8_t *bytes, size_t at)
{
	if ((bytes[at] & 0xfe) == 0xe8)
		return at + 1;
	return bytes[at] == 0x0f && (bytes[at + 1] & 0xf0) == 0x80 ? at + 2 : 0;
}

/* The displacement behind the opcode or ModRM byte AT; 0: none. */
static inline size_t operand_field(const uint8_t *bytes, size_t at)
{
	return (bytes[at] & 0xc7) == 0x05 ? at + 1 : transfer_field(bytes, at);
}

/* Does the displacement at FIELD (0: none) lead to where it is WANTED to? */
static inline bool leads_there(const struct machine_code *code, size_t field,
			       const struct wanted *wanted, uint64_t *target_)
{
	if (!field || field + FIELD_SIZE > code->size)
		return false;
	*target_ = x86_64_relative_target(code->bytes + field, code->address + field);
	return (*target_ - wanted->low < wanted->high - wanted->low) != wanted->outside;
}

/* What goes through CODE: for transfers only, or for operands as well. */
static inline __attribute__((always_inline)) size_t find(const struct machine_code *code,
							 size_t from, bool operands,
							 const struct wanted *wanted,
							 uint64_t *target_)
{
	size_t (*const field_of)(const uint8_t *, size_t) =
		operands ? operand_field : transfer_field;
	size_t at = from < 2 ? 0 : from - 2;

	for (; at + sizeof(block) < code->size; at += sizeof(block)) {
		uint64_t marks[2];
		block bytes;

		memcpy(&bytes, code->bytes + at, sizeof(bytes));
		take_marks(operands ? match_transfers(bytes) | match_operands(bytes)
				    : match_transfers(bytes),
			   marks);
		while (marks[0] | marks[1]) {
			unsigned half = !marks[0];
			size_t byte = (size_t)__builtin_ctzll(marks[half]) / 8 + 8 * half;
			size_t field = field_of(code->bytes, at + byte);

			marks[half] &= marks[half] - 1;
			if (field >= from && leads_there(code, field, wanted, target_))
				return field;
		}
	}
	for (; at + FIELD_SIZE < code->size; at++) {
		size_t field = field_of(code->bytes, at);

		if (field >= from && leads_there(code, field, wanted, target_))
			return field;
	}
	return code->size;
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

	return find(code, from, false, &wanted, target_);
}
