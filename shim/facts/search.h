/* SPDX-License-Identifier: MIT
 *
 * The fallback: the whole text and all constants, when following the init
 * function left a question open.
 */
#ifndef NPABI_FACTS_SEARCH_H
#define NPABI_FACTS_SEARCH_H

#include "facts/reader.h"

/*
 * Follows every function that refers to PyImport_ImportModule or
 * PyImport_Import, and looks for the texts by which binders (pybind11,
 * rust-numpy ...) and generators give themselves away.  False when neither turned
 * up: what imports is out of the sight of raw bytes.
 */
bool search_image(struct reader *reader);

/*
 * Does a word of data or another function refer to the function at ADDRESS?  Calls
 * by way of a slot are not looked for.  When in doubt: yes.
 */
bool search_finds_use(struct reader *reader, uint64_t address);

#endif
