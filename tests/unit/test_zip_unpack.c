/* SPDX-License-Identifier: MIT
 *
 * zip_unpack: the bytes of members, and what is told instead of them.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "scan/zip_unpack.h"
#include "support/temp_dir.h"
#include "support/zip_file.h"

Suite *zip_unpack_suite(void);

static struct zip_file file;
static struct npabi_source source;
static struct zip zip;
static struct zip_unpacker unpacker;

static void set_up(void)
{
	zip_file_begin(&file);
	zip_file_add(&file, "stored", "stored bytes", false);
	zip_file_add(&file, "deflated", "deflated bytes", true);
	zip_file_add(&file, "empty", "", false);
	zip_file_add(&file, "deflated empty", "", true);
	zip_file_finish(&file, true);
	unpacker = (struct zip_unpacker){.inflater = NULL};
}

static void tear_down(void)
{
	zip_unpacker_close(&unpacker);
}

/* Unpacks the member with number INDEX; the file is as it is now. */
static enum zip_fault unpack(unsigned index, struct npabi_span *bytes)
{
	struct zip_member member = {.name = NULL};
	size_t position = 0;

	npabi_source_from_memory(&source, file.bytes, file.size);
	ck_assert_int_eq(zip_open(&zip, &source), ZIP_FINE);
	for (unsigned i = 0; i <= index; i++)
		ck_assert(zip_next(&zip, &position, &member));
	return zip_unpack(&unpacker, &zip, &member, bytes);
}

START_TEST(each_method_gives_the_bytes)
{
	static const char *const texts[] = {"stored bytes", "deflated bytes", "", ""};
	struct npabi_span bytes = {NULL, 99};

	ck_assert_int_eq(unpack((unsigned)_i, &bytes), ZIP_FINE);
	ck_assert_uint_eq(bytes.size, strlen(texts[_i]));
	ck_assert_mem_eq(bytes.data, texts[_i], bytes.size);
}
END_TEST

/* Offsets of what zip64's extra field says of a member, in its entry. */
static size_t sizes_of(unsigned index)
{
	return file.entry[index] + 46 + strlen(file.name[index]) + 4;
}

static void assert_fault(unsigned index, enum zip_fault fault)
{
	struct npabi_span bytes = {NULL, 99};

	ck_assert_int_eq(unpack(index, &bytes), fault);
	ck_assert_uint_eq(bytes.size, 99); /* only written on success */
}

START_TEST(a_wrong_crc_is_told)
{
	zip_file_put(&file, file.data[0], 1, 'S');
	assert_fault(0, ZIP_CRC);
	zip_file_put(&file, file.data[1] + 5, 1, 'D');
	assert_fault(1, ZIP_CRC);
	zip_file_put(&file, file.entry[2] + 16, 4, 1);
	assert_fault(2, ZIP_CRC);
}
END_TEST

START_TEST(a_size_that_lies_is_told)
{
	const size_t stored = strlen("stored bytes"), deflated = strlen("deflated bytes");

	zip_file_put(&file, sizes_of(0), 8, stored + 1);
	assert_fault(0, ZIP_SIZE);
	zip_file_put(&file, sizes_of(1), 8, deflated + 1);
	assert_fault(1, ZIP_SIZE);
	zip_file_put(&file, sizes_of(1), 8, deflated - 1);
	assert_fault(1, ZIP_SIZE);
	zip_file_put(&file, sizes_of(1), 8, 0);
	assert_fault(1, ZIP_SIZE);
	/* one byte more of packed data than the stream has */
	zip_file_put(&file, sizes_of(1), 8, deflated);
	zip_file_put(&file, sizes_of(1) + 8, 8, deflated + 6);
	assert_fault(1, ZIP_SIZE);
}
END_TEST

START_TEST(a_stream_that_makes_no_sense_is_told)
{
	const size_t deflated = strlen("deflated bytes");

	zip_file_put(&file, sizes_of(1) + 8, 8, deflated + 4); /* cut */
	assert_fault(1, ZIP_CORRUPT);
	zip_file_put(&file, sizes_of(1) + 8, 8, deflated + 5);
	zip_file_put(&file, file.data[1], 1,
		     7); /* a block of the kind that there is not */
	assert_fault(1, ZIP_CORRUPT);
}
END_TEST

START_TEST(what_is_too_large_is_told)
{
	zip_file_put(&file, sizes_of(1), 8, UINT64_C(1) << 32);
	assert_fault(1, ZIP_TOO_LARGE);
	zip_file_put(&file, sizes_of(1), 8, UINT64_MAX);
	assert_fault(1, ZIP_TOO_LARGE);
}
END_TEST

START_TEST(a_bomb_is_told)
{
	zip_file_put(&file, sizes_of(1), 8, (UINT64_C(1) << 32) - 1);
	assert_fault(1, ZIP_BOMB);
}
END_TEST

START_TEST(a_bomb_is_what_is_large_and_was_packed_small)
{
	const uint64_t mib = 1 << 20;

	ck_assert(!zip_is_bomb(64 * mib, 0));
	ck_assert(zip_is_bomb(64 * mib + 100, 0));
	ck_assert(!zip_is_bomb(1000 * mib, 10 * mib));
	ck_assert(zip_is_bomb(1000 * mib, 10 * mib - 1));
	ck_assert(!zip_is_bomb(0, 0));
}
END_TEST

#ifdef __SANITIZE_ADDRESS__
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* Sanitizers and valgrind need more memory than this leaves. */
START_TEST(no_memory_is_told)
{
	struct rlimit limit;
	struct npabi_span bytes;

	zip_file_put(&file, sizes_of(1), 8, UINT64_C(64) << 20);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = 1 << 20;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	assert_fault(1, ZIP_NO_MEMORY);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	zip_file_put(&file, sizes_of(1), 8, strlen("deflated bytes"));
	ck_assert_int_eq(unpack(1, &bytes), ZIP_FINE);
}
END_TEST

START_TEST(forgotten_data_are_read_again)
{
	static char text[200001];
	struct npabi_span bytes;
	struct zip_member member;
	struct temp_dir dir;
	size_t position = 0;
	uint64_t before;

	memset(text, 'x', sizeof(text) - 1);
	zip_file_begin(&file);
	zip_file_add(&file, "a", text, false);
	zip_file_finish(&file, false);
	temp_dir_make(&dir);
	temp_bytes(&dir, "z", file.bytes, file.size);
	ck_assert_int_eq(npabi_source_open(&source, temp_path(&dir, "z")), NPABI_OK);
	ck_assert_int_eq(zip_open(&zip, &source), ZIP_FINE);
	ck_assert(zip_next(&zip, &position, &member));
	ck_assert_int_eq(zip_unpack(&unpacker, &zip, &member, &bytes), ZIP_FINE);
	before = source.bytes_read;
	zip_forget(&zip, &member);
	ck_assert_int_eq(zip_unpack(&unpacker, &zip, &member, &bytes), ZIP_FINE);
	ck_assert_mem_eq(bytes.data, text, bytes.size);
	ck_assert_uint_gt(source.bytes_read, before);
	npabi_source_close(&source);
	temp_dir_remove(&dir);
}
END_TEST

/* Nothing may crash or be read outside; a sanitizer run makes this strict. */
START_TEST(any_byte_may_be_changed)
{
	static const uint8_t masks[] = {0x01, 0x02, 0x04, 0x08, 0x10,
					0x20, 0x40, 0x80, 0xff, 0x7f};
	uint8_t *bytes = malloc(file.size);
	struct npabi_span unpacked;
	struct zip_member member;

	memcpy(bytes, file.bytes, file.size);
	npabi_source_from_memory(&source, bytes, file.size);
	for (size_t i = 0; i < file.size; i++) {
		size_t position = 0;

		bytes[i] ^= masks[_i];
		if (zip_open(&zip, &source) == ZIP_FINE) {
			while (zip_next(&zip, &position, &member))
				zip_unpack(&unpacker, &zip, &member, &unpacked);
		}
		bytes[i] ^= masks[_i];
	}
	free(bytes);
}
END_TEST

Suite *zip_unpack_suite(void)
{
	Suite *suite = suite_create("zip_unpack");
	TCase *members = tcase_create("members"), *limits = tcase_create("limits");

	tcase_add_checked_fixture(members, set_up, tear_down);
	tcase_add_loop_test(members, each_method_gives_the_bytes, 0, 4);
	tcase_add_test(members, a_wrong_crc_is_told);
	tcase_add_test(members, a_size_that_lies_is_told);
	tcase_add_test(members, a_stream_that_makes_no_sense_is_told);
	tcase_add_test(members, what_is_too_large_is_told);
	tcase_add_test(members, a_bomb_is_told);
	tcase_add_test(members, a_bomb_is_what_is_large_and_was_packed_small);
	tcase_add_test(members, forgotten_data_are_read_again);
	tcase_add_loop_test(members, any_byte_may_be_changed, 0, 10);
	suite_add_tcase(suite, members);
	tcase_set_tags(limits, "native");
	tcase_add_checked_fixture(limits, set_up, tear_down);
	if (!sanitized)
		tcase_add_test(limits, no_memory_is_told);
	suite_add_tcase(suite, limits);
	return suite;
}
