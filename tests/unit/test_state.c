/* SPDX-License-Identifier: MIT
 *
 * decode/state: what registers, flags and memory words are known to hold after
 * an instruction, and what is not known.  Expectations are those of the C types
 * of the same width.
 */
#include <check.h>

#include "decode/state.h"
#include "unit/suites.h"

#define RAX    0
#define RCX    1
#define RBX    3
#define RSP    4
#define RDI    7
#define BIG    UINT64_C(0x1122334455667788)
#define SOURCE 0x5000 /* an address that nobody has written to */

static const struct machine *const machine = &machine_x86_64;
static struct state state;
static struct value loaded; /* what the memory below answers */
static struct value load_address;
static int64_t load_offset;

static struct value load(void *context, const struct value *address, int64_t offset,
			 unsigned width)
{
	(void)context;
	(void)width;
	load_address = *address;
	load_offset = offset;
	return loaded;
}

static const struct state_memory memory = {load, NULL};

static void set_up(void)
{
	state_init(&state, machine, 0x1000);
	loaded = value_unknown();
	load_address = value_unknown();
}

static struct insn_operand reg(uint8_t number, uint8_t width)
{
	return (struct insn_operand){.kind = INSN_REG, .width = width, .reg = number};
}

static struct insn_operand imm(int64_t value, uint8_t width)
{
	return (struct insn_operand){.kind = INSN_IMM, .width = width, .value = value};
}

static struct insn_operand mem(uint8_t base, int64_t offset, uint8_t width)
{
	return (struct insn_operand){.kind = INSN_MEM,
				     .width = width,
				     .reg = base,
				     .index = INSN_REG_NONE,
				     .value = offset};
}

static struct insn_operand fixed(uint64_t address, uint8_t width)
{
	return mem(INSN_REG_NONE, (int64_t)address, width);
}

static void execute(struct insn insn)
{
	state_execute(&state, machine, &memory, &insn);
}

static void move(struct insn_operand to, struct insn_operand from)
{
	execute((struct insn){.kind = INSN_MOVE, .dst = to, .a = from});
}

static void arithmetic(enum insn_kind kind, struct insn_operand to,
		       struct insn_operand with)
{
	execute((struct insn){.kind = (uint8_t)kind,
			      .sets_flags = true,
			      .dst = to,
			      .a = to,
			      .b = with});
}

static struct value read_operand(struct insn_operand operand)
{
	return state_read(&state, &memory, &operand);
}

static void expect_number(struct insn_operand operand, uint64_t number)
{
	struct value value = read_operand(operand);

	ck_assert_int_eq(value.kind, VALUE_NUMBER);
	ck_assert_uint_eq(value.number, number);
}

static void expect_unknown(struct insn_operand operand)
{
	ck_assert_int_eq(read_operand(operand).kind, VALUE_UNKNOWN);
}

START_TEST(at_the_start_only_the_stack_pointer_is_known)
{
	for (uint8_t i = 0; i < machine->registers; i++)
		ck_assert_int_eq(state.regs[i].kind,
				 i == RSP ? VALUE_STACK : VALUE_UNKNOWN);
	ck_assert_uint_eq(state.pc, 0x1000);
	ck_assert_uint_eq(state.regs[RSP].number, 0);
	ck_assert_uint_eq(state_next_word(&state, 0), STATE_WORDS);
}
END_TEST

/* --- widths --------------------------------------------------------------- */

START_TEST(a_narrow_read_sees_the_low_bytes)
{
	move(reg(RAX, 8), imm((int64_t)BIG, 8));
	expect_number(reg(RAX, 8), BIG);
	expect_number(reg(RAX, 4), (uint32_t)BIG);
	expect_number(reg(RAX, 2), (uint16_t)BIG);
	expect_number(reg(RAX, 1), (uint8_t)BIG);
}
END_TEST

START_TEST(four_bytes_written_clear_the_upper_half)
{
	move(reg(RAX, 8), imm(-1, 8));
	move(reg(RAX, 4), imm(-2, 4));
	expect_number(reg(RAX, 8), 0xfffffffe);
}
END_TEST

START_TEST(fewer_bytes_written_leave_the_others)
{
	move(reg(RAX, 8), imm((int64_t)BIG, 8));
	move(reg(RAX, 2), imm(0x1234, 2));
	expect_number(reg(RAX, 8), (BIG & ~UINT64_C(0xffff)) | 0x1234);
	move(reg(RAX, 1), imm(0xff, 1));
	expect_number(reg(RAX, 8), (BIG & ~UINT64_C(0xffff)) | 0x12ff);
}
END_TEST

START_TEST(of_an_unknown_register_only_what_is_written_is_known)
{
	move(reg(RAX, 1), imm(5, 1));
	expect_number(reg(RAX, 1), 5);
	expect_unknown(reg(RAX, 2));
	expect_unknown(reg(RAX, 8));
	move(reg(RCX, 4), imm(7, 4));
	expect_number(reg(RCX, 8), 7);
}
END_TEST

START_TEST(an_unknown_value_written_to_a_part_makes_the_whole_unknown)
{
	move(reg(RAX, 8), imm((int64_t)BIG, 8));
	move(reg(RAX, 1), reg(RBX, 1));
	expect_unknown(reg(RAX, 8));
	expect_unknown(reg(RAX, 1));
}
END_TEST

START_TEST(a_wider_move_extends_with_zeros_or_the_sign)
{
	struct insn sign = {.kind = INSN_MOVE_SX, .dst = reg(RAX, 8), .a = reg(RCX, 1)};

	move(reg(RCX, 8), imm(0x80, 8));
	move(reg(RAX, 8), reg(RCX, 1));
	expect_number(reg(RAX, 8), 0x80);
	execute(sign);
	expect_number(reg(RAX, 8), (uint64_t)(int64_t)(int8_t)0x80);
	sign.dst.width = 4;
	execute(sign);
	expect_number(reg(RAX, 8), 0xffffff80);
	sign.dst.width = 2;
	execute(sign);
	expect_number(reg(RAX, 8), 0xffffff80);
	sign.a.width = 2;
	sign.dst.width = 8;
	execute(sign);
	expect_number(reg(RAX, 8), 0x80);
}
END_TEST

START_TEST(an_address_in_part_is_not_known)
{
	move(reg(RAX, 8), reg(RSP, 8));
	ck_assert_int_eq(read_operand(reg(RAX, 8)).kind, VALUE_STACK);
	expect_unknown(reg(RAX, 4));
	state.regs[RAX] = value_tag(1, 2);
	ck_assert_int_eq(read_operand(reg(RAX, 8)).kind, VALUE_TAG);
	expect_unknown(reg(RAX, 4));
}
END_TEST

/* --- arithmetic ------------------------------------------------------------ */

static const uint64_t samples[] = {0,	       0x7f,	  0x80,	      0xff,
				   0x7fff,     0x8000,	  0x7fffffff, 0x80000000,
				   0xffffffff, INT64_MAX, UINT64_MAX};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static uint64_t low(uint64_t number, unsigned width)
{
	return width == 8 ? number : number & ((UINT64_C(1) << 8 * width) - 1);
}

static uint64_t computed(unsigned kind, uint64_t a, uint64_t b)
{
	const uint64_t results[] = {a + b, a - b, a & b, a | b, a ^ b};

	return results[kind - INSN_ADD];
}

START_TEST(arithmetic_is_that_of_the_width)
{
	const uint8_t width = (uint8_t[]){1, 2, 4, 8}[_i];

	for (unsigned kind = INSN_ADD; kind <= INSN_XOR; kind++)
		for (size_t i = 0; i < SAMPLES * SAMPLES; i++) {
			uint64_t a = samples[i / SAMPLES], b = samples[i % SAMPLES];

			move(reg(RAX, 8), imm((int64_t)a, 8));
			move(reg(RCX, 8), imm((int64_t)b, 8));
			arithmetic(kind, reg(RAX, width), reg(RCX, width));
			expect_number(reg(RAX, width), low(computed(kind, a, b), width));
			expect_number(reg(RCX, 8), b);
		}
}
END_TEST

START_TEST(a_result_that_no_operand_can_change_is_known)
{
	arithmetic(INSN_XOR, reg(RAX, 4), reg(RAX, 4));
	expect_number(reg(RAX, 8), 0);
	arithmetic(INSN_SUB, reg(RCX, 8), reg(RCX, 8));
	expect_number(reg(RCX, 8), 0);
	arithmetic(INSN_XOR, reg(RBX, 4), reg(RDI, 4));
	expect_unknown(reg(RBX, 4));
	arithmetic(INSN_OR, reg(RBX, 4), imm(-1, 4));
	expect_number(reg(RBX, 8), UINT32_MAX);
	arithmetic(INSN_OR, reg(RDI, 8), imm(1, 8));
	expect_unknown(reg(RDI, 8));
}
END_TEST

START_TEST(an_unknown_operand_makes_the_result_unknown)
{
	for (unsigned kind = INSN_SUB; kind <= INSN_XOR; kind++) {
		move(reg(RAX, 8), imm(3, 8));
		arithmetic(kind, reg(RAX, 8), reg(RBX, 8));
		expect_unknown(reg(RAX, 8));
	}
}
END_TEST

START_TEST(a_place_on_the_stack_moves_with_what_is_added)
{
	move(reg(RBX, 8), reg(RSP, 8));
	arithmetic(INSN_SUB, reg(RBX, 8), imm(0x28, 8));
	ck_assert_int_eq(state.regs[RBX].kind, VALUE_STACK);
	ck_assert_int_eq((int64_t)state.regs[RBX].number, -0x28);
	arithmetic(INSN_AND, reg(RBX, 8), imm(-16, 8));
	ck_assert_int_eq((int64_t)state.regs[RBX].number, -0x30);
	arithmetic(INSN_ADD, reg(RBX, 8), imm(0x38, 8));
	ck_assert_int_eq((int64_t)state.regs[RBX].number, 8);
}
END_TEST

START_TEST(a_place_on_the_stack_is_lost_by_other_arithmetic)
{
	static const struct {
		enum insn_kind kind;
		int64_t with;
	} changes[] = {{INSN_AND, 0xff}, {INSN_AND, 0}, {INSN_AND, -24},
		       {INSN_OR, 8},	 {INSN_XOR, 1}, {INSN_AND, -65536}};

	move(reg(RBX, 8), reg(RSP, 8));
	arithmetic(changes[_i].kind, reg(RBX, 8), imm(changes[_i].with, 8));
	expect_unknown(reg(RBX, 8));
}
END_TEST

/* As a compiler writes a switch: the entry, unknown, and the table's address. */
START_TEST(an_unknown_entry_and_a_table_are_a_table_jump)
{
	move(reg(RAX, 8), imm(SOURCE, 8));
	arithmetic(INSN_ADD, reg(RAX, 8), reg(RBX, 8));
	ck_assert_int_eq(state.regs[RAX].kind, VALUE_TABLE);
	ck_assert_uint_eq(state.regs[RAX].number, SOURCE);
}
END_TEST

START_TEST(an_address_that_an_instruction_computes_is_a_number)
{
	struct insn address = {
		.kind = INSN_ADDRESS, .dst = reg(RAX, 8), .a = fixed(SOURCE, 8)};

	execute(address);
	expect_number(reg(RAX, 8), SOURCE);
	address.a = mem(RAX, -0x10, 8);
	execute(address);
	expect_number(reg(RAX, 8), SOURCE - 0x10);
	address.a.index = RAX;
	address.a.scale = 4;
	execute(address);
	expect_number(reg(RAX, 8), 5 * (SOURCE - 0x10) - 0x10);
	address.a.index = RBX;
	execute(address);
	expect_unknown(reg(RAX, 8));
	address.a = mem(RBX, 8, 8);
	execute(address);
	expect_unknown(reg(RAX, 8));
	address.a = (struct insn_operand){.kind = INSN_NONE};
	move(reg(RAX, 8), imm(1, 8));
	execute(address);
	expect_unknown(reg(RAX, 8));
}
END_TEST

START_TEST(whatever_has_no_kind_forgets_what_it_overwrites)
{
	move(reg(RAX, 8), imm(1, 8));
	move(reg(RCX, 8), imm(2, 8));
	move(reg(RBX, 8), imm(3, 8));
	move(mem(RSP, -8, 8), imm(4, 8));
	execute((struct insn){.kind = INSN_OTHER,
			      .clobbers = 1u << RAX | 1u << RCX,
			      .dst = mem(RSP, -8, 8)});
	expect_unknown(reg(RAX, 8));
	expect_unknown(reg(RCX, 8));
	expect_number(reg(RBX, 8), 3);
	expect_unknown(mem(RSP, -8, 8));
}
END_TEST

/* --- memory ---------------------------------------------------------------- */

START_TEST(what_was_written_to_the_stack_is_read_back)
{
	move(mem(RSP, -0x20, 8), imm((int64_t)BIG, 8));
	move(reg(RBX, 8), reg(RSP, 8));
	arithmetic(INSN_SUB, reg(RBX, 8), imm(0x40, 8));
	expect_number(mem(RBX, 0x20, 8), BIG);
	expect_number(mem(RBX, 0x20, 4), (uint32_t)BIG);
	expect_unknown(mem(RBX, 0x28, 8));
	expect_unknown(mem(RBX, 0x1c, 8));
	move(mem(RSP, -8, 4), imm(5, 4));
	expect_number(mem(RSP, -8, 4), 5);
	expect_unknown(mem(RSP, -8, 8));
}
END_TEST

START_TEST(the_last_write_to_a_word_counts)
{
	const int64_t at = (int64_t[]){-8, -16, -4, 0, 8}[_i];

	move(mem(RSP, at, 8), imm(1, 8));
	move(mem(RSP, at, 8), imm(2, 8));
	expect_number(mem(RSP, at, 8), 2);
	ck_assert_uint_eq(state_next_word(&state, state_next_word(&state, 0) + 1),
			  STATE_WORDS);
	move(mem(RSP, at, 8), reg(RBX, 8));
	expect_unknown(mem(RSP, at, 8));
}
END_TEST

START_TEST(a_write_forgets_the_words_that_it_overlaps)
{
	/* of the words at -24, -16, -8, 0 those that WIDTH bytes at OFFSET touch */
	static const struct {
		int64_t offset;
		uint8_t width;
		bool touched[4];
	} writes[] = {
		{-16, 8, {false, true, false, false}},
		{-20, 8, {true, true, false, false}},
		{-17, 1, {true, false, false, false}},
		{-9, 1, {false, true, false, false}},
		{-12, 16, {false, true, true, true}},
		{-4, 8, {false, false, true, true}},
		{8, 8, {false, false, false, false}},
		{-32, 8, {false, false, false, false}},
		{-32, 64, {true, true, true, true}},
	};

	for (int64_t at = -24; at <= 0; at += 8)
		move(mem(RSP, at, 8), imm(at, 8));
	move(mem(RSP, writes[_i].offset, writes[_i].width), reg(RBX, writes[_i].width));
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(read_operand(mem(RSP, 8 * i - 24, 8)).kind,
				 writes[_i].touched[i] ? VALUE_UNKNOWN : VALUE_NUMBER);
}
END_TEST

START_TEST(a_word_at_a_fixed_address_is_always_the_images)
{
	loaded = value_tag(3, 4);
	move(fixed(SOURCE, 8), imm(9, 8));
	ck_assert_int_eq(read_operand(fixed(SOURCE, 8)).kind, VALUE_TAG);
	ck_assert_uint_eq(load_address.number, SOURCE);
}
END_TEST

START_TEST(a_load_behind_a_tag_asks_with_its_offset)
{
	state.regs[RAX] = value_tag(7, 42);
	loaded = value_number(80);
	expect_number(mem(RAX, 0x20, 8), 80);
	ck_assert_int_eq(load_address.kind, VALUE_TAG);
	ck_assert_int_eq(load_address.tag, 7);
	ck_assert_uint_eq(load_address.number, 42);
	ck_assert_int_eq(load_offset, 0x20);
}
END_TEST

START_TEST(a_store_through_an_unknown_pointer_changes_nothing_known)
{
	move(mem(RSP, -8, 8), imm(1, 8));
	move(mem(RBX, 0, 8), imm(2, 8));
	expect_number(mem(RSP, -8, 8), 1);
}
END_TEST

START_TEST(push_and_pop_move_values_and_the_stack_pointer)
{
	move(reg(RAX, 8), imm((int64_t)BIG, 8));
	execute((struct insn){.kind = INSN_PUSH, .a = reg(RAX, 8)});
	execute((struct insn){.kind = INSN_PUSH, .a = imm(-1, 8)});
	ck_assert_int_eq((int64_t)state.regs[RSP].number, -16);
	execute((struct insn){.kind = INSN_POP, .dst = reg(RBX, 8)});
	execute((struct insn){.kind = INSN_POP, .dst = reg(RCX, 8)});
	expect_number(reg(RBX, 8), UINT64_MAX);
	expect_number(reg(RCX, 8), BIG);
	ck_assert_uint_eq(state.regs[RSP].number, 0);
}
END_TEST

/* 512 bytes of a frame, 64 words of eight; places are shared beyond that. */
START_TEST(more_words_than_there_is_room_for_lose_old_ones_only)
{
	for (int64_t i = 0; i < 200; i++)
		move(mem(RSP, -8 * i, 8), imm(i, 8));
	expect_number(mem(RSP, -8 * 136, 8), 136);
	expect_unknown(mem(RSP, -8 * 135, 8));
}
END_TEST

static TCase *make_memory(void)
{
	TCase *words = tcase_create("memory");

	tcase_add_checked_fixture(words, set_up, NULL);
	tcase_add_test(words, what_was_written_to_the_stack_is_read_back);
	tcase_add_loop_test(words, the_last_write_to_a_word_counts, 0, 5);
	tcase_add_loop_test(words, a_write_forgets_the_words_that_it_overlaps, 0, 9);
	tcase_add_test(words, a_word_at_a_fixed_address_is_always_the_images);
	tcase_add_test(words, a_load_behind_a_tag_asks_with_its_offset);
	tcase_add_test(words, a_store_through_an_unknown_pointer_changes_nothing_known);
	tcase_add_test(words, push_and_pop_move_values_and_the_stack_pointer);
	tcase_add_test(words, more_words_than_there_is_room_for_lose_old_ones_only);
	return words;
}

Suite *state_suite(void);

Suite *state_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *values = tcase_create("values");

	tcase_add_checked_fixture(values, set_up, NULL);
	tcase_add_test(values, at_the_start_only_the_stack_pointer_is_known);
	tcase_add_test(values, a_narrow_read_sees_the_low_bytes);
	tcase_add_test(values, four_bytes_written_clear_the_upper_half);
	tcase_add_test(values, fewer_bytes_written_leave_the_others);
	tcase_add_test(values, of_an_unknown_register_only_what_is_written_is_known);
	tcase_add_test(values,
		       an_unknown_value_written_to_a_part_makes_the_whole_unknown);
	tcase_add_test(values, a_wider_move_extends_with_zeros_or_the_sign);
	tcase_add_test(values, an_address_in_part_is_not_known);
	tcase_add_loop_test(values, arithmetic_is_that_of_the_width, 0, 4);
	tcase_add_test(values, a_result_that_no_operand_can_change_is_known);
	tcase_add_test(values, an_unknown_operand_makes_the_result_unknown);
	tcase_add_test(values, a_place_on_the_stack_moves_with_what_is_added);
	tcase_add_loop_test(values, a_place_on_the_stack_is_lost_by_other_arithmetic, 0,
			    6);
	tcase_add_test(values, an_unknown_entry_and_a_table_are_a_table_jump);
	tcase_add_test(values, an_address_that_an_instruction_computes_is_a_number);
	tcase_add_test(values, whatever_has_no_kind_forgets_what_it_overwrites);
	suite_add_tcase(suite, values);
	suite_add_tcase(suite, make_memory());
	return suite;
}
