/* SPDX-License-Identifier: MIT
 *
 * sarif_uri: paths as URIs (RFC 3986), and the folder that they are relative to.
 */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scan/sarif_uri.h"
#include "support/temp_dir.h"

Suite *sarif_uri_suite(void);

#define SOURCE SARIF_SOURCE_ROOT
#define SYSTEM SARIF_SYSTEM_ROOT

static const struct {
	const char *path, *directory, *uri, *base;
} paths[] = {
	{"venv/a.so", "/w", "venv/a.so", SOURCE},
	{"./venv//lib/./a.so", "/w", "venv/lib/a.so", SOURCE},
	{"a.so", "", "a.so", SOURCE},
	{"/w/venv/a.so", "/w", "venv/a.so", SOURCE},
	{"/w/venv/a.so", "/w/", "venv/a.so", SOURCE},
	{"/www/a.so", "/w", "www/a.so", SYSTEM},
	{"/usr/lib/a.so", "/w", "usr/lib/a.so", SYSTEM},
	{"/usr/lib/a.so", "", "usr/lib/a.so", SYSTEM},
	{"/usr/lib/a.so", "/", "usr/lib/a.so", SOURCE},
	{"a b/c%d:e?#[f].so", "/w", "a%20b/c%25d%3Ae%3F%23%5Bf%5D.so", SOURCE},
	{"\xc3\xa4/\xff\n.so", "/w", "%C3%A4/%FF%0A.so", SOURCE},
	{"..a/b..so", "/w", "..a/b..so", SOURCE},
	{"dist/x.whl!pkg/a.so", "/w", "dist/x.whl", SOURCE},
	{"/usr/x.whl!pkg/../a.so", "/w", "usr/x.whl", SYSTEM},
};

START_TEST(a_path_is_relative_to_a_root)
{
	char text[256];
	struct npabi_textbuf buf;
	const char *base;

	npabi_textbuf_init(&buf, text, sizeof(text));
	base = sarif_uri_append(&buf, paths[_i].path, paths[_i].directory);
	ck_assert_str_eq(text, paths[_i].uri);
	ck_assert_str_eq(base, paths[_i].base);
}
END_TEST

START_TEST(a_way_up_is_followed)
{
	struct temp_dir dir;
	char here[PATH_MAX], text[2 * PATH_MAX], path[2 * PATH_MAX];
	struct npabi_textbuf buf;

	temp_dir_make(&dir);
	temp_file(&dir, "a/x", "");
	temp_file(&dir, "b/y", "");
	ck_assert_int_eq(chdir(temp_path(&dir, "a")), 0);
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	npabi_textbuf_init(&buf, text, sizeof(text));
	ck_assert_str_eq(sarif_uri_append(&buf, "../a/x", here), SOURCE);
	ck_assert_str_eq(text, "x");
	npabi_textbuf_init(&buf, text, sizeof(text));
	ck_assert_str_eq(sarif_uri_append(&buf, "../b/y", here), SYSTEM);
	here[strlen(here) - 1] = 'b';
	snprintf(path, sizeof(path), "%s/y", here + 1);
	ck_assert_str_eq(text, path);
	ck_assert_int_eq(chdir("/"), 0);
	temp_dir_remove(&dir);
}
END_TEST

static const char roots[][2][32] = {
	{"/", "file:///"},
	{"/w", "file:///w/"},
	{"/w/x y/", "file:///w/x%20y/"},
};

START_TEST(a_root_ends_with_a_slash)
{
	char text[64];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	sarif_uri_append_root(&buf, roots[_i][0]);
	ck_assert_str_eq(text, roots[_i][1]);
}
END_TEST

Suite *sarif_uri_suite(void)
{
	Suite *suite = suite_create("sarif_uri");
	TCase *uris = tcase_create("uris");

	tcase_add_loop_test(uris, a_path_is_relative_to_a_root, 0,
			    (int)(sizeof(paths) / sizeof(paths[0])));
	tcase_add_test(uris, a_way_up_is_followed);
	tcase_add_loop_test(uris, a_root_ends_with_a_slash, 0,
			    (int)(sizeof(roots) / sizeof(roots[0])));
	suite_add_tcase(suite, uris);
	return suite;
}
