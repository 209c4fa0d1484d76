/* SPDX-License-Identifier: MIT
 *
 * html_scan and html_item: extensions as rows and items of a page.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/html_scan.h"
#include "support/sample_record.h"

Suite *html_scan_suite(void);

static struct sample_record sample;
static struct targets targets;
static struct target beside, older, newer;
static struct tally tally;
static struct html_scan *scan;
static char *text;
static size_t text_size;

static void name_target(struct target *target, const char *numpy)
{
	memset(target, 0, sizeof(*target));
	strcpy(target->runtime.numpy, numpy);
	target->shared = target;
}

/* The sample's NumPy 2.0.2 is beside it; the page shows 1.26 and 2.0. */
static void setup(void)
{
	static char root[] = "/v";

	sample_record_make(&sample);
	memset(&targets, 0, sizeof(targets));
	memset(&tally, 0, sizeof(tally));
	name_target(&beside, "2.0.2");
	beside.root = root;
	name_target(&older, "1.26");
	name_target(&newer, "2.0");
	older.next = &newer;
	targets.releases = &older;
	scan = html_scan_new(&targets);
	ck_assert_ptr_nonnull(scan);
	text = NULL;
}

static void teardown(void)
{
	html_scan_free(scan);
	free(text);
}

static void add(const char *path)
{
	sample.extension.path = path;
	ck_assert(html_scan_add(scan, &sample.extension, &beside, NULL));
}

/* Adds a verdict on RUNTIME to the extension at hand. */
static void add_release(const struct target *target, enum verdict_kind kind)
{
	sample.extension.runtime = &target->runtime;
	sample.verdict.kind = kind;
	sample.verdict.error_type[0] = sample.verdict.message[0] = '\0';
	ck_assert(html_scan_add(scan, &sample.extension, &beside, NULL));
}

static void write_page(void)
{
	static char path[] = "/v";
	char *paths[] = {path, NULL};
	FILE *output = open_memstream(&text, &text_size);

	ck_assert_ptr_nonnull(output);
	html_scan_write(scan, output, paths, &tally);
	fclose(output);
}

static void assert_written(const char *words)
{
	ck_assert_msg(strstr(text, words) != NULL, "no '%s' in:\n%.2000s", words,
		      strstr(text, "id=\"data\""));
}

static void assert_absent(const char *words)
{
	ck_assert_msg(strstr(text, words) == NULL, "'%s' in:\n%.2000s", words, text);
}

START_TEST(an_extension_has_its_facts)
{
	add("/v/pywt/_pywt.so");
	write_page();
	assert_written(
		"{\"name\":\"PyWavelets\",\"version\":\"1.4.1\",\"place\":\"/v\",");
	assert_written("\"name\":\"pywt._extensions._pywt\",\"file\":\"_pywt.so\"");
	assert_written("\"uses_numpy\":true");
	assert_written("\"/v/pywt/\",\n");
	assert_written("\n\"cython 0.29.32\",\n");
	assert_written("[[\"numpy.dtype\",\"96\",\"ignore\",\"88\",\"error\"],"
		       "[\"builtins.type\",\"880\",\"\",\"\",\"\"]]");
	assert_written(",\"0x3bf3\",");
	assert_written("{\"verdict\":\"error\",\"says\":\"ValueError: numpy.dtype size "
		       "changed, may indicate binary incompatibility. Expected 96 from C "
		       "header, got 88 from PyObject\",\"because\":\"\"");
}
END_TEST

START_TEST(verdicts_on_other_releases_join_the_first)
{
	add("/v/a.so");
	add_release(&older, VERDICT_OK);
	add_release(&newer, VERDICT_OK); /* what is beside has told already */
	write_page();
	assert_written(
		"<th scope=\"col\">1.26</th><th scope=\"col\">2.0 (installed)</th>");
	assert_written("<td class=\"ok\">ok</td><td class=\"error\">error</td></tr>");
	assert_written("\"installed\":1,");
}
END_TEST

START_TEST(a_numpy_that_the_table_lacks_has_a_column)
{
	strcpy(beside.runtime.numpy, "97.1");
	strcpy(sample.runtime.numpy, "97.1");
	add("/v/a.so");
	write_page();
	assert_written("\"releases\":[\"1.26\",\"2.0\",\"97.1\"]");
	assert_written("<th scope=\"col\">97.1 (installed)</th>");
}
END_TEST

START_TEST(among_those_that_are_named_it_has_none)
{
	html_scan_free(scan);
	targets.named = &older;
	targets.releases = NULL;
	scan = html_scan_new(&targets);
	strcpy(beside.runtime.numpy, "1.25.2");
	strcpy(sample.runtime.numpy, "1.26");
	add("/v/a.so");
	write_page();
	assert_written("\"releases\":[\"1.26\",\"2.0\"]");
	assert_absent("(installed)");
	assert_written("\"all_releases\":false");
}
END_TEST

START_TEST(extensions_of_one_distribution_share_a_row)
{
	add("/v/a.so");
	strcpy(sample.verdict.built_against, "1.23");
	add("/v/b.so");
	write_page();
	assert_written("\"fields\":[\"several\",\">=");
	assert_absent("]},\n{\"name\":\"PyWavelets\"");
}
END_TEST

START_TEST(what_works_with_nothing_says_so)
{
	sample.facts.access = FACTS_ACCESS_IMPORT_ARRAY;
	sample.facts.api_version = 0xffff;
	add("/v/a.so");
	write_page();
	assert_written("<td>none</td>");
}
END_TEST

START_TEST(without_a_distribution_the_package_is_named)
{
	sample.owner.distribution[0] = sample.owner.version[0] = '\0';
	add("/v/pywt/_pywt.so");
	write_page();
	assert_written("{\"name\":\"pywt\",\"version\":\"\",");
}
END_TEST

START_TEST(without_a_package_the_directory_is_named)
{
	memset(&sample.owner, 0, sizeof(sample.owner));
	add("/v/some/a.so");
	sample.extension.path = "b.so";
	ck_assert(html_scan_add(scan, &sample.extension, NULL, NULL));
	write_page();
	assert_written("{\"name\":\"/v/some\",\"version\":\"\",\"place\":\"/v\",");
	assert_written("{\"name\":\".\",\"version\":\"\",\"place\":\"\",");
	assert_written("\"name\":\"b.so\",\"file\":\"b.so\"");
}
END_TEST

START_TEST(what_is_wrong_comes_first)
{
	strcpy(sample.owner.distribution, "a-right-one");
	sample.verdict.kind = VERDICT_OK;
	add("/v/a.so");
	strcpy(sample.owner.distribution, "unread");
	sample.verdict.kind = VERDICT_UNKNOWN;
	add("/v/b.so");
	strcpy(sample.owner.distribution, "wrong");
	sample.verdict.kind = VERDICT_ERROR;
	add("/v/c.so");
	write_page();
	ck_assert(strstr(text, ">wrong ") < strstr(text, ">unread "));
	ck_assert(strstr(text, ">unread ") < strstr(text, ">a-right-one "));
}
END_TEST

/* the sample has >=1.16,<2 itself */
START_TEST(advice_suits_the_neighbours)
{
	struct common_range range = {.count = 2, .minimum = "1.22", .below = "1.25"};

	sample.verdict.advice_count = 1;
	sample.verdict.advice_kinds[0] = ADVICE_RANGE;
	ck_assert(html_scan_add(scan, &sample.extension, &beside, &range));
	add_release(&older, VERDICT_UNSAFE);
	write_page();
	assert_written("numpy>=1.22,\\u003c1.25'\"]");
	assert_absent("numpy>=1.16,\\u003c2'\"]");
}
END_TEST

START_TEST(what_could_not_be_read_is_told)
{
	html_scan_add_unread(scan, "/v/\x1b<b>.so", "no ELF file", false);
	html_scan_add_unread(scan, "/v/old.so", "no ELF file", true);
	html_scan_add_remark(scan, "/v/a.whl", "has it twice");
	write_page();
	assert_written("<li>/v/\\x1b&lt;b&gt;.so: no ELF file</li>");
	assert_written("<li>/v/old.so: known, no ELF file</li>");
	assert_written("<summary>1 worth a remark</summary>\n<ul class=\"paths\">\n"
		       "<li>/v/a.whl: has it twice</li>");
}
END_TEST

START_TEST(what_the_baseline_knows_says_so)
{
	sample.extension.known = true;
	add("/v/a.so");
	write_page();
	assert_written("\"by the baseline\"");
}
END_TEST

START_TEST(the_longest_lists_find_room)
{
	sample_record_fill(&sample);
	add("/v/a.so");
	write_page();
	assert_written("[\"some.package.module.Type159\",\"175\",");
}
END_TEST

Suite *html_scan_suite(void)
{
	Suite *suite = suite_create("html_scan");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, an_extension_has_its_facts);
	tcase_add_test(all, verdicts_on_other_releases_join_the_first);
	tcase_add_test(all, a_numpy_that_the_table_lacks_has_a_column);
	tcase_add_test(all, among_those_that_are_named_it_has_none);
	tcase_add_test(all, extensions_of_one_distribution_share_a_row);
	tcase_add_test(all, what_works_with_nothing_says_so);
	tcase_add_test(all, without_a_distribution_the_package_is_named);
	tcase_add_test(all, without_a_package_the_directory_is_named);
	tcase_add_test(all, what_is_wrong_comes_first);
	tcase_add_test(all, advice_suits_the_neighbours);
	tcase_add_test(all, what_could_not_be_read_is_told);
	tcase_add_test(all, what_the_baseline_knows_says_so);
	tcase_add_test(all, the_longest_lists_find_room);
	suite_add_tcase(suite, all);
	return suite;
}
