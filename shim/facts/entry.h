/* SPDX-License-Identifier: MIT
 *
 * Where an extension starts: its init function, and the exec functions that its
 * module definition names.
 */
#ifndef NPABI_FACTS_ENTRY_H
#define NPABI_FACTS_ENTRY_H

#include "facts/reader.h"

/*
 * Finds the exported PyInit_NAME or PyInitU_NAME, notes its name in the facts and
 * gives its address; 0 when there is none.  Python 2's initNAME is only taken where
 * the file is called NAME, and imports what no other Python has.
 */
uint64_t entry_find(struct reader *reader);

/* PyModuleDef and its slots, CPython Include/moduleobject.h (PEP 489). */
#define ENTRY_SLOT_EXEC 2  /* Py_mod_exec */
#define ENTRY_ARRAY_MAX 16 /* slots of one array that are looked at */
#define ENTRY_LAYOUTS	2  /* an object's head has 16 bytes, or without the GIL 32 */
#define ENTRY_SLOTS_MAX (ENTRY_LAYOUTS * ENTRY_ARRAY_MAX)

/* Where m_slots, the pointer to the array, lies in PyModuleDef, by layout. */
extern const uint8_t entry_slots_offsets[ENTRY_LAYOUTS];

/*
 * The functions that the module definition at DEFINITION has run after the init
 * function, in order, into FUNCTIONS, which has room for ENTRY_SLOTS_MAX; gives
 * how many.
 */
unsigned entry_exec_functions(const struct reader *reader, uint64_t definition,
			      uint64_t *functions);

/*
 * Follows what the module definition that the init function handed over starts, and
 * notes the exec functions in the facts.
 */
void entry_follow_slots(struct reader *reader);

#endif
