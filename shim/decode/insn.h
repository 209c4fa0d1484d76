/* SPDX-License-Identifier: MIT
 *
 * One machine instruction in neutral terms: what the walk needs to know, and
 * no more.  A machine's decoder (x86_64.c ...) fills it in; an instruction that
 * has no kind of its own is INSN_OTHER with the registers that it overwrites.
 */
#ifndef NPABI_DECODE_INSN_H
#define NPABI_DECODE_INSN_H

#include <stdbool.h>
#include <stdint.h>

#define INSN_REG_NONE 0xff
#define INSN_REGS_MAX 32 /* general registers of the widest machine */

enum insn_kind {
	INSN_OTHER,   /* overwrites dst (if memory) and clobbers, values unknown */
	INSN_MOVE,    /* dst = a */
	INSN_MOVE_SX, /* dst = a, sign-extended */
	INSN_ADDRESS, /* dst = the address that memory operand a denotes */
	INSN_ADD,     /* dst = a + b; likewise the next four */
	INSN_SUB,
	INSN_AND,
	INSN_OR,
	INSN_XOR,
	INSN_COMPARE, /* flags = a - b */
	INSN_TEST,    /* flags = a & b */
	INSN_SET,     /* dst = condition ? 1 : 0 */
	INSN_SELECT,  /* dst = condition ? a : b */
	INSN_PUSH,    /* stack -= width of a, then a is stored there */
	INSN_POP,     /* dst is loaded from the stack, then stack += width */
	INSN_JUMP,    /* to a */
	INSN_BRANCH,  /* to a if condition, else on */
	INSN_CALL,    /* to a */
	INSN_RETURN,
	INSN_STOP /* a trap: nothing follows */
};

enum insn_condition {
	INSN_IF_OTHER, /* one that the walk does not evaluate: parity, overflow ... */
	INSN_IF_EQUAL,
	INSN_IF_NOT_EQUAL,
	INSN_IF_BELOW, /* unsigned */
	INSN_IF_NOT_BELOW,
	INSN_IF_ABOVE,
	INSN_IF_NOT_ABOVE,
	INSN_IF_LESS, /* signed */
	INSN_IF_NOT_LESS,
	INSN_IF_GREATER,
	INSN_IF_NOT_GREATER,
	INSN_IF_NEGATIVE, /* the result's sign */
	INSN_IF_NOT_NEGATIVE
};

enum insn_operand_kind { INSN_NONE, INSN_REG, INSN_IMM, INSN_MEM };

struct insn_operand {
	uint8_t kind;
	uint8_t width; /* bytes: 1, 2, 4, 8, or more for vectors */
	uint8_t reg;   /* INSN_REG; INSN_MEM: base, or INSN_REG_NONE */
	uint8_t index; /* INSN_MEM: index register, or INSN_REG_NONE */
	uint8_t scale; /* INSN_MEM: what the index is multiplied with */
	int64_t value; /* INSN_IMM; INSN_MEM: displacement, absolute without a base */
};

struct insn {
	uint8_t kind;
	uint8_t condition;
	uint8_t length;	   /* bytes */
	bool sets_flags;   /* flags change; to a known state only by COMPARE, TEST ... */
	uint32_t clobbers; /* registers overwritten besides dst, one bit each */
	struct insn_operand dst, a, b;
};

#endif
