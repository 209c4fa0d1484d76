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
#include "facts/heed_library.h"
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
	bool untold;	/* in one of them the cause is not told */
	int32_t result; /* of those that failed, while it is the same */
	bool of_python,
		of_others; /* what is thrown is pybind11's error_already_set; not */
};

static void add_failure(struct sum *sum, const struct heed_outcome *outcome)
{
	const struct heed_error *error = &outcome->error;

	sum->differ |= sum->failed &&
		       (sum->error.kind != error->kind || sum->error.text != error->text);
	sum->result = sum->failed && sum->result != outcome->result ? 0 : outcome->result;
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
		add_failure(sum, outcome);
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

/* That it fails is certain; that it does not may yet hang on the library's others. */
static enum facts_heed_kind kind_with_library(enum facts_heed_kind kind)
{
	return kind == FACTS_HEED_FAILS || kind == FACTS_HEED_UNREPORTED
		       ? kind
		       : FACTS_HEED_UNKNOWN;
}

static enum facts_heed_kind kind_of(const struct heed_run *run, const struct sum *sum)
{
	bool on = sum->well || sum->carried;

	if (run->cython && !run->library)
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

/* The words of the library's function, which the extension passes on. */
static void take_library(const struct heed_run *run, struct facts_heed *heed_)
{
	const struct facts_heed *words =
		&run->library->heed[run->refused ? FACTS_REFUSED : FACTS_VERSIONS];

	heed_->with_cause = words->with_cause;
	heed_->tells_cause = words->tells_cause;
	memcpy(heed_->error_type, words->error_type, sizeof(heed_->error_type));
	memcpy(heed_->text, words->text, sizeof(heed_->text));
}

static void take_words(const struct heed_run *run, const struct sum *sum,
		       struct facts_heed *heed_)
{
	const char *text = reader_text(run->reader, value_number(sum->error.text));
	bool known = sum->error.kind == HEED_ERROR_TEXT && text;

	if (sum->thrown)
		take_thrown(run, sum, heed_);
	else if (sum->error.kind == HEED_ERROR_LIBRARY && !sum->differ)
		take_library(run, heed_);
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

static void run_from_site(struct heed_run *run, uint64_t place, unsigned *steps)
{
	run->steps_left = *steps < STEPS_SITE ? *steps : STEPS_SITE;
	*steps -= run->steps_left;
	heed_run_from(run, place);
	*steps += run->steps_left;
}

/* From shortly before each place of interest in the function at ENTRY. */
static void run_sites(struct heed_run *run, uint64_t entry, unsigned *steps)
{
	struct sites *sites = npabi_arena_take(&run->reader->arena, sizeof(*sites));

	if (!sites || !sites_find(run->reader, entry, sites))
		return;
	for (unsigned i = 0; i < sites->count && !run->reached && *steps; i++)
		if (sites->at[i].sync && sites->at[i].turn != SITE_RAISES)
			run_from_site(run, sites->at[i].sync, steps);
}

/* From each call of the library. */
static void run_calls(struct heed_run *run, uint64_t entry, unsigned *steps)
{
	uint64_t call = heed_library_call(run, entry, entry);

	for (; call && !run->reached && *steps;
	     call = heed_library_call(run, entry, call + 1))
		run_from_site(run, call, steps);
}

/*
 * The function at ENTRY, from its start; if that does not come to import_array (a
 * long way through a Cython module), from where that can be, as long as there are
 * *STEPS.
 */
static void run_function(struct heed_run *run, uint64_t entry, unsigned *steps)
{
	run->steps_left = STEPS_START;
	heed_run_from(run, entry);
	if (run->reached || !run->incomplete)
		return;
	if (run->library)
		run_calls(run, entry, steps);
	else
		run_sites(run, entry, steps);
}

static void start_anew(struct heed_run *run)
{
	run->executes = run->reached = run->carries_on = run->incomplete = false;
	run->umath_first = run->unsure = false;
	run->outcome_count = 0;
	run->definition = 0;
}

/* A function that fails by its result, as the exec functions do. */
static void run_alone(struct heed_run *run, uint64_t entry)
{
	unsigned steps = STEPS_SITES;

	start_anew(run);
	run->executes = true;
	run_function(run, entry, &steps);
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

	start_anew(run);
	run_function(run, entry, &steps);
	if (run->reached || !run->definition)
		return;
	count = find_execs(run, functions);
	run->executes = true;
	for (unsigned i = 0; i < count && !run->reached; i++)
		run_function(run, functions[i], &steps);
}

/* What becomes of the failure in what RUN_IT runs from ENTRY on. */
static void read_failure(struct heed_run *run, uint64_t entry,
			 void (*run_it)(struct heed_run *, uint64_t),
			 struct facts_heed *heed_)
{
	size_t mark = run->reader->arena.used;
	struct sum sum = {0};

	if (heed_run_prepare(run))
		run_it(run, entry);
	for (unsigned i = 0; i < run->outcome_count; i++)
		add_outcome(run, &sum, &run->outcomes[i]);
	heed_->kind = kind_of(run, &sum);
	if (run->library)
		heed_->kind = kind_with_library(heed_->kind);
	heed_->in_exec = run->executes;
	heed_->tells_cause = !sum.untold;
	heed_->result = sum.result;
	if (heed_->kind == FACTS_HEED_FAILS)
		take_words(run, &sum, heed_);
	run->reader->arena.used = mark;
}

static bool is_cython(const struct facts *facts)
{
	return !strncmp(facts->generator, "cython", 6);
}

/* Is nothing known of how import_array's caller fails, since a library is that? */
static bool is_out_of_sight(const struct heed_run *run, unsigned failure)
{
	const struct facts_heed *heed_ =
		run->library ? &run->library->heed[failure] : NULL;

	return heed_ && (heed_->kind != FACTS_HEED_FAILS || !heed_->result);
}

void heed_read_from(struct reader *reader, uint64_t entry)
{
	struct facts *facts = reader->facts;
	struct heed_run run = {.reader = reader,
			       .cython = is_cython(facts),
			       .library = facts->library[0] ? &facts->linked : NULL};

	if (!heed_slots_init(&run.slots, reader->image, facts->linked.name,
			     &reader->arena))
		return;
	run.pybind11 = !run.cython && has_text(reader, "__pybind11_internals_v");
	for (unsigned i = 0; i < FACTS_FAILURES; i++) {
		run.refused = i == FACTS_REFUSED;
		if (!is_out_of_sight(&run, i))
			read_failure(&run, entry, run_init, &facts->heed[i]);
	}
	reader_evidence(reader, "path", entry, "failure of import_array ",
			name_of(&facts->heed[FACTS_REFUSED]));
}

void heed_read_function(struct reader *reader, uint64_t entry, struct facts_heed *heed_)
{
	struct heed_run run = {.reader = reader};
	size_t mark = reader->arena.used;

	if (!heed_slots_init(&run.slots, reader->image, "", &reader->arena))
		return;
	for (unsigned i = 0; i < FACTS_FAILURES; i++) {
		run.refused = i == FACTS_REFUSED;
		read_failure(&run, entry, run_alone, &heed_[i]);
	}
	reader->arena.used = mark;
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
