/* SPDX-License-Identifier: MIT
 *
 * The order of start-up: off switch, settings, CPython, hooks.  Called by
 * preload.c when the process starts as Python, else by hook_import.c when a
 * host's libpython first imports.
 */
#include <stdatomic.h>
#include <sys/auxv.h>

#include "base/textbuf.h"
#include "preload/cpython.h"
#include "preload/emit.h"
#include "preload/hook_dlsym.h"
#include "preload/startup.h"

enum phase { PHASE_DORMANT, PHASE_STARTING, PHASE_OFF, PHASE_ON };

static struct {
	_Atomic(enum phase) phase;
} startup;

static void tell_hooked(const struct cpython *python, const char *outcome)
{
	struct npabi_textbuf buf;
	char version[32];
	char text[1200];

	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, outcome);
	npabi_textbuf_string(&buf, " of ");
	npabi_textbuf_string(&buf, python->path);
	if (python->missing[0]) {
		npabi_textbuf_string(&buf, "; NumPy cannot be looked at for lack of ");
		npabi_textbuf_string(&buf, python->missing);
	}
	cpython_version(python, version, sizeof(version));
	emit_process(version, text);
}

static void hook_new(void)
{
	struct cpython *python;
	const char *outcome;

	cpython_scan();
	for (unsigned i = 0; i < cpython_count(); i++) {
		python = cpython_at(i);
		if (python->hooked || python->gone)
			continue;
		outcome = hook_dlsym_install(python);
		if (outcome && emit_wants(LEVEL_DEBUG))
			tell_hooked(python, outcome);
	}
}

static void start(void)
{
	struct settings settings;

	if (settings_are_off()) {
		atomic_store(&startup.phase, PHASE_OFF);
		return;
	}
	settings_read(&settings, getauxval(AT_SECURE) != 0);
	emit_start(&settings);
	hook_new();
	atomic_store(&startup.phase, PHASE_ON);
}

void startup_run(void)
{
	enum phase seen = PHASE_DORMANT;

	if (atomic_compare_exchange_strong(&startup.phase, &seen, PHASE_STARTING))
		start();
}

void startup_look_again(void)
{
	if (startup_is_done())
		hook_new();
	else
		cpython_scan();
}

bool startup_is_done(void)
{
	return atomic_load(&startup.phase) == PHASE_ON;
}
