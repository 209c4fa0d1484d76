/* SPDX-License-Identifier: MIT
 *
 * A stock of functions that all lead to one, each with a number of its own: what is
 * called through a bare pointer by somebody else can thus be told apart.
 */
#ifndef NPABI_PRELOAD_ENTRIES_H
#define NPABI_PRELOAD_ENTRIES_H

#include <stdint.h>

#include "preload/cpython.h"

/* How many there are: two for an extension, as a rule. */
#define ENTRIES 1024

/* The address of entry INDEX, below ENTRIES.  Calls entries_target. */
uintptr_t entries_address(unsigned index);

/*
 * What entry INDEX does; defined by watch.c.  Called by CPython in place of an init
 * function, when MODULE means nothing and a pointer is returned, or of an exec
 * function, when it is what is executed and an int is returned.
 */
uintptr_t entries_target(PyObject *module, unsigned index);

#endif
