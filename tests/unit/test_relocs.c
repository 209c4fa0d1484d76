/* SPDX-License-Identifier: MIT
 *
 * elf/relocs: the list of relocations, against readelf's and for each machine.
 */
#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "elf/relocs.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static const char some_of_each_kind[] =
	"#include <stdio.h>\n"
	"extern char **environ; int global = 5; static int local; static char text[40];\n"
	"int global_function(void) { return puts(text) + local + (environ != 0); }\n"
	"const void *table[] = { &global, &local, (void *)global_function, text + 2,\n"
	"&environ, (void *)puts, &stdout, (char *)&global + 3, text, text + 4, 0 };\n";

static const char *const installed[] = {"/lib/x86_64-linux-gnu/libc.so.6",
					"/lib/aarch64-linux-gnu/libc.so.6",
					"/usr/bin/python3.11", "/bin/true"};
#define INSTALLED ((int)(sizeof(installed) / sizeof(installed[0])))

/* --- the list ------------------------------------------------------------ */

static enum elf_reloc_kind kind_by_name(const char *name)
{
	if (strstr(name, "_RELATIVE") || strstr(name, "_RELATIV"))
		return ELF_RELOC_RELATIVE;
	if (strstr(name, "_JUMP_SL"))
		return ELF_RELOC_SLOT;
	if (strstr(name, "_GLOB_DA"))
		return ELF_RELOC_GLOBAL;
	if (strcmp(name, "R_X86_64_64") == 0 || strcmp(name, "R_AARCH64_ABS64") == 0)
		return ELF_RELOC_ABSOLUTE;
	return ELF_RELOC_OTHER;
}

static int64_t parse_addend(const char *rest)
{
	const char *sign = strpbrk(rest, "+-");

	/* a relative one has nothing but the addend */
	if (!sign)
		return (int64_t)strtoull(rest, NULL, 16);
	return (*sign == '-' ? -1 : 1) * (int64_t)strtoull(sign + 1, NULL, 16);
}

/* One relocation of readelf's list; relative ones of DT_RELR have no such line. */
static bool next_row(FILE *pipe, struct elf_reloc *row)
{
	char line[1000];
	char type[32];
	uint64_t info;
	int read;

	while (fgets(line, sizeof(line), pipe)) {
		if (sscanf(line, "%" SCNx64 " %" SCNx64 " %31s%n", &row->address, &info,
			   type, &read) != 3 ||
		    strncmp(type, "R_", 2) != 0)
			continue;
		row->kind = kind_by_name(type);
		row->symbol = (uint32_t)(info >> 32);
		row->addend = parse_addend(line + read);
		return true;
	}
	return false;
}

static int by_address(const void *a, const void *b)
{
	const struct elf_reloc *left = a;
	const struct elf_reloc *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

/* All relocations of the image, sorted by address; the caller frees them. */
static struct elf_reloc *list_relocs(size_t *count_)
{
	struct elf_reloc *list = NULL;
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	size_t count = 0;

	elf_reloc_iter_init(&iter, &image);
	while (elf_reloc_next(&iter, &reloc)) {
		list = realloc(list, (count + 1) * sizeof(*list));
		list[count++] = reloc;
	}
	qsort(list, count, sizeof(*list), by_address);
	*count_ = count;
	return list;
}

static void compare_with_readelf(const char *path)
{
	FILE *pipe = tool_output("LC_ALL=C readelf -W -r '%s'", path);
	const struct elf_reloc *found;
	struct elf_reloc *list;
	struct elf_reloc row;
	size_t rows = 0;
	size_t count;

	open_image(path);
	list = list_relocs(&count);
	for (; next_row(pipe, &row); rows++) {
		found = bsearch(&row, list, count, sizeof(row), by_address);
		ck_assert_ptr_nonnull(found);
		ck_assert_int_eq(found->kind, row.kind);
		ck_assert_uint_eq(found->symbol, row.symbol);
		if (row.kind == ELF_RELOC_RELATIVE || row.kind == ELF_RELOC_ABSOLUTE)
			ck_assert_int_eq(found->addend, row.addend);
	}
	ck_assert_int_eq(pclose(pipe), 0);
	ck_assert_uint_eq(count, rows);
	free(list);
	npabi_source_close(&source);
}

START_TEST(objects_of_each_linker_list_what_readelf_lists)
{
	const char *path = build_object(&object_dir, link_ways[_i].name,
					link_ways[_i].flags, some_of_each_kind);

	if (path)
		compare_with_readelf(path);
}
END_TEST

START_TEST(installed_objects_list_what_readelf_lists)
{
	if (access(installed[_i], R_OK) == 0)
		compare_with_readelf(installed[_i]);
}
END_TEST

/* --- the small object ---------------------------------------------------- */

START_TEST(each_machine_has_its_own_numbers)
{
	static const struct {
		uint16_t machine;
		uint32_t type;
		enum elf_reloc_kind kind;
	} rows[] = {
		{EM_X86_64, R_X86_64_RELATIVE, ELF_RELOC_RELATIVE},
		{EM_X86_64, R_X86_64_JUMP_SLOT, ELF_RELOC_SLOT},
		{EM_X86_64, R_X86_64_GLOB_DAT, ELF_RELOC_GLOBAL},
		{EM_X86_64, R_X86_64_64, ELF_RELOC_ABSOLUTE},
		{EM_X86_64, R_X86_64_DTPMOD64, ELF_RELOC_OTHER},
		{EM_X86_64, R_AARCH64_RELATIVE, ELF_RELOC_OTHER},
		{EM_AARCH64, R_AARCH64_RELATIVE, ELF_RELOC_RELATIVE},
		{EM_AARCH64, R_AARCH64_JUMP_SLOT, ELF_RELOC_SLOT},
		{EM_AARCH64, R_AARCH64_GLOB_DAT, ELF_RELOC_GLOBAL},
		{EM_AARCH64, R_AARCH64_ABS64, ELF_RELOC_ABSOLUTE},
		{EM_AARCH64, R_X86_64_RELATIVE, ELF_RELOC_OTHER},
		{EM_RISCV, R_X86_64_64, ELF_RELOC_OTHER},
	};
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	elf.header.e_machine = rows[_i].machine;
	elf.plt[0].r_info = ELF64_R_INFO(TINY_GAMMA, (uint64_t)rows[_i].type);
	read_tiny();
	elf_reloc_iter_init(&iter, &image);
	ck_assert(elf_reloc_next(&iter, &reloc));
	ck_assert_int_eq(reloc.kind, rows[_i].kind);
}
END_TEST

START_TEST(the_walk_has_the_slots_first_and_then_the_others)
{
	static const enum elf_reloc_kind kinds_in_order[] = {
		ELF_RELOC_SLOT, ELF_RELOC_RELATIVE, ELF_RELOC_RELATIVE,
		ELF_RELOC_ABSOLUTE, ELF_RELOC_GLOBAL};
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	read_tiny();
	elf_reloc_iter_init(&iter, &image);
	for (int i = 0; i < 5; i++) {
		ck_assert(elf_reloc_next(&iter, &reloc));
		ck_assert_int_eq(reloc.kind, kinds_in_order[i]);
	}
	ck_assert(!elf_reloc_next(&iter, &reloc));
}
END_TEST

START_TEST(the_symbolic_walk_leaves_the_relative_ones_out)
{
	static const enum elf_reloc_kind kinds_in_order[] = {
		ELF_RELOC_SLOT, ELF_RELOC_ABSOLUTE, ELF_RELOC_GLOBAL};
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	read_tiny();
	elf_reloc_iter_init_symbolic(&iter, &image);
	for (int i = 0; i < 3; i++) {
		ck_assert(elf_reloc_next(&iter, &reloc));
		ck_assert_int_eq(reloc.kind, kinds_in_order[i]);
	}
	ck_assert(!elf_reloc_next(&iter, &reloc));
}
END_TEST

START_TEST(slots_in_the_form_without_addends_are_left_out)
{
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	elf.dynamic[TINY_PLTREL].d_un.d_val = DT_REL;
	read_tiny();
	elf_reloc_iter_init(&iter, &image);
	ck_assert(elf_reloc_next(&iter, &reloc));
	ck_assert_int_eq(reloc.kind, ELF_RELOC_RELATIVE);
}
END_TEST

static TCase *make_small(void)
{
	TCase *small = tcase_create("small");

	tcase_add_checked_fixture(small, make_tiny, NULL);
	tcase_add_loop_test(small, each_machine_has_its_own_numbers, 0, 12);
	tcase_add_test(small, the_walk_has_the_slots_first_and_then_the_others);
	tcase_add_test(small, the_symbolic_walk_leaves_the_relative_ones_out);
	tcase_add_test(small, slots_in_the_form_without_addends_are_left_out);
	return small;
}

Suite *relocs_suite(void);

Suite *relocs_suite(void)
{
	Suite *suite = suite_create("relocs");
	TCase *tables = tcase_create("tables");

	tcase_set_timeout(tables, 30);
	tcase_add_unchecked_fixture(tables, make_object_dir, remove_object_dir);
	tcase_add_loop_test(tables, objects_of_each_linker_list_what_readelf_lists, 0,
			    LINK_WAYS);
	tcase_add_loop_test(tables, installed_objects_list_what_readelf_lists, 0,
			    INSTALLED);
	suite_add_tcase(suite, tables);
	suite_add_tcase(suite, make_small());
	return suite;
}
