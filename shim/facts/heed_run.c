/* SPDX-License-Identifier: MIT
 *
 * A path is one way through the code with all that is known on it.  Other than
 * in flow_walk paths do not end where they meet: what matters is which exception
 * is set and what is returned, and that differs by path.  They end where another
 * came by with all the same.
 */
#include "facts/heed_run.h"

#include <string.h>

#include "elf/functions.h"
#include "facts/heed_path.h"
#include "facts/sites.h"

#define PATHS_MAX     400
#define VISITED_SLOTS 8192 /* a power of two */

/* Takes a path for use: a spare one, or fresh memory; NULL: too many. */
static struct heed_path *take_path(struct heed_run *run)
{
	struct heed_path *path = run->spare;

	if (path) {
		run->spare = path->next;
		return path;
	}
	if (run->path_count == PATHS_MAX)
		return NULL;
	run->path_count++;
	return npabi_arena_take(&run->reader->arena, sizeof(*path));
}

static void give_path(struct heed_run *run, struct heed_path *path)
{
	path->next = run->spare;
	run->spare = path;
}

/* The number that an exec function gives; 0: not known. */
static int32_t int_result(const struct heed_run *run, const struct heed_path *path)
{
	const struct value *result = &path->state.regs[run->reader->flow.machine->result];

	if (!run->executes || result->kind != VALUE_NUMBER || result->width < 4)
		return 0;
	return (int32_t)result->number;
}

static void add_outcome(struct heed_run *run, const struct heed_path *path,
			enum heed_end end)
{
	const struct heed_error *error = &path->error;
	int32_t result = end == HEED_END_FAILED ? int_result(run, path) : 0;

	for (unsigned i = 0; i < run->outcome_count; i++) {
		const struct heed_outcome *known = &run->outcomes[i];

		if (known->end == end && known->told == path->told &&
		    known->result == result && known->error.kind == error->kind &&
		    known->error.type == error->type && known->error.text == error->text)
			return;
	}
	if (run->outcome_count < HEED_OUTCOMES_MAX)
		run->outcomes[run->outcome_count++] =
			(struct heed_outcome){end, path->told, result, *error};
}

/* False, for callers whose path ends. */
static bool end_path(struct heed_run *run, const struct heed_path *path,
		     enum heed_end end)
{
	run->incomplete |= end == HEED_END_LOST;
	/* who has fetched the exception in pybind11 is about to throw it */
	if (end == HEED_END_LOST && run->pybind11 && path->saved.kind != HEED_ERROR_NONE)
		end = HEED_END_THROWN;
	if (path->failed)
		add_outcome(run, path, end);
	return false;
}

/* Keeps a copy of PATH that goes on at PC. */
static void push_path(struct heed_run *run, const struct heed_path *path, uint64_t pc)
{
	struct heed_path *copy = take_path(run);

	if (!copy) {
		end_path(run, path, HEED_END_LOST);
		return;
	}
	*copy = *path;
	copy->state.pc = pc;
	copy->next = run->pending;
	run->pending = copy;
}

/* Was a path here before with all the same?  When the set is full: yes. */
static bool came_by(struct heed_run *run, const struct heed_path *path)
{
	uint64_t key = heed_path_key(path, run->reader->flow.machine) | 1;
	unsigned i = (unsigned)(key >> 40) % VISITED_SLOTS;

	for (unsigned tries = 0; tries < VISITED_SLOTS / 2; tries++) {
		if (run->visited[i] == key)
			return true;
		if (!run->visited[i]) {
			run->visited[i] = key;
			return false;
		}
		i = (i + 1) % VISITED_SLOTS;
	}
	run->incomplete = true;
	return true;
}

/* The init function returns. */
static bool end_run(struct heed_run *run, const struct heed_path *path)
{
	const struct machine *machine = run->reader->flow.machine;
	const struct value *result = &path->state.regs[machine->result];
	bool zero = result->kind == VALUE_NUMBER && !(uint32_t)result->number &&
		    (run->executes || result->width < 8 || !result->number);

	if (run->reader->facts->python2) /* it returns nothing */
		return end_path(run, path,
				path->error.kind != HEED_ERROR_NONE ? HEED_END_FAILED
								    : HEED_END_WELL);
	if (!run->executes && !zero)
		return end_path(run, path, HEED_END_WELL);
	if (run->executes && zero)
		return end_path(run, path, HEED_END_WELL);
	if (run->executes && result->kind != VALUE_NUMBER && !run->cython)
		return end_path(run, path, HEED_END_LOST);
	/* without an exception it is something else that has failed */
	if (path->error.kind != HEED_ERROR_NONE)
		return end_path(run, path, HEED_END_FAILED);
	return false;
}

static bool take_return(struct heed_run *run, struct heed_path *path)
{
	if (!path->depth)
		return end_run(run, path);
	heed_path_leave(path, run->reader->flow.machine);
	return true;
}

/* Is the local function at ADDRESS one to go into? */
static bool is_entered(struct heed_run *run, const struct heed_path *path,
		       uint64_t address)
{
	const struct reader_memo *memo;

	if (path->depth == HEED_DEPTH) {
		run->incomplete = true;
		return false;
	}
	if (path->failed)
		return !run->cython && elf_is_code(run->reader->image, address);
	memo = sites_classify(run->reader, address, HEED_DEPTH);
	return !memo || memo->kind >= MEMO_RELEVANT;
}

/* Does the code go on behind the call that returns to AFTER? */
static bool has_more(const struct heed_run *run, uint64_t call, uint64_t after)
{
	struct elf_function function;

	return !elf_functions_at(&run->reader->flow.functions, call, &function) ||
	       after != function.end;
}

/* Goes on as if the attribute were not there, and later as if it were. */
static void miss_attribute(struct heed_run *run, struct heed_path *path)
{
	const struct machine *machine = run->reader->flow.machine;

	path->there = true;
	push_path(run, path, path->state.pc);
	path->there = false;
	path->asked = true;
	path->error = (struct heed_error){.kind = HEED_ERROR_OTHER};
	path->state.regs[machine->result] = value_number(0);
}

/* A call, or a jump to another function if AFTER is 0. */
static bool take_call(struct heed_run *run, struct heed_path *path, struct value callee,
		      uint64_t after)
{
	struct heed_effect effect;

	if (value_is_number(&callee) && is_entered(run, path, callee.number)) {
		if (after)
			heed_path_enter(path, run->reader->flow.machine, after);
		path->state.pc = callee.number;
		return true;
	}
	run->incomplete |= callee.kind != VALUE_TAG && !value_is_number(&callee);
	effect = heed_call_effect(run, path, callee);
	if (effect.lost)
		return end_path(run, path, HEED_END_LOST);
	if (effect.ends)
		return effect.thrown && end_path(run, path, HEED_END_THROWN);
	if (heed_path_carries_on(path)) {
		run->carries_on = true;
		return end_path(run, path, HEED_END_CARRIED);
	}
	state_return_from_call(&path->state, run->reader->flow.machine, effect.result);
	if (!after)
		return take_return(run, path);
	path->state.pc = after;
	if (effect.absent)
		miss_attribute(run, path);
	return has_more(run, after - 1, after);
}

static struct value resolve(struct heed_run *run, struct heed_path *path,
			    const struct insn *insn)
{
	struct heed_view view = {run, path};
	struct flow_client client = {{heed_load, &view}, NULL, NULL, true};
	struct value callee = state_read(&path->state, &client.memory, &insn->a);

	if (value_is_number(&callee))
		callee = flow_resolve_stub(&run->reader->flow, &client, callee.number);
	return callee;
}

static bool take_jump(struct heed_run *run, struct heed_path *path,
		      const struct insn *insn)
{
	struct value target = resolve(run, path, insn);

	if (value_is_number(&target)) {
		path->state.pc = target.number;
		return elf_is_code(run->reader->image, target.number) ||
		       end_path(run, path, HEED_END_LOST);
	}
	if (target.kind == VALUE_TABLE) /* a switch */
		return end_path(run, path, HEED_END_LOST);
	return take_call(run, path, target, 0);
}

static bool take_branch(struct heed_run *run, struct heed_path *path,
			const struct insn *insn)
{
	bool supposed;
	enum state_truth truth =
		state_condition(&path->state, insn->condition, &supposed);
	uint64_t target = (uint64_t)insn->a.value;

	if (truth == STATE_UNDECIDED) {
		run->unsure |= supposed;
		if (came_by(run, path))
			return false;
		push_path(run, path, target);
	}
	path->state.pc = truth == STATE_TRUE ? target : path->state.pc + insn->length;
	return true;
}

/* Carries out INSN; what a shift makes of a supposed value is supposed as well. */
static void execute(struct heed_path *path, const struct machine *machine,
		    const struct state_memory *memory, const struct insn *insn)
{
	struct state *state = &path->state;
	uint32_t changed = insn->kind == INSN_OTHER ? insn->clobbers : 0;
	uint32_t supposed = 0;

	if (insn->kind == INSN_OTHER && insn->dst.kind == INSN_REG)
		changed |= UINT32_C(1) << insn->dst.reg;
	for (unsigned reg = 0; reg < machine->registers; reg++)
		supposed |= (uint32_t)state->regs[reg].supposed << reg;
	state_execute(state, machine, memory, insn);
	for (unsigned reg = 0; reg < machine->registers; reg++)
		if (changed & supposed & (UINT32_C(1) << reg))
			state->regs[reg].supposed = true;
	if ((changed & supposed) && insn->sets_flags)
		state->flags.a.supposed = true;
}

/* One instruction; false when the path ends with it. */
static bool step(struct heed_run *run, struct heed_path *path, const struct insn *insn)
{
	struct heed_view view = {run, path};
	struct state_memory memory = {heed_load, &view};

	switch (insn->kind) {
	case INSN_CALL:
		return take_call(run, path, resolve(run, path, insn),
				 path->state.pc + insn->length);
	case INSN_JUMP:
		return take_jump(run, path, insn);
	case INSN_BRANCH:
		return take_branch(run, path, insn);
	case INSN_RETURN:
		return take_return(run, path);
	case INSN_STOP:
		return false;
	default:
		heed_path_store(path, &memory, insn);
		execute(path, run->reader->flow.machine, &memory, insn);
		path->state.pc += insn->length;
		return true;
	}
}

static void follow_path(struct heed_run *run, struct heed_path *path)
{
	for (;;) {
		const struct insn *found =
			run->steps_left
				? flow_instruction(&run->reader->flow, path->state.pc)
				: NULL;
		struct insn insn;

		if (!found) {
			end_path(run, path, HEED_END_LOST);
			return;
		}
		run->steps_left--;
		insn = *found;
		if (!step(run, path, &insn))
			return;
	}
}

/*
 * Once the failure has been met, other ways to it are of no interest; nor are ways
 * on which an attribute was there once a pybind11 module has gone on to define its
 * functions: what it asks for then is new.
 */
static void drop_others(struct heed_run *run)
{
	bool defines = run->pybind11 && run->carries_on;
	struct heed_path *kept = NULL, *next;

	for (struct heed_path *path = run->pending; path; path = next) {
		next = path->next;
		if (!path->failed || (defines && path->there)) {
			give_path(run, path);
			continue;
		}
		path->next = kept;
		kept = path;
	}
	run->pending = kept;
}

bool heed_run_prepare(struct heed_run *run)
{
	run->pending = run->spare = NULL;
	run->path_count = 0;
	run->visited = npabi_arena_take(&run->reader->arena,
					VISITED_SLOTS * sizeof(*run->visited));
	return run->visited != NULL;
}

void heed_run_from(struct heed_run *run, uint64_t entry)
{
	struct heed_path *path = take_path(run);

	if (!path)
		return;
	memset(run->visited, 0, VISITED_SLOTS * sizeof(*run->visited));
	memset(path, 0, sizeof(*path));
	state_init(&path->state, run->reader->flow.machine, entry);
	for (;;) {
		follow_path(run, path);
		give_path(run, path);
		if (run->reached)
			drop_others(run);
		path = run->pending;
		if (!path)
			return;
		run->pending = path->next;
	}
}
