/* SPDX-License-Identifier: MIT
 *
 * One way through the code after import_array's failure: what is known on it, and
 * what calls do to that.  Internal to facts/heed_run.c.
 */
#ifndef NPABI_FACTS_HEED_PATH_H
#define NPABI_FACTS_HEED_PATH_H

#include "facts/heed_run.h"

#define HEED_DEPTH   8	/* local functions within each other */
#define HEED_GLOBALS 12 /* words outside the stack that are remembered */

#define HEED_KEPT 12 /* registers that a function gives back as they were, at most */

struct heed_frame {
	uint64_t after;
	bool failed;		      /* import_array had, at the call */
	struct value kept[HEED_KEPT]; /* at the call */
};

struct heed_global {
	uint64_t address;
	uint8_t width;
	struct value value;
};

struct heed_path {
	struct heed_path *next;
	bool failed; /* import_array has */
	bool asked;  /* an attribute was not there; an exception is set for it */
	bool there;  /* an attribute was, that pybind11's def() may not have found */
	bool told;   /* as in an outcome */
	struct heed_error error, saved;
	unsigned calls; /* of Python since the exception was cleared */
	unsigned depth, global_count;
	struct heed_global globals[HEED_GLOBALS];
	struct heed_frame frames[HEED_DEPTH];
	struct state state;
};

/* What a load needs to know: the context of heed_load. */
struct heed_view {
	struct heed_run *run;
	struct heed_path *path;
};

/* What a call of a function outside comes to. */
struct heed_effect {
	bool ends, thrown;
	bool lost;   /* it may do anything, and the path ends with it */
	bool absent; /* what it gives may as well not be there */
	struct value result;
};

/* A load for struct state_memory; context is a struct heed_view. */
struct value heed_load(void *context, const struct value *address, int64_t offset,
		       unsigned width);

/* Remembers what INSN moves to a fixed place outside the stack. */
void heed_path_store(struct heed_path *path, const struct state_memory *memory,
		     const struct insn *insn);

/* A number for all that decides how PATH goes on. */
uint64_t heed_path_key(const struct heed_path *path, const struct machine *machine);

/* PATH calls a local function, which will return to AFTER; there is room for it. */
void heed_path_enter(struct heed_path *path, const struct machine *machine,
		     uint64_t after);

/* It returns; path->depth is not 0. */
void heed_path_leave(struct heed_path *path, const struct machine *machine);

/* Has so much been done since the exception was cleared that it is forgotten? */
bool heed_path_carries_on(const struct heed_path *path);

/* What the call of CALLEE, which is not followed, does on PATH. */
struct heed_effect heed_call_effect(struct heed_run *run, struct heed_path *path,
				    struct value callee);

#endif
