/* SPDX-License-Identifier: MIT
 *
 * What the parts of the reader share while they read one extension.  Internal
 * to facts/.
 */
#ifndef NPABI_FACTS_READER_H
#define NPABI_FACTS_READER_H

#include "base/arena.h"
#include "decode/flow.h"
#include "facts/facts.h"
#include "facts/imports.h"

/* What a VALUE_TAG stands for, and what its number is. */
enum reader_tag {
	TAG_IMPORT = 1,	   /* a function outside: enum import_id */
	TAG_OWN_MODULE,	   /* a module that the extension itself has added */
	TAG_TEXT,	   /* a Python string: address of its C text */
	TAG_OBJECT,	   /* an attribute that was fetched: address of its name, or 0 */
	TAG_SIZE_ATTRIBUTE /* __basicsize__ (0) or __itemsize__ (1) of a type */
};

enum reader_memo_kind {
	MEMO_NONE,
	MEMO_NOWHERE,  /* no function starts there */
	MEMO_STUB,     /* a stub: jumps through a slot to another object */
	MEMO_DETOUR,   /* a stub that leads back into this object */
	MEMO_DULL,     /* does nothing that matters, whatever its arguments */
	MEMO_BUSY,     /* being walked */
	MEMO_RELEVANT, /* may matter, not yet walked */
	MEMO_ACTIVE,   /* may matter with other arguments */
	MEMO_CHECKS    /* checks sizes */
};

/* What size_recipe.c has learnt; which argument is what, and what all were. */
struct size_recipe {
	uint64_t function;
	uint8_t module, name, size;
	enum facts_policy policy;
	enum facts_wording wording;
	bool item_size_counts;
	struct value arguments[8];
};

#define READER_RECIPES	   8
#define READER_CHECK_TEXTS 16
#define READER_WALKED	   255 /* depth of a memo: more cannot be known */
#define READER_MEMOS	   4096
#define READER_MEMO_LISTS  1024 /* a power of two */
#define READER_LOOKS	   (UINT64_C(256) << 20)

struct reader_memo {
	uint64_t address;
	uint64_t target; /* MEMO_DETOUR: where to */
	uint8_t kind;
	uint16_t next;	/* of the same list: index + 1, 0: the last */
	uint8_t import; /* MEMO_STUB: enum import_id of what it leads to */
	uint8_t depth;	/* MEMO_DULL: how many calls deep it was looked at; 0: not yet */
};

struct reader {
	const struct elf_image *image;
	struct facts *facts;
	struct npabi_arena arena;
	struct import_map imports;
	struct flow flow;
	struct reader_memo *memos; /* READER_MEMOS, of which memo_count are in use */
	unsigned memo_count;
	uint16_t memo_lists[READER_MEMO_LISTS]; /* by address: index + 1, 0: empty */
	uint64_t looks_left; /* bytes that may still be looked through */
	unsigned depth;	     /* of functions being walked within each other */
	unsigned hits;	     /* size checks read, counted also when known */
	bool reference_seen; /* raw bytes have shown a use of some import */
	bool in_order;	     /* asked for: functions are walked, not swept */
	bool walks_all;	     /* raw bytes tell nothing: every function is walked */
	bool unresolved;     /* arguments were needed and not known */
	unsigned events; /* things met that may turn out otherwise for other arguments */
	struct value given[8];	    /* arguments of the function being walked */
	uint64_t call_site;	    /* of the innermost call that was entered, 0: none */
	uint64_t module_definition; /* argument of PyModuleDef_Init, 0: none */
	bool provides_table; /* it is NumPy's core: puts _ARRAY_API into its module */
	bool array_api_not_found; /* "_ARRAY_API not found" is raised somewhere */
	unsigned told_count, read_count;
	uint64_t told[READER_CHECK_TEXTS]; /* functions that raise a size check's text ...
					    */
	uint64_t read[READER_CHECK_TEXTS]; /* ... and those that were read so */
	unsigned recipe_count;
	struct size_recipe recipes[READER_RECIPES];
	uint64_t items_asked_at; /* the last place asked whether item sizes count ... */
	bool items_strict;	 /* ... where any other size is an error, or not ... */
	bool items_count;	 /* ... and the answer */
	unsigned sequence, first_check, first_api; /* order of what was found, 0: none */
};

/*
 * A reader of IMAGE for FACTS in MEMORY, which is opened or cleared: see facts_collect.
 * Not on the stack: a host's thread may have little of it.  NULL: no memory.
 */
struct reader *reader_open(struct npabi_arena *memory, const struct elf_image *image,
			   struct facts *facts);

/*
 * Finds the imports of READER's image, and takes from its arena what following MACHINE's
 * code needs, for STEPS steps at the most.  False: no memory.
 */
bool reader_prepare(struct reader *reader, const struct machine *machine, unsigned steps);

/* Gives MEMORY back what READER has had of it. */
void reader_close(const struct reader *reader, struct npabi_arena *memory);

/* Argument N of a call, from 0; unknown when it is not in a register. */
struct value reader_argument(const struct reader *reader, const struct flow_call *call,
			     unsigned n);

/* The C string that VALUE points to, or NULL. */
const char *reader_text(const struct reader *reader, struct value value);

/* What else takes time, in bytes that could be looked through meanwhile. */
#define READER_REFERENCE_COST 128
#define READER_FUNCTION_COST  4096

/*
 * May BYTES (more) be looked through?  Whoever goes through bytes without
 * decoding them asks first, so that no file can make that endless.
 */
bool reader_may_look(struct reader *reader, uint64_t bytes);

/* Remembers that the code at ADDRESS could not be followed. */
void reader_lose(struct reader *reader, uint64_t address);

/*
 * A state in the arena, undefined; back with what is taken after it.  Not on the
 * stack: a host's thread may have little of it.  NULL: no room, and the code at
 * ADDRESS counts as lost.
 */
struct state *reader_take_state(struct reader *reader, uint64_t address);

/* The memo of the function at ADDRESS, perhaps a new one (MEMO_NONE); NULL: no room. */
struct reader_memo *reader_memo(struct reader *reader, uint64_t address);

/* Makes all memos unknown again. */
void reader_forget_memos(struct reader *reader);

/*
 * Does a function start at ADDRESS?  Without unwind tables any code is taken
 * for one.
 */
bool reader_starts_function(struct reader *reader, uint64_t address);

/* The import that VALUE stands for, or IMPORT_NONE. */
enum import_id reader_import(struct value value);

/* A load for struct state_memory: slots give their import. */
struct value reader_load(void *context, const struct value *address, int64_t offset,
			 unsigned width);

/*
 * Appends a piece of evidence, LABEL and behind it VALUE, unless it is there; drops
 * it when there is no room.
 */
void reader_evidence(struct reader *reader, const char *by, uint64_t address,
		     const char *label, const char *value);

#endif
