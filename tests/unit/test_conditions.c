/* SPDX-License-Identifier: MIT
 *
 * decode/state: conditions after compares, tests and arithmetic, each held
 * against what C makes of the same numbers; what depends on supposed values; and
 * what a call leaves and hands over.
 */
#include <check.h>
#include <string.h>

#include "decode/state.h"
#include "support/no_memory.h"
#include "unit/suites.h"

#define RAX 0
#define RCX 1
#define RDX 2
#define RBX 3
#define RSP 4

static const struct machine *const machine = &machine_x86_64;
static struct state state;

static void set_up(void)
{
	state_init(&state, machine, 0);
}

static void execute(enum insn_kind kind, uint8_t width)
{
	struct insn insn = {.kind = (uint8_t)kind,
			    .sets_flags = true,
			    .a = {.kind = INSN_REG, .width = width, .reg = RAX},
			    .b = {.kind = INSN_REG, .width = width, .reg = RCX}};

	if (kind != INSN_COMPARE && kind != INSN_TEST)
		insn.dst = insn.a;
	state_execute(&state, machine, &no_memory, &insn);
}

static void set_registers(uint64_t a, uint64_t b)
{
	state.regs[RAX] = value_number(a);
	state.regs[RCX] = value_number(b);
}

static enum state_truth truth_of(unsigned condition)
{
	bool supposed;

	return state_condition(&state, condition, &supposed);
}

/* What C says of the numbers A and B cut to WIDTH bytes. */
static bool holds(unsigned condition, uint64_t a, uint64_t b, unsigned width)
{
	const unsigned shift = 64 - 8 * width;
	const uint64_t ua = a << shift, ub = b << shift;
	int64_t sa, sb;

	memcpy(&sa, &ua, sizeof(sa));
	memcpy(&sb, &ub, sizeof(sb));
	const bool results[] = {
		[INSN_IF_EQUAL] = ua == ub,
		[INSN_IF_NOT_EQUAL] = ua != ub,
		[INSN_IF_BELOW] =
			ua<ub, [INSN_IF_NOT_BELOW] = ua >= ub, [INSN_IF_ABOVE] = ua> ub,
		[INSN_IF_NOT_ABOVE] = ua <= ub,
		[INSN_IF_LESS] =
			sa<sb, [INSN_IF_NOT_LESS] = sa >= sb, [INSN_IF_GREATER] = sa> sb,
		[INSN_IF_NOT_GREATER] = sa <= sb,
		[INSN_IF_NEGATIVE] = (ua - ub) >> 63,
		[INSN_IF_NOT_NEGATIVE] = !((ua - ub) >> 63),
	};

	return results[condition];
}

static const uint64_t samples[] = {0,	       1,
				   2,	       0x7f,
				   0x80,       0xff,
				   0x7fff,     0x8000,
				   0xffff,     0x7fffffff,
				   0x80000000, 0xffffffff,
				   INT64_MAX,  (uint64_t)INT64_MIN,
				   UINT64_MAX};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static const uint8_t widths[] = {1, 2, 4, 8};

/* After KIND on all pairs of samples: CONDITION is what C says of RESULT and 0. */
static void try_pairs(enum insn_kind kind, unsigned condition, uint8_t width,
		      uint64_t (*result)(uint64_t, uint64_t))
{
	for (size_t i = 0; i < SAMPLES * SAMPLES; i++) {
		uint64_t a = samples[i / SAMPLES], b = samples[i % SAMPLES];
		bool expected = result ? holds(condition, result(a, b), 0, width)
				       : holds(condition, a, b, width);

		set_registers(a, b);
		execute(kind, width);
		ck_assert_int_eq(truth_of(condition),
				 expected ? STATE_TRUE : STATE_FALSE);
	}
}

START_TEST(after_a_compare_each_condition_is_that_of_c)
{
	for (size_t i = 0; i < 4; i++)
		try_pairs(INSN_COMPARE, (unsigned)_i, widths[i], NULL);
}
END_TEST

START_TEST(after_a_subtraction_each_condition_is_that_of_its_operands)
{
	for (size_t i = 0; i < 4; i++)
		try_pairs(INSN_SUB, (unsigned)_i, widths[i], NULL);
}
END_TEST

static uint64_t both(uint64_t a, uint64_t b)
{
	return a & b;
}

static uint64_t either(uint64_t a, uint64_t b)
{
	return a | b;
}

static uint64_t one_of(uint64_t a, uint64_t b)
{
	return a ^ b;
}

START_TEST(after_logic_each_condition_is_that_of_the_result_and_zero)
{
	for (size_t i = 0; i < 4; i++) {
		try_pairs(INSN_TEST, (unsigned)_i, widths[i], both);
		try_pairs(INSN_AND, (unsigned)_i, widths[i], both);
		try_pairs(INSN_OR, (unsigned)_i, widths[i], either);
		try_pairs(INSN_XOR, (unsigned)_i, widths[i], one_of);
	}
}
END_TEST

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a + b;
}

START_TEST(after_an_addition_only_zero_or_not_is_told)
{
	for (size_t i = 0; i < 4; i++) {
		try_pairs(INSN_ADD, INSN_IF_EQUAL, widths[i], sum);
		try_pairs(INSN_ADD, INSN_IF_NOT_EQUAL, widths[i], sum);
	}
	for (unsigned condition = INSN_IF_BELOW; condition <= INSN_IF_NOT_NEGATIVE;
	     condition++)
		ck_assert_int_eq(truth_of(condition), STATE_UNDECIDED);
}
END_TEST

START_TEST(nothing_is_decided_without_known_operands)
{
	for (unsigned condition = 0; condition <= INSN_IF_NOT_NEGATIVE; condition++) {
		set_up();
		ck_assert_int_eq(truth_of(condition), STATE_UNDECIDED);
		set_registers(1, 1);
		state.regs[RCX] = value_unknown();
		execute(INSN_COMPARE, 8);
		ck_assert_int_eq(truth_of(condition), STATE_UNDECIDED);
		state.regs[RAX] = state.regs[RCX] = value_tag(1, 1);
		execute(INSN_COMPARE, 8);
		ck_assert_int_eq(truth_of(condition), STATE_UNDECIDED);
	}
}
END_TEST

START_TEST(an_instruction_that_sets_flags_otherwise_makes_them_unknown)
{
	struct insn other = {.kind = INSN_OTHER, .sets_flags = false};

	set_registers(1, 1);
	execute(INSN_COMPARE, 8);
	state_execute(&state, machine, &no_memory, &other);
	ck_assert_int_eq(truth_of(INSN_IF_EQUAL), STATE_TRUE);
	other.sets_flags = true;
	state_execute(&state, machine, &no_memory, &other);
	ck_assert_int_eq(truth_of(INSN_IF_EQUAL), STATE_UNDECIDED);
}
END_TEST

START_TEST(a_condition_that_is_not_evaluated_is_never_decided)
{
	set_registers(1, 2);
	execute(INSN_COMPARE, 8);
	ck_assert_int_eq(truth_of(INSN_IF_OTHER), STATE_UNDECIDED);
}
END_TEST

/* --- choices ----------------------------------------------------------------- */

static void choose(enum insn_kind kind, enum insn_condition condition)
{
	struct insn insn = {.kind = (uint8_t)kind,
			    .condition = (uint8_t)condition,
			    .dst = {.kind = INSN_REG, .width = 8, .reg = RBX},
			    .a = {.kind = INSN_REG, .width = 8, .reg = RDX},
			    .b = {.kind = INSN_REG, .width = 8, .reg = RBX}};

	if (kind == INSN_SET)
		insn.dst.width = 1;
	state_execute(&state, machine, &no_memory, &insn);
}

START_TEST(a_set_gives_one_or_zero)
{
	set_registers(1, 2);
	execute(INSN_COMPARE, 8);
	state.regs[RBX] = value_number(0x500);
	choose(INSN_SET, INSN_IF_BELOW);
	ck_assert_uint_eq(state.regs[RBX].number, 0x501);
	choose(INSN_SET, INSN_IF_ABOVE);
	ck_assert_uint_eq(state.regs[RBX].number, 0x500);
	choose(INSN_SET, INSN_IF_OTHER);
	ck_assert_int_eq(state.regs[RBX].kind, VALUE_UNKNOWN);
}
END_TEST

START_TEST(a_select_takes_one_side_or_leaves_both_open)
{
	set_registers(1, 2);
	execute(INSN_COMPARE, 8);
	state.regs[RDX] = value_number(10);
	state.regs[RBX] = value_number(20);
	choose(INSN_SELECT, INSN_IF_EQUAL);
	ck_assert_uint_eq(state.regs[RBX].number, 20);
	choose(INSN_SELECT, INSN_IF_NOT_EQUAL);
	ck_assert_uint_eq(state.regs[RBX].number, 10);
	choose(INSN_SELECT, INSN_IF_OTHER);
	ck_assert_int_eq(state.regs[RBX].kind, VALUE_UNKNOWN);
}
END_TEST

/* --- supposed values ----------------------------------------------------------- */

START_TEST(what_follows_from_a_supposed_value_is_supposed)
{
	set_registers(1, 2);
	state.regs[RCX].supposed = true;
	execute(INSN_ADD, 8);
	ck_assert(state.regs[RAX].supposed);
	ck_assert_uint_eq(state.regs[RAX].number, 3);
	execute(INSN_XOR, 8);
	ck_assert(state.regs[RAX].supposed);
	state.regs[RAX] = value_unknown();
	execute(INSN_SUB, 8);
	ck_assert_int_eq(state.regs[RAX].kind, VALUE_UNKNOWN);
	ck_assert(state.regs[RAX].supposed);
}
END_TEST

START_TEST(a_condition_tells_that_it_hangs_on_a_supposed_value)
{
	bool supposed = true;

	set_registers(1, 2);
	execute(INSN_COMPARE, 8);
	ck_assert_int_eq(state_condition(&state, INSN_IF_LESS, &supposed), STATE_TRUE);
	ck_assert(!supposed);
	state.regs[RCX].supposed = true;
	execute(INSN_COMPARE, 4);
	ck_assert_int_eq(state_condition(&state, INSN_IF_LESS, &supposed), STATE_TRUE);
	ck_assert(supposed);
	choose(INSN_SET, INSN_IF_LESS);
	ck_assert(state.regs[RBX].supposed);
}
END_TEST

START_TEST(a_supposed_value_stays_so_in_part_and_through_memory)
{
	struct insn_operand word = {.kind = INSN_MEM,
				    .width = 4,
				    .reg = RSP,
				    .index = INSN_REG_NONE,
				    .value = -4};
	struct insn store = {.kind = INSN_MOVE,
			     .dst = word,
			     .a = {.kind = INSN_REG, .width = 4, .reg = RAX}};

	set_registers(0x7ffffff0, 0);
	state.regs[RAX].supposed = true;
	state_execute(&state, machine, &no_memory, &store);
	ck_assert(state_read(&state, &no_memory, &word).supposed);
}
END_TEST

/* --- calls --------------------------------------------------------------------- */

START_TEST(a_call_leaves_what_the_convention_preserves)
{
	/* psABI x86-64, 3.2.1: rbx, rsp, rbp, r12 to r15 belong to the caller */
	const uint32_t preserved = 1u << 3 | 1u << 4 | 1u << 5 | 0xfu << 12;

	for (unsigned i = 0; i < machine->registers; i++)
		state.regs[i] = value_number(i);
	execute(INSN_COMPARE, 8);
	state_return_from_call(&state, machine, value_tag(5, 6));
	for (unsigned i = 1; i < machine->registers; i++)
		ck_assert_int_eq(state.regs[i].kind,
				 preserved & 1u << i ? VALUE_NUMBER : VALUE_UNKNOWN);
	ck_assert_int_eq(state.regs[RAX].kind, VALUE_TAG);
	ck_assert_int_eq(truth_of(INSN_IF_EQUAL), STATE_UNDECIDED);
}
END_TEST

START_TEST(a_callee_starts_with_its_arguments_only)
{
	struct state callee;

	for (unsigned i = 0; i < machine->registers; i++)
		state.regs[i] = value_number(100 + i);
	state.regs[machine->arguments[1]] = (struct value){.kind = VALUE_STACK};
	state.words_known[0] = 1;
	state.words[0] = (struct state_word){0, 8, value_number(1)};
	state_enter_call(&callee, &state, machine, 0x1234);
	ck_assert_uint_eq(callee.pc, 0x1234);
	ck_assert_uint_eq(callee.regs[machine->arguments[0]].number,
			  100u + machine->arguments[0]);
	ck_assert_int_eq(callee.regs[machine->arguments[1]].kind, VALUE_UNKNOWN);
	ck_assert_int_eq(callee.regs[RBX].kind, VALUE_UNKNOWN);
	ck_assert_int_eq(callee.regs[RSP].kind, VALUE_STACK);
	for (unsigned i = 0; i < STATE_WORDS / 64; i++)
		ck_assert_uint_eq(callee.words_known[i], 0);
}
END_TEST

static TCase *make_values(void)
{
	TCase *values = tcase_create("choices");

	tcase_add_checked_fixture(values, set_up, NULL);
	tcase_add_test(values, a_set_gives_one_or_zero);
	tcase_add_test(values, a_select_takes_one_side_or_leaves_both_open);
	tcase_add_test(values, what_follows_from_a_supposed_value_is_supposed);
	tcase_add_test(values, a_condition_tells_that_it_hangs_on_a_supposed_value);
	tcase_add_test(values, a_supposed_value_stays_so_in_part_and_through_memory);
	tcase_add_test(values, a_call_leaves_what_the_convention_preserves);
	tcase_add_test(values, a_callee_starts_with_its_arguments_only);
	return values;
}

Suite *conditions_suite(void);

Suite *conditions_suite(void)
{
	Suite *suite = suite_create("conditions");
	TCase *flags = tcase_create("flags");
	const int first = INSN_IF_EQUAL, end = INSN_IF_NOT_NEGATIVE + 1;

	tcase_add_checked_fixture(flags, set_up, NULL);
	tcase_add_loop_test(flags, after_a_compare_each_condition_is_that_of_c, first,
			    end);
	tcase_add_loop_test(flags,
			    after_a_subtraction_each_condition_is_that_of_its_operands,
			    first, end);
	tcase_add_loop_test(flags,
			    after_logic_each_condition_is_that_of_the_result_and_zero,
			    first, end);
	tcase_add_test(flags, after_an_addition_only_zero_or_not_is_told);
	tcase_add_test(flags, nothing_is_decided_without_known_operands);
	tcase_add_test(flags,
		       an_instruction_that_sets_flags_otherwise_makes_them_unknown);
	tcase_add_test(flags, a_condition_that_is_not_evaluated_is_never_decided);
	suite_add_tcase(suite, flags);
	suite_add_tcase(suite, make_values());
	return suite;
}
