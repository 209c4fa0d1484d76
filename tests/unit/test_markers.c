/* SPDX-License-Identifier: MIT
 *
 * facts/markers: which generator or binder the constants of an object give away,
 * and how it then reaches NumPy.  The texts are those of the projects' sources.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "facts/markers.h"
#include "support/reading.h"
#include "unit/suites.h"

#define OLD_TABLE "numpy.core.multiarray"

static const struct {
	const char *texts[3];
	const char *generator;
	enum facts_access access;
	const char *import; /* "": none */
} kinds[] = {
	{{"__pybind11_internals_v4_gcc_libstdcpp_cxxabi1011__"},
	 "pybind11",
	 FACTS_ACCESS_NONE,
	 ""},
	{{"__pybind11_internals_v4", "pybind11 numpy support requires numpy"},
	 "pybind11 <2.12",
	 FACTS_ACCESS_PYBIND11_OLD,
	 OLD_TABLE},
	{{"__pybind11_internals_v5", "pybind11 numpy support requires numpy",
	  "FAILURE obtaining numpy _ARRAY_API"},
	 "pybind11 >=2.12",
	 FACTS_ACCESS_PYBIND11_NEW,
	 "numpy"},
	{{"/x/.cargo/registry/src/index/numpy-0.20.0/src/npyffi/array.rs"},
	 "rust-numpy 0.20.0",
	 FACTS_ACCESS_RUST_OLD,
	 OLD_TABLE},
	{{"/x/numpy-0.21.0/src/npyffi/array.rs"},
	 "rust-numpy 0.21.0",
	 FACTS_ACCESS_RUST_OLD,
	 OLD_TABLE},
	{{"/x/numpy-0.22.1/src/npyffi/array.rs"},
	 "rust-numpy 0.22.1",
	 FACTS_ACCESS_RUST_NEW,
	 "numpy"},
	{{"/x/numpy-0.9.0/src/npyffi/array.rs"},
	 "rust-numpy 0.9.0",
	 FACTS_ACCESS_RUST_OLD,
	 OLD_TABLE},
	{{"This is a bug against the `rust-numpy` crate."},
	 "rust-numpy <0.22",
	 FACTS_ACCESS_RUST_OLD,
	 OLD_TABLE},
	{{"This is a bug against the `rust-numpy` crate.", "NumpyVersion"},
	 "rust-numpy >=0.22",
	 FACTS_ACCESS_RUST_NEW,
	 "numpy"},
	{{"/x/vendored/src/npyffi/array.rs", "NumpyVersion"},
	 "rust-numpy >=0.22",
	 FACTS_ACCESS_RUST_NEW,
	 "numpy"},
	{{"swig_runtime_data4"}, "swig", FACTS_ACCESS_NONE, ""},
	{{"__nb_internals_v13"}, "nanobind", FACTS_ACCESS_NONE, ""},
	{{"This module 'x' is auto-generated with f2py (version:2)."},
	 "f2py",
	 FACTS_ACCESS_NONE,
	 ""},
	{{"__pyx_capi__"}, "cython", FACTS_ACCESS_NONE, ""},
	{{"numpy", "array of numbers"}, "", FACTS_ACCESS_NONE, ""},
	{{"numpy.core.multiarray failed to import"}, "", FACTS_ACCESS_NONE, ""},
};
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static struct reading reading;

/* An object with these texts among its constants; WHERE goes before each. */
static void make_object(const char *const *texts, const char *where)
{
	char source[2000] = "", line[400];

	for (int i = 0; i < 3 && texts[i]; i++) {
		snprintf(line, sizeof(line), "%s char text_%d[] = \"%s\";\n", where, i,
			 texts[i]);
		strcat(source, line);
	}
	ck_assert(reading_open(&reading, "gcc -x c", "-O2", source));
}

START_TEST(the_texts_give_away_the_generator)
{
	const struct facts *facts = &reading.facts;

	make_object(kinds[_i].texts, "const");
	markers_find(&reading.reader);
	ck_assert_str_eq(facts->generator, kinds[_i].generator);
	ck_assert_int_eq(facts->access, kinds[_i].access);
	ck_assert_uint_eq(facts->import_count, kinds[_i].import[0] ? 1 : 0);
	ck_assert_str_eq(facts->imports[0], kinds[_i].import);
	reading_close(&reading);
}
END_TEST

START_TEST(evidence_tells_where_the_text_lies)
{
	const struct facts_evidence *evidence = &reading.facts.evidence[0];

	make_object(kinds[_i].texts, "const");
	markers_find(&reading.reader);
	ck_assert_uint_eq(reading.facts.evidence_count, kinds[_i].generator[0] ? 1 : 0);
	if (kinds[_i].generator[0]) {
		ck_assert_str_eq(evidence->by, "string");
		ck_assert_ptr_nonnull(
			elf_at(&reading.object.image, evidence->address, 1));
	}
	reading_close(&reading);
}
END_TEST

START_TEST(data_that_can_be_written_is_not_looked_at)
{
	make_object(kinds[1].texts, "");
	markers_find(&reading.reader);
	ck_assert_str_eq(reading.facts.generator, "");
	reading_close(&reading);
}
END_TEST

START_TEST(what_is_known_already_stays)
{
	make_object(kinds[1].texts, "const");
	strcpy(reading.facts.generator, "cython 3.0.12");
	reading.facts.access = FACTS_ACCESS_IMPORT_ARRAY;
	markers_find(&reading.reader);
	ck_assert_str_eq(reading.facts.generator, "cython 3.0.12");
	ck_assert_int_eq(reading.facts.access, FACTS_ACCESS_IMPORT_ARRAY);
	ck_assert_uint_eq(reading.facts.import_count, 0);
	reading_close(&reading);
}
END_TEST

Suite *markers_suite(void);

Suite *markers_suite(void)
{
	Suite *suite = suite_create("markers");
	TCase *texts = tcase_create("texts");

	tcase_set_timeout(texts, 30);
	tcase_add_loop_test(texts, the_texts_give_away_the_generator, 0, KINDS);
	tcase_add_loop_test(texts, evidence_tells_where_the_text_lies, 0, KINDS);
	tcase_add_test(texts, data_that_can_be_written_is_not_looked_at);
	tcase_add_test(texts, what_is_known_already_stays);
	suite_add_tcase(suite, texts);
	return suite;
}
