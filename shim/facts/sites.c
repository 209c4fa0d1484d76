/* SPDX-License-Identifier: MIT
 *
 * A reference that is spotted in raw bytes may be none: four bytes that happen
 * to look like one.  That costs a look more and is never taken for a fact.
 */
#include "facts/sites.h"

#include "base/span.h"

#define FUNCTION_MAX   (1u << 20) /* bytes of a function that are looked through */
#define SYNC_DISTANCE  48 /* bytes before a place in which its arguments are set */
#define IMPORT_BIT(id) (UINT32_C(1) << (id))

/* Imports that make a function matter: what brings a module in ... */
static const uint32_t bringing_imports = IMPORT_BIT(IMPORT_MODULE) |
					 IMPORT_BIT(IMPORT_BY_OBJECT) |
					 IMPORT_BIT(IMPORT_ADD_MODULE);
/* ... or what a size check needs, both of each pair. */
static const uint32_t fetching_imports =
	IMPORT_BIT(IMPORT_GET_ATTRIBUTE) | IMPORT_BIT(IMPORT_GET_ATTRIBUTE_OBJECT);
static const uint32_t raising_imports = IMPORT_BIT(IMPORT_RAISE_FORMAT);

/* Imports whose calls are places of interest in a function that runs at import. */
static const uint32_t interesting_imports =
	IMPORT_BIT(IMPORT_MODULE) | IMPORT_BIT(IMPORT_BY_OBJECT) |
	IMPORT_BIT(IMPORT_ADD_MODULE) | IMPORT_BIT(IMPORT_GET_ATTRIBUTE) |
	IMPORT_BIT(IMPORT_RAISE_FORMAT) | IMPORT_BIT(IMPORT_RAISE_STRING) |
	IMPORT_BIT(IMPORT_MODULE_INIT) | IMPORT_BIT(IMPORT_TEXT) |
	IMPORT_BIT(IMPORT_SET_ITEM);

/* Of these, those that matter once NumPy's function table has been fetched. */
static const uint32_t raising_sites =
	IMPORT_BIT(IMPORT_RAISE_FORMAT) | IMPORT_BIT(IMPORT_RAISE_STRING);

/* One raw reference: where its field is, and what it leads to. */
struct reference {
	uint64_t field, target;
	uint8_t import;			/* enum import_id, of a slot or stub */
	const struct reader_memo *memo; /* of what it leads to; NULL: no code */
};

/* Goes through the references of one piece of code. */
struct reference_iter {
	struct reader *reader;
	struct elf_function range;
	struct machine_code code;	   /* of the range */
	const struct elf_segment *segment; /* that the range is in */
	size_t transfer, slot;		   /* offsets to go on from */
	uint64_t transfer_target, slot_target;
	bool cut_short; /* enough was looked through */
};

static void seek_transfer(struct reference_iter *iter, size_t from)
{
	iter->transfer = iter->reader->flow.machine->find_transfer(
		&iter->code, from, iter->range.start, iter->range.end,
		&iter->transfer_target);
}

static void seek_slot(struct reference_iter *iter, size_t from)
{
	const struct import_map *map = &iter->reader->imports;

	iter->slot = iter->code.size;
	if (map->low == map->high)
		return;
	iter->slot = iter->reader->flow.machine->find_reference(
		&iter->code, from, map->low, map->high, &iter->slot_target);
}

static bool iterate_range(struct reference_iter *iter, struct reader *reader,
			  const struct elf_function *range)
{
	uint64_t size = range->end - range->start;

	if (size > FUNCTION_MAX || !reader_may_look(reader, size))
		return false;
	iter->reader = reader;
	iter->cut_short = false;
	iter->range = *range;
	iter->segment = elf_segment_of(reader->image, range->start);
	iter->code.address = range->start;
	iter->code.bytes = flow_code(&reader->flow, range->start, size, &size);
	iter->code.size = size;
	if (!iter->code.bytes || !iter->segment)
		return false;
	seek_transfer(iter, 0);
	seek_slot(iter, 0);
	return true;
}

static inline void resolve_transfer(struct reference_iter *iter,
				    struct reference *reference, unsigned depth)
{
	uint64_t target = iter->transfer_target;

	reference->field = iter->range.start + iter->transfer;
	reference->target = target;
	if (target - iter->segment->address >= iter->segment->memory_size &&
	    !elf_is_code(iter->reader->image, target))
		return;
	reference->memo = sites_classify(iter->reader, target, depth);
	if (reference->memo && reference->memo->kind == MEMO_STUB)
		reference->import = reference->memo->import;
	iter->reader->reference_seen |= reference->import != IMPORT_NONE;
}

/*
 * The next reference in the order of addresses, what it leads to looked at DEPTH
 * calls deep; false at the end, or when the iteration is cut short.
 */
static inline bool next_reference(struct reference_iter *iter, unsigned depth,
				  struct reference *reference_)
{
	*reference_ = (struct reference){0};
	if (iter->transfer >= iter->code.size && iter->slot >= iter->code.size)
		return false;
	if (!reader_may_look(iter->reader, READER_REFERENCE_COST)) {
		iter->cut_short = true;
		return false;
	}
	if (iter->slot < iter->transfer) {
		reference_->field = iter->range.start + iter->slot;
		reference_->import = (uint8_t)import_map_find(&iter->reader->imports,
							      iter->slot_target);
		iter->reader->reference_seen |= reference_->import != IMPORT_NONE;
		seek_slot(iter, iter->slot + 1);
	} else {
		resolve_transfer(iter, reference_, depth);
		seek_transfer(iter, iter->transfer + 1);
	}
	return true;
}

static bool is_relevant(const struct reader_memo *memo)
{
	return memo && memo->kind >= MEMO_RELEVANT;
}

static bool function_matters(struct reader *reader, const struct elf_function *function,
			     unsigned depth)
{
	struct reference_iter iter;
	struct reference reference;
	uint32_t seen = 0;

	if (!iterate_range(&iter, reader, function))
		return true; /* not looked through: better walked */
	while (next_reference(&iter, depth, &reference)) {
		seen |= IMPORT_BIT(reference.import);
		if ((seen & bringing_imports) ||
		    ((seen & fetching_imports) && (seen & raising_imports)))
			return true;
		if (is_relevant(reference.memo))
			return true;
	}
	return iter.cut_short;
}

/* If the code at MEMO's address is a stub, notes where it leads. */
static void classify_stub(const struct reader *reader, struct reader_memo *memo)
{
	uint64_t size, slot;
	const uint8_t *bytes =
		flow_code(&reader->flow, memo->address, MACHINE_STUB_MAX, &size);

	if (!bytes || !reader->flow.machine->stub_slot(bytes, size, memo->address, &slot))
		return;
	memo->kind = MEMO_STUB;
	memo->import = (uint8_t)import_map_find(&reader->imports, slot);
	if (!memo->import &&
	    import_map_own_target(&reader->imports, reader->image, slot, &memo->target))
		memo->kind = MEMO_DETOUR;
}

struct reader_memo *sites_classify(struct reader *reader, uint64_t address,
				   unsigned depth)
{
	struct reader_memo *memo = reader_memo(reader, address);
	struct elf_function function;

	if (!memo)
		reader_lose(reader, address);
	if (memo && memo->kind == MEMO_NONE)
		classify_stub(reader, memo);
	if (memo && memo->kind == MEMO_DETOUR) {
		address = memo->target;
		memo = reader_memo(reader, address);
	}
	if (!memo || memo->kind == MEMO_STUB)
		return memo;
	if (memo->kind == MEMO_NONE)
		memo->kind = reader_starts_function(reader, address) ? MEMO_DULL
								     : MEMO_NOWHERE;
	if (memo->kind != MEMO_DULL || memo->depth >= depth)
		return memo;
	memo->depth = (uint8_t)depth; /* before it is looked at: it may call itself */
	if (reader->walks_all ||
	    !elf_functions_at(&reader->flow.functions, address, &function) ||
	    function_matters(reader, &function, depth - 1))
		memo->kind = MEMO_RELEVANT;
	return memo;
}

static void add_range(struct reader *reader, struct sites *sites, uint64_t address)
{
	struct elf_function range;

	for (unsigned i = 0; i < sites->range_count; i++)
		if (address >= sites->ranges[i].start && address < sites->ranges[i].end)
			return;
	if (!elf_functions_at(&reader->flow.functions, address, &range))
		return;
	if (sites->range_count == SITES_RANGES_MAX)
		sites->overflow = true;
	else
		sites->ranges[sites->range_count++] = range;
}

/*
 * Cython up to 0.28 brings modules in and fetches types by Python strings; with
 * others, fetching by such strings is everyday business.
 */
static uint32_t find_interesting(const struct reader *reader)
{
	if (import_map_has(&reader->imports, IMPORT_BY_OBJECT) &&
	    import_map_has(&reader->imports, IMPORT_TEXT))
		return interesting_imports | IMPORT_BIT(IMPORT_GET_ATTRIBUTE_OBJECT);
	return interesting_imports;
}

static enum site_turn find_turn(const struct reader *reader, unsigned import)
{
	if (IMPORT_BIT(import) & raising_sites)
		return SITE_RAISES;
	if (import == IMPORT_SET_ITEM)
		return SITE_PROVIDES;
	if (import == IMPORT_TEXT && !import_map_has(&reader->imports, IMPORT_BY_OBJECT))
		return SITE_TEXT;
	return SITE_FIRST;
}

/* Appends the place of REFERENCE if it is one of interest. */
static void add_site(const struct reader *reader, struct sites *sites,
		     const struct reference *reference, uint64_t sync)
{
	const struct reader_memo *callee =
		is_relevant(reference->memo) ? reference->memo : NULL;

	if (!callee && !(sites->wanted & IMPORT_BIT(reference->import)))
		return;
	if (sites->count == SITES_MAX) {
		sites->overflow = true;
		return;
	}
	sites->at[sites->count++] =
		(struct site){.field = reference->field,
			      .sync = sync,
			      .callee = callee,
			      .turn = find_turn(reader, reference->import)};
}

static void find_in_range(struct reader *reader, struct sites *sites,
			  const struct elf_function *range)
{
	struct reference_iter iter;
	struct reference reference;
	uint64_t calls[2] = {0, 0}; /* the ends of the last two calls far enough apart */

	if (!iterate_range(&iter, reader, range)) {
		sites->overflow = true;
		return;
	}
	while (!sites->overflow && next_reference(&iter, SITES_DEPTH, &reference)) {
		uint64_t end = reference.field + MACHINE_REFERENCE;
		bool certain = reference.memo && reference.memo->kind != MEMO_NOWHERE;

		if (reference.memo && reference.memo->kind == MEMO_NOWHERE)
			add_range(reader, sites, reference.target);
		add_site(reader, sites, &reference,
			 calls[reference.field >= calls[1] + SYNC_DISTANCE]);
		if (certain && end >= calls[1] + SYNC_DISTANCE) {
			calls[0] = calls[1];
			calls[1] = end;
		}
	}
	if (iter.cut_short)
		sites->overflow = true;
}

bool sites_find(struct reader *reader, uint64_t entry, struct sites *sites)
{
	sites->range_count = sites->count = 0;
	sites->overflow = false;
	sites->wanted = find_interesting(reader);
	add_range(reader, sites, entry);
	for (unsigned i = 0; i < sites->range_count; i++)
		find_in_range(reader, sites, &sites->ranges[i]);
	return sites->range_count && !sites->overflow;
}
