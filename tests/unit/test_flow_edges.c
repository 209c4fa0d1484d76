/* SPDX-License-Identifier: MIT
 *
 * decode/flow where code is of the rarer kind, written in assembler: merged
 * tails, switches that cannot be told, jumps to nowhere; and the limits.
 */
#include <check.h>
#include <string.h>

#include "support/builds.h"
#include "support/walked.h"
#include "unit/suites.h"

#define STEPS 20000

/* Each test names the function that it looks at. */
static const char source[] =
	".intel_syntax noprefix\n.section .note.GNU-stack,\"\",@progbits\n.text\n"
	".macro begin name\n.globl \\name\n.type \\name, @function\n\\name:\n"
	".cfi_startproc\n.endm\n.macro finish\n.cfi_endproc\n.endm\n"
	"begin merged\n push rbx\n test edi, edi\n je 1f\n call other@plt\n"
	" mov edi, 1\n mov esi, 2\n2: call sink@plt\n pop rbx\n ret\n"
	"1: mov edi, 3\n mov esi, 4\n jmp 2b\nfinish\n"
	/* three paths, the third joins behind a branch that they share */
	"begin merged_twice\n push rbx\n cmp edi, 1\n je 1f\n ja 3f\n mov edi, 1\n"
	"2: mov esi, 2\n call sink@plt\n pop rbx\n ret\n1: mov edi, 3\n jmp 2b\n"
	"3: mov edi, 5\n jmp 2b\nfinish\n"
	"begin wide_switch\n cmp edi, 5000\n ja 1f\n lea rax, [rip+table]\n"
	" movsxd rdi, dword ptr [rax+rdi*4]\n add rax, rdi\n jmp rax\n1: ret\nfinish\n"
	"begin no_bound\n lea rax, [rip+table]\n movsxd rdi, dword ptr [rax+rdi*4]\n"
	" add rax, rdi\n jmp rax\nfinish\n"
	"begin outside_table\n cmp edi, 7\n ja 1f\n mov eax, 0x7ffff000\n"
	" add rax, rdi\n jmp rax\n1: ret\nfinish\n"
	"begin two_cases\n cmp edi, 1\n ja 1f\n lea rax, [rip+table]\n"
	" movsxd rdi, dword ptr [rax+rdi*4]\n add rax, rdi\n jmp rax\n"
	"case_0: mov edi, 1\n mov esi, 2\n call sink@plt\n1: ret\n"
	"case_1: mov edi, 3\n mov esi, 4\n call sink@plt\n ret\nfinish\n"
	"begin broken\n test edi, edi\n je 1f\n call other@plt\n ret\n.globl broken_at\n"
	"broken_at:\n1: .byte 0x06\n ret\nfinish\n"
	"begin by_pointer\n call other@plt\n jmp rdi\nfinish\n"
	"begin calls_pointer\n mov edi, 1\n mov esi, 2\n call [rdi+0x20]\n ret\nfinish\n"
	"begin leaves\n call other@plt\n mov eax, 0x40000000\n jmp rax\nfinish\n"
	"begin far_away\n call other@plt\n jmp far_away-0x40000000\nfinish\n"
	"begin traps\n call other@plt\n ud2\n call sink@plt\n ret\nfinish\n"
	"begin forgets\n mov edi, 1\n mov esi, 2\n jmp 1f\n nop\n1: call sink@plt\n"
	" mov edi, 3\n mov esi, 4\n call sink@plt\n ret\n call sink@plt\nfinish\n"
	"begin profiled\n mov edi, 5\n mov esi, 6\n call fatal@plt\n call sink@plt\n"
	" ret\nfinish\n"
	"begin many_branches\n.rept 200\n test edi, edi\n je 1f\n call "
	"other@plt\n1:\n.endr\n"
	" ret\nfinish\n"
	".section .rodata\n.balign 4\ntable: .long case_0-table, case_1-table\n";

static const struct build way = {"gcc -x assembler", "-nostdlib"};

static struct builds builds;
static struct walked walked;

static void make_object(void)
{
	builds_make(&builds, &way, 1, source);
}

static void remove_object(void)
{
	builds_remove(&builds);
}

static void set_up(void)
{
	ck_assert(builds_open(&builds, 0, &walked.object));
	walked_start(&walked, STEPS);
}

static void tear_down(void)
{
	walked_close(&walked);
}

START_TEST(paths_that_share_a_call_each_bring_their_arguments)
{
	walked_walk(&walked, "merged");
	ck_assert_uint_eq(walked_with(&walked, "sink", 1, 2), 1);
	ck_assert_uint_eq(walked_with(&walked, "sink", 3, 4), 1);
	ck_assert(!walked.flow.incomplete);
}
END_TEST

START_TEST(a_third_path_does_so_too)
{
	walked_walk(&walked, "merged_twice");
	for (uint64_t first = 1; first <= 5; first += 2)
		ck_assert_uint_eq(walked_with(&walked, "sink", first, 2), 1);
}
END_TEST

START_TEST(a_switch_of_two_cases_has_two)
{
	walked_walk(&walked, "two_cases");
	ck_assert_uint_eq(walked_with(&walked, "sink", 1, 2), 1);
	ck_assert_uint_eq(walked_with(&walked, "sink", 3, 4), 1);
	ck_assert_uint_eq(walked.count, 2);
	ck_assert(!walked.flow.incomplete);
}
END_TEST

START_TEST(a_switch_that_cannot_be_told_leaves_the_walk_incomplete)
{
	static const char *const names[] = {"wide_switch", "no_bound", "outside_table"};

	walked_walk(&walked, names[_i]);
	ck_assert(walked.flow.incomplete);
	ck_assert_uint_eq(walked.count, 0);
}
END_TEST

START_TEST(bytes_that_are_no_instruction_are_remembered)
{
	walked_walk(&walked, "broken");
	ck_assert_uint_eq(walked_times(&walked, "other"), 1);
	ck_assert(walked.flow.incomplete);
	ck_assert_uint_eq(walked.flow.lost_at,
			  compiled_symbol(&walked.object, "broken_at"));
}
END_TEST

START_TEST(a_jump_through_an_unknown_pointer_ends_the_path)
{
	walked_walk(&walked, "by_pointer");
	ck_assert_uint_eq(walked.count, 1);
	ck_assert(!walked.flow.incomplete);
}
END_TEST

START_TEST(a_call_through_a_pointer_is_met_as_one_of_unknown_callee)
{
	walked_walk(&walked, "calls_pointer");
	ck_assert_uint_eq(walked.count, 1);
	ck_assert_str_eq(walked.calls[0].name, "");
	ck_assert_uint_eq(walked.calls[0].arguments[1].number, 2);
}
END_TEST

START_TEST(a_jump_that_leaves_the_code_ends_the_path)
{
	walked_walk(&walked, "leaves");
	ck_assert(!walked.flow.incomplete); /* a pointer that is not one there */
	walked_walk(&walked, "far_away");
	ck_assert(walked.flow.incomplete);
	ck_assert_uint_eq(walked.count, 2);
}
END_TEST

START_TEST(nothing_follows_a_trap)
{
	walked_walk(&walked, "traps");
	ck_assert_uint_eq(walked.count, 1);
}
END_TEST

START_TEST(a_sweep_knows_nothing_behind_a_jump_or_return)
{
	ck_assert(walked_sweep(&walked, "forgets"));
	ck_assert_uint_eq(walked_with(&walked, "sink", 1, 2), 0);
	ck_assert_uint_eq(walked_with(&walked, "sink", 3, 4), 1);
	ck_assert_uint_eq(walked_times(&walked, "sink"), 3);
}
END_TEST

START_TEST(a_call_that_keeps_all_registers_can_be_said_to)
{
	walked.answer = FLOW_THROUGH;
	walked_walk(&walked, "profiled");
	ck_assert_uint_eq(walked_with(&walked, "sink", 5, 6), 1);
}
END_TEST

/* --- limits -------------------------------------------------------------------- */

START_TEST(the_walk_ends_when_the_steps_are_used_up)
{
	walked.flow.steps_left = (unsigned)_i;
	walked_walk(&walked, "many_branches");
	ck_assert_uint_eq(walked.flow.steps_left, 0);
	ck_assert(walked.flow.incomplete);
}
END_TEST

/* All branches of one function: more than there is memory for. */
START_TEST(the_walk_ends_when_the_memory_is_used_up)
{
	walked.arena.size = walked.arena.used + 1024u * (unsigned)_i;
	walked_walk(&walked, "many_branches");
	ck_assert(walked.flow.incomplete);
	ck_assert_uint_le(walked_times(&walked, "other"), 200);
}
END_TEST

START_TEST(memory_of_a_walk_is_given_back)
{
	size_t used = walked.arena.used;

	walked_walk(&walked, "many_branches");
	ck_assert_uint_eq(walked.arena.used, used);
	ck_assert_uint_eq(walked_times(&walked, "other"), 200);
	ck_assert(!walked.flow.incomplete);
}
END_TEST

START_TEST(no_walk_can_be_prepared_without_memory)
{
	struct npabi_arena none = {0};
	struct flow flow;

	ck_assert_int_eq(
		flow_init(&flow, &walked.object.image, &machine_x86_64, &none, 100), -1);
}
END_TEST

/* --- the parts ------------------------------------------------------------------- */

START_TEST(only_code_is_given_and_no_more_than_there_is)
{
	uint64_t start = compiled_symbol(&walked.object, "merged"), size;
	uint64_t end = start + elf_extent(&walked.object.image, start);

	ck_assert_ptr_nonnull(flow_code(&walked.flow, start, 20, &size));
	ck_assert_uint_eq(size, 20);
	ck_assert_ptr_nonnull(flow_code(&walked.flow, end - 5, 20, &size));
	ck_assert_uint_eq(size, 5);
	ck_assert_ptr_null(flow_code(&walked.flow, end, 20, &size));
	ck_assert_ptr_null(flow_code(&walked.flow, 0, 20, &size)); /* the header */
	ck_assert_uint_eq(size, 0);
}
END_TEST

/* Also where the end of an instruction there would wrap to the start. */
START_TEST(there_is_no_instruction_outside_the_code)
{
	static const uint64_t addresses[] = {0, UINT64_MAX, UINT64_MAX - 5,
					     UINT64_MAX - 14, UINT64_C(1) << 63};
	uint64_t start = compiled_symbol(&walked.object, "merged");

	ck_assert_ptr_nonnull(flow_instruction(&walked.flow, start));
	ck_assert_ptr_null(flow_instruction(&walked.flow, addresses[_i]));
	ck_assert_ptr_nonnull(flow_instruction(&walked.flow, start + 1));
}
END_TEST

START_TEST(a_stub_resolves_to_what_its_slot_holds)
{
	uint64_t function = compiled_symbol(&walked.object, "merged");
	struct value value;

	walked_walk(&walked, "profiled");
	ck_assert_uint_eq(walked.count, 2);
	value = flow_resolve_stub(&walked.flow, &walked.client, function);
	ck_assert(value_is_number(&value));
	ck_assert_uint_eq(value.number, function);
	value = flow_resolve_stub(&walked.flow, &walked.client, UINT64_MAX - 3);
	ck_assert(value_is_number(&value));
}
END_TEST

static TCase *make_case(const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 30);
	tcase_add_unchecked_fixture(tcase, make_object, remove_object);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	return tcase;
}

Suite *flow_edges_suite(void);

Suite *flow_edges_suite(void)
{
	Suite *suite = suite_create("flow_edges");
	TCase *code = make_case("code"), *limits = make_case("limits");

	tcase_add_test(code, paths_that_share_a_call_each_bring_their_arguments);
	tcase_add_test(code, a_third_path_does_so_too);
	tcase_add_test(code, a_switch_of_two_cases_has_two);
	tcase_add_loop_test(code, a_switch_that_cannot_be_told_leaves_the_walk_incomplete,
			    0, 3);
	tcase_add_test(code, bytes_that_are_no_instruction_are_remembered);
	tcase_add_test(code, a_jump_through_an_unknown_pointer_ends_the_path);
	tcase_add_test(code, a_call_through_a_pointer_is_met_as_one_of_unknown_callee);
	tcase_add_test(code, a_jump_that_leaves_the_code_ends_the_path);
	tcase_add_test(code, nothing_follows_a_trap);
	tcase_add_test(code, a_sweep_knows_nothing_behind_a_jump_or_return);
	tcase_add_test(code, a_call_that_keeps_all_registers_can_be_said_to);
	suite_add_tcase(suite, code);
	tcase_add_loop_test(limits, the_walk_ends_when_the_steps_are_used_up, 1, 20);
	tcase_add_loop_test(limits, the_walk_ends_when_the_memory_is_used_up, 0, 8);
	tcase_add_test(limits, memory_of_a_walk_is_given_back);
	tcase_add_test(limits, no_walk_can_be_prepared_without_memory);
	tcase_add_test(limits, only_code_is_given_and_no_more_than_there_is);
	tcase_add_loop_test(limits, there_is_no_instruction_outside_the_code, 0, 5);
	tcase_add_test(limits, a_stub_resolves_to_what_its_slot_holds);
	suite_add_tcase(suite, limits);
	return suite;
}
