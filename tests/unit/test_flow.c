/* SPDX-License-Identifier: MIT
 *
 * decode/flow: which calls a walk meets, and with which arguments, in code of
 * both compilers.  The expectations are the constants in the source.
 */
#include <check.h>
#include <string.h>

#include "support/builds.h"
#include "support/walked.h"
#include "unit/suites.h"

#define STEPS 20000

/* Each test names the function that it looks at. */
static const char source[] =
	"extern void sink(long, long), other(void), fatal(void); extern long ask(void);\n"
	"void branches(int c, int d) { if (c) { other(); sink(1, 2); }\n"
	"else if (d) sink(3, 4); other(); sink(5, 6); }\n"
	"void cases(int k) { switch (k) {\n"
	"case 0: sink(10, 0); break; case 1: other(); sink(11, 1); break;\n"
	"case 2: sink(12, ask()); break; case 3: sink(13, 3); break;\n"
	"case 4: other(); other(); sink(14, 4); break;\n"
	"case 5: sink(15, 5); other(); break; case 6: fatal(); break;\n"
	"case 7: ask(); sink(17, 7); break; default: sink(18, 8); } }\n"
	"void last(void) { sink(5, 6); }\n"
	"__attribute__((noinline)) static void pass(long a, long b)\n"
	"{ other(); sink(a, b); }\n"
	"void last_inside(void) { pass(9, 7); }\n"
	"__attribute__((noinline)) static int pass_on(long a, long b)\n"
	"{ other(); if (a) sink(a, b); return ask(); }\n"
	"void nested(long u) { if (pass_on(21, 22)) sink(1, 2);\n"
	"pass_on(u, 23); sink(3, 4); }\n"
	"void loops(int n) { for (int i = 0; i < n; i++) {\n"
	"other(); if (i == 5) sink(1, 2); }\n"
	"for (;;) { sink(3, 4); if (ask()) other(); } }\n"
	"void ends(void) { fatal(); sink(1, 2); }\n"
	"extern void stop(void) __attribute__((noreturn));\n"
	"void runs_off(int a) { if (a) other(); stop(); }\n"
	"void behind(void) { sink(1, 2); }\n"
	"void in_order(int c) { sink(1, 2); other(); if (c) ask(); sink(3, 4); other(); "
	"}\n"
	/* what is done on the two sides of these cannot be shared */
	"void decides(long p) { long n = ask();\n"
	"if (n > 10) { sink(1, 0); other(); } else { other(); sink(2, 0); }\n"
	"if (n == p) { sink(3, 0); other(); } else { other(); sink(4, 0); } }\n";

static const struct build ways[] = {
	{"gcc -x c", "-O0"},	      {"gcc -x c", "-O2"},
	{"gcc -x c", "-Os"},	      {"gcc -x c", "-O2 -fcf-protection"},
	{"gcc -x c", "-O3 -fno-plt"}, {"clang -x c", "-O0"},
	{"clang -x c", "-O2"},	      {"clang -x c", "-Os -fno-plt"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct walked walked;

static void set_up(void)
{
	builds_make(&builds, ways, WAYS, source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

/* False where that compiler is missing. */
static bool open_build(int number)
{
	if (!builds_open(&builds, number, &walked.object))
		return false;
	walked_start(&walked, STEPS);
	return true;
}

static void expect(const char *name, uint64_t first, uint64_t second)
{
	ck_assert_msg(walked_with(&walked, name, first, second), "no %s(%lu, %lu)", name,
		      (unsigned long)first, (unsigned long)second);
}

/* Every call of sink has arguments that the source has, as far as they are known. */
static void expect_only(const uint64_t (*pairs)[2], size_t count)
{
	for (unsigned i = 0; i < walked.count; i++) {
		const struct value *arguments = walked.calls[i].arguments;
		bool found = false;

		if (strcmp(walked.calls[i].name, "sink") != 0)
			continue;
		for (size_t j = 0; j < count; j++)
			found |= (!value_is_number(&arguments[0]) ||
				  arguments[0].number == pairs[j][0]) &&
				 (!value_is_number(&arguments[1]) ||
				  arguments[1].number == pairs[j][1]);
		ck_assert_msg(found, "sink(%lu, %lu)", (unsigned long)arguments[0].number,
			      (unsigned long)arguments[1].number);
	}
}

START_TEST(constants_reach_calls_on_both_sides_of_a_branch)
{
	static const uint64_t pairs[][2] = {{1, 2}, {3, 4}, {5, 6}};

	if (!open_build(_i))
		return;
	walked_walk(&walked, "branches");
	for (size_t i = 0; i < 3; i++)
		expect("sink", pairs[i][0], pairs[i][1]);
	expect_only(pairs, 3);
	ck_assert(!walked.flow.incomplete);
	walked_close(&walked);
}
END_TEST

START_TEST(all_cases_of_a_switch_are_walked)
{
	if (!open_build(_i))
		return;
	walked_walk(&walked, "cases");
	for (uint64_t i = 0; i < 9; i++)
		if (i != 2 && i != 6)
			expect("sink", 10 + i, i);
	ck_assert_uint_ge(walked_times(&walked, "fatal"), 1);
	ck_assert(!walked.flow.incomplete);
	walked_close(&walked);
}
END_TEST

START_TEST(a_tail_call_out_of_the_object_is_met)
{
	if (!open_build(_i))
		return;
	walked_walk(&walked, "last");
	expect("sink", 5, 6);
	ck_assert_uint_eq(walked.count, 1);
	if (!strstr(ways[_i].flags, "-O0"))
		ck_assert_uint_eq(walked.calls[0].after, 0);
	ck_assert(!walked.flow.incomplete);
	walked_close(&walked);
}
END_TEST

START_TEST(a_tail_call_within_the_object_is_followed)
{
	if (!open_build(_i))
		return;
	walked.enters = true; /* unoptimised it is a plain call */
	walked_walk(&walked, "last_inside");
	expect("sink", 9, 7);
	walked_close(&walked);
}
END_TEST

START_TEST(arguments_are_kept_across_a_nested_walk)
{
	if (!open_build(_i))
		return;
	walked.enters = true;
	walked_walk(&walked, "nested");
	expect("sink", 21, 22);
	expect("sink", 1, 2);
	expect("sink", 3, 4);
	ck_assert_uint_ge(walked_times(&walked, "sink"), 4);
	walked_close(&walked);
}
END_TEST

START_TEST(a_loop_ends)
{
	if (!open_build(_i))
		return;
	walked_walk(&walked, "loops");
	expect("sink", 1, 2);
	expect("sink", 3, 4);
	ck_assert_uint_lt(STEPS - walked.flow.steps_left, 1000);
	ck_assert(!walked.flow.incomplete);
	walked_close(&walked);
}
END_TEST

START_TEST(what_follows_a_call_that_does_not_return_is_left_out)
{
	if (!open_build(_i))
		return;
	walked.answer = FLOW_END;
	walked_walk(&walked, "ends");
	ck_assert_uint_eq(walked_times(&walked, "fatal"), 1);
	ck_assert_uint_eq(walked_times(&walked, "sink"), 0);
	walked_close(&walked);
}
END_TEST

/* The compiler knows that it does not return, the walk is not told. */
START_TEST(the_function_behind_is_not_run_into)
{
	if (!open_build(_i))
		return;
	walked_walk(&walked, "runs_off");
	ck_assert_uint_ge(walked_times(&walked, "stop"), 1);
	ck_assert_uint_eq(walked_times(&walked, "sink"), 0);
	ck_assert(!walked.flow.incomplete);
	walked_close(&walked);
}
END_TEST

START_TEST(a_client_can_end_the_walk)
{
	if (!open_build(_i))
		return;
	walked.answer = FLOW_QUIT;
	ck_assert(walked_walk(&walked, "ends").quit);
	ck_assert_uint_eq(walked.count, 1);
	walked_close(&walked);
}
END_TEST

/* --- decisions --------------------------------------------------------------- */

START_TEST(a_walk_that_decides_takes_the_side_that_is_known)
{
	if (!open_build(_i))
		return;
	walked.client.decide = true;
	walked.result = value_number(20);
	ck_assert(!walked_walk(&walked, "decides").undecided_supposition);
	expect("sink", 1, 0);
	ck_assert_uint_eq(walked_with(&walked, "sink", 2, 0), 0);
	expect("sink", 3, 0);
	expect("sink", 4, 0);
	walked_close(&walked);
}
END_TEST

START_TEST(a_walk_that_does_not_takes_both)
{
	if (!open_build(_i))
		return;
	walked.result = value_number(20);
	walked_walk(&walked, "decides");
	for (uint64_t i = 1; i <= 4; i++)
		expect("sink", i, 0);
	walked_close(&walked);
}
END_TEST

START_TEST(a_branch_on_a_supposed_value_that_stays_open_is_told)
{
	if (!open_build(_i))
		return;
	walked.client.decide = true;
	walked.result = value_number(5);
	walked.result.supposed = true;
	ck_assert(walked_walk(&walked, "decides").undecided_supposition);
	expect("sink", 2, 0);
	ck_assert_uint_eq(walked_with(&walked, "sink", 1, 0), 0);
	walked_close(&walked);
}
END_TEST

/* --- sweeps ------------------------------------------------------------------- */

START_TEST(a_sweep_meets_every_call_in_order)
{
	if (!open_build(_i))
		return;
	ck_assert(walked_sweep(&walked, "in_order"));
	for (unsigned i = 1; i < walked.count; i++)
		ck_assert_uint_lt(walked.calls[i - 1].address, walked.calls[i].address);
	expect("sink", 1, 2);
	expect("sink", 3, 4);
	ck_assert_uint_eq(walked_times(&walked, "ask"), 1);
	ck_assert_uint_eq(walked_times(&walked, "other"), 2);
	walked_close(&walked);
}
END_TEST

START_TEST(a_sweep_stops_when_the_steps_are_used_up)
{
	if (!open_build(_i))
		return;
	walked.flow.steps_left = 3;
	ck_assert(!walked_sweep(&walked, "in_order"));
	ck_assert_uint_eq(walked.flow.steps_left, 0);
	walked_close(&walked);
}
END_TEST

static TCase *make_decisions(void)
{
	TCase *decisions = tcase_create("decisions and sweeps");

	tcase_set_timeout(decisions, 60);
	tcase_add_unchecked_fixture(decisions, set_up, tear_down);
	tcase_add_loop_test(decisions, a_walk_that_decides_takes_the_side_that_is_known,
			    0, WAYS);
	tcase_add_loop_test(decisions, a_walk_that_does_not_takes_both, 0, WAYS);
	tcase_add_loop_test(
		decisions, a_branch_on_a_supposed_value_that_stays_open_is_told, 0, WAYS);
	tcase_add_loop_test(decisions, a_sweep_meets_every_call_in_order, 0, WAYS);
	tcase_add_loop_test(decisions, a_sweep_stops_when_the_steps_are_used_up, 0, WAYS);
	return decisions;
}

Suite *flow_suite(void);

Suite *flow_suite(void)
{
	Suite *suite = suite_create("flow");
	TCase *walks = tcase_create("walks");

	tcase_set_timeout(walks, 60);
	tcase_add_unchecked_fixture(walks, set_up, tear_down);
	tcase_add_loop_test(walks, constants_reach_calls_on_both_sides_of_a_branch, 0,
			    WAYS);
	tcase_add_loop_test(walks, all_cases_of_a_switch_are_walked, 0, WAYS);
	tcase_add_loop_test(walks, a_tail_call_out_of_the_object_is_met, 0, WAYS);
	tcase_add_loop_test(walks, a_tail_call_within_the_object_is_followed, 0, WAYS);
	tcase_add_loop_test(walks, arguments_are_kept_across_a_nested_walk, 0, WAYS);
	tcase_add_loop_test(walks, a_loop_ends, 0, WAYS);
	tcase_add_loop_test(walks, what_follows_a_call_that_does_not_return_is_left_out,
			    0, WAYS);
	tcase_add_loop_test(walks, the_function_behind_is_not_run_into, 0, WAYS);
	tcase_add_loop_test(walks, a_client_can_end_the_walk, 0, WAYS);
	suite_add_tcase(suite, walks);
	suite_add_tcase(suite, make_decisions());
	return suite;
}
