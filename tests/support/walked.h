/* SPDX-License-Identifier: MIT
 *
 * A walk through compiled code that keeps the calls that it met.
 */
#ifndef NPABI_TESTS_WALKED_H
#define NPABI_TESTS_WALKED_H

#include "decode/flow.h"
#include "support/compiled.h"

#define WALKED_CALLS	 500
#define WALKED_ARGUMENTS 3

/* A call that was met; a local function has the name of its symbol, or "". */
struct walked_call {
	const char *name;
	uint64_t address, after;
	struct value arguments[WALKED_ARGUMENTS];
};

struct walked {
	struct compiled object;
	struct npabi_arena arena;
	struct flow flow;
	struct flow_client client; /* may be changed before the walk */
	enum flow_next answer;	   /* to calls of "fatal"; others: FLOW_ON */
	struct value result;	   /* of calls of "ask" */
	bool enters;		   /* walks local functions that are called as well */
	unsigned depth, count;
	struct walked_call calls[WALKED_CALLS];
};

/* Prepares a walk of STEPS in walked->object, which the caller has opened. */
void walked_start(struct walked *walked, unsigned steps);

/* Releases all, the object too. */
void walked_close(struct walked *walked);

/* Walks, or sweeps, the function NAME from its start; nothing is known there. */
struct flow_result walked_walk(struct walked *walked, const char *name);
bool walked_sweep(struct walked *walked, const char *name);

/* How often NAME was called with FIRST and SECOND, both known. */
unsigned walked_with(const struct walked *walked, const char *name, uint64_t first,
		     uint64_t second);

/* How often NAME was called. */
unsigned walked_times(const struct walked *walked, const char *name);

#endif
