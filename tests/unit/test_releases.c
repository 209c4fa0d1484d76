/* SPDX-License-Identifier: MIT
 *
 * verdict/releases: the table against the written facts (observed on forty
 * pairs of wheel and Python before the table was made).
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "unit/suites.h"
#include "verdict/releases.h"
#include "verdict/releases_table.h"

static uint64_t size_of(const struct runtime *runtime, const char *name)
{
	const struct runtime_type *type = runtime_find_type(runtime, name);

	return type ? type->basic_size : 0;
}

START_TEST(run_time_sizes_are_those_observed)
{
	static const struct {
		const char *version;
		uint64_t ndarray, dtype, broadcast, ufunc, nditer, empty;
	} cases[] = {
		{"1.8.2", 80, 88, 560, 192, 160, 56},
		{"1.9.3", 80, 88, 560, 192, 160, 56},
		{"1.10.4", 80, 96, 560, 192, 160, 56},
		{"1.13.3", 80, 96, 560, 192, 160, 56},
		{"1.15.4", 80, 96, 560, 192, 160, 56},
		{"1.16.6", 80, 96, 560, 216, 160, 56},
		{"1.19.5", 80, 96, 560, 216, 160, 56},
		{"1.20.3", 88, 96, 560, 216, 160, 64},
		{"1.21.6", 88, 96, 560, 216, 160, 64},
		{"1.22.4", 96, 96, 560, 232, 160, 64},
		{"1.26.4", 96, 96, 560, 232, 160, 64},
		{"2.0.2", 96, 88, 816, 232, 224, 64},
		{"2.1.3", 96, 88, 816, 240, 224, 64},
		{"2.2.6", 96, 88, 816, 240, 224, 64},
		{"2.3.5", 96, 88, 816, 240, 104, 64},
		{"2.5.2", 96, 88, 816, 240, 104, 64},
	};
	static struct runtime runtime;

	ck_assert(releases_runtime(cases[_i].version, false, &runtime));
	ck_assert_str_eq(runtime.numpy, cases[_i].version);
	ck_assert_uint_eq(size_of(&runtime, "numpy.ndarray"), cases[_i].ndarray);
	ck_assert_uint_eq(size_of(&runtime, "numpy.dtype"), cases[_i].dtype);
	ck_assert_uint_eq(size_of(&runtime, "numpy.broadcast"), cases[_i].broadcast);
	ck_assert_uint_eq(size_of(&runtime, "numpy.ufunc"), cases[_i].ufunc);
	ck_assert_uint_eq(size_of(&runtime, "numpy.nditer"), cases[_i].nditer);
	ck_assert_uint_eq(size_of(&runtime, "numpy.void"), cases[_i].empty);
	ck_assert_uint_eq(size_of(&runtime, "numpy.flatiter"), 2632);
	ck_assert_uint_eq(size_of(&runtime, "numpy.character"), 16);
	ck_assert_uint_eq(size_of(&runtime, "numpy.float64"), 24);
	ck_assert_uint_eq(size_of(&runtime, "numpy.datetime64"), 32);
	ck_assert_uint_eq(size_of(&runtime, "numpy.clongdouble"), 48);
}
END_TEST

/* __basicsize__ on a CPython 3.13.5 that was configured with --disable-gil. */
START_TEST(without_the_gil_each_head_is_larger)
{
	static const struct {
		const char *version;
		uint64_t nditer;
	} cases[] = {
		{"2.1.0", 240}, {"2.1.3", 240}, {"2.2.6", 240},
		{"2.3.0", 120}, {"2.3.5", 120}, {"2.4.6", 120},
	};
	static struct runtime runtime;

	ck_assert(releases_runtime(cases[_i].version, true, &runtime));
	ck_assert_uint_eq(size_of(&runtime, "numpy.ndarray"), 112);
	ck_assert_uint_eq(size_of(&runtime, "numpy.dtype"), 104);
	ck_assert_uint_eq(size_of(&runtime, "numpy.broadcast"), 832);
	ck_assert_uint_eq(size_of(&runtime, "numpy.flatiter"), 2648);
	ck_assert_uint_eq(size_of(&runtime, "numpy.ufunc"), 256);
	ck_assert_uint_eq(size_of(&runtime, "numpy.void"), 80);
	ck_assert_uint_eq(size_of(&runtime, "numpy.nditer"), cases[_i].nditer);
	ck_assert_uint_eq(size_of(&runtime, "numpy.generic"), 32);
	ck_assert_uint_eq(size_of(&runtime, "numpy.float64"), 40);
	ck_assert_uint_eq(size_of(&runtime, "numpy.longdouble"), 48);
	ck_assert_uint_eq(size_of(&runtime, "numpy.clongdouble"), 64);
}
END_TEST

/* The notes of NumPy 2.1.0 have the first support of it. */
START_TEST(before_2_1_there_was_no_build_without_the_gil)
{
	static struct runtime runtime;

	ck_assert(releases_runtime("2.0.2", true, &runtime));
	ck_assert_uint_eq(runtime.api_version, 0x12);
	ck_assert_uint_eq(runtime.type_count, 0);
	ck_assert(releases_runtime("2.1.0", true, &runtime));
	ck_assert_uint_ne(runtime.type_count, 0);
}
END_TEST

START_TEST(versions_of_the_c_api_are_those_documented)
{
	static const struct {
		const char *version;
		uint32_t abi, api;
	} cases[] = {
		{"1.7.2", 0x1000009, 0x7},   {"1.8.0", 0x1000009, 0x9},
		{"1.12.1", 0x1000009, 0xa},  {"1.13.0", 0x1000009, 0xb},
		{"1.15.0", 0x1000009, 0xc},  {"1.19.5", 0x1000009, 0xd},
		{"1.21.6", 0x1000009, 0xe},  {"1.22.0", 0x1000009, 0xf},
		{"1.24.4", 0x1000009, 0x10}, {"1.26.4", 0x1000009, 0x11},
		{"2.0.0", 0x2000000, 0x12},  {"2.2.6", 0x2000000, 0x13},
		{"2.3.5", 0x2000000, 0x14},  {"2.4.6", 0x2000000, 0x15},
		{"2.5.0", 0x2000000, 0x16},
	};
	static struct runtime runtime;

	ck_assert(releases_runtime(cases[_i].version, false, &runtime));
	ck_assert_uint_eq(runtime.abi_version, cases[_i].abi);
	ck_assert_uint_eq(runtime.api_version, cases[_i].api);
}
END_TEST

START_TEST(every_minor_release_since_1_7_is_there)
{
	static struct runtime runtime;
	char version[16];

	for (unsigned minor = 7; minor <= 26; minor++) {
		snprintf(version, sizeof(version), "1.%u.1", minor);
		ck_assert_msg(releases_runtime(version, false, &runtime), "%s", version);
	}
	for (unsigned minor = 0; minor <= 5; minor++) {
		snprintf(version, sizeof(version), "2.%u", minor);
		ck_assert_msg(releases_runtime(version, false, &runtime), "%s", version);
	}
}
END_TEST

START_TEST(other_versions_leave_the_run_time_alone)
{
	static const char *const versions[] = {"1.6.2", "1.27.0", "3.0.0", "99.1",
					       "2",	"",	  "x"};
	static struct runtime runtime = {.numpy = "before"};

	ck_assert(!releases_runtime(versions[_i], false, &runtime));
	ck_assert_str_eq(runtime.numpy, "before");
}
END_TEST

START_TEST(header_sizes_are_those_compiled)
{
	static const struct {
		const char *release;
		uint16_t api, ndarray, dtype, ufunc, broadcast, cxx;
	} cases[] = {
		{"1.7", 0x7, 80, 88, 176, 560, 560},
		{"1.8", 0x9, 80, 88, 192, 560, 560},
		{"1.10", 0xa, 80, 96, 192, 560, 560},
		{"1.16", 0xd, 80, 96, 216, 560, 560},
		{"1.20", 0xe, 88, 96, 216, 560, 560},
		{"1.22", 0xf, 96, 96, 232, 560, 560},
		{"1.25", 0xd, 80, 96, 216, 560, 560},
		{"1.26", 0xf, 96, 96, 232, 560, 560},
		{"2.0", 0xd, 80, 32, 216, 304, 560},
		{"2.0", 0x12, 96, 88, 232, 304, 560},
		{"2.1", 0xe, 88, 32, 216, 304, 560},
		{"2.1", 0x13, 96, 88, 240, 304, 560},
		{"2.3", 0x10, 96, 32, 232, 304, 560},
		{"2.5", 0x11, 96, 32, 232, 304, 560},
	};
	const struct release_headers *found = NULL;

	for (unsigned i = 0; i < releases_headers_count; i++)
		if (strcmp(releases_headers[i].release, cases[_i].release) == 0 &&
		    releases_headers[i].api == cases[_i].api &&
		    releases_headers[i].model == RELEASES_LP64)
			found = &releases_headers[i];
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_NDARRAY], cases[_i].ndarray);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_DTYPE], cases[_i].dtype);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_UFUNC], cases[_i].ufunc);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_BROADCAST], cases[_i].broadcast);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_BROADCAST_CXX], cases[_i].cxx);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_FLATITER], 2632);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_OBJECT], 16);
}
END_TEST

START_TEST(headers_of_32_bit_have_their_own_sizes)
{
	static const struct {
		const char *release;
		uint16_t api, ndarray, dtype, broadcast, ufunc;
	} cases[] = {
		{"1.8", 0x9, 40, 52, 280, 112},	 {"1.16", 0xd, 40, 56, 280, 124},
		{"1.20", 0xe, 44, 56, 280, 124}, {"1.22", 0xf, 48, 56, 280, 132},
		{"2.0", 0xd, 40, 20, 152, 124},	 {"2.0", 0x12, 48, 52, 152, 132},
		{"2.5", 0x16, 48, 52, 152, 136},
	};
	const struct release_headers *found = NULL;

	for (unsigned i = 0; i < releases_headers_count; i++)
		if (strcmp(releases_headers[i].release, cases[_i].release) == 0 &&
		    releases_headers[i].api == cases[_i].api &&
		    releases_headers[i].model == RELEASES_ILP32)
			found = &releases_headers[i];
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_NDARRAY], cases[_i].ndarray);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_DTYPE], cases[_i].dtype);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_BROADCAST], cases[_i].broadcast);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_UFUNC], cases[_i].ufunc);
	ck_assert_uint_eq(found->size[RELEASES_HEADER_FLATITER], 1316);
}
END_TEST

Suite *releases_suite(void);

Suite *releases_suite(void)
{
	Suite *suite = suite_create("releases");
	TCase *run = tcase_create("run time");
	TCase *headers = tcase_create("headers");

	tcase_add_loop_test(run, run_time_sizes_are_those_observed, 0, 16);
	tcase_add_loop_test(run, without_the_gil_each_head_is_larger, 0, 6);
	tcase_add_test(run, before_2_1_there_was_no_build_without_the_gil);
	tcase_add_loop_test(run, versions_of_the_c_api_are_those_documented, 0, 15);
	tcase_add_test(run, every_minor_release_since_1_7_is_there);
	tcase_add_loop_test(run, other_versions_leave_the_run_time_alone, 0, 7);
	suite_add_tcase(suite, run);
	tcase_add_loop_test(headers, header_sizes_are_those_compiled, 0, 14);
	tcase_add_loop_test(headers, headers_of_32_bit_have_their_own_sizes, 0, 7);
	suite_add_tcase(suite, headers);
	return suite;
}
