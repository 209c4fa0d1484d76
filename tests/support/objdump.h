/* SPDX-License-Identifier: MIT
 *
 * What objdump says of code, line by line, and whether a decoded instruction
 * says the same.
 */
#ifndef NPABI_TESTS_OBJDUMP_H
#define NPABI_TESTS_OBJDUMP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "decode/insn.h"

#define OBJDUMP_OPERANDS 3

/* An operand as it is written; kind INSN_NONE: of a form not looked at. */
struct objdump_operand {
	struct insn_operand operand;
	bool is_written; /* there is one */
};

struct objdump_line {
	uint64_t address;
	unsigned length; /* bytes */
	char text[200];	 /* "mov    rax,QWORD PTR [rbx+0x8]" */
	char name[16];	 /* the mnemonic, prefixes left out */
	bool is_known;	 /* the mnemonic is in the table of those compared */
	uint64_t place;	 /* address that is told behind "#" or is jumped to; 0: none */
	struct objdump_operand operands[OBJDUMP_OPERANDS];
};

/* Some C with loops, a switch, structs, arithmetic of each width, and calls. */
extern const char objdump_sample[];

/* Starts objdump (Intel syntax) on [START, END) of the object at PATH; pclose it. */
FILE *objdump_open(const char *path, uint64_t start, uint64_t end);

/* The next instruction; false at the end. */
bool objdump_next(FILE *pipe, struct objdump_line *line_);

/* Does INSN say what LINE says?  True for mnemonics that are not compared. */
bool objdump_agrees(const struct objdump_line *line, const struct insn *insn);

#endif
