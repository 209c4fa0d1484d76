/* SPDX-License-Identifier: MIT
 *
 * zip: members by the central directory, and every way in which that can lie.
 */
#include <check.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/zip.h"
#include "support/temp_dir.h"
#include "support/zip_file.h"

Suite *zip_suite(void);

static struct zip_file file;
static struct npabi_source source;
static struct zip zip;

/* Two members: one stored, one deflated. */
static void make(bool large)
{
	zip_file_begin(&file);
	zip_file_add(&file, "pkg/a.so", "stored bytes", false);
	zip_file_add(&file, "pkg/b.so", "deflated bytes", true);
	zip_file_finish(&file, large);
}

static void set_up(void)
{
	make(false);
}

static enum zip_fault open_bytes(const uint8_t *bytes, size_t size)
{
	npabi_source_from_memory(&source, bytes, size);
	return zip_open(&zip, &source);
}

static enum zip_fault open_zip(void)
{
	return open_bytes(file.bytes, file.size);
}

/* The member with number INDEX. */
static struct zip_member get_member(unsigned index)
{
	struct zip_member member = {.name = NULL};
	size_t position = 0;

	ck_assert_int_eq(open_zip(), ZIP_FINE);
	for (unsigned i = 0; i <= index; i++)
		ck_assert(zip_next(&zip, &position, &member));
	return member;
}

static enum zip_fault locate(unsigned index)
{
	struct zip_member member = get_member(index);
	uint64_t offset = 0;

	return zip_locate(&zip, &member, &offset);
}

static void assert_member(unsigned index, const char *name, unsigned method,
			  const char *data)
{
	struct zip_member member = get_member(index);
	uint64_t offset = 0;

	ck_assert_uint_eq(member.name_length, strlen(name));
	ck_assert_mem_eq(member.name, name, strlen(name));
	ck_assert_uint_eq(member.method, method);
	ck_assert_int_eq(zip_locate(&zip, &member, &offset), ZIP_FINE);
	ck_assert_uint_eq(offset, file.data[index]);
	ck_assert_uint_eq(member.unpacked, strlen(data));
}

START_TEST(members_are_given_in_their_order)
{
	struct zip_member member;
	size_t position = 0;

	make(_i);
	assert_member(0, "pkg/a.so", 0, "stored bytes");
	assert_member(1, "pkg/b.so", 8, "deflated bytes");
	ck_assert_uint_eq(get_member(1).packed, strlen("deflated bytes") + 5);
	for (int i = 0; i < 2; i++)
		ck_assert(zip_next(&zip, &position, &member));
	ck_assert(!zip_next(&zip, &position, &member));
}
END_TEST

START_TEST(an_empty_zip_has_no_members)
{
	struct zip_member member;
	size_t position = 0;

	zip_file_begin(&file);
	zip_file_finish(&file, _i);
	ck_assert_int_eq(open_zip(), ZIP_FINE);
	ck_assert(!zip_next(&zip, &position, &member));
}
END_TEST

START_TEST(a_comment_is_passed_over)
{
	zip_file_put(&file, file.end + 20, 2, 60000);
	file.size += 60000;
	ck_assert_int_eq(open_zip(), ZIP_FINE);
}
END_TEST

/* As for Python's zipfile the last signature counts, and there it fits nothing. */
START_TEST(an_end_record_in_the_comment_is_refused)
{
	zip_file_put(&file, file.end + 20, 2, 40);
	zip_file_put(&file, file.size + (size_t)_i, 4, 0x06054b50);
	file.size += 40;
	ck_assert_int_eq(open_zip(), ZIP_END_CORRUPT);
}
END_TEST

START_TEST(a_zip_cut_at_any_length_is_refused)
{
	make(_i);
	for (size_t size = 1; size < file.size; size++) {
		uint8_t *bytes = malloc(size);

		memcpy(bytes, file.bytes, size);
		ck_assert_int_ne(open_bytes(bytes, size), ZIP_FINE);
		free(bytes);
	}
}
END_TEST

START_TEST(what_stands_before_or_behind_a_zip_is_refused)
{
	static uint8_t longer[ZIP_FILE_MAX + 1];

	memcpy(longer, file.bytes, file.size);
	ck_assert_int_eq(open_bytes(longer, file.size + 1), ZIP_END_CORRUPT);
	memcpy(longer + 1, file.bytes, file.size);
	ck_assert_int_eq(open_bytes(longer, file.size + 1), ZIP_END_CORRUPT);
}
END_TEST

/* The records whose fields are changed. */
enum record { END, END64, LOCATOR, FIRST_ENTRY, FIRST_HEADER };

static size_t record_offset(enum record record)
{
	const size_t offsets[] = {file.end, file.end64, file.locator, file.entry[0],
				  file.header[0]};

	return offsets[record];
}

/* One field that is changed, and what is to be told of it. */
struct damage {
	enum record record;
	unsigned offset, width;
	uint64_t value;
	enum zip_fault fault;
};

static const struct damage bad_files[] = {
	{END, 4, 2, 1, ZIP_IN_PARTS},
	{END, 6, 2, 1, ZIP_IN_PARTS},
	{END, 8, 2, 1, ZIP_IN_PARTS},
	{END, 8, 4, 0x30003, ZIP_DIRECTORY_CORRUPT}, /* both counts: one too many */
	{END, 8, 4, 0x10001, ZIP_DIRECTORY_CORRUPT},
	{END, 12, 4, 0, ZIP_END_CORRUPT},
	{END, 12, 4, UINT32_MAX, ZIP_END_CORRUPT},
	{END, 16, 4, 0, ZIP_END_CORRUPT},
	{END, 16, 4, UINT32_MAX, ZIP_END_CORRUPT},
	{END, 20, 2, 1, ZIP_END_CORRUPT},
	{FIRST_ENTRY, 0, 4, 0, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 28, 2, UINT16_MAX, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 30, 2, UINT16_MAX, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 32, 2, 1, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 34, 2, 1, ZIP_DIRECTORY_CORRUPT},
	/* sizes that should be in an extra field which is not there */
	{FIRST_ENTRY, 20, 4, UINT32_MAX, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 24, 4, UINT32_MAX, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 42, 4, UINT32_MAX, ZIP_DIRECTORY_CORRUPT},
};

static const struct damage bad_large_files[] = {
	{END, 12, 4, 1, ZIP_END_CORRUPT}, /* not what zip64's record says */
	{END, 16, 4, 1, ZIP_END_CORRUPT},
	{END, 8, 2, 1, ZIP_END_CORRUPT},
	{END64, 0, 4, 0, ZIP_END_CORRUPT},
	{END64, 4, 8, 45, ZIP_END_CORRUPT},
	{END64, 16, 4, 1, ZIP_END_CORRUPT},
	{END64, 20, 4, 1, ZIP_END_CORRUPT},
	{END64, 24, 8, 1, ZIP_IN_PARTS},
	{END64, 40, 8, UINT64_MAX, ZIP_END_CORRUPT},
	{END64, 40, 8, 0, ZIP_END_CORRUPT},
	{END64, 48, 8, UINT64_MAX, ZIP_END_CORRUPT},
	{END64, 48, 8, 0, ZIP_END_CORRUPT},
	{LOCATOR, 0, 4, 0, ZIP_END_CORRUPT}, /* then the short record is all there is */
	{LOCATOR, 8, 8, 0, ZIP_END_CORRUPT},
	{LOCATOR, 8, 8, UINT64_MAX, ZIP_END_CORRUPT},
	{FIRST_ENTRY, 56, 2, 23, ZIP_DIRECTORY_CORRUPT}, /* the extra field's length */
	{FIRST_ENTRY, 56, 2, 25, ZIP_DIRECTORY_CORRUPT},
	{FIRST_ENTRY, 54, 2, 2, ZIP_DIRECTORY_CORRUPT}, /* and its kind */
};

static void damage(const struct damage *damage)
{
	zip_file_put(&file, record_offset(damage->record) + damage->offset, damage->width,
		     damage->value);
}

START_TEST(a_file_that_contradicts_itself_is_refused)
{
	damage(&bad_files[_i]);
	ck_assert_int_eq(open_zip(), bad_files[_i].fault);
}
END_TEST

START_TEST(a_zip64_file_that_contradicts_itself_is_refused)
{
	make(true);
	damage(&bad_large_files[_i]);
	ck_assert_int_eq(open_zip(), bad_large_files[_i].fault);
}
END_TEST

/* Changes that make the first member a bad one, and leave the second. */
static const struct damage bad_members[] = {
	{FIRST_ENTRY, 8, 2, 1, ZIP_ENCRYPTED},
	{FIRST_ENTRY, 8, 2, 0x40, ZIP_ENCRYPTED},
	{FIRST_HEADER, 6, 2, 1, ZIP_CONTRADICTS},
	{FIRST_ENTRY, 10, 2, 12, ZIP_METHOD}, /* bzip2 */
	{FIRST_ENTRY, 10, 2, 14, ZIP_METHOD}, /* LZMA */
	{FIRST_ENTRY, 10, 2, 93, ZIP_METHOD}, /* Zstandard */
	{FIRST_ENTRY, 10, 2, 8, ZIP_CONTRADICTS},
	{FIRST_HEADER, 8, 2, 8, ZIP_CONTRADICTS},
	{FIRST_HEADER, 0, 4, 0, ZIP_CONTRADICTS},
	{FIRST_HEADER, 30, 1, 'q', ZIP_CONTRADICTS},
	{FIRST_HEADER, 26, 2, 7, ZIP_CONTRADICTS},
	{FIRST_HEADER, 26, 2, UINT16_MAX, ZIP_OUTSIDE},
	{FIRST_HEADER, 28, 2, UINT16_MAX, ZIP_OUTSIDE},
	{FIRST_ENTRY, 42, 4, UINT32_MAX - 1, ZIP_OUTSIDE},
	{FIRST_ENTRY, 42, 4, 1, ZIP_CONTRADICTS},
	{FIRST_ENTRY, 20, 4, UINT32_MAX - 1, ZIP_OUTSIDE},
};

START_TEST(a_bad_member_is_told_and_the_next_is_found)
{
	damage(&bad_members[_i]);
	ck_assert_int_eq(locate(0), bad_members[_i].fault);
	ck_assert_int_eq(locate(1), ZIP_FINE);
}
END_TEST

START_TEST(data_that_reach_into_the_directory_are_outside)
{
	zip_file_put(&file, file.entry[1] + 20, 4, file.directory - file.data[1]);
	ck_assert_int_eq(locate(1), ZIP_FINE);
	zip_file_put(&file, file.entry[1] + 20, 4, file.directory - file.data[1] + 1);
	ck_assert_int_eq(locate(1), ZIP_OUTSIDE);
}
END_TEST

/* Python's zipfile ends a name there, too. */
START_TEST(a_name_ends_at_a_nul)
{
	struct zip_member member;

	zip_file_put(&file, file.entry[0] + 46 + 3, 1, 0);
	zip_file_put(&file, file.header[0] + 30 + 3, 1, 0);
	member = get_member(0);
	ck_assert_uint_eq(member.name_length, 3);
	ck_assert_int_eq(locate(0), ZIP_FINE);
}
END_TEST

START_TEST(a_directory_is_read_up_to_a_limit)
{
	uint64_t size = ZIP_DIRECTORY_MAX + 1;
	uint8_t *bytes = calloc(1, size + 22);

	ck_assert_ptr_nonnull(bytes);
	zip_file_begin(&file);
	zip_file_finish(&file, false);
	zip_file_put(&file, file.end + 12, 4, size);
	memcpy(bytes + size, file.bytes + file.end, 22);
	ck_assert_int_eq(open_bytes(bytes, size + 22), ZIP_DIRECTORY_TOO_LARGE);
	free(bytes);
}
END_TEST

/* Behind a hole of 5 GiB. */
START_TEST(offsets_beyond_4_gib_are_followed)
{
	const uint64_t hole = UINT64_C(5) << 30;
	struct temp_dir dir;
	struct zip_member member;
	uint64_t offset = 0;
	size_t position = 0;
	int fd;

	make(true);
	zip_file_put(&file, file.end64 + 48, 8, hole + file.directory);
	zip_file_put(&file, file.locator + 8, 8, hole + file.end64);
	zip_file_put(&file, file.entry[0] + 46 + 8 + 20, 8, hole);
	temp_dir_make(&dir);
	fd = open(temp_path(&dir, "z"), O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(pwrite(fd, file.bytes, file.size, (off_t)hole),
			 (ssize_t)file.size);
	close(fd);
	ck_assert_int_eq(npabi_source_open(&source, temp_path(&dir, "z")), NPABI_OK);
	ck_assert_int_eq(zip_open(&zip, &source), ZIP_FINE);
	ck_assert(zip_next(&zip, &position, &member));
	ck_assert_int_eq(zip_locate(&zip, &member, &offset), ZIP_FINE);
	ck_assert_uint_eq(offset, hole + file.data[0]);
	npabi_source_close(&source);
	temp_dir_remove(&dir);
}
END_TEST

START_TEST(a_file_that_is_cut_meanwhile_is_unreadable)
{
	const size_t far = 1 << 17; /* the directory: the header is not read with it */
	static uint8_t bytes[(1 << 17) + ZIP_FILE_MAX];
	struct temp_dir dir;
	struct zip_member member;
	uint64_t offset;
	size_t position = 0;

	zip_file_put(&file, file.end + 16, 4, far);
	memcpy(bytes, file.bytes, file.directory);
	memcpy(bytes + far, file.bytes + file.directory, file.size - file.directory);
	temp_dir_make(&dir);
	temp_bytes(&dir, "z", bytes, far + file.size - file.directory);
	ck_assert_int_eq(npabi_source_open(&source, temp_path(&dir, "z")), NPABI_OK);
	ck_assert_int_eq(zip_open(&zip, &source), ZIP_FINE);
	ck_assert(zip_next(&zip, &position, &member));
	ck_assert_int_eq(truncate(temp_path(&dir, "z"), 0), 0);
	ck_assert_int_eq(zip_locate(&zip, &member, &offset), ZIP_UNREADABLE);
	npabi_source_close(&source);
	temp_dir_remove(&dir);
}
END_TEST

START_TEST(each_fault_has_a_text_of_its_own)
{
	const char *text = zip_fault_text((enum zip_fault)_i);

	ck_assert(islower((unsigned char)text[0]) || isdigit((unsigned char)text[0]));
	ck_assert_str_ne(text, zip_fault_text(ZIP_FAULT_MAX));
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(text, zip_fault_text((enum zip_fault)other));
}
END_TEST

static TCase *make_files(void)
{
	TCase *files = tcase_create("files");

	tcase_add_checked_fixture(files, set_up, NULL);
	tcase_add_loop_test(files, an_empty_zip_has_no_members, 0, 2);
	tcase_add_test(files, a_comment_is_passed_over);
	tcase_add_loop_test(files, an_end_record_in_the_comment_is_refused, 0, 37);
	tcase_add_loop_test(files, a_zip_cut_at_any_length_is_refused, 0, 2);
	tcase_add_test(files, what_stands_before_or_behind_a_zip_is_refused);
	tcase_add_loop_test(files, a_file_that_contradicts_itself_is_refused, 0,
			    (int)(sizeof(bad_files) / sizeof(bad_files[0])));
	tcase_add_loop_test(files, a_zip64_file_that_contradicts_itself_is_refused, 0,
			    (int)(sizeof(bad_large_files) / sizeof(bad_large_files[0])));
	tcase_add_test(files, a_directory_is_read_up_to_a_limit);
	tcase_add_loop_test(files, each_fault_has_a_text_of_its_own, 0, ZIP_FAULT_MAX);
	return files;
}

static TCase *make_members(void)
{
	TCase *members = tcase_create("members");

	tcase_add_checked_fixture(members, set_up, NULL);
	tcase_add_loop_test(members, members_are_given_in_their_order, 0, 2);
	tcase_add_loop_test(members, a_bad_member_is_told_and_the_next_is_found, 0,
			    (int)(sizeof(bad_members) / sizeof(bad_members[0])));
	tcase_add_test(members, data_that_reach_into_the_directory_are_outside);
	tcase_add_test(members, a_name_ends_at_a_nul);
	tcase_add_test(members, a_file_that_is_cut_meanwhile_is_unreadable);
	return members;
}

Suite *zip_suite(void)
{
	Suite *suite = suite_create("zip");
	TCase *large = tcase_create("large");

	suite_add_tcase(suite, make_files());
	suite_add_tcase(suite, make_members());
	tcase_set_tags(large, "native");
	tcase_add_test(large, offsets_beyond_4_gib_are_followed);
	suite_add_tcase(suite, large);
	return suite;
}
