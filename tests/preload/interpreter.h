/* SPDX-License-Identifier: MIT
 *
 * The interpreters that tests/preload/prepare has found, and running programs in
 * them with the library and without.
 */
#ifndef NPABI_TESTS_PRELOAD_INTERPRETER_H
#define NPABI_TESTS_PRELOAD_INTERPRETER_H

#include <stdbool.h>
#include <stddef.h>

#include "support/run_program.h"

/* A row of pythons.tsv; NULL for what is not there. */
struct interpreter {
	char *python, *version;
	char *kind;  /* "shared" or "static" libpython */
	char *numpy; /* folder of the NumPy that it runs */
	char *newer; /* folder of extensions built for a newer NumPy */
	char *own;   /* folder of extensions built for that very NumPy */
	char *older; /* as newer, by an old Cython */
	char *library;
	char *unsafe;	/* folder of the pybind11 2.11 module "bound", on NumPy 2 */
	char *outcomes; /* folder of extensions whose imports end otherwise than most */
};

/* How many there are, and number INDEX; the process ends where there is no table. */
int interpreter_count(void);
const struct interpreter *interpreter_at(int index);

/* Is THING there?  If not, says so: "SKIP TEST of INTERPRETER: REASON". */
bool interpreter_has(const struct interpreter *interpreter, const char *thing,
		     const char *test, const char *reason);

/* The same for its folders of extensions.  What is old compiles up to 3.8 alone. */
bool has_own(const struct interpreter *interpreter, const char *test);
bool has_newer(const struct interpreter *interpreter, const char *test);
bool has_older(const struct interpreter *interpreter, const char *test);

/* The folder of an unpacked wheel, by the wheel's name; NULL: not fetched. */
const char *wheel_folder(const char *name);

/* The one that PyWavelets 1.4.1 for Python 3.11 has, built for NumPy 1.23 on. */
#define PYWAVELETS                                                                \
	"PyWavelets-1.4.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64" \
	".whl"

/* FOLDER and those of pytest's wheels, for run->site; static storage. */
const char *with_pytest(const char *folder);

#define RUN_SETTINGS_MAX 8

struct run {
	const struct interpreter *interpreter;
	const char *code;	  /* what python -c runs; NULL: arguments instead */
	const char *arguments[8]; /* after the interpreter, ended by NULL */
	const char *site; /* a folder to import from, beside NumPy's; may be NULL */
	const char *settings[RUN_SETTINGS_MAX]; /* "NPABI_LEVEL=info" ..., NULL */
	const char *before;   /* what is preloaded before the library, may be NULL */
	const char *launcher; /* a program that starts the interpreter, may be NULL */
	bool without;	      /* without the library */
	bool no_numpy;	      /* NumPy's folder is not on the path */
};

/*
 * Makes *RUN_ one of CODE under interpreter INDEX, with the extensions of its folder
 * newer, or of that and of outcomes.  False: they are not there, which is said as a
 * skip of TEST.
 */
bool make_run_of_newer(struct run *run_, int index, const char *code, const char *test);
bool make_run_of_outcomes(struct run *run_, int index, const char *code,
			  const char *test);

/* Runs it; the caller frees the result. */
void run_python(const struct run *run, struct program_result *result);

/*
 * Runs it with the library and without, and fails the test unless exit status
 * and both outputs are the same.
 */
void check_same(const struct run *run);

/* Fails the test unless exit status and both outputs are the same. */
void assert_same(const struct program_result *with, const struct program_result *without);

/* The last line of TEXT that is not blank, without its line break; static storage. */
const char *last_line(const char *text);

/* How often PIECE occurs in TEXT. */
int count_pieces(const char *text, const char *piece);

/*
 * The text, number or word of member NAME in the JSON object that RECORD starts
 * with, unescaped as far as \" and \\ go; "" when it has none.  Static storage,
 * good for the next four calls.
 */
const char *json_member(const char *record, const char *name);

/*
 * The first record in LOG that holds PIECE, from its opening brace; NULL: none.
 * It may be followed by others.
 */
const char *find_record(const char *log, const char *piece);

/* The path of a program of tests/preload/programs, built at first use. */
const char *helper_program(const char *name);

#endif
