/* SPDX-License-Identifier: MIT
 *
 * The order in which an extension is read: entry, init function, exec
 * functions; then, only where that leaves a question open, the whole text.
 */
#include "facts/collect.h"

#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "facts/entry.h"
#include "facts/follow.h"
#include "facts/multi_iterator.h"
#include "facts/reader.h"
#include "facts/search.h"
#include "facts/size_probe.h"

#define STEPS_MAX 300000

static bool can_reach_numpy(const struct reader *reader)
{
	return import_map_has(&reader->imports, IMPORT_MODULE) ||
	       import_map_has(&reader->imports, IMPORT_BY_OBJECT);
}

/* import_array tests for a capsule; nothing else in a Cython module does. */
static bool has_open_question(const struct reader *reader)
{
	const struct facts *facts = reader->facts;

	if (reader->provides_table)
		return false;
	if (reader->flow.incomplete)
		return true;
	if (facts->access == FACTS_ACCESS_UFUNC || facts->access == FACTS_ACCESS_TABLE)
		return true;
	if (!strncmp(facts->generator, "cython", 6))
		return import_map_has(&reader->imports, IMPORT_CAPSULE_TYPE) &&
		       facts->access == FACTS_ACCESS_NONE;
	return import_map_has(&reader->imports, IMPORT_CAPSULE_POINTER) &&
	       facts->access == FACTS_ACCESS_NONE;
}

/* A Cython of unknown release gives away at least its line by the words it uses. */
static void refine_generator(struct facts *facts)
{
	static const char lines[][20] = {
		[FACTS_WORDING_RECOMPILE] = "cython <0.24",
		[FACTS_WORDING_SWAPPED] = "cython 0.24-0.28",
		[FACTS_WORDING_HEADER] = "cython >=0.29",
		[FACTS_WORDING_HEADER_RANGE] = "cython >=3.0",
	};

	if (facts->check_count &&
	    (!facts->generator[0] || !strcmp(facts->generator, "cython")))
		npabi_text_copy(facts->generator, sizeof(facts->generator),
				lines[facts->checks[0].wording]);
}

static void settle_dependence(struct reader *reader)
{
	struct facts *facts = reader->facts;

	refine_generator(facts);
	facts->keeps_import_error = facts->access == FACTS_ACCESS_IMPORT_ARRAY &&
				    !reader->array_api_not_found;
	facts->checks_after_import_array =
		facts->automatic_import_array ||
		(reader->in_order && reader->first_api && reader->first_check &&
		 reader->first_api < reader->first_check);
	if (reader->provides_table)
		facts->numpy_dependent = FACTS_NO; /* it is NumPy */
	else if (facts->access != FACTS_ACCESS_NONE || reader->first_check)
		facts->numpy_dependent = FACTS_YES;
	else if (reader->flow.incomplete)
		facts->numpy_dependent = FACTS_UNKNOWN;
	else
		facts->numpy_dependent = FACTS_NO;
}

/* Py_DECREF is inline, and without the GIL it calls what no other CPython has. */
static void note_build(struct reader *reader)
{
	uint64_t slot = reader->imports.without_gil;

	if (!slot)
		return;
	reader->facts->free_threaded = true;
	reader_evidence(reader, "symbol", slot, "free-threaded", "");
}

static void follow_init(struct reader *reader, uint64_t entry)
{
	follow_function(reader, entry);
	entry_follow_slots(reader);
}

/* Code that computes all its addresses (-mcmodel=large): raw bytes tell nothing of it. */
static void walk_all(struct reader *reader, uint64_t entry)
{
	reader_forget_memos(reader);
	reader->walks_all = true;
	follow_init(reader, entry);
}

/* Something imports modules, and neither its place nor its texts have been found. */
static void walk_hidden(struct reader *reader, uint64_t entry)
{
	if (!reader->walks_all)
		walk_all(reader, entry);
	if (reader->facts->access == FACTS_ACCESS_NONE && !reader->first_check)
		reader->flow.incomplete = true;
}

static void read_code(struct reader *reader, uint64_t entry)
{
	follow_init(reader, entry);
	if (!reader->reference_seen)
		walk_all(reader, entry);
	if (has_open_question(reader) && !search_image(reader))
		walk_hidden(reader, entry);
	if (reader->flow.incomplete)
		snprintf(reader->facts->status_detail,
			 sizeof(reader->facts->status_detail),
			 "the code at 0x%llx could not be followed",
			 (unsigned long long)reader->flow.lost_at);
	if (!size_probe_is_complete(reader)) {
		reader->flow.incomplete = true;
		reader->facts->checks_unread = true;
		snprintf(reader->facts->status_detail,
			 sizeof(reader->facts->status_detail),
			 "a size check could not be read");
	}
}

static enum npabi_status read_image(struct reader *reader)
{
	const struct machine *machine = machine_find(reader->image->machine);
	uint64_t entry;

	elf_build_id(reader->image, reader->facts->build_id);
	if (!machine)
		return NPABI_FOREIGN_MACHINE;
	entry = entry_find(reader);
	if (!entry)
		return NPABI_NOT_AN_EXTENSION;
	if (!reader_prepare(reader, machine, STEPS_MAX))
		return NPABI_NO_MEMORY;
	note_build(reader);
	if (can_reach_numpy(reader))
		read_code(reader, entry);
	settle_dependence(reader);
	multi_iterator_find(reader);
	return NPABI_OK;
}

enum npabi_status facts_collect(struct npabi_arena *memory, const struct elf_image *image,
				bool in_order, struct facts *facts)
{
	struct reader *reader;

	facts_clear(facts);
	facts->in_order = in_order;
	reader = reader_open(memory, image, facts);
	if (!reader) {
		facts->status = NPABI_NO_MEMORY;
		return facts->status;
	}
	reader->in_order = in_order;
	facts->status = read_image(reader);
	reader_close(reader, memory);
	return facts->status;
}
