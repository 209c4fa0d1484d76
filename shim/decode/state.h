/* SPDX-License-Identifier: MIT
 *
 * The state of the machine at one point of a walk: what registers, flags and
 * the memory words written on the way are known to hold.
 */
#ifndef NPABI_DECODE_STATE_H
#define NPABI_DECODE_STATE_H

#include "decode/insn.h"
#include "decode/machine.h"
#include "decode/value.h"

#define STATE_WORDS 128 /* as many as a large frame has, four bytes each */

/*
 * A word that was written on the stack.  What is written elsewhere is not
 * followed: code that runs once has no use for reading it back.
 */
struct state_word {
	uint64_t address;
	uint8_t width;
	struct value value;
};

/* After a compare, a test, or arithmetic of which only "is it zero" is followed. */
enum state_flags_kind {
	STATE_FLAGS_UNKNOWN,
	STATE_FLAGS_COMPARE,
	STATE_FLAGS_TEST,
	STATE_FLAGS_ZERO
};

struct state_flags {
	uint8_t kind;
	uint8_t width;
	struct value a, b;
};

struct state {
	uint64_t pc;
	struct state_flags flags;
	struct value regs[INSN_REGS_MAX];
	uint64_t words_known[STATE_WORDS / 64]; /* which of the words, one bit each */
	struct state_word words[STATE_WORDS];	/* each at the place of its address */
};

/*
 * What a load from ADDRESS (a number or a tag, displacement in OFFSET) of WIDTH
 * bytes gives, where the walk itself has not written it.
 */
struct state_memory {
	struct value (*load)(void *context, const struct value *address, int64_t offset,
			     unsigned width);
	void *context;
};

enum state_truth { STATE_FALSE, STATE_TRUE, STATE_UNDECIDED };

/* Everything unknown, but the stack pointer at its start; pc is ENTRY. */
void state_init(struct state *state, const struct machine *machine, uint64_t entry);

/* Carries out INSN (none of the kinds that leave the straight line) on STATE. */
void state_execute(struct state *state, const struct machine *machine,
		   const struct state_memory *memory, const struct insn *insn);

/* The value of OPERAND, and that of a register at its full width. */
struct value state_read(const struct state *state, const struct state_memory *memory,
			const struct insn_operand *operand);

/* The place of the first known word at or behind PLACE; STATE_WORDS: there is none. */
static inline unsigned state_next_word(const struct state *state, unsigned place)
{
	while (place < STATE_WORDS) {
		uint64_t left = state->words_known[place / 64] >> place % 64;

		if (left)
			return place + (unsigned)__builtin_ctzll(left);
		place = (place / 64 + 1) * 64;
	}
	return STATE_WORDS;
}

/* Makes the word at PLACE unknown. */
static inline void state_forget_word(struct state *state, unsigned place)
{
	state->words_known[place / 64] &= ~(UINT64_C(1) << place % 64);
}

/* Is CONDITION met?  *supposed_: the answer hangs on a supposed value. */
enum state_truth state_condition(const struct state *state, unsigned condition,
				 bool *supposed_);

/* What a call leaves: caller-saved registers unknown, RESULT in its register. */
void state_return_from_call(struct state *state, const struct machine *machine,
			    struct value result);

/*
 * The state in which a callee starts that STATE calls: its arguments.
 */
void state_enter_call(struct state *callee_, const struct state *state,
		      const struct machine *machine, uint64_t entry);

#endif
