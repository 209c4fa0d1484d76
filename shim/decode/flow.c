/* SPDX-License-Identifier: MIT
 *
 * The walk itself: fetching instructions, choosing where to go on, keeping the
 * states of branches not yet taken.  What instructions do is in state.c, what
 * calls mean is the client's.
 */
#include "decode/flow.h"

#include "base/span.h"
#include "decode/visited.h"

#define CACHE_SIZE 128	/* decoded instructions kept; a power of two */
#define FETCH_SIZE 256	/* bytes asked for at a time */
#define TABLE_MAX  1024 /* entries of a jump table */
#define TAIL_STEPS 24	/* instructions followed after joining visited code */

struct flow_cached {
	uint64_t address;
	struct insn insn; /* length 0: nothing here */
};

/* A branch not yet taken: what is known there, packed. */
struct pending {
	struct pending *next;
	uint64_t pc;
	uint64_t table_entries; /* as in struct walk */
	struct state_flags flags;
	uint32_t known; /* registers that follow, one bit each */
	uint64_t words_known[STATE_WORDS / 64];
	struct value regs[]; /* of the known registers, then the known words */
};

struct walk {
	struct flow *flow;
	const struct flow_client *client;
	struct visited been, queued;
	struct pending *pending;
	struct elf_function function; /* that the path is in */
	struct flow_result result;
	uint64_t table_entries; /* values that the last comparison left, 0: unknown */
	unsigned tail;		/* 0, or steps made since visited code was joined */
};

int flow_init(struct flow *flow, const struct elf_image *image,
	      const struct machine *machine, struct npabi_arena *arena, unsigned steps)
{
	*flow = (struct flow){
		.image = image, .machine = machine, .arena = arena, .steps_left = steps};
	elf_functions_open(&flow->functions, image);
	flow->cache = npabi_arena_take(arena, CACHE_SIZE * sizeof(*flow->cache));
	if (!flow->cache)
		return -1;
	for (unsigned i = 0; i < CACHE_SIZE; i++)
		flow->cache[i].insn.length = 0;
	return 0;
}

static void lose(struct flow *flow, uint64_t address)
{
	if (!flow->incomplete)
		flow->lost_at = address;
	flow->incomplete = true;
}

const uint8_t *flow_code(const struct flow *flow, uint64_t address, uint64_t size,
			 uint64_t *size_)
{
	uint64_t extent;

	extent = elf_is_code(flow->image, address) ? elf_extent(flow->image, address) : 0;
	*size_ = extent < size ? extent : size;
	return *size_ ? elf_at(flow->image, address, *size_) : NULL;
}

/* The code bytes from ADDRESS on, *size_ of them: enough for one instruction. */
static inline const uint8_t *fetch(struct flow *flow, uint64_t address, uint64_t *size_)
{
	if (address < flow->window.start || address >= flow->window.end ||
	    flow->window.end - address < flow->machine->longest) {
		flow->window.bytes = flow_code(flow, address, FETCH_SIZE, size_);
		flow->window.start = address;
		flow->window.end = address + *size_;
	}
	*size_ = flow->window.end - address;
	return flow->window.bytes ? flow->window.bytes + (address - flow->window.start)
				  : NULL;
}

const struct insn *flow_instruction(struct flow *flow, uint64_t address)
{
	struct flow_cached *cached = &flow->cache[address % CACHE_SIZE];
	const uint8_t *bytes;
	uint64_t size;

	if (cached->insn.length && cached->address == address)
		return &cached->insn;
	bytes = fetch(flow, address, &size);
	cached->insn.length = 0;
	if (!bytes || !flow->machine->decode(bytes, size, address, &cached->insn))
		return NULL;
	cached->address = address;
	return &cached->insn;
}

static unsigned count_words(const struct state *state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < STATE_WORDS / 64; i++)
		count += (unsigned)__builtin_popcountll(state->words_known[i]);
	return count;
}

/* Keeps STATE for later, unless its place has been or will be visited. */
static void push_pending(struct walk *walk, const struct state *state, uint64_t pc)
{
	unsigned registers = walk->flow->machine->registers, count = 0;
	struct state_word *words;
	struct pending *pending;

	if (visited_mark(&walk->queued, pc))
		return;
	for (unsigned i = 0; i < registers; i++)
		count += state->regs[i].kind != VALUE_UNKNOWN;
	pending =
		npabi_arena_take(walk->flow->arena,
				 sizeof(*pending) + count * sizeof(struct value) +
					 count_words(state) * sizeof(struct state_word));
	if (!pending) {
		lose(walk->flow, pc);
		return;
	}
	pending->pc = pc;
	pending->table_entries = walk->table_entries;
	pending->flags = state->flags;
	memcpy(pending->words_known, state->words_known, sizeof(pending->words_known));
	pending->known = 0;
	count = 0;
	for (unsigned i = 0; i < registers; i++)
		if (state->regs[i].kind != VALUE_UNKNOWN) {
			pending->known |= UINT32_C(1) << i;
			pending->regs[count++] = state->regs[i];
		}
	words = (struct state_word *)&pending->regs[count];
	for (unsigned i = state_next_word(state, 0); i < STATE_WORDS;
	     i = state_next_word(state, i + 1))
		*words++ = state->words[i];
	pending->next = walk->pending;
	walk->pending = pending;
}

static void pop_pending(struct walk *walk, struct state *state_)
{
	const struct pending *pending = walk->pending;
	const struct state_word *words;
	unsigned count = 0;

	walk->pending = pending->next;
	walk->table_entries = pending->table_entries;
	state_->pc = pending->pc;
	state_->flags = pending->flags;
	memcpy(state_->words_known, pending->words_known, sizeof(state_->words_known));
	for (unsigned i = 0; i < walk->flow->machine->registers; i++)
		state_->regs[i] = pending->known & (UINT32_C(1) << i)
					  ? pending->regs[count++]
					  : value_unknown();
	words = (const struct state_word *)&pending->regs[count];
	for (unsigned i = state_next_word(state_, 0); i < STATE_WORDS;
	     i = state_next_word(state_, i + 1))
		state_->words[i] = *words++;
}

/* A jump through a word at a fixed address: where the loader puts a function. */
static bool jumps_through_slot(const struct insn *insn)
{
	return insn->kind == INSN_JUMP && insn->a.kind == INSN_MEM &&
	       insn->a.reg == INSN_REG_NONE && insn->a.index == INSN_REG_NONE;
}

/* The slot of the stub at ADDRESS, 0: there is none; the same few are called again. */
static uint64_t find_slot(struct flow *flow, uint64_t address)
{
	unsigned place = (unsigned)(address / MACHINE_STUB_MAX % FLOW_STUBS);
	const uint8_t *bytes;
	uint64_t size, slot;

	if (flow->stubs[place].address == address)
		return flow->stubs[place].slot;
	bytes = flow_code(flow, address, MACHINE_STUB_MAX, &size);
	if (!bytes || !flow->machine->stub_slot(bytes, size, address, &slot))
		slot = 0;
	flow->stubs[place].address = address;
	flow->stubs[place].slot = slot;
	return slot;
}

struct value flow_resolve_stub(struct flow *flow, const struct flow_client *client,
			       uint64_t address)
{
	uint64_t slot = find_slot(flow, address);
	struct value at = value_number(slot);

	if (!slot)
		return value_number(address);
	return client->memory.load(client->memory.context, &at, 0, sizeof(uint64_t));
}

/*
 * Asks the client about a call (or tail call); afterwards STATE is as it returned,
 * and INSN may be gone.
 */
static enum flow_next tell_call(struct flow *flow, const struct flow_client *client,
				struct state *state, const struct insn *insn)
{
	struct flow_call call = {.address = state->pc, .state = state};
	enum flow_next next;

	call.callee = state_read(state, &client->memory, &insn->a);
	if (value_is_number(&call.callee))
		call.callee = flow_resolve_stub(flow, client, call.callee.number);
	call.after = insn->kind == INSN_CALL ? state->pc + insn->length : 0;
	next = client->call(client->context, &call);
	if (next == FLOW_THROUGH)
		return FLOW_ON;
	state_return_from_call(state, flow->machine, call.result);
	return next;
}

/* False when the path ends here. */
static bool take_call(struct walk *walk, struct state *state, const struct insn *insn)
{
	enum flow_next next = tell_call(walk->flow, walk->client, state, insn);

	if (next == FLOW_QUIT)
		walk->result.quit = true;
	return next == FLOW_ON;
}

/*
 * A switch: the entries of the table at TABLE are offsets from it, as compilers
 * write them in position-independent code, and the last comparison on the path
 * says how many there are.
 */
static void follow_table(struct walk *walk, const struct state *state, uint64_t table)
{
	if (walk->tail)
		return; /* followed by the path that came here first */
	if (!walk->table_entries || walk->table_entries > TABLE_MAX) {
		lose(walk->flow, state->pc);
		return;
	}
	for (uint64_t i = 0; i < walk->table_entries; i++) {
		const uint8_t *entry = elf_at(walk->flow->image, table + 4 * i, 4);

		if (!entry) {
			lose(walk->flow, state->pc);
			return;
		}
		push_pending(walk, state,
			     table + (uint64_t)(int64_t)(int32_t)npabi_load32(entry));
	}
}

/* Goes to where a jump leads; false when the path ends. */
static bool take_jump(struct walk *walk, struct state *state, const struct insn *insn)
{
	struct value target = state_read(state, &walk->client->memory, &insn->a);

	if (target.kind == VALUE_TAG || jumps_through_slot(insn)) {
		/* A tail call out of the image. */
		take_call(walk, state, insn);
		return false;
	}
	if (target.kind == VALUE_TABLE)
		follow_table(walk, state, target.number);
	if (!value_is_number(&target)) /* else a tail call through a pointer */
		return false;
	if (insn->a.kind != INSN_IMM && !elf_is_code(walk->flow->image, target.number))
		return false; /* a pointer that is only so where this path never goes */
	state->pc = target.number;
	return true;
}

/* "If above N, go to the default case": a switch of N + 1 cases may follow. */
static void note_table_entries(struct walk *walk, const struct state *state,
			       unsigned condition)
{
	const struct state_flags *flags = &state->flags;

	walk->table_entries = 0;
	if ((condition == INSN_IF_ABOVE || condition == INSN_IF_NOT_ABOVE) &&
	    flags->kind == STATE_FLAGS_COMPARE && flags->b.kind == VALUE_NUMBER)
		walk->table_entries = flags->b.number + 1;
}

static bool take_branch(struct walk *walk, struct state *state, const struct insn *insn)
{
	bool supposed = false;
	enum state_truth truth = state_condition(state, insn->condition, &supposed);
	uint64_t target = (uint64_t)insn->a.value;

	note_table_entries(walk, state, insn->condition);

	if (truth == STATE_UNDECIDED)
		walk->result.undecided_supposition |= supposed;
	if (truth == STATE_UNDECIDED || !walk->client->decide) {
		if (walk->tail)
			return false;
		push_pending(walk, state, target);
		truth = STATE_FALSE;
	}
	state->pc = truth == STATE_TRUE ? target : state->pc + insn->length;
	return true;
}

/*
 * One instruction; false when the path ends with it.  When the client has been
 * told of a call INSN may be gone: it may have walked, and the cache moved on.
 */
static inline bool step(struct walk *walk, struct state *state, const struct insn *insn)
{
	unsigned length = insn->length;

	switch (insn->kind) {
	case INSN_CALL:
		if (!take_call(walk, state, insn) || walk->tail)
			return false;
		break;
	case INSN_JUMP:
		return take_jump(walk, state, insn);
	case INSN_BRANCH:
		return take_branch(walk, state, insn);
	case INSN_RETURN:
	case INSN_STOP:
		return false;
	default:
		state_execute(state, walk->flow->machine, &walk->client->memory, insn);
	}
	state->pc += length;
	/* Running off the end of a function: the last call did not return. */
	return state->pc != walk->function.end;
}

/* Keeps walk->function the function that the path is in. */
static inline void enter_function(struct walk *walk, uint64_t pc)
{
	if (pc >= walk->function.start && pc < walk->function.end)
		return;
	if (!elf_functions_at(&walk->flow->functions, pc, &walk->function))
		walk->function = (struct elf_function){.start = pc, .end = UINT64_MAX};
}

static void walk_path(struct walk *walk, struct state *state)
{
	struct flow *flow = walk->flow;

	walk->tail = 0;
	for (;;) {
		const struct insn *insn;

		enter_function(walk, state->pc);
		if (!walk->tail && visited_mark(&walk->been, state->pc))
			walk->tail = 1;
		if (walk->tail && walk->tail++ > TAIL_STEPS)
			return;
		insn = flow->steps_left ? flow_instruction(flow, state->pc) : NULL;
		if (!insn) {
			lose(flow, state->pc);
			return;
		}
		flow->steps_left--;
		if (!step(walk, state, insn))
			return;
	}
}

struct flow_result flow_walk(struct flow *flow, const struct state *start,
			     const struct flow_client *client)
{
	size_t mark = flow->arena->used;
	struct walk walk = {.flow = flow, .client = client};
	/* not on the stack: a host's thread may have little of it */
	struct state *state = npabi_arena_take(flow->arena, sizeof(*state));

	if (!state) {
		lose(flow, start->pc);
		return walk.result;
	}
	*state = *start;
	walk.been.arena = walk.queued.arena = flow->arena;
	walk_path(&walk, state);
	while (walk.pending && !walk.result.quit) {
		pop_pending(&walk, state);
		walk_path(&walk, state);
	}
	if (walk.been.full || walk.queued.full)
		lose(flow, start->pc);
	flow->arena->used = mark;
	return walk.result;
}

/* Carries out one instruction of a sweep; STATE's pc still points at it. */
static void sweep_instruction(struct flow *flow, struct state *state,
			      const struct insn *insn, const struct flow_client *client)
{
	switch (insn->kind) {
	case INSN_CALL:
		tell_call(flow, client, state, insn);
		break;
	case INSN_JUMP:
		tell_call(flow, client, state, insn);
		state_init(state, flow->machine, state->pc);
		break;
	case INSN_RETURN:
	case INSN_STOP:
		state_init(state, flow->machine, state->pc);
		break;
	case INSN_BRANCH:
		break;
	default:
		state_execute(state, flow->machine, &client->memory, insn);
	}
}

bool flow_sweep(struct flow *flow, struct state *state, uint64_t end,
		const struct flow_client *client)
{
	while (state->pc < end) {
		const struct insn *insn = flow_instruction(flow, state->pc);
		unsigned length;

		if (!insn || !flow->steps_left)
			return false;
		flow->steps_left--;
		length = insn->length; /* INSN may not outlive what the client does */
		sweep_instruction(flow, state, insn, client);
		state->pc += length;
	}
	return true;
}
