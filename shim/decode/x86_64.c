/* SPDX-License-Identifier: MIT
 *
 * x86-64: Zydis takes the bytes apart, this file says what they mean in neutral
 * terms.  The calling convention is the System V one (psABI x86-64, 3.2.3).
 */
#include <Zydis/Zydis.h>
#include <elf.h>

#include "decode/machine.h"
#include "decode/x86_64_references.h"
#include "decode/x86_64_short.h"

#define RAX    0
#define RCX    1
#define RDX    2
#define RSP    4
#define RSI    6
#define RDI    7
#define REG(n) (UINT32_C(1) << (n))

struct row {
	uint8_t kind;
	uint8_t condition;
};

/* Whatever is not here is INSN_OTHER: followed only for what it overwrites. */
static const struct row rows[ZYDIS_MNEMONIC_MAX_VALUE + 1] = {
	[ZYDIS_MNEMONIC_MOV] = {INSN_MOVE, 0},
	[ZYDIS_MNEMONIC_MOVZX] = {INSN_MOVE, 0},
	[ZYDIS_MNEMONIC_MOVSX] = {INSN_MOVE_SX, 0},
	[ZYDIS_MNEMONIC_MOVSXD] = {INSN_MOVE_SX, 0},
	[ZYDIS_MNEMONIC_LEA] = {INSN_ADDRESS, 0},
	[ZYDIS_MNEMONIC_ADD] = {INSN_ADD, 0},
	[ZYDIS_MNEMONIC_SUB] = {INSN_SUB, 0},
	[ZYDIS_MNEMONIC_INC] = {INSN_ADD, 0},
	[ZYDIS_MNEMONIC_DEC] = {INSN_ADD, 0},
	[ZYDIS_MNEMONIC_AND] = {INSN_AND, 0},
	[ZYDIS_MNEMONIC_OR] = {INSN_OR, 0},
	[ZYDIS_MNEMONIC_XOR] = {INSN_XOR, 0},
	[ZYDIS_MNEMONIC_CMP] = {INSN_COMPARE, 0},
	[ZYDIS_MNEMONIC_TEST] = {INSN_TEST, 0},
	[ZYDIS_MNEMONIC_PUSH] = {INSN_PUSH, 0},
	[ZYDIS_MNEMONIC_POP] = {INSN_POP, 0},
	[ZYDIS_MNEMONIC_JMP] = {INSN_JUMP, 0},
	[ZYDIS_MNEMONIC_CALL] = {INSN_CALL, 0},
	[ZYDIS_MNEMONIC_RET] = {INSN_RETURN, 0},
	[ZYDIS_MNEMONIC_UD2] = {INSN_STOP, 0},
	[ZYDIS_MNEMONIC_HLT] = {INSN_STOP, 0},
	[ZYDIS_MNEMONIC_INT3] = {INSN_STOP, 0},
	[ZYDIS_MNEMONIC_JZ] = {INSN_BRANCH, INSN_IF_EQUAL},
	[ZYDIS_MNEMONIC_JNZ] = {INSN_BRANCH, INSN_IF_NOT_EQUAL},
	[ZYDIS_MNEMONIC_JB] = {INSN_BRANCH, INSN_IF_BELOW},
	[ZYDIS_MNEMONIC_JNB] = {INSN_BRANCH, INSN_IF_NOT_BELOW},
	[ZYDIS_MNEMONIC_JNBE] = {INSN_BRANCH, INSN_IF_ABOVE},
	[ZYDIS_MNEMONIC_JBE] = {INSN_BRANCH, INSN_IF_NOT_ABOVE},
	[ZYDIS_MNEMONIC_JL] = {INSN_BRANCH, INSN_IF_LESS},
	[ZYDIS_MNEMONIC_JNL] = {INSN_BRANCH, INSN_IF_NOT_LESS},
	[ZYDIS_MNEMONIC_JNLE] = {INSN_BRANCH, INSN_IF_GREATER},
	[ZYDIS_MNEMONIC_JLE] = {INSN_BRANCH, INSN_IF_NOT_GREATER},
	[ZYDIS_MNEMONIC_JO] = {INSN_BRANCH, INSN_IF_OTHER},
	[ZYDIS_MNEMONIC_JNO] = {INSN_BRANCH, INSN_IF_OTHER},
	[ZYDIS_MNEMONIC_JP] = {INSN_BRANCH, INSN_IF_OTHER},
	[ZYDIS_MNEMONIC_JNP] = {INSN_BRANCH, INSN_IF_OTHER},
	[ZYDIS_MNEMONIC_JS] = {INSN_BRANCH, INSN_IF_NEGATIVE},
	[ZYDIS_MNEMONIC_JNS] = {INSN_BRANCH, INSN_IF_NOT_NEGATIVE},
	[ZYDIS_MNEMONIC_JRCXZ] = {INSN_BRANCH, INSN_IF_OTHER},
	[ZYDIS_MNEMONIC_SETZ] = {INSN_SET, INSN_IF_EQUAL},
	[ZYDIS_MNEMONIC_SETNZ] = {INSN_SET, INSN_IF_NOT_EQUAL},
	[ZYDIS_MNEMONIC_SETB] = {INSN_SET, INSN_IF_BELOW},
	[ZYDIS_MNEMONIC_SETNB] = {INSN_SET, INSN_IF_NOT_BELOW},
	[ZYDIS_MNEMONIC_SETNBE] = {INSN_SET, INSN_IF_ABOVE},
	[ZYDIS_MNEMONIC_SETBE] = {INSN_SET, INSN_IF_NOT_ABOVE},
	[ZYDIS_MNEMONIC_SETL] = {INSN_SET, INSN_IF_LESS},
	[ZYDIS_MNEMONIC_SETNL] = {INSN_SET, INSN_IF_NOT_LESS},
	[ZYDIS_MNEMONIC_SETNLE] = {INSN_SET, INSN_IF_GREATER},
	[ZYDIS_MNEMONIC_SETLE] = {INSN_SET, INSN_IF_NOT_GREATER},
	[ZYDIS_MNEMONIC_SETS] = {INSN_SET, INSN_IF_NEGATIVE},
	[ZYDIS_MNEMONIC_SETNS] = {INSN_SET, INSN_IF_NOT_NEGATIVE},
	[ZYDIS_MNEMONIC_CMOVZ] = {INSN_SELECT, INSN_IF_EQUAL},
	[ZYDIS_MNEMONIC_CMOVNZ] = {INSN_SELECT, INSN_IF_NOT_EQUAL},
	[ZYDIS_MNEMONIC_CMOVB] = {INSN_SELECT, INSN_IF_BELOW},
	[ZYDIS_MNEMONIC_CMOVNB] = {INSN_SELECT, INSN_IF_NOT_BELOW},
	[ZYDIS_MNEMONIC_CMOVNBE] = {INSN_SELECT, INSN_IF_ABOVE},
	[ZYDIS_MNEMONIC_CMOVBE] = {INSN_SELECT, INSN_IF_NOT_ABOVE},
	[ZYDIS_MNEMONIC_CMOVL] = {INSN_SELECT, INSN_IF_LESS},
	[ZYDIS_MNEMONIC_CMOVNL] = {INSN_SELECT, INSN_IF_NOT_LESS},
	[ZYDIS_MNEMONIC_CMOVNLE] = {INSN_SELECT, INSN_IF_GREATER},
	[ZYDIS_MNEMONIC_CMOVLE] = {INSN_SELECT, INSN_IF_NOT_GREATER},
	[ZYDIS_MNEMONIC_CMOVS] = {INSN_SELECT, INSN_IF_NEGATIVE},
	[ZYDIS_MNEMONIC_CMOVNS] = {INSN_SELECT, INSN_IF_NOT_NEGATIVE},
};

/* The number of a general register; INSN_REG_NONE for others and for AH ... BH. */
static uint8_t register_number(ZydisRegister reg)
{
	if (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15)
		return (uint8_t)(reg - ZYDIS_REGISTER_RAX);
	if (reg >= ZYDIS_REGISTER_EAX && reg <= ZYDIS_REGISTER_R15D)
		return (uint8_t)(reg - ZYDIS_REGISTER_EAX);
	if (reg >= ZYDIS_REGISTER_AX && reg <= ZYDIS_REGISTER_R15W)
		return (uint8_t)(reg - ZYDIS_REGISTER_AX);
	if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_BL)
		return (uint8_t)(reg - ZYDIS_REGISTER_AL);
	if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B)
		return (uint8_t)(reg - ZYDIS_REGISTER_SPL + 4);
	return INSN_REG_NONE;
}

/* Can an address with REG in it be told: none, pc-relative, or a whole register? */
static bool is_address_part(ZydisRegister reg)
{
	return reg == ZYDIS_REGISTER_NONE || reg == ZYDIS_REGISTER_RIP ||
	       (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15);
}

/* INSN_NONE for a place in another segment, or of a 32-bit or vector address. */
static struct insn_operand memory_operand(const ZydisDecodedOperand *from, uint64_t next)
{
	uint64_t place = 0;
	struct insn_operand to = {
		.kind = INSN_MEM, .reg = INSN_REG_NONE, .index = INSN_REG_NONE};

	if (from->mem.segment == ZYDIS_REGISTER_FS ||
	    from->mem.segment == ZYDIS_REGISTER_GS || !is_address_part(from->mem.base) ||
	    !is_address_part(from->mem.index))
		return (struct insn_operand){.kind = INSN_NONE};
	if (from->mem.disp.has_displacement)
		place = (uint64_t)from->mem.disp.value;
	if (from->mem.base == ZYDIS_REGISTER_RIP)
		place += next;
	to.value = (int64_t)place;
	to.reg = register_number(from->mem.base);
	to.index = register_number(from->mem.index);
	if (to.index != INSN_REG_NONE)
		to.scale = from->mem.scale;
	return to;
}

/* Translates an operand; NEXT is the address of the following instruction. */
static struct insn_operand translate(const ZydisDecodedOperand *from, uint64_t next)
{
	struct insn_operand to = {.kind = INSN_NONE};

	if (from->type == ZYDIS_OPERAND_TYPE_REGISTER) {
		to.reg = register_number(from->reg.value);
		to.kind = to.reg == INSN_REG_NONE ? INSN_NONE : INSN_REG;
	} else if (from->type == ZYDIS_OPERAND_TYPE_MEMORY) {
		to = memory_operand(from, next);
	} else if (from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		to.kind = INSN_IMM;
		to.value = from->imm.value.s;
		if (from->imm.is_relative)
			to.value = (int64_t)((uint64_t)to.value + next);
	}
	to.width = (uint8_t)(from->size / 8);
	return to;
}

/* Notes what an instruction without a kind of its own overwrites. */
static void note_writes(struct insn *insn, const ZydisDecodedInstruction *decoded,
			const ZydisDecodedOperand *operands, uint64_t next)
{
	const ZydisAccessedFlags *flags = decoded->cpu_flags;

	insn->kind = INSN_OTHER;
	insn->sets_flags = flags && (flags->modified | flags->set_0 | flags->set_1 |
				     flags->undefined);
	for (size_t i = 0; i < decoded->operand_count; i++) {
		const ZydisDecodedOperand *operand = &operands[i];

		if (!(operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
			continue;
		if (operand->type == ZYDIS_OPERAND_TYPE_MEMORY)
			insn->dst = translate(operand, next);
		else if (operand->type == ZYDIS_OPERAND_TYPE_REGISTER) {
			uint8_t reg = register_number(ZydisRegisterGetLargestEnclosing(
				ZYDIS_MACHINE_MODE_LONG_64, operand->reg.value));

			if (reg != INSN_REG_NONE)
				insn->clobbers |= REG(reg);
		}
	}
}

/* What INC and DEC add: they leave the carry alone, so DEC is no subtraction. */
static struct insn_operand step_of(const ZydisDecodedInstruction *decoded, uint8_t width)
{
	return (struct insn_operand){
		.kind = INSN_IMM,
		.width = width,
		.value = decoded->mnemonic == ZYDIS_MNEMONIC_DEC ? -1 : 1};
}

/* Puts the explicit operands into the places that the kind gives them. */
static void place_operands(struct insn *insn, const ZydisDecodedInstruction *decoded,
			   const ZydisDecodedOperand *operands, uint64_t next)
{
	struct insn_operand first = translate(&operands[0], next);
	struct insn_operand second = translate(&operands[1], next);

	if (second.kind == INSN_IMM || insn->kind == INSN_ADDRESS)
		second.width = first.width;
	switch (insn->kind) {
	case INSN_MOVE:
	case INSN_MOVE_SX:
	case INSN_ADDRESS:
		insn->dst = first;
		insn->a = second;
		break;
	case INSN_COMPARE:
	case INSN_TEST:
		insn->a = first;
		insn->b = second;
		break;
	case INSN_SELECT:
		insn->dst = insn->b = first;
		insn->a = second;
		break;
	case INSN_SET:
	case INSN_POP:
		insn->dst = first;
		break;
	case INSN_PUSH:
	case INSN_JUMP:
	case INSN_BRANCH:
	case INSN_CALL:
		insn->a = first;
		insn->a.width = 8;
		break;
	default:
		insn->dst = insn->a = first;
		insn->b = second;
		if (second.kind == INSN_NONE &&
		    operands[1].type == ZYDIS_OPERAND_TYPE_UNUSED)
			insn->b = step_of(decoded, first.width);
	}
}

/* A destination that the walk has no register for (AH, a segment, CR0). */
static bool destination_is_foreign(const ZydisDecodedOperand *operand)
{
	return operand->type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       register_number(operand->reg.value) == INSN_REG_NONE;
}

/* A push or pop of two bytes, which no compiler makes, has no kind of its own. */
static uint8_t kind_of(const ZydisDecodedInstruction *decoded)
{
	uint8_t kind = rows[decoded->mnemonic].kind;

	if ((kind == INSN_PUSH || kind == INSN_POP) && decoded->operand_width == 16)
		return INSN_OTHER;
	return kind;
}

bool x86_64_decode_full(const uint8_t *bytes, size_t size, uint64_t address,
			struct insn *insn_)
{
	static const ZydisDecoder decoder = {.machine_mode = ZYDIS_MACHINE_MODE_LONG_64,
					     .stack_width = ZYDIS_STACK_WIDTH_64,
					     .decoder_mode =
						     (1 << ZYDIS_DECODER_MODE_CET) |
						     (1 << ZYDIS_DECODER_MODE_MPX) |
						     (1 << ZYDIS_DECODER_MODE_LZCNT) |
						     (1 << ZYDIS_DECODER_MODE_TZCNT)};
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction decoded;
	ZydisDecoderContext context;
	uint64_t next;

	if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, bytes, size,
							&decoded)))
		return false;
	*insn_ = (struct insn){.kind = kind_of(&decoded),
			       .condition = rows[decoded.mnemonic].condition,
			       .length = decoded.length,
			       .sets_flags = true};
	next = address + decoded.length;
	if (insn_->kind == INSN_RETURN || insn_->kind == INSN_STOP ||
	    decoded.mnemonic == ZYDIS_MNEMONIC_NOP ||
	    decoded.mnemonic == ZYDIS_MNEMONIC_ENDBR64) {
		insn_->sets_flags = false;
		return true;
	}
	operands[0].type = operands[1].type = ZYDIS_OPERAND_TYPE_UNUSED;
	operands[0].size = operands[1].size = 0;
	if (insn_->kind != INSN_OTHER) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeOperands(
			    &decoder, &context, &decoded, operands,
			    decoded.operand_count_visible)))
			return false;
		if (!destination_is_foreign(&operands[0])) {
			place_operands(insn_, &decoded, operands, next);
			return true;
		}
	}
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeOperands(&decoder, &context, &decoded,
						     operands, decoded.operand_count)))
		return false;
	note_writes(insn_, &decoded, operands, next);
	return true;
}

static bool decode(const uint8_t *bytes, size_t size, uint64_t address,
		   struct insn *insn_)
{
	return x86_64_decode_short(bytes, size, address, insn_) ||
	       x86_64_decode_full(bytes, size, address, insn_);
}

/* jmp *slot(%rip), behind an endbr64 or a bnd prefix in some linkers' stubs */
static bool stub_slot(const uint8_t *bytes, size_t size, uint64_t address,
		      uint64_t *slot_)
{
	static const uint8_t endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	size_t at = 0;

	if (size >= 4 && !memcmp(bytes, endbr64, sizeof(endbr64)))
		at = 4;
	if (size > at && bytes[at] == 0xf2)
		at++;
	if (size < at + 6 || bytes[at] != 0xff || bytes[at + 1] != 0x25)
		return false;
	*slot_ = x86_64_relative_target(bytes + at + 2, address + at + 2);
	return true;
}

const struct machine machine_x86_64 = {
	.elf_machine = EM_X86_64,
	.registers = 16,
	.argument_count = 6,
	.arguments = {RDI, RSI, RDX, RCX, 8, 9},
	.result = RAX,
	.stack = RSP,
	.call_pushes = 8,
	.caller_saved = REG(RAX) | REG(RCX) | REG(RDX) | REG(RSI) | REG(RDI) | REG(8) |
			REG(9) | REG(10) | REG(11),
	.longest = X86_64_LONGEST,
	.decode = decode,
	.find_reference = x86_64_find_reference,
	.find_transfer = x86_64_find_transfer,
	.find_chain = x86_64_find_chain,
	.find_argument = x86_64_find_argument,
	.stub_slot = stub_slot,
};
