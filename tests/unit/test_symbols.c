/* SPDX-License-Identifier: MIT
 *
 * elf/symbols: against readelf for objects that the linker makes here and for
 * installed ones, and against named faults.
 */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "elf/symbols.h"
#include "support/tiny_image.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static const char many_symbols[] =
	"#include <stdio.h>\n"
	"int first = 1; static int hidden; const char text[] = \"t\";\n"
	"__thread int by_thread;\n"
	"int add(int a) { return a + first + hidden; }\n"
	"__attribute__((weak)) void weak_one(void) { puts(text); }\n"
	"void another(void) { weak_one(); add(by_thread); fflush(stdout); }\n"
	"void s1(void){} void s2(void){} void s3(void){} void s4(void){}\n"
	"void s5(void){} void s6(void){} void s7(void){} void s8(void){}\n";

/* The kinds of objects that lookups differ in: what to link with. */
static const struct {
	const char *name, *flags, *source;
} kinds[] = {
	{"gnu.so", "-Wl,--hash-style=gnu", many_symbols},
	{"sysv.so", "-Wl,--hash-style=sysv", many_symbols},
	{"both.so", "-Wl,--hash-style=both", many_symbols},
	{"stripped.so", "-s -Wl,--hash-style=gnu", many_symbols},
	{"lld.so", "-fuse-ld=lld", many_symbols},
	{"gold.so", "-fuse-ld=gold", many_symbols},
	{"imports.so", "-Wl,--hash-style=gnu -nostartfiles",
	 "extern int other(void); __attribute__((visibility(\"hidden\")))"
	 "int ask(void) { return other(); }"},
	{"empty.so", "-Wl,--hash-style=gnu -nostdlib", "static int unused;"},
};
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

/* Not made here: there may be no such file. */
static const char *const installed[] = {
	"/lib/x86_64-linux-gnu/libc.so.6",
	"/lib/aarch64-linux-gnu/libc.so.6",
	"/lib64/libc.so.6",
	"/usr/bin/python3.11",
	"/usr/bin/python3",
	"/lib/ld-musl-x86_64.so.1",
};
#define INSTALLED ((int)(sizeof(installed) / sizeof(installed[0])))

/* What one line of readelf's says; names come with "@VERSION", "@@VERSION". */
struct row {
	unsigned index;
	unsigned long address;
	char size[20], type[16], bind[16], section[16], name[600];
};

static bool next_row(FILE *pipe, struct row *row)
{
	char line[1000];

	while (fgets(line, sizeof(line), pipe)) {
		row->name[0] = '\0';
		if (sscanf(line, " %u: %lx %19s %15s %15s %*s %15s %599s", &row->index,
			   &row->address, row->size, row->type, row->bind, row->section,
			   row->name) >= 6)
			return true;
	}
	return false;
}

static const char *type_name(unsigned char type)
{
	static const char names[][8] = {"NOTYPE", "OBJECT", "FUNC", "SECTION",
					"FILE",	  "COMMON", "TLS"};

	if (type == STT_GNU_IFUNC)
		return "IFUNC";
	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "?";
}

static const char *bind_name(unsigned char bind)
{
	static const char names[][8] = {"LOCAL", "GLOBAL", "WEAK"};

	if (bind == STB_GNU_UNIQUE)
		return "UNIQUE";
	return bind <= STB_WEAK ? names[bind] : "?";
}

static void expect_row(const struct row *row, const struct elf_symbol *symbol)
{
	size_t length = strcspn(row->name, "@");

	ck_assert_uint_eq(symbol->index, row->index);
	ck_assert_uint_eq(symbol->address, row->address);
	ck_assert_uint_eq(symbol->size, strtoul(row->size, NULL, 0));
	ck_assert_str_eq(type_name(symbol->type), row->type);
	ck_assert_str_eq(bind_name(symbol->bind), row->bind);
	ck_assert_int_eq(symbol->defined, strcmp(row->section, "UND") != 0);
	ck_assert_uint_eq(strlen(symbol->name), length);
	ck_assert_mem_eq(symbol->name, row->name, length);
}

/* Exported and of the version that a plain name means? */
static bool can_be_found(const struct row *row, const struct elf_symbol *symbol)
{
	const char *at = strchr(row->name, '@');

	return symbol->defined && symbol->bind != STB_LOCAL && (!at || at[1] == '@');
}

/* The whole table against readelf's, each default name looked up as well. */
static void compare_with_readelf(const char *path)
{
	FILE *pipe = tool_output("LC_ALL=C readelf -W --dyn-syms '%s'", path);
	struct elf_symbol symbol;
	struct elf_symbol found;
	unsigned rows = 0;
	struct row row;

	open_image(path);
	while (next_row(pipe, &row)) {
		ck_assert(elf_symbol_at(&image, row.index, &symbol));
		expect_row(&row, &symbol);
		rows++;
		if (!symbol.defined && symbol.name[0] && !symbol.address)
			ck_assert_msg(elf_symbol_imported(&image, symbol.name), "%s",
				      row.name);
		if (!can_be_found(&row, &symbol))
			continue;
		ck_assert_msg(elf_symbol_find(&image, symbol.name, &found), "%s",
			      row.name);
		ck_assert_uint_eq(found.address, symbol.address);
	}
	ck_assert_int_eq(pclose(pipe), 0);
	ck_assert_uint_gt(rows, 0);
	ck_assert_uint_eq(elf_symbol_count(&image), rows);
	npabi_source_close(&source);
}

START_TEST(objects_of_each_linker_list_what_readelf_lists)
{
	const char *path = build_object(&object_dir, kinds[_i].name, kinds[_i].flags,
					kinds[_i].source);

	if (path) /* that linker is not on every machine */
		compare_with_readelf(path);
	else
		ck_assert_msg(strstr(kinds[_i].flags, "-fuse-ld"), "%s", kinds[_i].name);
}
END_TEST

START_TEST(installed_objects_list_what_readelf_lists)
{
	if (access(installed[_i], R_OK) == 0)
		compare_with_readelf(installed[_i]);
}
END_TEST

START_TEST(absent_imported_and_hidden_names_are_not_found)
{
	struct elf_symbol symbol;

	open_image(build_object(&object_dir, kinds[_i].name, kinds[_i].flags,
				kinds[_i].source));
	ck_assert(elf_symbol_find(&image, "another", &symbol));
	ck_assert(!elf_symbol_find(&image, "hidden", &symbol));
	ck_assert(!elf_symbol_find(&image, "puts", &symbol));
	ck_assert(!elf_symbol_find(&image, "", &symbol));
	ck_assert(!elf_symbol_find(&image, "anothe", &symbol));
	ck_assert(!elf_symbol_find(&image, "another1", &symbol));
	ck_assert(elf_symbol_imported(&image, "puts"));
	ck_assert(!elf_symbol_imported(&image, "another"));
	ck_assert(!elf_symbol_imported(&image, "put"));
	npabi_source_close(&source);
}
END_TEST

START_TEST(without_a_hash_table_the_next_table_ends_the_symbols)
{
	elf.dynamic[TINY_GNU_HASH].d_tag = DT_DEBUG;
	elf.dynamic[TINY_HASH].d_tag = DT_DEBUG;
	read_tiny();
	ck_assert_uint_eq(elf_symbol_count(&image), TINY_SYMBOLS);
}
END_TEST

/* --- damage -------------------------------------------------------------- */

/* Leaves one of the hash tables. */
static void keep_gnu_hash(void)
{
	elf.dynamic[TINY_HASH].d_tag = DT_DEBUG;
}

static void keep_sysv_hash(void)
{
	elf.dynamic[TINY_GNU_HASH].d_tag = DT_DEBUG;
}

static bool is_found(const char *name)
{
	struct elf_symbol symbol;

	return elf_symbol_find(&image, name, &symbol);
}

START_TEST(both_hash_tables_of_the_small_object_work)
{
	_i ? keep_gnu_hash() : keep_sysv_hash();
	read_tiny();
	ck_assert_uint_eq(elf_symbol_count(&image), TINY_SYMBOLS);
	ck_assert(is_found("alpha"));
	ck_assert(is_found("beta"));
	ck_assert(!is_found("gamma"));
}
END_TEST

/* alpha twice: one of the two is an older version, hidden from plain names. */
START_TEST(the_default_version_is_found_whichever_comes_first)
{
	static const int defaults[] = {TINY_ALPHA, TINY_BETA};
	struct elf_symbol symbol;

	elf.symbols[TINY_BETA].st_name = elf.symbols[TINY_ALPHA].st_name;
	elf.gnu_hash.chain[1] = elf.gnu_hash.chain[0] | 1;
	elf.versions[TINY_ALPHA] = 0x8002;
	elf.versions[TINY_BETA] = 0x8003;
	elf.versions[defaults[_i % 2]] &= 0x7fff;
	_i < 2 ? keep_gnu_hash() : keep_sysv_hash();
	read_tiny();
	ck_assert(elf_symbol_find(&image, "alpha", &symbol));
	ck_assert_int_eq(symbol.index, defaults[_i % 2]);
}
END_TEST

START_TEST(an_older_version_is_found_where_there_is_no_default)
{
	elf.versions[TINY_ALPHA] = 0x8002;
	read_tiny();
	ck_assert(is_found("alpha"));
}
END_TEST

START_TEST(no_buckets_find_nothing)
{
	elf.gnu_hash.buckets = 0;
	elf.sysv_hash.buckets = 0;
	_i ? keep_gnu_hash() : keep_sysv_hash();
	read_tiny();
	ck_assert(!is_found("alpha"));
}
END_TEST

START_TEST(more_buckets_than_bytes_find_nothing)
{
	elf.gnu_hash.buckets = UINT32_MAX;
	elf.sysv_hash.buckets = UINT32_MAX;
	_i ? keep_gnu_hash() : keep_sysv_hash();
	read_tiny();
	ck_assert(!is_found("alpha"));
	ck_assert_uint_le(elf_symbol_count(&image), TINY_SYMBOLS);
}
END_TEST

START_TEST(a_chain_without_end_ends_with_the_symbols)
{
	keep_gnu_hash();
	elf.gnu_hash.chain[1] &= ~1u;
	read_tiny();
	ck_assert(is_found("beta"));
	ck_assert(!is_found("none"));
	ck_assert_uint_eq(elf_symbol_count(&image), 0); /* no end: cannot be told */
}
END_TEST

START_TEST(a_chain_that_leads_back_ends)
{
	keep_sysv_hash();
	elf.sysv_hash.chain[TINY_BETA] = TINY_GAMMA;
	read_tiny();
	ck_assert(!is_found("none"));
	ck_assert(is_found("beta"));
}
END_TEST

START_TEST(a_bucket_outside_the_table_finds_nothing)
{
	elf.gnu_hash.bucket[0] = _i ? 1 : UINT32_MAX; /* before its first, far away */
	elf.sysv_hash.bucket[0] = UINT32_MAX;
	_i ? keep_gnu_hash() : keep_sysv_hash();
	read_tiny();
	ck_assert(!is_found("alpha"));
}
END_TEST

START_TEST(an_empty_filter_hides_no_symbol)
{
	keep_gnu_hash();
	elf.gnu_hash.filter_words = 0;
	/* the buckets then follow at once: put the table there */
	memmove(elf.gnu_hash.filter, elf.gnu_hash.bucket, 12);
	read_tiny();
	ck_assert(is_found("alpha"));
}
END_TEST

START_TEST(a_name_outside_the_strings_is_no_symbol)
{
	struct elf_symbol symbol;

	elf.symbols[TINY_ALPHA].st_name = sizeof(elf.strings);
	elf.symbols[TINY_BETA].st_name = UINT32_MAX;
	read_tiny();
	ck_assert(!elf_symbol_at(&image, TINY_ALPHA, &symbol));
	ck_assert(!elf_symbol_at(&image, TINY_BETA, &symbol));
	ck_assert(elf_symbol_at(&image, TINY_GAMMA, &symbol));
}
END_TEST

START_TEST(an_index_outside_the_table_is_no_symbol)
{
	struct elf_symbol symbol;

	read_tiny();
	ck_assert(!elf_symbol_at(&image, TINY_SYMBOLS, &symbol));
	ck_assert(!elf_symbol_at(&image, UINT32_MAX, &symbol));
}
END_TEST

static TCase *make_damage(void)
{
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, make_tiny, NULL);
	tcase_add_test(damage, without_a_hash_table_the_next_table_ends_the_symbols);
	tcase_add_loop_test(damage, both_hash_tables_of_the_small_object_work, 0, 2);
	tcase_add_loop_test(damage, the_default_version_is_found_whichever_comes_first, 0,
			    4);
	tcase_add_test(damage, an_older_version_is_found_where_there_is_no_default);
	tcase_add_loop_test(damage, no_buckets_find_nothing, 0, 2);
	tcase_add_loop_test(damage, more_buckets_than_bytes_find_nothing, 0, 2);
	tcase_add_test(damage, a_chain_without_end_ends_with_the_symbols);
	tcase_add_test(damage, a_chain_that_leads_back_ends);
	tcase_add_loop_test(damage, a_bucket_outside_the_table_finds_nothing, 0, 2);
	tcase_add_test(damage, an_empty_filter_hides_no_symbol);
	tcase_add_test(damage, a_name_outside_the_strings_is_no_symbol);
	tcase_add_test(damage, an_index_outside_the_table_is_no_symbol);
	return damage;
}

Suite *symbols_suite(void);

Suite *symbols_suite(void)
{
	Suite *suite = suite_create("symbols");
	TCase *tables = tcase_create("tables");

	tcase_set_timeout(tables, 30);
	tcase_add_unchecked_fixture(tables, make_object_dir, remove_object_dir);
	tcase_add_loop_test(tables, objects_of_each_linker_list_what_readelf_lists, 0,
			    KINDS);
	tcase_add_loop_test(tables, installed_objects_list_what_readelf_lists, 0,
			    INSTALLED);
	tcase_add_loop_test(tables, absent_imported_and_hidden_names_are_not_found, 0, 4);
	suite_add_tcase(suite, tables);
	suite_add_tcase(suite, make_damage());
	return suite;
}
