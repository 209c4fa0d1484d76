/* SPDX-License-Identifier: MIT
 *
 * Rewriting the slots through which an object calls a function of another.
 */
#ifndef NPABI_PRELOAD_SLOTS_H
#define NPABI_PRELOAD_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "preload/objects.h"

/* What is to be done with the slots of one name, and what came of it. */
struct slot_change {
	char name[40];
	uintptr_t replacement;
	unsigned found_;   /* slots of that name */
	unsigned changed_; /* of these, how many hold it now and did not before */
	unsigned refused_; /* and how many could not be changed */

	/*
	 * The function that was called so far.  0: none of another object, for
	 * the slot was not bound yet or held the replacement already.
	 */
	uintptr_t previous_;
};

/*
 * Points all slots of OBJECT (PLT and plain GOT ones) with the names of the
 * COUNT CHANGES to the replacements, and reads each back.  Pages that are
 * read-only are so again afterwards.  Fails for objects that are not to be
 * touched and those that cannot be read, with nothing changed.  The caller
 * holds the lock, and knows that OBJECT stays loaded.
 */
enum npabi_status slots_change(const struct object *object, struct slot_change *changes,
			       size_t count);

/*
 * The function that slots of CHANGE, which has been made, would have called: the one
 * that they held, or, bound as they would be on first use, what a plain look-up finds:
 * another tool may be in front of the interpreter.  0: there were none, or no such
 * function.
 */
uintptr_t slots_next(const struct slot_change *change);

/*
 * Stores VALUE in the one pointer at PLACE, in the same way and under the same
 * conditions, in the loaded object that IMAGE is of.  False: it does not hold it.
 */
bool slots_write(const struct elf_image *image, uintptr_t place, uintptr_t value);

#endif
