/* SPDX-License-Identifier: MIT
 *
 * decode/x86_64, the part that spots references in raw bytes: all that objdump
 * finds by decoding must be among them, with the address that it names; and the
 * stubs of each kind of PLT.
 */
#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "decode/machine.h"
#include "support/builds.h"
#include "support/objdump.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static const struct machine *const machine = &machine_x86_64;

static const struct build ways[] = {
	{"gcc -x c", "-O0"},
	{"gcc -x c", "-O2"},
	{"gcc -x c", "-O2 -fcf-protection"},
	{"gcc -x c", "-O2 -fno-plt"},
	{"gcc -x c", "-O1 -fuse-ld=gold"},
	{"gcc -x c", "-O2 -fcf-protection -fuse-ld=lld"},
	{"clang -x c", "-O0"},
	{"clang -x c", "-O2 -fno-plt"},
	{"clang -x c", "-O3 -fuse-ld=lld"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;

static struct compiled object;
static struct machine_code code; /* the segment with code in it */

static void set_up(void)
{
	builds_make(&builds, ways, WAYS, objdump_sample);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool open_build(int number)
{
	if (!builds_open(&builds, number, &object))
		return false;
	for (size_t i = 0; i < object.image.segment_count; i++) {
		const struct elf_segment *segment = &object.image.segments[i];

		if (!(segment->flags & PF_X))
			continue;
		code.address = segment->address;
		code.size = (size_t)segment->file_size;
		code.bytes = elf_at(&object.image, code.address, code.size);
	}
	ck_assert_ptr_nonnull(code.bytes);
	return true;
}

/* Is there, by the raw look, a transfer with its field at FIELD, to TARGET? */
static bool transfer_is_found(uint64_t field, uint64_t target)
{
	uint64_t found;

	for (size_t at = 0;
	     (at = machine->find_transfer(&code, at, 0, 0, &found)) < code.size; at++)
		if (code.address + at == field)
			return found == target;
	return false;
}

static bool is_transfer(const struct objdump_line *line)
{
	return line->operands[0].operand.kind == INSN_IMM && line->length >= 5 &&
	       (*line->name == 'j' || !strcmp(line->name, "call"));
}

START_TEST(every_direct_transfer_is_found_with_its_target)
{
	struct objdump_line line;
	unsigned count = 0;
	FILE *pipe;

	if (!open_build(_i))
		return;
	pipe = objdump_open(object.path, 0, UINT64_MAX);
	while (objdump_next(pipe, &line)) {
		if (!is_transfer(&line))
			continue;
		ck_assert_msg(
			transfer_is_found(line.address + line.length - 4, line.place),
			"%#" PRIx64 ": %s", line.address, line.text);
		count++;
	}
	pclose(pipe);
	ck_assert_uint_ge(count, 3);
	compiled_close(&object);
}
END_TEST

/* The same for a reference to TARGET. */
static bool reference_is_found(uint64_t field, uint64_t target)
{
	uint64_t found;
	size_t at = 0;

	while ((at = machine->find_reference(&code, at, target, target + 1, &found)) <
	       code.size) {
		ck_assert_uint_eq(found, target);
		if (code.address + at == field)
			return true;
		at++;
	}
	return false;
}

START_TEST(every_pc_relative_operand_at_the_end_is_found)
{
	struct objdump_line line;
	unsigned count = 0;
	FILE *pipe;

	if (!open_build(_i))
		return;
	pipe = objdump_open(object.path, 0, UINT64_MAX);
	while (objdump_next(pipe, &line)) {
		if (!strstr(line.text, "[rip") || !line.place ||
		    line.operands[1].operand.kind == INSN_IMM)
			continue; /* an immediate follows the field */
		ck_assert_msg(
			reference_is_found(line.address + line.length - 4, line.place),
			"%#" PRIx64 ": %s", line.address, line.text);
		count++;
	}
	pclose(pipe);
	ck_assert_uint_gt(count, 10);
	compiled_close(&object);
}
END_TEST

/* A transfer at each distance from the start, each kind, among bytes of no meaning. */
START_TEST(a_transfer_is_found_wherever_it_lies)
{
	static const uint8_t kinds[][2] = {
		{0x90, 0xe8}, {0x90, 0xe9}, {0x0f, 0x80}, {0x0f, 0x84}, {0x0f, 0x8f}};
	uint8_t bytes[64];
	uint64_t target = 0;

	code = (struct machine_code){bytes, sizeof(bytes), 0x1000};
	for (size_t at = 0; at + 6 <= sizeof(bytes); at++)
		for (size_t from = 0; from <= at + 2; from++) {
			memset(bytes, 0x11, sizeof(bytes));
			memcpy(bytes + at, kinds[_i], 2);
			memcpy(bytes + at + 2, "\x00\x01\x00\x00", 4);
			ck_assert_uint_eq(
				machine->find_transfer(&code, from, 0, 0, &target),
				at + 2);
			ck_assert_uint_eq(target, 0x1000 + at + 6 + 0x100);
			ck_assert_uint_eq(
				machine->find_transfer(&code, at + 3, 0, 0, &target),
				sizeof(bytes));
			ck_assert_uint_eq(machine->find_transfer(&code, from, target,
								 target + 1, &target),
					  sizeof(bytes));
		}
}
END_TEST

START_TEST(a_short_jump_is_found_where_it_is_the_last)
{
	uint8_t bytes[] = {0x90, 0xeb, 0x10, 0x90, 0x90, 0x90, 0xeb, 0x7f};
	uint64_t target = 0;

	code = (struct machine_code){bytes, sizeof(bytes), 0x1000};
	ck_assert_uint_eq(machine->find_transfer(&code, 0, 0x1000, 0x1008, &target), 4);
	ck_assert_uint_eq(target, 0x1008 + 0x7f);
	ck_assert_uint_eq(machine->find_transfer(&code, 5, 0x1000, 0x1008, &target), 8);
	bytes[7] = 0xfe; /* to itself */
	ck_assert_uint_eq(machine->find_transfer(&code, 0, 0x1000, 0x1008, &target), 8);
}
END_TEST

/* The last bytes look like the start of one; a sanitizer sees each step over. */
START_TEST(bytes_that_end_too_early_hold_no_reference)
{
	static const uint8_t ends[][5] = {
		{0x0f}, {0xe8}, {0x0f, 0x85}, {0xe9, 0, 0, 0}, {0x0f, 0x84, 0, 0, 0}};
	static const size_t lengths[] = {1, 1, 2, 4, 5};
	uint64_t target;

	for (size_t size = lengths[_i]; size < 40; size++) {
		uint8_t *copy = calloc(size, 1);

		memcpy(copy + size - lengths[_i], ends[_i], lengths[_i]);
		code = (struct machine_code){copy, size, 0};
		for (size_t from = 0; from <= size; from++)
			ck_assert_uint_eq(
				machine->find_transfer(&code, from, 0, 0, &target), size);
		ck_assert_uint_eq(machine->find_reference(&code, size, 0, 100, &target),
				  size);
		free(copy);
	}
}
END_TEST

/* --- stubs ---------------------------------------------------------------------- */

/* Holds the stub at ADDRESS, for NAME, against readelf's relocations. */
static void check_stub(uint64_t address, const char *name)
{
	size_t size = (size_t)elf_extent(&object.image, address);
	uint64_t expected = compiled_slot(&object, "R_X86_64_JUMP_SLO", name);
	const uint8_t *bytes = elf_at(&object.image, address, size);
	uint64_t slot = 0;

	if (!expected)
		expected = compiled_slot(&object, "R_X86_64_GLOB_DAT", name);
	ck_assert_ptr_nonnull(bytes);
	ck_assert(machine->stub_slot(bytes, size < 16 ? size : 16, address, &slot));
	ck_assert_uint_eq(slot, expected);
	for (size_t cut = 0; cut < 6; cut++)
		ck_assert(!machine->stub_slot(bytes, cut, address, &slot));
}

START_TEST(a_stub_tells_the_slot_of_its_symbol)
{
	char line[300], name[200];
	unsigned count = 0;
	uint64_t address;
	FILE *pipe;

	if (!open_build(_i))
		return;
	pipe = tool_output("objdump -d '%s'", object.path);
	while (fgets(line, sizeof(line), pipe))
		if (sscanf(line, "%" SCNx64 " <%199[^@>]@plt>:", &address, name) == 2 &&
		    strstr(line, "@plt>:")) {
			check_stub(address, name);
			count++;
		}
	pclose(pipe);
	if (!strstr(ways[_i].flags, "-fno-plt"))
		ck_assert_uint_ge(count, 1);
	compiled_close(&object);
}
END_TEST

START_TEST(a_function_is_no_stub)
{
	static const char *const functions[] = {"mix", "choose", "flag", "set"};
	uint64_t address, slot;

	if (!open_build(_i))
		return;
	for (size_t i = 0; i < 4; i++) {
		address = compiled_symbol(&object, functions[i]);
		ck_assert(!machine->stub_slot(elf_at(&object.image, address, 16), 16,
					      address, &slot));
	}
	compiled_close(&object);
}
END_TEST

START_TEST(each_machine_has_its_decoder)
{
	ck_assert_ptr_eq(machine_find(EM_X86_64), &machine_x86_64);
	ck_assert_ptr_null(machine_find(EM_386));
	ck_assert_ptr_null(machine_find(EM_NONE));
}
END_TEST

Suite *references_suite(void);

Suite *references_suite(void)
{
	Suite *suite = suite_create("references");
	TCase *raw = tcase_create("raw bytes"), *stubs = tcase_create("stubs");

	tcase_set_timeout(raw, 60);
	tcase_add_unchecked_fixture(raw, set_up, tear_down);
	tcase_add_loop_test(raw, every_direct_transfer_is_found_with_its_target, 0, WAYS);
	tcase_add_loop_test(raw, every_pc_relative_operand_at_the_end_is_found, 0, WAYS);
	tcase_add_loop_test(raw, a_transfer_is_found_wherever_it_lies, 0, 5);
	tcase_add_loop_test(raw, bytes_that_end_too_early_hold_no_reference, 0, 5);
	tcase_add_test(raw, a_short_jump_is_found_where_it_is_the_last);
	suite_add_tcase(suite, raw);
	tcase_set_timeout(stubs, 60);
	tcase_add_unchecked_fixture(stubs, set_up, tear_down);
	tcase_add_loop_test(stubs, a_stub_tells_the_slot_of_its_symbol, 0, WAYS);
	tcase_add_loop_test(stubs, a_function_is_no_stub, 0, WAYS);
	tcase_add_test(stubs, each_machine_has_its_decoder);
	suite_add_tcase(suite, stubs);
	return suite;
}
