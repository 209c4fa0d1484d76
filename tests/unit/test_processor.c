/* SPDX-License-Identifier: MIT
 *
 * decode/ as a whole against the processor: pieces of random code are run for
 * real and carried out by decoder and state.  What the state claims to know of a
 * register must be what the processor left there; that it knows less is allowed,
 * but not that it knows nearly nothing.
 */
#include <check.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "decode/state.h"
#include "support/compiled.h"
#include "support/no_memory.h"
#include "unit/suites.h"

#define PIECES	    400 /* pieces of code in an object */
#define PIECE_LINES 24
#define SOURCE_MAX  (1 << 20)
#define RSP	    4

/* What a piece gets and leaves; the code below knows the layout. */
struct registers {
	uint64_t in[16];
	uint64_t out[16];
	uint64_t start_stack; /* the stack pointer before the piece */
};

/* All but rsp, rbp and r15, which frame the piece. */
static const uint8_t usable[] = {0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14};
#define USABLE (sizeof(usable) / sizeof(usable[0]))

static const char names[4][16][5] = {
	{"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
	 "r12", "r13", "r14", "r15"},
	{"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d",
	 "r11d", "r12d", "r13d", "r14d", "r15d"},
	{"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w",
	 "r12w", "r13w", "r14w", "r15w"},
	{"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b",
	 "r12b", "r13b", "r14b", "r15b"}};

/*
 * Forms of instructions.  %q %d %w %b: a register of 8, 4, 2, 1 bytes; %i: a
 * small or extreme immediate; %s: a place near the stack pointer.
 */
static const char *const forms[] = {
	"mov %q, %q", "mov %d, %d", "mov %w, %w", "mov %b, %b", "mov %q, %i",
	"mov %d, %i", "mov %w, 0x7fff", "mov %b, 0x80", "movabs %q, 0x1122334455667788",
	"movzx %d, %b", "movzx %q, %w", "movzx %w, %b", "movsx %d, %b", "movsx %q, %w",
	"movsx %w, %b", "movsxd %q, %d", "lea %q, [%q+%q*4-0x20]", "lea %d, [%q+0x11]",
	"lea %q, [%q*8+5]", "lea %w, [%q+1]", "lea %q, %s", "add %q, %q", "add %d, %i",
	"add %w, %w", "add %b, %b", "add %q, %i", "sub %q, %q", "sub %d, %d", "sub %b, 1",
	"sub %w, %w", "and %q, %q", "and %q, -16", "and %d, 0xff", "and %b, %b",
	"or %q, %i", "or %d, %d", "or %b, 1", "xor %q, %q", "xor %d, %d", "xor %b, %b",
	"inc %q", "dec %d", "inc %b", "dec %w", "cmp %q, %q", "cmp %d, %i", "cmp %w, %w",
	"cmp %b, %b", "test %q, %q", "test %d, %d", "test %b, 0x80", "sete %b",
	"setne %b", "setb %b", "setae %b", "seta %b", "setbe %b", "setl %b", "setge %b",
	"setg %b", "setle %b", "sets %b", "cmove %q, %q", "cmovne %d, %d", "cmovb %w, %w",
	"cmovg %q, %q", "cmovle %d, %d", "cmova %q, %q", "cmovl %q, %s", "push %q",
	"push %i", "pop %q", "push %w", "pop %w", "mov qword ptr %s, %q",
	"mov dword ptr %s, %d", "mov word ptr %s, %w", "mov byte ptr %s, %b",
	"mov qword ptr %s, %i", "mov dword ptr %s, %i", "mov %q, qword ptr %s",
	"mov %d, dword ptr %s", "mov %w, word ptr %s", "mov %b, byte ptr %s",
	"movzx %d, byte ptr %s", "movsx %q, word ptr %s", "add qword ptr %s, %q",
	"add %d, dword ptr %s", "and byte ptr %s, 0xf", "cmp qword ptr %s, %i",
	"inc dword ptr %s", "xor %q, qword ptr %s",
	/* those without a kind of their own: only what they overwrite counts */
	"imul %q, %q", "imul %d, %d, 7", "shl %q, 3", "sar %d, 1", "shr %b, 2",
	"rol %w, 4", "neg %q", "not %d", "xchg %q, %q", "xchg %b, %b", "bswap %q", "cdqe",
	"cqo", "cdq", "cbw", "mul %q", "adc %q, %q", "sbb %d, %d", "xadd %q, %q",
	"cmpxchg %q, %q", "bsf %q, %q", "bt %q, 3", "btc %d, 5", "clc", "stc", "lahf",
	"sahf", "mov ah, 5", "mov bh, dl", "add ch, 3", "movzx eax, ah", "sete dh",
	"xchg ah, al", "not bh", "shld %q, %q, 3", "movq xmm0, %q", "movq %q, xmm0",
	"movd %d, xmm0", "movups xmmword ptr %s, xmm0", "xchg qword ptr %s, %q",
	"shl dword ptr %s, 1", "neg qword ptr %s", "adc dword ptr %s, %d",
	"xadd qword ptr %s, %q", "not %w", "pushfq", "nop", "endbr64",
	"movnti qword ptr %s, %q", "sete byte ptr %s", "pop qword ptr %s",
	"push qword ptr %s", "cwde"};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static char source[SOURCE_MAX];
static size_t length;
static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void write_text(const char *text)
{
	size_t more = strlen(text);

	ck_assert_uint_lt(length + more, SOURCE_MAX);
	memcpy(source + length, text, more + 1);
	length += more;
}

static void write_place(void)
{
	char text[32];

	snprintf(text, sizeof(text), "[rsp%+d]", 4 * (int)draw(24) - 48 + (draw(8) == 0));
	write_text(text);
}

static void write_immediate(void)
{
	static const char values[][12] = {"0",	   "1",	   "-1",	 "2",
					  "0x7f",  "-128", "0x7fffffff", "-0x80000000",
					  "0x100", "88"};

	write_text(values[draw(sizeof(values) / sizeof(values[0]))]);
}

static void write_form(const char *form)
{
	char one[2] = "";

	for (; *form; form++) {
		const char *widths = "qdwb", *width;

		if (*form != '%') {
			one[0] = *form;
			write_text(one);
			continue;
		}
		width = strchr(widths, *++form);
		if (width)
			write_text(names[width - widths][usable[draw(USABLE)]]);
		else if (*form == 'i')
			write_immediate();
		else
			write_place();
	}
	write_text("\n");
}

/* Moves the registers between the piece and the struct that r15 points to. */
static void write_transfer(const char *form, unsigned field)
{
	char line[64];

	for (size_t i = USABLE; i-- > 0;) {
		const char *name = names[0][usable[i]];
		unsigned at = field + 8u * usable[i];

		if (*form == 'l')
			snprintf(line, sizeof(line), "mov %s, [r15+%u]\n", name, at);
		else
			snprintf(line, sizeof(line), "mov [r15+%u], %s\n", at, name);
		write_text(line);
	}
}

static void write_piece(int number)
{
	char label[200];

	snprintf(label, sizeof(label),
		 ".globl run_%d, start_%d, end_%d\nrun_%d: push rbp\npush rbx\n"
		 "push r12\npush r13\npush r14\npush r15\nmov rbp, rsp\nmov r15, rdi\n",
		 number, number, number, number);
	write_text(label);
	/* so that a mask moves places on the stack as it moves their distances */
	write_text("sub rsp, 1024\nand rsp, -4096\nmov [r15+256], rsp\n");
	write_transfer("load", 0);
	snprintf(label, sizeof(label), "start_%d:\n", number);
	write_text(label);
	for (int i = 0; i < PIECE_LINES; i++)
		write_form(forms[draw(FORMS)]);
	snprintf(label, sizeof(label), "end_%d:\n", number);
	write_text(label);
	write_text("mov [r15+160], rsp\n"); /* out[RSP] */
	write_transfer("store", 128);
	write_text("mov rsp, rbp\npop r15\npop r14\npop r13\npop r12\npop rbx\npop rbp\n"
		   "cld\nret\n");
}

static void carry_out(const struct compiled *object, uint64_t end, struct state *state)
{
	while (state->pc < end) {
		size_t size = (size_t)elf_extent(&object->image, state->pc);
		struct insn insn;

		ck_assert(machine_x86_64.decode(elf_at(&object->image, state->pc, size),
						size, state->pc, &insn));
		state_execute(state, &machine_x86_64, &no_memory, &insn);
		state->pc += insn.length;
	}
	ck_assert_uint_eq(state->pc, end);
}

/* The text of a piece, for who looks for a fault. */
static const char *text_of(int piece)
{
	static char text[2000];
	char label[32];
	const char *start;

	snprintf(label, sizeof(label), "start_%d:\n", piece);
	start = strstr(source, label);
	snprintf(text, sizeof(text), "%.*s", (int)(strstr(start, "end_") - start), start);
	return text;
}

/* Holds what STATE knows against what was left; how many registers it knows. */
static unsigned compare_registers(const struct state *state,
				  const struct registers *registers, int piece)
{
	unsigned known = 0;

	for (size_t i = 0; i < USABLE + 1; i++) {
		unsigned reg = i < USABLE ? usable[i] : RSP;
		const struct value *value = &state->regs[reg];
		uint64_t is = registers->out[reg], claimed = value->number;

		if (value->kind != VALUE_NUMBER && value->kind != VALUE_STACK)
			continue;
		if (value->kind == VALUE_STACK)
			claimed += registers->start_stack;
		else if (value->width < 8)
			is &= (UINT64_C(1) << 8 * value->width) - 1;
		ck_assert_msg(claimed == is, "%s: %#" PRIx64 ", not %#" PRIx64 "\n%s",
			      names[0][reg], is, claimed, text_of(piece));
		known++;
	}
	return known;
}

/* Runs a piece with random registers, of which the state knows about half. */
static unsigned try_piece(const struct compiled *object, void *library, int piece)
{
	static const uint64_t values[] = {0, 1, UINT64_MAX, 0x80, 0x7fffffff, 88};
	struct registers registers = {{0}, {0}, 0};
	char name[3][16];
	struct state state;
	void (*run)(struct registers *);
	void *symbol;

	snprintf(name[0], sizeof(name[0]), "run_%d", piece);
	snprintf(name[1], sizeof(name[1]), "start_%d", piece);
	snprintf(name[2], sizeof(name[2]), "end_%d", piece);
	symbol = dlsym(library, name[0]);
	memcpy(&run, &symbol, sizeof(run));
	state_init(&state, &machine_x86_64, compiled_symbol(object, name[1]));
	for (size_t i = 0; i < USABLE; i++) {
		uint64_t number = draw(2) ? values[draw(6)]
					  : (uint64_t)draw(1 << 24) << 40 | draw(1 << 24);

		registers.in[usable[i]] = number;
		if (draw(2))
			state.regs[usable[i]] = value_number(number);
	}
	run(&registers);
	carry_out(object, compiled_symbol(object, name[2]), &state);
	return compare_registers(&state, &registers, piece);
}

START_TEST(what_is_known_of_registers_is_what_the_processor_left)
{
	struct compiled object;
	unsigned known = 0;
	void *library;

	seed = (uint32_t)_i;
	length = 0;
	write_text(".intel_syntax noprefix\n.section "
		   ".note.GNU-stack,\"\",@progbits\n.text\n");
	for (int i = 0; i < PIECES; i++)
		write_piece(i);
	ck_assert(compiled_open(&object, "gcc -x assembler", "-nostdlib", source));
	library = dlopen(object.path, RTLD_NOW);
	ck_assert_ptr_nonnull(library);
	for (int i = 0; i < PIECES; i++)
		known += try_piece(&object, library, i);
	dlclose(library);
	compiled_close(&object);
	/* of 14 registers a piece */
	ck_assert_uint_gt(known, PIECES * 3);
}
END_TEST

Suite *processor_suite(void);

Suite *processor_suite(void)
{
	Suite *suite = suite_create("processor");
	TCase *pieces = tcase_create("pieces");

	tcase_set_timeout(pieces, 60);
	tcase_set_tags(pieces, "native");
#ifdef __x86_64__
	tcase_add_loop_test(pieces, what_is_known_of_registers_is_what_the_processor_left,
			    0, 5);
#endif
	suite_add_tcase(suite, pieces);
	return suite;
}
