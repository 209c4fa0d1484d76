/* SPDX-License-Identifier: MIT
 *
 * Level policy and the way to the sink.  The lock is held while the owner is
 * looked up and the record written, which is all that is shared.  Called by
 * startup.c, inspect.c and the hooks.
 */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "facts/owner_python.h"
#include "preload/emit.h"
#include "preload/guard.h"
#include "preload/summary.h"

static struct {
	struct settings settings;
	atomic_bool started;
	atomic_bool numpy_told;
	struct owner_cache *owners; /* NULL: none yet, or no memory */
	unsigned times_inherited;   /* of the lock, when owners was made */
	int process;		    /* that was started with us, not a fork of it */
} emitter;

bool emit_wants(enum level level)
{
	return atomic_load(&emitter.started) && level <= emitter.settings.level;
}

/* With the lock held. */
static void put_record(enum level level, const struct npabi_textbuf *buf)
{
	struct sink *sink = &emitter.settings.sink;

	if (level <= LEVEL_WARN)
		sink_write_urgent(sink, buf->data, buf->length);
	else
		sink_write(sink, buf->data, buf->length);
}

static void write_record(enum level level, const struct npabi_textbuf *buf)
{
	if (!guard_lock())
		return;
	put_record(level, buf);
	guard_unlock();
}

static void write_note(enum level level, const char *path, const char *reason)
{
	struct workspace *workspace = workspace_take();
	struct npabi_textbuf buf;

	if (!workspace)
		return;
	npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
	record_note(&buf, emitter.settings.format, path, reason);
	write_record(level, &buf);
	workspace_give(workspace);
}

void emit_start(const struct settings *settings)
{
	emitter.settings = *settings;
	emitter.process = getpid();
	atomic_store(&emitter.started, true);
	for (unsigned i = 0; i < settings->problem_count; i++)
		write_note(LEVEL_WARN, "", settings->problems[i]);
}

void emit_note(enum level level, const char *path, const char *reason)
{
	if (emit_wants(level))
		write_note(level, path, reason);
}

void emit_process(const char *version, const char *hooked)
{
	struct workspace *workspace;
	struct npabi_textbuf buf;

	if (!emit_wants(LEVEL_DEBUG))
		return;
	workspace = workspace_take();
	if (!workspace)
		return;
	npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
	record_start(&buf, emitter.settings.format, version, hooked);
	write_record(LEVEL_DEBUG, &buf);
	workspace_give(workspace);
}

/* Once a process, when its version is known. */
static void tell_numpy(struct workspace *workspace)
{
	struct npabi_textbuf buf;

	if (!emit_wants(LEVEL_INFO) || !workspace->runtime.numpy[0] ||
	    atomic_exchange(&emitter.numpy_told, true))
		return;
	npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
	record_numpy(&buf, emitter.settings.format, &workspace->runtime);
	write_record(LEVEL_INFO, &buf);
}

static enum level find_level(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_ERROR:
		return LEVEL_ERROR;
	case VERDICT_UNSAFE: /* much such code never meets what is wrong */
	case VERDICT_WARN:
		return LEVEL_WARN;
	case VERDICT_OK:
	case VERDICT_UNKNOWN:
		break;
	}
	return LEVEL_INFO;
}

/* In any other host sys.executable is the python3 that PATH has, if any. */
static bool is_python(void)
{
	char path[1024];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *name;

	path[length > 0 ? length : 0] = '\0';
	name = strrchr(path, '/');
	return name && strncmp(name, "/python", strlen("/python")) == 0;
}

/*
 * The lock is held.  A cache that a thread was changing when fork left it
 * behind is not looked into again.
 */
static void find_owner(const char *path, struct workspace *workspace)
{
	struct runtime *runtime = &workspace->runtime;
	unsigned times = guard_times_inherited();
	char root[1024];

	if (!emitter.owners || times != emitter.times_inherited)
		emitter.owners = owner_cache_new();
	emitter.times_inherited = times;
	owner_find(emitter.owners, path, &workspace->owner);
	/* the advice is for an interpreter, which a host is not */
	if (!workspace->verdict.advice_count || (runtime->executable[0] && is_python()))
		return;
	runtime->executable[0] = '\0';
	if (owner_root(emitter.owners, path, root, sizeof(root)))
		owner_python(root, runtime->executable, sizeof(runtime->executable));
}

static struct record_extension gather(const struct workspace *workspace, const char *path,
				      bool known)
{
	return (struct record_extension){
		.path = path,
		.facts = &workspace->facts,
		.owner = &workspace->owner,
		.verdict = &workspace->verdict,
		.runtime = known ? &workspace->runtime : NULL,
		.python = known ? workspace->runtime.executable : NULL,
		.in_container = emitter.settings.in_container,
		.brief = !emit_wants(LEVEL_INFO),
	};
}

void emit_extension(struct workspace *workspace, struct loaded *entry, const char *path,
		    bool known)
{
	struct record_extension extension = gather(workspace, path, known);
	bool dependent = workspace->facts.numpy_dependent == FACTS_YES;
	enum level level = dependent ? find_level(workspace->verdict.kind) : LEVEL_DEBUG;
	bool wanted = emit_wants(level);
	bool kept = dependent && emitter.settings.summary;
	struct npabi_textbuf buf;

	if (!wanted && !kept)
		return;
	/* while NumPy itself is loaded, it has no versions yet */
	if (known && wanted && (dependent || workspace->runtime.abi_version))
		tell_numpy(workspace);
	if (!guard_lock())
		return;
	find_owner(path, workspace);
	if (kept)
		summary_keep(&extension, entry);
	npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
	if (wanted) {
		record_extension(&buf, emitter.settings.format, &extension);
		put_record(level, &buf);
	}
	guard_unlock();
}

/* That all went well as foretold is news to nobody. */
static enum level find_outcome_level(const struct outcome *outcome)
{
	enum level level = find_level(outcome->predicted);
	enum facts_answer agrees = outcome_agrees(outcome);

	if (agrees == FACTS_NO && level > LEVEL_WARN)
		return LEVEL_WARN;
	if (agrees == FACTS_YES && outcome->predicted == VERDICT_OK)
		return LEVEL_DEBUG;
	return level;
}

void emit_outcome(const char *path, const struct outcome *outcome)
{
	enum level level = find_outcome_level(outcome);
	struct workspace *workspace;
	struct npabi_textbuf buf;

	if (!emit_wants(level))
		return;
	workspace = workspace_take();
	if (!workspace)
		return;
	npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
	record_outcome(&buf, emitter.settings.format, path, outcome);
	write_record(level, &buf);
	workspace_give(workspace);
}

void emit_summary(void)
{
	struct record_summary summary;
	struct workspace *workspace;
	struct npabi_textbuf buf;
	unsigned next = 0;

	if (!emitter.settings.summary || !summary_collect(emitter.process, &summary))
		return;
	workspace = workspace_take();
	if (!workspace)
		return;
	do {
		unsigned first = next;

		npabi_textbuf_init(&buf, workspace->record, sizeof(workspace->record));
		next = record_summary(&buf, emitter.settings.format, &summary, first);
		write_record(LEVEL_INFO, &buf);
		if (next == first)
			break; /* a row that fits into no record */
	} while (next < summary.count);
	workspace_give(workspace);
}

bool emit_is_strict(void)
{
	return atomic_load(&emitter.started) && emitter.settings.strict;
}

bool emit_refusal(struct workspace *workspace, const char *path, char *text, size_t size)
{
	struct record_extension extension = gather(workspace, path, true);
	struct npabi_textbuf buf;

	if (!guard_lock())
		return false;
	find_owner(path, workspace);
	guard_unlock();
	npabi_textbuf_init(&buf, text, size);
	record_refusal(&buf, &extension);
	return true;
}
