/* SPDX-License-Identifier: MIT
 *
 * Runs what is called first on import, lets import_array fail, and sums up how
 * that ends.  A Cython module heeds by its generated code, which handles
 * exceptions without calls that could be seen; there only the C macro is told
 * apart, which gives 0 from an exec function.
 */
#include "facts/heed.h"

#include <stdio.h>
#include <string.h>

#include "facts/entry.h"
#include "facts/heed_run.h"
#include "facts/sites.h"

#define STEPS_START 30000 /* from the start of a function */
#define STEPS_SITE  4000  /* from shortly before a place of interest ... */
#define STEPS_SITES 60000 /* ... and of all of them */

/* What the outcomes of all paths say together. */
struct sum {
	bool failed, well, thrown, lost, carried;
	bool set;		 /* well, but an exception is set */
	bool set_text;		 /* one of those is known */
	struct heed_error error; /* of those that failed, while they are the same */
	bool differ;
	bool untold; /* in one of them the cause is not told */
	bool of_python,
		of_others; /* what is thrown is pybind11's error_already_set; not */
};

static void add_failure(struct sum *sum, const struct heed_error *error)
{
	sum->differ |= sum->failed &&
		       (sum->error.kind != error->kind || sum->error.text != error->text);
	sum->failed = true;
	sum->error = *error;
}

/* A path that was lost with the exception in hand has no type. */
static void add_thrown(const struct heed_run *run, struct sum *sum, uint64_t name)
{
	const char *type = reader_text(run->reader, value_number(name));

	sum->thrown = true;
	if (!name)
		return;
	if (type && strstr(type, "17error_already_set"))
		sum->of_python = true;
	else
		sum->of_others = true;
}

static void add_outcome(const struct heed_run *run, struct sum *sum,
			const struct heed_outcome *outcome)
{
	bool set = outcome->error.kind != HEED_ERROR_NONE;

	sum->untold |= !outcome->told;
	switch (outcome->end) {
	case HEED_END_FAILED:
		add_failure(sum, &outcome->error);
		break;
	case HEED_END_WELL:
		sum->set |= set;
		sum->set_text |= outcome->error.kind == HEED_ERROR_TEXT;
		sum->well |= !set;
		break;
	case HEED_END_CARRIED:
		sum->carried = true;
		break;
	case HEED_END_THROWN:
		add_thrown(run, sum, outcome->error.text);
		break;
	default:
		sum->lost = true;
		break;
	}
}

/* Generated code: it heeds, unless it plainly returns as if all were well. */
static enum facts_heed_kind kind_of_cython(const struct heed_run *run,
					   const struct sum *sum)
{
	if (!run->reached)
		return FACTS_HEED_FAILS;
	return sum->set_text && !sum->failed && !sum->lost && !sum->well && !sum->carried
		       ? FACTS_HEED_UNREPORTED
		       : FACTS_HEED_FAILS;
}

static enum facts_heed_kind kind_of(const struct heed_run *run, const struct sum *sum)
{
	bool on = sum->well || sum->carried;

	if (run->cython)
		return kind_of_cython(run, sum);
	if (!run->reached)
		return run->incomplete ? FACTS_HEED_UNKNOWN : FACTS_HEED_LATER;
	if (run->pybind11 && sum->carried && !run->unsure)
		return FACTS_HEED_CARRIES_ON;
	if (sum->lost || sum->thrown + sum->failed + sum->set + on != 1 ||
	    (sum->thrown && !run->pybind11))
		return FACTS_HEED_UNKNOWN;
	if (on)
		return FACTS_HEED_CARRIES_ON;
	return sum->set ? FACTS_HEED_UNREPORTED : FACTS_HEED_FAILS;
}

/* Is TEXT somewhere in what is not written to? */
static bool has_text(struct reader *reader, const char *text)
{
	const struct elf_image *image = reader->image;

	for (size_t i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		const uint8_t *bytes;

		if ((segment->flags & PF_W) ||
		    !reader_may_look(reader, segment->file_size))
			continue;
		bytes = elf_at(image, segment->address, segment->file_size);
		if (bytes && memmem(bytes, segment->file_size, text, strlen(text)))
			return true;
	}
	return false;
}

static void set_words(struct facts_heed *heed, const char *type, const char *text)
{
	snprintf(heed->error_type, sizeof(heed->error_type), "%s", type);
	if (type[0] && strlen(text) < sizeof(heed->text))
		snprintf(heed->text, sizeof(heed->text), "%s", text);
}

/*
 * pybind11 makes an ImportError of what is thrown out of the module's function:
 * pybind/pybind11, include/pybind11/detail/common.h, PYBIND11_CATCH_INIT_EXCEPTIONS;
 * before 2.8 its text is the whole traceback.
 */
static void take_thrown(const struct heed_run *run, const struct sum *sum,
			struct facts_heed *heed_)
{
	static const char text[] = "initialization failed";
	set_words(heed_, "ImportError",
		  sum->of_python && !sum->of_others && has_text(run->reader, text) ? text
										   : "");
}

static void take_words(const struct heed_run *run, const struct sum *sum,
		       struct facts_heed *heed_)
{
	const char *text = reader_text(run->reader, value_number(sum->error.text));
	bool known = sum->error.kind == HEED_ERROR_TEXT && text;

	if (sum->thrown)
		take_thrown(run, sum, heed_);
	else if (run->cython && run->umath_first)
		set_words(heed_, "ImportError", "");
	else if (run->cython)
		heed_->usual = true;
	else if (sum->differ)
		return;
	else if (sum->error.kind == HEED_ERROR_CAUSE)
		heed_->with_cause = true;
	else
		set_words(heed_, heed_exception_name(sum->error.type), known ? text : "");
}

static const char *name_of(const struct facts_heed *heed)
{
	switch (heed->kind) {
	case FACTS_HEED_FAILS:
		return "heeded";
	case FACTS_HEED_UNREPORTED:
		return "left set";
	case FACTS_HEED_CARRIES_ON:
		return "ignored";
	case FACTS_HEED_LATER:
		return "not met on import";
	default:
		return "not followed";
	}
}

/*
 * The function at ENTRY, from its start; if that does not come to import_array (a
 * long way through a Cython module), from shortly before each of its places of
 * interest, as long as there are *STEPS.
 */
static void run_function(struct heed_run *run, uint64_t entry, unsigned *steps)
{
	struct sites *sites;

	run->steps_left = STEPS_START;
	heed_run_from(run, entry);
	if (run->reached || !run->incomplete)
		return;
	sites = npabi_arena_take(&run->reader->arena, sizeof(*sites));
	if (!sites || !sites_find(run->reader, entry, sites))
		return;
	for (unsigned i = 0; i < sites->count && !run->reached && *steps; i++) {
		if (!sites->at[i].sync || sites->at[i].turn == SITE_RAISES)
			continue;
		run->steps_left = *steps < STEPS_SITE ? *steps : STEPS_SITE;
		*steps -= run->steps_left;
		heed_run_from(run, sites->at[i].sync);
		*steps += run->steps_left;
	}
}

/* As they were when the facts were collected, or as the definition has them. */
static unsigned find_execs(struct heed_run *run, uint64_t *functions_)
{
	const struct facts *facts = run->reader->facts;
	unsigned count = facts->exec_count;

	if (!count)
		count = entry_exec_functions(run->reader, run->definition, functions_);
	else
		memcpy(functions_, facts->execs, count * sizeof(*functions_));
	run->incomplete |= !count; /* something will run, but what? */
	return count;
}

/* The init function at ENTRY, then the exec functions of its definition, in order. */
static void run_init(struct heed_run *run, uint64_t entry)
{
	uint64_t functions[ENTRY_SLOTS_MAX];
	unsigned count, steps = STEPS_SITES;

	run->executes = run->reached = run->carries_on = run->incomplete = false;
	run->umath_first = run->unsure = false;
	run->outcome_count = 0;
	run->definition = 0;
	run_function(run, entry, &steps);
	if (run->reached || !run->definition)
		return;
	count = find_execs(run, functions);
	run->executes = true;
	for (unsigned i = 0; i < count && !run->reached; i++)
		run_function(run, functions[i], &steps);
}

static void read_failure(struct heed_run *run, uint64_t entry, struct facts_heed *heed_)
{
	size_t mark = run->reader->arena.used;
	struct sum sum = {0};

	if (heed_run_prepare(run))
		run_init(run, entry);
	for (unsigned i = 0; i < run->outcome_count; i++)
		add_outcome(run, &sum, &run->outcomes[i]);
	heed_->kind = kind_of(run, &sum);
	heed_->in_exec = run->executes;
	heed_->tells_cause = !sum.untold;
	if (heed_->kind == FACTS_HEED_FAILS)
		take_words(run, &sum, heed_);
	run->reader->arena.used = mark;
}

static bool is_cython(const struct facts *facts)
{
	return !strncmp(facts->generator, "cython", 6);
}

void heed_read_from(struct reader *reader, uint64_t entry)
{
	struct facts *facts = reader->facts;
	struct heed_run run = {.reader = reader, .cython = is_cython(facts)};

	if (!heed_slots_init(&run.slots, reader->image, &reader->arena))
		return;
	run.pybind11 = !run.cython && has_text(reader, "__pybind11_internals_v");
	for (unsigned i = 0; i < FACTS_FAILURES; i++) {
		run.refused = i == FACTS_REFUSED;
		read_failure(&run, entry, &facts->heed[i]);
	}
	reader_evidence(reader, "path", entry, "failure of import_array ",
			name_of(&facts->heed[FACTS_REFUSED]));
}

static void read_image(struct reader *reader)
{
	const struct machine *machine = machine_find(reader->image->machine);
	uint64_t entry = machine ? entry_find(reader) : 0;

	if (entry && reader_prepare(reader, machine, 0))
		heed_read_from(reader, entry);
}

void heed_read(struct npabi_arena *memory, const struct elf_image *image,
	       struct facts *facts)
{
	struct reader *reader;

	facts->heed_read = true;
	memset(facts->heed, 0, sizeof(facts->heed));
	reader = reader_open(memory, image, facts);
	if (!reader)
		return;
	read_image(reader);
	reader_close(reader, memory);
}
