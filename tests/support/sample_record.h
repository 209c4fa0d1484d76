/* SPDX-License-Identifier: MIT
 *
 * An extension record with everything in it, for the tests of its two forms:
 * PyWavelets 1.4.1 on NumPy 2.0.2.
 */
#ifndef NPABI_TESTS_SAMPLE_RECORD_H
#define NPABI_TESTS_SAMPLE_RECORD_H

#include "report/record.h"

struct sample_record {
	struct facts facts;
	struct owner owner;
	struct verdict verdict;
	struct runtime runtime;
	struct record_extension extension; /* points to the four above */
};

/* Fills in *SAMPLE: an error that names numpy.dtype, 96 against 88. */
void sample_record_make(struct sample_record *sample);

/* As many size checks and pieces of evidence as facts can hold. */
void sample_record_fill(struct sample_record *sample);

#endif
