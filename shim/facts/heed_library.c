/* SPDX-License-Identifier: MIT
 *
 * A call leads to the function's slot by a stub, or goes through the slot itself.
 * Both are spotted in raw bytes and made sure of by decoding.
 */
#include "facts/heed_library.h"

#include "elf/functions.h"

static bool leads_to_library(const struct heed_run *run, uint64_t slot)
{
	return heed_slots_find(&run->slots, slot) == HEED_CALL_LIBRARY;
}

static bool is_stub_of_library(const struct heed_run *run, uint64_t address)
{
	const struct flow *flow = &run->reader->flow;
	uint64_t size, slot;
	const uint8_t *bytes = flow_code(flow, address, MACHINE_STUB_MAX, &size);

	return bytes && flow->machine->stub_slot(bytes, size, address, &slot) &&
	       leads_to_library(run, slot);
}

/* The call whose last bytes are the FIELD; 0: it is none. */
static uint64_t call_before(struct heed_run *run, uint64_t field)
{
	for (uint64_t back = 1; back <= 2; back++) {
		const struct insn *insn =
			flow_instruction(&run->reader->flow, field - back);

		if (insn && insn->kind == INSN_CALL &&
		    insn->length == back + MACHINE_REFERENCE)
			return field - back;
	}
	return 0;
}

uint64_t heed_library_call(struct heed_run *run, uint64_t entry, uint64_t from)
{
	struct reader *reader = run->reader;
	struct elf_function function;
	struct machine_code code;
	uint64_t size, target, call;

	if (!elf_functions_at(&reader->flow.functions, entry, &function) ||
	    from >= function.end)
		return 0;
	code.address = from > function.start ? from : function.start;
	code.bytes = flow_code(&reader->flow, code.address, function.end - code.address,
			       &size);
	code.size = size;
	if (!code.bytes || !reader_may_look(reader, code.size))
		return 0;
	for (size_t at = 0; reader_may_look(reader, READER_REFERENCE_COST); at++) {
		at = reader->flow.machine->find_reference(&code, at, 0, UINT64_MAX,
							  &target);
		if (at >= code.size)
			return 0;
		if (!leads_to_library(run, target) && !is_stub_of_library(run, target))
			continue;
		call = call_before(run, code.address + at);
		if (call)
			return call;
	}
	return 0;
}
