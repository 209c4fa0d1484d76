/* SPDX-License-Identifier: MIT
 *
 * elf/notes: the build id, as it was asked of the linker and under damage.
 */
#include <check.h>

#include "elf/notes.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static char build_id[2 * ELF_BUILD_ID_MAX + 1];

static void forget_build_id(void)
{
	memset(build_id, 'x', sizeof(build_id));
}

static bool read_tiny_id(void)
{
	read_tiny();
	return elf_build_id(&image, build_id);
}

static bool read_object(const char *name, const char *flags)
{
	bool found;

	open_image(build_object(&object_dir, name, flags, "int a = 1;"));
	found = elf_build_id(&image, build_id);
	npabi_source_close(&source);
	return found;
}

START_TEST(the_linkers_build_id_is_found)
{
	ck_assert(read_object("given.so", "-Wl,--build-id=0x0123456789abcdef01"));
	ck_assert_str_eq(build_id, "0123456789abcdef01");
}
END_TEST

START_TEST(it_is_found_behind_other_notes)
{
	ck_assert(read_object("other.so", "-fcf-protection -Wl,--build-id=0xfeed "
					  "-Wl,-z,ibt,-z,shstk"));
	ck_assert_str_eq(build_id, "feed");
}
END_TEST

START_TEST(the_usual_one_has_twenty_bytes)
{
	ck_assert(read_object("hashed.so", "-s -Wl,--build-id=sha1"));
	ck_assert_uint_eq(strlen(build_id), 40);
}
END_TEST

START_TEST(an_object_may_have_none)
{
	ck_assert(!read_object("none.so", "-Wl,--build-id=none"));
	ck_assert_str_eq(build_id, "");
}
END_TEST

START_TEST(the_small_object_has_its_own)
{
	ck_assert(read_tiny_id());
	ck_assert_str_eq(build_id, "0123456789abcdef");
}
END_TEST

START_TEST(a_damaged_note_is_none)
{
	switch (_i) {
	case 0:
		elf.note.size = 0;
		break;
	case 1:
		elf.note.size = ELF_BUILD_ID_MAX + 1;
		break;
	case 2:
		elf.note.size = UINT32_MAX;
		break;
	case 3:
		elf.note.size = 9;
		break;
	case 4:
		elf.note.name_size = UINT32_MAX;
		break;
	case 5:
		elf.note.name_size = 3;
		break;
	case 6:
		elf.note.name[0] = 'X';
		break;
	case 7:
		elf.note.type = NT_GNU_ABI_TAG;
		break;
	case 8:
		elf.programs[TINY_NOTE].p_memsz = 15;
		break;
	}
	ck_assert(!read_tiny_id());
	ck_assert_str_eq(build_id, "");
}
END_TEST

Suite *notes_suite(void);

Suite *notes_suite(void)
{
	Suite *suite = suite_create("notes");
	TCase *objects = tcase_create("objects");
	TCase *small = tcase_create("small");

	tcase_add_unchecked_fixture(objects, make_object_dir, remove_object_dir);
	tcase_add_test(objects, the_linkers_build_id_is_found);
	tcase_add_test(objects, it_is_found_behind_other_notes);
	tcase_add_test(objects, the_usual_one_has_twenty_bytes);
	tcase_add_test(objects, an_object_may_have_none);
	suite_add_tcase(suite, objects);
	tcase_add_checked_fixture(small, make_tiny, NULL);
	tcase_add_checked_fixture(small, forget_build_id, NULL);
	tcase_add_test(small, the_small_object_has_its_own);
	tcase_add_loop_test(small, a_damaged_note_is_none, 0, 9);
	suite_add_tcase(suite, small);
	return suite;
}
