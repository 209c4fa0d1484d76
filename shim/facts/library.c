/* SPDX-License-Identifier: MIT
 *
 * A library has no init function to begin at: the functions that refer to the
 * text "_ARRAY_API" are read, which import_array asks for in every release.  Must
 * not say that an extension calls them.  Called by both front ends.
 */
#include "facts/library.h"

#include <stdio.h>
#include <string.h>

#include "elf/symbols.h"
#include "facts/follow.h"
#include "facts/heed.h"
#include "facts/reader.h"

#define STEPS_MAX     100000
#define TEXTS_MAX     4
#define CALLERS_DEPTH 2 /* from import_array up to what others can call */
/* Bytes of one library that are looked through; a few have several hundred million. */
#define LOOKS (UINT64_C(64) << 20)

static const char table_name[] = "_ARRAY_API";

bool library_is_wanted(const struct facts *facts)
{
	return facts->status == NPABI_OK && facts->access == FACTS_ACCESS_NONE &&
	       facts->numpy_dependent != FACTS_UNKNOWN && !facts->library[0];
}

bool library_is_candidate(const char *name)
{
	static const char others[][12] = {"libc.",	"libm.",       "libdl.",
					  "librt.",	"libpthread.", "libgcc_s.",
					  "libstdc++.", "ld-",	       "libpython"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(name, others[i], strlen(others[i])) == 0)
			return false;
	return strlen(name) < sizeof(((struct library *)NULL)->name) &&
	       !strchr(name, '/');
}

/* Goes through the code for places that refer to the address TARGET. */
struct finder {
	struct reader *reader;
	uint64_t target;
	size_t segment; /* index of the one that is being looked through ... */
	size_t at;	/* ... and the offset to go on from */
	uint64_t place; /* found last */
};

/* The next place in the segment, which is code; false at its end. */
static bool find_in_segment(struct finder *finder, const struct elf_segment *segment)
{
	struct reader *reader = finder->reader;
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	uint64_t target;

	if (!code.bytes ||
	    !reader_may_look(reader, finder->at ? READER_REFERENCE_COST : code.size))
		return false;
	finder->at = reader->flow.machine->find_reference(
		&code, finder->at, finder->target, finder->target + 1, &target);
	finder->place = code.address + finder->at++;
	return finder->at <= code.size;
}

static bool find_next(struct finder *finder)
{
	const struct elf_image *image = finder->reader->image;

	for (; finder->segment < image->segment_count; finder->segment++, finder->at = 0)
		if ((image->segments[finder->segment].flags & PF_X) &&
		    find_in_segment(finder, &image->segments[finder->segment]))
			return true;
	return false;
}

/* Follows the functions that refer to the text at ADDRESS. */
static void follow_text(struct reader *reader, uint64_t address)
{
	struct finder finder = {.reader = reader, .target = address};
	struct elf_function function;

	while (find_next(&finder))
		if (elf_functions_at(&reader->flow.functions, finder.place, &function))
			follow_function(reader, function.start);
}

/* Looks for the table's name in a segment of constants. */
static void look_in_segment(struct reader *reader, const struct elf_segment *segment)
{
	const char *bytes, *at, *end;

	if (!reader_may_look(reader, segment->file_size))
		return;
	bytes = (const char *)elf_at(reader->image, segment->address, segment->file_size);
	if (!bytes)
		return;
	end = bytes + segment->file_size;
	at = bytes;
	for (unsigned i = 0; at && i < TEXTS_MAX; i++) {
		at = memmem(at, (size_t)(end - at), table_name, sizeof(table_name));
		if (at)
			follow_text(reader, segment->address + (uint64_t)(at++ - bytes));
	}
}

/* The name under which others can call the function at ADDRESS; NULL: none. */
static const char *find_name(struct reader *reader, uint64_t address)
{
	const struct elf_image *image = reader->image;
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;

	if (!reader_may_look(reader, count * sizeof(Elf64_Sym)))
		return NULL;
	for (uint32_t i = 1; i < count && elf_symbol_at(image, i, &symbol); i++)
		if (symbol.defined && symbol.type == STT_FUNC &&
		    symbol.address == address)
			return symbol.name;
	return NULL;
}

/* Notes the function at START, NAME to others, and how it fails with import_array. */
static void note_function(struct reader *reader, uint64_t start, const char *name,
			  struct library *library)
{
	struct facts_function *noted = &library->functions[library->function_count];

	for (unsigned i = 0; i < library->function_count; i++)
		if (strcmp(library->functions[i].name, name) == 0)
			return;
	if (strlen(name) >= sizeof(noted->name) ||
	    library->function_count == LIBRARY_FUNCTIONS_MAX)
		return;
	memset(noted, 0, sizeof(*noted));
	strcpy(noted->name, name);
	heed_read_function(reader, start, noted->heed);
	library->function_count++;
}

/* Does so with the function around ADDRESS, or, if it has no name, those that call it. */
static void add_function(struct reader *reader, uint64_t address, struct library *library,
			 unsigned depth)
{
	struct elf_function function;
	struct finder finder = {.reader = reader};
	const char *name;

	if (!elf_functions_at(&reader->flow.functions, address, &function))
		return;
	name = find_name(reader, function.start);
	if (name) {
		note_function(reader, function.start, name, library);
		return;
	}
	finder.target = function.start;
	while (depth && find_next(&finder))
		add_function(reader, finder.place, library, depth - 1);
}

static void add_functions(struct reader *reader, struct library *library)
{
	const struct facts *facts = reader->facts;
	unsigned count = facts->evidence_count;

	for (unsigned i = 0; i < count; i++) {
		const struct facts_evidence *evidence = &facts->evidence[i];

		if (strcmp(evidence->fact, "fetches _ARRAY_API") != 0)
			continue;
		if (!library->address)
			library->address = evidence->address;
		add_function(reader, evidence->address, library, CALLERS_DEPTH);
	}
}

static void take_facts(const struct reader *reader, struct library *library)
{
	const struct facts *facts = reader->facts;

	library->abi_version = facts->abi_version;
	library->api_version = facts->api_version;
	memcpy(library->api_release, facts->api_release, sizeof(library->api_release));
	library->versions_without_prefix = facts->versions_without_prefix;
	library->api_text_points_to_docs = facts->api_text_points_to_docs;
	library->keeps_import_error = !reader->array_api_not_found;
	for (unsigned i = 0; i < facts->import_count && i < LIBRARY_IMPORTS_MAX; i++)
		memcpy(library->imports[library->import_count++], facts->imports[i],
		       sizeof(library->imports[0]));
}

static void read_image(struct reader *reader, const struct machine *machine,
		       struct library *library)
{
	const struct elf_image *image = reader->image;
	struct facts *facts = npabi_arena_take(&reader->arena, sizeof(*facts));

	if (!facts)
		return;
	facts_clear(facts);
	reader->facts = facts;
	reader->looks_left = LOOKS;
	if (!reader_prepare(reader, machine, STEPS_MAX))
		return;
	for (size_t i = 0; i < image->segment_count; i++)
		if (!(image->segments[i].flags & PF_W))
			look_in_segment(reader, &image->segments[i]);
	if (facts->access != FACTS_ACCESS_IMPORT_ARRAY || !facts->abi_version ||
	    !facts->api_version)
		return;
	library->imports_array = true;
	take_facts(reader, library);
	/* what was followed is told by them to be of no more interest */
	reader_forget_memos(reader);
	add_functions(reader, library);
}

void library_read(struct npabi_arena *memory, const struct elf_image *image,
		  const char *name, struct library *library_)
{
	const struct machine *machine = machine_find(image->machine);
	struct reader *reader;

	memset(library_, 0, offsetof(struct library, functions));
	snprintf(library_->name, sizeof(library_->name), "%s", name);
	if (!machine || !elf_symbol_imported(image, "PyImport_ImportModule"))
		return;
	reader = reader_open(memory, image, NULL);
	if (!reader)
		return;
	read_image(reader, machine, library_);
	reader_close(reader, memory);
}

static void add_import(struct facts *facts, const char *name)
{
	for (unsigned i = 0; i < facts->import_count; i++)
		if (strcmp(facts->imports[i], name) == 0)
			return;
	if (facts->import_count < FACTS_IMPORTS_MAX)
		snprintf(facts->imports[facts->import_count++], sizeof(facts->imports[0]),
			 "%s", name);
}

static void add_evidence(const struct library *library, struct facts *facts)
{
	struct facts_evidence *evidence = &facts->evidence[facts->evidence_count];

	if (facts->evidence_count == FACTS_EVIDENCE_MAX)
		return;
	snprintf(evidence->fact, sizeof(evidence->fact), "%s fetches %s", library->name,
		 table_name);
	snprintf(evidence->by, sizeof(evidence->by), "library");
	evidence->address = library->address;
	facts->evidence_count++;
}

/*
 * The function of LIBRARY that the extension behind IMAGE imports; NULL where there is
 * none, or several: which is called first is not known.
 */
static const struct facts_function *find_linked(const struct library *library,
						const struct elf_image *image)
{
	const struct facts_function *found = NULL;

	for (unsigned i = 0; i < library->function_count; i++) {
		if (!elf_symbol_imported(image, library->functions[i].name))
			continue;
		if (found)
			return NULL;
		found = &library->functions[i];
	}
	return found;
}

void library_apply(const struct library *library, const struct elf_image *image,
		   struct facts *facts)
{
	const struct facts_function *linked;

	if (!library->imports_array)
		return;
	memcpy(facts->library, library->name, sizeof(facts->library));
	facts->numpy_dependent = FACTS_YES;
	facts->access = FACTS_ACCESS_IMPORT_ARRAY;
	facts->abi_version = library->abi_version;
	facts->api_version = library->api_version;
	memcpy(facts->api_release, library->api_release, sizeof(facts->api_release));
	facts->versions_without_prefix = library->versions_without_prefix;
	facts->api_text_points_to_docs = library->api_text_points_to_docs;
	facts->keeps_import_error = library->keeps_import_error;
	for (unsigned i = 0; i < library->import_count; i++)
		add_import(facts, library->imports[i]);
	add_evidence(library, facts);
	linked = find_linked(library, image);
	if (linked)
		facts->linked = *linked;
}
