/* SPDX-License-Identifier: MIT
 *
 * Room for the large structures of one inspection, which fit on no stack that
 * is not ours.
 */
#ifndef NPABI_PRELOAD_WORKSPACE_H
#define NPABI_PRELOAD_WORKSPACE_H

#include "base/arena.h"
#include "facts/facts.h"
#include "facts/owner.h"
#include "report/record.h"
#include "verdict/runtime.h"
#include "verdict/verdict.h"

struct workspace {
	struct facts facts;
	struct facts in_order; /* the same, with the checks as they run */
	struct runtime runtime;
	struct verdict verdict;
	struct owner owner;
	char record[RECORD_SIZE_MAX];
	struct npabi_arena memory; /* for facts_collect; kept */
};

/*
 * A workspace for the caller alone, its content undefined but for memory; NULL:
 * there is no room.  No locks: a few are kept ready.
 */
struct workspace *workspace_take(void);

/* Gives it back; NULL is harmless. */
void workspace_give(struct workspace *workspace);

#endif
