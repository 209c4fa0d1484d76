/* SPDX-License-Identifier: MIT
 *
 * html_page and html_columns: rows, and the columns of a page.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "scan/html_columns.h"

Suite *html_page_suite(void);

static struct html_page page;
static struct html_columns columns;

static void setup(void)
{
	memset(&page, 0, sizeof(page));
	page.all_releases = true;
	ck_assert_int_eq(html_page_release(&page, "1.25"), 0);
	ck_assert_int_eq(html_page_release(&page, "1.26"), 1);
	ck_assert_int_eq(html_page_release(&page, "2.0"), 2);
}

static void teardown(void)
{
	html_page_free(&page);
}

/* An item of the row called NAME with these verdicts, COUNT of them. */
static struct html_row *add(const char *name, const enum verdict_kind *kinds,
			    unsigned count)
{
	struct html_row *row = html_page_row(&page, name, "1", "");
	struct html_item *item;

	ck_assert_ptr_nonnull(row);
	item = html_page_item(&page, row, "");
	ck_assert_ptr_nonnull(item);
	for (unsigned i = 0; i < count; i++)
		item->outcomes[i] = (struct html_outcome){true, kinds[i], 0};
	return row;
}

static const enum verdict_kind works_to_1[] = {VERDICT_OK, VERDICT_OK, VERDICT_ERROR};
static const enum verdict_kind works_from_1_26[] = {VERDICT_ERROR, VERDICT_OK,
						    VERDICT_OK};

static void assert_columns(const char *wanted)
{
	char text[256];
	struct npabi_textbuf buf;

	html_columns_make(&page, &columns);
	npabi_textbuf_init(&buf, text, sizeof(text));
	for (unsigned i = 0; i < columns.count; i++)
		npabi_textbuf_format(&buf, "%s|", columns.list[i].label);
	ck_assert_str_eq(text, wanted);
}

START_TEST(releases_without_a_difference_share_a_column)
{
	add("a", works_to_1, 3);
	assert_columns("1.25\xe2\x80\x93"
		       "1.26|2.0|");
	add("b", works_from_1_26, 3);
	assert_columns("1.25|1.26|2.0|");
}
END_TEST

START_TEST(without_extensions_there_is_one_column)
{
	assert_columns("1.25\xe2\x80\x93"
		       "2.0|");
}
END_TEST

START_TEST(what_is_installed_stands_alone)
{
	add("a", works_to_1, 3);
	html_page_mark(&page, 0, "1.25.1");
	assert_columns("1.25|1.26|2.0|");
	ck_assert_str_eq(columns.list[0].installed, "1.25.1");
	ck_assert_str_eq(columns.list[1].installed, "");
}
END_TEST

START_TEST(releases_that_were_asked_for_are_all_there)
{
	page.all_releases = false;
	add("a", works_to_1, 3);
	assert_columns("1.25|1.26|2.0|");
}
END_TEST

START_TEST(what_was_not_asked_is_another_column)
{
	add("a", works_to_1, 1);
	assert_columns("1.25|1.26\xe2\x80\x93"
		       "2.0|");
}
END_TEST

START_TEST(a_row_is_as_bad_as_its_worst)
{
	static const enum verdict_kind order[] = {
		VERDICT_OK, VERDICT_UNKNOWN, VERDICT_WARN, VERDICT_UNSAFE, VERDICT_ERROR};
	enum verdict_kind kind;
	struct html_column column = {.first = 0};

	ck_assert(
		!html_columns_worst(html_page_row(&page, "a", "1", ""), &column, &kind));
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct html_row *row = add("a", &order[i], 1);

		add("a", works_to_1, 1);
		ck_assert(html_columns_worst(row, &column, &kind));
		ck_assert_int_eq(kind, order[i]);
	}
}
END_TEST

START_TEST(a_mark_is_made_once)
{
	html_page_mark(&page, 2, "2.0.10");
	html_page_mark(&page, 2, "2.0.1");
	html_page_mark(&page, 2, "2.0.10");
	html_page_mark(&page, HTML_NO_RELEASE, "3.0");
	ck_assert_str_eq(page.releases[2].installed, "2.0.10, 2.0.1");
}
END_TEST

START_TEST(there_is_no_more_room_for_releases)
{
	char name[16];

	for (unsigned i = page.release_count; i < HTML_RELEASES_MAX; i++) {
		snprintf(name, sizeof(name), "9.%u", i);
		ck_assert_int_eq(html_page_release(&page, name), (int)i);
	}
	ck_assert_int_eq(html_page_release(&page, "9.99"), HTML_NO_RELEASE);
	ck_assert_int_eq(html_page_release(&page, "2.0"), 2);
}
END_TEST

START_TEST(a_row_is_one_distribution_in_one_place)
{
	struct html_row *row = html_page_row(&page, "a", "1", "/x");

	ck_assert_ptr_eq(html_page_row(&page, "a", "1", "/x"), row);
	ck_assert_ptr_ne(html_page_row(&page, "a", "2", "/x"), row);
	ck_assert_ptr_ne(html_page_row(&page, "a", "1", "/y"), row);
	ck_assert_ptr_ne(html_page_row(&page, "b", "1", "/x"), row);
	ck_assert_uint_eq(page.row_count, 4);
}
END_TEST

START_TEST(rows_are_in_order_of_rank_and_name)
{
	html_page_row(&page, "b", "", "")->rank = 1;
	html_page_row(&page, "C", "", "")->rank = 1;
	html_page_row(&page, "a", "", "")->rank = 1;
	html_page_row(&page, "z", "", "")->rank = 0;
	html_page_sort(&page);
	ck_assert_str_eq(page.rows[0]->name, "z");
	ck_assert_str_eq(page.rows[1]->name, "a");
	ck_assert_str_eq(page.rows[2]->name, "b");
	ck_assert_str_eq(page.rows[3]->name, "C");
}
END_TEST

Suite *html_page_suite(void)
{
	Suite *suite = suite_create("html_page");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, releases_without_a_difference_share_a_column);
	tcase_add_test(all, without_extensions_there_is_one_column);
	tcase_add_test(all, what_is_installed_stands_alone);
	tcase_add_test(all, releases_that_were_asked_for_are_all_there);
	tcase_add_test(all, what_was_not_asked_is_another_column);
	tcase_add_test(all, a_row_is_as_bad_as_its_worst);
	tcase_add_test(all, a_mark_is_made_once);
	tcase_add_test(all, there_is_no_more_room_for_releases);
	tcase_add_test(all, a_row_is_one_distribution_in_one_place);
	tcase_add_test(all, rows_are_in_order_of_rank_and_name);
	suite_add_tcase(suite, all);
	return suite;
}
