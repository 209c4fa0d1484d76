/* SPDX-License-Identifier: MIT
 *
 * The command "npabi scan --format html" from outside.  tests/html opens its pages in
 * a browser; here their data is read.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/npabi_command.h"
#include "support/python_finds.h"
#include "support/site_packages.h"

Suite *command_scan_html_suite(void);

#define DEBIAN_PANDAS "/usr/lib/python3/dist-packages/pandas/_libs"

/*
 * Fails unless Python finds CONDITION true: p is the data of the page that was printed,
 * cell(x, r) the verdict of item x on release r, as the page's script would have it.
 */
static void assert_page(const char *condition)
{
	static const char preface[] =
		"import json, re, sys\n"
		"from html.parser import HTMLParser\n"
		"text = open(sys.argv[1], encoding='utf-8').read()\n"
		"class Parser(HTMLParser):\n"
		"    tags = []\n"
		"    def handle_starttag(self, tag, attributes):\n"
		"        self.tags.append(tag)\n"
		"parser = Parser()\n"
		"parser.feed(text)\n"
		"tags = parser.tags\n"
		"p = json.loads(re.search(r'id=\"data\">(.*?)</script>', text, "
		"re.S)[1])\n"
		"def cell(item, release):\n"
		"    number = item['verdicts'][p['releases'].index(release)]\n"
		"    return number if number is None else "
		"p['shared'][number]['verdict']\n";

	python_finds(temp_file(&command_dir, "page.html", command_result.output), preface,
		     condition, "p");
}

START_TEST(a_page_has_all_that_was_found)
{
	build_plain(SITE "pkg/plain" SUFFIX);
	site_install(&command_dir, "Some_Thing-1.2.dist-info", "Some.Thing",
		     "pkg/plain" SUFFIX);
	scan("--format html lib");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_int_eq(strncmp(command_result.output, "<!doctype html>\n", 16), 0);
	assert_page("[(r['name'], r['version']) for r in p['rows']] == "
		    "[('Some.Thing', '1.2')] and "
		    "p['rows'][0]['items'][0]['name'] == 'pkg.plain' and "
		    "p['rows'][0]['items'][0]['uses_numpy'] is False and "
		    "cell(p['rows'][0]['items'][0], '1.26') == 'ok'");
}
END_TEST

START_TEST(the_exit_code_is_that_of_the_other_forms)
{
	build_plain("s/plain" SUFFIX);
	temp_file(&command_dir, "s/bad.so", "x");
	scan("--format html s");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("<li>s/bad.so: ");
	scan("--format html nowhere");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: nowhere: No such file or directory\n");
}
END_TEST

START_TEST(hostile_names_leave_the_markup_as_it_is)
{
	build_plain(SITE "plain" SUFFIX);
	site_install(&command_dir, "x-1.dist-info", "plain", "plain" SUFFIX);
	scan("--format html lib");
	assert_page("tags.count('script') == 2 and tags.count('b') == 6");
	build_plain(SITE "<b><script>.so");
	site_install(&command_dir, "y-1.dist-info", "</script><b>\xe2\x80\xa8",
		     "<b><script>.so");
	scan("--format html lib");
	/* one more of the plain table's rows, which is th */
	assert_page("tags.count('script') == 2 and tags.count('b') == 6 and "
		    "p['rows'][0]['name'] == '</script><b>\\\\u2028'");
}
END_TEST

/* What Debian's pandas comes to, here and in the form for machines. */
static void compare_with_records(const char *release)
{
	char words[256], condition[512];

	snprintf(words, sizeof(words), "--format jsonl --numpy %s " DEBIAN_PANDAS,
		 release);
	scan(words);
	temp_file(&command_dir, "records", command_result.output);
	scan("--format html " DEBIAN_PANDAS);
	snprintf(condition, sizeof(condition),
		 "[json.loads(l)['verdict'] for l in open('%s/records')] == "
		 "[cell(i, '%s') for i in p['rows'][0]['items']] and "
		 "p['releases'][0] == '1.7'",
		 command_dir.path, release);
	assert_page(condition);
}

START_TEST(each_release_has_the_verdict_that_a_record_has)
{
	static const char releases[][8] = {"1.13", "1.19", "1.21", "1.22", "2.0", "2.1"};

	if (access(DEBIAN_PANDAS, R_OK) != 0) {
		fputs("skipped: python3-pandas is not installed\n", stderr);
		return;
	}
	compare_with_records(releases[_i]);
}
END_TEST

Suite *command_scan_html_suite(void)
{
	Suite *suite = suite_create("command_scan_html");
	TCase *all;

	if (!npabi_is_built())
		return suite;
	all = tcase_create("all");
	tcase_set_timeout(all, 60);
	tcase_add_checked_fixture(all, command_setup, command_teardown);
	tcase_add_test(all, a_page_has_all_that_was_found);
	tcase_add_test(all, the_exit_code_is_that_of_the_other_forms);
	tcase_add_test(all, hostile_names_leave_the_markup_as_it_is);
	tcase_add_loop_test(all, each_release_has_the_verdict_that_a_record_has, 0, 6);
	suite_add_tcase(suite, all);
	return suite;
}
