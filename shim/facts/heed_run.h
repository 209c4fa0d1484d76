/* SPDX-License-Identifier: MIT
 *
 * Follows an init function up to import_array as if nothing went wrong, lets that
 * fail, and follows what is done then, path by path, into local functions too,
 * with the exception that is set.  Internal to facts/.
 */
#ifndef NPABI_FACTS_HEED_RUN_H
#define NPABI_FACTS_HEED_RUN_H

#include "facts/heed_calls.h"
#include "facts/reader.h"

/* The exception that is set. */
enum heed_error_kind {
	HEED_ERROR_NONE,
	HEED_ERROR_CAUSE,   /* as import_array's function itself leaves it */
	HEED_ERROR_LIBRARY, /* as a library's function leaves it */
	HEED_ERROR_TEXT,    /* of a type with a text */
	HEED_ERROR_OTHER    /* with another text, of a type that may be known */
};

struct heed_error {
	uint8_t kind;
	uint8_t type;  /* TEXT, OTHER: enum heed_call of the type; 0: not known */
	uint64_t text; /* TEXT: its address */
};

/* How a path can end that came through the failure. */
enum heed_end {
	HEED_END_FAILED,  /* the init function says that it failed */
	HEED_END_WELL,	  /* it says that all is well */
	HEED_END_CARRIED, /* no exception is set any more and it carries on */
	HEED_END_THROWN,  /* a C++ exception; the error's text is the name of its type */
	HEED_END_LOST	  /* that could not be followed */
};

struct heed_outcome {
	enum heed_end end;
	bool told; /* what import_array's function has raised was printed, or is chained
		    */
	int32_t result; /* FAILED, of a function that gives an int: that; 0: not known */
	struct heed_error error;
};

#define HEED_OUTCOMES_MAX 8

struct heed_path;

struct heed_run {
	struct reader *reader;
	struct heed_slots slots;
	/* a function of a library that calls import_array; NULL: the image does so itself
	 */
	const struct facts_function *library;
	bool refused;  /* _UFUNC_API is not to be had either */
	bool executes; /* an exec function: its result is an int, 0 if well */
	bool cython;   /* local functions do what they do to exceptions unseen */
	bool pybind11; /* def() asks for attributes that are not there yet */
	unsigned steps_left;
	uint64_t *visited;
	struct heed_path *pending, *spare;
	unsigned path_count;
	bool reached;	  /* import_array was met */
	bool umath_first; /* or import_umath before it, and fails for the same reason */
	bool unsure;	  /* a branch on the failing function's result went both ways */
	bool incomplete;  /* something could not be followed */
	bool carries_on;  /* some path did, with no exception set */
	uint64_t definition; /* argument of PyModuleDef_Init; 0: none */
	unsigned outcome_count;
	struct heed_outcome outcomes[HEED_OUTCOMES_MAX]; /* each once */
};

/* Takes the memory of RUN from the reader's arena, which the caller sets back. */
bool heed_run_prepare(struct heed_run *run);

/*
 * Runs the code from ENTRY on, where nothing is known; what it comes to when the
 * function returns is in RUN's outcomes, none of them when import_array is not
 * reached.
 */
void heed_run_from(struct heed_run *run, uint64_t entry);

#endif
