/* SPDX-License-Identifier: MIT
 *
 * Texts by which a generator or binder gives itself away in the constants of an
 * extension.
 */
#ifndef NPABI_FACTS_MARKERS_H
#define NPABI_FACTS_MARKERS_H

#include "facts/reader.h"

/*
 * Looks through the constants; sets access, generator and imports of the facts
 * where pybind11 or rust-numpy reach NumPy, and the generator where it is still
 * unknown.  True when some function of the object may be import_array: the text
 * that every release of it raises is there.
 */
bool markers_find(struct reader *reader);

#endif
