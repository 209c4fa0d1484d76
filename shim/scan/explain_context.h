/* SPDX-License-Identifier: MIT
 *
 * Where an error came from, by the traceback or record that it stands in.
 */
#ifndef NPABI_SCAN_EXPLAIN_CONTEXT_H
#define NPABI_SCAN_EXPLAIN_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#define EXPLAIN_ADVICE_MAX  6
#define EXPLAIN_ADVICE_SIZE 768

/* Absent things are "" or 0. */
struct explain_context {
	char module[160];    /* "pywt._extensions._pywt", of "in init NAME" */
	char file[256];	     /* the innermost file that is neither NumPy's nor Python's */
	char package[64];    /* what is imported: "pywt" */
	char statement[128]; /* the innermost import statement */
	char place[256];     /* the innermost such file whose whole path is told */
	bool is_conda;	     /* PLACE is in a conda environment */
	bool is_building;    /* pip was building a package */
	bool is_system;	     /* PLACE is of a package of Debian's or Ubuntu's */

	/* of npabi's own records and rows */
	unsigned record;	     /* 1 + the byte at which its line starts */
	char distribution[64];	     /* "PyWavelets" */
	char version[32];	     /* of the distribution: "1.4.1" */
	char verdict[8];	     /* "error" */
	char built[64];		     /* "1.22-1.24" */
	char generator[48];	     /* "cython 0.29.32" */
	char minimum[16], below[16]; /* the NumPy releases that suit it */
	char running[32];	     /* the NumPy that it met: "2.0.2" */
	char numpy_path[256];
	char error_type[32], cause_type[32]; /* JSON only */
	char words[1280];		     /* what else it says, pieces with "; " */
	unsigned advice_count;
	char advice[EXPLAIN_ADVICE_MAX][EXPLAIN_ADVICE_SIZE]; /* word for word */
};

/*
 * Reads what stands around the bytes [START, END) of the cleaned TEXT: the record
 * or row that they are in, or, if not IS_WARNING, the traceback before them, or
 * else for a warning its own line and the next one.
 */
void explain_context_read(const char *text, size_t start, size_t end, bool is_warning,
			  struct explain_context *context_);

/*
 * The same for a text whose traceback follows it, as it does NumPy 2's banner;
 * nothing is found where none follows soon.
 */
void explain_context_read_after(const char *text, size_t end,
				struct explain_context *context_);

/* Is anything known of where it came from? */
bool explain_context_known(const struct explain_context *context);

#endif
