/* SPDX-License-Identifier: MIT
 *
 * The reader under damage and malice: extensions of several kinds, each changed
 * in thousands of ways (the same ones in every run), must be read to an end and
 * touch nothing but themselves.  A sanitizer run makes this strict, and "make
 * fuzz" does the same for as long as one likes.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "facts/collect.h"
#include "facts/heed.h"
#include "support/fake_checks.h"
#include "support/fake_numpy.h"
#include "support/mutate.h"
#include "support/reading.h"
#include "unit/suites.h"

#define ROUNDS 1200

static const struct fake_check checks[] = {
	{"numpy", "dtype", 96, 8, FACTS_POLICY_IGNORE},
	{"numpy", "ndarray", 80, 8, FACTS_POLICY_WARN},
	{"other", "Thing", 40, 8, FACTS_POLICY_ERROR},
};

static const char single_phase[] =
	"object *kept[9]; object *PyInit_one(void) {\n"
	"if (make_checks(kept) || import_array()) return 0; return kept[0]; }\n";

static const char multi_phase[] =
	"object *kept[9]; static int run(object *m) { switch (m->count) {\n"
	"case 1: return make_checks(kept); case 2: return import_array();\n"
	"case 3: PyErr_SetString(m, \"x\"); return 3; case 4: drop(m); return 9;\n"
	"case 5: return run(kept[0]); default: return import_array() + "
	"make_checks(kept); } }\n"
	"static struct slot slots[] = {{2, run}, {1, run}, {2, run}, {0, 0}};\n"
	"static struct definition defined = {.slots = slots};\n"
	"object *PyInit_two(void) { return PyModuleDef_Init(&defined); }\n";

static const struct {
	const char *compiler, *flags, *entry;
	enum fake_form form;
	int header;
} kinds[] = {
	{"gcc -x c", "-O2", single_phase, FAKE_3_0, 3},
	{"gcc -x c", "-O0 -Wl,-z,pack-relative-relocs", multi_phase, FAKE_0_29_37, 2},
	{"clang -x c", "-O2 -fno-plt", multi_phase, FAKE_LIMITED, 5},
	{"gcc -x c", "-O3 -s -fcf-protection", multi_phase, FAKE_0_28, 0},
};
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static char source[FAKE_SOURCE_MAX];
static struct npabi_arena memory;
static struct facts facts;

static bool compile(int kind, struct compiled *object)
{
	strcpy(source, fake_python);
	strcat(source, "#define HOW\n");
	strcat(source, fake_checkers);
	fake_checks_write(source, kinds[kind].form, "make_checks", checks, 3);
	fake_import_array_write(source, sizeof(source), "import_array",
				&fake_headers[kinds[kind].header]);
	strcat(source, kinds[kind].entry);
	return compiled_open(object, kinds[kind].compiler, kinds[kind].flags, source);
}

/* Whatever was read, the facts must be such as can be kept and printed. */
static void check_facts(void)
{
	ck_assert_uint_le(facts.check_count, FACTS_CHECKS_MAX);
	ck_assert_uint_le(facts.import_count, FACTS_IMPORTS_MAX);
	ck_assert_uint_le(facts.evidence_count, FACTS_EVIDENCE_MAX);
	ck_assert_ptr_nonnull(memchr(facts.init_name, 0, sizeof(facts.init_name)));
	ck_assert_ptr_nonnull(memchr(facts.generator, 0, sizeof(facts.generator)));
	for (unsigned i = 0; i < facts.check_count; i++)
		ck_assert_ptr_nonnull(
			memchr(facts.checks[i].type, 0, sizeof(facts.checks[i].type)));
}

static bool read_bytes(const uint8_t *bytes, size_t size, bool in_order)
{
	struct npabi_source input;
	struct elf_image image;

	npabi_source_from_memory(&input, bytes, size);
	if (elf_image_from_file(&image, &input) != NPABI_OK)
		return false;
	facts_collect(&memory, &image, in_order, &facts);
	heed_read(&memory, &image, &facts);
	check_facts();
	return facts.status == NPABI_OK;
}

START_TEST(a_changed_extension_is_read_to_an_end)
{
	struct compiled object;
	uint32_t seed = (uint32_t)_i;
	unsigned passed = 0;
	uint8_t *bytes;
	size_t size;

	if (!compile(_i, &object))
		return;
	size = (size_t)object.source.size;
	bytes = malloc(size);
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(bytes, npabi_source_view(&object.source, 0, size), size);
		for (int i = round % 3; i >= 0; i--)
			mutate_object(bytes, size, &seed);
		passed += read_bytes(bytes, size, round % 5 == 0);
	}
	/* else they are refused at the door, and nothing was tried */
	ck_assert_uint_gt(passed, ROUNDS / 4);
	free(bytes);
	compiled_close(&object);
}
END_TEST

START_TEST(the_same_seed_changes_in_the_same_way)
{
	uint8_t first[500], second[500];
	uint32_t seeds[2] = {7, 7};

	memset(first, 1, sizeof(first));
	memset(second, 1, sizeof(second));
	mutate_object(first, sizeof(first), &seeds[0]);
	mutate_object(second, sizeof(second), &seeds[1]);
	ck_assert_mem_eq(first, second, sizeof(first));
	ck_assert_uint_eq(seeds[0], seeds[1]);
	memset(second, 1, sizeof(second));
	ck_assert_mem_ne(first, second, sizeof(first));
}
END_TEST

Suite *mutations_suite(void);

Suite *mutations_suite(void)
{
	Suite *suite = suite_create("mutations");
	TCase *changes = tcase_create("changes");

	tcase_set_timeout(changes, 120);
	tcase_add_loop_test(changes, a_changed_extension_is_read_to_an_end, 0, KINDS);
	tcase_add_test(changes, the_same_seed_changes_in_the_same_way);
	suite_add_tcase(suite, changes);
	return suite;
}
