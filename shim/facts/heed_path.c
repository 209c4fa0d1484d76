/* SPDX-License-Identifier: MIT
 *
 * Calls of Python are taken to succeed, but for what cannot: where an exception is
 * set already, a function that runs code ends in a SystemError (CPython
 * Objects/call.c, _Py_CheckFunctionResult, 3.5 and later).
 */
#include "facts/heed_path.h"

#include <string.h>

#include "elf/relocs.h"

#define TAG_CALL      64 /* a value: number is the enum heed_call behind a slot */
#define MADE_UP	      UINT64_C(0x7e0000001000) /* address of an object */
#define REFERENCES    UINT64_C(1000)	       /* that it has */
#define CAPSULE_TYPE  (MADE_UP + 0x1000)       /* as its type, since that is asked for */
#define HEAD_SIZE_MAX 32
#define CALLS_ENOUGH  10 /* no handling of a failure is that long */

/* Where an object has its references and its type: CPython's Include/object.h. */
struct head {
	uint8_t references, width, type;
};

static const struct head with_gil = {0, 8, 8}, without_gil = {12, 4, 24};

static struct value object(void)
{
	return value_number(MADE_UP);
}

/* What is at OFFSET in the object that is made up. */
static struct value load_head(const struct heed_run *run, uint64_t offset, unsigned width)
{
	const struct head *head =
		run->reader->imports.without_gil ? &without_gil : &with_gil;

	if (offset == head->type && width == 8)
		return value_number(CAPSULE_TYPE);
	if (offset == head->references && width == head->width)
		return value_number(REFERENCES);
	return value_unknown();
}

/* What is remembered of the word at ADDRESS. */
static bool recall(const struct heed_path *path, uint64_t address, unsigned width,
		   struct value *value_)
{
	for (unsigned i = 0; i < path->global_count; i++)
		if (path->globals[i].address == address &&
		    path->globals[i].width == width) {
			*value_ = path->globals[i].value;
			return true;
		}
	return false;
}

struct value heed_load(void *context, const struct value *address, int64_t offset,
		       unsigned width)
{
	const struct heed_view *view = context;
	const struct elf_image *image = view->run->reader->image;
	struct value value;
	uint64_t target;
	unsigned call;

	if (address->kind == VALUE_TAG)
		return address->tag == TAG_CALL && !offset ? *address : value_unknown();
	if (address->kind != VALUE_NUMBER)
		return value_unknown();
	if (recall(view->path, address->number, width, &value))
		return value;
	if (address->number - MADE_UP < HEAD_SIZE_MAX)
		return load_head(view->run, address->number - MADE_UP, width);
	call = width == 8 ? heed_slots_find(&view->run->slots, address->number)
			  : HEED_CALL_NONE;
	if (call == HEED_CAPSULE_TYPE)
		return value_number(CAPSULE_TYPE);
	if (call > HEED_CALL_OWN)
		return value_tag(TAG_CALL, call);
	if (call == HEED_CALL_OWN && (elf_pointer_at(image, address->number, &target) ||
				      elf_slot_target(image, address->number, &target)))
		return value_number(target);
	return value_unknown();
}

/* The fixed place outside the stack that OPERAND denotes; 0: none that is known. */
static uint64_t place_of(const struct heed_path *path, const struct insn_operand *operand)
{
	const struct value *base;

	if (operand->kind != INSN_MEM || operand->index != INSN_REG_NONE ||
	    operand->width > 8)
		return 0;
	if (operand->reg == INSN_REG_NONE)
		return (uint64_t)operand->value;
	base = &path->state.regs[operand->reg];
	return value_is_number(base) && base->number != MADE_UP
		       ? base->number + (uint64_t)operand->value
		       : 0;
}

void heed_path_store(struct heed_path *path, const struct state_memory *memory,
		     const struct insn *insn)
{
	uint64_t place = place_of(path, &insn->dst);
	struct heed_global *global = NULL;

	for (unsigned i = 0; place && i < path->global_count && !global; i++)
		if (path->globals[i].address == place)
			global = &path->globals[i];
	if (place && !global && path->global_count < HEED_GLOBALS)
		global = &path->globals[path->global_count++];
	if (!global)
		return;
	global->address = place;
	global->width = insn->dst.width;
	global->value = insn->kind == INSN_MOVE
				? state_read(&path->state, memory, &insn->a)
				: value_unknown();
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return (hash ^ word) * UINT64_C(0x100000001b3);
}

static uint64_t mix_value(uint64_t hash, const struct value *value)
{
	return mix(mix(hash, value->kind), value->number);
}

uint64_t heed_path_key(const struct heed_path *path, const struct machine *machine)
{
	const struct state *state = &path->state;
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), state->pc);

	hash = mix(mix(mix(hash, path->failed), path->told), path->depth);
	hash = mix(mix(hash, path->error.kind), path->error.text);
	for (unsigned reg = 0; reg < machine->registers; reg++)
		if (!(machine->caller_saved & (UINT32_C(1) << reg)) ||
		    reg == machine->result)
			hash = mix_value(hash, &state->regs[reg]);
	for (unsigned i = state_next_word(state, 0); i < STATE_WORDS;
	     i = state_next_word(state, i + 1))
		hash = mix_value(mix(hash, state->words[i].address),
				 &state->words[i].value);
	for (unsigned i = 0; i < path->global_count; i++)
		hash = mix_value(mix(hash, path->globals[i].address),
				 &path->globals[i].value);
	for (unsigned i = 0; i < path->depth; i++)
		hash = mix(hash, path->frames[i].after);
	return hash;
}

void heed_path_enter(struct heed_path *path, const struct machine *machine,
		     uint64_t after)
{
	struct heed_frame *frame = &path->frames[path->depth++];
	unsigned count = 0;

	frame->after = after;
	frame->failed = path->failed;
	for (unsigned reg = 0; reg < machine->registers && count < HEED_KEPT; reg++)
		if (!(machine->caller_saved & (UINT32_C(1) << reg)))
			frame->kept[count++] = path->state.regs[reg];
	path->state.regs[machine->stack].number -= machine->call_pushes;
}

/* Words below the stack pointer are those of a function that has returned. */
static void drop_dead_words(struct state *state, uint64_t stack)
{
	for (unsigned i = state_next_word(state, 0); i < STATE_WORDS;
	     i = state_next_word(state, i + 1))
		if ((int64_t)(state->words[i].address - stack) < 0)
			state_forget_word(state, i);
}

void heed_path_leave(struct heed_path *path, const struct machine *machine)
{
	const struct heed_frame *frame = &path->frames[--path->depth];
	struct state *state = &path->state;
	unsigned count = 0;

	for (unsigned reg = 0; reg < machine->registers && count < HEED_KEPT; reg++)
		if (!(machine->caller_saved & (UINT32_C(1) << reg)))
			state->regs[reg] = frame->kept[count++];
	if (state->regs[machine->stack].kind == VALUE_STACK)
		drop_dead_words(state, state->regs[machine->stack].number);
	state->pc = frame->after;
	/* what hangs on it hangs on the failure */
	state->regs[machine->result].supposed |= path->failed && !frame->failed;
}

bool heed_path_carries_on(const struct heed_path *path)
{
	return path->failed && path->error.kind == HEED_ERROR_NONE &&
	       path->saved.kind == HEED_ERROR_NONE && path->calls >= CALLS_ENOUGH;
}

static struct value argument(const struct heed_run *run, const struct heed_path *path,
			     unsigned n)
{
	return path->state.regs[run->reader->flow.machine->arguments[n]];
}

/* A function that is given the address of a variable may write there. */
static void forget_arguments(const struct heed_run *run, struct heed_path *path)
{
	struct state *state = &path->state;

	for (unsigned n = 0; n < run->reader->flow.machine->argument_count; n++) {
		struct value value = argument(run, path, n);

		if (value.kind != VALUE_STACK)
			continue;
		for (unsigned i = state_next_word(state, 0); i < STATE_WORDS;
		     i = state_next_word(state, i + 1))
			if (state->words[i].address == value.number)
				state_forget_word(state, i);
	}
}

static void set_error(struct heed_path *path, enum heed_error_kind kind)
{
	path->error = (struct heed_error){.kind = (uint8_t)kind};
	path->calls = 0;
}

/* An exception with the text of argument 1, if it is just that. */
static void set_text(const struct heed_run *run, struct heed_path *path, bool format)
{
	struct value type = argument(run, path, 0), text = argument(run, path, 1);
	const char *words = reader_text(run->reader, text);

	set_error(path, HEED_ERROR_OTHER);
	if (type.kind != VALUE_TAG || type.tag != TAG_CALL)
		return;
	path->error.type = (uint8_t)type.number;
	if (!words || (format && strchr(words, '%')))
		return;
	if (!strcmp(words, "_ARRAY_API not found")) {
		set_error(path, HEED_ERROR_CAUSE);
		return;
	}
	path->error.kind = HEED_ERROR_TEXT;
	path->error.text = text.number;
}

/* __cxa_throw(object, type, destructor): a type_info has its name as second word. */
static void note_thrown(const struct heed_run *run, struct heed_path *path)
{
	struct value type = argument(run, path, 1);
	uint64_t name;

	path->told |= path->saved.kind == HEED_ERROR_CAUSE;
	set_error(path, HEED_ERROR_NONE);
	if (value_is_number(&type) &&
	    elf_pointer_at(run->reader->image, type.number + sizeof(name), &name))
		path->error.text = name;
}

/* The attribute that is asked for is a table that cannot be had. */
static void fail_table(struct heed_run *run, struct heed_path *path, bool umath)
{
	bool first = !path->failed;

	path->failed = run->reached = true;
	run->umath_first |= umath && first;
	set_error(path, umath ? HEED_ERROR_OTHER : HEED_ERROR_CAUSE);
}

static struct heed_effect get_attribute(struct heed_run *run, struct heed_path *path)
{
	struct heed_effect effect = {.result = value_number(0)};
	const char *name = reader_text(run->reader, argument(run, path, 1));
	bool umath = name && run->refused && !strcmp(name, "_UFUNC_API");

	if (umath || (name && !strcmp(name, "_ARRAY_API"))) {
		fail_table(run, path, umath);
		return effect;
	}
	effect.result = object();
	effect.absent = path->failed && run->pybind11;
	return effect;
}

/* The library's function fails as it does when its import_array has. */
static struct value fail_library(struct heed_run *run, struct heed_path *path)
{
	unsigned failure = run->refused ? FACTS_REFUSED : FACTS_VERSIONS;
	struct value result = value_number((uint32_t)run->library->heed[failure].result);

	path->failed = run->reached = true;
	set_error(path, HEED_ERROR_LIBRARY);
	result.width = sizeof(int32_t);
	return result;
}

/* Functions that fail while an exception is set. */
static struct value run_code(struct heed_path *path)
{
	if (path->error.kind == HEED_ERROR_NONE)
		return object();
	set_error(path, HEED_ERROR_OTHER);
	path->error.type = HEED_SYSTEM_ERROR;
	return value_number(0);
}

/* PyErr_ExceptionMatches, where types that have no subtypes decide it. */
static struct value match_error(const struct heed_run *run, const struct heed_path *path)
{
	struct value type = argument(run, path, 0);

	if (path->error.kind == HEED_ERROR_NONE)
		return value_number(0);
	if (!path->error.type || type.kind != VALUE_TAG || type.tag != TAG_CALL)
		return value_unknown();
	if (type.number == path->error.type)
		return value_number(1);
	return type.number == HEED_MODULE_NOT_FOUND ? value_number(0) : value_unknown();
}

static struct value fetch_error(struct heed_path *path)
{
	path->saved = path->error;
	set_error(path, HEED_ERROR_NONE);
	return path->saved.kind == HEED_ERROR_NONE ? value_number(0) : object();
}

/* What the function does to the exception that is set, and its result. */
static struct value change_error(const struct heed_run *run, struct heed_path *path,
				 unsigned call)
{
	switch (call) {
	case HEED_CALL_FETCH:
		return fetch_error(path);
	case HEED_CALL_RESTORE:
		path->error = path->saved;
		path->saved.kind = HEED_ERROR_NONE;
		break;
	case HEED_CALL_SET_TEXT:
	case HEED_CALL_SET_FORMAT:
		set_text(run, path, call == HEED_CALL_SET_FORMAT);
		break;
	case HEED_CALL_SET_OTHER:
		set_error(path, HEED_ERROR_OTHER);
		break;
	case HEED_CALL_PRINT:
		path->told |= path->error.kind == HEED_ERROR_CAUSE;
		set_error(path, HEED_ERROR_NONE);
		break;
	default:
		set_error(path, HEED_ERROR_NONE);
		break;
	}
	return value_unknown(); /* PyErr_Format and kin give NULL, which nobody uses */
}

static struct value result_of(struct heed_run *run, struct heed_path *path, unsigned call)
{
	switch (call) {
	case HEED_CALL_MEMORY:
	case HEED_CALL_OBJECT:
		return object();
	case HEED_CALL_SUCCESS:
		return value_number(0);
	case HEED_CALL_RUN:
		return run_code(path);
	case HEED_CALL_MATCHES:
		return match_error(run, path);
	case HEED_CALL_OCCURRED:
		return path->error.kind == HEED_ERROR_NONE ? value_number(0) : object();
	case HEED_CALL_MODULE_INIT:
		run->definition = argument(run, path, 0).number;
		return object();
	case HEED_CALL_LIBRARY:
		return fail_library(run, path);
	case HEED_CALL_NONE:
	case HEED_CALL_FOREIGN:
	case HEED_CALL_QUIET:
		return value_unknown();
	default:
		return change_error(run, path, call);
	}
}

/* Does the callee get a function of this image, which it may call back? */
static bool passes_code(const struct heed_run *run, const struct heed_path *path)
{
	for (unsigned n = 0; n < run->reader->flow.machine->argument_count; n++) {
		struct value value = argument(run, path, n);

		if (value_is_number(&value) &&
		    elf_is_code(run->reader->image, value.number))
			return true;
	}
	return false;
}

struct heed_effect heed_call_effect(struct heed_run *run, struct heed_path *path,
				    struct value callee)
{
	bool known = callee.kind == VALUE_TAG && callee.tag == TAG_CALL;
	unsigned call = known ? (unsigned)callee.number : HEED_CALL_NONE;
	bool asked = path->asked && call != HEED_CALL_QUIET;
	struct heed_effect effect = {.thrown = call == HEED_CALL_THROW};

	/* Python 2 runs code all the same, and then the exception may show or not */
	effect.lost = run->reader->facts->python2 && call == HEED_CALL_RUN &&
		      path->error.kind != HEED_ERROR_NONE;
	effect.ends = effect.thrown || effect.lost || call == HEED_CALL_NO_RETURN ||
		      (asked && call != HEED_CALL_CLEAR);
	if (effect.thrown)
		note_thrown(run, path);
	if (effect.ends)
		return effect;
	path->calls += call > HEED_CALL_QUIET;
	if (call == HEED_CALL_NONE || call == HEED_CALL_FOREIGN) /* as Boost.Python's */
		run->incomplete |= passes_code(run, path);
	forget_arguments(run, path);
	if (call == HEED_CALL_ATTRIBUTE)
		return get_attribute(run, path);
	effect.result = result_of(run, path, call);
	if (asked) { /* what asks so is defining the module's functions */
		path->asked = false;
		path->calls = CALLS_ENOUGH;
	}
	return effect;
}
