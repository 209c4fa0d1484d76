/* SPDX-License-Identifier: MIT
 *
 * elf/needed: against readelf, and against named faults.
 */
#include <check.h>
#include <string.h>

#include "elf/needed.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

/* How to link, and the folders that are to be found. */
static const struct {
	const char *name, *flags, *folders;
} ways[] = {
	{"plain.so", "-lm -Wl,--no-as-needed", ""},
	{"runpath.so", "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/../a.libs'",
	 "$ORIGIN/../a.libs"},
	{"rpath.so", "-Wl,--disable-new-dtags,-rpath,'$ORIGIN:/b',-rpath,/c",
	 "$ORIGIN:/b:/c"},
	{"none.so", "-nostdlib", ""},
	{"lld.so", "-fuse-ld=lld -Wl,--no-as-needed -lm -Wl,-rpath,/d", "/d"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static bool link_object(int number)
{
	const char *path = build_object(&object_dir, ways[number].name,
					ways[number].flags, "int a = 1;");

	if (path)
		open_image(path);
	else
		ck_assert_msg(strstr(ways[number].flags, "-fuse-ld"), "%s",
			      ways[number].name);
	return path != NULL;
}

START_TEST(what_is_needed_is_what_readelf_lists)
{
	FILE *pipe;
	char line[300], name[200];
	unsigned cursor = 0;

	if (!link_object(_i))
		return;
	pipe = tool_output("LC_ALL=C readelf -dW '%s'",
			   temp_path(&object_dir, ways[_i].name));
	while (fgets(line, sizeof(line), pipe))
		if (sscanf(line, " %*x (NEEDED) Shared library: [%199[^]]]", name) == 1)
			ck_assert_pstr_eq(elf_needed_next(&image, &cursor), name);
	pclose(pipe);
	ck_assert_ptr_null(elf_needed_next(&image, &cursor));
	ck_assert_ptr_null(elf_needed_next(&image, &cursor));
	npabi_source_close(&source);
}
END_TEST

START_TEST(folders_are_as_they_were_given)
{
	if (!link_object(_i))
		return;
	ck_assert_str_eq(elf_library_path(&image), ways[_i].folders);
	npabi_source_close(&source);
}
END_TEST

/* The loader ignores DT_RPATH where there is DT_RUNPATH, whichever comes first. */
START_TEST(a_runpath_counts_more_than_an_rpath)
{
	Elf64_Sxword tags[2][2] = {{DT_RPATH, DT_RUNPATH}, {DT_RUNPATH, DT_RPATH}};

	for (int i = 0; i < 2; i++) {
		Elf64_Dyn *entry = &elf.dynamic[i ? TINY_SONAME : TINY_FLAGS];

		entry->d_tag = tags[_i][i];
		entry->d_un.d_val = i ? 1 : 0;
	}
	read_tiny();
	ck_assert_str_eq(elf_library_path(&image),
			 elf_dynamic_string(&image, tags[_i][0] == DT_RUNPATH ? 0 : 1));
}
END_TEST

START_TEST(a_name_outside_the_strings_is_passed_over)
{
	unsigned cursor = 0;

	elf.dynamic[TINY_FLAGS].d_tag = DT_NEEDED;
	elf.dynamic[TINY_FLAGS].d_un.d_val = UINT64_MAX - 1;
	read_tiny();
	ck_assert_ptr_null(elf_needed_next(&image, &cursor));
}
END_TEST

Suite *needed_suite(void);

Suite *needed_suite(void)
{
	Suite *suite = suite_create("needed");
	TCase *objects = tcase_create("objects");
	TCase *small = tcase_create("small");

	tcase_add_unchecked_fixture(objects, make_object_dir, remove_object_dir);
	tcase_add_loop_test(objects, what_is_needed_is_what_readelf_lists, 0, WAYS);
	tcase_add_loop_test(objects, folders_are_as_they_were_given, 0, WAYS);
	suite_add_tcase(suite, objects);
	tcase_add_checked_fixture(small, make_tiny, NULL);
	tcase_add_loop_test(small, a_runpath_counts_more_than_an_rpath, 0, 2);
	tcase_add_test(small, a_name_outside_the_strings_is_passed_over);
	suite_add_tcase(suite, small);
	return suite;
}
