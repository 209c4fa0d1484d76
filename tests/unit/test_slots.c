/* SPDX-License-Identifier: MIT
 *
 * Loaded objects and their slots, for each way that linkers lay slots out.  That
 * a slot was changed shows when the object calls through it; that nothing else
 * was, in the process's map.
 */
#include <check.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "preload/slots.h"
#include "support/toolchain.h"

#define MAP_SIZE (1 << 20)

static struct temp_dir dir;
static char map_before[MAP_SIZE], map_after[MAP_SIZE];

static void make_dir(void)
{
	temp_dir_make(&dir);
}

static void remove_dir(void)
{
	temp_dir_remove(&dir);
}

static const char source[] = "#include <unistd.h>\n"
			     "int call(void) { return getppid(); }\n"
			     "int (*address(void))(void) { return getppid; }\n";

/* How slots can lie: the flags that make it so. */
static const char *const layouts[] = {
	"",
	"-Wl,-z,lazy -Wl,-z,norelro",
	"-Wl,-z,lazy -Wl,-z,relro",
	"-Wl,-z,now -Wl,-z,relro",
	"-fno-plt -Wl,-z,now -Wl,-z,relro",
	"-fno-plt -Wl,-z,lazy -Wl,-z,relro",
	"-Wl,-z,now -Wl,-z,norelro",
	"-Wl,--hash-style=sysv",
	"-Wl,-z,pack-relative-relocs",
	"-Wl,-z,separate-code -Wl,-z,now",
};

#define LAYOUTS (int)(sizeof(layouts) / sizeof(layouts[0]))

static int stand_in(void)
{
	return 4711;
}

/* Compiles and loads the object; NULL, told as a skip, where the linker cannot. */
static void *load_object(const char *flags, int mode, struct object *object_)
{
	const char *path = build_object(&dir, "object.so", flags, source);
	void *handle;

	if (!path) {
		printf("SKIP slots: the linker does not know %s\n", flags);
		return NULL;
	}
	handle = dlopen(path, mode);
	ck_assert_msg(handle != NULL, "%s", dlerror());
	ck_assert(object_of_handle(handle, object_));
	return handle;
}

static int call_it(void *handle)
{
	int (*call)(void) = (int (*)(void))dlsym(handle, "call");

	return call();
}

START_TEST(each_layout_is_rewritten_and_closed_again)
{
	struct slot_change change = {.name = "getppid",
				     .replacement = (uintptr_t)stand_in};
	int mode = _i % 2 ? RTLD_NOW : RTLD_LAZY;
	struct object object;
	void *handle = load_object(layouts[_i / 2], mode, &object);

	if (!handle)
		return;
	read_whole_file("/proc/self/maps", map_before, MAP_SIZE);
	ck_assert_int_eq(slots_change(&object, &change, 1), NPABI_OK);
	read_whole_file("/proc/self/maps", map_after, MAP_SIZE);
	ck_assert_uint_ge(change.found_, 1);
	ck_assert_uint_eq(change.changed_, change.found_);
	ck_assert_uint_eq(change.refused_, 0);
	ck_assert_int_eq(call_it(handle), 4711);
	ck_assert_str_eq(map_after, map_before);
	/* a slot that was not bound tells nothing of what it would have called */
	if (change.previous_)
		ck_assert_int_eq(((int (*)(void))change.previous_)(), getppid());
	else
		ck_assert_int_eq(mode, RTLD_LAZY);
}
END_TEST

START_TEST(a_second_change_finds_nothing_to_do)
{
	struct slot_change change = {.name = "getppid",
				     .replacement = (uintptr_t)stand_in};
	struct object object;
	void *handle = load_object("", RTLD_NOW, &object);

	ck_assert_ptr_nonnull(handle);
	slots_change(&object, &change, 1);
	change.found_ = change.changed_ = 0;
	change.previous_ = 0;
	ck_assert_int_eq(slots_change(&object, &change, 1), NPABI_OK);
	ck_assert_uint_ge(change.found_, 1);
	ck_assert_uint_eq(change.changed_, 0);
	ck_assert_uint_eq(change.previous_, 0);
}
END_TEST

START_TEST(a_name_that_is_not_called_is_not_found)
{
	struct slot_change changes[] = {
		{.name = "getppi", .replacement = (uintptr_t)stand_in},
		{.name = "getppidx", .replacement = (uintptr_t)stand_in},
	};
	struct object object;
	void *handle = load_object("", RTLD_NOW, &object);

	ck_assert_ptr_nonnull(handle);
	ck_assert_int_eq(slots_change(&object, changes, 2), NPABI_OK);
	ck_assert_uint_eq(changes[0].found_ + changes[1].found_, 0);
	ck_assert_int_eq(call_it(handle), getppid());
}
END_TEST

/* Makes the pages writable that the loader has protected. */
static void open_pages(const struct object *object)
{
	uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	const Elf64_Phdr *header = object->headers;
	uintptr_t start, end;

	for (size_t i = 0; i < object->header_count; i++, header++) {
		if (header->p_type != PT_GNU_RELRO)
			continue;
		start = (object->bias + header->p_vaddr) & -page_size;
		end = object->bias + header->p_vaddr + header->p_memsz;
		ck_assert_int_eq(
			mprotect((void *)start, end - start, PROT_READ | PROT_WRITE), 0);
	}
}

START_TEST(a_page_that_another_has_opened_stays_open)
{
	struct slot_change change = {.name = "getppid",
				     .replacement = (uintptr_t)stand_in};
	struct object object;
	void *handle = load_object("-Wl,-z,now -Wl,-z,relro", RTLD_NOW, &object);

	ck_assert_ptr_nonnull(handle);
	open_pages(&object);
	read_whole_file("/proc/self/maps", map_before, MAP_SIZE);
	ck_assert_int_eq(slots_change(&object, &change, 1), NPABI_OK);
	read_whole_file("/proc/self/maps", map_after, MAP_SIZE);
	ck_assert_int_eq(call_it(handle), 4711);
	ck_assert_str_eq(map_after, map_before);
}
END_TEST

START_TEST(ourselves_the_loader_and_the_vdso_are_left_alone)
{
	struct slot_change change = {.name = "getenv",
				     .replacement = (uintptr_t)stand_in};
	const uintptr_t addresses[] = {(uintptr_t)&slots_change, getauxval(AT_BASE),
				       getauxval(AT_SYSINFO_EHDR)};
	struct object object;

	for (size_t i = 0; i < 3; i++) {
		if (!addresses[i])
			continue;
		ck_assert(object_at(addresses[i], &object));
		ck_assert_int_ne(slots_change(&object, &change, 1), NPABI_OK);
		ck_assert_uint_eq(change.found_, 0);
	}
}
END_TEST

START_TEST(handles_that_are_none_lead_nowhere)
{
	struct {
		uintptr_t base;
		const char *name;
	} forged = {1, "no such object"};
	struct object object;

	ck_assert(!object_of_handle(NULL, &object));
	ck_assert(!object_of_handle(RTLD_NEXT, &object));
	ck_assert(!object_of_handle(&forged, &object));
}
END_TEST

START_TEST(plain_lookup_finds_what_the_loader_finds)
{
	ck_assert_uint_eq(object_function("dlsym"),
			  (uintptr_t)dlsym(RTLD_DEFAULT, "dlsym"));
	ck_assert_uint_eq(object_function("no_such_function"), 0);
}
END_TEST

START_TEST(unloading_is_counted)
{
	unsigned long long before = object_unload_count();
	struct object object;
	void *handle = load_object("", RTLD_NOW, &object);

	ck_assert_ptr_nonnull(handle);
	dlclose(handle);
	ck_assert_uint_gt(object_unload_count(), before);
	ck_assert(!object_at(object.start, &object));
}
END_TEST

Suite *slots_suite(void);

Suite *slots_suite(void)
{
	Suite *suite = suite_create("slots");
	TCase *tcase = tcase_create("slots");

	tcase_add_checked_fixture(tcase, make_dir, remove_dir);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, each_layout_is_rewritten_and_closed_again, 0,
			    2 * LAYOUTS);
	tcase_add_test(tcase, a_second_change_finds_nothing_to_do);
	tcase_add_test(tcase, a_name_that_is_not_called_is_not_found);
	tcase_add_test(tcase, a_page_that_another_has_opened_stays_open);
	tcase_add_test(tcase, ourselves_the_loader_and_the_vdso_are_left_alone);
	tcase_add_test(tcase, handles_that_are_none_lead_nowhere);
	tcase_add_test(tcase, plain_lookup_finds_what_the_loader_finds);
	tcase_add_test(tcase, unloading_is_counted);
	suite_add_tcase(suite, tcase);
	return suite;
}
