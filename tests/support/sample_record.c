/* SPDX-License-Identifier: MIT
 *
 * The sample record.  The figures are those that NumPy's headers and Python
 * themselves give for this pair.
 */
#include <stdio.h>
#include <string.h>

#include "support/sample_record.h"

static void set_check(struct sample_record *sample, unsigned index, const char *type,
		      uint64_t expected)
{
	struct facts_size_check *check = &sample->facts.checks[index];

	strcpy(check->type, type);
	check->expected = expected;
	check->policy = FACTS_POLICY_IGNORE;
	sample->facts.check_count = index + 1;
}

static void set_outcome(struct sample_record *sample, unsigned index, uint64_t actual,
			enum verdict_kind outcome)
{
	sample->verdict.checks[index].known = true;
	sample->verdict.checks[index].actual = actual;
	sample->verdict.checks[index].outcome = outcome;
}

static void fill_facts(struct facts *facts)
{
	strcpy(facts->build_id, "8f3a");
	strcpy(facts->init_name, "PyInit__pywt");
	strcpy(facts->generator, "cython 0.29.32");
	facts->numpy_dependent = FACTS_YES;
	facts->import_count = 1;
	strcpy(facts->imports[0], "numpy");
	facts->abi_version = 0x1000009;
	facts->api_version = 0xd;
	facts->evidence_count = 1;
	strcpy(facts->evidence[0].fact, "numpy.dtype=96");
	facts->evidence[0].address = 0x3bf3;
	strcpy(facts->evidence[0].by, "call");
}

static void fill_verdict(struct verdict *verdict)
{
	verdict->kind = VERDICT_ERROR;
	strcpy(verdict->error_type, "ValueError");
	strcpy(verdict->message,
	       "numpy.dtype size changed, may indicate binary incompatibility. "
	       "Expected 96 from C header, got 88 from PyObject");
	verdict->advice_count = 2;
	strcpy(verdict->advice[0], "python -m pip install 'numpy>=1.16,<2'");
	strcpy(verdict->advice[1], "or upgrade PyWavelets");
	strcpy(verdict->built_against, "1.16-1.19");
	strcpy(verdict->numpy_min, "1.16");
	strcpy(verdict->numpy_below, "2");
}

static void fill_runtime(struct runtime *runtime)
{
	strcpy(runtime->python, "3.9.18");
	strcpy(runtime->numpy, "2.0.2");
	strcpy(runtime->numpy_path, "/v/numpy/__init__.py");
	runtime->abi_version = 0x2000000;
	runtime->api_version = 0x12;
}

void sample_record_make(struct sample_record *sample)
{
	memset(sample, 0, sizeof(*sample));
	fill_facts(&sample->facts);
	fill_verdict(&sample->verdict);
	fill_runtime(&sample->runtime);
	set_check(sample, 0, "numpy.dtype", 96);
	set_outcome(sample, 0, 88, VERDICT_ERROR);
	set_check(sample, 1, "builtins.type", 880);
	sample->facts.checks[1].policy = FACTS_POLICY_UNKNOWN;
	strcpy(sample->owner.module, "pywt._extensions._pywt");
	strcpy(sample->owner.distribution, "PyWavelets");
	strcpy(sample->owner.version, "1.4.1");
	sample->extension = (struct record_extension){
		.path = "/v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so",
		.facts = &sample->facts,
		.owner = &sample->owner,
		.verdict = &sample->verdict,
		.runtime = &sample->runtime,
	};
}

void sample_record_fill(struct sample_record *sample)
{
	struct facts *facts = &sample->facts;

	for (unsigned i = 0; i < FACTS_CHECKS_MAX; i++) {
		char type[64];

		snprintf(type, sizeof(type), "some.package.module.Type%u", i);
		set_check(sample, i, type, 16 + i);
	}
	for (unsigned i = 0; i < FACTS_EVIDENCE_MAX; i++) {
		struct facts_evidence *evidence = &facts->evidence[i];

		memset(evidence->fact, 'f', sizeof(evidence->fact) - 1);
		strcpy(evidence->by, "call");
	}
	facts->evidence_count = FACTS_EVIDENCE_MAX;
}
