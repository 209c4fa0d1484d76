/* SPDX-License-Identifier: MIT
 *
 * transfer: what comes out is what went in, and a stream that ends is told.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/transfer.h"

Suite *transfer_suite(void);

static struct reading *sent;
static struct transfer *received;
static char *bytes;
static size_t size;

static void set_up(void)
{
	sent = calloc(1, sizeof(*sent));
	received = calloc(1, sizeof(*received));
	ck_assert(sent && received);
	memset(&sent->facts, 0x55, sizeof(sent->facts));
	sent->kind = READING_EXTENSION;
	sent->path = "d/x.whl!a.so";
	sent->wheel = 7;
	strcpy(sent->owner.module, "a");
	strcpy(sent->owner.distribution, "x");
	sent->facts.check_count = 3;
	sent->facts.evidence_count = FACTS_EVIDENCE_MAX;
	bytes = NULL;
}

static void tear_down(void)
{
	transfer_close(received);
	free(received);
	free(sent);
	free(bytes);
}

/* Sends the reading, ENDS ends, and opens what was sent. */
static FILE *send(unsigned ends)
{
	FILE *stream = open_memstream(&bytes, &size);

	ck_assert_ptr_nonnull(stream);
	ck_assert(transfer_send(stream, sent));
	for (unsigned i = 0; i < ends; i++)
		ck_assert(transfer_send_end(stream));
	fclose(stream);
	return fmemopen(bytes, size, "r");
}

START_TEST(an_extension_comes_with_its_facts_and_owner)
{
	FILE *stream = send(1);
	const struct facts *facts = &received->reading.facts;

	ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_READING);
	ck_assert_int_eq(received->reading.kind, READING_EXTENSION);
	ck_assert_str_eq(received->reading.path, "d/x.whl!a.so");
	ck_assert_uint_eq(received->reading.wheel, 7);
	ck_assert_mem_eq(&received->reading.owner, &sent->owner, sizeof(sent->owner));
	ck_assert_mem_eq(facts, &sent->facts, offsetof(struct facts, checks));
	ck_assert_mem_eq(facts->checks, sent->facts.checks, 3 * sizeof(facts->checks[0]));
	ck_assert_mem_eq(facts->evidence, sent->facts.evidence, sizeof(facts->evidence));
	ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_END);
	fclose(stream);
}
END_TEST

START_TEST(only_what_is_used_is_sent)
{
	sent->facts.check_count = sent->facts.evidence_count = 0;
	fclose(send(1));
	ck_assert_uint_lt(size, 4096);
}
END_TEST

START_TEST(anything_else_comes_with_its_reason)
{
	FILE *stream;

	sent->kind = (enum reading_kind)_i;
	strcpy(sent->reason, "why");
	stream = send(2);
	ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_READING);
	ck_assert_int_eq(received->reading.kind, _i);
	ck_assert_str_eq(received->reading.path, "d/x.whl!a.so");
	ck_assert_str_eq(received->reading.reason, "why");
	ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_END);
	ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_END);
	fclose(stream);
}
END_TEST

START_TEST(a_stream_that_ends_anywhere_is_broken)
{
	fclose(send(0));
	for (size_t length = 1; length < size; length += 7) {
		FILE *stream = fmemopen(bytes, length, "r");

		ck_assert_int_eq(transfer_receive(stream, received), TRANSFER_BROKEN);
		fclose(stream);
	}
}
END_TEST

Suite *transfer_suite(void)
{
	Suite *suite = suite_create("transfer");
	TCase *readings = tcase_create("readings");

	tcase_add_checked_fixture(readings, set_up, tear_down);
	tcase_add_test(readings, an_extension_comes_with_its_facts_and_owner);
	tcase_add_test(readings, only_what_is_used_is_sent);
	tcase_add_loop_test(readings, anything_else_comes_with_its_reason,
			    READING_UNREADABLE, READING_REMARK + 1);
	tcase_add_test(readings, a_stream_that_ends_anywhere_is_broken);
	suite_add_tcase(suite, readings);
	return suite;
}
