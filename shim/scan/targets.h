/* SPDX-License-Identifier: MIT
 *
 * Which NumPys the extensions are held against: those that the user has named,
 * or the one that each extension would meet where it is installed.
 */
#ifndef NPABI_SCAN_TARGETS_H
#define NPABI_SCAN_TARGETS_H

#include <stdbool.h>

#include "scan/arguments.h"
#include "scan/common_range.h"
#include "scan/reading.h"
#include "verdict/runtime.h"

/* One NumPy. */
struct target {
	char *root;    /* of the extensions that meet it; NULL: named by the user */
	char *place;   /* where it is installed; NULL: in root, or nowhere */
	bool in_table; /* its sizes are known */
	/* numpy "": none is installed there */
	struct runtime runtime;	      /* with the GIL */
	struct runtime free_threaded; /* without */
	char *hidden_root; /* where another is, which it hides; NULL: nowhere */
	char hidden_version[32];
	struct target *shared; /* the first target that has this NumPy */
	/* in shared only, by the caller: of all extensions that meet this NumPy */
	struct common_range range;
	struct target *next;
};

struct targets {
	struct target *named;  /* by the user: they hold for every extension */
	struct target *beside; /* those that were found so far */
	struct target *wheels; /* those of wheels, one each */
	/* of a page: all of the table, each of which an extension might meet */
	struct target *releases;
};

/*
 * Prepares the NumPys that ARGUMENTS name, if any.  False, with the cause in
 * PROBLEM, when one is not in the table of releases.
 */
bool targets_init(struct targets *targets, const struct scan_arguments *arguments,
		  struct npabi_textbuf *problem);

/*
 * The NumPy that the extension of READING meets where it is installed: beside it, or
 * in the Python that its virtual environment shares modules with; in a wheel that of
 * the wheel itself, if it is NumPy's.  It is good until all are freed.  NULL: its
 * directory is not known, or memory ran out.
 */
struct target *targets_beside(struct targets *targets, struct owner_cache *owners,
			      const struct reading *reading);

/*
 * The NumPys that the extension of READING is held against, one after the other: those
 * that are named, or the one beside it, as which there may be none (NULL).
 */
struct target *targets_first(struct targets *targets, struct owner_cache *owners,
			     const struct reading *reading);
struct target *targets_next(const struct targets *targets, const struct target *target);

/* The same, but the releases of a page follow, which NumPy's own do not meet. */
struct target *targets_next_shown(const struct targets *targets,
				  const struct reading *reading,
				  const struct target *target);

/*
 * What an extension with FACTS meets of TARGET, which may be NULL: only a Python of its
 * own kind imports it.  NULL: no NumPy.
 */
const struct runtime *target_runtime(const struct target *target,
				     const struct facts *facts);

void targets_free(struct targets *targets);

#endif
