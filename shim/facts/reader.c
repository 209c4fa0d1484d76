/* SPDX-License-Identifier: MIT
 *
 * Opening a reader, and its small services: arguments, texts, evidence.
 */
#include "facts/reader.h"

#include <string.h>

#include "base/textbuf.h"
#include "elf/functions.h"

#define ARENA_SIZE (4u << 20)
#define TEXT_MAX   1024 /* of any C string that is looked at, its NUL counted */
#define LIST_MAX   256	/* memos of one list: no file can make looking one up slow */

struct reader *reader_open(struct npabi_arena *memory, const struct elf_image *image,
			   struct facts *facts)
{
	struct reader *reader;

	if (!memory->bytes && npabi_arena_open(memory, ARENA_SIZE))
		return NULL;
	npabi_arena_clear(memory);
	reader = npabi_arena_take(memory, sizeof(*reader));
	if (reader)
		*reader = (struct reader){.image = image,
					  .facts = facts,
					  .arena = *memory,
					  .looks_left = READER_LOOKS};
	return reader;
}

bool reader_prepare(struct reader *reader, const struct machine *machine, unsigned steps)
{
	import_map_init(&reader->imports, reader->image);
	reader->memos =
		npabi_arena_take(&reader->arena, READER_MEMOS * sizeof(*reader->memos));
	return reader->memos &&
	       !flow_init(&reader->flow, reader->image, machine, &reader->arena, steps);
}

void reader_close(const struct reader *reader, struct npabi_arena *memory)
{
	*memory = reader->arena;
}

struct value reader_argument(const struct reader *reader, const struct flow_call *call,
			     unsigned n)
{
	const struct machine *machine = reader->flow.machine;

	if (n >= machine->argument_count)
		return value_unknown();
	return call->state->regs[machine->arguments[n]];
}

const char *reader_text(const struct reader *reader, struct value value)
{
	if (!value_is_number(&value))
		return NULL;
	return elf_string(reader->image, value.number, TEXT_MAX);
}

bool reader_may_look(struct reader *reader, uint64_t bytes)
{
	if (bytes > reader->looks_left) {
		reader->looks_left = 0;
		return false;
	}
	reader->looks_left -= bytes;
	return true;
}

void reader_lose(struct reader *reader, uint64_t address)
{
	if (!reader->flow.incomplete)
		reader->flow.lost_at = address;
	reader->flow.incomplete = true;
}

struct state *reader_take_state(struct reader *reader, uint64_t address)
{
	struct state *state = npabi_arena_take(&reader->arena, sizeof(*state));

	if (!state)
		reader_lose(reader, address);
	return state;
}

struct reader_memo *reader_memo(struct reader *reader, uint64_t address)
{
	/* a multiplicative hash: what is called lies close together */
	uint16_t *list =
		&reader->memo_lists[(address * UINT64_C(0x9e3779b97f4a7c15) >> 32) %
				    READER_MEMO_LISTS];
	struct reader_memo *memo;
	unsigned length = 0;

	for (unsigned i = *list; i && length < LIST_MAX; i = memo->next, length++) {
		memo = &reader->memos[i - 1];
		if (memo->address == address)
			return memo;
	}
	if (length == LIST_MAX || reader->memo_count == READER_MEMOS)
		return NULL;
	memo = &reader->memos[reader->memo_count++];
	*memo = (struct reader_memo){.address = address, .next = *list};
	*list = (uint16_t)reader->memo_count;
	return memo;
}

void reader_forget_memos(struct reader *reader)
{
	memset(reader->memo_lists, 0, sizeof(reader->memo_lists));
	reader->memo_count = 0;
}

bool reader_starts_function(struct reader *reader, uint64_t address)
{
	struct elf_functions *functions = &reader->flow.functions;
	struct elf_function function;

	if (!elf_is_code(reader->image, address))
		return false;
	if (!functions->count)
		return true;
	return elf_functions_at(functions, address, &function) &&
	       function.start == address;
}

enum import_id reader_import(struct value value)
{
	if (value.kind != VALUE_TAG || value.tag != TAG_IMPORT)
		return IMPORT_NONE;
	return (enum import_id)value.number;
}

struct value reader_load(void *context, const struct value *address, int64_t offset,
			 unsigned width)
{
	const struct reader *reader = context;
	enum import_id id;
	uint64_t target;

	(void)offset;
	if (address->kind != VALUE_NUMBER || width != sizeof(uint64_t))
		return value_unknown();
	id = import_map_find(&reader->imports, address->number);
	if (id)
		return value_tag(TAG_IMPORT, id);
	return import_map_own_target(&reader->imports, reader->image, address->number,
				     &target)
		       ? value_number(target)
		       : value_unknown();
}

/* A place may be come upon several times, by different ways. */
static bool is_repeated(const struct facts *facts, const struct facts_evidence *evidence)
{
	for (unsigned i = 0; i < facts->evidence_count; i++)
		if (facts->evidence[i].address == evidence->address &&
		    !strcmp(facts->evidence[i].fact, evidence->fact))
			return true;
	return false;
}

void reader_evidence(struct reader *reader, const char *by, uint64_t address,
		     const char *label, const char *value)
{
	struct facts *facts = reader->facts;
	struct facts_evidence *evidence;
	struct npabi_textbuf buf;

	if (facts->evidence_count == FACTS_EVIDENCE_MAX)
		return;
	evidence = &facts->evidence[facts->evidence_count];
	npabi_textbuf_init(&buf, evidence->fact, sizeof(evidence->fact));
	npabi_textbuf_string(&buf, label);
	npabi_textbuf_string(&buf, value);
	npabi_textbuf_init(&buf, evidence->by, sizeof(evidence->by));
	npabi_textbuf_string(&buf, by);
	evidence->address = address;
	if (!is_repeated(facts, evidence))
		facts->evidence_count++;
}
