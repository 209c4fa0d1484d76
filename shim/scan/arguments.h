/* SPDX-License-Identifier: MIT
 *
 * The command line, as a struct.
 */
#ifndef NPABI_SCAN_ARGUMENTS_H
#define NPABI_SCAN_ARGUMENTS_H

#include <stdbool.h>

#include "base/textbuf.h"
#include "report/record.h"

#define ARGUMENTS_NUMPY_MAX 32
#define ARGUMENTS_JOBS_MAX  1024

enum command {
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_RUN,
	COMMAND_SCAN,
	COMMAND_EXPLAIN
};

/* Options that were not given are NULL or false. */
struct run_arguments {
	const char *log, *format, *level;
	bool summary, strict;
	char **command; /* ends with NULL, at least one */
};

enum scan_format { SCAN_TEXT, SCAN_JSONL, SCAN_SARIF, SCAN_HTML };

struct scan_arguments {
	enum scan_format format;
	const char *output; /* NULL: standard output */
	unsigned numpy_count;
	const char *numpy[ARGUMENTS_NUMPY_MAX]; /* as given, not yet checked */
	bool all;
	unsigned jobs; /* at least 1 */
	int fail_on;   /* verdicts from this kind on are failures */
	const char *baseline, *write_baseline; /* files; NULL: none */
	char **paths;			       /* ends with NULL, at least one */
};

struct explain_arguments {
	enum record_format format;
	char **words; /* the text, or "-"; ends with NULL, at least one */
};

struct arguments {
	enum command command;
	enum command help_on; /* COMMAND_HELP: on one command, or (HELP) on all */
	struct run_arguments run;
	struct scan_arguments scan;
	struct explain_arguments explain;
};

/*
 * Reads the command line into *ARGUMENTS_, which points into ARGV.  On a usage
 * error false, what is wrong in PROBLEM, without "npabi: " and newline, and the
 * command that was wanted, as far as it is known, in arguments_->command.
 * Uses getopt's globals.
 */
bool arguments_parse(int argc, char **argv, struct arguments *arguments_,
		     struct npabi_textbuf *problem);

#endif
