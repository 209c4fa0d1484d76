/* SPDX-License-Identifier: MIT
 *
 * Reading many files, by one process or by several at the same time.
 */
#ifndef NPABI_SCAN_JOBS_H
#define NPABI_SCAN_JOBS_H

#include "scan/examine.h"
#include "scan/walk.h"

struct jobs {
	const struct walk *walk;
	unsigned count; /* of processes that read; 1: the caller's own, and no other */
	/* its take gets the readings, in the order of the files whatever the count */
	struct examiner *examiner;
	/* with take's context, before and after the readings of each file */
	void (*begin)(void *context, size_t number);
	void (*end)(void *context);
};

/*
 * Has each file of the walk read that is not repeated.  With several processes, a file
 * that one dies of is told as unreadable, and the others are read all the same.
 */
void jobs_run(const struct jobs *jobs);

#endif
