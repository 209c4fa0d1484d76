/* SPDX-License-Identifier: MIT
 *
 * Facts and a run time in, a prediction out.  A pure function: no I/O, no
 * globals, nothing allocated.
 */
#ifndef NPABI_VERDICT_VERDICT_H
#define NPABI_VERDICT_VERDICT_H

#include "facts/facts.h"
#include "verdict/runtime.h"

enum verdict_kind { VERDICT_UNKNOWN, VERDICT_OK, VERDICT_WARN, VERDICT_ERROR, VERDICT_UNSAFE };

#define VERDICT_ADVICE_MAX 4

struct verdict {
	enum verdict_kind kind;
	char error_type[32]; /* "ValueError"; "" none */
	char message[1024];  /* the first thing that Python will say; "" none */
	unsigned advice_count;
	char advice[VERDICT_ADVICE_MAX][256];
	char built_against[64]; /* "1.16-1.19"; "" unknown */
	char numpy_min[16], numpy_below[16]; /* "" no bound known */

	/* parallel to facts->checks: what each comes to */
	struct {
		bool known;		/* the run-time size is known */
		uint64_t actual;	/* tp_basicsize */
		enum verdict_kind outcome; /* OK, WARN or ERROR; UNKNOWN if not known */
	} checks[FACTS_CHECKS_MAX];
};

/*
 * Judges FACTS against RUNTIME, which may be NULL when no NumPy is known: then
 * the kind is UNKNOWN for a dependent extension, OK for one that is not.
 */
void verdict_judge(const struct facts *facts, const struct runtime *runtime,
		   struct verdict *verdict_);

/* "ok", "warn", "error", "unsafe" or "unknown". */
const char *verdict_kind_name(enum verdict_kind kind);

#endif
