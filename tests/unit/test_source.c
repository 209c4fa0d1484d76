/* SPDX-License-Identifier: MIT
 *
 * base/source: bytes of files and memory, and the files that are no files.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/source.h"
#include "base/span.h"
#include "support/temp_dir.h"
#include "unit/suites.h"

/* Longer than many blocks, and no multiple of any. */
#define FILE_SIZE 100003

static struct temp_dir dir;
static char file_path[TEMP_PATH_MAX];
static uint8_t content[FILE_SIZE];

static void write_file(size_t size)
{
	int fd = open(file_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, content, size), (ssize_t)size);
	close(fd);
}

static void set_up(void)
{
	uint32_t state = 1;

	temp_dir_make(&dir);
	strcpy(file_path, temp_path(&dir, "file"));
	for (size_t i = 0; i < FILE_SIZE; i++) {
		state = state * 1103515245 + 12345;
		content[i] = (uint8_t)(state >> 16);
	}
	write_file(FILE_SIZE);
}

static void tear_down(void)
{
	temp_dir_remove(&dir);
}

static struct npabi_source open_source(void)
{
	struct npabi_source source;

	ck_assert_int_eq(npabi_source_open(&source, file_path), NPABI_OK);
	return source;
}

static int count_open_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

START_TEST(a_view_has_the_bytes_of_the_file)
{
	static const struct {
		uint64_t offset;
		size_t length;
	} views[] = {{0, 1},	     {1023, 2},	   {5000, 20000}, {FILE_SIZE - 1, 1},
		     {0, FILE_SIZE}, {4096, 4096}, {77, 0},	  {FILE_SIZE, 0}};
	struct npabi_source source = open_source();
	const uint8_t *view;

	ck_assert_uint_eq(source.size, FILE_SIZE);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		view = npabi_source_view(&source, views[i].offset, views[i].length);
		ck_assert_ptr_nonnull(view);
		ck_assert_mem_eq(view, content + views[i].offset, views[i].length);
	}
	npabi_source_close(&source);
}
END_TEST

START_TEST(views_in_any_order_agree_with_the_file)
{
	struct npabi_source source = open_source();
	uint32_t state = (uint32_t)_i;

	for (int i = 0; i < 500; i++) {
		state = state * 1103515245 + 12345;
		uint64_t offset = (state >> 8) % FILE_SIZE;
		size_t length = (state >> 4) % 3000;
		const uint8_t *view = npabi_source_view(&source, offset, length);

		if (!npabi_range_valid(offset, length, FILE_SIZE)) {
			ck_assert_ptr_null(view);
			continue;
		}
		ck_assert_mem_eq(view, content + offset, length);
	}
	npabi_source_close(&source);
}
END_TEST

START_TEST(nothing_is_read_twice)
{
	struct npabi_source source = open_source();

	npabi_source_view(&source, 50000, 10);
	npabi_source_view(&source, 0, FILE_SIZE);
	npabi_source_view(&source, 1000, 5000);
	ck_assert_uint_eq(source.bytes_read, FILE_SIZE);
	ck_assert_uint_eq(source.read_calls, 3); /* the one block, before it, behind it */
	npabi_source_close(&source);
}
END_TEST

START_TEST(a_small_view_reads_a_small_part)
{
	struct npabi_source source = open_source();

	ck_assert_uint_eq(source.bytes_read, 0);
	npabi_source_view(&source, 60000, 16);
	ck_assert_uint_le(source.bytes_read, 4096);
	npabi_source_close(&source);
}
END_TEST

START_TEST(a_view_outside_is_refused)
{
	struct npabi_source source = open_source();

	ck_assert_ptr_null(npabi_source_view(&source, FILE_SIZE, 1));
	ck_assert_ptr_null(npabi_source_view(&source, FILE_SIZE - 1, 2));
	ck_assert_ptr_null(npabi_source_view(&source, UINT64_MAX, 2));
	ck_assert_ptr_null(npabi_source_view(&source, 1, SIZE_MAX));
	ck_assert_ptr_null(npabi_source_view(&source, UINT64_MAX, SIZE_MAX));
	npabi_source_close(&source);
}
END_TEST

START_TEST(memory_is_viewed_in_place)
{
	struct npabi_source source;

	npabi_source_from_memory(&source, content, 100);
	ck_assert_ptr_eq(npabi_source_view(&source, 7, 93), content + 7);
	ck_assert_ptr_null(npabi_source_view(&source, 7, 94));
	ck_assert(!npabi_source_changed(&source));
	npabi_source_close(&source);
}
END_TEST

START_TEST(a_file_cut_short_ends_the_views_and_nothing_else)
{
	struct npabi_source source = open_source();

	ck_assert_ptr_nonnull(npabi_source_view(&source, 0, 100));
	ck_assert_int_eq(truncate(file_path, 200), 0);
	ck_assert_ptr_null(npabi_source_view(&source, 50000, 100));
	ck_assert_mem_eq(npabi_source_view(&source, 0, 100), content, 100);
	ck_assert(npabi_source_changed(&source));
	npabi_source_close(&source);
	write_file(FILE_SIZE);
}
END_TEST

START_TEST(a_file_written_to_has_changed)
{
	const struct timespec times[2] = {{.tv_sec = 5}, {.tv_sec = 5}};
	struct npabi_source source = open_source();

	ck_assert(!npabi_source_changed(&source));
	ck_assert_int_eq(utimensat(AT_FDCWD, file_path, times, 0), 0);
	ck_assert(npabi_source_changed(&source));
	npabi_source_close(&source);
}
END_TEST

START_TEST(a_file_replaced_under_its_name_has_not_changed)
{
	struct npabi_source source = open_source();

	ck_assert_int_eq(unlink(file_path), 0);
	write_file(10);
	ck_assert(!npabi_source_changed(&source));
	ck_assert_mem_eq(npabi_source_view(&source, 70000, 1000), content + 70000, 1000);
	npabi_source_close(&source);
	write_file(FILE_SIZE);
}
END_TEST

START_TEST(a_missing_file_leaves_the_reason_in_errno)
{
	struct npabi_source source;

	errno = 0;
	ck_assert_int_eq(npabi_source_open(&source, "/nonexistent/file"),
			 NPABI_CANNOT_OPEN);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(an_empty_file_is_refused)
{
	struct npabi_source source;
	int before = count_open_files();

	write_file(0);
	ck_assert_int_eq(npabi_source_open(&source, file_path), NPABI_EMPTY);
	ck_assert_int_eq(count_open_files(), before);
	write_file(FILE_SIZE);
}
END_TEST

START_TEST(a_directory_and_a_device_are_no_files)
{
	struct npabi_source source;
	int before = count_open_files();

	ck_assert_int_eq(npabi_source_open(&source, dir.path), NPABI_NOT_A_FILE);
	ck_assert_int_eq(npabi_source_open(&source, "/dev/null"), NPABI_NOT_A_FILE);
	ck_assert_int_eq(count_open_files(), before);
}
END_TEST

START_TEST(a_pipe_without_a_writer_is_not_waited_for)
{
	struct npabi_source source;
	const char *path = temp_path(&dir, "pipe");

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(npabi_source_open(&source, path), NPABI_NOT_A_FILE);
}
END_TEST

START_TEST(a_socket_is_no_file)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	struct npabi_source source;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(name.sun_path, temp_path(&dir, "socket"));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	ck_assert_int_eq(npabi_source_open(&source, name.sun_path), NPABI_NOT_A_FILE);
	close(fd);
}
END_TEST

START_TEST(a_huge_sparse_file_is_read_like_any)
{
	struct npabi_source source;
	const uint8_t *view;

	ck_assert_int_eq(truncate(file_path, INT64_C(1) << 33), 0);
	source = open_source();
	view = npabi_source_view(&source, UINT64_C(1) << 32, 8);
	ck_assert_mem_eq(view, "\0\0\0\0\0\0\0\0", 8);
	ck_assert_uint_le(source.bytes_read, 4096);
	npabi_source_close(&source);
	write_file(FILE_SIZE);
}
END_TEST

START_TEST(no_room_for_the_region_is_a_status)
{
	struct rlimit limit;
	struct npabi_source source;
	int before = count_open_files();

	ck_assert_int_eq(truncate(file_path, INT64_C(1) << 36), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = 1 << 30;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	ck_assert_int_eq(npabi_source_open(&source, file_path), NPABI_NO_MEMORY);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	ck_assert_int_eq(count_open_files(), before);
	write_file(FILE_SIZE);
}
END_TEST

START_TEST(closing_gives_the_file_back_and_can_be_repeated)
{
	struct npabi_source source = {0};
	int before = count_open_files();

	npabi_source_close(&source); /* a zeroed one: descriptor 0 is not ours */
	ck_assert_int_eq(count_open_files(), before);
	source = open_source();
	ck_assert_int_eq(count_open_files(), before + 1);
	npabi_source_close(&source);
	npabi_source_close(&source);
	ck_assert_int_eq(count_open_files(), before);
}
END_TEST

START_TEST(the_descriptor_does_not_survive_exec)
{
	struct npabi_source source = open_source();

	ck_assert_int_eq(fcntl(source.fd, F_GETFD), FD_CLOEXEC);
	npabi_source_close(&source);
}
END_TEST

START_TEST(a_range_is_valid_up_to_the_end_and_never_wraps)
{
	ck_assert(npabi_range_valid(0, 0, 0));
	ck_assert(npabi_range_valid(3, 7, 10));
	ck_assert(!npabi_range_valid(3, 8, 10));
	ck_assert(!npabi_range_valid(11, 0, 10));
	ck_assert(!npabi_range_valid(UINT64_MAX, 2, 10));
	ck_assert(!npabi_range_valid(2, UINT64_MAX, 10));
	ck_assert(npabi_range_valid(0, UINT64_MAX, UINT64_MAX));
}
END_TEST

/* How many of the pages that lie wholly in SOURCE's bytes are in memory. */
static unsigned count_pages(const struct npabi_source *source)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = source->size / page;
	unsigned char present[FILE_SIZE / 4096];
	unsigned count = 0;

	ck_assert_int_eq(mincore(source->bytes, whole * page, present), 0);
	for (size_t i = 0; i < whole; i++)
		count += present[i] & 1;
	return count;
}

START_TEST(what_is_forgotten_gives_its_memory_back_and_is_read_again)
{
	struct npabi_source source = open_source();
	unsigned before;

	npabi_source_view(&source, 0, FILE_SIZE);
	before = count_pages(&source);
	npabi_source_forget(&source, 0, 70000);
	ck_assert_uint_le(count_pages(&source), before - 8);
	ck_assert_mem_eq(npabi_source_view(&source, 0, FILE_SIZE), content, FILE_SIZE);
	ck_assert_uint_gt(source.bytes_read, FILE_SIZE);
	npabi_source_close(&source);
}
END_TEST

START_TEST(only_what_lies_inside_is_forgotten)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {{1, 65536},	  {0, 65535}, {65537, FILE_SIZE - 65537},
		      {0, FILE_SIZE + 1}, {5, 0},     {UINT64_MAX, 2}};
	struct npabi_source source = open_source();

	npabi_source_view(&source, 0, FILE_SIZE);
	npabi_source_forget(&source, ranges[_i].offset, ranges[_i].length);
	npabi_source_view(&source, 0, FILE_SIZE);
	ck_assert_uint_eq(source.bytes_read, FILE_SIZE);
	npabi_source_close(&source);
}
END_TEST

START_TEST(memory_of_others_is_not_forgotten)
{
	uint8_t *bytes = malloc(FILE_SIZE);
	struct npabi_source source;

	memcpy(bytes, content, FILE_SIZE);
	npabi_source_from_memory(&source, bytes, FILE_SIZE);
	npabi_source_forget(&source, 0, FILE_SIZE);
	ck_assert_mem_eq(npabi_source_view(&source, 0, FILE_SIZE), content, FILE_SIZE);
	free(bytes);
}
END_TEST

static TCase *make_views(void)
{
	TCase *views = tcase_create("views");

	tcase_add_unchecked_fixture(views, set_up, tear_down);
	tcase_add_test(views, a_view_has_the_bytes_of_the_file);
	tcase_add_loop_test(views, views_in_any_order_agree_with_the_file, 0, 4);
	tcase_add_test(views, nothing_is_read_twice);
	tcase_add_test(views, a_small_view_reads_a_small_part);
	tcase_add_test(views, a_view_outside_is_refused);
	tcase_add_test(views, memory_is_viewed_in_place);
	tcase_add_test(views, what_is_forgotten_gives_its_memory_back_and_is_read_again);
	tcase_add_loop_test(views, only_what_lies_inside_is_forgotten, 0, 6);
	tcase_add_test(views, memory_of_others_is_not_forgotten);
	tcase_add_test(views, a_range_is_valid_up_to_the_end_and_never_wraps);
	return views;
}

static TCase *make_files(void)
{
	TCase *files = tcase_create("files");

	tcase_add_unchecked_fixture(files, set_up, tear_down);
	tcase_add_test(files, a_file_cut_short_ends_the_views_and_nothing_else);
	tcase_add_test(files, a_file_written_to_has_changed);
	tcase_add_test(files, a_file_replaced_under_its_name_has_not_changed);
	tcase_add_test(files, a_missing_file_leaves_the_reason_in_errno);
	tcase_add_test(files, an_empty_file_is_refused);
	tcase_add_test(files, a_directory_and_a_device_are_no_files);
	tcase_add_test(files, a_pipe_without_a_writer_is_not_waited_for);
	tcase_add_test(files, a_socket_is_no_file);
	tcase_add_test(files, a_huge_sparse_file_is_read_like_any);
	tcase_add_test(files, no_room_for_the_region_is_a_status);
	tcase_add_test(files, closing_gives_the_file_back_and_can_be_repeated);
	tcase_add_test(files, the_descriptor_does_not_survive_exec);
	return files;
}

Suite *source_suite(void);

Suite *source_suite(void)
{
	Suite *suite = suite_create("source");

	suite_add_tcase(suite, make_views());
	suite_add_tcase(suite, make_files());
	return suite;
}
