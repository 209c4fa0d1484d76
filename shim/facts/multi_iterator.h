/* SPDX-License-Identifier: MIT
 *
 * Multi-iterators that an extension allocates itself.
 */
#ifndef NPABI_FACTS_MULTI_ITERATOR_H
#define NPABI_FACTS_MULTI_ITERATOR_H

#include "facts/reader.h"

/*
 * Looks for code that allocates sizeof(PyArrayMultiIterObject) of headers that do
 * not count the iterators in, and makes the block one: sets
 * facts->small_multi_iterator, with evidence.  READER has read all else.  Costs
 * nothing where an import is missing that this takes.
 */
void multi_iterator_find(struct reader *reader);

#endif
