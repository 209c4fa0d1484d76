/* SPDX-License-Identifier: MIT
 *
 * The NPABI_* variables, read once.
 */
#ifndef NPABI_PRELOAD_SETTINGS_H
#define NPABI_PRELOAD_SETTINGS_H

#include "report/record.h"
#include "report/sink.h"

enum level { LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG };

#define SETTINGS_PROBLEMS_MAX 7 /* as many as there are variables, or more */

struct settings {
	enum level level;
	enum record_format format;
	struct sink sink;
	bool strict;	   /* refuse what does not fit */
	bool summary;	   /* a table at the end */
	bool in_container; /* Docker's, Podman's, Kubernetes' ... */

	/* what could not be understood, a line each, for the log */
	unsigned problem_count;
	char problems[SETTINGS_PROBLEMS_MAX][160];
};

/* Is npabi switched off?  Only looks at NPABI. */
bool settings_are_off(void);

/*
 * Reads the rest.  A value that is not known leaves the default and a line in
 * problems.  SECURE: the process runs with more rights than its caller (AT_SECURE),
 * and the log must not be a file that the caller names.
 */
void settings_read(struct settings *settings_, bool secure);

#endif
