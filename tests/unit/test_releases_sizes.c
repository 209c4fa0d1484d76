/* SPDX-License-Identifier: MIT
 *
 * verdict/releases_sizes: numbers of error texts back to releases, against the
 * written facts (sizes that compilers and running NumPys were asked for).
 */
#include <check.h>
#include <string.h>

#include "verdict/releases_lookup.h"
#include "verdict/releases_sizes.h"

Suite *releases_sizes_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct releases_reading readings[4];

static unsigned read_pair(const char *name, uint64_t compiled, uint64_t actual)
{
	struct releases_pair pair = {.compiled = compiled, .actual = actual};

	return releases_read_sizes(name, &pair, readings, 4);
}

static const struct {
	const char *name;
	uint64_t compiled, actual;
	const char *built, *running, *minimum, *below;
} errors[] = {
	{"numpy.ndarray", 88, 80, "1.20-1.21 or 2.x targeting 1.21", "1.7-1.19", "1.20",
	 "2.0"},
	{"numpy.ndarray", 96, 80, "1.22-1.24 or 2.x targeting 1.23-1.25", "1.7-1.19",
	 "1.22", "2.0"},
	{"numpy.ndarray", 96, 88, "1.22-1.24 or 2.x targeting 1.23-1.25", "1.20-1.21",
	 "1.22", "2.0"},
	{"numpy.dtype", 96, 88, "1.10-1.26", "1.7-1.9 or 2.0-2.5", "1.10", "2.0"},
	{"numpy.ufunc", 232, 216, "1.22-1.24 or 2.x targeting 1.23-1.25", "1.16-1.21",
	 "1.22", "2.0"},
	{"numpy.ufunc", 240, 232, "2.x targeting 2.1-2.5", "1.22-2.0", "2.1", ""},
	{"numpy.ufunc", 216, 192, "1.16-1.21 or 1.25-1.26 or 2.x targeting 1.19-1.21",
	 "1.8-1.15", "1.16", "2.0"},
};

START_TEST(an_error_tells_what_was_built_with_what_and_runs_on_what)
{
	ck_assert_uint_eq(
		read_pair(errors[_i].name, errors[_i].compiled, errors[_i].actual), 1);
	ck_assert_str_eq(readings[0].type, errors[_i].name);
	ck_assert_int_eq(readings[0].platform, RELEASES_64_BIT);
	ck_assert_str_eq(readings[0].built, errors[_i].built);
	ck_assert_str_eq(readings[0].running, errors[_i].running);
	ck_assert_str_eq(readings[0].minimum, errors[_i].minimum);
	ck_assert_str_eq(readings[0].below, errors[_i].below);
	ck_assert(!readings[0].works);
}
END_TEST

START_TEST(it_tells_too_old_from_too_new)
{
	read_pair("numpy.ndarray", 88, 80);
	ck_assert(readings[0].too_old && !readings[0].too_new);
	/* 88 bytes of dtype were there before 1.10 and are again in 2.x */
	read_pair("numpy.dtype", 96, 88);
	ck_assert(readings[0].too_old && readings[0].too_new);
}
END_TEST

/* numpy#11628 and numpy#15748: harmless */
START_TEST(what_has_grown_still_works)
{
	ck_assert_uint_eq(read_pair("numpy.dtype", 88, 96), 1);
	ck_assert_str_eq(readings[0].built, "1.7-1.9");
	ck_assert_str_eq(readings[0].running, "1.10-1.26");
	ck_assert(readings[0].works);
	ck_assert_uint_eq(read_pair("numpy.ufunc", 192, 216), 1);
	ck_assert_str_eq(readings[0].built, "1.8-1.15");
	ck_assert(readings[0].works);
}
END_TEST

/* netcdf4-python#1354, cython#7533 */
START_TEST(a_bare_object_is_no_release)
{
	ck_assert_uint_eq(read_pair("numpy.ndarray", 16, 96), 1);
	ck_assert(readings[0].opaque && readings[0].works);
	ck_assert_str_eq(readings[0].built, "");
	ck_assert_str_eq(readings[0].running, "1.22-2.5");
}
END_TEST

START_TEST(where_larger_is_refused_too_the_size_must_be_the_same)
{
	struct releases_pair pair = {.compiled = 80, .actual = 88, .exact = true};

	ck_assert_uint_eq(releases_read_sizes("numpy.ndarray", &pair, readings, 4), 1);
	ck_assert_str_eq(readings[0].minimum, "");
	ck_assert_str_eq(readings[0].below, "1.20");
	/* 2.x has 88 bytes too, but does not run what was built before 1.10 */
	pair = (struct releases_pair){.compiled = 88, .actual = 96, .exact = true};
	ck_assert_uint_eq(releases_read_sizes("numpy.dtype", &pair, readings, 4), 1);
	ck_assert_str_eq(readings[0].minimum, "");
	ck_assert_str_eq(readings[0].below, "1.10");
	/* the headers leave the array at the end open */
	pair = (struct releases_pair){.compiled = 304, .actual = 816, .exact = true};
	ck_assert_uint_eq(releases_read_sizes("numpy.broadcast", &pair, readings, 4), 1);
	ck_assert(readings[0].impossible);
}
END_TEST

/* Opentrons/buildroot#180, on 32-bit ARM */
START_TEST(sizes_of_32_bit_systems_are_known)
{
	ck_assert_uint_eq(read_pair("numpy.ndarray", 48, 44), 1);
	ck_assert_int_eq(readings[0].platform, RELEASES_32_BIT);
	ck_assert_str_eq(readings[0].built, "1.22-1.24 or 2.x targeting 1.23-1.25");
	ck_assert_str_eq(readings[0].running, "1.20-1.21");
	ck_assert_str_eq(readings[0].minimum, "1.22");
	ck_assert_uint_eq(read_pair("numpy.dtype", 56, 52), 1);
	ck_assert_int_eq(readings[0].platform, RELEASES_32_BIT);
	ck_assert_str_eq(readings[0].built, "1.10-1.26");
	ck_assert_str_eq(readings[0].running, "1.7-1.9 or 2.0-2.5");
}
END_TEST

START_TEST(sizes_of_free_threaded_builds_are_known)
{
	ck_assert_uint_eq(read_pair("numpy.ndarray", 104, 112), 1);
	ck_assert_int_eq(readings[0].platform, RELEASES_64_BIT_FREE_THREADED);
	ck_assert_str_eq(readings[0].built, "2.x targeting 1.21");
	ck_assert_str_eq(readings[0].running, "2.1-2.5");
	ck_assert_str_eq(readings[0].minimum, "2.1"); /* the first with such a build */
	ck_assert_str_eq(readings[0].below, "");
	ck_assert_uint_eq(read_pair("numpy.broadcast", 320, 832), 1);
	ck_assert_int_eq(readings[0].platform, RELEASES_64_BIT_FREE_THREADED);
	ck_assert_str_eq(readings[0].running, "2.1-2.5");
}
END_TEST

START_TEST(without_a_name_every_type_that_fits_is_told)
{
	ck_assert_uint_eq(read_pair("", 88, 80), 1);
	ck_assert_str_eq(readings[0].type, "numpy.ndarray");
	ck_assert_uint_eq(read_pair("", 96, 88), 2);
	ck_assert_str_eq(readings[0].type, "numpy.ndarray");
	ck_assert_str_eq(readings[1].type, "numpy.dtype");
	ck_assert_uint_eq(read_pair("", 12345, 88), 0);
}
END_TEST

START_TEST(there_is_never_more_than_room)
{
	struct releases_pair pair = {.compiled = 96, .actual = 88};

	ck_assert_uint_eq(releases_read_sizes("", &pair, readings, 1), 1);
	ck_assert_uint_eq(releases_read_sizes("", &pair, readings, 0), 0);
}
END_TEST

START_TEST(a_size_of_no_release_is_left_open)
{
	ck_assert_uint_eq(read_pair("numpy.ufunc", 248, 240), 1);
	ck_assert_str_eq(readings[0].built, "");
	ck_assert_str_eq(readings[0].running, "2.1-2.5");
	ck_assert_uint_eq(read_pair("numpy.ndarray", 88, 12), 1);
	ck_assert_str_eq(readings[0].running, "");
	ck_assert_uint_eq(read_pair("numpy.random.mtrand.RandomState", 56, 48), 0);
}
END_TEST

START_TEST(sizes_are_listed_by_release)
{
	char list[256];

	releases_list_sizes("numpy.ndarray", list, sizeof(list));
	ck_assert_str_eq(list, "80 bytes in 1.7-1.19, 88 in 1.20-1.21, 96 in 1.22-2.5");
	releases_list_sizes("numpy.dtype", list, sizeof(list));
	ck_assert_str_eq(list, "88 bytes in 1.7-1.9, 96 in 1.10-1.26, 88 in 2.0-2.5");
	releases_list_sizes("spacy.tokens.doc.Doc", list, sizeof(list));
	ck_assert_str_eq(list, "");
}
END_TEST

START_TEST(versions_of_the_c_api_have_their_releases)
{
	char text[64];

	releases_with_api(0xe, text, sizeof(text));
	ck_assert_str_eq(text, "1.20-1.21");
	releases_with_api(0x12, text, sizeof(text));
	ck_assert_str_eq(text, "2.0");
	releases_with_api(0x6, text, sizeof(text));
	ck_assert_str_eq(text, "");
	releases_with_abi(0x1000009, text, sizeof(text));
	ck_assert_str_eq(text, "1.7-1.26");
	releases_with_abi(0x2000000, text, sizeof(text));
	ck_assert_str_eq(text, "2.0-2.5");
}
END_TEST

START_TEST(the_span_is_that_of_the_table)
{
	char first[8], last[8];

	releases_span(first, last, sizeof(first));
	ck_assert_str_eq(first, releases_runtimes[0].release);
	ck_assert_str_eq(last, releases_runtimes[releases_runtimes_count - 1].release);
}
END_TEST

/* What releases_sizes.c takes for granted of 32-bit systems, which were not run. */
START_TEST(headers_that_target_their_own_release_have_its_sizes)
{
	static const char types[][16] = {"numpy.dtype", "numpy.flatiter", "numpy.ndarray",
					 "numpy.ufunc", "numpy.void"};
	struct release_structs structs;
	unsigned compared = 0;

	ck_assert(releases_structs(types[_i], &structs));
	for (unsigned i = 0; i < releases_headers_count; i++) {
		const struct release_headers *headers = &releases_headers[i];
		struct version version;
		const struct release_runtime *row;

		ck_assert(version_parse(headers->release, &version));
		row = releases_row(&version);
		if (headers->model != RELEASES_LP64 || row->api != headers->api)
			continue;
		ck_assert_uint_eq(headers->size[structs.whole],
				  releases_size(row, false, types[_i]));
		compared++;
	}
	ck_assert_uint_eq(compared, releases_runtimes_count);
}
END_TEST

Suite *releases_sizes_suite(void)
{
	Suite *suite = suite_create("releases_sizes");
	TCase *pairs = tcase_create("pairs");
	TCase *lists = tcase_create("lists");

	tcase_add_loop_test(pairs,
			    an_error_tells_what_was_built_with_what_and_runs_on_what, 0,
			    LENGTH(errors));
	tcase_add_test(pairs, it_tells_too_old_from_too_new);
	tcase_add_test(pairs, what_has_grown_still_works);
	tcase_add_test(pairs, a_bare_object_is_no_release);
	tcase_add_test(pairs, where_larger_is_refused_too_the_size_must_be_the_same);
	tcase_add_test(pairs, sizes_of_32_bit_systems_are_known);
	tcase_add_test(pairs, sizes_of_free_threaded_builds_are_known);
	tcase_add_test(pairs, without_a_name_every_type_that_fits_is_told);
	tcase_add_test(pairs, there_is_never_more_than_room);
	tcase_add_test(pairs, a_size_of_no_release_is_left_open);
	suite_add_tcase(suite, pairs);
	tcase_add_test(lists, sizes_are_listed_by_release);
	tcase_add_test(lists, versions_of_the_c_api_have_their_releases);
	tcase_add_test(lists, the_span_is_that_of_the_table);
	tcase_add_loop_test(lists, headers_that_target_their_own_release_have_its_sizes,
			    0, 5);
	suite_add_tcase(suite, lists);
	return suite;
}
