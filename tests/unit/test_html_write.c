/* SPDX-License-Identifier: MIT
 *
 * html_write: a page, with and without what is above its matrix.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/html_write.h"

Suite *html_write_suite(void);

static const char *const none[] = {NULL};
static const char *const fields[] = {"Works with", NULL};
static const struct html_table tables[] = {{NULL, NULL}};

static struct html_page page;
static struct html_head head;
static char *text;
static size_t text_size;

static void setup(void)
{
	page = (struct html_page){.fields = fields, .tables = tables};
	head = (struct html_head){
		.title = "npabi test",
		.subjects = none,
		.lead = "It works",
		.kind = VERDICT_OK,
		.requirement = "",
		.about = "",
		.remarks = none,
		.installed = none,
		.noted = none,
		.unread = none,
	};
	text = NULL;
}

static void teardown(void)
{
	html_page_free(&page);
	free(text);
}

static void write_page(void)
{
	FILE *output;

	free(text);
	text = NULL;
	output = open_memstream(&text, &text_size);
	ck_assert_ptr_nonnull(output);
	html_write(output, &head, &page);
	fclose(output);
}

static void assert_written(const char *words)
{
	ck_assert_msg(strstr(text, words) != NULL, "no '%s' in:\n%.2000s", words, text);
}

static void assert_absent(const char *words)
{
	ck_assert_msg(strstr(text, words) == NULL, "'%s' in:\n%.2000s", words, text);
}

/* A row with an item that fails on release 2.0. */
static void add_row(const char *name)
{
	struct html_row *row = html_page_row(&page, name, "1.0", "");
	struct html_item *item;

	strcpy(row->fields[0], "<2");
	item = html_page_item(&page, row, "\"name\":\"x\"");
	item->outcomes[html_page_release(&page, "2.0")] =
		(struct html_outcome){true, VERDICT_ERROR, 0};
}

START_TEST(every_place_is_filled_in)
{
	add_row("a");
	write_page();
	assert_absent("{{");
	assert_written("<title>npabi test: It works</title>");
	assert_written("<h1 class=\"ok\">It works</h1>");
	ck_assert_str_eq(text + text_size - strlen("</html>\n"), "</html>\n");
}
END_TEST

START_TEST(what_is_not_there_leaves_nothing)
{
	write_page();
	assert_absent("class=\"requirement\"");
	assert_absent("<ul");
	assert_absent("<noscript>\n<table");
	assert_absent("open><summary>");
	assert_written("\"rows\":[],\"shared\":[]}");
}
END_TEST

START_TEST(what_is_there_is_shown)
{
	static const char *const remarks[] = {"one & two", NULL};
	static const char *const unread[] = {"<bad>: no ELF file", NULL};

	head.requirement = "numpy<2";
	head.about = "suits <all>";
	head.remarks = remarks;
	head.unread = unread;
	write_page();
	assert_written("<code>numpy&lt;2</code>\nsuits &lt;all&gt;</p>");
	assert_written("<li>one &amp; two</li>");
	assert_written("<summary>1 could not be analysed</summary>");
	assert_written("<li>&lt;bad&gt;: no ELF file</li>");
}
END_TEST

START_TEST(without_scripts_there_is_a_table)
{
	add_row("a<b");
	html_page_release(&page, "2.1");
	html_page_mark(&page, 1, "2.1.3");
	write_page();
	assert_written("<tr><th scope=\"row\">a&lt;b 1.0</th><td>&lt;2</td>\n"
		       "<td class=\"error\">error</td><td></td></tr>");
	assert_written("<th scope=\"col\">2.1 (installed)</th>");
}
END_TEST

START_TEST(the_data_has_rows_with_items)
{
	add_row("</script>");
	write_page();
	assert_written("\"columns\":[{\"label\":\"2.0\",\"first\":0,\"last\":0,"
		       "\"installed\":\"\"}]");
	assert_written("{\"name\":\"\\u003c/script>\",\"version\":\"1.0\",\"place\":\"\","
		       "\"fields\":[\"\\u003c2\"],\"items\":[{\"name\":\"x\","
		       "\"verdicts\":[0],\"installed\":null,\"advice\":0}]}");
	assert_written("\"shared\":[[]]");
}
END_TEST

START_TEST(a_long_list_is_shut)
{
	static const char *const few[] = {"1", "2", NULL};
	static const char *const many[] = {"1", "2", "3", "4", "5", "6", "7", NULL};

	head.installed = few;
	write_page();
	assert_written("<details open><summary>2 NumPys are installed</summary>");
	head.installed = many;
	write_page();
	assert_written("<details><summary>7 NumPys are installed</summary>");
}
END_TEST

Suite *html_write_suite(void)
{
	Suite *suite = suite_create("html_write");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, every_place_is_filled_in);
	tcase_add_test(all, what_is_not_there_leaves_nothing);
	tcase_add_test(all, what_is_there_is_shown);
	tcase_add_test(all, without_scripts_there_is_a_table);
	tcase_add_test(all, the_data_has_rows_with_items);
	tcase_add_test(all, a_long_list_is_shut);
	suite_add_tcase(suite, all);
	return suite;
}
