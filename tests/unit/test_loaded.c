/* SPDX-License-Identifier: MIT
 *
 * The table of loaded objects.  Each test runs in a process of its own, in which
 * nothing has been added yet.
 */
#include <check.h>
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "preload/hook_import.h"
#include "preload/loaded.h"
#include "support/toolchain.h"

static struct facts facts;

/* An object that is really there, so that it is not taken for unloaded. */
static struct object find_libc(void)
{
	struct object object;

	ck_assert(object_at((uintptr_t)dlsym(RTLD_DEFAULT, "getppid"), &object));
	return object;
}

static struct loaded *add_waiting(void)
{
	struct object object = find_libc();
	struct loaded *entry = loaded_add(&object, NULL);

	ck_assert_ptr_nonnull(entry);
	strcpy(facts.init_name, "PyInit_it");
	ck_assert(loaded_wait(entry, &facts, &facts, "/the/path"));
	return entry;
}

START_TEST(an_object_is_added_once_and_found_by_address)
{
	struct object object = find_libc();
	struct loaded *entry;

	ck_assert_ptr_null(loaded_find(object.start));
	entry = loaded_add(&object, NULL);
	ck_assert_ptr_nonnull(entry);
	ck_assert_int_eq(entry->state, LOADED_SETTLED);
	ck_assert_ptr_null(loaded_add(&object, NULL));
	ck_assert_ptr_eq(loaded_find(object.start), entry);
	ck_assert_ptr_eq(loaded_find(object.end - 1), entry);
	ck_assert_ptr_null(loaded_find(object.end));
	ck_assert_ptr_null(loaded_find(object.start - 1));
}
END_TEST

START_TEST(who_waits_is_claimed_by_one)
{
	struct loaded *entry = add_waiting();

	ck_assert_uint_eq(loaded_waiting_count(), 1);
	ck_assert_str_eq(entry->waiting->facts.init_name, "PyInit_it");
	ck_assert_str_eq(entry->waiting->path, "/the/path");
	ck_assert_int_eq(entry->waiting->process, getpid());
	ck_assert(loaded_claim(entry));
	ck_assert(!loaded_claim(entry));
	loaded_wait_again(entry);
	ck_assert(loaded_claim(entry));
	loaded_settle(entry);
	ck_assert(!loaded_claim(entry));
	ck_assert_uint_eq(loaded_waiting_count(), 0);
	ck_assert_ptr_null(entry->waiting);
}
END_TEST

START_TEST(who_imports_at_the_moment_is_passed_over)
{
	struct loaded *entry = add_waiting();
	unsigned cursor = 0;

	entry->imports_running = 1;
	ck_assert_ptr_null(loaded_claim_next(&cursor, true));
	cursor = 0;
	ck_assert_ptr_eq(loaded_claim_next(&cursor, false), entry);
	ck_assert_ptr_null(loaded_claim_next(&cursor, false));
	loaded_wait_again(entry);
	entry->imports_running = 0;
	cursor = 0;
	ck_assert_ptr_eq(loaded_claim_next(&cursor, true), entry);
}
END_TEST

START_TEST(what_is_unloaded_is_forgotten)
{
	struct temp_dir dir;
	struct object object, libc = find_libc();
	struct loaded *entry;
	void *handle;

	temp_dir_make(&dir);
	handle =
		dlopen(build_object(&dir, "object.so", "", "int one(void) { return 1; }"),
		       RTLD_NOW);
	ck_assert(object_of_handle(handle, &object));
	entry = loaded_add(&object, NULL);
	ck_assert(loaded_wait(entry, &facts, &facts, "/the/path"));
	loaded_set_quiet(object.start + 8);
	ck_assert(loaded_is_quiet(object.start + 8));
	dlclose(handle);
	ck_assert_ptr_nonnull(loaded_add(&libc, NULL));
	ck_assert_ptr_null(loaded_find(object.start));
	ck_assert_uint_eq(loaded_waiting_count(), 0);
	ck_assert(!loaded_is_quiet(object.start + 8));
	temp_dir_remove(&dir);
}
END_TEST

START_TEST(quiet_callers_are_told_apart)
{
	for (uintptr_t caller = 0x7f0000001000; caller < 0x7f0000001100; caller += 5) {
		ck_assert(!loaded_is_quiet(caller));
		loaded_set_quiet(caller);
		ck_assert(loaded_is_quiet(caller));
		ck_assert(!loaded_is_quiet(caller + 1));
	}
}
END_TEST

START_TEST(an_import_without_any_python_finds_nothing)
{
	ck_assert_ptr_null(hook_import_module("sys"));
	ck_assert_ptr_null(hook_import(NULL));
	ck_assert_ptr_null(hook_import_level(NULL, NULL, NULL, NULL, 0));
}
END_TEST

Suite *loaded_suite(void);

Suite *loaded_suite(void)
{
	Suite *suite = suite_create("loaded");
	TCase *tcase = tcase_create("loaded");

	tcase_add_test(tcase, an_object_is_added_once_and_found_by_address);
	tcase_add_test(tcase, who_waits_is_claimed_by_one);
	tcase_add_test(tcase, who_imports_at_the_moment_is_passed_over);
	tcase_add_test(tcase, what_is_unloaded_is_forgotten);
	tcase_add_test(tcase, quiet_callers_are_told_apart);
	tcase_add_test(tcase, an_import_without_any_python_finds_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}
