/* SPDX-License-Identifier: MIT
 *
 * References are spotted in raw bytes, made sure of by decoding, and their
 * functions followed from the start.
 */
#include "facts/search.h"

#include <string.h>

#include "elf/functions.h"
#include "elf/relocs.h"
#include "elf/symbols.h"
#include "facts/follow.h"
#include "facts/markers.h"

#define STUBS_MAX  16
#define USE_DEPTH  4  /* callers of callers that are looked for */
#define STUB_BYTES 12 /* from the start of a stub to its reference, at most */

/* What one search looks for: slots of imports, or the stubs that lead there. */
struct hunt {
	struct reader *reader;
	struct flow_client client; /* only its memory is used */
	unsigned count;
	uint64_t targets[STUBS_MAX];
	bool used[STUBS_MAX]; /* something refers to that one */
	uint64_t low, high;   /* all of them lie in [low, high) */
	bool found;	      /* a use of one, stubs aside */
};

/* Which of the targets ADDRESS is; their count if none. */
static unsigned find_target(const struct hunt *hunt, uint64_t address)
{
	unsigned i = 0;

	while (i < hunt->count && hunt->targets[i] != address)
		i++;
	return i;
}

/* False when there is no room. */
static bool add_target(struct hunt *hunt, uint64_t address)
{
	if (find_target(hunt, address) < hunt->count)
		return true;
	if (hunt->count == STUBS_MAX)
		return false;
	hunt->targets[hunt->count++] = address;
	if (hunt->count == 1 || address < hunt->low)
		hunt->low = address;
	if (hunt->count == 1 || address >= hunt->high)
		hunt->high = address + 1;
	return true;
}

/* Is ADDRESS a function that other objects can call by name? */
static bool is_exported(struct reader *reader, uint64_t address)
{
	const struct elf_image *image = reader->image;
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;

	if (!reader_may_look(reader, count * sizeof(Elf64_Sym)))
		return true;
	for (uint32_t i = 1; i < count; i++)
		if (elf_symbol_at(image, i, &symbol) && symbol.defined &&
		    symbol.address == address)
			return true;
	return false;
}

static bool brings_in_modules(unsigned import)
{
	return import == IMPORT_MODULE || import == IMPORT_BY_OBJECT;
}

/* Any address shortly before a reference at AT from which it is a stub's jump. */
static bool add_stubs(struct hunt *hunt, uint64_t at)
{
	bool found = false;

	for (uint64_t back = 1; back <= STUB_BYTES && back <= at; back++) {
		struct value value =
			flow_resolve_stub(&hunt->reader->flow, &hunt->client, at - back);

		if (brings_in_modules(reader_import(value)))
			found |= add_target(hunt, at - back);
	}
	return found;
}

/* Does a data word hold ADDRESS (a table of methods, a slot array)? */
static bool is_in_data(struct reader *reader, uint64_t address)
{
	const struct elf_image *image = reader->image;
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	/* the words of the short form are not looked through: assume so */
	if (image->relr.size || !reader_may_look(reader, image->rela.size))
		return true;
	elf_reloc_iter_init(&iter, image);
	while (elf_reloc_next(&iter, &reloc))
		if (reloc.kind == ELF_RELOC_RELATIVE && (uint64_t)reloc.addend == address)
			return true;
	return false;
}

static bool is_in_code(struct reader *reader, uint64_t address, unsigned depth);

/*
 * Unoptimised code holds static functions that nothing uses; what they would
 * check is never checked.  When in doubt a function is taken to be in use.
 */
static bool is_in_use(struct reader *reader, uint64_t address, unsigned depth)
{
	return depth == 0 || is_exported(reader, address) ||
	       is_in_data(reader, address) || is_in_code(reader, address, depth - 1);
}

static bool is_in_segment(struct reader *reader, const struct elf_segment *segment,
			  uint64_t address, unsigned depth)
{
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	size_t at = 0;
	uint64_t found;

	if (!reader_may_look(reader, code.size))
		return true;
	while (code.bytes && at < code.size) {
		struct elf_function user;

		at = reader->flow.machine->find_reference(&code, at, address, address + 1,
							  &found);
		if (at >= code.size)
			return false;
		if (!reader_may_look(reader, READER_REFERENCE_COST) ||
		    !elf_functions_at(&reader->flow.functions, code.address + at,
				      &user) ||
		    (user.start != address && is_in_use(reader, user.start, depth)))
			return true;
		at++;
	}
	return false;
}

static bool is_in_code(struct reader *reader, uint64_t address, unsigned depth)
{
	const struct elf_image *image = reader->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if ((image->segments[i].flags & PF_X) &&
		    is_in_segment(reader, &image->segments[i], address, depth))
			return true;
	return false;
}

bool search_finds_use(struct reader *reader, uint64_t address)
{
	return is_in_data(reader, address) || is_in_code(reader, address, 0);
}

/* What following a function may find out, to be taken back. */
struct findings {
	enum facts_access access;
	uint32_t abi_version, api_version;
	char api_release[sizeof(((struct facts *)0)->api_release)];
	bool points_to_docs;
	unsigned imports, checks, evidence;
	unsigned first_check, first_api;
};

static struct findings take_findings(const struct reader *reader)
{
	const struct facts *facts = reader->facts;
	struct findings findings = {facts->access,
				    facts->abi_version,
				    facts->api_version,
				    "",
				    facts->api_text_points_to_docs,
				    facts->import_count,
				    facts->check_count,
				    facts->evidence_count,
				    reader->first_check,
				    reader->first_api};

	memcpy(findings.api_release, facts->api_release, sizeof(findings.api_release));
	return findings;
}

static void put_findings_back(struct reader *reader, const struct findings *findings)
{
	struct facts *facts = reader->facts;

	facts->access = findings->access;
	facts->abi_version = findings->abi_version;
	facts->api_version = findings->api_version;
	memcpy(facts->api_release, findings->api_release, sizeof(facts->api_release));
	facts->api_text_points_to_docs = findings->points_to_docs;
	facts->import_count = findings->imports;
	facts->check_count = findings->checks;
	facts->evidence_count = findings->evidence;
	reader->first_check = findings->first_check;
	reader->first_api = findings->first_api;
}

/* Follows the function of a reference; what an unused one would do does not count. */
static void follow_reference(struct hunt *hunt, uint64_t at)
{
	struct reader *reader = hunt->reader;
	struct findings before = take_findings(reader);
	struct elf_function function;

	hunt->found = true;
	if (!elf_functions_at(&reader->flow.functions, at, &function))
		return;
	follow_function(reader, function.start);
	if (reader->facts->evidence_count != before.evidence &&
	    !is_in_use(reader, function.start, USE_DEPTH))
		put_findings_back(reader, &before);
}

/* Looks through SEGMENT for users of HUNT's targets, or for stubs, which go to STUBS_. */
static void hunt_segment(struct hunt *hunt, const struct elf_segment *segment,
			 struct hunt *stubs_)
{
	struct reader *reader = hunt->reader;
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	uint64_t found, cost = code.size;
	unsigned target;
	size_t at = 0;

	for (; code.bytes && reader->flow.steps_left; at++) {
		if (!reader_may_look(reader, cost)) {
			reader_lose(reader, code.address + at);
			return;
		}
		at = reader->flow.machine->find_reference(&code, at, hunt->low,
							  hunt->high, &found);
		if (at >= code.size)
			return;
		target = find_target(hunt, found);
		cost = READER_REFERENCE_COST;
		if (target == hunt->count)
			continue;
		cost = READER_FUNCTION_COST;
		hunt->used[target] = true;
		if (!stubs_ || !add_stubs(stubs_, segment->address + at))
			follow_reference(hunt, segment->address + at);
	}
}

static void hunt_image(struct hunt *hunt, struct hunt *stubs_)
{
	const struct elf_image *image = hunt->reader->image;

	for (size_t i = 0; hunt->count && i < image->segment_count; i++)
		if (image->segments[i].flags & PF_X)
			hunt_segment(hunt, &image->segments[i], stubs_);
}

/* What looks like a stub and is used by nobody is a function's last call. */
static void follow_last_calls(struct hunt *stubs)
{
	for (unsigned i = 0; i < stubs->count; i++)
		if (!stubs->used[i])
			follow_reference(stubs, stubs->targets[i]);
}

/* False when nothing refers to those imports. */
static bool follow_importers(struct reader *reader)
{
	struct hunt slots = {.reader = reader,
			     .client = {{reader_load, reader}, NULL, NULL, true}};
	struct hunt stubs = slots;

	for (unsigned i = 0; i < IMPORT_SLOTS; i++)
		if (brings_in_modules(reader->imports.slots[i].id))
			add_target(&slots, reader->imports.slots[i].address);
	hunt_image(&slots, &stubs);
	hunt_image(&stubs, NULL);
	follow_last_calls(&stubs);
	return slots.found || stubs.found;
}

/* pybind11 and rust-numpy reach NumPy without import_array, or beside it. */
static bool reaches_by_binder(const struct facts *facts)
{
	return facts->access > FACTS_ACCESS_IMPORT_ARRAY;
}

bool search_image(struct reader *reader)
{
	bool may_import_array = true;

	if (strncmp(reader->facts->generator, "cython", 6))
		may_import_array = markers_find(reader);
	if (reader->facts->access == FACTS_ACCESS_IMPORT_ARRAY)
		return true;
	if (reaches_by_binder(reader->facts) && !may_import_array &&
	    !reader->flow.incomplete)
		return true;
	return follow_importers(reader) || reader->facts->access != FACTS_ACCESS_NONE;
}
