/* SPDX-License-Identifier: MIT
 *
 * What is logged, at which level, once.
 */
#ifndef NPABI_PRELOAD_EMIT_H
#define NPABI_PRELOAD_EMIT_H

#include "preload/loaded.h"
#include "preload/settings.h"
#include "preload/workspace.h"

/*
 * Copies SETTINGS and tells of what could not be understood in them.  All
 * functions here are called inside guard_enter, without the lock, and write
 * nothing before this one was called.
 */
void emit_start(const struct settings *settings);

/* Are records of LEVEL written? */
bool emit_wants(enum level level);

/* A note of LEVEL on PATH ("": none). */
void emit_note(enum level level, const char *path, const char *reason);

/* The start record, at level debug: Python VERSION, and what is HOOKED. */
void emit_process(const char *version, const char *hooked);

/*
 * The extension at PATH with the facts, the verdict and, if KNOWN, the run time
 * that stand in WORKSPACE; the owner is looked up.  Its level is by the verdict.
 * The first NumPy seen is told before, at level info.  ENTRY (NULL: none) is what its
 * outcome is later looked up in, where a summary is wanted.
 */
void emit_extension(struct workspace *workspace, struct loaded *entry, const char *path,
		    bool known);

/* The summary of what this process has loaded, where that is wanted. */
void emit_summary(void);

/*
 * What became of the extension at PATH.  Of the level of its extension record, but
 * where the prediction was wrong at least a warning.
 */
void emit_outcome(const char *path, const struct outcome *outcome);

/* Are extensions that do not fit to be refused? */
bool emit_is_strict(void);

/*
 * Why the extension at PATH is refused, as an error text in UTF-8 for TEXT, of SIZE
 * bytes; what WORKSPACE holds is as for emit_extension, with the run time known.
 * False, and no text: the lock is not to be had.
 */
bool emit_refusal(struct workspace *workspace, const char *path, char *text, size_t size);

#endif
