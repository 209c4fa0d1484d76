/* SPDX-License-Identifier: MIT
 *
 * The client of the walk.  Local functions are entered with the arguments that
 * they are given, so that a helper called with constants (Cython's type import)
 * says what it does with them; a memo per function keeps helpers that cannot
 * matter from being entered again.
 */
#include "facts/follow.h"

#include <string.h>

#include "base/textbuf.h"
#include "facts/messages.h"
#include "facts/sites.h"
#include "facts/size_probe.h"
#include "facts/size_recipe.h"

#define DEPTH_MAX 8
#define SWEEP_GAP 160 /* bytes between two places that are gone through at once */

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
	memo->depth = READER_WALKED;
}

/* Carries on to the end of the call at SITE, or starts anew shortly before it. */
static bool sweep_site(struct reader *reader, const struct elf_function *range,
		       const struct site *site, struct state *state)
{
	struct flow_client client = {{reader_load, reader}, meet_call, reader, false};
	uint64_t end = site->field + MACHINE_REFERENCE;

	if (state->pc < range->start || state->pc > end ||
	    site->field > state->pc + SWEEP_GAP)
		state_init(state, reader->flow.machine,
			   site->sync ? site->sync : range->start);
	return flow_sweep(&reader->flow, state, end, &client) && state->pc == end;
}

/* Goes through those places whose turn it is. */
static bool sweep_some(struct reader *reader, struct sites *sites, enum site_turn turn)
{
	const struct elf_function *range = sites->ranges;

	sites->state.pc = 0;
	for (unsigned i = 0; i < sites->count; i++) {
		struct site *site = &sites->at[i];
		unsigned hits = reader->hits;

		while (site->field < range->start || site->field >= range->end)
			range++;
		if (site->callee && site->callee->kind < MEMO_RELEVANT)
			continue; /* has turned out to be dull */
		if (site->turn != turn)
			continue;
		if (!sweep_site(reader, range, site, &sites->state))
			return false;
		site->hit = reader->hits != hits;
	}
	return true;
}

static bool checks_were_read(const struct sites *sites)
{
	for (unsigned i = 0; i < sites->count; i++)
		if (sites->at[i].callee && sites->at[i].callee->kind == MEMO_CHECKS &&
		    !sites->at[i].hit)
			return false;
	return true;
}

/*
 * Goes through the places of interest in a function, each from a little before
 * it.  False when something could not be made sense of that way.
 */
static bool sweep_sites(struct reader *reader, struct sites *sites)
{
	const struct facts *facts = reader->facts;
	const enum facts_access access = facts->access;

	if (!sweep_some(reader, sites, SITE_FIRST) || !checks_were_read(sites))
		return false;
	if (facts->access != access && !sweep_some(reader, sites, SITE_RAISES))
		return false;
	/* who provides the table does not fetch it */
	if (facts->access == FACTS_ACCESS_NONE && !facts->check_count &&
	    !sweep_some(reader, sites, SITE_PROVIDES))
		return false;
	return facts->generator[0] || sweep_some(reader, sites, SITE_TEXT);
}

/*
 * Compilers let messages share a call, which a sweep then meets with the
 * arguments of only one.
 */
static bool has_half_versions(const struct facts *facts)
{
	return facts->access >= FACTS_ACCESS_TABLE &&
	       (!facts->abi_version || !facts->api_version);
}

/* Reads a function by its places of interest; false when it has to be walked. */
static bool sweep_function(struct reader *reader, uint64_t entry)
{
	size_t mark = reader->arena.used;
	struct sites *sites;
	enum facts_access access = reader->facts->access;
	bool unresolved = reader->unresolved, done;

	if (reader->walks_all || reader->in_order)
		return false;
	sites = npabi_arena_take(&reader->arena, sizeof(*sites));
	if (!sites)
		return false;
	reader->unresolved = false;
	reader->depth++;
	done = sites_find(reader, entry, sites) && sweep_sites(reader, sites) &&
	       !reader->unresolved &&
	       (access == reader->facts->access || !has_half_versions(reader->facts));
	reader->depth--;
	reader->unresolved = unresolved;
	reader->arena.used = mark;
	return done;
}

/* Reads a function of whose arguments nothing is known. */
static void read_function(struct reader *reader, struct reader_memo *memo, uint64_t entry)
{
	size_t mark = reader->arena.used;
	struct state *start;

	memo->kind = MEMO_BUSY;
	if (sweep_function(reader, entry)) {
		memo->kind = MEMO_DULL;
		memo->depth = READER_WALKED;
		return;
	}
	start = reader_take_state(reader, entry);
	if (!start)
		return;
	state_init(start, reader->flow.machine, entry);
	walk_function(reader, memo, start);
	reader->arena.used = mark;
}

/*
 * Reads the function of MEMO as a check of the size that it is given; false when it
 * has to be walked.  One that is given module, name and size does nothing else; and
 * that is known of it from then on.
 */
static bool read_check(struct reader *reader, struct reader_memo *memo,
		       const struct state *start)
{
	unsigned recipes = reader->recipe_count;
	bool unresolved = reader->unresolved;

	if (memo->kind == MEMO_CHECKS)
		return size_probe_function(reader, start);
	if (!size_recipe_may_fit(reader, start))
		return false;
	if (!size_probe_function(reader, start) || reader->recipe_count == recipes) {
		reader->unresolved = unresolved;
		return false;
	}
	memo->kind = MEMO_CHECKS;
	memo->depth = READER_WALKED;
	return true;
}

/* Reads a function with the arguments that CALL gives it. */
static void read_call(struct reader *reader, struct reader_memo *memo,
		      const struct flow_call *call)
{
	unsigned hits = reader->hits;
	bool checked = memo->kind == MEMO_CHECKS;
	size_t mark = reader->arena.used;
	struct state *start = reader_take_state(reader, memo->address);

	if (!start)
		return;
	state_enter_call(start, call->state, reader->flow.machine, memo->address);
	if (!read_check(reader, memo, start))
		walk_function(reader, memo, start);
	reader->arena.used = mark;
	if (checked && reader->hits == hits)
		reader->unresolved = true;
}

static void enter_call(struct reader *reader, const struct flow_call *call)
{
	struct reader_memo *memo =
		sites_classify(reader, call->callee.number, SITES_DEPTH);
	uint64_t site = reader->call_site;
	bool text = passes_text(reader, call);

	if (!memo || memo->kind < MEMO_RELEVANT || reader->depth >= DEPTH_MAX)
		return;
	reader->call_site = call->address;
	if (text || memo->kind == MEMO_CHECKS)
		read_call(reader, memo, call);
	else if (memo->kind == MEMO_RELEVANT)
		read_function(reader, memo, memo->address);
	if (memo->kind == MEMO_ACTIVE && !text)
		reader->unresolved = true;
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
	npabi_text_copy(facts->imports[facts->import_count++], sizeof(facts->imports[0]),
			name);
	reader_evidence(reader, "call", call->address, "import ", name);
}

/* The names under which NumPy hands out its function tables. */
static bool note_table(struct reader *reader, const struct flow_call *call,
		       const char *name)
{
	struct facts *facts = reader->facts;
	bool array = !strcmp(name, "_ARRAY_API");

	if (!array && strcmp(name, "_UFUNC_API"))
		return false;
	if (array && !reader->first_api)
		reader->first_api = ++reader->sequence;
	if (array && facts->access < FACTS_ACCESS_TABLE)
		facts->access = FACTS_ACCESS_TABLE;
	if (!array && facts->access == FACTS_ACCESS_NONE)
		facts->access = FACTS_ACCESS_UFUNC;
	reader_evidence(reader, "call", call->address, "fetches ", name);
	return true;
}

/* What is fetched from such a module are Cython's own types. */
static bool is_own_module(struct value object)
{
	return object.kind == VALUE_TAG && object.tag == TAG_OWN_MODULE;
}

/* An attribute is fetched: NAME is where its name lies, if that is known. */
static void meet_attribute(struct reader *reader, struct flow_call *call,
			   struct value name)
{
	const char *text = reader_text(reader, name);

	call->result = value_tag(TAG_OBJECT, text ? name.number : 0);
	if (text && note_table(reader, call, text))
		return;
	if (is_own_module(reader_argument(reader, call, 0)) ||
	    (text && !strncmp(text, "__", 2)))
		return;
	size_probe_attribute(reader, call, text ? name.number : 0);
	reader->events += hangs_on_arguments(reader, name);
}

static struct value text_of_object(struct value object)
{
	if (object.kind == VALUE_TAG && object.tag == TAG_TEXT)
		return value_number(object.number);
	return value_unknown();
}

/* Notes the generator NAME, of which VERSION has LENGTH bytes; 0: it is not known. */
static void note_generator(struct facts *facts, const char *name, const char *version,
			   size_t length)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, facts->generator, sizeof(facts->generator));
	npabi_textbuf_string(&buf, name);
	if (length)
		npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_bytes(&buf, version, length);
}

/* Cython keeps the types that its modules share in a module named after itself. */
static void meet_added_module(struct reader *reader, struct flow_call *call)
{
	static const char prefix[] = "_cython_";
	struct facts *facts = reader->facts;
	struct value where = reader_argument(reader, call, 0);
	const char *name = reader_text(reader, where);

	call->result = value_tag(TAG_OWN_MODULE, 0);
	reader->events += hangs_on_arguments(reader, where);
	if (!name)
		return;
	if (!strcmp(name, "cython_runtime") && !facts->generator[0])
		note_generator(facts, "cython", "", 0);
	if (!strncmp(name, "swig_runtime_data", 17) && !facts->generator[0])
		note_generator(facts, "swig", "", 0);
	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return;
	name += sizeof(prefix) - 1;
	note_generator(facts, "cython", name, strspn(name, "0123456789_abrc"));
	for (char *c = facts->generator; *c; c++)
		if (*c == '_')
			*c = '.';
	reader_evidence(reader, "string", call->address, "generator=", facts->generator);
}

/* f2py puts its version into the module's documentation. */
static void note_f2py(struct reader *reader, const struct flow_call *call,
		      const char *text)
{
	static const char words[] = "generated with f2py (version:";
	struct facts *facts = reader->facts;
	const char *at = strstr(text, words);
	size_t length;

	if (!at || facts->generator[0])
		return;
	at += sizeof(words) - 1;
	length = strspn(at, "0123456789.abrcdev+");
	if (length < 3) /* "2": f2py's own number, the same for decades */
		length = 0;
	note_generator(facts, "f2py", at, length);
	reader_evidence(reader, "string", call->address, "generator=", facts->generator);
}

static void meet_text(struct reader *reader, struct flow_call *call, struct value where)
{
	const char *text = reader_text(reader, where);

	if (!text)
		return;
	call->result = value_tag(TAG_TEXT, where.number);
	note_f2py(reader, call, text);
}

static void meet_item(struct reader *reader, struct value name)
{
	const char *text = reader_text(reader, name);

	if (text && !strcmp(text, "_ARRAY_API"))
		reader->provides_table = true;
}

static enum flow_next meet_import(struct reader *reader, struct flow_call *call)
{
	struct value first = reader_argument(reader, call, 0);
	struct value second = reader_argument(reader, call, 1);

	switch (reader_import(call->callee)) {
	case IMPORT_MODULE:
		reader->unresolved |= !reader_text(reader, first);
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
	case IMPORT_SET_ITEM:
		meet_item(reader, second);
		break;
	case IMPORT_ADD_MODULE:
		meet_added_module(reader, call);
		break;
	case IMPORT_MODULE_INIT:
		if (value_is_number(&first))
			reader->module_definition = first.number;
		break;
	case IMPORT_PROFILING:
		return FLOW_THROUGH;
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
	struct reader_memo *memo = sites_classify(reader, entry, SITES_DEPTH);

	if (!memo || memo->kind == MEMO_BUSY)
		return;
	reader->call_site = 0;
	read_function(reader, memo, entry);
}
