/* SPDX-License-Identifier: MIT
 *
 * Moves, address computations, simple arithmetic, compares, calls and jumps with
 * at most a REX prefix: all but two in a hundred instructions of an init function,
 * at a twentieth of what the full decoder needs for one.  Everything else is left to
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
	FORM_RM_REG,	/* op r/m, r */
	FORM_REG_RM,	/* op r, r/m */
	FORM_RM_IMM8,	/* op r/m, sign-extended imm8; op by ModRM.reg */
	FORM_RM_IMM32,	/* op r/m, sign-extended imm32; op by ModRM.reg */
	FORM_MOV_IMM,	/* mov r/m, sign-extended imm32; with prefix 66 imm16 */
	FORM_MOV_IMM8,	/* mov m, imm8 */
	FORM_REG_IMM,	/* mov r32, imm32; register in the opcode */
	FORM_ACC_IMM,	/* op rax, sign-extended imm32 */
	FORM_TEST_IMM8, /* test m, imm8 */
	FORM_PUSH,	/* register in the opcode */
	FORM_POP,
	FORM_REL8,
	FORM_REL32,
	FORM_RETURN,
	FORM_GROUP5, /* inc, dec, call, jmp r/m */
	FORM_NOP     /* nop r/m */
};

struct row {
	uint8_t form;
	uint8_t kind;
};

static const struct row rows[256] = {
	[0x01] = {FORM_RM_REG, INSN_ADD},
	[0x03] = {FORM_REG_RM, INSN_ADD},
	[0x05] = {FORM_ACC_IMM, INSN_ADD},
	[0x09] = {FORM_RM_REG, INSN_OR},
	[0x0b] = {FORM_REG_RM, INSN_OR},
	[0x0d] = {FORM_ACC_IMM, INSN_OR},
	[0x21] = {FORM_RM_REG, INSN_AND},
	[0x23] = {FORM_REG_RM, INSN_AND},
	[0x25] = {FORM_ACC_IMM, INSN_AND},
	[0x29] = {FORM_RM_REG, INSN_SUB},
	[0x2b] = {FORM_REG_RM, INSN_SUB},
	[0x2d] = {FORM_ACC_IMM, INSN_SUB},
	[0x31] = {FORM_RM_REG, INSN_XOR},
	[0x33] = {FORM_REG_RM, INSN_XOR},
	[0x35] = {FORM_ACC_IMM, INSN_XOR},
	[0x39] = {FORM_RM_REG, INSN_COMPARE},
	[0x3b] = {FORM_REG_RM, INSN_COMPARE},
	[0x3d] = {FORM_ACC_IMM, INSN_COMPARE},
	[0x81] = {FORM_RM_IMM32, 0},
	[0x83] = {FORM_RM_IMM8, 0},
	[0x85] = {FORM_RM_REG, INSN_TEST},
	[0x89] = {FORM_RM_REG, INSN_MOVE},
	[0x8b] = {FORM_REG_RM, INSN_MOVE},
	[0x8d] = {FORM_REG_RM, INSN_ADDRESS},
	[0xc3] = {FORM_RETURN, INSN_RETURN},
	[0xc6] = {FORM_MOV_IMM8, INSN_MOVE},
	[0xc7] = {FORM_MOV_IMM, INSN_MOVE},
	[0xe8] = {FORM_REL32, INSN_CALL},
	[0xe9] = {FORM_REL32, INSN_JUMP},
	[0xeb] = {FORM_REL8, INSN_JUMP},
	[0xf6] = {FORM_TEST_IMM8, INSN_TEST},
	[0xff] = {FORM_GROUP5, 0},
	[0x50 ... 0x57] = {FORM_PUSH, INSN_PUSH},
	[0x58 ... 0x5f] = {FORM_POP, INSN_POP},
	[0x70 ... 0x7f] = {FORM_REL8, INSN_BRANCH},
	[0xb8 ... 0xbf] = {FORM_REG_IMM, INSN_MOVE},
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

/* An instruction's bytes, of which there are enough for any; what is taken. */
struct cursor {
	const uint8_t *bytes;
	size_t at;
	uint64_t address;
	uint8_t rex;
	uint8_t width; /* bytes of the operands */
};

static uint8_t take8(struct cursor *cursor)
{
	return cursor->bytes[cursor->at++];
}

static int64_t take_signed8(struct cursor *cursor)
{
	return (int8_t)take8(cursor);
}

static int64_t take_signed16(struct cursor *cursor)
{
	cursor->at += 2;
	return (int16_t)npabi_load16(cursor->bytes + cursor->at - 2);
}

static int64_t take_signed32(struct cursor *cursor)
{
	cursor->at += 4;
	return (int32_t)npabi_load32(cursor->bytes + cursor->at - 4);
}

static uint8_t extended(const struct cursor *cursor, unsigned number, uint8_t rex_bit)
{
	return (uint8_t)(number | (cursor->rex & rex_bit ? 8 : 0));
}

static void put_register(struct insn_operand *operand_, uint8_t number, uint8_t width)
{
	operand_->kind = INSN_REG;
	operand_->width = width;
	operand_->reg = number;
}

static void put_immediate(struct insn_operand *operand_, int64_t value, uint8_t width)
{
	operand_->kind = INSN_IMM;
	operand_->width = width;
	operand_->value = value;
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
 * The r/m operand behind MODRM.  True when it is pc-relative: it is left relative
 * to the end of the instruction.
 */
static bool take_rm(struct cursor *cursor, uint8_t modrm, struct insn_operand *operand_)
{
	unsigned mod = modrm >> 6, rm = modrm & 7;

	if (mod == 3) {
		put_register(operand_, extended(cursor, rm, REX_B), cursor->width);
		return false;
	}
	operand_->kind = INSN_MEM;
	operand_->width = cursor->width;
	operand_->reg = operand_->index = INSN_REG_NONE;
	if (rm == 5 && mod == 0) {
		operand_->value = take_signed32(cursor);
		return true;
	}
	if (rm == 4)
		take_sib(cursor, mod, operand_);
	else
		operand_->reg = extended(cursor, rm, REX_B);
	if (mod == 1)
		operand_->value = take_signed8(cursor);
	else if (mod == 2)
		operand_->value = take_signed32(cursor);
	return false;
}

/* Where a kind wants its first and second operand; of arithmetic dst is a as well. */
static void find_places(struct insn *insn, struct insn_operand **first_,
			struct insn_operand **second_)
{
	if (insn->kind == INSN_MOVE || insn->kind == INSN_ADDRESS ||
	    insn->kind == INSN_SELECT) {
		*first_ = &insn->dst;
		*second_ = &insn->a;
	} else {
		*first_ = &insn->a;
		*second_ = &insn->b;
	}
}

static bool has_result(const struct insn *insn)
{
	return insn->kind >= INSN_ADD && insn->kind <= INSN_XOR;
}

/* The immediate of a form that has one. */
static int64_t take_immediate(struct cursor *cursor, unsigned form)
{
	if (form == FORM_RM_IMM8 || form == FORM_MOV_IMM8 || form == FORM_TEST_IMM8)
		return take_signed8(cursor);
	return cursor->width == 2 ? take_signed16(cursor) : take_signed32(cursor);
}

/* Opcode ff: what is called or jumped to is always 8 bytes wide. */
static void take_group5(struct cursor *cursor, unsigned field, struct insn *insn)
{
	insn->kind = group5_kinds[field];
	if (field < 2)
		put_immediate(&insn->b, field ? -1 : 1, cursor->width);
	else
		insn->a.width = 8;
}

/* OPERAND is relative to the end of the instruction, where CURSOR stands. */
static void make_absolute(const struct cursor *cursor, struct insn_operand *operand)
{
	uint64_t end = cursor->address + cursor->at;

	operand->value = (int64_t)((uint64_t)operand->value + end);
}

/* What it would read is no operand of it. */
static bool make_nop(struct insn *insn)
{
	insn->a = (struct insn_operand){0};
	insn->sets_flags = false;
	return true;
}

/* The forms with a ModRM byte. */
static bool take_modrm_form(struct cursor *cursor, unsigned form, struct insn *insn)
{
	uint8_t modrm = take8(cursor), field = (modrm >> 3) & 7;
	struct insn_operand *first, *second, *rm;
	bool relative, valid = true;

	if (form == FORM_RM_IMM8 || form == FORM_RM_IMM32)
		insn->kind = immediate_kinds[field];
	find_places(insn, &first, &second);
	rm = form == FORM_REG_RM ? second : first;
	relative = take_rm(cursor, modrm, rm);
	if (form == FORM_NOP)
		return make_nop(insn);
	if (form == FORM_RM_REG)
		put_register(second, extended(cursor, field, REX_R), cursor->width);
	else if (form == FORM_REG_RM)
		put_register(first, extended(cursor, field, REX_R), cursor->width);
	else if (form == FORM_GROUP5)
		take_group5(cursor, field, insn);
	else
		put_immediate(second, take_immediate(cursor, form), cursor->width);
	if (form == FORM_MOV_IMM || form == FORM_MOV_IMM8)
		valid = field == 0 && (rm->kind == INSN_MEM || form == FORM_MOV_IMM);
	else if (form == FORM_TEST_IMM8)
		valid = field == 0 && rm->kind == INSN_MEM;
	else if (insn->kind == INSN_ADDRESS)
		valid = rm->kind == INSN_MEM;
	if (relative)
		make_absolute(cursor, rm);
	if (has_result(insn))
		insn->dst = insn->a;
	if (insn->kind == INSN_SELECT)
		insn->b = insn->dst;
	return valid && insn->kind != INSN_OTHER;
}

static void take_accumulator_form(struct cursor *cursor, struct insn *insn)
{
	put_register(&insn->a, 0, cursor->width);
	put_immediate(&insn->b, take_signed32(cursor), cursor->width);
	if (has_result(insn))
		insn->dst = insn->a;
}

/* The register in the low bits of an opcode. */
static void put_in_opcode(const struct cursor *cursor, uint8_t opcode, uint8_t width,
			  struct insn_operand *operand_)
{
	put_register(operand_, extended(cursor, opcode & 7, REX_B), width);
}

static void take_target(struct cursor *cursor, unsigned form, struct insn *insn)
{
	put_immediate(&insn->a,
		      form == FORM_REL8 ? take_signed8(cursor) : take_signed32(cursor),
		      8);
	make_absolute(cursor, &insn->a);
}

static bool take_form(struct cursor *cursor, uint8_t opcode, unsigned form,
		      struct insn *insn)
{
	switch (form) {
	case FORM_NONE:
		return false;
	case FORM_RETURN:
		insn->sets_flags = false;
		return true;
	case FORM_PUSH:
		put_in_opcode(cursor, opcode, 8, &insn->a);
		return true;
	case FORM_POP:
		put_in_opcode(cursor, opcode, 8, &insn->dst);
		return true;
	case FORM_REG_IMM:
		put_in_opcode(cursor, opcode, 4, &insn->dst);
		put_immediate(&insn->a, take_signed32(cursor), 4);
		return !(cursor->rex & REX_W);
	case FORM_ACC_IMM:
		take_accumulator_form(cursor, insn);
		return true;
	case FORM_REL8:
	case FORM_REL32:
		take_target(cursor, form, insn);
		return true;
	default:
		return take_modrm_form(cursor, form, insn);
	}
}

/* The row of a two-byte opcode, whose second byte is put into *opcode. */
static struct row find_two_byte_row(struct cursor *cursor, uint8_t *opcode)
{
	*opcode = take8(cursor);
	if ((*opcode & 0xf0) == 0x80)
		return (struct row){FORM_REL32, INSN_BRANCH};
	if ((*opcode & 0xf0) == 0x40 && conditions[*opcode & 15] != INSN_IF_OTHER)
		return (struct row){FORM_REG_RM, INSN_SELECT};
	if (*opcode == 0x1f)
		return (struct row){FORM_NOP, INSN_OTHER};
	return (struct row){FORM_NONE, 0};
}

/* Prefixes: REX, or 66 before a mov of an immediate or a nop; false for others. */
static bool take_prefixes(struct cursor *cursor, uint8_t *opcode_)
{
	bool half = false;

	cursor->width = 4;
	*opcode_ = take8(cursor);
	if (*opcode_ == 0x66) {
		half = true;
		cursor->width = 2;
		*opcode_ = take8(cursor);
	}
	if ((*opcode_ & 0xf0) == 0x40) {
		cursor->rex = *opcode_;
		if (cursor->rex & REX_W)
			cursor->width = 8;
		*opcode_ = take8(cursor);
	}
	if (*opcode_ == 0xc6 || *opcode_ == 0xf6)
		cursor->width = 1;
	return !half || *opcode_ == 0xc7 ||
	       (*opcode_ == 0x0f && cursor->bytes[cursor->at] == 0x1f);
}

bool x86_64_decode_short(const uint8_t *bytes, size_t size, uint64_t address,
			 struct insn *insn_)
{
	struct cursor cursor = {.bytes = bytes, .address = address};
	uint8_t opcode;
	struct row row;

	if (size < X86_64_LONGEST || !take_prefixes(&cursor, &opcode))
		return false;
	row = opcode == 0x0f ? find_two_byte_row(&cursor, &opcode) : rows[opcode];
	*insn_ = (struct insn){.kind = row.kind, .sets_flags = true};
	if (row.kind == INSN_BRANCH || row.kind == INSN_SELECT)
		insn_->condition = conditions[opcode & 15];
	if (!take_form(&cursor, opcode, row.form, insn_))
		return false;
	insn_->length = (uint8_t)cursor.at;
	return true;
}
