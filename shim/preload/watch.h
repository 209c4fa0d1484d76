/* SPDX-License-Identifier: MIT
 *
 * Seeing what becomes of an extension's import: its init and exec functions are
 * called through us, as CPython would call them, and what they leave is looked at.
 */
#ifndef NPABI_PRELOAD_WATCH_H
#define NPABI_PRELOAD_WATCH_H

#include "preload/loaded.h"
#include "verdict/outcome.h"

/* Functions by which an extension warns. */
enum warn_hook { HOOK_WARN_TEXT, HOOK_WARN_FORMAT, WARN_HOOKS };

/* One extension whose outcome is looked at; kept as long as the process. */
struct watched {
	struct object object;
	struct loaded *entry;
	struct cpython *python;
	uintptr_t warn_next[WARN_HOOKS]; /* what its slots held, 0: CPython's own */
	atomic_int execs_left;		 /* exec functions that have not run */
	atomic_bool judged;		 /* the outcome holds what was foretold */
	atomic_bool done;		 /* its import has ended, or cannot be followed */
	bool blind; /* a warning was foretold and could not be seen */
	char init_name[sizeof(((struct facts *)NULL)->init_name)];
	struct outcome outcome;
};

/*
 * Begins to watch OBJECT, which PYTHON has loaded and not run, for ENTRY; NULL: it
 * cannot be done.  Inside guard_enter, without the lock.
 */
struct watched *watch_new(struct loaded *entry, const struct object *object,
			  struct cpython *python);

/*
 * FACTS and VERDICT are what is foretold of the watched extension.  From now on its
 * warnings are seen too, where that may tell something.  Under the same conditions.
 */
void watch_expect(struct watched *watched, const struct facts *facts,
		  const struct verdict *verdict);

/*
 * The function to give CPython in place of INIT, which it found by dlsym; may be INIT
 * itself, or NULL where that is.  Keeps errno, takes no lock.
 */
void *watch_init(struct watched *watched, void *init);

/* Has the import come to no end yet? */
bool watch_is_running(const struct watched *watched);

#endif
