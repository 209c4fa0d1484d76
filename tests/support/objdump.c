/* SPDX-License-Identifier: MIT
 *
 * Parses objdump's Intel syntax.  The table of mnemonics is written from the
 * instruction set manual, not from the decoder's.
 */
#include <check.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "support/objdump.h"
#include "support/toolchain.h"

const char objdump_sample[] =
	"#include <stdint.h>\n"
	"struct pair { int64_t a; int32_t b; uint16_t c; uint8_t d; int8_t e; };\n"
	"extern int outside(const char *, long, ...);\n"
	"struct pair pairs[10]; static const char *names[] = {\"a\", \"b\"};\n"
	"int64_t mix(struct pair *p, int64_t n, uint32_t u, int16_t s, uint8_t c)\n"
	"{ int64_t t = 0; for (int64_t i = 0; i < n; i++) {\n"
	"t += p[i].a ^ (p[i].b & 0x55) ? p[i].c | u : p[i].d - s;\n"
	"if (p[i].e < 0 && c != p[i].d) p[i].a--; t = t > u ? t : -1; } return t; }\n"
	"int choose(int k, const char *n) { switch (k) {\n"
	"case 0: return outside(n, 1); case 1: return outside(names[k], -5);\n"
	"case 2: return outside(\"x\", 0x123456789abcdef); case 3: return pairs[k].b;\n"
	"case 4: return outside(n, pairs[1].c, 3, 4); case 5: return n[3];\n"
	"case 6: pairs[3].a = 88; return 6; default: return outside(n, k); } }\n"
	"uint8_t flag(uint64_t a, int64_t b) { return (a > 5) + (b <= 7) * 2 + (a == 9); "
	"}\n"
	"void set(void) { pairs[0].a = mix(pairs, 3, 4, 5, 6); pairs[0].d = flag(1, 2);\n"
	"pairs[1].c += 7; pairs[2].b |= 0x80; pairs[2].e &= 3; outside(0, 0); }\n";

static const struct mnemonic {
	char name[8];
	uint8_t kind;
	uint8_t condition;
} mnemonics[] = {
	{"mov", INSN_MOVE, 0},	     {"movabs", INSN_MOVE, 0},
	{"movzx", INSN_MOVE, 0},     {"movsx", INSN_MOVE_SX, 0},
	{"movsxd", INSN_MOVE_SX, 0}, {"lea", INSN_ADDRESS, 0},
	{"add", INSN_ADD, 0},	     {"inc", INSN_ADD, 0},
	{"sub", INSN_SUB, 0},	     {"dec", INSN_ADD, 0},
	{"and", INSN_AND, 0},	     {"or", INSN_OR, 0},
	{"xor", INSN_XOR, 0},	     {"cmp", INSN_COMPARE, 0},
	{"test", INSN_TEST, 0},	     {"push", INSN_PUSH, 0},
	{"pop", INSN_POP, 0},	     {"jmp", INSN_JUMP, 0},
	{"call", INSN_CALL, 0},	     {"ret", INSN_RETURN, 0},
	{"ud2", INSN_STOP, 0},	     {"hlt", INSN_STOP, 0},
	{"int3", INSN_STOP, 0},	     {"jrcxz", INSN_BRANCH, INSN_IF_OTHER},
};

/* What follows j, set or cmov. */
static const struct mnemonic conditions[] = {
	{"e", 0, INSN_IF_EQUAL},    {"ne", 0, INSN_IF_NOT_EQUAL},
	{"b", 0, INSN_IF_BELOW},    {"ae", 0, INSN_IF_NOT_BELOW},
	{"a", 0, INSN_IF_ABOVE},    {"be", 0, INSN_IF_NOT_ABOVE},
	{"l", 0, INSN_IF_LESS},	    {"ge", 0, INSN_IF_NOT_LESS},
	{"g", 0, INSN_IF_GREATER},  {"le", 0, INSN_IF_NOT_GREATER},
	{"o", 0, INSN_IF_OTHER},    {"no", 0, INSN_IF_OTHER},
	{"s", 0, INSN_IF_NEGATIVE}, {"ns", 0, INSN_IF_NOT_NEGATIVE},
	{"p", 0, INSN_IF_OTHER},    {"np", 0, INSN_IF_OTHER},
};

static const struct {
	char prefix[6];
	uint8_t kind;
} conditional[] = {{"j", INSN_BRANCH}, {"set", INSN_SET}, {"cmov", INSN_SELECT}};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The kind and condition of a mnemonic; false when it is none of the table. */
static bool find_mnemonic(const char *name, struct mnemonic *found_)
{
	for (size_t i = 0; i < COUNT(mnemonics); i++)
		if (!strcmp(mnemonics[i].name, name)) {
			*found_ = mnemonics[i];
			return true;
		}
	for (size_t i = 0; i < COUNT(conditional) * COUNT(conditions); i++) {
		const char *prefix = conditional[i / COUNT(conditions)].prefix;

		*found_ = conditions[i % COUNT(conditions)];
		found_->kind = conditional[i / COUNT(conditions)].kind;
		if (!strncmp(name, prefix, strlen(prefix)) &&
		    !strcmp(name + strlen(prefix), found_->name))
			return true;
	}
	return false;
}

/* The register named TEXT, LENGTH characters long; false if it is no general one. */
static bool parse_register(const char *text, size_t length, struct insn_operand *operand_)
{
	static const char names[4][16][5] = {
		{"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
		 "r10", "r11", "r12", "r13", "r14", "r15"},
		{"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d",
		 "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"},
		{"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w",
		 "r11w", "r12w", "r13w", "r14w", "r15w"},
		{"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b",
		 "r11b", "r12b", "r13b", "r14b", "r15b"}};

	for (uint8_t i = 0; i < 64; i++)
		if (strlen(names[i / 16][i % 16]) == length &&
		    !strncmp(names[i / 16][i % 16], text, length)) {
			operand_->kind = INSN_REG;
			operand_->width = (uint8_t)(8 >> i / 16);
			operand_->reg = i % 16;
			return true;
		}
	return false;
}

/* One term of "rbx+rcx*4-0x8"; PLACE is what "rip+..." comes to. */
static bool parse_term(const char *term, size_t length, uint64_t place,
		       struct insn_operand *operand)
{
	bool minus = *term == '-', scaled = memchr(term, '*', length);
	struct insn_operand found;
	int64_t number;

	if (*term == '+' || *term == '-') {
		term++;
		length--;
	}
	if (!strncmp(term, "rip", 3)) {
		operand->value = (int64_t)place;
		return true;
	}
	if (scaled) {
		operand->scale = (uint8_t)(term[length - 1] - '0');
		length -= 2;
	}
	if (parse_register(term, length, &found) && found.width == 8) {
		if (!scaled && operand->reg == INSN_REG_NONE) {
			operand->reg = found.reg;
			return true;
		}
		operand->index = found.reg;
		operand->scale = scaled ? operand->scale : 1;
		return true;
	}
	if (strncmp(term, "0x", 2))
		return !strncmp(term, "riz", 3);
	number = (int64_t)strtoull(term, NULL, 16);
	/* what follows "rip" is in PLACE already */
	if (operand->reg != INSN_REG_NONE || operand->index != INSN_REG_NONE || !place)
		operand->value = minus ? -number : number;
	return true;
}

/* What stands between brackets. */
static bool parse_address(const char *text, uint64_t place, struct insn_operand *operand)
{
	operand->reg = operand->index = INSN_REG_NONE;
	operand->value = 0;
	while (*text && *text != ']') {
		size_t length = 1 + strcspn(text + 1, "+-]");

		if (!parse_term(text, length, place, operand))
			return false;
		text += length;
	}
	return true;
}

static bool parse_memory(const char *text, uint64_t place, struct insn_operand *operand)
{
	static const struct {
		char name[12];
		uint8_t width;
	} widths[] = {
		{"QWORD PTR ", 8}, {"DWORD PTR ", 4}, {"WORD PTR ", 2}, {"BYTE PTR ", 1}};
	const char *bracket;

	operand->width = 0;
	for (size_t i = 0; i < COUNT(widths); i++)
		if (!strncmp(text, widths[i].name, strlen(widths[i].name))) {
			operand->width = widths[i].width;
			text += strlen(widths[i].name);
		}
	operand->kind = INSN_MEM;
	if (!strncmp(text, "ds:0x", 5)) {
		operand->reg = operand->index = INSN_REG_NONE;
		operand->value = (int64_t)strtoull(text + 3, NULL, 16);
		return true;
	}
	bracket = *text == '[' ? text : NULL;
	return bracket && parse_address(bracket + 1, place, operand);
}

/* Fills in one operand; what is not understood is left INSN_NONE. */
static void parse_operand(char *text, struct objdump_line *line, size_t n)
{
	struct objdump_operand *found = &line->operands[n];
	struct insn_operand operand = {.kind = INSN_NONE};

	found->is_written = true;
	if (!strncmp(text, "0x", 2)) {
		operand.kind = INSN_IMM;
		operand.value = (int64_t)strtoull(text, NULL, 16);
	} else if (!parse_register(text, strlen(text), &operand) &&
		   !parse_memory(text, line->place, &operand)) {
		operand.kind = INSN_NONE;
	}
	found->operand = operand;
}

/* The mnemonic, the operands, and what is told behind '#'. */
static void parse_text(struct objdump_line *line)
{
	char copy[sizeof(line->text)], *rest = copy, *word, *comment;
	struct mnemonic found;
	size_t n = 0;

	strcpy(copy, line->text);
	comment = strchr(copy, '#');
	if (comment) {
		*comment = '\0';
		line->place = strtoull(comment + 1, NULL, 16);
	}
	do
		word = strsep(&rest, " ");
	while (!strcmp(word, "notrack") || !strcmp(word, "bnd") || !*word);
	snprintf(line->name, sizeof(line->name), "%s", word);
	line->is_known = find_mnemonic(line->name, &found);
	if (!rest)
		return;
	rest += strspn(rest, " ");
	rest[strcspn(rest, "<")] = '\0';
	while (*rest && rest[strlen(rest) - 1] == ' ')
		rest[strlen(rest) - 1] = '\0';
	if (*rest && strspn(rest, "0123456789abcdef") == strlen(rest)) {
		line->place = strtoull(rest, NULL, 16);
		line->operands[0].operand = (struct insn_operand){
			.kind = INSN_IMM, .value = (int64_t)line->place};
		line->operands[0].is_written = true;
		return;
	}
	while (n < OBJDUMP_OPERANDS && (word = strsep(&rest, ",")))
		parse_operand(word, line, n++);
}

FILE *objdump_open(const char *path, uint64_t start, uint64_t end)
{
	return tool_output(
		"objdump -dw -M intel --insn-width=15 --start-address=%#" PRIx64
		" --stop-address=%#" PRIx64 " '%s'",
		start, end, path);
}

/* How many "48 8b 03 " there are. */
static unsigned count_bytes(const char *text)
{
	unsigned count = 0;

	while (isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]) &&
	       text[2] == ' ') {
		text += 3;
		count++;
	}
	return count;
}

bool objdump_next(FILE *pipe, struct objdump_line *line_)
{
	char text[400], *tab;

	while (fgets(text, sizeof(text), pipe)) {
		memset(line_, 0, sizeof(*line_));
		if (sscanf(text, " %" SCNx64 ":\t", &line_->address) != 1)
			continue;
		tab = strchr(text, '\t');
		if (!tab)
			continue;
		line_->length = count_bytes(tab + 1);
		tab = strchr(tab + 1, '\t');
		if (!tab)
			continue;
		tab[strcspn(tab, "\n")] = '\0';
		snprintf(line_->text, sizeof(line_->text), "%s", tab + 1);
		parse_text(line_);
		return true;
	}
	return false;
}

static bool operand_agrees(const struct objdump_operand *said,
			   const struct insn_operand *operand)
{
	const struct insn_operand *other = &said->operand;
	unsigned bits = 8u * operand->width;
	uint64_t difference = (uint64_t)operand->value ^ (uint64_t)other->value;

	if (!said->is_written || operand->kind != other->kind)
		return false;
	switch (operand->kind) {
	case INSN_REG:
		return operand->reg == other->reg && operand->width == other->width;
	case INSN_MEM:
		return operand->reg == other->reg && operand->index == other->index &&
		       operand->scale == other->scale && !difference &&
		       (!other->width || operand->width == other->width);
	default:
		/* objdump writes immediates at the width of the operation */
		return bits >= 64 ? !difference : !(difference << (64 - bits));
	}
}

static bool is_step(const struct insn_operand *operand, const char *name)
{
	return operand->kind == INSN_IMM && operand->value == (*name == 'd' ? -1 : 1);
}

bool objdump_agrees(const struct objdump_line *line, const struct insn *insn)
{
	const struct objdump_operand *first = &line->operands[0];
	const struct objdump_operand *second = &line->operands[1];
	struct mnemonic known;

	if (!find_mnemonic(line->name, &known) ||
	    (first->is_written && first->operand.kind == INSN_NONE) ||
	    (second->is_written && second->operand.kind == INSN_NONE))
		return true;
	if (insn->kind != known.kind || insn->condition != known.condition)
		return false;
	switch (insn->kind) {
	case INSN_RETURN:
	case INSN_STOP:
		return true;
	case INSN_MOVE:
	case INSN_MOVE_SX:
	case INSN_ADDRESS:
		return operand_agrees(first, &insn->dst) &&
		       operand_agrees(second, &insn->a);
	case INSN_COMPARE:
	case INSN_TEST:
		return operand_agrees(first, &insn->a) &&
		       operand_agrees(second, &insn->b);
	case INSN_SELECT:
		return operand_agrees(first, &insn->dst) &&
		       operand_agrees(first, &insn->b) &&
		       operand_agrees(second, &insn->a);
	case INSN_SET:
	case INSN_POP:
		return operand_agrees(first, &insn->dst);
	case INSN_PUSH:
	case INSN_JUMP:
	case INSN_BRANCH:
	case INSN_CALL:
		return operand_agrees(first, &insn->a);
	default:
		return operand_agrees(first, &insn->dst) &&
		       operand_agrees(first, &insn->a) &&
		       (second->is_written ? operand_agrees(second, &insn->b)
					   : is_step(&insn->b, line->name));
	}
}
