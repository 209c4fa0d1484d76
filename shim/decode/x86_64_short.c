/* SPDX-License-Identifier: MIT
 *
 * Moves, address computations, simple arithmetic, compares, calls and jumps with
 * at most a REX prefix: nine in ten instructions of an init function, at a
 * twentieth of what the full decoder needs for one.  Everything else is left to
 * it, and a test holds the two against each other over whole libraries.
 *
 * Intel 64 Software Developer's Manual, volume 2, appendix A.
 */
#include "decode/x86_64_short.h"

#include "base/span.h"

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

enum form {
	FORM_NONE,
	FORM_RM_REG,   /* op r/m, r */
	FORM_REG_RM,   /* op r, r/m */
	FORM_RM_IMM8,  /* op r/m, sign-extended imm8; op by ModRM.reg */
	FORM_RM_IMM32, /* op r/m, sign-extended imm32; op by ModRM.reg */
	FORM_MOV_IMM,  /* mov r/m, sign-extended imm32 */
	FORM_REG_IMM,  /* mov r32, imm32; register in the opcode */
	FORM_PUSH,     /* register in the opcode */
	FORM_POP,
	FORM_REL8,
	FORM_REL32,
	FORM_RETURN,
	FORM_GROUP5 /* inc, dec, call, jmp r/m */
};

struct row {
	uint8_t form;
	uint8_t kind;
};

static const struct row rows[256] = {
	[0x01] = {FORM_RM_REG, INSN_ADD},     [0x03] = {FORM_REG_RM, INSN_ADD},
	[0x09] = {FORM_RM_REG, INSN_OR},      [0x0b] = {FORM_REG_RM, INSN_OR},
	[0x21] = {FORM_RM_REG, INSN_AND},     [0x23] = {FORM_REG_RM, INSN_AND},
	[0x29] = {FORM_RM_REG, INSN_SUB},     [0x2b] = {FORM_REG_RM, INSN_SUB},
	[0x31] = {FORM_RM_REG, INSN_XOR},     [0x33] = {FORM_REG_RM, INSN_XOR},
	[0x39] = {FORM_RM_REG, INSN_COMPARE}, [0x3b] = {FORM_REG_RM, INSN_COMPARE},
	[0x81] = {FORM_RM_IMM32, 0},	      [0x83] = {FORM_RM_IMM8, 0},
	[0x85] = {FORM_RM_REG, INSN_TEST},    [0x89] = {FORM_RM_REG, INSN_MOVE},
	[0x8b] = {FORM_REG_RM, INSN_MOVE},    [0x8d] = {FORM_REG_RM, INSN_ADDRESS},
	[0xc3] = {FORM_RETURN, INSN_RETURN},  [0xc7] = {FORM_MOV_IMM, INSN_MOVE},
	[0xe8] = {FORM_REL32, INSN_CALL},     [0xe9] = {FORM_REL32, INSN_JUMP},
	[0xeb] = {FORM_REL8, INSN_JUMP},      [0xff] = {FORM_GROUP5, 0},
};

/* ModRM.reg of opcodes 81 and 83; INSN_OTHER (adc, sbb): not in the list. */
static const uint8_t immediate_kinds[8] = {INSN_ADD, INSN_OR,  INSN_OTHER, INSN_OTHER,
					   INSN_AND, INSN_SUB, INSN_XOR,   INSN_COMPARE};

/* ModRM.reg of opcode ff. */
static const uint8_t group5_kinds[8] = {INSN_ADD,  INSN_ADD,   INSN_CALL,  INSN_OTHER,
					INSN_JUMP, INSN_OTHER, INSN_OTHER, INSN_OTHER};

/* The low four bits of a conditional jump's opcode. */
static const uint8_t conditions[16] = {
	INSN_IF_OTHER,	  INSN_IF_OTHER,	INSN_IF_BELOW,	     INSN_IF_NOT_BELOW,
	INSN_IF_EQUAL,	  INSN_IF_NOT_EQUAL,	INSN_IF_NOT_ABOVE,   INSN_IF_ABOVE,
	INSN_IF_NEGATIVE, INSN_IF_NOT_NEGATIVE, INSN_IF_OTHER,	     INSN_IF_OTHER,
	INSN_IF_LESS,	  INSN_IF_NOT_LESS,	INSN_IF_NOT_GREATER, INSN_IF_GREATER};

struct cursor {
	const uint8_t *bytes;
	size_t size, at;
	uint64_t address;
	uint8_t rex;
	bool short_of; /* bytes ran out */
};

static uint8_t take8(struct cursor *cursor)
{
	if (cursor->at >= cursor->size) {
		cursor->short_of = true;
		return 0;
	}
	return cursor->bytes[cursor->at++];
}

static int64_t take_signed8(struct cursor *cursor)
{
	return (int8_t)take8(cursor);
}

static int64_t take_signed32(struct cursor *cursor)
{
	if (cursor->size < 4 || cursor->at > cursor->size - 4) {
		cursor->short_of = true;
		return 0;
	}
	cursor->at += 4;
	return (int32_t)npabi_load32(cursor->bytes + cursor->at - 4);
}

static uint8_t extended(const struct cursor *cursor, unsigned number, uint8_t rex_bit)
{
	return (uint8_t)(number | (cursor->rex & rex_bit ? 8 : 0));
}

static uint8_t operand_width(const struct cursor *cursor)
{
	return cursor->rex & REX_W ? 8 : 4;
}

static struct insn_operand register_operand(uint8_t number, uint8_t width)
{
	return (struct insn_operand){.kind = INSN_REG, .width = width, .reg = number};
}

static struct insn_operand immediate_operand(int64_t value, uint8_t width)
{
	return (struct insn_operand){.kind = INSN_IMM, .width = width, .value = value};
}

/* Base and index of a memory operand with a SIB byte. */
static void take_sib(struct cursor *cursor, unsigned mod, struct insn_operand *operand)
{
	uint8_t sib = take8(cursor);
	uint8_t index = extended(cursor, (sib >> 3) & 7, REX_X);

	if (index != 4) {
		operand->index = index;
		operand->scale = (uint8_t)(1 << (sib >> 6));
	}
	if ((sib & 7) == 5 && mod == 0)
		operand->value = take_signed32(cursor);
	else
		operand->reg = extended(cursor, sib & 7, REX_B);
}

/*
 * The r/m operand behind MODRM.  A pc-relative one is left relative to the end
 * of the instruction, *relative_ is then set.
 */
static struct insn_operand take_rm(struct cursor *cursor, uint8_t modrm, bool *relative_)
{
	unsigned mod = modrm >> 6, rm = modrm & 7;
	struct insn_operand operand = {.kind = INSN_MEM,
				       .width = operand_width(cursor),
				       .reg = INSN_REG_NONE,
				       .index = INSN_REG_NONE};

	if (mod == 3)
		return register_operand(extended(cursor, rm, REX_B), operand.width);
	if (rm == 4)
		take_sib(cursor, mod, &operand);
	else if (rm == 5 && mod == 0) {
		*relative_ = true;
		operand.value = take_signed32(cursor);
	} else
		operand.reg = extended(cursor, rm, REX_B);
	if (mod == 1)
		operand.value = take_signed8(cursor);
	else if (mod == 2)
		operand.value = take_signed32(cursor);
	return operand;
}

/* Puts the two operands where the kind wants them. */
static void place(struct insn *insn, struct insn_operand first,
		  struct insn_operand second)
{
	switch (insn->kind) {
	case INSN_MOVE:
	case INSN_ADDRESS:
		insn->dst = first;
		insn->a = second;
		break;
	case INSN_COMPARE:
	case INSN_TEST:
		insn->a = first;
		insn->b = second;
		break;
	default:
		insn->dst = insn->a = first;
		insn->b = second;
	}
}

/* The forms with a ModRM byte; *relative_: the r/m operand is pc-relative. */
static bool take_modrm_form(struct cursor *cursor, const struct row *row,
			    struct insn *insn, bool *relative_)
{
	uint8_t modrm = take8(cursor), width = operand_width(cursor);
	uint8_t field = (modrm >> 3) & 7;
	struct insn_operand rm = take_rm(cursor, modrm, relative_);
	struct insn_operand reg = register_operand(extended(cursor, field, REX_R), width);

	switch (row->form) {
	case FORM_RM_REG:
		place(insn, rm, reg);
		return true;
	case FORM_REG_RM:
		place(insn, reg, rm);
		return insn->kind != INSN_ADDRESS || rm.kind == INSN_MEM;
	case FORM_RM_IMM8:
	case FORM_RM_IMM32:
		insn->kind = immediate_kinds[field];
		place(insn, rm,
		      immediate_operand(row->form == FORM_RM_IMM8 ? take_signed8(cursor)
								  : take_signed32(cursor),
					width));
		return insn->kind != INSN_OTHER;
	case FORM_MOV_IMM:
		place(insn, rm, immediate_operand(take_signed32(cursor), width));
		return field == 0;
	default: /* FORM_GROUP5 */
		insn->kind = group5_kinds[field];
		if (field < 2)
			place(insn, rm, immediate_operand(field ? -1 : 1, width));
		else
			insn->a = rm;
		insn->a.width = field < 2 ? width : 8;
		return insn->kind != INSN_OTHER;
	}
}

/* OPERAND is relative to the end of the instruction, where CURSOR stands. */
static void make_absolute(const struct cursor *cursor, struct insn_operand *operand)
{
	uint64_t end = cursor->address + cursor->at;

	operand->value = (int64_t)((uint64_t)operand->value + end);
}

static bool take_form(struct cursor *cursor, uint8_t opcode, const struct row *row,
		      struct insn *insn)
{
	struct insn_operand in_opcode =
		register_operand(extended(cursor, opcode & 7, REX_B), 8);
	bool relative = false;

	switch (row->form) {
	case FORM_NONE:
		return false;
	case FORM_RETURN:
		insn->sets_flags = false;
		return true;
	case FORM_PUSH:
		insn->a = in_opcode;
		return true;
	case FORM_POP:
		insn->dst = in_opcode;
		return true;
	case FORM_REG_IMM:
		in_opcode.width = 4;
		insn->dst = in_opcode;
		insn->a = immediate_operand(take_signed32(cursor), 4);
		return !(cursor->rex & REX_W);
	case FORM_REL8:
		insn->a = immediate_operand(take_signed8(cursor), 8);
		break;
	case FORM_REL32:
		insn->a = immediate_operand(take_signed32(cursor), 8);
		break;
	default:
		if (!take_modrm_form(cursor, row, insn, &relative))
			return false;
		if (relative && insn->dst.kind == INSN_MEM)
			make_absolute(cursor, &insn->dst);
		if (relative && insn->a.kind == INSN_MEM)
			make_absolute(cursor, &insn->a);
		if (relative && insn->b.kind == INSN_MEM)
			make_absolute(cursor, &insn->b);
		return true;
	}
	make_absolute(cursor, &insn->a);
	return true;
}

/* The row of an opcode: from the table, or by the range that it lies in. */
static struct row find_row(struct cursor *cursor, uint8_t *opcode, struct insn *insn)
{
	bool two = *opcode == 0x0f;

	if (two)
		*opcode = take8(cursor);
	if ((*opcode & 0xf0) == (two ? 0x80 : 0x70)) {
		insn->condition = conditions[*opcode & 15];
		return (struct row){two ? FORM_REL32 : FORM_REL8, INSN_BRANCH};
	}
	if (two)
		return (struct row){FORM_NONE, 0};
	if ((*opcode & 0xf8) == 0xb8)
		return (struct row){FORM_REG_IMM, INSN_MOVE};
	if ((*opcode & 0xf8) == 0x50)
		return (struct row){FORM_PUSH, INSN_PUSH};
	if ((*opcode & 0xf8) == 0x58)
		return (struct row){FORM_POP, INSN_POP};
	return rows[*opcode];
}

bool x86_64_decode_short(const uint8_t *bytes, size_t size, uint64_t address,
			 struct insn *insn_)
{
	struct cursor cursor = {.bytes = bytes, .size = size, .address = address};
	struct insn insn = {.sets_flags = true};
	uint8_t opcode = take8(&cursor);
	struct row row;

	if ((opcode & 0xf0) == 0x40) {
		cursor.rex = opcode;
		opcode = take8(&cursor);
	}
	row = find_row(&cursor, &opcode, &insn);
	insn.kind = row.kind;
	if (!take_form(&cursor, opcode, &row, &insn) || cursor.short_of)
		return false;
	insn.length = (uint8_t)cursor.at;
	*insn_ = insn;
	return true;
}
