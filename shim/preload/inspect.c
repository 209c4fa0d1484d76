/* SPDX-License-Identifier: MIT
 *
 * From a loaded object to its record, once each.  The sizes of NumPy's types can
 * only be read when NumPy is imported: an extension that is loaded before is
 * read at once, then waits, and its own imports are watched, since what it
 * imports last before it compares is NumPy.  Called by the hooks and preload.c.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "facts/collect.h"
#include "facts/heed.h"
#include "preload/emit.h"
#include "preload/guard.h"
#include "preload/hook_import.h"
#include "preload/inspect.h"
#include "preload/loaded_libraries.h"
#include "preload/runtime_probe.h"
#include "preload/slots.h"
#include "preload/startup.h"
#include "preload/watch.h"
#include "verdict/heed_rule.h"

/* One object that is seen for the first time. */
struct inspection {
	struct cpython *python;
	bool by_interpreter; /* CPython has called us */
	struct object object;
	struct loaded *entry;	 /* NULL: it cannot be kept */
	struct watched *watched; /* NULL: its outcome is not looked at */
	struct workspace *workspace;
};

static uint64_t read_microseconds(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void collect_facts(struct workspace *workspace, const struct object *object,
			  bool in_order)
{
	struct facts *facts = in_order ? &workspace->in_order : &workspace->facts;
	struct elf_image image;
	enum npabi_status status = object_image(object, &image);

	if (status == NPABI_OK) {
		facts_collect(&workspace->memory, &image, in_order, facts);
		loaded_libraries_add(&workspace->memory, &image, facts);
		return;
	}
	facts_clear(facts);
	facts->status = status;
}

static void tell_duration(const char *path, uint64_t start)
{
	struct npabi_textbuf buf;
	char text[64];

	if (!emit_wants(LEVEL_DEBUG))
		return;
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, "read in ");
	npabi_textbuf_unsigned(&buf, read_microseconds() - start);
	npabi_textbuf_string(&buf, " us");
	emit_note(LEVEL_DEBUG, path, text);
}

/* What could not be read is told; of what is no extension only the curious hear. */
static void tell_trouble(const char *path, const struct facts *facts)
{
	enum level level = LEVEL_INFO;
	struct npabi_textbuf buf;
	char text[256];

	if (facts->status == NPABI_OK)
		return;
	if (facts->status == NPABI_NOT_AN_EXTENSION)
		level = LEVEL_DEBUG;
	else if (facts->numpy_dependent == FACTS_YES)
		level = LEVEL_WARN;
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, npabi_status_text(facts->status));
	if (facts->status_detail[0]) {
		npabi_textbuf_string(&buf, ": ");
		npabi_textbuf_string(&buf, facts->status_detail);
	}
	emit_note(level, path, text);
}

/* What the extension does when its import_array fails. */
static void collect_heed(struct workspace *workspace, const struct object *object)
{
	struct elf_image image;

	if (object_image(object, &image) == NPABI_OK)
		heed_read(&workspace->memory, &image, &workspace->facts);
}

/*
 * Collects all that the verdict may yet ask for, by what is known of the run time: once
 * the extension runs, its data are not what it was loaded with, and lead through its code
 * by other ways.
 */
static void collect_ahead(struct workspace *workspace, const struct object *object)
{
	facts_clear(&workspace->in_order);
	if (workspace->facts.check_count > 1)
		collect_facts(workspace, object, true);
	if (!heed_rule_may_apply(&workspace->facts, &workspace->runtime))
		return;
	collect_heed(workspace, object);
	workspace->in_order.heed_read = true;
	memcpy(workspace->in_order.heed, workspace->facts.heed,
	       sizeof(workspace->facts.heed));
}

/*
 * Judges the facts of ENTRY (NULL: none) and its OBJECT (NULL: it is gone) in WORKSPACE
 * by its run time, if KNOWN, and writes.
 */
static void write_record(struct workspace *workspace, struct loaded *entry,
			 const struct object *object, const char *path, bool known)
{
	struct watched *watched = entry ? atomic_load(&entry->watched) : NULL;
	const struct runtime *runtime = known ? &workspace->runtime : NULL;
	bool waited = entry && entry->waiting;

	verdict_judge(&workspace->facts, runtime, &workspace->verdict);
	if (workspace->verdict.order_matters && (waited || object)) {
		if (!waited)
			collect_facts(workspace, object, true);
		workspace->facts = workspace->in_order;
		verdict_judge(&workspace->facts, runtime, &workspace->verdict);
	}
	if (workspace->verdict.heed_matters && object) {
		collect_heed(workspace, object);
		verdict_judge(&workspace->facts, runtime, &workspace->verdict);
	}
	if (watched && object)
		watch_expect(watched, &workspace->facts, &workspace->verdict);
	emit_extension(workspace, entry, path, known);
}

/*
 * Writes the record of ENTRY, which the caller has claimed, if the run time is
 * COMPLETE, or as it is if LAST; and gives the entry back.  PYTHON: NULL when
 * Python must not be asked.
 */
static void write_claimed(const struct cpython *python, bool by_interpreter,
			  struct loaded *entry, bool last)
{
	struct workspace *workspace = workspace_take();
	enum probe_result result = PROBE_NOTHING;
	struct object object;
	bool loaded;

	if (!workspace) {
		loaded_wait_again(entry);
		return;
	}
	workspace->facts = entry->waiting->facts;
	workspace->in_order = entry->waiting->in_order;
	if (python)
		result = runtime_probe(python, by_interpreter, &workspace->facts,
				       &workspace->runtime);
	if (result == PROBE_COMPLETE || last) {
		loaded = object_at(entry->start, &object);
		write_record(workspace, entry, loaded ? &object : NULL,
			     entry->waiting->path, result != PROBE_NOTHING);
		if (result != PROBE_NOTHING)
			atomic_store(
				&entry->refusal,
				refuse_judged(workspace, python, entry->waiting->path));
		loaded_settle(entry);
	} else {
		loaded_wait_again(entry);
	}
	workspace_give(workspace);
}

static void write_waiting(const struct cpython *python)
{
	struct loaded *entry;
	unsigned cursor = 0;

	while (loaded_waiting_count() &&
	       (entry = loaded_claim_next(&cursor, true)) != NULL)
		write_claimed(python, true, entry, false);
}

/* Takes over the slots by which the extension will import NumPy. */
static void watch_imports(const struct inspection *inspection)
{
	const struct cpython_functions *functions = &inspection->python->functions;
	struct slot_change changes[IMPORT_HOOKS] = {
		{.name = "PyImport_ImportModule",
		 .replacement = (uintptr_t)hook_import_module},
		{.name = "PyImport_Import", .replacement = (uintptr_t)hook_import},
		{.name = "PyImport_ImportModuleLevelObject",
		 .replacement = (uintptr_t)hook_import_level},
	};
	const uintptr_t usual[IMPORT_HOOKS] = {
		(uintptr_t)functions->import_module,
		(uintptr_t)functions->import,
		(uintptr_t)functions->import_level,
	};
	enum npabi_status status = NPABI_OK;
	unsigned refused = 0;
	uintptr_t next;

	if (!guard_lock())
		return;
	status = slots_change(&inspection->object, changes, IMPORT_HOOKS);
	for (int i = 0; i < IMPORT_HOOKS; i++) {
		refused += changes[i].refused_;
		next = slots_next(&changes[i]);
		if (next != usual[i])
			inspection->entry->previous[i] = next;
	}
	guard_unlock();
	if (status != NPABI_OK || refused)
		emit_note(LEVEL_INFO, inspection->object.name,
			  "its imports cannot be watched: a slot could not be rewritten");
}

/* Leaves the extension to wait for NumPy; false: it cannot. */
static bool wait_for_numpy(const struct inspection *inspection)
{
	struct workspace *workspace = inspection->workspace;
	struct loaded *entry = inspection->entry;

	if (!entry)
		return false;
	collect_ahead(workspace, &inspection->object);
	if (!loaded_wait(entry, &workspace->facts, &workspace->in_order,
			 inspection->object.name))
		return false;
	watch_imports(inspection);
	return true;
}

/* What has not run yet, and uses NumPy, has an outcome that is worth a look. */
static void begin_watch(struct inspection *inspection)
{
	if (inspection->by_interpreter && inspection->entry &&
	    inspection->workspace->facts.numpy_dependent == FACTS_YES)
		inspection->watched = watch_new(inspection->entry, &inspection->object,
						inspection->python);
}

/* Reads the object and writes its record, or makes it wait.  Why it must not run. */
static const struct refusal *inspect_object(struct inspection *inspection)
{
	struct workspace *workspace = inspection->workspace;
	const char *path = inspection->object.name;
	uint64_t start = read_microseconds();
	enum probe_result result;

	collect_facts(workspace, &inspection->object, false);
	tell_trouble(path, &workspace->facts);
	if (workspace->facts.status == NPABI_NOT_AN_EXTENSION)
		return NULL;
	tell_duration(path, start);
	if (workspace->facts.numpy_dependent != FACTS_YES && !emit_wants(LEVEL_DEBUG))
		return NULL;
	begin_watch(inspection);
	result = runtime_probe(inspection->python, inspection->by_interpreter,
			       &workspace->facts, &workspace->runtime);
	if (result != PROBE_COMPLETE && workspace->facts.numpy_dependent == FACTS_YES &&
	    wait_for_numpy(inspection))
		return NULL;
	write_record(workspace, inspection->entry, &inspection->object, path,
		     result != PROBE_NOTHING);
	if (result == PROBE_NOTHING)
		return NULL;
	return refuse_judged(workspace, inspection->python, path);
}

static const struct refusal *run_inspection(struct inspection *inspection)
{
	const struct refusal *refusal;

	inspection->workspace = workspace_take();
	if (!inspection->workspace)
		return NULL;
	refusal = inspect_object(inspection);
	if (inspection->entry)
		atomic_store(&inspection->entry->refusal, refusal);
	workspace_give(inspection->workspace);
	return refusal;
}

const struct refusal *inspect_extension(struct cpython *python, const void *handle,
					struct watched **watched_)
{
	struct inspection inspection = {.python = python, .by_interpreter = true};
	const struct refusal *refusal;
	struct loaded *known;

	*watched_ = NULL;

	write_waiting(python);
	if (!object_of_handle(handle, &inspection.object)) {
		emit_note(LEVEL_DEBUG, "",
			  "an extension's handle leads to no loaded object");
		return NULL;
	}
	inspection.entry = loaded_add(&inspection.object, python);
	known = inspection.entry ? NULL : loaded_find(inspection.object.start);
	/* whoever tries again is refused again */
	if (known)
		return atomic_load(&known->refusal);
	refusal = run_inspection(&inspection);
	*watched_ = inspection.watched;
	return refusal;
}

static bool holds_cpython(const struct object *object)
{
	for (unsigned i = 0; i < cpython_count(); i++)
		if (cpython_at(i)->object.headers == object->headers)
			return true;
	return false;
}

struct loaded *inspect_caller(uintptr_t caller)
{
	struct inspection inspection = {.by_interpreter = false};
	struct loaded *entry = loaded_find(caller);

	if (entry || !object_at(caller, &inspection.object))
		return entry;
	startup_look_again();
	inspection.python = cpython_of_object(&inspection.object);
	entry = loaded_add(&inspection.object, inspection.python);
	if (!entry)
		return loaded_find(caller);
	inspection.entry = entry;
	if (startup_is_done() && inspection.python && !holds_cpython(&inspection.object))
		run_inspection(&inspection);
	return entry;
}

void inspect_import_returned(struct cpython *python, struct loaded *entry, bool last)
{
	if (loaded_claim(entry))
		write_claimed(python, false, entry, last);
}

void inspect_at_exit(void)
{
	struct loaded *entry;
	unsigned cursor = 0;
	int self = getpid();

	while (loaded_waiting_count() &&
	       (entry = loaded_claim_next(&cursor, false)) != NULL)
		if (entry->waiting->process == self)
			write_claimed(NULL, false, entry, true);
}
