/* SPDX-License-Identifier: MIT
 *
 * Facts and a run time in, a prediction out.  A pure function: no I/O, no
 * globals, nothing allocated.
 */
#ifndef NPABI_VERDICT_VERDICT_H
#define NPABI_VERDICT_VERDICT_H

#include "facts/facts.h"
#include "verdict/runtime.h"

enum verdict_kind {
	VERDICT_UNKNOWN,
	VERDICT_OK,
	VERDICT_WARN,
	VERDICT_ERROR,
	VERDICT_UNSAFE
};

/* What a verdict of WARN, ERROR or UNSAFE comes from. */
enum verdict_rule {
	VERDICT_RULE_NONE,
	VERDICT_RULE_SIZE_ERROR,   /* a type is smaller than compiled for, or not equal */
	VERDICT_RULE_SIZE_WARNING, /* a type is larger, and that is told */
	VERDICT_RULE_IMPORT_ARRAY, /* import_array fails, and the import with it */
	VERDICT_RULE_IGNORED,	   /* import_array fails, and the import goes on */
	VERDICT_RULE_LATER,	   /* import_array will fail when it is called */
	VERDICT_RULE_LAYOUT	   /* no check stops it, and the layout is another one */
};

#define VERDICT_ADVICE_MAX 4

/* What a piece of advice is, for who can say it in better words. */
enum advice_kind {
	ADVICE_SENTENCE, /* as it stands */
	ADVICE_RANGE,	 /* another NumPy, of numpy_min and numpy_below */
	ADVICE_RELEASE,	 /* another release of the extension's package */
	ADVICE_REBUILD,	 /* the same one, built here */
	ADVICE_KEEP	 /* how to stay within the range later */
};

/*
 * error_type and message are those of the exception that leaves the import
 * statement, or of the first warning that is shown.  import_array replaces the
 * reason of a failure by an ImportError that does not tell it; the reason is
 * printed before it (the C macro), chained to it (Cython: "During handling of the
 * above exception") or lost (Cython's automatic call): that is the cause.  Where either
 * text depends on what is not known, it is "".
 *
 * A warning that NumPy itself filters out is no mismatch: the kind is then
 * VERDICT_OK, the check's outcome VERDICT_WARN, and the explanation says so.  It
 * shows when filters are reset or set after NumPy was imported (as pytest does;
 * python -W does not).
 */
struct verdict {
	enum verdict_kind kind;
	enum verdict_rule rule; /* NONE for OK and UNKNOWN */
	char error_type[32];	/* "ValueError"; "" none, or not known */
	char message[1024];  /* "" none, or not known; UNSAFE: ours, with error_type "" */
	char cause_type[32]; /* "RuntimeError"; "" none other than the message */
	char cause[1024];
	char explanation[384]; /* a sentence for people; "" none */
	unsigned advice_count;
	char advice[VERDICT_ADVICE_MAX][256];
	enum advice_kind advice_kinds[VERDICT_ADVICE_MAX];
	char built_against[64];		     /* "1.16-1.19"; "" unknown */
	char numpy_min[16], numpy_below[16]; /* "" no bound known */

	bool order_matters; /* several checks fail, and facts->in_order is not set */
	bool heed_matters;  /* import_array fails, and facts->heed_read is not set */
	bool overruns;	    /* UNSAFE for what it does by itself, on any NumPy */
	unsigned unjudged;  /* checks on other packages' types of unknown size */
	/* parallel to facts->checks: what each comes to if it is reached */
	struct {
		bool known;		   /* the run-time size is known */
		uint64_t actual;	   /* tp_basicsize */
		enum verdict_kind outcome; /* OK, WARN or ERROR; UNKNOWN if not known */
	} checks[FACTS_CHECKS_MAX];
};

/*
 * Judges FACTS against RUNTIME, which may be NULL when no NumPy is known: then
 * the kind is UNKNOWN for a dependent extension, OK for one that is not, unless
 * a check on a known type fails.
 *
 * Checks are taken in the order in which they are listed: where order_matters,
 * have facts_collect list them in that in which they run, and judge again.  Where
 * heed_matters, import_array is taken to be heeded: ask heed_read (facts/heed.h) and
 * judge again.  A NumPy type of unknown size, a check that could not be read, or an
 * import_array of unknown version leaves doubt: what passes after it is UNKNOWN; what
 * fails after it is still ERROR, for the import fails either way, but without a message.
 * Two kinds of unknown size leave none: types of builtins, because Python only loads what
 * was compiled for its own minor version, and types of other packages and of NumPy's
 * submodules, which are counted in unjudged and outside what a verdict on NumPy says.
 */
void verdict_judge(const struct facts *facts, const struct runtime *runtime,
		   struct verdict *verdict_);

/* "ok", "warn", "error", "unsafe" or "unknown". */
const char *verdict_kind_name(enum verdict_kind kind);

/* A name for RULE that other tools may keep: "size-changed"; "" for NONE. */
const char *verdict_rule_name(enum verdict_rule rule);

#endif
