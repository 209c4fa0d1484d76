/* SPDX-License-Identifier: MIT
 *
 * The reader of facts/ on one compiled object, with its parts in reach: what
 * facts_collect does, begun at a function of choice.
 */
#ifndef NPABI_TESTS_READING_H
#define NPABI_TESTS_READING_H

#include "facts/reader.h"
#include "support/builds.h"
#include "support/compiled.h"

#define READING_STEPS 300000

struct reading {
	struct compiled object;
	struct facts facts;
	struct reader reader;
};

/*
 * C declarations of what extensions use of CPython, under their own names but
 * with types of our own, to put before the code of a test.
 */
extern const char fake_python[];

/* Prepares to read reading->object, which the caller has opened. */
void reading_start(struct reading *reading);

/* Compiles SOURCE behind fake_python and prepares; false as compiled_open. */
bool reading_open(struct reading *reading, const char *compiler, const char *flags,
		  const char *source);

/* As builds_make, with SOURCE behind fake_python. */
void reading_make_builds(struct builds *builds, const struct build *list, int count,
			 const char *source);

/* Releases all, the object too. */
void reading_close(struct reading *reading);

/* Follows the exported function NAME. */
void reading_follow(struct reading *reading, const char *name);

/* Fails the test unless the one check of TYPE has this size and policy. */
void expect_check(const struct facts *facts, const char *type, uint64_t size,
		  enum facts_policy policy);

/* Is the module NAME among those that are imported? */
bool has_import(const struct facts *facts, const char *name);

#endif
