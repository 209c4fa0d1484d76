/* SPDX-License-Identifier: MIT
 *
 * NumPy's headers end PyArrayMultiIterObject in an array without a size since 2.0,
 * in C (numpy/numpy, ndarraytypes.h): what is allocated by sizeof has no room for
 * a single iterator, whatever NumPy then runs.  Looked for is
 *
 *	multi = PyArray_malloc(sizeof(PyArrayMultiIterObject));
 *	PyObject_Init((PyObject *)multi, &PyArrayMultiIter_Type);
 *
 * of which the type is a slot of NumPy's function table, behind the variable that
 * import_array has put it into.  PyObject_New asks the type for its size and is right, as
 *is who asks for tp_basicsize; in C++ the struct has room for 32 iterators.
 */
#include "facts/multi_iterator.h"

#include <string.h>

#include "elf/names.h"
#include "elf/relocs.h"
#include "facts/search.h"

#define HEADER_SIZE 304 /* sizeof(PyArrayMultiIterObject), 64-bit */
#define TYPE_OFFSET 48	/* of PyArrayMultiIter_Type in the table: slot 6 */
#define ABI_2	    0x2000000
#define STEPS_MAX   100000 /* instructions that may be followed for it */
#define STORE_STEPS 8	   /* from a call to where its result is stored */
#define CALL_BYTES  32	   /* from where its argument is set to behind a call */
#define SLOTS_MAX   16
#define DEPTH_MAX   2 /* local functions within each other that a block is passed to */

/*
 * What is loaded from a variable at A is taken for the address TABLE_BIT + A *
 * TABLE_SIZE, which no program has.
 */
#define TABLE_BIT  (UINT64_C(1) << 63)
#define TABLE_SIZE 4096

enum tag {
	TAG_CALLEE = 128, /* a function outside: enum callee */
	TAG_BLOCK,	  /* what was allocated by the call at that address */
	TAG_TYPE,	  /* what may be PyArrayMultiIter_Type */
	TAG_POINTER	  /* what a capsule holds */
};

enum callee { CALLEE_ALLOCATES, CALLEE_INIT, CALLEE_POINTER };

/* What an extension's PyArray_malloc may be, by its headers and its own choice. */
static const struct {
	char name[24];
	enum callee callee;
} known_callees[] = {
	{"PyMem_RawMalloc", CALLEE_ALLOCATES}, {"PyMem_Malloc", CALLEE_ALLOCATES},
	{"PyObject_Malloc", CALLEE_ALLOCATES}, {"malloc", CALLEE_ALLOCATES},
	{"PyObject_Init", CALLEE_INIT},	       {"PyCapsule_GetPointer", CALLEE_POINTER},
};

struct hunt {
	struct reader *reader;
	unsigned slot_count;
	struct {
		uint64_t address;
		enum callee callee;
	} slots[SLOTS_MAX];
	unsigned depth;
	bool allocates;	 /* a call was met that does, so many bytes */
	uint64_t walked; /* start of the function that was walked last */
	uint64_t found;	 /* address of the allocation, 0: none ... */
	uint64_t table;	 /* ... and the variable behind which its type lies */
	bool confirmed;	 /* NumPy's function table is stored there */
};

static bool has_tag(struct value value, enum tag tag)
{
	return value.kind == VALUE_TAG && value.tag == tag;
}

static void add_slot(struct hunt *hunt, uint64_t address, const char *name)
{
	for (size_t i = 0; i < sizeof(known_callees) / sizeof(known_callees[0]); i++) {
		enum callee callee = known_callees[i].callee;

		if (strcmp(name, known_callees[i].name) != 0 ||
		    hunt->slot_count == SLOTS_MAX)
			continue;
		hunt->slots[hunt->slot_count].address = address;
		hunt->slots[hunt->slot_count++].callee = callee;
	}
}

static void find_slots(struct hunt *hunt)
{
	const struct elf_image *image = hunt->reader->image;
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	struct elf_names names;

	if (!elf_names_init(&names, image))
		return;
	elf_reloc_iter_init_symbolic(&iter, image);
	while (elf_reloc_next(&iter, &reloc))
		if (reloc.kind == ELF_RELOC_SLOT || reloc.kind == ELF_RELOC_GLOBAL)
			add_slot(hunt, reloc.address,
				 elf_names_undefined(&names, reloc.symbol));
}

static bool is_variable(const struct elf_image *image, uint64_t address)
{
	return elf_contains(image, address) && !elf_is_constant(image, address);
}

static struct value load(void *context, const struct value *address, int64_t offset,
			 unsigned width)
{
	const struct hunt *hunt = context;
	const struct elf_image *image = hunt->reader->image;
	uint64_t at = address->number, target;

	(void)offset;
	if (address->kind != VALUE_NUMBER || width != sizeof(uint64_t))
		return value_unknown();
	if (at & TABLE_BIT)
		return at % TABLE_SIZE == TYPE_OFFSET ? value_tag(TAG_TYPE, at)
						      : value_unknown();
	for (unsigned i = 0; i < hunt->slot_count; i++)
		if (hunt->slots[i].address == at)
			return value_tag(TAG_CALLEE, hunt->slots[i].callee);
	if (elf_pointer_at(image, at, &target) || elf_slot_target(image, at, &target))
		return value_number(target);
	return is_variable(image, at) ? value_number(TABLE_BIT | at * TABLE_SIZE)
				      : value_unknown();
}

/* A block that was allocated becomes an object of a type. */
static enum flow_next meet_init(struct hunt *hunt, const struct flow_call *call)
{
	struct value block = reader_argument(hunt->reader, call, 0);
	struct value type = reader_argument(hunt->reader, call, 1);

	if (!has_tag(block, TAG_BLOCK) || !has_tag(type, TAG_TYPE))
		return FLOW_ON;
	hunt->found = block.number;
	hunt->table = (type.number & ~TABLE_BIT) / TABLE_SIZE;
	return FLOW_QUIT;
}

static enum flow_next meet_call(void *context, struct flow_call *call);

static bool passes_block(const struct reader *reader, const struct flow_call *call)
{
	for (unsigned n = 0; n < reader->flow.machine->argument_count; n++)
		if (has_tag(reader_argument(reader, call, n), TAG_BLOCK))
			return true;
	return false;
}

/* Follows a local function that may be what makes the block an object. */
static enum flow_next enter_call(struct hunt *hunt, const struct flow_call *call)
{
	struct reader *reader = hunt->reader;
	const struct flow_client client = {{load, hunt}, meet_call, hunt, false};
	size_t mark = reader->arena.used;
	struct state *start;

	if (hunt->depth == DEPTH_MAX || !passes_block(reader, call) ||
	    !elf_is_code(reader->image, call->callee.number))
		return FLOW_ON;
	start = npabi_arena_take(&reader->arena, sizeof(*start));
	if (!start)
		return FLOW_ON;
	state_enter_call(start, call->state, reader->flow.machine, call->callee.number);
	hunt->depth++;
	flow_walk(&reader->flow, start, &client);
	hunt->depth--;
	reader->arena.used = mark;
	return hunt->found ? FLOW_QUIT : FLOW_ON;
}

static enum flow_next meet_call(void *context, struct flow_call *call)
{
	struct hunt *hunt = context;
	struct value size = reader_argument(hunt->reader, call, 0);

	if (value_is_number(&call->callee))
		return enter_call(hunt, call);
	if (!has_tag(call->callee, TAG_CALLEE))
		return FLOW_ON;
	if (call->callee.number == CALLEE_INIT)
		return meet_init(hunt, call);
	if (call->callee.number == CALLEE_ALLOCATES && value_is_number(&size) &&
	    size.number == HEADER_SIZE) {
		hunt->allocates = true;
		call->result = value_tag(TAG_BLOCK, call->address);
	}
	return FLOW_ON;
}

/* Does INSN store what a capsule holds in the variable? */
static bool stores_table(struct hunt *hunt, const struct state *state,
			 const struct insn *insn)
{
	const struct state_memory memory = {load, hunt};
	const struct insn_operand *to = &insn->dst;
	struct value base = value_number(0);

	if (insn->kind != INSN_MOVE || to->kind != INSN_MEM || to->index != INSN_REG_NONE)
		return false;
	if (to->reg != INSN_REG_NONE)
		base = state->regs[to->reg];
	return value_is_number(&base) &&
	       base.number + (uint64_t)to->value == hunt->table &&
	       has_tag(state_read(state, &memory, &insn->a), TAG_POINTER);
}

/* In import_array: where does it put the pointer that the capsule holds? */
static enum flow_next meet_pointer(void *context, struct flow_call *call)
{
	struct hunt *hunt = context;
	struct flow *flow = &hunt->reader->flow;
	const struct state_memory memory = {load, hunt};
	size_t mark = hunt->reader->arena.used;
	struct state *state;
	const struct insn *insn;

	if (!has_tag(call->callee, TAG_CALLEE) || call->callee.number != CALLEE_POINTER)
		return FLOW_ON;
	state = npabi_arena_take(&hunt->reader->arena, sizeof(*state));
	if (!state)
		return FLOW_QUIT;
	*state = *call->state;
	state_return_from_call(state, flow->machine, value_tag(TAG_POINTER, 0));
	state->pc = call->after;
	for (unsigned i = 0; i < STORE_STEPS && !hunt->confirmed; i++) {
		insn = flow_instruction(flow, state->pc);
		if (!insn || insn->kind >= INSN_JUMP)
			break;
		hunt->confirmed = stores_table(hunt, state, insn);
		state->pc += insn->length;
		state_execute(state, flow->machine, &memory, insn);
	}
	hunt->reader->arena.used = mark;
	return hunt->confirmed ? FLOW_QUIT : FLOW_ON;
}

/* Is an allocation of that size soon behind ADDRESS? */
static bool leads_to_allocation(struct hunt *hunt, uint64_t address)
{
	struct flow *flow = &hunt->reader->flow;
	const struct flow_client client = {{load, hunt}, meet_call, hunt, false};
	size_t mark = hunt->reader->arena.used;
	struct state *state = npabi_arena_take(&hunt->reader->arena, sizeof(*state));

	if (!hunt->slot_count)
		find_slots(hunt);
	hunt->allocates = false;
	if (state) {
		state_init(state, flow->machine, address);
		flow_sweep(flow, state, address + CALL_BYTES, &client);
	}
	hunt->reader->arena.used = mark;
	return hunt->allocates;
}

/* Follows the function around ADDRESS, once. */
static void walk_function(struct hunt *hunt, uint64_t address,
			  enum flow_next (*meet)(void *, struct flow_call *))
{
	struct flow *flow = &hunt->reader->flow;
	const struct flow_client client = {{load, hunt}, meet, hunt, false};
	size_t mark = hunt->reader->arena.used;
	struct elf_function function;
	struct state *start;

	if (!elf_functions_at(&flow->functions, address, &function) ||
	    function.start == hunt->walked)
		return;
	hunt->walked = function.start;
	start = npabi_arena_take(&hunt->reader->arena, sizeof(*start));
	if (!start)
		return;
	state_init(start, flow->machine, function.start);
	flow_walk(flow, start, &client);
	hunt->reader->arena.used = mark;
}

/* Any pointer of the extension's own may be taken for the table: is it that? */
static void confirm_table(struct hunt *hunt)
{
	const struct facts *facts = hunt->reader->facts;

	hunt->walked = 0;
	for (unsigned i = 0; i < facts->evidence_count && !hunt->confirmed; i++)
		if (!strcmp(facts->evidence[i].fact, "fetches _ARRAY_API"))
			walk_function(hunt, facts->evidence[i].address, meet_pointer);
}

/* Does a slot lead to the function at ADDRESS, which code calls by way of it? */
static bool has_slot(const struct elf_image *image, uint64_t address)
{
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	struct elf_names names;
	bool found = false;

	if (!elf_names_init(&names, image))
		return true;
	elf_reloc_iter_init_symbolic(&iter, image);
	while (!found && elf_reloc_next(&iter, &reloc))
		found = elf_names_function(&names, reloc.symbol) == address;
	return found;
}

/* Objects that are linked in whole bring functions with them that nothing calls. */
static bool is_used(struct reader *reader, uint64_t address)
{
	struct elf_function function;

	return !elf_functions_at(&reader->flow.functions, address, &function) ||
	       has_slot(reader->image, function.start) ||
	       search_finds_use(reader, function.start);
}

static void look_in_segment(struct hunt *hunt, const struct elf_segment *segment)
{
	struct reader *reader = hunt->reader;
	struct machine_code code = {
		.bytes = elf_at(reader->image, segment->address, segment->file_size),
		.size = segment->file_size,
		.address = segment->address};
	uint64_t cost = code.size;

	for (size_t at = 0; code.bytes && !hunt->found; at++) {
		if (!reader_may_look(reader, cost))
			return;
		at = reader->flow.machine->find_argument(&code, at, HEADER_SIZE);
		if (at >= code.size)
			return;
		if (leads_to_allocation(hunt, code.address + at))
			walk_function(hunt, code.address + at, meet_call);
		cost = READER_FUNCTION_COST;
	}
}

/*
 * Can it be that headers of NumPy 2 were used, and what such code needs?  Cython needs
 * PyObject_Init itself; with it only what those headers' PyArray_malloc is counts.
 */
static bool is_possible(const struct reader *reader)
{
	const struct facts *facts = reader->facts;

	return import_map_has(&reader->imports, IMPORT_OBJECT_INIT) &&
	       (import_map_has(&reader->imports, IMPORT_RAW_MALLOC) ||
		strncmp(facts->generator, "cython", 6) != 0) &&
	       (facts->access == FACTS_ACCESS_IMPORT_ARRAY ||
		facts->access == FACTS_ACCESS_TABLE) &&
	       (!facts->abi_version || facts->abi_version >= ABI_2);
}

static void hunt_image(struct hunt *hunt)
{
	const struct elf_image *image = hunt->reader->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if (image->segments[i].flags & PF_X)
			look_in_segment(hunt, &image->segments[i]);
	if (hunt->found)
		confirm_table(hunt);
}

void multi_iterator_find(struct reader *reader)
{
	struct hunt hunt = {.reader = reader};
	unsigned steps = reader->flow.steps_left;
	bool incomplete = reader->flow.incomplete;

	if (!is_possible(reader))
		return;
	reader->flow.steps_left = STEPS_MAX;
	hunt_image(&hunt);
	/* that code was lost here takes nothing from what was read before */
	reader->flow.steps_left = steps;
	reader->flow.incomplete = incomplete;
	if (!hunt.confirmed)
		return;
	reader->facts->small_multi_iterator = true;
	reader->facts->uses_multi_iterator = is_used(reader, hunt.found);
	reader_evidence(reader, "call", hunt.found, "PyArrayMultiIterObject=", "304");
}
