/* SPDX-License-Identifier: MIT
 *
 * One source built by several compilers with several flags, once for all tests
 * that look at it.
 */
#ifndef NPABI_TESTS_BUILDS_H
#define NPABI_TESTS_BUILDS_H

#include "support/compiled.h"

struct build {
	const char *compiler; /* as build_object_with has it */
	const char *flags;
};

struct builds {
	struct temp_dir dir;
	const struct build *list; /* of the caller */
	int count;
};

/* Builds SOURCE in each of the COUNT ways of LIST; for an unchecked fixture. */
void builds_make(struct builds *builds, const struct build *list, int count,
		 const char *source);
void builds_remove(struct builds *builds);

/*
 * Opens build NUMBER; the caller closes it.  False when its compiler or linker is
 * not here.
 */
bool builds_open(const struct builds *builds, int number, struct compiled *object);

#endif
