/* SPDX-License-Identifier: MIT
 *
 * References are spotted in raw bytes, made sure of by decoding, and their
 * functions followed from the start.
 */
#include "facts/search.h"

#include <string.h>

#include "elf/functions.h"
#include "facts/follow.h"
#include "facts/markers.h"

#define STUBS_MAX  16
#define STUB_BYTES 12 /* from the start of a stub to its reference, at most */

/* What one search looks for: slots of the import, and the stubs that lead there. */
struct hunt {
	struct reader *reader;
	struct flow_client client; /* only its memory is used */
	unsigned count;
	uint64_t targets[STUBS_MAX];
};

static void add_target(struct hunt *hunt, uint64_t address)
{
	for (unsigned i = 0; i < hunt->count; i++)
		if (hunt->targets[i] == address)
			return;
	if (hunt->count < STUBS_MAX)
		hunt->targets[hunt->count++] = address;
}

/* Any address shortly before a reference at AT from which it is a stub's jump. */
static bool add_stubs(struct hunt *hunt, uint64_t at)
{
	bool found = false;

	for (uint64_t back = 1; back <= STUB_BYTES && back <= at; back++) {
		struct value value =
			flow_resolve_stub(&hunt->reader->flow, &hunt->client, at - back);

		if (reader_import(value) == IMPORT_MODULE) {
			add_target(hunt, at - back);
			found = true;
		}
	}
	return found;
}

static void follow_reference(struct hunt *hunt, uint64_t at)
{
	struct elf_function function;

	if (elf_function_at(hunt->reader->image, at, &function))
		follow_function(hunt->reader, function.start);
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
		if (reader->imports.slots[i].id == IMPORT_MODULE)
			hunt_image(&hunt, reader->imports.slots[i].address, true);
	for (unsigned i = 0; i < hunt.count; i++)
		hunt_image(&hunt, hunt.targets[i], false);
}

void search_image(struct reader *reader)
{
	if (strncmp(reader->facts->generator, "cython", 6))
		markers_find(reader);
	if (reader->facts->access == FACTS_ACCESS_NONE ||
	    reader->facts->access == FACTS_ACCESS_TABLE)
		follow_importers(reader);
}
