/* SPDX-License-Identifier: MIT
 *
 * npabi scan: collects the files, reads each, holds it against its NumPys, and
 * prints.  Nothing is imported or run.  Called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/candidate.h"
#include "scan/groups.h"
#include "scan/held.h"
#include "scan/progress.h"
#include "scan/rows.h"
#include "scan/scan.h"
#include "scan/targets.h"

#define UNPACK_WHEEL \
	"unpack it and scan the directory: python3 -m zipfile -e WHEEL DIRECTORY"

enum exit_code { EXIT_FINE, EXIT_MISMATCH, EXIT_UNUSABLE, EXIT_UNREAD };

struct scan {
	const struct scan_arguments *arguments;
	FILE *output;
	bool colour;
	bool unusable; /* a path of the user's cannot be read */
	bool *found;   /* for each path of the user's: something was in it */
	struct walk walk;
	struct targets targets;
	struct owner_cache *owners;
	struct progress progress;
	struct tally tally;
	struct held_list held; /* JSON records */
	struct groups groups;  /* rows of text */

	/* of the extension at hand; too large for the stack */
	struct candidate_memory memory;
	struct facts facts;
	struct owner owner;
	struct verdict verdict;
	char record[RECORD_SIZE_MAX + 1];
};

static void complain(struct scan *scan, const char *what, const char *cause)
{
	progress_clear(&scan->progress);
	fprintf(stderr, "npabi: %s: %s\n", what, cause);
	scan->unusable = true;
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t length = strlen(path), suffix_length = strlen(suffix);

	return length > suffix_length &&
	       strcmp(path + length - suffix_length, suffix) == 0;
}

static void add_path(struct scan *scan, unsigned index)
{
	const char *path = scan->arguments->paths[index];
	size_t wheels = scan->walk.wheels;

	if (has_suffix(path, ".whl")) {
		complain(scan, path, "wheels are not read yet; " UNPACK_WHEEL);
		scan->found[index] = true;
	} else if (!walk_add(&scan->walk, path)) {
		complain(scan, path, strerror(errno));
		scan->found[index] = true;
	}
	wheels = scan->walk.wheels - wheels;
	if (wheels)
		fprintf(stderr,
			"npabi: %s: %zu wheel%s passed over, for wheels are not read "
			"yet; " UNPACK_WHEEL "\n",
			path, wheels, wheels == 1 ? "" : "s");
}

static bool collect_files(struct scan *scan)
{
	unsigned count = 0;

	while (scan->arguments->paths[count])
		count++;
	scan->found = calloc(count, sizeof(*scan->found));
	if (!scan->found) {
		complain(scan, "scan", strerror(ENOMEM));
		return false;
	}
	for (unsigned i = 0; i < count; i++)
		add_path(scan, i);
	walk_sort(&scan->walk);
	return true;
}

/* Does the walk come to FILE from PATH? */
static bool leads_to(const char *path, const char *file)
{
	size_t length = strlen(path);

	if (strncmp(file, path, length) != 0)
		return false;
	return !file[length] || file[length] == '/' ||
	       (length && path[length - 1] == '/');
}

static void mark_found(struct scan *scan, const char *file)
{
	char **paths = scan->arguments->paths;

	for (unsigned i = 0; paths[i]; i++)
		scan->found[i] = scan->found[i] || leads_to(paths[i], file);
}

/* That nothing was wrong must not hide that nothing was there. */
static void tell_empty_paths(const struct scan *scan)
{
	char **paths = scan->arguments->paths;

	for (unsigned i = 0; paths[i]; i++) {
		if (!scan->found[i])
			fprintf(stderr, "npabi: %s: no extension modules found\n",
				paths[i]);
	}
}

/* --- output ---------------------------------------------------------------- */

/* Without memory, a record out of its order is better than none. */
static void hold_text(struct scan *scan, const struct npabi_textbuf *buf)
{
	if (!held_add_text(&scan->held, buf->data, buf->length))
		fwrite(buf->data, 1, buf->length, scan->output);
}

static void write_unread(struct scan *scan, const char *path, const char *reason)
{
	struct npabi_textbuf buf;

	scan->tally.unread++;
	progress_clear(&scan->progress);
	if (scan->arguments->format == RECORD_TEXT) {
		rows_print_unread(scan->output, path, reason);
		return;
	}
	npabi_textbuf_init(&buf, scan->record, sizeof(scan->record));
	record_note(&buf, RECORD_JSONL, path, reason);
	hold_text(scan, &buf);
}

static void write_extension(struct scan *scan, const struct record_extension *extension,
			    const struct common_range *range)
{
	struct npabi_textbuf buf;

	progress_clear(&scan->progress);
	if (scan->arguments->format == RECORD_TEXT) {
		if (!groups_add(&scan->groups, extension))
			complain(scan, extension->path, strerror(ENOMEM));
		return;
	}
	npabi_textbuf_init(&buf, scan->record, sizeof(scan->record));
	if (extension->verdict->advice_count && held_add(&scan->held, extension, range))
		return;
	record_extension(&buf, RECORD_JSONL, extension);
	hold_text(scan, &buf);
}

/* Was it read to the end, so that only a NumPy is missing for a verdict? */
static bool only_lacks_numpy(const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;

	return extension->verdict->kind == VERDICT_UNKNOWN && !extension->runtime &&
	       facts->status == NPABI_OK && !facts->status_detail[0];
}

/* Is it worth a row?  That no NumPy is there is no fault of the extension. */
static bool is_wanted(const struct scan *scan, const struct record_extension *extension)
{
	if (scan->arguments->all || scan->arguments->format == RECORD_JSONL)
		return true;
	return extension->verdict->kind != VERDICT_OK && !only_lacks_numpy(extension);
}

/* --- one extension --------------------------------------------------------- */

/*
 * Holds the extension against TARGET, which may be NULL.
 */
static void judge(struct scan *scan, struct record_extension *extension,
		  const struct target *target)
{
	extension->runtime = target && target->runtime.numpy[0] ? &target->runtime : NULL;
	verdict_judge(&scan->facts, extension->runtime, &scan->verdict);
	if (scan->verdict.order_matters) {
		candidate_read_in_order(&scan->memory, extension->path, &scan->facts);
		verdict_judge(&scan->facts, extension->runtime, &scan->verdict);
	}
	if (scan->verdict.heed_matters) {
		candidate_read_heed(&scan->memory, extension->path, &scan->facts);
		verdict_judge(&scan->facts, extension->runtime, &scan->verdict);
	}
}

/* Counts the verdict on the NumPy with number INDEX. */
static void count(struct scan *scan, const struct record_extension *extension,
		  unsigned index)
{
	struct tally *tally = &scan->tally;

	tally->all.of[scan->verdict.kind]++;
	tally->overruns += scan->verdict.overruns;
	if (scan->facts.numpy_dependent == FACTS_YES)
		tally->dependents[index].of[scan->verdict.kind]++;
	else if (index == 0)
		tally->unsettled += scan->verdict.kind != VERDICT_OK;
	tally->without += only_lacks_numpy(extension);
}

static bool is_numpys_own(const struct owner *owner)
{
	return strncmp(owner->module, "numpy.", 6) == 0 ||
	       strcmp(owner->distribution, "numpy") == 0;
}

/*
 * NumPy's own extensions go with it: they bound nothing, and a NumPy that is
 * named would bring others.  They are then only held against their own, and
 * nothing is counted.
 */
static void take_numpys_own(struct scan *scan, struct record_extension *extension)
{
	struct target *beside =
		targets_beside(&scan->targets, scan->owners, extension->path);

	judge(scan, extension, beside);
	if (scan->targets.named) {
		scan->tally.left_out++;
		if (scan->arguments->format == RECORD_TEXT && !scan->arguments->all)
			return;
	} else {
		scan->tally.dependent += scan->facts.numpy_dependent == FACTS_YES;
		count(scan, extension, 0);
	}
	if (is_wanted(scan, extension))
		write_extension(scan, extension, beside ? &beside->shared->range : NULL);
}

/* Holds any other extension against all of the NumPys from TARGET on. */
static void take_other(struct scan *scan, struct record_extension *extension,
		       struct target *target)
{
	struct common_range *range = target ? &target->shared->range : NULL;
	const char *module = scan->owner.module;
	const char *name = module[0] ? module : extension->path;
	unsigned index = 0;

	if (scan->facts.numpy_dependent == FACTS_YES) {
		scan->tally.dependent++;
		common_range_add(&scan->tally.range, &scan->facts, name);
		if (range)
			common_range_add(range, &scan->facts, name);
	}
	do {
		judge(scan, extension, target);
		count(scan, extension, index++);
		if (is_wanted(scan, extension))
			write_extension(scan, extension, range);
		target = target ? target->next : NULL;
	} while (scan->targets.named && target);
}

static void take_extension(struct scan *scan, const char *path)
{
	struct record_extension extension = {
		.path = path,
		.facts = &scan->facts,
		.owner = &scan->owner,
		.verdict = &scan->verdict,
	};
	struct target *target = scan->targets.named;

	owner_find(scan->owners, path, &scan->owner);
	scan->tally.extensions++;
	if (is_numpys_own(&scan->owner)) {
		take_numpys_own(scan, &extension);
		return;
	}
	if (!target)
		target = targets_beside(&scan->targets, scan->owners, path);
	take_other(scan, &extension, target);
}

static void take_file(struct scan *scan, const struct walk_file *file)
{
	char reason[256];

	switch (candidate_read(&scan->memory, file, &scan->facts, reason,
			       sizeof(reason))) {
	case CANDIDATE_EXTENSION:
		mark_found(scan, file->path);
		take_extension(scan, file->path);
		break;
	case CANDIDATE_UNREADABLE:
		mark_found(scan, file->path);
		write_unread(scan, file->path, reason);
		break;
	case CANDIDATE_ABSENT:
		mark_found(scan, file->path);
		complain(scan, file->path, reason);
		break;
	case CANDIDATE_OTHER:
		break;
	}
}

/* --- all of them ----------------------------------------------------------- */

static enum exit_code exit_code(const struct scan *scan)
{
	const unsigned *verdicts = scan->tally.all.of;

	if (scan->unusable)
		return EXIT_UNUSABLE;
	if (verdicts[VERDICT_WARN] || verdicts[VERDICT_ERROR] || verdicts[VERDICT_UNSAFE])
		return EXIT_MISMATCH;
	/* where no NumPy is beside it, an unknown verdict is no failure to read */
	return scan->tally.unread || verdicts[VERDICT_UNKNOWN] > scan->tally.without
		       ? EXIT_UNREAD
		       : EXIT_FINE;
}

static bool open_output(struct scan *scan)
{
	const char *name = scan->arguments->output;

	scan->output = name ? fopen(name, "we") : stdout;
	if (!scan->output) {
		complain(scan, name, strerror(errno));
		return false;
	}
	scan->colour = rows_want_colour(scan->output);
	return true;
}

/* Flushes the output, whose errors, as of a full disk, may only show now. */
static void close_output(struct scan *scan)
{
	const char *name = scan->arguments->output;
	bool failed = fflush(scan->output) != 0 || ferror(scan->output);

	if (failed)
		complain(scan, name ? name : "standard output",
			 errno ? strerror(errno) : "it cannot be written to");
	if (name)
		fclose(scan->output);
}

static void run_scan(struct scan *scan)
{
	progress_start(&scan->progress);
	if (!collect_files(scan))
		return;
	scan->owners = owner_cache_new();
	for (size_t i = 0; i < scan->walk.count; i++) {
		progress_show(&scan->progress, i, scan->walk.count);
		take_file(scan, &scan->walk.files[i]);
	}
	progress_clear(&scan->progress);
	tell_empty_paths(scan);
	held_write(&scan->held, scan->output);
	groups_print(&scan->groups, scan->output, scan->colour);
	if (scan->arguments->format == RECORD_TEXT &&
	    (scan->walk.count || !scan->unusable))
		rows_print_summary(scan->output, &scan->tally, &scan->targets);
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
	if (!targets_init(&scan->targets, arguments, &problem)) {
		fprintf(stderr, "npabi: %s\n", text);
		scan->unusable = true;
	} else if (open_output(scan)) {
		run_scan(scan);
		close_output(scan);
	}
	code = exit_code(scan);
	walk_free(&scan->walk);
	free(scan->found);
	groups_free(&scan->groups);
	targets_free(&scan->targets);
	npabi_arena_close(&scan->memory.arena);
	library_files_free(&scan->memory.libraries);
	owner_cache_free(scan->owners);
	free(scan);
	return (int)code;
}
