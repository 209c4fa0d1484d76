/* SPDX-License-Identifier: MIT
 *
 * Small objects made by the compiler at hand, and what its tools say of them.
 */
#ifndef NPABI_TESTS_TOOLCHAIN_H
#define NPABI_TESTS_TOOLCHAIN_H

#include <stdio.h>

#include "support/temp_dir.h"

/*
 * Compiles SOURCE with $CC (or cc) -shared -fPIC and FLAGS to the shared object
 * NAME in DIR.  Returns its path as temp_path does, or NULL when the compiler or
 * linker fails, which it does for flags that it does not know.
 */
const char *build_object(const struct temp_dir *dir, const char *name, const char *flags,
			 const char *source);

/*
 * The same by COMPILER, which says what it is given: "clang -x c", or
 * "gcc -x assembler".
 */
const char *build_object_with(const char *compiler, const struct temp_dir *dir,
			      const char *name, const char *flags, const char *source);

/* Ways to link that relocations differ by. */
struct link_way {
	const char *name, *flags; /* as build_object has them */
};

#define LINK_WAYS   10
#define LINK_PACKED 6 /* has DT_RELR, where the linker knows it */
extern const struct link_way link_ways[LINK_WAYS];

/* Starts a command, by a printf format, and gives its output to read; pclose it. */
FILE *tool_output(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
