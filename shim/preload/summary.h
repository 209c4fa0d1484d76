/* SPDX-License-Identifier: MIT
 *
 * What is kept of each judged extension for the summary at the end of a process.
 */
#ifndef NPABI_PRELOAD_SUMMARY_H
#define NPABI_PRELOAD_SUMMARY_H

#include "preload/loaded.h"
#include "report/record.h"

/*
 * Keeps what the summary will say of EXTENSION, whose owner is known; its outcome is
 * read from ENTRY later (NULL: never).  The caller holds the lock.  Where there is no
 * room it is left out.
 */
void summary_keep(const struct record_extension *extension, const struct loaded *entry);

/*
 * Gives the rows of this process, what is wrong first, with their outcomes as they are
 * now; good until the next call.  False: there is nothing to be said, since the process
 * is a fork of PROCESS and has loaded nothing itself.
 */
bool summary_collect(int process, struct record_summary *summary_);

#endif
