/* SPDX-License-Identifier: MIT
 *
 * What has been seen of each loaded object, so that each is inspected once,
 * whichever way it came.
 */
#ifndef NPABI_PRELOAD_LOADED_H
#define NPABI_PRELOAD_LOADED_H

#include <stdatomic.h>

#include "facts/facts.h"
#include "preload/cpython.h"

/* The import functions whose slots are watched in an extension that waits. */
enum import_hook {
	HOOK_IMPORT_MODULE, /* PyImport_ImportModule: Cython 0.29+, import_array */
	HOOK_IMPORT,	    /* PyImport_Import: Cython to 0.28, Rust */
	HOOK_IMPORT_LEVEL,  /* PyImport_ImportModuleLevelObject: Cython's statements */
	IMPORT_HOOKS
};

enum loaded_state {
	LOADED_SETTLED, /* nothing is left to be done */
	LOADED_WAITING, /* for NumPy: its record is not written yet */
	LOADED_WRITING	/* a thread is at it */
};

/* An extension that waits: a mapping of its own, given back when it is settled. */
struct waiting {
	struct facts facts, in_order; /* see workspace.h */
	char path[4096];
	int process; /* the one that loaded it: a fork child leaves it to its parent */
};

struct refusal;
struct watched;

struct loaded {
	uintptr_t start, end; /* of the object; 0, 0: it is gone */
	uintptr_t bias;
	const Elf64_Phdr *headers;
	struct cpython *python; /* that has loaded it, or that it calls; NULL: none */
	_Atomic(enum loaded_state) state;
	atomic_int imports_running; /* its imports that are under way, on any thread */
	struct waiting *waiting;    /* NULL unless it waits */
	uintptr_t previous[IMPORT_HOOKS]; /* what its slots held, 0: CPython's own */
	_Atomic(const struct refusal *) refusal; /* NULL: it may run */
	_Atomic(struct watched *) watched;	 /* NULL: its outcome is not looked at */
};

/* The entry of the object that ADDRESS lies in, or NULL.  No locks. */
struct loaded *loaded_find(uintptr_t address);

/*
 * Adds OBJECT, which belongs to PYTHON, as settled.  NULL when it is there
 * already, or cannot be kept.  Forgets first what has been unloaded since.  Takes
 * the lock.
 */
struct loaded *loaded_add(const struct object *object, struct cpython *python);

/*
 * Makes ENTRY wait, with copies of FACTS, of these IN_ORDER and of PATH; false when
 * there is no room, and it stays settled.
 */
bool loaded_wait(struct loaded *entry, const struct facts *facts,
		 const struct facts *in_order, const char *path);

/* How many wait. */
unsigned loaded_waiting_count(void);

/*
 * Claims the next waiting entry at or behind index *cursor, and moves the cursor
 * behind it; NULL: none left.  IDLE: only those that no import is under way for.
 * Whoever gets it writes its record and gives it back.
 */
struct loaded *loaded_claim_next(unsigned *cursor, bool idle);

/* Claims ENTRY; false when it does not wait, or another thread has it. */
bool loaded_claim(struct loaded *entry);

/* Gives a claimed entry back: settled, or waiting again. */
void loaded_settle(struct loaded *entry);
void loaded_wait_again(struct loaded *entry);

/*
 * Return addresses that nothing is left to be done for, so that most calls of a
 * hook cost a look into a small table.  Forgetful, never wrong while nothing is
 * unloaded; loaded_add drops all when something is.
 */
bool loaded_is_quiet(uintptr_t caller);
void loaded_set_quiet(uintptr_t caller);

#endif
