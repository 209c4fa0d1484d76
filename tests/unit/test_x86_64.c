/* SPDX-License-Identifier: MIT
 *
 * decode/x86_64: the short decoder against the full one over whole programs of
 * this system; operands against what objdump says of the same bytes; and bytes
 * that end too early or are no instruction.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "decode/machine.h"
#include "decode/x86_64_short.h"
#include "support/compiled.h"
#include "support/objdump.h"
#include "unit/suites.h"

/* --- short against full --------------------------------------------------- */

static bool same_operand(const struct insn_operand *a, const struct insn_operand *b)
{
	return a->kind == b->kind && a->width == b->width && a->reg == b->reg &&
	       a->index == b->index && a->scale == b->scale && a->value == b->value;
}

static bool same_insn(const struct insn *a, const struct insn *b)
{
	return a->kind == b->kind && a->condition == b->condition &&
	       a->length == b->length && a->sets_flags == b->sets_flags &&
	       a->clobbers == b->clobbers && same_operand(&a->dst, &b->dst) &&
	       same_operand(&a->a, &b->a) && same_operand(&a->b, &b->b);
}

/* How many instructions both decoders knew; the full one's length, or 1, in *step_. */
static unsigned compare_at(const uint8_t *bytes, size_t size, uint64_t address,
			   size_t *step_)
{
	struct insn brief = {0}, full = {0};
	bool is_brief = x86_64_decode_short(bytes, size, address, &brief);
	bool is_full = x86_64_decode_full(bytes, size, address, &full);

	*step_ = is_full ? full.length : 1;
	if (!is_brief)
		return 0;
	ck_assert_msg(is_full && same_insn(&brief, &full),
		      "at %#lx: %02x %02x %02x %02x %02x %02x %02x",
		      (unsigned long)address, bytes[0], bytes[1], bytes[2], bytes[3],
		      bytes[4], bytes[5], bytes[6]);
	return 1;
}

static const char *const programs[] = {"/usr/bin/python3",
				       "/usr/lib/x86_64-linux-gnu/libc.so.6",
				       "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
				       "/lib64/ld-linux-x86-64.so.2", "/proc/self/exe"};
#define PROGRAMS ((int)(sizeof(programs) / sizeof(programs[0])))

/* Compares over a code segment; with BOUNDARIES, only where instructions begin. */
static void compare_segment(const struct elf_image *image,
			    const struct elf_segment *segment, bool boundaries)
{
	const uint8_t *bytes =
		elf_at(image, segment->address, (size_t)segment->file_size);
	size_t size = (size_t)segment->file_size, known = 0, all = 0, step;

	ck_assert_ptr_nonnull(bytes);
	if (!boundaries && size > 100000)
		size = 100000;
	for (size_t at = 0; at < size; at += boundaries ? step : 1, all++)
		known += compare_at(bytes + at, size - at, segment->address + at, &step);
	/* else the short one is none and the test shows nothing */
	ck_assert_uint_gt(known, all / 10);
}

static void compare_program(const char *path, bool boundaries)
{
	struct npabi_source source;
	struct elf_image image;

	if (npabi_source_open(&source, path) != NPABI_OK)
		return; /* another system has it elsewhere */
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
	for (size_t i = 0; i < image.segment_count; i++)
		if (image.segments[i].flags & PF_X)
			compare_segment(&image, &image.segments[i], boundaries);
	npabi_source_close(&source);
}

START_TEST(the_short_decoder_agrees_with_the_full_one_on_every_instruction)
{
	compare_program(programs[_i], true);
}
END_TEST

START_TEST(it_agrees_between_the_instructions_as_well)
{
	compare_program(programs[_i], false);
}
END_TEST

START_TEST(it_agrees_on_bytes_of_no_meaning)
{
	uint8_t bytes[20];
	uint32_t seed = (uint32_t)_i;
	size_t step;

	for (int round = 0; round < 200000; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(seed >> 24);
		}
		/* all opcodes equally often, in half of the cases behind a REX prefix */
		bytes[0] = round & 1 ? (uint8_t)(0x40 | (bytes[0] & 15)) : bytes[0];
		compare_at(bytes, sizeof(bytes) - (size_t)round % 6, UINT64_MAX - 8,
			   &step);
	}
}
END_TEST

/* --- against objdump ---------------------------------------------------------- */

static const char forms[] =
	".intel_syntax noprefix\n.globl first, last\nfirst:\n"
	"mov rax, rbx\n mov r8d, r15d\n mov cx, si\n mov al, dl\n mov sil, r9b\n"
	"mov rax, [rbx]\n mov [rbx], rax\n mov eax, [rbp-8]\n mov [rsp+8], r12\n"
	"mov rax, [r12]\n mov rax, [r13]\n mov rax, [r13+0x1000]\n mov dl, [rcx+1]\n"
	"mov rax, [rbx+rcx*8]\n mov rax, [rbx+r9*4-0x20]\n mov rax, [rcx*8+0x1000]\n"
	"mov rax, [rsp+rbp]\n mov rax, [rip+0x1234]\n mov [rip+0x1234], rax\n"
	"mov dword ptr [rip+0x1234], 5\n mov byte ptr [rip-0x1234], 5\n"
	"mov eax, 0x12345678\n mov rax, -1\n movabs rbx, 0x1122334455667788\n"
	"mov r9d, 1\n mov cx, 0x1234\n mov bl, 0x80\n mov qword ptr [rsp], -5\n"
	"mov dword ptr [rsp+4], 88\n mov word ptr [rax], 7\n mov byte ptr [rax], 7\n"
	"mov eax, [0x1000]\n"
	"movzx eax, cl\n movzx eax, word ptr [rbx]\n movzx r8, sil\n movzx ecx, byte ptr "
	"[rip+8]\n"
	"movsx eax, cl\n movsx rax, word ptr [rbx]\n movsxd rax, ecx\n movsxd r8, dword "
	"ptr [rbx+4]\n"
	"lea rax, [rip+0x40]\n lea rdi, [rsp+0x10]\n lea eax, [rdi+rsi]\n lea r10, "
	"[rax*8]\n"
	"lea ecx, [rdx-1]\n lea rbx, [rbx+rbx*2+7]\n"
	"add rax, rcx\n add eax, 1\n add rax, 0x12345\n add [rbx], ecx\n add ecx, [rbx]\n"
	"add qword ptr [rsp+8], -1\n add al, 4\n add rax, -128\n"
	"sub rsp, 0x18\n sub rsp, 0x188\n sub eax, ecx\n sub byte ptr [rax], 1\n"
	"inc eax\n inc qword ptr [rbx]\n dec r9\n dec cl\n"
	"and eax, 0xf\n and rsp, -16\n and rax, rbx\n or eax, -1\n or rax, [rbx]\n or "
	"cl, 2\n"
	"xor eax, eax\n xor r8, r9\n xor ecx, 0x80\n xor [rip+0x10], edx\n"
	"cmp rax, rbx\n cmp eax, 2\n cmp rax, 0x7fffffff\n cmp qword ptr [rax+0x20], 96\n"
	"cmp dword ptr [rip+0x20], 0\n cmp byte ptr [rax], 0\n cmp r15, [rbx]\n cmp al, "
	"3\n"
	"cmp ax, 0x1234\n cmp ecx, -1\n"
	"test eax, eax\n test rbx, rbx\n test al, 1\n test byte ptr [rax+0xab], 0x80\n"
	"test ecx, 0x100\n test r8, r9\n test qword ptr [rax], 2\n"
	"push rbx\n push r15\n push 5\n push 0x12345\n push qword ptr [rax]\n"
	"pop rbx\n pop r15\n pop qword ptr [rax]\n"
	"call first\n call rax\n call r11\n call [rip+0x300]\n call [rax+0x30]\n"
	"jmp first\n jmp last\n jmp rax\n jmp [rip+0x300]\n jmp [rbx+rax*8]\n notrack "
	"jmp rdx\n"
	"1: je 1b\n jne 1b\n jb 1b\n jae 1b\n ja 1b\n jbe 1b\n jl 1b\n jge 1b\n jg 1b\n "
	"jle 1b\n"
	"jo 1b\n jno 1b\n js 1b\n jns 1b\n jp 1b\n jnp 1b\n jrcxz 1b\n"
	"je first\n jne last\n jb first\n jae first\n ja first\n jbe first\n jl first\n"
	"jge first\n jg first\n jle first\n js first\n jns first\n jo first\n jp first\n"
	"sete al\n setne sil\n setb cl\n setae r8b\n seta dl\n setbe bl\n setl al\n "
	"setge al\n"
	"setg byte ptr [rax]\n setle al\n sets al\n setns cl\n"
	"cmove eax, ebx\n cmovne rax, r9\n cmovb eax, [rbx]\n cmovae eax, ecx\n cmova "
	"rax, rbx\n"
	"cmovbe eax, ebx\n cmovl eax, ebx\n cmovge rdx, rcx\n cmovg eax, ebx\n cmovle "
	"eax, ebx\n"
	"cmovs eax, ebx\n cmovns rdx, rcx\n"
	"ret\n ud2\n hlt\n int3\n"
	"last: nop\n";

static void check_line(const struct compiled *object, const struct objdump_line *line)
{
	size_t room = (size_t)elf_extent(&object->image, line->address);
	const uint8_t *bytes;
	struct insn insn;

	room = room < 15 ? room : 15;
	bytes = elf_at(&object->image, line->address, room);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_msg(machine_x86_64.decode(bytes, room, line->address, &insn), "%s",
		      line->text);
	if (line->length)
		ck_assert_msg(insn.length == line->length, "%s: %d bytes, not %u",
			      line->text, insn.length, line->length);
	ck_assert_msg(objdump_agrees(line, &insn), "%#lx: %s",
		      (unsigned long)line->address, line->text);
}

START_TEST(operands_are_those_of_objdump)
{
	struct compiled object;
	struct objdump_line line = {0};
	unsigned known = 0;
	FILE *pipe;

	ck_assert(compiled_open(&object, "gcc -x assembler", "-nostdlib", forms));
	pipe = objdump_open(object.path, compiled_symbol(&object, "first"),
			    compiled_symbol(&object, "last"));
	while (objdump_next(pipe, &line)) {
		check_line(&object, &line);
		known += line.is_known;
		ck_assert_msg(line.is_known, "a form that the test does not know: %s",
			      line.text);
	}
	pclose(pipe);
	ck_assert_uint_gt(known, 150);
	compiled_close(&object);
}
END_TEST

START_TEST(they_are_so_in_compiled_code)
{
	const char *compiler = _i % 2 ? "clang -x c" : "gcc -x c";
	const char *flags = _i < 2 ? "-O0" : _i < 4 ? "-O2" : "-Os -fcf-protection";
	struct compiled object;
	struct objdump_line line = {0};
	unsigned known = 0;
	FILE *pipe;

	if (!compiled_open(&object, compiler, flags, objdump_sample))
		return;
	pipe = objdump_open(object.path, 0, UINT64_MAX);
	while (objdump_next(pipe, &line)) {
		check_line(&object, &line);
		known += line.is_known;
	}
	pclose(pipe);
	ck_assert_uint_gt(known, 100);
	compiled_close(&object);
}
END_TEST

/* --- broken bytes -------------------------------------------------------------- */

/* Decodes a copy of its own of the SIZE bytes, so that a sanitizer sees each step over.
 */
static bool decode_exactly(const uint8_t *bytes, size_t size, struct insn *insn_)
{
	uint8_t *copy = malloc(size + !size);
	bool decoded;

	memcpy(copy, bytes, size);
	decoded = machine_x86_64.decode(copy, size, 0x1000, insn_);
	free(copy);
	return decoded;
}

START_TEST(an_instruction_cut_short_is_none)
{
	struct compiled object;
	const uint8_t *bytes;
	uint64_t start, end;
	struct insn insn;

	ck_assert(compiled_open(&object, "gcc -x assembler", "-nostdlib", forms));
	start = compiled_symbol(&object, "first");
	end = compiled_symbol(&object, "last");
	bytes = elf_at(&object.image, start, (size_t)(end - start));
	for (size_t at = 0; at < end - start; at += insn.length) {
		struct insn cut;

		ck_assert(decode_exactly(bytes + at, (size_t)(end - start) - at, &insn));
		for (size_t size = 0; size < insn.length; size++)
			ck_assert_msg(!decode_exactly(bytes + at, size, &cut),
				      "%zu bytes at %zu", size, at);
		ck_assert(decode_exactly(bytes + at, insn.length, &cut));
	}
	compiled_close(&object);
}
END_TEST

START_TEST(bytes_that_are_no_instruction_are_refused)
{
	/* Intel SDM, volume 2, appendix A: invalid in 64-bit mode */
	static const uint8_t opcodes[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f,
					  0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x82,
					  0x9a, 0xce, 0xd4, 0xd5, 0xea};
	uint8_t bytes[15] = {0};
	struct insn insn;

	for (size_t i = 0; i < sizeof(opcodes); i++) {
		bytes[0] = opcodes[i];
		ck_assert_msg(!decode_exactly(bytes, sizeof(bytes), &insn), "%#x",
			      opcodes[i]);
	}
	memset(bytes, 0x66, sizeof(bytes)); /* prefixes only */
	ck_assert(!decode_exactly(bytes, sizeof(bytes), &insn));
}
END_TEST

START_TEST(an_operand_at_the_end_of_the_address_space_wraps)
{
	/* mov rax, [rip+0x7fffffff]; jmp +0x7fffffff; je +0x7f */
	static const uint8_t load[15] = {0x48, 0x8b, 0x05, 0xff, 0xff, 0xff, 0x7f};
	static const uint8_t jump[15] = {0xe9, 0xff, 0xff, 0xff, 0x7f};
	static const uint8_t branch[15] = {0x74, 0x7f};
	const uint64_t top = (uint64_t)INT64_MAX - 3;
	struct insn insn;

	for (int full = 0; full < 2; full++) {
		bool (*decode)(const uint8_t *, size_t, uint64_t, struct insn *) =
			full ? x86_64_decode_full : x86_64_decode_short;

		ck_assert(decode(load, sizeof(load), top, &insn));
		ck_assert_uint_eq((uint64_t)insn.a.value, top + 7 + 0x7fffffff);
		ck_assert(decode(jump, sizeof(jump), top, &insn));
		ck_assert_uint_eq((uint64_t)insn.a.value, top + 5 + 0x7fffffff);
		ck_assert(decode(branch, sizeof(branch), top, &insn));
		ck_assert_uint_eq((uint64_t)insn.a.value, top + 2 + 0x7f);
	}
}
END_TEST

START_TEST(a_32_bit_address_or_another_segment_is_no_known_place)
{
	/* mov rax, [ebx]; lea eax, [eip+1]; mov rax, fs:0x28; mov [edi], eax */
	static const uint8_t codes[][9] = {{0x67, 0x48, 0x8b, 0x03},
					   {0x67, 0x8d, 0x05, 1, 0, 0, 0},
					   {0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0},
					   {0x67, 0x89, 0x07}};
	struct insn insn;

	ck_assert(decode_exactly(codes[_i], sizeof(codes[_i]), &insn));
	ck_assert_int_ne(insn.a.kind, INSN_MEM);
	ck_assert_int_ne(insn.dst.kind, INSN_MEM);
}
END_TEST

/* What a chain is looked for in: only the first function has it. */
static const char chain_source[] =
	"struct inner { char a[32]; int width; int other; };\n"
	"struct outer { char a[56]; struct inner *inner; struct inner *next; };\n"
	"long chain(const struct outer *o) { return o->inner->width; }\n"
	"long by_next(const struct outer *o) { return o->next->width; }\n"
	"long to_other(const struct outer *o) { return o->inner->other; }\n"
	"long unsigned_one(const struct outer *o) { return (unsigned)o->inner->width; }\n"
	"long inner_alone(const struct inner *i) { return i->width; }\n";

START_TEST(a_chain_of_loads_is_found_where_the_compiler_made_one)
{
	static const char flags[2][4] = {"-O1", "-O3"};
	struct machine_code code;
	struct compiled object;
	size_t at;

	ck_assert(compiled_open(&object, "cc -x c", flags[_i], chain_source));
	code.address = compiled_symbol(&object, "chain");
	code.size = 40; /* with most of the other functions */
	code.bytes = elf_at(&object.image, code.address, code.size);
	ck_assert_ptr_nonnull(code.bytes);
	at = machine_x86_64.find_chain(&code, 0, 56, 32);
	ck_assert_uint_lt(at, 16);
	ck_assert_uint_eq(machine_x86_64.find_chain(&code, at + 1, 56, 32), code.size);
	for (code.size = 0; code.size <= at + 7; code.size++)
		ck_assert_uint_eq(machine_x86_64.find_chain(&code, 0, 56, 32), code.size);
	compiled_close(&object);
}
END_TEST

/* By the manual: b8 plus the register's number, 7 for edi. */
START_TEST(a_first_argument_is_found_wherever_it_stands)
{
	static const uint8_t load[] = {0xbf, 0x30, 1, 0, 0};
	uint8_t bytes[80];
	struct machine_code code = {.bytes = bytes};

	for (code.size = sizeof(load); code.size <= sizeof(bytes); code.size++)
		for (size_t at = 0; at + sizeof(load) <= code.size; at++) {
			memset(bytes, 0xbf, sizeof(bytes));
			memcpy(bytes + at, load, sizeof(load));
			ck_assert_uint_eq(machine_x86_64.find_argument(&code, 0, 304),
					  at);
			ck_assert_uint_eq(
				machine_x86_64.find_argument(&code, at + 1, 304),
				code.size);
		}
}
END_TEST

START_TEST(other_arguments_and_numbers_are_not)
{
	/* mov $0x130,%esi; mov $0x131,%edi; mov $0x1000130,%edi */
	static const uint8_t bytes[] = {0xbe, 0x30, 1,	  0,	0, 0xbf, 0x31, 1,
					0,    0,    0xbf, 0x30, 1, 0,	 1};
	const struct machine_code code = {bytes, sizeof(bytes), 0};

	ck_assert_uint_eq(machine_x86_64.find_argument(&code, 0, 304), code.size);
}
END_TEST

Suite *x86_64_suite(void);

Suite *x86_64_suite(void)
{
	Suite *suite = suite_create("x86_64");
	TCase *decoders = tcase_create("decoders"), *bytes = tcase_create("bytes");
	TCase *whole = tcase_create("whole programs");

	/* millions of instructions: valgrind would take minutes */
	tcase_set_tags(whole, "native");
	tcase_set_timeout(whole, 60);
	tcase_add_loop_test(
		whole, the_short_decoder_agrees_with_the_full_one_on_every_instruction, 0,
		PROGRAMS);
	tcase_add_loop_test(whole, it_agrees_between_the_instructions_as_well, 0,
			    PROGRAMS);
	tcase_add_loop_test(whole, it_agrees_on_bytes_of_no_meaning, 0, 3);
	suite_add_tcase(suite, whole);
	tcase_set_timeout(decoders, 60);
	tcase_add_test(decoders, operands_are_those_of_objdump);
	tcase_add_loop_test(decoders, they_are_so_in_compiled_code, 0, 6);
	tcase_set_timeout(bytes, 30);
	tcase_add_test(bytes, an_instruction_cut_short_is_none);
	tcase_add_test(bytes, bytes_that_are_no_instruction_are_refused);
	tcase_add_test(bytes, an_operand_at_the_end_of_the_address_space_wraps);
	tcase_add_loop_test(bytes, a_32_bit_address_or_another_segment_is_no_known_place,
			    0, 4);
	tcase_add_loop_test(bytes, a_chain_of_loads_is_found_where_the_compiler_made_one,
			    0, 2);
	tcase_add_test(bytes, a_first_argument_is_found_wherever_it_stands);
	tcase_add_test(bytes, other_arguments_and_numbers_are_not);
	suite_add_tcase(suite, decoders);
	suite_add_tcase(suite, bytes);
	return suite;
}
