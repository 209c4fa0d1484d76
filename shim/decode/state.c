/* SPDX-License-Identifier: MIT
 *
 * Carries out neutral instructions on what is known.  Whatever is not certain
 * becomes unknown; nothing here reads the code or decides where to go next.
 */
#include "decode/state.h"

#include <string.h>

#define ALIGNMENT_MAX  4096 /* that a function would give its frame */
#define WORD_GRAIN     4    /* bytes of stack that share one place for a word */
#define WORD_WIDTH_MAX 8

static uint64_t mask_of(unsigned width)
{
	return width >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

static int64_t sign_extend(uint64_t number, unsigned width)
{
	unsigned shift = width >= 8 ? 0 : 64 - 8 * width;

	return (int64_t)(number << shift) >> shift;
}

static struct value unknown_like(bool supposed)
{
	return (struct value){.kind = VALUE_UNKNOWN, .supposed = supposed};
}

/* VALUE seen through its low WIDTH bytes. */
static struct value narrow(struct value value, unsigned width)
{
	if (value.kind == VALUE_NUMBER && value.width >= width && width <= 8) {
		value.number &= mask_of(width);
		value.width = (uint8_t)width;
		return value;
	}
	return width == 8 && value.kind != VALUE_NUMBER ? value
							: unknown_like(value.supposed);
}

void state_init(struct state *state, const struct machine *machine, uint64_t entry)
{
	state->pc = entry;
	state->flags = (struct state_flags){.kind = STATE_FLAGS_UNKNOWN};
	memset(state->words_known, 0, sizeof(state->words_known));
	for (unsigned i = 0; i < machine->registers; i++)
		state->regs[i] = value_unknown();
	state->regs[machine->stack] = (struct value){.kind = VALUE_STACK};
}

/* The address that OPERAND denotes: a number, a stack place, or a tag plus *offset_. */
static struct value address_of(const struct state *state,
			       const struct insn_operand *operand, int64_t *offset_)
{
	uint64_t displacement = (uint64_t)operand->value;
	struct value base = operand->reg == INSN_REG_NONE ? value_number(0)
							  : state->regs[operand->reg];

	*offset_ = 0;
	if (operand->index != INSN_REG_NONE) {
		const struct value *index = &state->regs[operand->index];

		if (!value_is_number(index) || base.kind == VALUE_TAG)
			return unknown_like(base.supposed);
		displacement += index->number * operand->scale;
	}
	if (base.kind == VALUE_TAG) {
		*offset_ = operand->value;
		return base;
	}
	if (base.kind == VALUE_STACK || value_is_number(&base)) {
		base.number += displacement;
		return base;
	}
	return unknown_like(base.supposed);
}

/* Where a word that starts at ADDRESS is kept; the one that was there before is lost. */
static unsigned place_of(uint64_t address)
{
	return (unsigned)(address / WORD_GRAIN % STATE_WORDS);
}

static bool is_known(const struct state *state, unsigned place)
{
	return state->words_known[place / 64] >> place % 64 & 1;
}

static struct value load_word(const struct state *state,
			      const struct state_memory *memory,
			      const struct insn_operand *operand)
{
	int64_t offset;
	struct value at = address_of(state, operand, &offset);

	if (at.kind == VALUE_NUMBER || at.kind == VALUE_TAG)
		return memory->load(memory->context, &at, offset, operand->width);
	if (at.kind == VALUE_STACK) {
		unsigned place = place_of(at.number);
		const struct state_word *word = &state->words[place];

		if (is_known(state, place) && word->address == at.number &&
		    operand->width <= word->width)
			return narrow(word->value, operand->width);
	}
	return unknown_like(at.supposed);
}

struct value state_read(const struct state *state, const struct state_memory *memory,
			const struct insn_operand *operand)
{
	switch (operand->kind) {
	case INSN_REG:
		return narrow(state->regs[operand->reg], operand->width);
	case INSN_IMM:
		return narrow(value_number((uint64_t)operand->value), operand->width);
	case INSN_MEM:
		return load_word(state, memory, operand);
	default:
		return value_unknown();
	}
}

/* Forgets the words that [address, address + width) overlaps. */
static void forget_words(struct state *state, uint64_t address, unsigned width)
{
	const unsigned before = WORD_WIDTH_MAX - 1; /* where such a word may start */

	/* differences: places below the start of the stack are "negative" */
	for (unsigned i = 0; i < before + width + WORD_GRAIN - 1; i += WORD_GRAIN) {
		unsigned place = place_of(address - before + i);
		const struct state_word *word = &state->words[place];

		if (is_known(state, place) && (word->address - address < width ||
					       address - word->address < word->width))
			state_forget_word(state, place);
	}
}

/* A store through an unknown pointer is taken not to hit the words we follow. */
static void store_word(struct state *state, const struct insn_operand *operand,
		       struct value value)
{
	int64_t offset;
	struct value at = address_of(state, operand, &offset);
	unsigned place;

	if (at.kind != VALUE_STACK)
		return;
	forget_words(state, at.number, operand->width);
	if (value.kind == VALUE_UNKNOWN || operand->width > WORD_WIDTH_MAX)
		return;
	place = place_of(at.number);
	state->words_known[place / 64] |= UINT64_C(1) << place % 64;
	state->words[place] = (struct state_word){
		.address = at.number, .width = operand->width, .value = value};
}

/* Writes the low WIDTH bytes of a register; 4 bytes clear the upper half. */
static void write_register(struct state *state, const struct insn_operand *operand,
			   struct value value)
{
	struct value *reg = &state->regs[operand->reg];
	unsigned width = operand->width;

	value = narrow(value, width);
	if (value.kind == VALUE_NUMBER && width == 4)
		value.width = 8;
	if (width < 4 && value.kind == VALUE_NUMBER && reg->kind == VALUE_NUMBER &&
	    reg->width > width) {
		value.number |= reg->number & ~mask_of(width);
		value.width = reg->width;
	}
	*reg = value;
}

static void write_operand(struct state *state, const struct insn_operand *operand,
			  struct value value)
{
	if (operand->kind == INSN_REG)
		write_register(state, operand, value);
	else if (operand->kind == INSN_MEM)
		store_word(state, operand, value);
}

static uint64_t compute(unsigned kind, uint64_t a, uint64_t b)
{
	switch (kind) {
	case INSN_ADD:
		return a + b;
	case INSN_SUB:
		return a - b;
	case INSN_AND:
		return a & b;
	case INSN_OR:
		return a | b;
	default:
		return a ^ b;
	}
}

static bool same_register(const struct insn *insn)
{
	return insn->a.kind == INSN_REG && insn->b.kind == INSN_REG &&
	       insn->a.reg == insn->b.reg && insn->a.width == insn->b.width;
}

/* "and" with -16 and such is how a prologue aligns the stack: the place stays ours. */
static bool aligns(const struct insn *insn, struct value mask)
{
	uint64_t step = 0 - mask.number;

	return insn->kind == INSN_AND && step && step <= ALIGNMENT_MAX &&
	       !(step & (step - 1));
}

static struct value combine(const struct insn *insn, struct value a, struct value b)
{
	bool supposed = a.supposed || b.supposed;
	struct value result = a;

	if ((insn->kind == INSN_XOR || insn->kind == INSN_SUB) && same_register(insn))
		return value_number(0);
	/* "or" with -1 is how a short form of "mov" is written */
	if (insn->kind == INSN_OR && b.kind == VALUE_NUMBER &&
	    (b.number & mask_of(insn->dst.width)) == mask_of(insn->dst.width))
		return value_number(mask_of(insn->dst.width));
	if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER) {
		result.number = compute(insn->kind, a.number, b.number) &
				mask_of(insn->dst.width);
		result.supposed = supposed;
		return result;
	}
	if (insn->kind == INSN_ADD && b.kind == VALUE_STACK && a.kind == VALUE_NUMBER) {
		b.number += a.number;
		return b;
	}
	if (insn->kind == INSN_ADD && a.kind == VALUE_UNKNOWN && value_is_number(&b) &&
	    b.number)
		return (struct value){.kind = VALUE_TABLE, .number = b.number};
	if (insn->kind == INSN_ADD && b.kind == VALUE_UNKNOWN && value_is_number(&a) &&
	    a.number)
		return (struct value){.kind = VALUE_TABLE, .number = a.number};
	if (a.kind == VALUE_STACK && b.kind == VALUE_NUMBER &&
	    (insn->kind == INSN_ADD || insn->kind == INSN_SUB || aligns(insn, b))) {
		result.number = compute(insn->kind, a.number, b.number);
		return result;
	}
	return unknown_like(supposed);
}

static void set_flags(struct state *state, unsigned kind, unsigned width, struct value a,
		      struct value b)
{
	state->flags = (struct state_flags){
		.kind = (uint8_t)kind, .width = (uint8_t)width, .a = a, .b = b};
}

static void execute_arithmetic(struct state *state, const struct state_memory *memory,
			       const struct insn *insn)
{
	struct value a = state_read(state, memory, &insn->a);
	struct value b = state_read(state, memory, &insn->b);
	struct value result = combine(insn, a, b);

	write_operand(state, &insn->dst, result);
	if (!insn->sets_flags)
		return;
	if (insn->kind == INSN_SUB)
		set_flags(state, STATE_FLAGS_COMPARE, insn->a.width, a, b);
	else if (insn->kind == INSN_ADD)
		set_flags(state, STATE_FLAGS_ZERO, insn->dst.width, result, result);
	else
		set_flags(state, STATE_FLAGS_TEST, insn->dst.width, result, result);
}

static void execute_stack(struct state *state, const struct machine *machine,
			  const struct state_memory *memory, const struct insn *insn)
{
	struct insn_operand top = {.kind = INSN_MEM,
				   .width = 8,
				   .reg = machine->stack,
				   .index = INSN_REG_NONE};
	struct value *stack = &state->regs[machine->stack];
	struct value moved;

	if (insn->kind == INSN_PUSH) {
		moved = state_read(state, memory, &insn->a);
		if (moved.kind == VALUE_NUMBER)
			moved.width = 8; /* immediates are sign-extended by the decoder */
		stack->number -= 8;
		store_word(state, &top, moved);
	} else {
		moved = load_word(state, memory, &top);
		stack->number += 8;
		write_operand(state, &insn->dst, moved);
	}
}

static void execute_choice(struct state *state, const struct state_memory *memory,
			   const struct insn *insn)
{
	bool supposed = false;
	enum state_truth truth = state_condition(state, insn->condition, &supposed);
	struct value value = unknown_like(supposed);

	if (truth == STATE_UNDECIDED) {
		write_operand(state, &insn->dst, value);
		return;
	}
	if (insn->kind == INSN_SET)
		value = value_number(truth == STATE_TRUE);
	else
		value = state_read(state, memory,
				   truth == STATE_TRUE ? &insn->a : &insn->b);
	value.supposed |= supposed;
	write_operand(state, &insn->dst, value);
}

static void execute_address(struct state *state, const struct insn *insn)
{
	int64_t offset;
	struct value at = address_of(state, &insn->a, &offset);

	if (insn->a.kind != INSN_MEM || at.kind == VALUE_TAG)
		at = unknown_like(at.supposed);
	write_operand(state, &insn->dst, at);
}

static void execute_move(struct state *state, const struct state_memory *memory,
			 const struct insn *insn)
{
	struct value value = state_read(state, memory, &insn->a);

	if (value.kind == VALUE_NUMBER && insn->a.width < insn->dst.width) {
		if (insn->kind == INSN_MOVE_SX)
			value.number = (uint64_t)sign_extend(value.number, insn->a.width);
		value.width = 8;
	}
	write_operand(state, &insn->dst, value);
}

static void execute_other(struct state *state, const struct insn *insn)
{
	write_operand(state, &insn->dst, value_unknown());
	for (uint32_t left = insn->clobbers; left; left &= left - 1)
		state->regs[__builtin_ctz(left)] = value_unknown();
	if (insn->sets_flags)
		state->flags = (struct state_flags){.kind = STATE_FLAGS_UNKNOWN};
}

void state_execute(struct state *state, const struct machine *machine,
		   const struct state_memory *memory, const struct insn *insn)
{
	switch (insn->kind) {
	case INSN_MOVE:
	case INSN_MOVE_SX:
		execute_move(state, memory, insn);
		break;
	case INSN_ADDRESS:
		execute_address(state, insn);
		break;
	case INSN_ADD:
	case INSN_SUB:
	case INSN_AND:
	case INSN_OR:
	case INSN_XOR:
		execute_arithmetic(state, memory, insn);
		break;
	case INSN_COMPARE:
	case INSN_TEST:
		set_flags(state,
			  insn->kind == INSN_TEST ? STATE_FLAGS_TEST
						  : STATE_FLAGS_COMPARE,
			  insn->a.width, state_read(state, memory, &insn->a),
			  state_read(state, memory, &insn->b));
		break;
	case INSN_SET:
	case INSN_SELECT:
		execute_choice(state, memory, insn);
		break;
	case INSN_PUSH:
	case INSN_POP:
		execute_stack(state, machine, memory, insn);
		break;
	default:
		execute_other(state, insn);
	}
}

static bool compare_met(unsigned condition, uint64_t a, uint64_t b, unsigned width)
{
	int64_t sa = sign_extend(a, width), sb = sign_extend(b, width);

	switch (condition) {
	case INSN_IF_EQUAL:
		return a == b;
	case INSN_IF_NOT_EQUAL:
		return a != b;
	case INSN_IF_BELOW:
		return a < b;
	case INSN_IF_NOT_BELOW:
		return a >= b;
	case INSN_IF_ABOVE:
		return a > b;
	case INSN_IF_NOT_ABOVE:
		return a <= b;
	case INSN_IF_LESS:
		return sa < sb;
	case INSN_IF_NOT_LESS:
		return sa >= sb;
	case INSN_IF_GREATER:
		return sa > sb;
	case INSN_IF_NOT_GREATER:
		return sa <= sb;
	case INSN_IF_NEGATIVE:
		return sign_extend(a - b, width) < 0;
	default:
		return sign_extend(a - b, width) >= 0;
	}
}

enum state_truth state_condition(const struct state *state, unsigned condition,
				 bool *supposed_)
{
	const struct state_flags *flags = &state->flags;
	uint64_t a = flags->a.number, b = flags->b.number;
	bool met;

	*supposed_ = flags->a.supposed || flags->b.supposed;
	if (flags->kind == STATE_FLAGS_UNKNOWN || condition == INSN_IF_OTHER)
		return STATE_UNDECIDED;
	if (flags->a.kind != VALUE_NUMBER || flags->b.kind != VALUE_NUMBER)
		return STATE_UNDECIDED;
	if (flags->kind == STATE_FLAGS_ZERO && condition != INSN_IF_EQUAL &&
	    condition != INSN_IF_NOT_EQUAL)
		return STATE_UNDECIDED;
	if (flags->kind != STATE_FLAGS_COMPARE) {
		a &= b;
		b = 0;
	}
	met = compare_met(condition, a & mask_of(flags->width), b & mask_of(flags->width),
			  flags->width);
	return met ? STATE_TRUE : STATE_FALSE;
}

void state_return_from_call(struct state *state, const struct machine *machine,
			    struct value result)
{
	for (uint32_t left = machine->caller_saved; left; left &= left - 1)
		state->regs[__builtin_ctz(left)] = value_unknown();
	state->regs[machine->result] = result;
	state->flags = (struct state_flags){.kind = STATE_FLAGS_UNKNOWN};
}

void state_enter_call(struct state *callee_, const struct state *state,
		      const struct machine *machine, uint64_t entry)
{
	state_init(callee_, machine, entry);
	for (unsigned i = 0; i < machine->argument_count; i++) {
		unsigned reg = machine->arguments[i];

		if (state->regs[reg].kind != VALUE_STACK)
			callee_->regs[reg] = state->regs[reg];
	}
}
