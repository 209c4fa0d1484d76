/* SPDX-License-Identifier: MIT
 *
 * The client of a walk for tests: slots are told apart by the symbol of their
 * relocation.
 */
#include <check.h>
#include <string.h>

#include "elf/relocs.h"
#include "elf/symbols.h"
#include "support/walked.h"

#define TAG_SYMBOL 9
#define DEPTH_MAX  5

/* A word that is relocated by a symbol holds that symbol. */
static struct value load(void *context, const struct value *address, int64_t offset,
			 unsigned width)
{
	const struct walked *walked = context;
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	(void)offset;
	elf_reloc_iter_init(&iter, &walked->object.image);
	while (address->kind == VALUE_NUMBER && width == 8 &&
	       elf_reloc_next(&iter, &reloc))
		if (reloc.address == address->number && reloc.symbol)
			return value_tag(TAG_SYMBOL, reloc.symbol);
	return value_unknown();
}

static const char *name_of(const struct walked *walked, struct value callee)
{
	const struct elf_image *image = &walked->object.image;
	struct elf_symbol symbol;
	uint32_t count = elf_symbol_count(image);

	if (callee.kind == VALUE_TAG)
		return elf_symbol_at(image, (uint32_t)callee.number, &symbol)
			       ? symbol.name
			       : "";
	for (uint32_t i = 1; value_is_number(&callee) && i < count; i++)
		if (elf_symbol_at(image, i, &symbol) && symbol.defined &&
		    symbol.address == callee.number)
			return symbol.name;
	return "";
}

static enum flow_next meet_call(void *context, struct flow_call *call)
{
	struct walked *walked = context;
	struct walked_call *kept = &walked->calls[walked->count++];

	ck_assert_uint_lt(walked->count, WALKED_CALLS);
	kept->name = name_of(walked, call->callee);
	kept->address = call->address;
	kept->after = call->after;
	for (unsigned i = 0; i < WALKED_ARGUMENTS; i++)
		kept->arguments[i] =
			call->state->regs[walked->flow.machine->arguments[i]];
	if (walked->enters && value_is_number(&call->callee) &&
	    walked->depth < DEPTH_MAX) {
		struct state start;

		walked->depth++;
		state_enter_call(&start, call->state, walked->flow.machine,
				 call->callee.number);
		flow_walk(&walked->flow, &start, &walked->client);
		walked->depth--;
	}
	if (!strcmp(kept->name, "ask"))
		call->result = walked->result;
	return strcmp(kept->name, "fatal") ? FLOW_ON : walked->answer;
}

void walked_start(struct walked *walked, unsigned steps)
{
	walked->answer = FLOW_ON;
	walked->result = value_unknown();
	walked->enters = false;
	walked->depth = walked->count = 0;
	ck_assert_int_eq(npabi_arena_open(&walked->arena, 1 << 20), 0);
	ck_assert_int_eq(flow_init(&walked->flow, &walked->object.image, &machine_x86_64,
				   &walked->arena, steps),
			 0);
	walked->client = (struct flow_client){
		.memory = {load, walked}, .call = meet_call, .context = walked};
}

void walked_close(struct walked *walked)
{
	npabi_arena_close(&walked->arena);
	compiled_close(&walked->object);
}

static struct state start_of(const struct walked *walked, const char *name)
{
	struct state start;

	state_init(&start, walked->flow.machine, compiled_symbol(&walked->object, name));
	return start;
}

struct flow_result walked_walk(struct walked *walked, const char *name)
{
	struct state start = start_of(walked, name);

	return flow_walk(&walked->flow, &start, &walked->client);
}

bool walked_sweep(struct walked *walked, const char *name)
{
	struct state start = start_of(walked, name);
	struct elf_function function;

	ck_assert(elf_functions_at(&walked->flow.functions, start.pc, &function));
	return flow_sweep(&walked->flow, &start, function.end, &walked->client);
}

unsigned walked_with(const struct walked *walked, const char *name, uint64_t first,
		     uint64_t second)
{
	unsigned found = 0;

	for (unsigned i = 0; i < walked->count; i++) {
		const struct value *arguments = walked->calls[i].arguments;

		found += !strcmp(walked->calls[i].name, name) &&
			 value_is_number(&arguments[0]) && arguments[0].number == first &&
			 value_is_number(&arguments[1]) && arguments[1].number == second;
	}
	return found;
}

unsigned walked_times(const struct walked *walked, const char *name)
{
	unsigned found = 0;

	for (unsigned i = 0; i < walked->count; i++)
		found += !strcmp(walked->calls[i].name, name);
	return found;
}
