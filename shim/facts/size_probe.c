/* SPDX-License-Identifier: MIT
 *
 * The check itself is the one that Cython writes: cython/cython,
 * Cython/Utility/ImportExport.c, section TypeImport (0.29 to 3.2), and
 * Cython/Compiler/ModuleNode.py before.  All of them end in one of the texts of
 * `wordings`, which are looked for where they are used.
 */
#include "facts/size_probe.h"

#include <string.h>

#include "facts/checks.h"
#include "facts/size_recipe.h"

#define PROBE_STEPS 400 /* a check is some 60 instructions, unoptimised some 200 */
#define NO_SIZE	    0
#define ENORMOUS    0x7ffffff0 /* larger than any type, small enough not to overflow */

/* Where tp_basicsize and tp_itemsize lie in a type object, by layout. */
static const struct {
	int64_t offset;
	bool item;
} type_fields[] = {
	/* 64-bit: CPython Include/cpython/object.h */
	{32, false},
	{40, true},
	/* 64-bit without the GIL: a head of 32 bytes */
	{48, false},
	{56, true},
};

static const struct {
	char text[20];
	enum facts_wording wording;
} wordings[] = {
	{"got %zd-%zd from", FACTS_WORDING_HEADER_RANGE},
	{"from C header", FACTS_WORDING_HEADER},
	{"Expected %zd, got ", FACTS_WORDING_SWAPPED},
	{"try recompiling", FACTS_WORDING_RECOMPILE},
	{"size changed", FACTS_WORDING_UNKNOWN},
};

struct probe {
	struct reader *reader;
	uint64_t basic_size, item_size; /* what is supposed */
	bool fetched;			/* the type is there, its size may be asked for */
	bool raised, warned;
	uint64_t place; /* of the call that said so */
	enum facts_wording wording;
	struct value module, name; /* where the texts lie; name unknown: no message yet */
	struct value expected;
};

/* Is FORMAT the text of a failed size check, and which? */
static bool classify_format(const char *format, enum facts_wording *wording_)
{
	if (!format || format[0] != '%' ||
	    (!strstr(format, " size changed") && !strstr(format, " wrong size")))
		return false;
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (strstr(format, wordings[i].text)) {
			*wording_ = wordings[i].wording;
			return true;
		}
	return false;
}

static struct value supposed_number(uint64_t number)
{
	struct value value = value_number(number);

	value.supposed = true;
	return value;
}

static struct value probe_load(void *context, const struct value *address, int64_t offset,
			       unsigned width)
{
	const struct probe *probe = context;

	if (address->kind != VALUE_TAG || address->tag != TAG_OBJECT)
		return reader_load(probe->reader, address, offset, width);
	for (size_t i = 0; i < sizeof(type_fields) / sizeof(type_fields[0]); i++)
		if (type_fields[i].offset == offset)
			return supposed_number(type_fields[i].item ? probe->item_size
								   : probe->basic_size);
	return value_unknown();
}

/* Of the two numbers in the message, the one that was not made up is compiled in. */
static void take_message(struct probe *probe, const struct flow_call *call,
			 unsigned first)
{
	const struct reader *reader = probe->reader;
	struct value module = reader_argument(reader, call, first);
	struct value name = reader_argument(reader, call, first + 1);

	if (!reader_text(reader, module) || !reader_text(reader, name))
		return;
	probe->module = module;
	probe->name = name;
	for (unsigned n = first + 2; n < first + 4; n++) {
		struct value value = reader_argument(reader, call, n);

		if (value_is_number(&value) && !value.supposed) {
			probe->expected = value;
			return;
		}
	}
}

static bool has_place(const uint64_t *places, unsigned count, uint64_t address)
{
	for (unsigned i = 0; i < count; i++)
		if (places[i] == address)
			return true;
	return false;
}

/* Notes the function that ADDRESS lies in: it may raise the text in several places. */
static void note_place(struct reader *reader, uint64_t *places, unsigned *count,
		       uint64_t address)
{
	struct elf_function function;

	if (elf_functions_at(&reader->flow.functions, address, &function))
		address = function.start;
	if (*count < READER_CHECK_TEXTS && !has_place(places, *count, address))
		places[(*count)++] = address;
}

/* A call that formats text: argument FORMAT is the format, what follows its values. */
static bool take_format(struct probe *probe, const struct flow_call *call,
			unsigned format)
{
	const struct reader *reader = probe->reader;
	const char *text = reader_text(reader, reader_argument(reader, call, format));
	enum facts_wording wording;

	if (!classify_format(text, &wording))
		return false;
	probe->place = call->address;
	if (wording > probe->wording)
		probe->wording = wording;
	if (probe->name.kind == VALUE_UNKNOWN)
		take_message(probe, call, format + 1);
	return true;
}

/* The type itself, if it is still to be fetched, or its size by name. */
static struct value fetch_attribute(struct probe *probe, struct value name)
{
	const char *text = reader_text(probe->reader, name);

	if (!probe->fetched) {
		probe->fetched = true;
		return value_tag(TAG_OBJECT, text ? name.number : 0);
	}
	if (text && !strcmp(text, "__basicsize__"))
		return value_tag(TAG_SIZE_ATTRIBUTE, 0);
	if (text && !strcmp(text, "__itemsize__"))
		return value_tag(TAG_SIZE_ATTRIBUTE, 1);
	return value_unknown();
}

static enum flow_next probe_call(void *context, struct flow_call *call)
{
	struct probe *probe = context;
	struct value argument;

	switch (reader_import(call->callee)) {
	case IMPORT_RAISE_FORMAT:
		if (!take_format(probe, call, 1))
			return FLOW_END;
		probe->raised = true;
		return probe->basic_size ? FLOW_END : FLOW_QUIT;
	case IMPORT_PRINT:
	case IMPORT_WARN_FORMAT:
		if (!take_format(probe, call, 2))
			return FLOW_ON;
		probe->warned = true;
		return FLOW_END;
	case IMPORT_GET_ATTRIBUTE:
		call->result =
			fetch_attribute(probe, reader_argument(probe->reader, call, 1));
		return call->result.kind == VALUE_UNKNOWN ? FLOW_END : FLOW_ON;
	case IMPORT_AS_SSIZE:
		argument = reader_argument(probe->reader, call, 0);
		if (argument.kind == VALUE_TAG && argument.tag == TAG_SIZE_ATTRIBUTE)
			call->result = supposed_number(
				argument.number ? probe->item_size : probe->basic_size);
		return FLOW_ON;
	case IMPORT_MODULE:
	case IMPORT_BY_OBJECT:
	case IMPORT_GET_ATTRIBUTE_OBJECT:
	case IMPORT_NO_RETURN:
		return FLOW_END;
	case IMPORT_PROFILING:
		return FLOW_THROUGH;
	default:
		return FLOW_ON;
	}
}

/* Follows the code from START with the sizes in PROBE; true when it was certain. */
static bool try_sizes(struct probe *probe, const struct state *start)
{
	struct flow *flow = &probe->reader->flow;
	struct flow_client client = {{probe_load, probe}, probe_call, probe, true};
	unsigned steps = flow->steps_left;
	bool incomplete = flow->incomplete;
	struct flow_result result;
	unsigned limit = steps < PROBE_STEPS ? steps : PROBE_STEPS;

	flow->steps_left = limit;
	result = flow_walk(flow, start, &client);
	flow->steps_left += steps - limit;
	flow->incomplete = incomplete;
	return !result.undecided_supposition;
}

static enum facts_policy policy_of(const struct probe *large, bool certain)
{
	if (!certain || (large->raised && large->warned))
		return FACTS_POLICY_UNKNOWN;
	if (large->raised)
		return FACTS_POLICY_ERROR;
	return large->warned ? FACTS_POLICY_WARN : FACTS_POLICY_IGNORE;
}

/*
 * Does the check of POLICY that starts at START add the item size?  Asked once a
 * place, but where any other size is an error it looks as if it did not.
 */
static bool counts_items(struct reader *reader, const struct state *start, bool fetched,
			 enum facts_policy policy)
{
	struct probe items = {
		.reader = reader, .item_size = ENORMOUS, .fetched = fetched};

	bool strict = policy == FACTS_POLICY_ERROR;

	if (reader->items_asked_at != start->pc || reader->items_strict != strict) {
		bool certain = try_sizes(&items, start);

		reader->items_asked_at = start->pc;
		reader->items_strict = strict;
		/* if they do not count, the type is too small whatever else holds */
		reader->items_count = !items.raised || !certain;
	}
	return reader->items_count;
}

static bool probe_from(struct reader *reader, const struct state *start, bool fetched,
		       uint64_t address)
{
	struct probe none = {.reader = reader, .basic_size = NO_SIZE, .fetched = fetched};
	struct probe large = {
		.reader = reader, .basic_size = ENORMOUS, .fetched = fetched};
	struct facts_size_check check = {0};
	bool certain;

	try_sizes(&none, start);
	if (!none.raised)
		return false;
	if (none.expected.kind != VALUE_NUMBER) {
		reader->unresolved =
			true; /* a check, with texts or a size not known here */
		return false;
	}
	certain = try_sizes(&large, start);
	check.policy = policy_of(&large, certain);
	checks_name_type(&check, reader_text(reader, none.module),
			 reader_text(reader, none.name));
	check.expected = none.expected.number;
	check.wording = large.wording > none.wording ? large.wording : none.wording;
	check.item_size_counts = counts_items(reader, start, fetched, check.policy);
	check.address = reader->call_site ? reader->call_site : address;
	checks_add(reader, &check);
	note_place(reader, reader->read, &reader->read_count, none.place);
	if (!fetched)
		size_recipe_learn(reader, start, none.module.number, none.name.number,
				  &check);
	return true;
}

bool size_probe_attribute(struct reader *reader, const struct flow_call *call,
			  uint64_t name)
{
	size_t mark = reader->arena.used;
	struct state *start;
	bool found;

	if (!call->after)
		return false;
	start = reader_take_state(reader, call->after);
	if (!start)
		return false;
	*start = *call->state;
	state_return_from_call(start, reader->flow.machine, value_tag(TAG_OBJECT, name));
	start->pc = call->after;
	found = probe_from(reader, start, true, call->address);
	reader->arena.used = mark;
	return found;
}

bool size_probe_function(struct reader *reader, const struct state *start)
{
	struct facts_size_check check = {.address = reader->call_site};

	if (size_recipe_apply(reader, start, &check)) {
		checks_add(reader, &check);
		return true;
	}
	return probe_from(reader, start, false, start->pc);
}

void size_probe_meet_text(struct reader *reader, const struct flow_call *call,
			  const char *format)
{
	enum facts_wording wording;

	if (classify_format(format, &wording))
		note_place(reader, reader->told, &reader->told_count, call->address);
}

bool size_probe_is_complete(const struct reader *reader)
{
	for (unsigned i = 0; i < reader->told_count; i++)
		if (!has_place(reader->read, reader->read_count, reader->told[i]))
			return false;
	return true;
}
