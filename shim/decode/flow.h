/* SPDX-License-Identifier: MIT
 *
 * Follows code from an entry point along both sides of every branch, or of those
 * that what is known leaves open, and tells a client of the calls on the way with
 * the values that their arguments have there.  Nothing is executed.
 *
 * Each instruction is visited once; a path that joins visited code runs on to
 * the next call there, since compilers merge the tails of paths that differ
 * only in arguments (two messages, one call).  What cannot be followed (an
 * indirect jump, bytes that are no instruction, a used-up limit) ends the path
 * and is remembered.
 */
#ifndef NPABI_DECODE_FLOW_H
#define NPABI_DECODE_FLOW_H

#include "base/arena.h"
#include "decode/machine.h"
#include "decode/state.h"
#include "elf/functions.h"
#include "elf/image.h"

struct flow_call {
	uint64_t address;    /* of the call or jump */
	uint64_t after;	     /* where it returns to; 0: a tail call */
	struct value callee; /* a number: in the image; a tag; unknown: elsewhere */
	struct state *state; /* as the callee finds it */
	struct value result; /* out: what it returns; unknown at first */
};

enum flow_next {
	FLOW_ON,      /* the call returns */
	FLOW_THROUGH, /* it returns with all registers as they were */
	FLOW_END,     /* it does not, or this path is of no more interest */
	FLOW_QUIT     /* nor is this walk */
};

struct flow_client {
	struct state_memory memory;
	enum flow_next (*call)(void *context, struct flow_call *call);
	void *context;

	/*
	 * Believe what is known at a branch and leave the other side out.  Right for a
	 * short stretch; over a long one the code of the other side may be shared by a
	 * path that knows less, and would be missed.
	 */
	bool decide;
};

struct flow_cached;

#define FLOW_STUBS 32 /* a power of two */

/* What one reading of an image shares between its walks. */
struct flow {
	const struct elf_image *image;
	const struct machine *machine;
	struct npabi_arena *arena;
	struct flow_cached *cache;
	struct {
		uint64_t start, end;
		const uint8_t *bytes;
	} window;			/* code bytes at hand */
	struct elf_functions functions; /* of the image */
	struct {
		uint64_t address, slot; /* slot 0: the code there is no stub */
	} stubs[FLOW_STUBS];		/* what was looked at last, by address */
	unsigned steps_left;		/* instructions that may still be followed */
	bool incomplete;		/* some path could not be followed */
	uint64_t lost_at;		/* where, first */
};

/* How one walk went. */
struct flow_result {
	bool quit;		    /* the client said FLOW_QUIT */
	bool undecided_supposition; /* a branch on a supposed value went both ways */
};

/*
 * Prepares FLOW for IMAGE; working memory comes from ARENA and goes with it.
 * STEPS is the limit over all walks.  -1: no memory.
 */
int flow_init(struct flow *flow, const struct elf_image *image,
	      const struct machine *machine, struct npabi_arena *arena, unsigned steps);

/*
 * Walks from START (pc and values).  The client's functions may start walks of
 * their own; what is nested must be bounded by them.
 */
struct flow_result flow_walk(struct flow *flow, const struct state *start,
			     const struct flow_client *client);

/*
 * Carries out the code from state->pc up to END in the order of addresses, calls
 * told to the client, branches not taken, everything forgotten behind a jump or
 * return.  Good for a short stretch of which the surroundings do not matter.
 * STATE is left at the first instruction not carried out.  False when there is
 * something that is no instruction.
 */
bool flow_sweep(struct flow *flow, struct state *state, uint64_t end,
		const struct flow_client *client);

/*
 * What the code at ADDRESS is if it is a stub (a PLT entry): the value of the
 * slot that it jumps through, perhaps unknown; else ADDRESS itself.
 */
struct value flow_resolve_stub(struct flow *flow, const struct flow_client *client,
			       uint64_t address);

/* The bytes at ADDRESS, at most SIZE of them, *size_ how many; NULL: not code. */
const uint8_t *flow_code(const struct flow *flow, uint64_t address, uint64_t size,
			 uint64_t *size_);

/* The decoded instruction at ADDRESS, or NULL.  Valid until the next call. */
const struct insn *flow_instruction(struct flow *flow, uint64_t address);

#endif
