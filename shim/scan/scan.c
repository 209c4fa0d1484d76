/* SPDX-License-Identifier: MIT
 *
 * npabi scan: collects the files, has each read, holds it against its NumPys, and
 * prints.  Nothing is imported or run.  Called by main.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/owner_place.h"
#include "facts/owner_python.h"
#include "report/command.h"
#include "scan/baseline.h"
#include "scan/examine.h"
#include "scan/inputs.h"
#include "scan/jobs.h"
#include "scan/output.h"
#include "scan/progress.h"
#include "scan/scan.h"
#include "scan/targets.h"

enum exit_code { EXIT_FINE, EXIT_MISMATCH, EXIT_UNUSABLE, EXIT_UNREAD };

struct scan {
	const struct scan_arguments *arguments;
	bool unusable;		     /* a path of the user's cannot be read */
	unsigned mismatches, unread; /* those that the exit code tells of */
	struct inputs inputs;
	struct walk walk;
	const struct walk_file *file; /* at hand */
	struct targets targets;
	struct owner_cache *owners;
	struct progress progress;
	struct tally tally;
	struct baseline baseline;
	struct output output;
	struct examiner examiner;

	/* of the extension at hand; too large for the stack */
	struct verdict verdict;
	char python[COMMAND_PYTHON_MAX]; /* "" not known, or not looked for ... */
	bool python_sought;		 /* ... yet */
};

static void complain(struct scan *scan, const char *what, const char *cause)
{
	progress_clear(&scan->progress);
	fprintf(stderr, "npabi: %s: %s\n", what, cause);
	scan->unusable = true;
}

static void collect_files(struct scan *scan)
{
	struct inputs *inputs = &scan->inputs;

	if (!inputs_add(inputs, scan->arguments->paths))
		complain(scan, "standard input", strerror(errno));
	for (size_t i = 0; i < inputs->count; i++) {
		struct input *input = &inputs->list[i];

		if (walk_add(&scan->walk, input->path, i, !input->listed))
			continue;
		complain(scan, input->path, strerror(errno));
		input->found = true;
	}
	walk_sort(&scan->walk);
}

static void mark_found(struct scan *scan)
{
	scan->inputs.list[scan->file->input].found = true;
}

/* That nothing was wrong must not hide that nothing was there. */
static void tell_empty_paths(const struct scan *scan)
{
	for (size_t i = 0; i < scan->inputs.count; i++) {
		const struct input *input = &scan->inputs.list[i];

		if (!input->found && !input->listed)
			fprintf(stderr, "npabi: %s: no extension modules found\n",
				input->path);
	}
}

/* --- output ---------------------------------------------------------------- */

static void write_remark(struct scan *scan, const struct reading *reading)
{
	progress_clear(&scan->progress);
	output_remark(&scan->output, reading);
}

/* Tells that READING's path was not analysed, and why. */
static void write_unread(struct scan *scan, const struct reading *reading)
{
	struct owner owner = reading->owner;
	bool known;

	if (!reading->wheel)
		owner_find(scan->owners, reading->path, &owner);
	known = baseline_take_unread(&scan->baseline, reading->path, &owner);
	scan->tally.known += known;
	scan->tally.unread++;
	scan->unread += !known && !scan->baseline.written;
	progress_clear(&scan->progress);
	output_unread(&scan->output, reading, known);
}

/* The interpreter that the advice is for, the same for all NumPys. */
static void find_python(struct scan *scan, const char *path)
{
	char root[OWNER_PATH_MAX];

	if (scan->python_sought)
		return;
	scan->python_sought = true;
	if (owner_root(scan->owners, path, root, sizeof(root)))
		owner_python(root, scan->python, sizeof(scan->python));
}

static void write_extension(struct scan *scan, const struct record_extension *extension,
			    const struct common_range *range)
{
	progress_clear(&scan->progress);
	if (extension->verdict->advice_count && !scan->file->is_wheel)
		find_python(scan, extension->path);
	if (!output_extension(&scan->output, extension, range))
		complain(scan, extension->path, strerror(ENOMEM));
}

/* Was it read to the end, so that only a NumPy is missing for a verdict? */
static bool only_lacks_numpy(const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;

	return extension->verdict->kind == VERDICT_UNKNOWN && !extension->runtime &&
	       facts->status == NPABI_OK && !facts->status_detail[0];
}

/* Is it to be told of?  That no NumPy is there is no fault of the extension. */
static bool is_wanted(const struct scan *scan, const struct record_extension *extension)
{
	return output_wants_all(&scan->output) ||
	       (extension->verdict->kind != VERDICT_OK && !only_lacks_numpy(extension));
}

/* --- one extension --------------------------------------------------------- */

/* Holds READING against TARGET, which may be NULL: its verdict, and its record. */
static struct record_extension judge(struct scan *scan, const struct reading *reading,
				     const struct target *target)
{
	struct record_extension extension = {
		.path = reading->path,
		.facts = &reading->facts,
		.owner = &reading->owner,
		.verdict = &scan->verdict,
		.runtime = target_runtime(target, &reading->facts),
		.python = scan->python,
	};

	verdict_judge(extension.facts, extension.runtime, &scan->verdict);
	return extension;
}

/*
 * Counts what the exit code tells of: what is known does not count, and what is written
 * to a baseline is known from now on.  Where no NumPy is beside it, an unknown verdict is
 * no failure to read.
 */
static void count_failure(struct scan *scan, struct record_extension *extension)
{
	int kind = (int)scan->verdict.kind;

	extension->known = false;
	if (kind == VERDICT_OK || only_lacks_numpy(extension))
		return;
	extension->known = baseline_take_extension(&scan->baseline, extension);
	scan->tally.known += extension->known;
	if (extension->known || scan->baseline.written)
		return;
	if (kind == VERDICT_UNKNOWN)
		scan->unread++;
	else
		scan->mismatches += kind >= scan->arguments->fail_on;
}

/* Counts the verdict on the NumPy with number INDEX. */
static void count(struct scan *scan, struct record_extension *extension, unsigned index)
{
	struct tally *tally = &scan->tally;

	tally->all.of[scan->verdict.kind]++;
	if (extension->facts->numpy_dependent == FACTS_YES)
		tally->dependents[index].of[scan->verdict.kind]++;
	else if (index == 0)
		tally->unsettled += scan->verdict.kind != VERDICT_OK;
	tally->without += only_lacks_numpy(extension);
	count_failure(scan, extension);
}

/*
 * NumPy's own extensions bound nothing, and a NumPy that is named would bring others.
 * They are then only held against their own, and nothing is counted.
 */
static void take_numpys_own(struct scan *scan, const struct reading *reading)
{
	struct target *beside = targets_beside(&scan->targets, scan->owners, reading);
	struct record_extension extension = judge(scan, reading, beside);

	if (scan->targets.named) {
		scan->tally.left_out++;
		if (!output_wants_all(&scan->output) ||
		    scan->arguments->format == SCAN_HTML)
			return;
	} else {
		scan->tally.dependent += reading->facts.numpy_dependent == FACTS_YES;
		count(scan, &extension, 0);
	}
	if (is_wanted(scan, &extension))
		write_extension(scan, &extension, beside ? &beside->shared->range : NULL);
}

/*
 * The range of those that are used together with READING: of all that are held against
 * the same NumPy, or, as wheels are not known to be installed together, of its wheel.
 */
static struct common_range *range_around(struct scan *scan, const struct reading *reading,
					 struct target *target)
{
	if (reading->wheel)
		target = targets_beside(&scan->targets, scan->owners, reading);
	return target ? &target->shared->range : NULL;
}

/* Holds any other extension against all of its NumPys. */
static void take_other(struct scan *scan, const struct reading *reading)
{
	struct target *target = targets_first(&scan->targets, scan->owners, reading);
	struct common_range *range = range_around(scan, reading, target);
	const char *module = reading->owner.module;
	const char *name = module[0] ? module : reading->path;
	unsigned index = 0;

	if (reading->facts.numpy_dependent == FACTS_YES) {
		scan->tally.dependent++;
		common_range_add(&scan->tally.range, &reading->facts, name);
		if (range)
			common_range_add(range, &reading->facts, name);
	}
	do {
		struct record_extension extension = judge(scan, reading, target);

		count(scan, &extension, index++);
		if (is_wanted(scan, &extension))
			write_extension(scan, &extension, range);
		target = targets_next(&scan->targets, target);
	} while (target);
	for (target = scan->targets.releases; target; target = target->next) {
		struct record_extension extension = judge(scan, reading, target);

		write_extension(scan, &extension, range);
	}
}

static void take_reading(void *context, const struct reading *reading)
{
	struct scan *scan = context;

	mark_found(scan);
	scan->python_sought = false;
	scan->python[0] = '\0';
	switch (reading->kind) {
	case READING_EXTENSION:
		scan->tally.extensions++;
		scan->output.beside =
			targets_beside(&scan->targets, scan->owners, reading);
		if (reading_is_numpys_own(reading))
			take_numpys_own(scan, reading);
		else
			take_other(scan, reading);
		break;
	case READING_UNREADABLE:
		write_unread(scan, reading);
		break;
	case READING_REMARK:
		write_remark(scan, reading);
		break;
	case READING_ABSENT:
		complain(scan, reading->path, reading->reason);
		break;
	}
}

/* --- all of them ----------------------------------------------------------- */

static enum exit_code exit_code(const struct scan *scan)
{
	if (scan->unusable)
		return EXIT_UNUSABLE;
	if (scan->mismatches)
		return EXIT_MISMATCH;
	return scan->unread ? EXIT_UNREAD : EXIT_FINE;
}

static bool open_output(struct scan *scan)
{
	const char *name = scan->arguments->output;

	if (output_open(&scan->output, scan->arguments, &scan->targets))
		return true;
	complain(scan, name, strerror(errno));
	return false;
}

static void close_output(struct scan *scan)
{
	const char *name = scan->arguments->output;

	if (!output_close(&scan->output))
		complain(scan, name ? name : "standard output",
			 errno ? strerror(errno) : "it cannot be written to");
}

static void close_baseline(struct scan *scan)
{
	char text[PATH_MAX + 256];
	struct npabi_textbuf problem;

	baseline_tell_gone(&scan->baseline);
	npabi_textbuf_init(&problem, text, sizeof(text));
	if (baseline_write(&scan->baseline, &problem))
		return;
	fprintf(stderr, "npabi: %s\n", text);
	scan->unusable = true;
}

static void begin_file(void *context, size_t number)
{
	struct scan *scan = context;

	progress_show(&scan->progress, number, scan->walk.count);
	scan->file = &scan->walk.files[number];
	output_begin_file(&scan->output, scan->file->is_wheel);
	/* nothing is said of one that comes again, not even that it is empty */
	if (scan->file->repeated)
		mark_found(scan);
}

static void end_file(void *context)
{
	struct scan *scan = context;

	output_end_file(&scan->output);
}

static void run_scan(struct scan *scan)
{
	const struct jobs jobs = {
		.walk = &scan->walk,
		.count = scan->arguments->jobs,
		.examiner = &scan->examiner,
		.begin = begin_file,
		.end = end_file,
	};

	progress_start(&scan->progress);
	collect_files(scan);
	scan->owners = owner_cache_new();
	scan->examiner.targets = &scan->targets;
	scan->examiner.owners = scan->owners;
	scan->examiner.take = take_reading;
	scan->examiner.context = scan;
	jobs_run(&jobs);
	progress_clear(&scan->progress);
	tell_empty_paths(scan);
	output_finish(&scan->output, &scan->tally, !scan->unusable, !scan->walk.count);
}

int scan_command(const struct scan_arguments *arguments)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	char text[256];
	struct npabi_textbuf problem;
	enum exit_code code;

	if (!scan) {
		fputs("npabi: out of memory\n", stderr);
		return EXIT_UNUSABLE;
	}
	scan->arguments = arguments;
	npabi_textbuf_init(&problem, text, sizeof(text));
	if (!targets_init(&scan->targets, arguments, &problem) ||
	    !baseline_start(&scan->baseline, arguments->baseline,
			    arguments->write_baseline, &problem)) {
		fprintf(stderr, "npabi: %s\n", text);
		scan->unusable = true;
	} else if (open_output(scan)) {
		run_scan(scan);
		close_output(scan);
		close_baseline(scan);
	}
	code = exit_code(scan);
	examiner_close(&scan->examiner);
	walk_free(&scan->walk);
	inputs_free(&scan->inputs);
	output_free(&scan->output);
	targets_free(&scan->targets);
	baseline_free(&scan->baseline);
	owner_cache_free(scan->owners);
	free(scan);
	return (int)code;
}
