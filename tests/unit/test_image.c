/* SPDX-License-Identifier: MIT
 *
 * elf/image: what is accepted, what is refused, and which bytes are handed out,
 * of a small object whose fields are known and of what is loaded in this process.
 */
#include <check.h>
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>

#include "elf/image.h"
#include "elf/symbols.h"
#include "support/tiny_image.h"
#include "unit/suites.h"

static void set_up(void)
{
	make_tiny();
	npabi_source_from_memory(&source, &elf, sizeof(elf));
}

static enum npabi_status read_file(void)
{
	return elf_image_from_file(&image, &source);
}

static enum npabi_status read_loaded(void)
{
	return elf_image_from_loaded(&image, (uintptr_t)&elf, elf.programs, TINY_HEADERS);
}

static void expect_table(struct elf_table table, const void *part, size_t size)
{
	ck_assert_uint_eq(table.address, place(part));
	ck_assert_uint_eq(table.size, size);
}

START_TEST(each_table_is_found)
{
	ck_assert_int_eq(_i ? read_loaded() : read_file(), NPABI_OK);
	ck_assert_uint_eq(image.machine, EM_X86_64);
	ck_assert_uint_eq(image.segment_count, 3);
	ck_assert_uint_eq(image.symbols, place(elf.symbols));
	expect_table(image.strings, elf.strings, sizeof(elf.strings));
	ck_assert_uint_eq(image.gnu_hash, place(&elf.gnu_hash));
	ck_assert_uint_eq(image.sysv_hash, place(&elf.sysv_hash));
	expect_table(image.rela, elf.rela, sizeof(elf.rela));
	ck_assert_uint_eq(image.rela_relative, 2);
	expect_table(image.plt_rela, elf.plt, sizeof(elf.plt));
	expect_table(image.relr, elf.relr, sizeof(elf.relr));
	expect_table(image.unwind_index, &elf.unwind, sizeof(elf.unwind));
	expect_table(image.notes[0], &elf.note, sizeof(elf.note));
	expect_table(image.relro, elf.dynamic, sizeof(elf.dynamic));
	ck_assert(image.bind_now);
	ck_assert_str_eq(elf_dynamic_string(&image, image.soname), "tiny.so");
}
END_TEST

START_TEST(the_executables_type_is_accepted)
{
	elf.header.e_type = ET_EXEC;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert(image.fixed);
}
END_TEST

START_TEST(any_machine_is_accepted_and_told)
{
	elf.header.e_machine = EM_AARCH64;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_uint_eq(image.machine, EM_AARCH64);
}
END_TEST

START_TEST(each_way_to_bind_at_load_is_seen)
{
	static const Elf64_Dyn ways[] = {{DT_FLAGS, {DF_BIND_NOW}},
					 {DT_FLAGS_1, {DF_1_NOW}},
					 {DT_BIND_NOW, {0}},
					 {DT_FLAGS, {DF_TEXTREL}},
					 {DT_FLAGS_1, {DF_1_NODELETE}}};

	elf.dynamic[TINY_FLAGS] = ways[_i];
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_int_eq(image.bind_now, _i < 3);
}
END_TEST

/* --- refused ------------------------------------------------------------- */

START_TEST(what_is_no_64_bit_little_endian_object_has_its_own_status)
{
	static const struct {
		uint8_t index, value;
		enum npabi_status status;
	} faults[] = {
		{EI_MAG0, 0, NPABI_NOT_ELF},
		{EI_MAG3, 'f', NPABI_NOT_ELF},
		{EI_CLASS, ELFCLASS32, NPABI_ELF_32_BIT},
		{EI_CLASS, ELFCLASSNONE, NPABI_ELF_CORRUPT},
		{EI_DATA, ELFDATA2MSB, NPABI_ELF_BIG_ENDIAN},
		{EI_DATA, 7, NPABI_ELF_CORRUPT},
		{EI_VERSION, 0, NPABI_ELF_CORRUPT},
		{offsetof(Elf64_Ehdr, e_type), ET_REL, NPABI_ELF_NOT_SHARED},
		{offsetof(Elf64_Ehdr, e_type), ET_CORE, NPABI_ELF_NOT_SHARED},
		{offsetof(Elf64_Ehdr, e_phentsize), 32, NPABI_ELF_CORRUPT},
		{offsetof(Elf64_Ehdr, e_phnum), 0, NPABI_NOT_DYNAMIC},
		{offsetof(Elf64_Ehdr, e_phnum), TINY_DYNAMIC, NPABI_NOT_DYNAMIC},
		{offsetof(Elf64_Ehdr, e_phnum) + 1, 1, NPABI_TOO_COMPLEX},
		{offsetof(Elf64_Ehdr, e_phoff) + 7, 0xff, NPABI_TRUNCATED},
		{offsetof(Elf64_Ehdr, e_phoff) + 2, 1, NPABI_TRUNCATED},
	};

	((uint8_t *)&elf.header)[faults[_i].index] = faults[_i].value;
	ck_assert_int_eq(read_file(), faults[_i].status);
}
END_TEST

START_TEST(the_program_header_count_that_stands_elsewhere_is_refused)
{
	elf.header.e_phnum = PN_XNUM;
	ck_assert_int_eq(read_file(), NPABI_TOO_COMPLEX);
}
END_TEST

START_TEST(no_bytes_at_all_are_empty)
{
	npabi_source_from_memory(&source, &elf, 0);
	ck_assert_int_eq(read_file(), NPABI_EMPTY);
}
END_TEST

START_TEST(a_text_file_is_not_elf)
{
	npabi_source_from_memory(&source, "#!", 2);
	ck_assert_int_eq(read_file(), NPABI_NOT_ELF);
}
END_TEST

START_TEST(more_bytes_in_the_file_than_in_memory_are_corrupt)
{
	elf.programs[TINY_LOAD_DATA].p_memsz--;
	ck_assert_int_eq(read_file(), NPABI_ELF_CORRUPT);
}
END_TEST

START_TEST(a_segment_that_wraps_around_is_corrupt)
{
	elf.programs[TINY_LOAD_DATA].p_memsz = UINT64_MAX;
	ck_assert_int_eq(read_file(), NPABI_ELF_CORRUPT);
	ck_assert_int_eq(read_loaded(), NPABI_ELF_CORRUPT);
}
END_TEST

START_TEST(segments_that_overlap_are_corrupt)
{
	elf.programs[TINY_LOAD_CODE].p_vaddr = place(elf.dynamic) + 8;
	ck_assert_int_eq(read_file(), NPABI_ELF_CORRUPT);
	ck_assert_int_eq(read_loaded(), NPABI_ELF_CORRUPT);
}
END_TEST

START_TEST(a_segment_past_the_end_of_the_file_is_truncated)
{
	elf.programs[TINY_LOAD_CODE].p_offset = UINT64_MAX - 2;
	ck_assert_int_eq(read_file(), NPABI_TRUNCATED);
}
END_TEST

START_TEST(a_dynamic_section_outside_is_corrupt)
{
	elf.programs[TINY_DYNAMIC].p_vaddr = UINT64_MAX - 7;
	ck_assert_int_eq(read_file(), NPABI_ELF_CORRUPT);
	ck_assert_int_eq(read_loaded(), NPABI_ELF_CORRUPT);
}
END_TEST

START_TEST(an_object_without_symbols_is_not_dynamic)
{
	elf.dynamic[TINY_SYMTAB].d_tag = DT_DEBUG;
	ck_assert_int_eq(read_file(), NPABI_NOT_DYNAMIC);
}
END_TEST

START_TEST(a_table_outside_or_of_other_entries_is_corrupt)
{
	static const struct {
		int entry;
		uint64_t value;
	} faults[] = {
		{TINY_SYMTAB, UINT64_MAX}, {TINY_SYMTAB, sizeof(elf)},
		{TINY_SYMENT, 16},	   {TINY_STRTAB, 1 << 20},
		{TINY_STRSZ, UINT64_MAX},  {TINY_STRSZ, 0},
		{TINY_GNU_HASH, 1 << 20},  {TINY_GNU_HASH, sizeof(elf) - 4},
		{TINY_HASH, 1 << 20},	   {TINY_RELA, UINT64_MAX - 8},
		{TINY_RELASZ, 1 << 20},	   {TINY_RELAENT, 8},
		{TINY_JMPREL, 1 << 20},	   {TINY_PLTRELSZ, UINT64_MAX},
		{TINY_RELR, 1 << 20},	   {TINY_RELRSZ, UINT64_MAX},
		{TINY_RELRENT, 4},	   {TINY_SONAME, 64},
	};

	elf.dynamic[faults[_i].entry].d_un.d_val = faults[_i].value;
	ck_assert_int_eq(read_file(), NPABI_ELF_CORRUPT);
	ck_assert_int_eq(read_loaded(), NPABI_ELF_CORRUPT);
}
END_TEST

START_TEST(more_relative_relocations_than_relocations_are_counted_as_all)
{
	elf.dynamic[TINY_RELACOUNT].d_un.d_val = UINT64_MAX;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_uint_eq(image.rela_relative, 4);
}
END_TEST

START_TEST(optional_parts_outside_are_as_if_absent)
{
	elf.programs[TINY_NOTE].p_vaddr = UINT64_MAX - 7;
	elf.programs[TINY_UNWIND].p_memsz = 1 << 20;
	elf.programs[TINY_RELRO].p_vaddr = 1 << 20;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_uint_eq(image.notes[0].size, 0);
	ck_assert_uint_eq(image.unwind_index.size, 0);
	ck_assert_uint_eq(image.relro.size, 0);
}
END_TEST

/* --- bytes --------------------------------------------------------------- */

START_TEST(bytes_are_those_of_the_segment_and_end_with_it)
{
	uint64_t code = place(elf.code);

	ck_assert_int_eq(_i ? read_loaded() : read_file(), NPABI_OK);
	ck_assert_ptr_eq(elf_at(&image, code, 64), elf.code);
	ck_assert_ptr_eq(elf_at(&image, code + 63, 1), elf.code + 63);
	ck_assert_ptr_null(elf_at(&image, code, 65));
	ck_assert_ptr_null(elf_at(&image, code - 1, 2)); /* two segments, not one */
	ck_assert_ptr_null(elf_at(&image, code, SIZE_MAX));
	ck_assert_ptr_null(elf_at(&image, UINT64_MAX, 1));
	ck_assert_ptr_null(elf_at(&image, sizeof(elf), 1));
	ck_assert_uint_eq(elf_extent(&image, code + 60), 4);
	ck_assert_uint_eq(elf_extent(&image, sizeof(elf)), 0);
}
END_TEST

START_TEST(addresses_are_not_offsets)
{
	elf.programs[TINY_LOAD_CODE].p_vaddr += 0x10000;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_ptr_eq(elf_at(&image, place(elf.code) + 0x10000, 64), elf.code);
	ck_assert_ptr_null(elf_at(&image, place(elf.code), 1));
}
END_TEST

START_TEST(a_file_has_no_bytes_of_bss_and_a_loaded_object_has)
{
	elf.programs[TINY_LOAD_DATA].p_filesz -= 8;
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_ptr_null(elf_at(&image, place(elf.data + 7), 8));
	ck_assert(elf_contains(&image, place(elf.data + 7)));
	ck_assert_int_eq(read_loaded(), NPABI_OK);
	ck_assert_ptr_eq(elf_at(&image, place(elf.data + 7), 8), elf.data + 7);
}
END_TEST

START_TEST(loaded_memory_that_is_not_readable_is_not_touched)
{
	elf.programs[TINY_LOAD_CODE].p_flags = PF_X;
	ck_assert_int_eq(read_loaded(), NPABI_OK);
	ck_assert_ptr_null(elf_at(&image, place(elf.code), 1));
	ck_assert(elf_is_code(&image, place(elf.code)));
}
END_TEST

START_TEST(code_and_constants_are_told_by_the_segment)
{
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert(elf_is_code(&image, place(elf.code)));
	ck_assert(!elf_is_code(&image, place(elf.data)));
	ck_assert(elf_is_constant(&image, place(elf.strings)));
	ck_assert(!elf_is_constant(&image, place(elf.data)));
	ck_assert(!elf_is_constant(&image, sizeof(elf)));
	ck_assert(!elf_contains(&image, sizeof(elf)));
}
END_TEST

START_TEST(a_string_ends_inside_or_is_none)
{
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_str_eq(elf_string(&image, place(elf.strings) + 7, 100), "alpha");
	ck_assert_str_eq(elf_string(&image, place(elf.strings) + 7, 6), "alpha");
	ck_assert_ptr_null(elf_string(&image, place(elf.strings) + 7, 5));
	ck_assert_ptr_null(elf_string(&image, place(elf.strings) + 7, 0));
	ck_assert_ptr_null(elf_string(&image, sizeof(elf), 100));
	ck_assert_str_eq(elf_dynamic_string(&image, 13), "beta");
	ck_assert_ptr_null(elf_dynamic_string(&image, 64));
	ck_assert_ptr_null(elf_dynamic_string(&image, UINT64_MAX));
}
END_TEST

START_TEST(a_string_without_end_is_none)
{
	memset(elf.strings + 1, 'x', sizeof(elf.strings) - 1);
	memset(elf.data, 'x', sizeof(elf.data));
	ck_assert_int_eq(read_file(), NPABI_OK);
	ck_assert_ptr_null(elf_dynamic_string(&image, 1));
	ck_assert_ptr_null(elf_string(&image, place(elf.data), 4096));
}
END_TEST

/* --- loaded objects ------------------------------------------------------ */

START_TEST(pointers_that_the_loader_moved_mean_the_same)
{
	static const int pointers[] = {TINY_SYMTAB, TINY_STRTAB, TINY_GNU_HASH,
				       TINY_HASH,   TINY_RELA,	 TINY_JMPREL};

	/* glibc moves these, and leaves DT_RELR alone */
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
		elf.dynamic[pointers[i]].d_un.d_ptr += (uintptr_t)&elf;
	ck_assert_int_eq(read_loaded(), NPABI_OK);
	ck_assert_uint_eq(image.symbols, place(elf.symbols));
	expect_table(image.strings, elf.strings, sizeof(elf.strings));
	expect_table(image.plt_rela, elf.plt, sizeof(elf.plt));
	expect_table(image.relr, elf.relr, sizeof(elf.relr));
}
END_TEST

struct visit {
	int objects, read;
	const char *name; /* NULL, or of a symbol; and the first library that has it */
	struct elf_image library;
	struct elf_symbol symbol;
	char path[TEMP_PATH_MAX];
};

static int visit_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct visit *visit = data;
	struct elf_image loaded;

	(void)size;
	visit->objects++;
	if (elf_image_from_loaded(&loaded, info->dlpi_addr, info->dlpi_phdr,
				  info->dlpi_phnum) != NPABI_OK)
		return 0;
	visit->read++;
	if (visit->name && !visit->path[0] && strchr(info->dlpi_name, '/') &&
	    elf_symbol_find(&loaded, visit->name, &visit->symbol)) {
		visit->library = loaded;
		strcpy(visit->path, info->dlpi_name);
	}
	return 0;
}

START_TEST(every_object_of_this_process_can_be_read)
{
	struct visit visit = {0};

	dl_iterate_phdr(visit_object, &visit);
	ck_assert_int_ge(visit.objects, 2);
	ck_assert_int_eq(visit.read, visit.objects); /* the vDSO among them */
}
END_TEST

/* Some of these have an older version as well in glibc, at another address. */
START_TEST(names_of_the_c_library_lie_where_dlsym_says)
{
	static const char *const names[] = {
		"dlopen",      "dlsym",	 "malloc", "regexec", "pthread_cond_wait",
		"posix_spawn", "environ"};
	struct visit visit = {.name = names[_i]};
	void *handle;

	/* in which of its libraries differs by release */
	dl_iterate_phdr(visit_object, &visit);
	handle = dlopen(visit.path, RTLD_LAZY | RTLD_NOLOAD);
	ck_assert_ptr_nonnull(handle);
	ck_assert_ptr_eq((void *)(visit.library.bias + visit.symbol.address),
			 dlsym(handle, names[_i]));
	dlclose(handle);
}
END_TEST

START_TEST(an_object_without_headers_is_not_dynamic)
{
	ck_assert_int_eq(elf_image_from_loaded(&image, 0, NULL, 3), NPABI_NOT_DYNAMIC);
	ck_assert_int_eq(elf_image_from_loaded(&image, 0, elf.programs, 0),
			 NPABI_NOT_DYNAMIC);
}
END_TEST

static TCase *make_accepted(void)
{
	TCase *accepted = tcase_create("accepted");

	tcase_add_checked_fixture(accepted, set_up, NULL);
	tcase_add_loop_test(accepted, each_table_is_found, 0, 2);
	tcase_add_test(accepted, the_executables_type_is_accepted);
	tcase_add_test(accepted, any_machine_is_accepted_and_told);
	tcase_add_loop_test(accepted, each_way_to_bind_at_load_is_seen, 0, 5);
	tcase_add_test(accepted,
		       more_relative_relocations_than_relocations_are_counted_as_all);
	tcase_add_test(accepted, optional_parts_outside_are_as_if_absent);
	return accepted;
}

static TCase *make_refused(void)
{
	TCase *refused = tcase_create("refused");

	tcase_add_checked_fixture(refused, set_up, NULL);
	tcase_add_loop_test(refused,
			    what_is_no_64_bit_little_endian_object_has_its_own_status, 0,
			    15);
	tcase_add_test(refused,
		       the_program_header_count_that_stands_elsewhere_is_refused);
	tcase_add_test(refused, no_bytes_at_all_are_empty);
	tcase_add_test(refused, a_text_file_is_not_elf);
	tcase_add_test(refused, more_bytes_in_the_file_than_in_memory_are_corrupt);
	tcase_add_test(refused, a_segment_that_wraps_around_is_corrupt);
	tcase_add_test(refused, segments_that_overlap_are_corrupt);
	tcase_add_test(refused, a_segment_past_the_end_of_the_file_is_truncated);
	tcase_add_test(refused, a_dynamic_section_outside_is_corrupt);
	tcase_add_test(refused, an_object_without_symbols_is_not_dynamic);
	tcase_add_loop_test(refused, a_table_outside_or_of_other_entries_is_corrupt, 0,
			    18);
	return refused;
}

static TCase *make_bytes(void)
{
	TCase *bytes = tcase_create("bytes");

	tcase_add_checked_fixture(bytes, set_up, NULL);
	tcase_add_loop_test(bytes, bytes_are_those_of_the_segment_and_end_with_it, 0, 2);
	tcase_add_test(bytes, addresses_are_not_offsets);
	tcase_add_test(bytes, a_file_has_no_bytes_of_bss_and_a_loaded_object_has);
	tcase_add_test(bytes, loaded_memory_that_is_not_readable_is_not_touched);
	tcase_add_test(bytes, code_and_constants_are_told_by_the_segment);
	tcase_add_test(bytes, a_string_ends_inside_or_is_none);
	tcase_add_test(bytes, a_string_without_end_is_none);
	return bytes;
}

static TCase *make_loaded(void)
{
	TCase *loaded = tcase_create("loaded");

	tcase_add_checked_fixture(loaded, set_up, NULL);
	tcase_add_test(loaded, pointers_that_the_loader_moved_mean_the_same);
	tcase_add_test(loaded, every_object_of_this_process_can_be_read);
	tcase_add_loop_test(loaded, names_of_the_c_library_lie_where_dlsym_says, 0, 7);
	tcase_add_test(loaded, an_object_without_headers_is_not_dynamic);
	return loaded;
}

Suite *image_suite(void);

Suite *image_suite(void)
{
	Suite *suite = suite_create("image");

	suite_add_tcase(suite, make_accepted());
	suite_add_tcase(suite, make_refused());
	suite_add_tcase(suite, make_bytes());
	suite_add_tcase(suite, make_loaded());
	return suite;
}
