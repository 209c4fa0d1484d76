/* SPDX-License-Identifier: MIT
 *
 * sink_syslog: the datagrams that a system log receives, by RFC 3164.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "report/sink_io.h"
#include "support/temp_dir.h"

Suite *sink_syslog_suite(void);

static struct temp_dir dir;
static char address[TEMP_PATH_MAX];
static int receiver;

static void setup(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	temp_dir_make(&dir);
	snprintf(address, sizeof(address), "%s", temp_path(&dir, "log"));
	snprintf(name.sun_path, sizeof(name.sun_path), "%.100s", address);
	receiver = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(receiver, (struct sockaddr *)&name, sizeof(name)), 0);
}

static void teardown(void)
{
	close(receiver);
	temp_dir_remove(&dir);
}

static bool put(const char *record)
{
	return sink_syslog(address, record, strlen(record));
}

/* The next datagram, or "" when there is none. */
static const char *received(void)
{
	static char datagram[65536];
	ssize_t length = recv(receiver, datagram, sizeof(datagram) - 1, MSG_DONTWAIT);

	datagram[length > 0 ? length : 0] = '\0';
	return datagram;
}

/* Facility user is 1, severities are 3 error, 4 warning, 6 informational. */
static const struct {
	const char *record, *datagram;
} lines[] = {
	{"npabi[7]: error: m: fails\n", "<11>npabi[7]: error: m: fails"},
	{"npabi[7]: unsafe: m: may crash\n", "<12>npabi[7]: unsafe: m: may crash"},
	{"npabi[7]: warn: m: warns\n", "<12>npabi[7]: warn: m: warns"},
	{"npabi[7]: ok: m: works\n", "<14>npabi[7]: ok: m: works"},
	{"npabi[7]: start: npabi\n", "<14>npabi[7]: start: npabi"},
};

START_TEST(a_text_record_brings_its_own_tag)
{
	ck_assert(put(lines[_i].record));
	ck_assert_str_eq(received(), lines[_i].datagram);
	ck_assert_str_eq(received(), "");
}
END_TEST

START_TEST(a_json_record_gets_a_tag)
{
	char expected[128];

	ck_assert(put("{\"event\":\"extension\",\"verdict\":\"unsafe\"}\n"));
	snprintf(expected, sizeof(expected),
		 "<12>npabi[%d]: {\"event\":\"extension\",\"verdict\":\"unsafe\"}",
		 (int)getpid());
	ck_assert_str_eq(received(), expected);
}
END_TEST

START_TEST(each_line_is_a_message_of_the_same_weight)
{
	ck_assert(put("npabi[7]: error: m: fails\nnpabi[7]:   file: /x\n"));
	ck_assert_str_eq(received(), "<11>npabi[7]: error: m: fails");
	ck_assert_str_eq(received(), "<11>npabi[7]:   file: /x");
	ck_assert_str_eq(received(), "");
}
END_TEST

START_TEST(a_log_that_does_not_listen_is_a_failure)
{
	close(receiver);
	ck_assert(!put("npabi[7]: ok\n"));
	ck_assert_int_eq(errno, ECONNREFUSED);
	unlink(address);
	ck_assert(!put("npabi[7]: ok\n"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(a_full_log_does_not_block)
{
	bool sent = true;

	for (int i = 0; i < 100000 && sent; i++)
		sent = put("npabi[7]: ok\n");
	ck_assert(!sent);
	ck_assert_int_eq(errno, EAGAIN);
}
END_TEST

START_TEST(no_descriptor_stays_open)
{
	int before = dup(0), after;

	close(before);
	ck_assert(put("npabi[7]: ok\n"));
	ck_assert(!sink_syslog("/nowhere", "x", 1));
	after = dup(0);
	close(after);
	ck_assert_int_eq(before, after);
}
END_TEST

Suite *sink_syslog_suite(void)
{
	Suite *suite = suite_create("sink_syslog");
	TCase *datagrams = tcase_create("datagrams");

	tcase_add_checked_fixture(datagrams, setup, teardown);
	tcase_add_loop_test(datagrams, a_text_record_brings_its_own_tag, 0,
			    (int)(sizeof(lines) / sizeof(lines[0])));
	tcase_add_test(datagrams, a_json_record_gets_a_tag);
	tcase_add_test(datagrams, each_line_is_a_message_of_the_same_weight);
	tcase_add_test(datagrams, a_log_that_does_not_listen_is_a_failure);
	tcase_add_test(datagrams, a_full_log_does_not_block);
	tcase_add_test(datagrams, no_descriptor_stays_open);
	suite_add_tcase(suite, datagrams);
	return suite;
}
