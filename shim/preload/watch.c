/* SPDX-License-Identifier: MIT
 *
 * Init functions are watched from CPython's look-up of them on, exec functions from
 * the moment when the init function has returned the module definition that names
 * them.  The functions are called as they would be; of the exception that they may
 * leave a copy of the words is taken.  Whatever is not as expected ends the watch, and
 * nothing is said.  Called by CPython through entries.c, by inspect.c and the hooks.
 */
#include <string.h>
#include <sys/mman.h>

#include "facts/entry.h"
#include "preload/emit.h"
#include "preload/entries.h"
#include "preload/guard.h"
#include "preload/hook_warn.h"
#include "preload/pending.h"
#include "preload/refuse.h"
#include "preload/slots.h"
#include "preload/watch.h"

#define WATCHED_MAX (ENTRIES / 2)

struct definition_slot {
	int kind;
	uintptr_t value;
};

#define SLOT_KIND_MAX 16 /* 4 in CPython 3.13 */

/* What an entry stands for. */
struct row {
	struct watched *watched;
	uintptr_t original;
	bool is_exec;
};

static struct {
	struct row rows[ENTRIES];
	atomic_uint row_count;
	_Atomic(struct watched *) watched; /* WATCHED_MAX; NULL until the first */
	atomic_uint watched_count;
	_Atomic(uint64_t) last_failure; /* hash of the last words of a mismatch */
} table;

static bool can_watch(const struct cpython *python)
{
	const struct cpython_functions *functions = &python->functions;

	return !python->missing[0] && functions->error_occurred &&
	       functions->definition_type;
}

static struct watched *find_room(void)
{
	size_t size = WATCHED_MAX * sizeof(struct watched);
	struct watched *none = NULL;
	struct watched *room;
	unsigned index;

	if (!atomic_load(&table.watched)) {
		room = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (room == MAP_FAILED)
			return NULL;
		if (!atomic_compare_exchange_strong(&table.watched, &none, room))
			munmap(room, size);
	}
	if (atomic_load(&table.watched_count) >= WATCHED_MAX)
		return NULL;
	index = atomic_fetch_add(&table.watched_count, 1);
	return index < WATCHED_MAX ? atomic_load(&table.watched) + index : NULL;
}

/* The address of an entry that stands for ORIGINAL; 0: none is left. */
static uintptr_t take_entry(struct watched *watched, uintptr_t original, bool is_exec)
{
	unsigned index;

	if (atomic_load(&table.row_count) >= ENTRIES)
		return 0;
	index = atomic_fetch_add(&table.row_count, 1);
	if (index >= ENTRIES)
		return 0;
	table.rows[index] = (struct row){watched, original, is_exec};
	return entries_address(index);
}

struct watched *watch_new(struct loaded *entry, const struct object *object,
			  struct cpython *python)
{
	struct watched *watched = NULL;

	if (emit_wants(LEVEL_ERROR) && can_watch(python))
		watched = find_room();
	if (!watched)
		return NULL;
	watched->object = *object;
	watched->entry = entry;
	watched->python = python;
	atomic_store(&entry->watched, watched);
	return watched;
}

void watch_expect(struct watched *watched, const struct facts *facts,
		  const struct verdict *verdict)
{
	struct outcome *outcome = &watched->outcome;

	if (!watch_is_running(watched))
		return;
	outcome_expect(outcome, facts, verdict);
	strcpy(watched->init_name, facts->init_name);
	if (outcome->predicted == VERDICT_WARN || outcome->warning_expected ||
	    (facts->check_count && emit_wants(LEVEL_DEBUG)))
		watched->blind =
			!hook_warn_install(watched) && outcome->predicted == VERDICT_WARN;
	atomic_store(&watched->judged, true);
}

void *watch_init(struct watched *watched, void *init)
{
	uintptr_t entry = init ? take_entry(watched, (uintptr_t)init, false) : 0;

	return entry ? (void *)entry : init;
}

bool watch_is_running(const struct watched *watched)
{
	return !atomic_load(&watched->done);
}

/* --- the end of an import --------------------------------------------------- */

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash;
}

/* An error leaves first the extension that raised it, then those that import it. */
static void tell_foreign(struct outcome *outcome)
{
	uint64_t hash;

	if (!outcome->of_mismatch)
		return;
	hash = hash_text(outcome->message);
	outcome->is_foreign = atomic_exchange(&table.last_failure, hash) == hash;
}

static void describe_failure(struct watched *watched)
{
	const struct cpython_functions *functions = &watched->python->functions;
	struct outcome *outcome = &watched->outcome;
	struct npabi_textbuf type, message;
	struct pending_error error;

	npabi_textbuf_init(&type, outcome->type, sizeof(outcome->type));
	npabi_textbuf_init(&message, outcome->message, sizeof(outcome->message));
	pending_take(functions, &error);
	pending_describe(functions, &error, &type, &message);
	pending_put_back(functions, &error);
	outcome->observed = VERDICT_ERROR;
	outcome->of_mismatch = outcome_is_of_mismatch(outcome->message);
	tell_foreign(outcome);
}

/* How an init or exec function has ended that nothing follows. */
enum ending {
	ENDED_WELL,
	ENDED_FAILED,	      /* an exception is pending */
	ENDED_UNREPORTED,     /* so it is, but the init function has given a module ... */
	ENDED_UNREPORTED_EXEC /* ... or the exec function 0 */
};

static void end_watch(struct watched *watched, enum ending ending)
{
	struct outcome *outcome = &watched->outcome;

	if (atomic_exchange(&watched->done, true))
		return;
	if (ending != ENDED_WELL)
		describe_failure(watched);
	else if (outcome->observed == VERDICT_UNKNOWN && !watched->blind)
		outcome->observed = VERDICT_OK;
	if (ending == ENDED_UNREPORTED || ending == ENDED_UNREPORTED_EXEC)
		outcome_make_unreported(
			outcome, ending == ENDED_UNREPORTED ? watched->init_name : NULL);
	/* what waits for NumPy still was not put to the test, nor what was refused */
	if (atomic_load(&watched->judged) && !atomic_load(&watched->entry->refusal) &&
	    outcome->observed != VERDICT_UNKNOWN)
		emit_outcome(watched->object.name, outcome);
}

/* --- exec functions ----------------------------------------------------------- */

/* Where an object has its type: Include/object.h. */
#define TYPE_WORD	      1
#define TYPE_WORD_WITHOUT_GIL 3

/*
 * CPython makes a SystemError of an object without a type, such as a definition that
 * PyModuleDef_Init has not seen; its functions must not be asked about one.
 */
static bool has_type(const struct watched *watched, PyObject *result)
{
	const struct cpython_functions *functions = &watched->python->functions;
	size_t word = functions->decref_shared ? TYPE_WORD_WITHOUT_GIL : TYPE_WORD;

	return ((const uintptr_t *)result)[word] != 0;
}

static bool is_definition(const struct watched *watched, PyObject *result)
{
	const struct cpython_functions *functions = &watched->python->functions;
	PyObject *type = functions->type_of(result);

	if (type)
		functions->decref(type);
	return type == functions->definition_type;
}

/*
 * The slots of DEFINITION, which end with one of kind 0, if all of them lie in the
 * extension and look like slots; NULL: they do not.  *execs_ is how many are exec ones.
 */
static struct definition_slot *read_slots(const struct elf_image *image,
					  uintptr_t definition, uintptr_t offset,
					  unsigned *execs_)
{
	struct definition_slot *slots;
	uintptr_t place;

	if (!elf_at(image, definition + offset - image->bias, sizeof(place)))
		return NULL;
	place = *(const uintptr_t *)(definition + offset);
	slots = (struct definition_slot *)place;
	*execs_ = 0;
	for (unsigned i = 0; i < ENTRY_ARRAY_MAX; i++, slots++) {
		if (place % sizeof(uintptr_t) != 0 ||
		    !elf_at(image, (uintptr_t)slots - image->bias, sizeof(*slots)) ||
		    slots->kind < 0 || slots->kind > SLOT_KIND_MAX)
			return NULL;
		if (!slots->kind)
			return (struct definition_slot *)place;
		if (slots->kind == ENTRY_SLOT_EXEC && !slots->value)
			return NULL;
		*execs_ += slots->kind == ENTRY_SLOT_EXEC;
	}
	return NULL;
}

/* Puts an entry in front of the exec function of SLOT. */
static bool watch_slot(struct watched *watched, const struct elf_image *image,
		       struct definition_slot *slot)
{
	uintptr_t entry = take_entry(watched, slot->value, true);

	return entry && slots_write(image, (uintptr_t)&slot->value, entry);
}

static bool watch_execs(struct watched *watched, uintptr_t definition)
{
	struct definition_slot *slots = NULL;
	bool watching = true;
	struct elf_image image;
	unsigned execs = 0;

	if (object_image(&watched->object, &image) != NPABI_OK)
		return false;
	for (size_t i = 0; i < ENTRY_LAYOUTS && !slots; i++)
		slots = read_slots(&image, definition, entry_slots_offsets[i], &execs);
	if (!slots || !execs || !guard_lock())
		return false;
	atomic_store(&watched->execs_left, (int)execs);
	for (; slots->kind && watching; slots++)
		if (slots->kind == ENTRY_SLOT_EXEC)
			watching = watch_slot(watched, &image, slots);
	guard_unlock();
	return watching;
}

/* --- what CPython calls -------------------------------------------------------- */

static void look_at_init(struct watched *watched, PyObject *result)
{
	if (!result)
		end_watch(watched, ENDED_FAILED);
	else if (watched->python->functions.error_occurred())
		end_watch(watched, ENDED_UNREPORTED);
	else if (!has_type(watched, result))
		atomic_store(&watched->done, true);
	else if (!is_definition(watched, result))
		end_watch(watched, ENDED_WELL);
	else if (!watch_execs(watched, (uintptr_t)result))
		atomic_store(&watched->done, true);
}

static void look_at_exec(struct watched *watched, int result)
{
	if (result)
		end_watch(watched, ENDED_FAILED);
	else if (watched->python->functions.error_occurred())
		end_watch(watched, ENDED_UNREPORTED_EXEC);
	else if (atomic_fetch_sub(&watched->execs_left, 1) == 1)
		end_watch(watched, ENDED_WELL);
}

/* CPython has called us, unless somebody has called the init function by hand. */
static bool has_interpreter(const struct watched *watched)
{
	return cpython_thread_state(&watched->python->functions) != NULL;
}

static uintptr_t run_original(const struct row *row, PyObject *module)
{
	if (row->is_exec)
		return (uintptr_t)((int (*)(PyObject *))row->original)(module);
	return (uintptr_t)((PyObject * (*)(void)) row->original)();
}

static void look_at(const struct row *row, uintptr_t result)
{
	if (!guard_enter())
		return;
	if (row->is_exec)
		look_at_exec(row->watched, (int)result);
	else
		look_at_init(row->watched, (PyObject *)result);
	guard_leave();
}

/*
 * An extension that was refused when it imported NumPy, and does not heed that its
 * import has failed: what it gives, RESULT, is not passed on.
 */
static uintptr_t insist(const struct row *row, uintptr_t result)
{
	struct watched *watched = row->watched;
	const struct refusal *refusal = atomic_load(&watched->entry->refusal);
	bool failed = row->is_exec ? (int)result != 0 : !result;

	if (!refusal || failed || watched->python->functions.error_occurred())
		return result;
	if (!row->is_exec && !has_type(watched, (PyObject *)result))
		return result;
	if (row->is_exec) {
		refuse_import(watched->python, refusal, NULL);
		return (uintptr_t)-1;
	}
	if (is_definition(watched, (PyObject *)result)) /* its exec functions follow */
		return result;
	return (uintptr_t)refuse_import(watched->python, refusal, (PyObject *)result);
}

uintptr_t entries_target(PyObject *module, unsigned index)
{
	const struct row *row = &table.rows[index];
	uintptr_t result = run_original(row, module);

	if (!watch_is_running(row->watched) || !has_interpreter(row->watched))
		return result;
	look_at(row, result);
	return insist(row, result);
}
