/* SPDX-License-Identifier: MIT
 *
 * Reading.  A file is opened once, whatever its verdicts want of it, and a member of
 * a wheel unpacked once.  Prints nothing.  Called by jobs.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "scan/candidate.h"
#include "scan/examine.h"
#include "scan/interpreter.h"
#include "scan/wheel.h"

static void give(struct examiner *examiner, enum reading_kind kind, const char *reason)
{
	struct reading *reading = &examiner->reading;

	reading->kind = kind;
	snprintf(reading->reason, sizeof(reading->reason), "%s", reason);
	examiner->take(examiner->context, reading);
}

/* Reads what a verdict on TARGET hangs on.  True: the facts have become others. */
static bool read_more(struct examiner *examiner, struct npabi_source *source,
		      const char *name, const struct target *target)
{
	struct facts *facts = &examiner->reading.facts;

	verdict_judge(facts, target_runtime(target, facts), &examiner->verdict);
	if (examiner->verdict.order_matters)
		candidate_read_in_order(&examiner->memory, source, name, facts);
	else if (examiner->verdict.heed_matters)
		candidate_read_heed(&examiner->memory, source, name, facts);
	else
		return false;
	return true;
}

/*
 * Reads what the verdicts on all targets hang on.  Reading in order makes the facts
 * anew: targets that were settled before are then asked again.
 */
static void complete(struct examiner *examiner, struct npabi_source *source,
		     const char *name)
{
	const struct target *first =
		targets_first(examiner->targets, examiner->owners, &examiner->reading);
	const struct target *target = first;

	do {
		target = read_more(examiner, source, name, target)
				 ? first
				 : targets_next_shown(examiner->targets,
						      &examiner->reading, target);
	} while (target);
}

/* Is the extension that was read called as its file NAME is? */
static bool is_called_so(const struct facts *facts, const char *name)
{
	const char *stem = npabi_file_name(name);
	size_t length = strcspn(stem, ".");

	return strncmp(facts->init_name, "PyInit_", 7) == 0 &&
	       strncmp(facts->init_name + 7, stem, length) == 0 &&
	       !facts->init_name[7 + length];
}

/* Is the file, of which candidate_read says KIND, Python itself?  Then that is told. */
static bool take_interpreter(struct examiner *examiner, enum candidate_kind kind,
			     bool named)
{
	struct reading *reading = &examiner->reading;
	struct npabi_textbuf buf;
	char text[sizeof(reading->reason)];

	if (reading->wheel || !interpreter_is(reading->path) ||
	    (kind == CANDIDATE_EXTENSION && is_called_so(&reading->facts, reading->path)))
		return false;
	if (!named)
		return kind == CANDIDATE_EXTENSION;
	npabi_textbuf_init(&buf, text, sizeof(text));
	interpreter_describe(reading->path, &buf);
	give(examiner, READING_UNREADABLE, text);
	return true;
}

/* SOURCE has what the reading is of, called NAME. */
static void examine_source(struct examiner *examiner, struct npabi_source *source,
			   const char *name, bool named)
{
	struct reading *reading = &examiner->reading;
	enum npabi_status status;
	enum candidate_kind kind =
		candidate_read(&examiner->memory, source, name, &reading->facts, &status);

	if ((kind == CANDIDATE_EXTENSION || named) &&
	    take_interpreter(examiner, kind, named))
		return;
	if (kind == CANDIDATE_EXTENSION) {
		if (!reading->wheel)
			owner_find(examiner->owners, reading->path, &reading->owner);
		complete(examiner, source, name);
		give(examiner, READING_EXTENSION, "");
	} else if (kind == CANDIDATE_UNREADABLE || named) {
		give(examiner, READING_UNREADABLE, npabi_status_text(status));
	}
}

/* --- wheels ---------------------------------------------------------------- */

/* Reads MEMBER, whose name is also the end of the reading's path. */
static void examine_member(struct examiner *examiner, struct wheel *wheel,
			   const struct wheel_member *member)
{
	struct reading *reading = &examiner->reading;
	const char *name = reading->path + reading->wheel + 1;
	struct npabi_source source;
	struct npabi_span bytes;
	enum zip_fault fault;

	if (member->repeated)
		give(examiner, READING_REMARK,
		     "is in it more than once; the last one is read, as by pip");
	if (wheel_leads_out(name))
		give(examiner, READING_REMARK,
		     "leads out of the wheel, which pip would not install");
	fault = wheel_unpack(wheel, &examiner->unpacker, member, &bytes);
	if (fault == ZIP_FINE) {
		wheel_module_name(name, reading->owner.module,
				  sizeof(reading->owner.module));
		npabi_source_from_memory(&source, bytes.data, bytes.size);
		examine_source(examiner, &source, name, false);
	} else {
		give(examiner, READING_UNREADABLE, zip_fault_text(fault));
	}
	zip_forget(&wheel->zip, &member->packed);
}

static void examine_members(struct examiner *examiner, struct wheel *wheel,
			    const char *path)
{
	struct reading *reading = &examiner->reading;

	if (wheel->remark)
		give(examiner, READING_REMARK, wheel->remark);
	reading->owner = wheel->owner;
	for (size_t i = 0; i < wheel->count; i++) {
		char *joined = wheel_join(path, &wheel->members[i]);

		reading->path = joined ? joined : path;
		reading->wheel = strlen(path);
		if (joined)
			examine_member(examiner, wheel, &wheel->members[i]);
		else
			give(examiner, READING_UNREADABLE,
			     npabi_status_text(NPABI_NO_MEMORY));
		free(joined);
	}
	reading->path = path;
	if (npabi_source_changed(wheel->zip.source))
		give(examiner, READING_UNREADABLE, npabi_status_text(NPABI_CHANGED));
}

static void examine_wheel(struct examiner *examiner, struct npabi_source *source)
{
	const char *path = examiner->reading.path;
	struct wheel wheel;
	enum zip_fault fault = wheel_open(&wheel, source, path, &examiner->unpacker);

	if (fault == ZIP_FINE)
		examine_members(examiner, &wheel, path);
	else
		give(examiner, READING_UNREADABLE, zip_fault_text(fault));
	wheel_close(&wheel);
}

/* --- files ----------------------------------------------------------------- */

static const char *error_text(int error)
{
	return error == ENOLINK ? "a symbolic link to nothing" : strerror(error);
}

/* FILE is no file with bytes in it, by STATUS and errno. */
static void fail_to_open(struct examiner *examiner, const struct walk_file *file,
			 enum npabi_status status, int error)
{
	if (status != NPABI_CANNOT_OPEN) {
		if (file->named || file->is_wheel ||
		    candidate_judge(file->path, status) == CANDIDATE_UNREADABLE)
			give(examiner, READING_UNREADABLE, npabi_status_text(status));
	} else if (file->named) {
		give(examiner, READING_ABSENT, error_text(error));
	} else if (error != ENOENT) { /* else it is gone since the directory was read */
		give(examiner, READING_UNREADABLE, error_text(error));
	}
}

void examine_file(struct examiner *examiner, const struct walk_file *file)
{
	enum npabi_status status = NPABI_CANNOT_OPEN;
	struct npabi_source source;

	memset(&examiner->reading.owner, 0, sizeof(examiner->reading.owner));
	examiner->reading.path = file->path;
	examiner->reading.wheel = 0;
	examiner->memory.in_wheel = file->is_wheel;
	errno = file->error;
	if (!file->error)
		status = npabi_source_open(&source, file->path);
	if (status != NPABI_OK) {
		fail_to_open(examiner, file, status, errno);
		return;
	}
	if (file->is_wheel)
		examine_wheel(examiner, &source);
	else
		examine_source(examiner, &source, file->path, file->named);
	npabi_source_close(&source);
}

void examiner_close(struct examiner *examiner)
{
	npabi_arena_close(&examiner->memory.arena);
	library_files_free(&examiner->memory.libraries);
	zip_unpacker_close(&examiner->unpacker);
}
