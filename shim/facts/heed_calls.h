/* SPDX-License-Identifier: MIT
 *
 * What functions of CPython do to the exception that is set, and what they give
 * when nothing else goes wrong: for who follows an extension after a failure.
 * Internal to facts/.
 */
#ifndef NPABI_FACTS_HEED_CALLS_H
#define NPABI_FACTS_HEED_CALLS_H

#include "base/arena.h"
#include "elf/image.h"

enum heed_call {
	HEED_CALL_NONE,	   /* no slot */
	HEED_CALL_OWN,	   /* a slot of something in the image itself */
	HEED_CALL_FOREIGN, /* nothing of Python */
	HEED_CALL_MEMORY,  /* gives memory */
	HEED_CALL_QUIET,   /* no saying what it gives; keeps the exception, or has none */
	HEED_CALL_OBJECT,  /* gives an object, or a pointer */
	HEED_CALL_SUCCESS, /* gives 0 when it succeeds */
	HEED_CALL_RUN,	   /* runs code: fails while an exception is set */
	HEED_CALL_ATTRIBUTE,
	HEED_CALL_PRINT,
	HEED_CALL_CLEAR,
	HEED_CALL_OCCURRED,
	HEED_CALL_MATCHES,
	HEED_CALL_FETCH,
	HEED_CALL_RESTORE,
	HEED_CALL_SET_TEXT,
	HEED_CALL_SET_FORMAT,
	HEED_CALL_SET_OTHER,
	HEED_CALL_MODULE_INIT,
	HEED_CALL_LIBRARY, /* calls import_array, in a library */
	HEED_CALL_THROW,
	HEED_CALL_NO_RETURN,
	HEED_CAPSULE_TYPE, /* no function */
	HEED_EXCEPTION,	   /* nor this and above: exceptions' types */
	HEED_IMPORT_ERROR, /* from here on by name */
	HEED_MODULE_NOT_FOUND,
	HEED_SYSTEM_ERROR
};

#define HEED_SLOTS 4096 /* a power of two */

/* The slots of an image by what they lead to; owned by an arena. */
struct heed_slots {
	struct heed_slot {
		uint64_t address; /* 0: free */
		uint8_t call;	  /* enum heed_call */
	} * table;
};

/*
 * Reads the slots of IMAGE into memory of ARENA; false: no room.  LIBRARY is the name of
 * the function that is HEED_CALL_LIBRARY, "" for none.
 */
bool heed_slots_init(struct heed_slots *slots, const struct elf_image *image,
		     const char *library, struct npabi_arena *arena);

/* What the slot at ADDRESS leads to: an enum heed_call, perhaps an exception's. */
unsigned heed_slots_find(const struct heed_slots *slots, uint64_t address);

/* The name of the exception CALL without "PyExc_"; "" when it is none we know. */
const char *heed_exception_name(unsigned call);

#endif
