/* SPDX-License-Identifier: MIT
 *
 * elf/relocs: where pointers in data lead, against what the loader of this
 * machine made of them.
 */
#include <check.h>
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>

#include "elf/relocs.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

/* The words of table[], which a test reads as the loader left them. */
static const char many_pointers[] =
	"#include <stdio.h>\n"
	"extern char **environ; int global = 5; static int local; static char "
	"text[400];\n"
	"static int local_function(void) { return local; }\n"
	"int global_function(void) { puts(text); return local_function(); }\n"
	"#define FOUR(x) x, x + 1, x + 2, x + 3\n"
	"#define MANY(x) FOUR(x), 0, FOUR(x + 20), FOUR(x + 40), 0, 0, FOUR(x + 60)\n"
	"const void *table[] = { &global, &local, (void *)local_function, &table[3],\n"
	"(void *)global_function, \"text\", \"text\" + 2, 0, (void *)12345, &environ,\n"
	"(void *)puts, (void *)-1L, &stdout, (char *)&global + 3,\n"
	"MANY(text), MANY(text + 4), MANY(text + 8), (void *)7L, MANY(text), &stderr,\n"
	"MANY(text + 1), MANY(text + 2), 0, MANY(text + 3), MANY(text + 300), &global,\n"
	"MANY(text + 5), MANY(text + 6), 0, MANY(text + 7), MANY(text + 100), &local };\n"
	"unsigned long table_size = sizeof(table) / sizeof(*table);\n";

struct search {
	uintptr_t address; /* in */
	struct elf_image image;
	uint64_t lowest, highest; /* run-time addresses */
};

static int find_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	const Elf64_Phdr *header = info->dlpi_phdr;
	uint64_t start;

	(void)size;
	search->lowest = UINT64_MAX;
	search->highest = 0;
	for (int i = 0; i < info->dlpi_phnum; i++, header++) {
		start = info->dlpi_addr + header->p_vaddr;
		if (header->p_type != PT_LOAD)
			continue;
		if (start < search->lowest)
			search->lowest = start;
		if (start + header->p_memsz > search->highest)
			search->highest = start + header->p_memsz;
	}
	if (search->address < search->lowest || search->address >= search->highest)
		return 0;
	ck_assert_int_eq(elf_image_from_loaded(&search->image, info->dlpi_addr,
					       info->dlpi_phdr, info->dlpi_phnum),
			 NPABI_OK);
	return 1;
}

/* What the loader put into WORD against what FILE and LOADED say that it holds. */
static void expect_pointer(const struct search *search, const uintptr_t *word)
{
	const struct elf_image *loaded = &search->image;
	uint64_t address = (uintptr_t)word - loaded->bias;
	bool inside = *word >= search->lowest && *word < search->highest;
	uint64_t target;

	ck_assert_int_eq(elf_pointer_at(&image, address, &target), inside);
	if (inside)
		ck_assert_uint_eq(target, *word - loaded->bias);
	ck_assert_int_eq(elf_pointer_at(loaded, address, &target), inside);
	if (inside)
		ck_assert_uint_eq(target, *word - loaded->bias);
}

START_TEST(pointers_lead_where_the_loader_makes_them_lead)
{
	const char *path = build_object(&object_dir, link_ways[_i].name,
					link_ways[_i].flags, many_pointers);
	void *handle = path ? dlopen(path, RTLD_LAZY) : NULL;
	const uintptr_t *table;
	struct search search;
	unsigned long size;

	if (!handle) /* a linker that is not here; a loader without DT_RELR */
		return;
	table = dlsym(handle, "table");
	size = *(unsigned long *)dlsym(handle, "table_size");
	search.address = (uintptr_t)table;
	ck_assert_int_eq(dl_iterate_phdr(find_object, &search), 1);
	open_image(path);
	for (unsigned long i = 0; i < size; i++)
		expect_pointer(&search, table + i);
	npabi_source_close(&source);
	dlclose(handle);
}
END_TEST

START_TEST(packed_relocations_are_in_the_packed_object)
{
	const char *path = build_object(&object_dir, link_ways[LINK_PACKED].name,
					link_ways[LINK_PACKED].flags, many_pointers);

	if (!path)
		return;
	open_image(path);
	ck_assert_uint_gt(image.relr.size, 0);
	npabi_source_close(&source);
}
END_TEST

/* The object of many pointers in memory, its relative relocations turned round. */
static const Elf64_Rela *make_reversed(void)
{
	const char *path = build_object(&object_dir, "reversed.so", "", many_pointers);
	static uint8_t bytes[1 << 20];
	size_t length = read_whole_file(path, (char *)bytes, sizeof(bytes));
	Elf64_Rela *relas;
	Elf64_Rela saved;

	npabi_source_from_memory(&source, bytes, length);
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
	relas = (Elf64_Rela *)(bytes + (elf_at(&image, image.rela.address, 1) - bytes));
	for (size_t i = 0, j = image.rela_relative - 1; i < j; i++, j--) {
		saved = relas[i];
		relas[i] = relas[j];
		relas[j] = saved;
	}
	return relas;
}

START_TEST(a_long_table_in_reverse_order_is_noticed)
{
	const Elf64_Rela *rela = make_reversed();
	uint64_t target;

	ck_assert_uint_gt(image.rela_relative, 150);
	for (uint64_t i = 0; i < image.rela_relative; i++, rela++) {
		ck_assert(elf_pointer_at(&image, rela->r_offset, &target));
		ck_assert_uint_eq(target, (uint64_t)rela->r_addend);
	}
}
END_TEST

/* --- the small object ---------------------------------------------------- */

static void expect_target(int word, uint64_t expected)
{
	uint64_t target = 0;

	ck_assert(elf_pointer_at(&image, place(elf.data + word), &target));
	ck_assert_uint_eq(target, expected);
}

static void expect_no_target(int word)
{
	uint64_t target;

	ck_assert(!elf_pointer_at(&image, place(elf.data + word), &target));
}

START_TEST(each_kind_of_relocation_leads_to_its_target)
{
	read_tiny();
	expect_target(TINY_BY_RELATIVE, place(elf.code + 16));
	expect_target(TINY_BY_RELATIVE_2, place(elf.strings));
	expect_target(TINY_BY_ABSOLUTE, place(elf.code + 24));
	expect_target(TINY_BY_RELR, place(elf.strings));
	expect_target(TINY_BY_RELR_BIT, place(elf.code + 16));
	expect_no_target(TINY_BY_IMPORT);
	expect_no_target(TINY_BY_SLOT);
	expect_no_target(TINY_NOT_A_POINTER);
}
END_TEST

START_TEST(the_words_of_an_executable_are_addresses_as_they_stand)
{
	elf.header.e_type = ET_EXEC;
	read_tiny();
	expect_target(TINY_NOT_A_POINTER, place(elf.code + 16));
}
END_TEST

START_TEST(relative_relocations_out_of_order_are_found)
{
	Elf64_Rela first = elf.rela[0];

	elf.rela[0] = elf.rela[1];
	elf.rela[1] = first;
	elf.dynamic[TINY_RELACOUNT].d_un.d_val = (uint64_t)_i;
	read_tiny();
	expect_target(TINY_BY_RELATIVE, place(elf.code + 16));
	expect_target(TINY_BY_RELATIVE_2, place(elf.strings));
	expect_target(TINY_BY_ABSOLUTE, place(elf.code + 24));
}
END_TEST

START_TEST(a_pointer_out_of_the_object_is_none)
{
	elf.rela[0].r_addend = INT64_MAX;
	elf.rela[2].r_addend = INT64_MIN;
	elf.data[TINY_BY_RELR] = sizeof(elf);
	read_tiny();
	expect_no_target(TINY_BY_RELATIVE);
	expect_no_target(TINY_BY_ABSOLUTE);
	expect_no_target(TINY_BY_RELR);
}
END_TEST

Suite *pointers_suite(void);

Suite *pointers_suite(void)
{
	Suite *suite = suite_create("pointers");
	TCase *objects = tcase_create("objects");
	TCase *small = tcase_create("small");

	tcase_set_timeout(objects, 30);
	tcase_add_unchecked_fixture(objects, make_object_dir, remove_object_dir);
	tcase_add_loop_test(objects, pointers_lead_where_the_loader_makes_them_lead, 0,
			    LINK_WAYS);
	tcase_add_test(objects, packed_relocations_are_in_the_packed_object);
	tcase_add_test(objects, a_long_table_in_reverse_order_is_noticed);
	suite_add_tcase(suite, objects);
	tcase_add_checked_fixture(small, make_tiny, NULL);
	tcase_add_test(small, each_kind_of_relocation_leads_to_its_target);
	tcase_add_test(small, the_words_of_an_executable_are_addresses_as_they_stand);
	tcase_add_loop_test(small, relative_relocations_out_of_order_are_found, 0, 3);
	tcase_add_test(small, a_pointer_out_of_the_object_is_none);
	suite_add_tcase(suite, small);
	return suite;
}
