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

/* What one search looks for: slots of the import, and the stubs that lead there. */
struct hunt {
	struct reader *reader;
	struct flow_client client; /* only its memory is used */
	unsigned count;
	uint64_t targets[STUBS_MAX];
};

/* Is ADDRESS a function that other objects can call by name? */
static bool is_exported(const struct elf_image *image, uint64_t address)
{
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;

	for (uint32_t i = 1; i < count; i++)
		if (elf_symbol_at(image, i, &symbol) && symbol.defined &&
		    symbol.address == address)
			return true;
	return false;
}

static void add_target(struct hunt *hunt, uint64_t address)
{
	for (unsigned i = 0; i < hunt->count; i++)
		if (hunt->targets[i] == address)
			return;
	if (hunt->count < STUBS_MAX)
		hunt->targets[hunt->count++] = address;
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

		if (brings_in_modules(reader_import(value))) {
			add_target(hunt, at - back);
			found = true;
		}
	}
	return found;
}

/* Does a data word hold ADDRESS (a table of methods, a slot array)? */
static bool is_in_data(const struct elf_image *image, uint64_t address)
{
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;

	if (image->relr.size)
		return true; /* its words are not looked through: assume so */
	elf_reloc_iter_init(&iter, image);
	while (elf_reloc_next(&iter, &reloc))
		if (reloc.kind == ELF_RELOC_RELATIVE && (uint64_t)reloc.addend == address)
			return true;
	return false;
}

static bool is_in_code(const struct reader *reader, uint64_t address, unsigned depth);

/*
 * Unoptimised code holds static functions that nothing uses; what they would
 * check is never checked.
 */
static bool is_in_use(const struct reader *reader, uint64_t address, unsigned depth)
{
	return depth == 0 || is_exported(reader->image, address) ||
	       is_in_data(reader->image, address) || is_in_code(reader, address, depth - 1);
}

static bool is_in_segment(const struct reader *reader, const struct elf_segment *segment,
			  uint64_t address, unsigned depth)
{
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	size_t at = 0;
	uint64_t found;

	while (code.bytes && at < code.size) {
		struct elf_function user;

		at = reader->flow.machine->find_reference(&code, at, address, address + 1,
							  &found);
		if (at >= code.size)
			return false;
		if (!elf_function_at(reader->image, code.address + at, &user) ||
		    (user.start != address && is_in_use(reader, user.start, depth)))
			return true;
		at++;
	}
	return false;
}

static bool is_in_code(const struct reader *reader, uint64_t address, unsigned depth)
{
	const struct elf_image *image = reader->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if ((image->segments[i].flags & PF_X) &&
		    is_in_segment(reader, &image->segments[i], address, depth))
			return true;
	return false;
}

static void follow_reference(struct hunt *hunt, uint64_t at)
{
	struct reader *reader = hunt->reader;
	struct elf_function function;
	const struct reader_memo *memo;

	if (!elf_function_at(reader->image, at, &function))
		return;
	memo = reader_memo(reader, function.start);
	if (memo && (memo->kind == MEMO_NONE || memo->kind == MEMO_RELEVANT) &&
	    is_in_use(reader, function.start, USE_DEPTH))
		follow_function(reader, function.start);
}

/* Looks through SEGMENT for references to TARGET: stubs of it, or users. */
static void hunt_segment(struct hunt *hunt, const struct elf_segment *segment,
			 uint64_t target, bool stubs)
{
	struct reader *reader = hunt->reader;
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	uint64_t found;
	size_t at = 0;

	while (code.bytes && at < code.size && reader->flow.steps_left) {
		at = reader->flow.machine->find_reference(&code, at, target, target + 1,
							  &found);
		if (at >= code.size)
			return;
		if (!stubs || !add_stubs(hunt, segment->address + at))
			follow_reference(hunt, segment->address + at);
		at++;
	}
}

static void hunt_image(struct hunt *hunt, uint64_t target, bool stubs)
{
	const struct elf_image *image = hunt->reader->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if (image->segments[i].flags & PF_X)
			hunt_segment(hunt, &image->segments[i], target, stubs);
}

static void follow_importers(struct reader *reader)
{
	struct hunt hunt = {.reader = reader,
			    .client = {{reader_load, reader}, NULL, NULL, true}};

	for (unsigned i = 0; i < IMPORT_SLOTS; i++)
		if (brings_in_modules(reader->imports.slots[i].id))
			hunt_image(&hunt, reader->imports.slots[i].address, true);
	for (unsigned i = 0; i < hunt.count; i++)
		hunt_image(&hunt, hunt.targets[i], false);
}

void search_image(struct reader *reader)
{
	if (strncmp(reader->facts->generator, "cython", 6))
		markers_find(reader);
	if (reader->facts->access != FACTS_ACCESS_IMPORT_ARRAY)
		follow_importers(reader);
}
