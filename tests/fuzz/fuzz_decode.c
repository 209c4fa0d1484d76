/* SPDX-License-Identifier: MIT
 *
 * Any bytes as x86-64 code: a decoded instruction is at least one byte long and no
 * longer than the bytes there are, both decoders agree, whatever it says can be
 * carried out, and the raw looks stay inside.  Called by libFuzzer ("make fuzz").
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decode/state.h"
#include "decode/x86_64_short.h"

#define ENOUGH 256 /* bytes of an input; more is only slower */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct value load(void *context, const struct value *address, int64_t offset,
			 unsigned width)
{
	(void)context;
	return value_number(address->number + (uint64_t)offset + width);
}

static void compare_decoders(const uint8_t *data, size_t size, uint64_t address)
{
	struct insn brief, full;

	memset(&brief, 0, sizeof(brief));
	memset(&full, 0, sizeof(full));
	if (!x86_64_decode_short(data, size, address, &brief))
		return;
	if (!x86_64_decode_full(data, size, address, &full) ||
	    brief.length != full.length || brief.kind != full.kind ||
	    brief.a.value != full.a.value || brief.b.value != full.b.value)
		abort();
}

/* Decodes and carries out from the start to the end, past what is no instruction. */
static void carry_out(const uint8_t *data, size_t size, uint64_t address)
{
	static const struct state_memory memory = {load, NULL};
	const struct machine *machine = &machine_x86_64;
	struct state state;
	size_t at = 0;

	state_init(&state, machine, address);
	for (unsigned i = 0; i < machine->registers; i += 2)
		state.regs[i] = value_number(i % 4 ? UINT64_MAX : i);
	while (at < size) {
		struct insn insn;
		bool supposed;

		compare_decoders(data + at, size - at, address + at);
		if (!machine->decode(data + at, size - at, address + at, &insn)) {
			at++;
			continue;
		}
		if (insn.length == 0 || insn.length > size - at ||
		    insn.length > machine->longest)
			abort();
		state_execute(&state, machine, &memory, &insn);
		state_condition(&state, insn.condition, &supposed);
		at += insn.length;
	}
}

static void look_through(const struct machine_code *code)
{
	const struct machine *machine = &machine_x86_64;
	uint64_t target;
	size_t at;

	for (at = 0; at < code->size; at++) {
		at = machine->find_transfer(code, at, 0, 0, &target);
		if (at < code->size && at + 4 > code->size)
			abort();
	}
	for (at = 0; at < code->size; at++)
		at = machine->find_reference(code, at, code->address,
					     code->address + 0x1000, &target);
	for (at = 0; at < code->size; at++)
		at = machine->find_chain(code, at, 56, 32);
	for (at = 0; at < code->size; at++)
		at = machine->find_argument(code, at, 304);
	machine->stub_slot(code->bytes, code->size, code->address, &target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t addresses[] = {0x1000, INT64_MAX - 64, UINT64_MAX - 64};

	if (size > ENOUGH)
		size = ENOUGH;
	for (size_t i = 0; i < 3; i++) {
		struct machine_code code = {data, size, addresses[i]};

		carry_out(data, size, addresses[i]);
		look_through(&code);
	}
	return 0;
}
