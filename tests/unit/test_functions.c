/* SPDX-License-Identifier: MIT
 *
 * elf/functions: bounds from unwind tables against the symbol sizes that the
 * compiler wrote, in stripped copies; and each way to write addresses.
 */
#include <check.h>
#include <inttypes.h>
#include <stdlib.h>

#include "elf/functions.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

/* With a clean-up that an exception would run: a personality routine, "zPLR". */
static const char many_functions[] =
	"#include <stdlib.h>\n"
	"static int counter;\n"
	"__attribute__((noinline)) static int hidden(int a) { return a * counter; }\n"
	"__attribute__((noinline)) static void undo(int *a) { counter -= *a; }\n"
	"int visible(int a) { return hidden(a) + 1; }\n"
	"int guarded(int a) { __attribute__((cleanup(undo))) int b = a;\n"
	"return atoi(getenv(\"X\")) + b; }\n"
	"__attribute__((cold)) void give_up(void) { abort(); }\n"
	"int split(int a) { if (a == 77) { counter = 5; give_up(); } return a + counter; "
	"}\n"
	"void nothing(void) {}\n";

static const struct {
	const char *name, *flags;
} kinds[] = {
	{"plain.so", "-O2"},
	{"slow.so", "-O0"},
	{"small.so", "-Os -ffunction-sections"},
	{"cleanup.so", "-O2 -fexceptions"},
	{"gold.so", "-O2 -fuse-ld=gold"},
	{"lld.so", "-O2 -fexceptions -fuse-ld=lld"},
	{"packed.so", "-O2 -Wl,-z,noseparate-code"},
};
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

/* One function with a size in nm's list. */
static bool next_row(FILE *pipe, uint64_t *start, uint64_t *size)
{
	char line[1000];
	char type;

	while (fgets(line, sizeof(line), pipe))
		if (sscanf(line, "%" SCNx64 " %" SCNx64 " %c ", start, size, &type) ==
			    3 &&
		    (type == 'T' || type == 't'))
			return true;
	return false;
}

static uint32_t count_entries(void)
{
	struct elf_functions functions;

	elf_functions_open(&functions, &image);
	return functions.count;
}

static bool find(uint64_t address, struct elf_function *function_)
{
	struct elf_functions functions;

	elf_functions_open(&functions, &image);
	return elf_functions_at(&functions, address, function_);
}

static void expect_bounds(uint64_t inside, uint64_t start, uint64_t size)
{
	struct elf_function function;

	ck_assert(find(inside, &function));
	ck_assert_uint_eq(function.start, start);
	ck_assert_uint_eq(function.end, start + size);
}

START_TEST(a_stripped_object_has_the_bounds_of_its_symbols)
{
	const char *path = build_object(&object_dir, kinds[_i].name, kinds[_i].flags,
					many_functions);
	const char *stripped = temp_path(&object_dir, "stripped");
	uint64_t start;
	uint64_t size;
	FILE *pipe;
	int rows = 0;

	if (!path) /* a linker that is not here */
		return;
	pipe = tool_output("nm -S --defined-only '%s' && strip -o '%s' '%s'", path,
			   stripped, path);
	while (next_row(pipe, &start, &size))
		rows++;
	ck_assert_int_eq(pclose(pipe), 0);
	ck_assert_int_ge(rows, 7);
	ck_assert_int_eq(npabi_source_open(&source, stripped), NPABI_OK);
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
	pipe = tool_output("nm -S --defined-only '%s'", path);
	while (next_row(pipe, &start, &size)) {
		expect_bounds(start, start, size);
		expect_bounds(start + size / 2, start, size);
		expect_bounds(start + size - 1, start, size);
	}
	pclose(pipe);
	npabi_source_close(&source);
}
END_TEST

START_TEST(the_starts_are_those_in_the_table_and_ascend)
{
	uint64_t previous = 0;
	struct elf_functions functions;
	struct elf_function function;
	uint32_t count;
	uint64_t start;

	ck_assert_int_eq(npabi_source_open(&source, build_object(&object_dir, "starts.so",
								 "-O2", many_functions)),
			 NPABI_OK);
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
	elf_functions_open(&functions, &image);
	count = functions.count;
	ck_assert_uint_ge(count, 7);
	for (uint32_t i = 0; i < count; i++) {
		ck_assert(elf_functions_start(&functions, i, &start));
		ck_assert_uint_gt(start, previous);
		ck_assert(elf_functions_at(&functions, start, &function));
		ck_assert_uint_eq(function.start, start);
		previous = start;
	}
	ck_assert(!elf_functions_start(&functions, count, &start));
	npabi_source_close(&source);
}
END_TEST

START_TEST(without_the_search_table_there_is_none)
{
	struct elf_function function;

	ck_assert_int_eq(
		npabi_source_open(&source, build_object(&object_dir, "none.so",
							"-O2 -Wl,--no-eh-frame-hdr",
							many_functions)),
		NPABI_OK);
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
	ck_assert_uint_eq(count_entries(), 0);
	ck_assert(!find(0x1100, &function));
	npabi_source_close(&source);
}
END_TEST

/* --- the small object ---------------------------------------------------- */

static bool is_found(void)
{
	struct elf_function function;

	return find(place(elf.code + 20), &function);
}

START_TEST(a_function_is_its_first_byte_to_its_last)
{
	struct elf_function function;

	read_tiny();
	ck_assert_uint_eq(count_entries(), 1);
	expect_bounds(place(elf.code + 16), place(elf.code + 16), 32);
	expect_bounds(place(elf.code + 47), place(elf.code + 16), 32);
	ck_assert(!find(place(elf.code + 15), &function));
	ck_assert(!find(place(elf.code + 48), &function));
}
END_TEST

START_TEST(a_loaded_object_has_the_same_bounds)
{
	ck_assert_int_eq(elf_image_from_loaded(&image, (uintptr_t)&elf, elf.programs,
					       TINY_HEADERS),
			 NPABI_OK);
	expect_bounds(place(elf.code + 20), place(elf.code + 16), 32);
}
END_TEST

/* Writes the entry's address and length with WIDTH bytes each. */
static void write_range(uint64_t address, size_t width)
{
	uint8_t *raw = (uint8_t *)&elf.frames.code;
	uint64_t size = 32;

	memcpy(raw, &address, width);
	memcpy(raw + width, &size, width);
	elf.frames.length = 4 + 2 * (uint32_t)width;
}

START_TEST(addresses_may_be_written_in_each_common_way)
{
	static const struct {
		uint8_t encoding;
		enum { ABSOLUTE, FROM_HERE, FROM_INDEX } base;
		size_t width;
	} ways[] = {{0x00, ABSOLUTE, 8},   {0x03, ABSOLUTE, 4},	  {0x02, ABSOLUTE, 2},
		    {0x04, ABSOLUTE, 8},   {0x1b, FROM_HERE, 4},  {0x1c, FROM_HERE, 8},
		    {0x10, FROM_HERE, 8},  {0x1a, FROM_HERE, 2},  {0x3b, FROM_INDEX, 4},
		    {0x3c, FROM_INDEX, 8}, {0x3a, FROM_INDEX, 2}, {0x13, FROM_HERE, 4}};
	uint64_t bases[] = {0, place(&elf.frames.code), place(&elf.unwind)};

	write_range(place(elf.code + 16) - bases[ways[_i].base], ways[_i].width);
	elf.frames.common[8] = ways[_i].encoding;
	read_tiny();
	expect_bounds(place(elf.code + 20), place(elf.code + 16), 32);
}
END_TEST

START_TEST(an_unknown_way_to_write_addresses_is_not_guessed_at)
{
	/* uleb128, sleb128, indirect, aligned, text and function relative, omitted */
	static const uint8_t ways[] = {0x01, 0x09, 0x9b, 0x50, 0x2b, 0x4b, 0xff, 0x07};

	elf.frames.common[8] = ways[_i];
	read_tiny();
	ck_assert(!is_found());
}
END_TEST

START_TEST(the_common_part_may_have_other_forms)
{
	/* version, augmentation, code and data alignment, register, data, encoding */
	static const struct {
		uint8_t common[12];
		bool known;
	} forms[] = {
		{{1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b}, true},
		{{3, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b}, true},
		{{1, 'z', 'R', 'S', 0, 1, 0x78, 16, 1, 0x1b}, true},
		{{1, 'z', 'L', 'R', 0, 1, 0x78, 16, 2, 0x1b, 0x1b}, true},
		{{1, 'z', 'R', 'B', 0, 4, 0x78, 30, 1, 0x1b}, true},
		{{1, 'z', 'R', 0, 0x81, 1, 0x78, 16, 1, 0x1b}, true},
		{{1, 'z', 'P', 'R', 0, 1, 0x78, 16, 2, 0xff, 0x1b}, true},
		{{1, 'z', 'P', 'R', 0, 1, 0x78, 16, 2, 0x01, 0x1b}, false},
		{{1, 'z', 'X', 'R', 0, 1, 0x78, 16, 2, 0, 0x1b}, false},
		{{1, 'e', 'h', 0, 1, 0x78, 16, 1, 0x1b}, false},
		{{4, 'z', 'R', 0, 8, 0, 1, 0x78, 16, 1, 0x1b}, false},
		{{1, 'z', 'R', 'R', 'R', 'R', 'R', 'R', 'R', 'R', 'R', 'R'}, false},
		{{1, 'z', 'R', 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, false},
	};

	memcpy(elf.frames.common, forms[_i].common, sizeof(elf.frames.common));
	read_tiny();
	ck_assert_int_eq(is_found(), forms[_i].known);
}
END_TEST

START_TEST(entries_that_contradict_are_none)
{
	switch (_i) {
	case 0: /* another start than the search table's */
		elf.frames.code += 4;
		break;
	case 1: /* no length */
		elf.frames.size = 0;
		break;
	case 2: /* a common part where an entry should be */
		elf.frames.back = 0;
		break;
	case 3: /* too short for a range */
		elf.frames.length = 8;
		break;
	case 4: /* the 64-bit form */
		elf.frames.length = UINT32_MAX;
		break;
	case 5: /* its common part is no such */
		elf.frames.common_id = 1;
		break;
	case 6: /* its common part lies outside */
		elf.frames.back = 1 << 30;
		break;
	case 7: /* it lies outside itself */
		elf.unwind.entry = INT32_MAX;
		break;
	}
	read_tiny();
	ck_assert(!is_found());
}
END_TEST

START_TEST(a_search_table_of_another_form_is_no_table)
{
	uint8_t *raw = (uint8_t *)&elf.unwind;
	/* offset and value: version, no pointer, LEB128 count, sorted otherwise, count */
	static const uint8_t faults[][2] = {{0, 2},    {1, 0xff}, {2, 0x01}, {2, 0xff},
					    {2, 0x1b}, {3, 0x1b}, {3, 0xff}, {8, 2}};

	raw[faults[_i][0]] = faults[_i][1];
	read_tiny();
	ck_assert_uint_eq(count_entries(), 0);
	ck_assert(!is_found());
}
END_TEST

static TCase *make_small(void)
{
	TCase *small = tcase_create("small");

	tcase_add_checked_fixture(small, make_tiny, NULL);
	tcase_add_test(small, a_function_is_its_first_byte_to_its_last);
	tcase_add_test(small, a_loaded_object_has_the_same_bounds);
	tcase_add_loop_test(small, addresses_may_be_written_in_each_common_way, 0, 12);
	tcase_add_loop_test(small, an_unknown_way_to_write_addresses_is_not_guessed_at, 0,
			    8);
	tcase_add_loop_test(small, the_common_part_may_have_other_forms, 0, 13);
	tcase_add_loop_test(small, entries_that_contradict_are_none, 0, 8);
	tcase_add_loop_test(small, a_search_table_of_another_form_is_no_table, 0, 8);
	return small;
}

Suite *functions_suite(void);

Suite *functions_suite(void)
{
	Suite *suite = suite_create("functions");
	TCase *objects = tcase_create("objects");

	tcase_set_timeout(objects, 30);
	tcase_add_unchecked_fixture(objects, make_object_dir, remove_object_dir);
	tcase_add_loop_test(objects, a_stripped_object_has_the_bounds_of_its_symbols, 0,
			    KINDS);
	tcase_add_test(objects, the_starts_are_those_in_the_table_and_ascend);
	tcase_add_test(objects, without_the_search_table_there_is_none);
	suite_add_tcase(suite, objects);
	suite_add_tcase(suite, make_small());
	return suite;
}
