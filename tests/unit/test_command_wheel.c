/* SPDX-License-Identifier: MIT
 *
 * The command "npabi scan" on wheels, as Python's zipfile packs them, and on what was
 * done to them afterwards.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/npabi_command.h"
#include "support/wheels.h"

Suite *command_wheel_suite(void);

#define WHEEL	 "some_thing-1.2-cp311-cp311-linux_x86_64.whl"
#define METADATA "some_thing-1.2.dist-info/METADATA"

/* "plain" is an extension; the members of a wheel that has it as pkg.plain */
#define MEMBERS                                     \
	"{'pkg/__init__.py': '', 'pkg/plain" SUFFIX \
	"': open('plain', 'rb').read(), '" METADATA "': metadata('Some.Thing', '1.2')}"

static void set_up(void)
{
	command_setup();
	build_plain("plain");
}

static void make(const char *code)
{
	run_python(&command_dir, code);
}

START_TEST(an_extension_has_the_owner_that_the_wheel_names)
{
	make(_i ? "pack('" WHEEL "', " MEMBERS ", zipfile.ZIP_DEFLATED)"
		: "pack('" WHEEL "', " MEMBERS ", zipfile.ZIP_STORED)");
	scan("--format jsonl " WHEEL);
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_json("len(r) == 1 and r[0]['event'] == 'extension' and "
		    "r[0]['path'] == '" WHEEL "!pkg/plain" SUFFIX "' and "
		    "(r[0]['module'], r[0]['distribution'], r[0]['distribution_version'])"
		    " == ('pkg.plain', 'Some.Thing', '1.2') and "
		    "r[0]['verdict'] == 'ok' and r[0]['runtime'] is None");
}
END_TEST

START_TEST(wheels_in_directories_are_read)
{
	make("os.makedirs('d/e')\n"
	     "pack('d/a-1-py3-none-any.whl', " MEMBERS ")\n"
	     "pack('d/e/b-1-py3-none-any.whl', " MEMBERS ")\n"
	     "pack('d/c-1-py3-none-any.whl', {'c.py': ''})");
	scan("--all d");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output("  d/a-1-py3-none-any.whl!pkg/plain" SUFFIX "\n"
		      "  d/e/b-1-py3-none-any.whl!pkg/plain" SUFFIX "\n"
		      "npabi: 2 extensions, ");
}
END_TEST

START_TEST(a_wheel_without_extensions_is_told)
{
	make("pack('c-1-py3-none-any.whl', {'c.py': '', 'd/.so': 'x'})");
	scan("c-1-py3-none-any.whl");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors,
			 "npabi: c-1-py3-none-any.whl: no extension modules found\n");
}
END_TEST

START_TEST(members_are_told_in_the_order_of_their_names)
{
	make("e = open('plain', 'rb').read()\n"
	     "pack('" WHEEL "', {'b.so': e, '" METADATA "': metadata('a', '1'), "
	     "'a/c.so': e, 'a.so': e})");
	scan("--format jsonl " WHEEL);
	assert_json("[x['path'].split('!')[1] for x in r] == ['a.so', 'a/c.so', 'b.so']");
}
END_TEST

START_TEST(what_goes_beside_the_packages_is_named_so)
{
	make("e = open('plain', 'rb').read()\n"
	     "pack('" WHEEL "', {'a-1.data/platlib/p/x.so': e, "
	     "'a-1.data/data/p/y.so': e, '" METADATA "': metadata('a', '1')})");
	scan("--format jsonl " WHEEL);
	assert_json("[x['module'] for x in r] == [None, 'p.x']");
}
END_TEST

/* Whatever is named: another NumPy would bring other extensions. */
START_TEST(numpys_own_wheel_is_held_against_itself)
{
	make("e = open('plain', 'rb').read()\n"
	     "pack('numpy-1.26.4.whl', {'numpy/core/x.so': e, "
	     "'numpy-1.26.4.dist-info/METADATA': metadata('numpy', '1.26.4')})");
	scan("--format jsonl --numpy 2.0.2 numpy-1.26.4.whl");
	assert_json("r[0]['runtime']['numpy'] == '1.26.4' and r[0]['runtime']"
		    "['numpy_path'] == 'numpy-1.26.4.whl!numpy/__init__.py'");
}
END_TEST

START_TEST(a_wheel_without_metadata_is_what_its_name_says)
{
	make("pack('" WHEEL "', {'m.so': open('plain', 'rb').read()})");
	scan("--format jsonl " WHEEL);
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json("[x['event'] for x in r] == ['note', 'extension'] and "
		    "r[0]['path'] == '" WHEEL "' and 'METADATA' in r[0]['reason'] and "
		    "(r[1]['distribution'], r[1]['distribution_version']) == "
		    "('some_thing', '1.2')");
	scan(WHEEL);
	assert_output(WHEEL ": METADATA is missing or cannot be read");
}
END_TEST

START_TEST(a_wheel_is_read_once_by_whatever_link)
{
	make("os.mkdir('d'); pack('d/b.whl', " MEMBERS ")\n"
	     "os.link('d/b.whl', 'd/c.whl'); os.symlink('d', 'other')\n"
	     "os.symlink('../d/b.whl', 'd/a.whl')");
	scan("--format jsonl d other/c.whl d/b.whl");
	assert_json("len(r) == 1");
	ck_assert_str_eq(command_result.errors, "");
}
END_TEST

/* What would be written outside, were it unpacked; here it is not. */
START_TEST(a_member_that_leads_out_is_read_and_told)
{
	static const char *const names[] = {"../evil.so", "/evil.so", "p/../../evil.so",
					    "../../evil.so"};
	char code[512];

	snprintf(code, sizeof(code),
		 "os.mkdir('d')\npack('d/a.whl', {'%s': open('plain', 'rb').read(), "
		 "'" METADATA "': metadata('a', '1')})",
		 names[_i]);
	make(code);
	scan("--format jsonl d");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json("[x['event'] for x in r] == ['note', 'extension'] and "
		    "'leads out of the wheel' in r[0]['reason'] and "
		    "r[0]['path'] == r[1]['path'] and r[1]['module'] is None");
	ck_assert_int_ne(access(temp_path(&command_dir, "evil.so"), F_OK), 0);
}
END_TEST

START_TEST(of_members_with_one_name_the_last_is_read)
{
	make("pack('a.whl', [('m.so', 'text'), ('m.so', open('plain', 'rb').read()), "
	     "('" METADATA "', metadata('a', '1'))])");
	scan("--format jsonl a.whl");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json("[x['event'] for x in r] == ['note', 'extension'] and "
		    "'more than once' in r[0]['reason']");
}
END_TEST

START_TEST(more_members_than_old_zips_can_have_are_read)
{
	make("m = {f'p/{i}.py': '' for i in range(66000)}\n"
	     "m['m.so'] = open('plain', 'rb').read()\n"
	     "pack('a.whl', m)");
	scan("--format jsonl a.whl");
	assert_json("r[-1]['path'] == 'a.whl!m.so' and r[-1]['event'] == 'extension'");
}
END_TEST

static void add_good(Suite *suite)
{
	TCase *good = tcase_create("good");

	tcase_set_timeout(good, 60);
	tcase_add_checked_fixture(good, set_up, command_teardown);
	tcase_add_loop_test(good, an_extension_has_the_owner_that_the_wheel_names, 0, 2);
	tcase_add_test(good, wheels_in_directories_are_read);
	tcase_add_test(good, a_wheel_without_extensions_is_told);
	tcase_add_test(good, members_are_told_in_the_order_of_their_names);
	tcase_add_test(good, what_goes_beside_the_packages_is_named_so);
	tcase_add_test(good, numpys_own_wheel_is_held_against_itself);
	tcase_add_test(good, a_wheel_without_metadata_is_what_its_name_says);
	tcase_add_test(good, a_wheel_is_read_once_by_whatever_link);
	tcase_add_loop_test(good, a_member_that_leads_out_is_read_and_told, 0, 4);
	tcase_add_test(good, of_members_with_one_name_the_last_is_read);
	tcase_add_test(good, more_members_than_old_zips_can_have_are_read);
	suite_add_tcase(suite, good);
}

/* --- bad ones -------------------------------------------------------------- */

/* What makes bad.whl, whose member m.so is bad in MEMBER's case, and the cause told. */
static const struct {
	const char *make, *cause;
	bool member;
} bad_wheels[] = {
	{"open('bad.whl', 'w')", "empty file", false},
	{"open('bad.whl', 'w').write('text')", "not a zip file", false},
	{"os.mkfifo('bad.whl')", "not a regular file", false},
	{"pack('bad.whl', {'m.so': 'x'}); os.truncate('bad.whl', 60)", "cut short",
	 false},
	{"pack('bad.whl', {'m.so': 'x'})\n"
	 "open('bad.whl', 'ab').write(b'behind it')",
	 "its end record does not fit it", false},
	{"pack('bad.whl', {'m.so': 'x'}); b = open('bad.whl', 'rb').read()\n"
	 "open('bad.whl', 'wb').write(b'before it' + b)",
	 "its end record does not fit it", false},
	{"pack('bad.whl', {'m.so': 'x'}); patch('bad.whl', b'PK\\1\\2', b'PK\\1\\3')",
	 "corrupt central directory", false},
	{"pack('bad.whl', {'m.so': 'x'}, zipfile.ZIP_STORED)\n"
	 "patch('bad.whl', b'm.sox', b'm.soy')",
	 "its CRC is not", true},
	{"pack('bad.whl', {'m.so': 'x'}, zipfile.ZIP_BZIP2)",
	 "another method than stored and deflate", true},
	{"pack('bad.whl', {'m.so': 'x'}, zipfile.ZIP_LZMA)",
	 "another method than stored and deflate", true},
	/* the flag of encryption, in both headers */
	{"pack('bad.whl', {'m.so': 'x'})\n"
	 "patch('bad.whl', b'\\x14\\0\\0\\0\\x08\\0', b'\\x14\\0\\1\\0\\x08\\0')",
	 "encrypted", true},
	{"pack('bad.whl', {'m.so': bytes(70 << 20)})", "more than 100 times its size",
	 true},
	/* 63 MiB each, and in all above 100 times the file's size */
	{"pack('bad.whl', {f'{i}.so': bytes(63 << 20) for i in range(2)})",
	 "more than 100 times its size", false},
	/* the size before packing, one byte less */
	{"pack('bad.whl', {'m.so': 'x' * 1000})\n"
	 "patch('bad.whl', struct.pack('<I', 1000), struct.pack('<I', 999))",
	 "its size is not", true},
	{"pack('bad.whl', {'m.so': 'x' * 1000})\n"
	 "patch('bad.whl', struct.pack('<I', 1000), struct.pack('<I', 1001))",
	 "its size is not", true},
	{"pack('bad.whl', {'m.so': 'text'})", "not an ELF file", true},
	{"pack('bad.whl', {'m.so': open('plain', 'rb').read()[:200]})", "past the end",
	 true},
};

START_TEST(a_bad_wheel_is_told_with_its_cause)
{
	make(bad_wheels[_i].make);
	scan("bad.whl");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output(bad_wheels[_i].member ? "bad.whl!m.so: not analysed: " : "bad.whl");
	assert_output(": not analysed: ");
	assert_output(bad_wheels[_i].cause);
	scan("--format jsonl bad.whl");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_json("r[-1]['event'] == 'note' and r[-1]['path'].startswith('bad.whl')");
}
END_TEST

START_TEST(a_bad_wheel_does_not_stop_the_others)
{
	make("os.mkdir('d'); open('d/a.whl', 'w').write('text')\n"
	     "pack('d/b.whl', " MEMBERS ")");
	scan("--all d");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("d/a.whl: not analysed: not a zip file");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(a_bad_member_does_not_stop_the_others)
{
	make("pack('a.whl', {'a.so': bytes(70 << 20), 'm.so': open('plain', "
	     "'rb').read()})");
	scan("--all a.whl");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("a.whl!a.so: not analysed: ");
	assert_output("  a.whl!m.so\n");
}
END_TEST

START_TEST(a_wheel_that_is_not_there_is_exit_code_2)
{
	scan("nowhere.whl");
	ck_assert_int_eq(command_result.exit_code, 2);
	ck_assert_str_eq(command_result.errors,
			 "npabi: nowhere.whl: No such file or directory\n");
}
END_TEST

START_TEST(a_directory_called_like_a_wheel_is_a_directory)
{
	make("os.mkdir('a.whl'); os.rename('plain', 'a.whl/plain.so')");
	scan("--all a.whl");
	assert_output("  a.whl/plain.so\n");
}
END_TEST

START_TEST(a_hostile_member_name_stays_on_its_line)
{
	make("pack('a.whl', {'m\\nnpabi: b\\x1b[31m.so': 'x'})");
	scan("a.whl");
	assert_output("a.whl!m\\x0anpabi: b\\x1b[31m.so: not analysed: ");
}
END_TEST

static void add_bad(Suite *suite)
{
	TCase *bad = tcase_create("bad");

	tcase_set_timeout(bad, 60);
	tcase_add_checked_fixture(bad, set_up, command_teardown);
	tcase_add_loop_test(bad, a_bad_wheel_is_told_with_its_cause, 0,
			    (int)(sizeof(bad_wheels) / sizeof(bad_wheels[0])));
	tcase_add_test(bad, a_bad_wheel_does_not_stop_the_others);
	tcase_add_test(bad, a_bad_member_does_not_stop_the_others);
	tcase_add_test(bad, a_wheel_that_is_not_there_is_exit_code_2);
	tcase_add_test(bad, a_directory_called_like_a_wheel_is_a_directory);
	tcase_add_test(bad, a_hostile_member_name_stays_on_its_line);
	suite_add_tcase(suite, bad);
}

Suite *command_wheel_suite(void)
{
	Suite *suite = suite_create("command_wheel");

	if (!npabi_is_built())
		return suite;
	add_good(suite);
	add_bad(suite);
	return suite;
}
