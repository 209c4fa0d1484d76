/* SPDX-License-Identifier: MIT
 *
 * What differs between machines, behind one table: how instructions are
 * decoded, how references are spotted in raw bytes, and the calling
 * convention.
 */
#ifndef NPABI_DECODE_MACHINE_H
#define NPABI_DECODE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/insn.h"

/* SIZE bytes of code, which lie at ADDRESS. */
struct machine_code {
	const uint8_t *bytes;
	size_t size;
	uint64_t address;
};

struct machine {
	uint16_t elf_machine; /* EM_... */
	uint8_t registers;    /* how many general registers, at most INSN_REGS_MAX */
	uint8_t argument_count;
	uint8_t arguments[8];  /* integer argument registers in order */
	uint8_t result;	       /* register of an integer result */
	uint8_t stack;	       /* stack pointer */
	uint8_t call_pushes;   /* bytes that a call puts on the stack */
	uint32_t caller_saved; /* registers that a call may overwrite */
	uint8_t longest;       /* bytes of the longest instruction */

	/*
	 * Decodes the instruction in the SIZE bytes at BYTES, which lies at ADDRESS;
	 * pc-relative operands come out absolute.  False when it cannot be decoded.
	 */
	bool (*decode)(const uint8_t *bytes, size_t size, uint64_t address,
		       struct insn *insn_);

	/*
	 * The next place at or after offset FROM of CODE that may refer, pc-relative, to
	 * an address in [low, high): its offset, and the address in *target_.  Gives
	 * CODE's size when there is none.  Candidates may be false: decode to be sure.
	 */
	size_t (*find_reference)(const struct machine_code *code, size_t from,
				 uint64_t low, uint64_t high, uint64_t *target_);

	/*
	 * The same for direct calls, jumps and branches that lead out of [low, high); of
	 * the short forms only a jump with which CODE ends.
	 */
	size_t (*find_transfer)(const struct machine_code *code, size_t from,
				uint64_t low, uint64_t high, uint64_t *target_);

	/*
	 * The next place at or after offset FROM of CODE that loads a pointer from FIRST
	 * bytes beyond what a register points to, and soon after, from SECOND bytes
	 * beyond that pointer, a signed 32-bit number; CODE's size when there is none.
	 */
	size_t (*find_chain)(const struct machine_code *code, size_t from, uint8_t first,
			     uint8_t second);

	/*
	 * The next place at or after offset FROM of CODE that may put NUMBER where a
	 * call's first argument belongs: the instruction's offset; CODE's size when there
	 * is none.
	 */
	size_t (*find_argument)(const struct machine_code *code, size_t from,
				uint32_t number);

	/*
	 * If the SIZE bytes at BYTES (lying at ADDRESS) are a stub that jumps through a
	 * slot, its address in *slot_; else false.
	 */
	bool (*stub_slot)(const uint8_t *bytes, size_t size, uint64_t address,
			  uint64_t *slot_);
};

/*
 * Bytes of the field that find_reference and find_transfer find; with it the
 * instruction ends.
 */
#define MACHINE_REFERENCE 4
#define MACHINE_STUB_MAX  16 /* bytes of a stub that have to be seen */

/* The machine of an ELF e_machine, or NULL when there is no decoder for it. */
const struct machine *machine_find(uint16_t elf_machine);

/* One each, in its own file. */
extern const struct machine machine_x86_64;

#endif
