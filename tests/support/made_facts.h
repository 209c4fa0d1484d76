/* SPDX-License-Identifier: MIT
 *
 * Facts made by hand, for the tests of the verdict.
 */
#ifndef NPABI_TESTS_MADE_FACTS_H
#define NPABI_TESTS_MADE_FACTS_H

#include "facts/facts.h"
#include "verdict/runtime.h"

/* The five sizes that Cython's declarations of NumPy check, in their order. */
struct made_sizes {
	uint64_t dtype, flatiter, broadcast, ndarray, ufunc;
};

/* Facts of an extension that depends on NumPy and checks nothing. */
void made_facts_start(struct facts *facts);

/* Adds a size check and gives it back, for its wording and the rest. */
struct facts_size_check *made_facts_check(struct facts *facts, const char *type,
					  uint64_t expected, enum facts_policy policy);

/* Adds the five of Cython 0.29.22 and later, all with policy ignore. */
void made_facts_five(struct facts *facts, const struct made_sizes *sizes);

/* Adds import_array of headers with these versions. */
void made_facts_import_array(struct facts *facts, uint32_t abi, uint32_t api);

/* A run time with one type in it, of no NumPy. */
void made_runtime_type(struct runtime *runtime, const char *name, uint64_t basic,
		       uint64_t item);

#endif
