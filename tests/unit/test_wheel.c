/* SPDX-License-Identifier: MIT
 *
 * wheel: whose it is, which members matter, and what they are called.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "scan/wheel.h"
#include "support/zip_file.h"

Suite *wheel_suite(void);

static struct zip_file file;
static struct npabi_source source;
static struct zip_unpacker unpacker;
static struct wheel wheel;

static void set_up(void)
{
	zip_file_begin(&file);
	wheel = (struct wheel){.count = 0};
	unpacker = (struct zip_unpacker){.inflater = NULL};
}

static void tear_down(void)
{
	wheel_close(&wheel);
	zip_unpacker_close(&unpacker);
}

static void open_wheel(const char *path)
{
	zip_file_finish(&file, false);
	npabi_source_from_memory(&source, file.bytes, file.size);
	ck_assert_int_eq(wheel_open(&wheel, &source, path, &unpacker), ZIP_FINE);
}

static void assert_owner(const char *distribution, const char *version)
{
	ck_assert_str_eq(wheel.owner.distribution, distribution);
	ck_assert_str_eq(wheel.owner.version, version);
}

START_TEST(the_owner_is_in_the_metadata)
{
	zip_file_add(&file, "m.so", "", false);
	zip_file_add(&file, "a-1.dist-info/METADATA",
		     "Metadata-Version: 2.1\r\nName: A.B\r\nVersion: 2\r\n\r\nText\n",
		     _i);
	open_wheel("d/c-3-py3-none-any.whl");
	assert_owner("A.B", "2");
	ck_assert_ptr_null(wheel.remark);
}
END_TEST

/* Members that are no metadata of the wheel itself, or say nothing. */
static const struct {
	const char *name, *text;
} no_metadata[] = {
	{"a/vendored-1.dist-info/METADATA", "Name: vendored\nVersion: 1\n"},
	{"METADATA", "Name: x\nVersion: 1\n"},
	{"a-1.dist-info/RECORD", "Name: x\nVersion: 1\n"},
	{"a-1.dist-info/METADATA", ""},
	{"a-1.dist-info/METADATA", "\nName: x\nVersion: 1\n"},
	{"a-1.dist-info/METADATA", "Version: 1\n"},
};

START_TEST(without_metadata_the_owner_is_in_the_file_name)
{
	zip_file_add(&file, "m.so", "", false);
	zip_file_add(&file, no_metadata[_i].name, no_metadata[_i].text, true);
	open_wheel("d/c_d-3.0-cp311-cp311-linux_x86_64.whl");
	assert_owner("c_d", "3.0");
	ck_assert_ptr_nonnull(wheel.remark);
}
END_TEST

START_TEST(a_file_name_that_says_nothing_is_no_owner)
{
	static const char *const paths[] = {"m.whl", "a-1.whl", "a-b/m.whl", ""};

	zip_file_add(&file, "m.so", "", false);
	open_wheel(paths[_i]);
	assert_owner("", "");
}
END_TEST

START_TEST(metadata_that_cannot_be_unpacked_is_none)
{
	zip_file_add(&file, "m.so", "", false);
	zip_file_add(&file, "a-1.dist-info/METADATA", "Name: a\nVersion: 1\n", true);
	zip_file_put(&file, file.data[1], 1, 7); /* no kind of block */
	open_wheel("c-3-py3-none-any.whl");
	assert_owner("c", "3");
	ck_assert_ptr_nonnull(wheel.remark);
}
END_TEST

/* Fails unless the members are EXPECTED, parted by blanks. */
static void assert_members(const char *expected)
{
	char text[512] = "";

	for (size_t i = 0; i < wheel.count; i++) {
		strcat(text, i ? " " : "");
		strncat(text, wheel.members[i].packed.name,
			wheel.members[i].packed.name_length);
	}
	ck_assert_str_eq(text, expected);
}

START_TEST(shared_objects_are_listed_by_name)
{
	static const char *const names[] = {"b.so",	"a/c.abi3.so", "a/.so", "a.so",
					    "lib.so.1", "d.so/",       "a.py"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		zip_file_add(&file, names[i], "", false);
	open_wheel("x");
	assert_members("a.so a/c.abi3.so b.so");
}
END_TEST

START_TEST(the_last_of_one_name_is_listed)
{
	struct npabi_span bytes;

	zip_file_add(&file, "m.so", "first", false);
	zip_file_add(&file, "m.so.so", "other", false);
	zip_file_add(&file, "m.so", "second", true);
	zip_file_add(&file, "m.so", "third", false);
	open_wheel("x");
	assert_members("m.so m.so.so");
	ck_assert(wheel.members[0].repeated);
	ck_assert(!wheel.members[1].repeated);
	ck_assert_int_eq(wheel_unpack(&wheel, &unpacker, &wheel.members[0], &bytes),
			 ZIP_FINE);
	ck_assert_mem_eq(bytes.data, "third", 5);
}
END_TEST

START_TEST(a_wheel_that_is_no_zip_is_a_fault)
{
	npabi_source_from_memory(&source, "text", 4);
	ck_assert_int_eq(wheel_open(&wheel, &source, "x.whl", &unpacker), ZIP_NO_END);
}
END_TEST

START_TEST(members_that_come_to_too_much_together_are_a_bomb)
{
	struct npabi_span bytes;

	zip_file_add(&file, "a.so", "a", false);
	open_wheel("x");
	wheel.unpacked = ZIP_BOMB_LEAST;
	ck_assert_int_eq(wheel_unpack(&wheel, &unpacker, &wheel.members[0], &bytes),
			 ZIP_BOMB);
	wheel.unpacked = ZIP_BOMB_LEAST - 1;
	ck_assert_int_eq(wheel_unpack(&wheel, &unpacker, &wheel.members[0], &bytes),
			 ZIP_FINE);
}
END_TEST

static const struct {
	const char *member;
	bool leads_out;
	const char *module;
} names[] = {
	{"a/b.cpython-311-x86_64-linux-gnu.so", false, "a.b"},
	{"m.so", false, "m"},
	{"a/__init__.so", false, "a"},
	{"a-1.data/platlib/p/x.so", false, "p.x"},
	{"a-1.data/purelib/x.so", false, "x"},
	{"a-1.data/data/lib/x.so", false, ""},
	{"a/b.data/platlib/x.so", false, ""},
	{"a.libs/libgfortran-1234.so", false, ""},
	{"..a/b..so", false, ""},
	{"a../b.so", false, ""},
	{"/a.so", true, ""},
	{"../a.so", true, ""},
	{"a/../b.so", true, ""},
	{"a/..", true, ""},
	{"..", true, ""},
	{"a//b.so", false, ""},
};

START_TEST(a_member_is_named_by_where_it_will_be_installed)
{
	char module[64];

	wheel_module_name(names[_i].member, module, sizeof(module));
	ck_assert_str_eq(module, names[_i].module);
	ck_assert_int_eq(wheel_leads_out(names[_i].member), names[_i].leads_out);
}
END_TEST

START_TEST(a_path_names_wheel_and_member)
{
	char *joined;

	zip_file_add(&file, "a/b.so", "", false);
	open_wheel("x");
	joined = wheel_join("d/x.whl", &wheel.members[0]);
	ck_assert_str_eq(joined, "d/x.whl!a/b.so");
	free(joined);
}
END_TEST

Suite *wheel_suite(void)
{
	Suite *suite = suite_create("wheel");
	TCase *owners = tcase_create("owners"), *members = tcase_create("members");

	tcase_add_checked_fixture(owners, set_up, tear_down);
	tcase_add_loop_test(owners, the_owner_is_in_the_metadata, 0, 2);
	tcase_add_loop_test(owners, without_metadata_the_owner_is_in_the_file_name, 0,
			    (int)(sizeof(no_metadata) / sizeof(no_metadata[0])));
	tcase_add_loop_test(owners, a_file_name_that_says_nothing_is_no_owner, 0, 4);
	tcase_add_test(owners, metadata_that_cannot_be_unpacked_is_none);
	suite_add_tcase(suite, owners);
	tcase_add_checked_fixture(members, set_up, tear_down);
	tcase_add_test(members, shared_objects_are_listed_by_name);
	tcase_add_test(members, the_last_of_one_name_is_listed);
	tcase_add_test(members, a_wheel_that_is_no_zip_is_a_fault);
	tcase_add_test(members, members_that_come_to_too_much_together_are_a_bomb);
	tcase_add_loop_test(members, a_member_is_named_by_where_it_will_be_installed, 0,
			    (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_test(members, a_path_names_wheel_and_member);
	suite_add_tcase(suite, members);
	return suite;
}
