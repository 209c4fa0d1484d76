/* SPDX-License-Identifier: MIT
 *
 * The client of the walk.  Local functions are entered with the arguments that
 * they are given, so that a helper called with constants (Cython's type import)
 * says what it does with them; a memo per function keeps helpers that cannot
 * matter from being entered again.
 */
#include "facts/follow.h"

#include <stdio.h>
#include <string.h>

#include "elf/functions.h"
#include "facts/messages.h"
#include "facts/size_probe.h"

#define DEPTH_MAX 8

static struct reader_memo *find_memo(struct reader *reader, uint64_t address)
{
	unsigned i = (unsigned)(address / 16) % READER_MEMOS;

	for (unsigned tries = 0; tries < READER_MEMOS; tries++) {
		struct reader_memo *memo = &reader->memos[i];

		if (memo->address == address || memo->kind == MEMO_NONE) {
			memo->address = address;
			return memo;
		}
		i = (i + 1) % READER_MEMOS;
	}
	return NULL;
}

/* Does the call hand over a pointer to constant text (or other data of the image)? */
static bool passes_text(const struct reader *reader, const struct flow_call *call)
{
	for (unsigned n = 0; n < reader->flow.machine->argument_count; n++) {
		struct value value = reader_argument(reader, call, n);

		if (value_is_number(&value) && elf_extent(reader->image, value.number))
			return true;
	}
	return false;
}

static bool worth_entering(const struct reader *reader, const struct flow_call *call,
			   const struct reader_memo *memo)
{
	switch (memo->kind) {
	case MEMO_NONE:
	case MEMO_CHECKS:
		return true;
	case MEMO_ACTIVE:
		return passes_text(reader, call);
	default:
		return false;
	}
}

static enum flow_next meet_call(void *context, struct flow_call *call);

static void walk_from(struct reader *reader, const struct state *start)
{
	struct flow_client client = {{reader_load, reader}, meet_call, reader, false};

	reader->depth++;
	flow_walk(&reader->flow, start, &client);
	reader->depth--;
}

/* Is VALUE unknown, or one of the arguments of the function being walked? */
static bool hangs_on_arguments(const struct reader *reader, struct value value)
{
	if (!value_is_number(&value))
		return true;
	for (unsigned n = 0; n < reader->flow.machine->argument_count; n++)
		if (value_is_number(&reader->given[n]) &&
		    reader->given[n].number == value.number)
			return true;
	return false;
}

/* Walks the function of MEMO from START, and remembers what kind it is. */
static void walk_function(struct reader *reader, struct reader_memo *memo,
			  const struct state *start)
{
	unsigned events = reader->events, checks = reader->facts->check_count;
	bool had_checks = memo->kind == MEMO_CHECKS;
	struct value given[8];

	memcpy(given, reader->given, sizeof(given));
	for (unsigned n = 0; n < reader->flow.machine->argument_count; n++)
		reader->given[n] = start->regs[reader->flow.machine->arguments[n]];
	memo->kind = MEMO_BUSY;
	walk_from(reader, start);
	memcpy(reader->given, given, sizeof(given));
	if (had_checks || reader->facts->check_count > checks)
		memo->kind = MEMO_CHECKS;
	else
		memo->kind = reader->events > events ? MEMO_ACTIVE : MEMO_DULL;
}

/* Does a function start at ADDRESS, as far as the unwind tables tell? */
static bool starts_function(const struct reader *reader, uint64_t address)
{
	struct elf_function function;

	if (!elf_is_code(reader->image, address))
		return false;
	if (!elf_function_count(reader->image))
		return true;
	return elf_function_at(reader->image, address, &function) && function.start == address;
}

static void enter_call(struct reader *reader, const struct flow_call *call)
{
	uint64_t entry = call->callee.number, site = reader->call_site;
	struct reader_memo *memo;
	struct state start;

	if (reader->depth >= DEPTH_MAX)
		return;
	memo = find_memo(reader, entry);
	if (!memo || !worth_entering(reader, call, memo))
		return;
	if (memo->kind == MEMO_NONE && !starts_function(reader, entry)) {
		memo->kind = MEMO_DULL;
		return;
	}
	state_enter_call(&start, call->state, reader->flow.machine, entry);
	reader->call_site = call->address;
	if (memo->kind != MEMO_CHECKS || !size_probe_function(reader, &start))
		walk_function(reader, memo, &start);
	reader->call_site = site;
}

static bool is_numpy(const char *module)
{
	return !strncmp(module, "numpy", 5) && (module[5] == '\0' || module[5] == '.');
}

static void note_module(struct reader *reader, const struct flow_call *call,
			struct value where)
{
	struct facts *facts = reader->facts;
	const char *name = reader_text(reader, where);

	reader->events += hangs_on_arguments(reader, where);
	if (!name || !is_numpy(name))
		return;
	for (unsigned i = 0; i < facts->import_count; i++)
		if (!strcmp(facts->imports[i], name))
			return;
	if (facts->import_count == FACTS_IMPORTS_MAX)
		return;
	snprintf(facts->imports[facts->import_count++], sizeof(facts->imports[0]), "%s", name);
	reader_evidence(reader, "call", call->address, "import %s", name);
}

/* The names under which NumPy hands out its function tables. */
static bool note_table(struct reader *reader, const struct flow_call *call, const char *name)
{
	struct facts *facts = reader->facts;
	bool array = !strcmp(name, "_ARRAY_API");

	if (!array && strcmp(name, "_UFUNC_API"))
		return false;
	if (array && facts->access < FACTS_ACCESS_TABLE)
		facts->access = FACTS_ACCESS_TABLE;
	if (!array && facts->access == FACTS_ACCESS_NONE)
		facts->access = FACTS_ACCESS_UFUNC;
	reader_evidence(reader, "call", call->address, "fetches %s", name);
	return true;
}

/* An attribute is fetched: NAME is where its name lies, if that is known. */
static void meet_attribute(struct reader *reader, struct flow_call *call, struct value name)
{
	const char *text = reader_text(reader, name);

	call->result = value_tag(TAG_OBJECT, text ? name.number : 0);
	if (text && note_table(reader, call, text))
		return;
	if (text && !strncmp(text, "__", 2))
		return;
	if (text)
		size_probe_attribute(reader, call, name.number);
	reader->events += hangs_on_arguments(reader, name);
}

static struct value text_of_object(struct value object)
{
	if (object.kind == VALUE_TAG && object.tag == TAG_TEXT)
		return value_number(object.number);
	return value_unknown();
}

/* Cython keeps the types that its modules share in a module named after itself. */
static void meet_added_module(struct reader *reader, const struct flow_call *call)
{
	static const char prefix[] = "_cython_";
	struct facts *facts = reader->facts;
	const char *name = reader_text(reader, reader_argument(reader, call, 0));
	int length;

	if (!name)
		return;
	if (!strcmp(name, "cython_runtime") && !facts->generator[0])
		snprintf(facts->generator, sizeof(facts->generator), "cython");
	if (!strncmp(name, "swig_runtime_data", 17) && !facts->generator[0])
		snprintf(facts->generator, sizeof(facts->generator), "swig");
	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return;
	length = (int)strspn(name + sizeof(prefix) - 1, "0123456789_abrc");
	snprintf(facts->generator, sizeof(facts->generator), "cython %.*s", length,
		 name + sizeof(prefix) - 1);
	for (char *c = facts->generator; *c; c++)
		if (*c == '_')
			*c = '.';
	reader_evidence(reader, "string", call->address, "generator=%s", facts->generator);
}

/* f2py puts its version into the module's documentation. */
static void note_f2py(struct reader *reader, const struct flow_call *call, const char *text)
{
	static const char words[] = "generated with f2py (version:";
	struct facts *facts = reader->facts;
	const char *at = strstr(text, words);
	int length;

	if (!at || facts->generator[0])
		return;
	at += sizeof(words) - 1;
	length = (int)strspn(at, "0123456789.abrcdev+");
	if (length < 3) /* "2": f2py's own number, the same for decades */
		snprintf(facts->generator, sizeof(facts->generator), "f2py");
	else
		snprintf(facts->generator, sizeof(facts->generator), "f2py %.*s", length, at);
	reader_evidence(reader, "string", call->address, "generator=%s", facts->generator);
}

static void meet_text(struct reader *reader, struct flow_call *call, struct value where)
{
	const char *text = reader_text(reader, where);

	if (!text)
		return;
	call->result = value_tag(TAG_TEXT, where.number);
	note_f2py(reader, call, text);
}

static enum flow_next meet_import(struct reader *reader, struct flow_call *call)
{
	struct value first = reader_argument(reader, call, 0);
	struct value second = reader_argument(reader, call, 1);

	switch (reader_import(call->callee)) {
	case IMPORT_MODULE:
		note_module(reader, call, first);
		break;
	case IMPORT_BY_OBJECT:
		note_module(reader, call, text_of_object(first));
		break;
	case IMPORT_TEXT:
		meet_text(reader, call, first);
		break;
	case IMPORT_GET_ATTRIBUTE:
		meet_attribute(reader, call, second);
		break;
	case IMPORT_GET_ATTRIBUTE_OBJECT:
		if (second.kind == VALUE_TAG && second.tag == TAG_TEXT)
			meet_attribute(reader, call, text_of_object(second));
		break;
	case IMPORT_RAISE_FORMAT:
	case IMPORT_RAISE_STRING:
		messages_meet(reader, call);
		break;
	case IMPORT_ADD_MODULE:
		meet_added_module(reader, call);
		break;
	case IMPORT_MODULE_INIT:
		if (value_is_number(&first))
			reader->module_definition = first.number;
		break;
	case IMPORT_NO_RETURN:
		return FLOW_END;
	default:
		break;
	}
	return FLOW_ON;
}

static enum flow_next meet_call(void *context, struct flow_call *call)
{
	struct reader *reader = context;

	if (value_is_number(&call->callee)) {
		enter_call(reader, call);
		return FLOW_ON;
	}
	return meet_import(reader, call);
}

void follow_function(struct reader *reader, uint64_t entry)
{
	struct reader_memo *memo = find_memo(reader, entry);
	struct state start;

	if (!memo || memo->kind != MEMO_NONE)
		return;
	state_init(&start, reader->flow.machine, entry);
	reader->call_site = 0;
	walk_function(reader, memo, &start);
}
