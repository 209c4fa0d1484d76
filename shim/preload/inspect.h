/* SPDX-License-Identifier: MIT
 *
 * The one place where an extension is inspected and its record written, called
 * by both ways in.  All functions run inside guard_enter, without the lock.
 */
#ifndef NPABI_PRELOAD_INSPECT_H
#define NPABI_PRELOAD_INSPECT_H

#include "preload/cpython.h"
#include "preload/loaded.h"
#include "preload/refuse.h"

/*
 * PYTHON has loaded the object behind HANDLE as an extension and is about to
 * look up its init function.  If NumPy is imported, the record is written now;
 * else the extension's imports are watched for it.  First come those that have
 * waited for NumPy.  Why it must not run; NULL: it may, and *watched_ is then set to
 * how its outcome is watched, NULL: not.
 */
const struct refusal *inspect_extension(struct cpython *python, const void *handle,
					struct watched **watched_);

/*
 * CALLER, an address in some object, imports a module: the object's entry,
 * inspected now if it has not been seen before and npabi is not switched off.
 * NULL: it cannot be kept.
 */
struct loaded *inspect_caller(uintptr_t caller);

/*
 * An import by the waiting ENTRY has returned.  Its record is written when all
 * that it needs is there, or when LAST says that no better moment will come.  Where
 * it is then to be refused, the entry says so.
 */
void inspect_import_returned(struct cpython *python, struct loaded *entry, bool last);

/* The process ends: writes what still waits, with what is known. */
void inspect_at_exit(void);

#endif
