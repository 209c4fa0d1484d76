/* SPDX-License-Identifier: MIT
 *
 * "npabi scan --format sarif": what is a result, and what each says.  That it is SARIF is
 * held against the schema by tests/ci/test_sarif.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/sarif_rules.h"
#include "support/judged.h"
#include "support/npabi_command.h"
#include "support/python_finds.h"
#include "support/site_packages.h"

Suite *command_scan_sarif_suite(void);

#define SARIF "--format sarif --numpy " JUDGED_NUMPY " "

/*
 * Fails unless Python finds CONDITION true, with the run as run, its results as r, its
 * rules as rules and its notifications as notes.
 */
static void assert_run(const char *condition)
{
	static const char preface[] =
		"import json, sys\n"
		"document = json.load(open(sys.argv[1]))\n"
		"run, = document['runs']\n"
		"r, rules = run['results'], run['tool']['driver']['rules']\n"
		"invocation, = run['invocations']\n"
		"notes = invocation['toolExecutionNotifications']\n"
		"place = lambda x: x['locations'][0]['physicalLocation']"
		"['artifactLocation']\n";

	python_finds(temp_file(&command_dir, "run", command_result.output), preface,
		     condition, "document");
}

START_TEST(an_empty_scan_is_a_document)
{
	temp_file(&command_dir, "s/none", "");
	scan(SARIF "s");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_run("document['version'] == '2.1.0' and r == [] and notes == [] and "
		   "invocation['executionSuccessful'] is True and "
		   "run['tool']['driver']['name'] == 'npabi' and "
		   "run['tool']['driver']['version'] == '" NPABI_VERSION "'");
}
END_TEST

START_TEST(each_mismatch_is_a_result_of_its_rule)
{
	build_plain("s/ok.so");
	judged_build("s/warn.so", VERDICT_WARN);
	judged_build("s/error.so", VERDICT_ERROR);
	judged_build("s/unsafe.so", VERDICT_UNSAFE);
	scan(SARIF "--all s");
	ck_assert_int_eq(command_result.exit_code, 1);
	assert_run("[(place(x)['uri'], x['ruleId'], x['level']) for x in r] == "
		   "[('s/error.so', 'size-changed', 'error'), "
		   "('s/unsafe.so', 'import-array-ignored', 'warning'), "
		   "('s/warn.so', 'size-warning', 'warning')] and "
		   "all(rules[x['ruleIndex']]['id'] == x['ruleId'] and "
		   "rules[x['ruleIndex']]['defaultConfiguration']['level'] == x['level'] "
		   "and 'baselineState' not in x for x in r)");
}
END_TEST

START_TEST(a_result_says_what_python_says_and_what_to_do)
{
	char condition[1024];

	judged_build(SITE "pkg/error.so", VERDICT_ERROR);
	site_install(&command_dir, "Some_Thing-1.2.dist-info", "Some.Thing",
		     "pkg/error.so");
	scan(SARIF "lib");
	snprintf(
		condition, sizeof(condition),
		"r[0]['message']['text'].startswith('pkg.error (Some.Thing 1.2) on NumPy "
		"2.0.2: the import will fail. %s. ') and "
		"'What to do: python -m pip install \\'numpy' in r[0]['message']['text'] "
		"and "
		"r[0]['locations'][0]['logicalLocations'] == "
		"[{'fullyQualifiedName': 'pkg.error', 'kind': 'module'}] and "
		"r[0]['properties']['distribution'] == 'Some.Thing' and "
		"r[0]['properties']['numpy'] == '2.0.2'",
		judged_error);
	assert_run(condition);
}
END_TEST

START_TEST(what_is_not_known_is_a_note)
{
	judged_build("s/unknown.so", VERDICT_UNKNOWN);
	temp_file(&command_dir, "s/bad" SUFFIX, "no extension");
	scan(SARIF "s");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_run(
		"r == [] and [(place(x)['uri'], x['descriptor']['id'], x['level']) for "
		"x in notes] == [('s/bad" SUFFIX "', 'not-analysed', 'warning'), "
		"('s/unknown.so', 'unknown', 'warning')]");
	scan(SARIF "--write-baseline known s");
	scan(SARIF "--baseline known s");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_run("[x['level'] for x in notes] == ['note', 'note']");
}
END_TEST

START_TEST(a_path_that_is_not_there_is_no_success)
{
	judged_build("s/error.so", VERDICT_ERROR);
	scan(SARIF "nowhere s");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_run("len(r) == 1 and invocation['executionSuccessful'] is False");
}
END_TEST

START_TEST(a_baseline_parts_old_from_new)
{
	judged_build("s/error.so", VERDICT_ERROR);
	scan(SARIF "--write-baseline known s");
	judged_build("s/unsafe.so", VERDICT_UNSAFE);
	scan(SARIF "--baseline known s");
	ck_assert_int_eq(command_result.exit_code, 1);
	assert_run("[x['baselineState'] for x in r] == ['unchanged', 'new']");
}
END_TEST

/* The fingerprints of all results, one a line; the caller frees them. */
static char *fingerprints(const char *arguments)
{
	static const char program[] =
		"import json, sys\n"
		"for x in json.load(open(sys.argv[1]))['runs'][0]['results']:\n"
		"    print(sorted(x['partialFingerprints'].items()))\n";
	const char *argv[] = {"python3", "-c", program, NULL, NULL};
	struct program_result printed;
	char *kept;

	scan(arguments);
	argv[3] = temp_file(&command_dir, "run", command_result.output);
	run_program(argv, &printed);
	kept = strdup(printed.output);
	program_result_free(&printed);
	return kept;
}

START_TEST(fingerprints_stay_where_an_environment_moves)
{
	char *before, *after;
	struct program_result moved;
	char command[512];

	judged_build(SITE "pkg/error.so", VERDICT_ERROR);
	judged_build(SITE "pkg/unsafe.so", VERDICT_UNSAFE);
	before = fingerprints(SARIF "lib");
	ck_assert_str_ne(before, "");
	snprintf(command, sizeof(command), "cd %s && mkdir -p a/b && mv lib a/b",
		 command_dir.path);
	run_shell(command, &moved);
	program_result_free(&moved);
	after = fingerprints(SARIF "a");
	ck_assert_str_eq(before, after);
	ck_assert_str_ne(strchr(before, '\n') + 1, "");
	free(after);
	judged_build("a/b/" SITE "pkg/error.so", VERDICT_WARN);
	after = fingerprints(SARIF "a");
	ck_assert_str_ne(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(a_hostile_name_is_no_link)
{
	judged_build("s/[click](http:x)\x1b\n.so", VERDICT_ERROR);
	scan(SARIF "s");
	assert_run("len(r) == 1 and place(r[0])['uri'] == "
		   "'s/%5Bclick%5D%28http%3Ax%29%1B%0A.so' and "
		   "'[click](' not in r[0]['message']['text'].replace('\\\\[', '') and "
		   "'\\x1b' not in r[0]['message']['text']");
}
END_TEST

START_TEST(rules_are_explained)
{
	temp_file(&command_dir, "s/none", "");
	scan(SARIF "s");
	assert_run("all(x['help']['markdown'] and x['shortDescription']['text'] and "
		   "x['id'] in x['help']['text'] and 'helpUri' not in x for x in rules)");
	assert_run("len({x['id'] for x in rules}) == len(rules) == 6");
}
END_TEST

START_TEST(rules_link_to_a_page_where_there_is_one)
{
	static char text[32768];
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
	sarif_rules_write(&json, "https://example.org/RULES.md");
	ck_assert(!buf.truncated);
	ck_assert_ptr_nonnull(strstr(
		text, "\"helpUri\":\"https://example.org/RULES.md#layout-changed\""));
}
END_TEST

Suite *command_scan_sarif_suite(void)
{
	Suite *suite = suite_create("command_scan_sarif");
	TCase *documents;

	if (!npabi_is_built())
		return suite;
	documents = tcase_create("documents");
	tcase_set_timeout(documents, 30);
	tcase_add_checked_fixture(documents, command_setup, command_teardown);
	tcase_add_test(documents, an_empty_scan_is_a_document);
	tcase_add_test(documents, each_mismatch_is_a_result_of_its_rule);
	tcase_add_test(documents, a_result_says_what_python_says_and_what_to_do);
	tcase_add_test(documents, what_is_not_known_is_a_note);
	tcase_add_test(documents, a_path_that_is_not_there_is_no_success);
	tcase_add_test(documents, a_baseline_parts_old_from_new);
	tcase_add_test(documents, fingerprints_stay_where_an_environment_moves);
	tcase_add_test(documents, a_hostile_name_is_no_link);
	tcase_add_test(documents, rules_are_explained);
	tcase_add_test(documents, rules_link_to_a_page_where_there_is_one);
	suite_add_tcase(suite, documents);
	return suite;
}
