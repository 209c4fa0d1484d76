/* SPDX-License-Identifier: MIT
 *
 * Two numbers of an error text against the table of releases.  The table has the
 * sizes of running NumPys for 64-bit only; on 32-bit a running type has the size
 * that the release's headers give it when they target the release itself, as it
 * has on 64-bit (tests/unit/test_releases_sizes.c), but for broadcast.  Called by
 * the scanner's explain.
 */
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "verdict/cython_rule.h"
#include "verdict/release_runs.h"
#include "verdict/releases.h"
#include "verdict/releases_lookup.h"
#include "verdict/releases_sizes.h"

#define ABI_1	 0x01000009u
#define ABI_2	 0x02000000u
#define API_1_16 0xdu /* the lowest target that headers 2.x take without a warning */

/* What is asked, of one type on one platform. */
struct question {
	const char *name;
	struct release_structs structs;
	enum release_model model;
	const struct releases_pair *pair;
};

/* The header rows that have the compiled size, and what may be built with them. */
struct builders {
	struct release_runs plain;	   /* headers 1.x */
	uint16_t first_2, last_2;	   /* targets of headers 2.x; 0: none */
	struct version below;		   /* the lowest bound of any of them */
	const struct release_headers *one; /* any of them, or its twin; NULL */
};

static bool is_lower(const struct version *version, const struct version *than)
{
	return version_before(version, than->major, than->minor);
}

static bool is_free_threaded(enum release_model model)
{
	return model == RELEASES_LP64_FREE_THREADED;
}

/* --- what runs ---------------------------------------------------------------- */

/* The 32-bit headers of a running ROW that target that release itself, or NULL. */
static const struct release_headers *own_headers(const struct release_runtime *row)
{
	for (unsigned i = 0; i < releases_headers_count; i++) {
		const struct release_headers *headers = &releases_headers[i];

		if (headers->model == RELEASES_ILP32 && headers->api == row->api &&
		    strcmp(headers->release, row->release) == 0)
			return headers;
	}
	return NULL;
}

static uint64_t running_size(const struct question *question,
			     const struct release_runtime *row)
{
	const struct release_headers *headers;

	if (question->model != RELEASES_ILP32)
		return releases_size(row, is_free_threaded(question->model),
				     question->name);
	headers = own_headers(row);
	if (!headers || question->structs.whole == RELEASES_HEADER_BROADCAST)
		return 0;
	return headers->size[question->structs.whole];
}

static void place_in_range(const struct release_runtime *row,
			   struct releases_reading *reading)
{
	struct version version, bound;

	if (!version_parse(row->release, &version))
		return;
	if (version_parse(reading->minimum, &bound) && is_lower(&version, &bound))
		reading->too_old = true;
	else if (version_parse(reading->below, &bound) && !is_lower(&version, &bound))
		reading->too_new = true;
	else
		reading->works = true;
}

static void find_running(const struct question *question,
			 struct releases_reading *reading)
{
	struct release_runs runs = {.any = false};
	struct npabi_textbuf buf;

	for (unsigned i = 0; i < releases_runtimes_count; i++) {
		const struct release_runtime *row = &releases_runtimes[i];

		if (running_size(question, row) != question->pair->actual)
			continue;
		release_runs_add(&runs, row);
		place_in_range(row, reading);
	}
	npabi_textbuf_init(&buf, reading->running, sizeof(reading->running));
	release_runs_write(&runs, &buf);
}

/* --- what was compiled -------------------------------------------------------- */

static void add_check(struct facts *facts, const char *name, uint64_t size, bool exact)
{
	struct facts_size_check *check = &facts->checks[facts->check_count++];

	snprintf(check->type, sizeof(check->type), "%s", name);
	check->expected = size;
	check->policy = exact ? FACTS_POLICY_ERROR : FACTS_POLICY_IGNORE;
	check->wording = FACTS_WORDING_HEADER;
}

/* An upper bound on what works with an extension that has all that ROW gives it. */
static void lower_bound_of_row(struct builders *builders,
			       const struct release_headers *row, unsigned major)
{
	char minimum[16], below[16];
	struct facts facts = {.access = FACTS_ACCESS_IMPORT_ARRAY,
			      .free_threaded = is_free_threaded(row->model),
			      .abi_version = major < 2 ? ABI_1 : ABI_2,
			      .api_version = row->api};
	struct version bound;

	add_check(&facts, "numpy.dtype", row->size[RELEASES_HEADER_DTYPE], false);
	add_check(&facts, "numpy.ndarray", row->size[RELEASES_HEADER_NDARRAY], false);
	if (!releases_range(&facts, minimum, below, sizeof(below)) ||
	    !version_parse(below, &bound))
		return;
	if (!builders->below.major || is_lower(&bound, &builders->below))
		builders->below = bound;
}

/* ROW, or of 32-bit the 64-bit row of the same headers: for it there are run times. */
static const struct release_headers *twin_of(const struct release_headers *row)
{
	if (row->model != RELEASES_ILP32)
		return row;
	for (unsigned i = 0; i < releases_headers_count; i++)
		if (releases_headers[i].model == RELEASES_LP64 &&
		    releases_headers[i].api == row->api &&
		    strcmp(releases_headers[i].release, row->release) == 0)
			return &releases_headers[i];
	return NULL;
}

static void add_builder(struct builders *builders, const struct release_headers *row,
			const struct version *version)
{
	const struct release_headers *twin = twin_of(row);

	if (version->major < 2)
		release_runs_add(&builders->plain, releases_row(version));
	if (version->major >= 2 && (!builders->first_2 || row->api < builders->first_2))
		builders->first_2 = row->api;
	if (version->major >= 2 && row->api > builders->last_2)
		builders->last_2 = row->api;
	if (!twin)
		return;
	builders->one = twin;
	lower_bound_of_row(builders, twin, version->major);
}

/* Rows that target what their headers choose, or else, for 2.x, any target. */
static bool find_builders(const struct question *question, bool any_target,
			  struct builders *builders)
{
	memset(builders, 0, sizeof(*builders));
	for (unsigned i = 0; i < releases_headers_count; i++) {
		const struct release_headers *row = &releases_headers[i];
		struct version version;

		if (row->model != question->model ||
		    !releases_header_fits(row, &question->structs,
					  question->pair->compiled) ||
		    !version_parse(row->release, &version))
			continue;
		if (!row->own_choice &&
		    (!any_target || version.major < 2 || row->api < API_1_16))
			continue;
		add_builder(builders, row, &version);
	}
	return builders->plain.any || builders->first_2;
}

/* The compiled size, or of 32-bit the 64-bit one that stands for it. */
static uint64_t twin_size(const struct question *question,
			  const struct builders *builders)
{
	if (question->model != RELEASES_ILP32 || !builders->one)
		return question->pair->compiled;
	return builders->one->size[question->structs.whole];
}

/* Does the type of row number ROW pass CHECK, and is that row before any bound? */
static bool passes(const struct facts_size_check *check, const struct builders *builders,
		   unsigned row)
{
	const struct release_runtime *numpy = &releases_runtimes[row];
	bool free_threaded = builders->one && is_free_threaded(builders->one->model);
	struct cython_actual actual = {
		.basic = releases_size(numpy, free_threaded, check->type)};
	struct version version;

	if (builders->below.major && version_parse(numpy->release, &version) &&
	    !is_lower(&version, &builders->below))
		return false;
	return cython_rule_outcome(check, &actual) != VERDICT_ERROR;
}

/* The newest releases in a row that pass, as releases_range has them. */
static void set_range(const struct question *question, const struct builders *builders,
		      struct releases_reading *reading)
{
	unsigned first, end = releases_runtimes_count;
	struct facts facts = {.check_count = 0};
	const struct facts_size_check *check = facts.checks;

	add_check(&facts, question->name, twin_size(question, builders),
		  question->pair->exact);
	while (end && !passes(check, builders, end - 1))
		end--;
	reading->impossible = !end;
	if (!end)
		return;
	first = end - 1;
	while (first && passes(check, builders, first - 1))
		first--;
	if (first)
		snprintf(reading->minimum, sizeof(reading->minimum), "%s",
			 releases_runtimes[first].release);
	if (end < releases_runtimes_count)
		snprintf(reading->below, sizeof(reading->below), "%s",
			 releases_runtimes[end].release);
}

static void find_built(const struct question *question, struct releases_reading *reading)
{
	struct builders builders;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, reading->built, sizeof(reading->built));
	if (reading->opaque || (!find_builders(question, false, &builders) &&
				!find_builders(question, true, &builders)))
		return;
	release_runs_write(&builders.plain, &buf);
	if (builders.first_2) {
		npabi_textbuf_string(&buf, buf.length ? " or 2.x" : "2.x");
		releases_append_target(&buf, builders.first_2, builders.last_2);
	}
	set_range(question, &builders, reading);
}

/* --- readings ----------------------------------------------------------------- */

static bool is_opaque(const struct question *question)
{
	for (unsigned i = 0; i < releases_headers_count; i++)
		if (releases_headers[i].model == question->model)
			return question->structs.other == RELEASES_HEADER_OBJECT &&
			       releases_headers[i].size[RELEASES_HEADER_OBJECT] ==
				       question->pair->compiled;
	return false;
}

static void read_one(const struct question *question, struct releases_reading *reading)
{
	memset(reading, 0, sizeof(*reading));
	snprintf(reading->type, sizeof(reading->type), "%s", question->name);
	reading->platform = (enum releases_platform)question->model;
	reading->opaque = is_opaque(question);
	find_built(question, reading);
	find_running(question, reading);
}

static bool is_whole(const struct releases_reading *reading)
{
	return (reading->built[0] || reading->opaque) && reading->running[0];
}

/* Readings of all types, or of NAME, on the platform of MODEL. */
static unsigned read_platform(const char *name, struct question *question,
			      struct releases_reading *readings, unsigned max)
{
	static const char checked[][20] = {"numpy.ndarray", "numpy.dtype", "numpy.ufunc",
					   "numpy.broadcast", "numpy.flatiter"};
	unsigned count = 0;

	for (unsigned i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
		question->name = name[0] ? name : checked[i];
		if (count == max || !releases_structs(question->name, &question->structs))
			return count;
		read_one(question, &readings[count]);
		if (is_whole(&readings[count]))
			count++;
		if (name[0])
			return count;
	}
	return count;
}

static void read_half(const char *name, struct question *question,
		      struct releases_reading *reading)
{
	question->name = name;
	question->model = RELEASES_LP64;
	read_one(question, reading);
}

unsigned releases_read_sizes(const char *name, const struct releases_pair *pair,
			     struct releases_reading *readings_, unsigned max)
{
	static const uint8_t models[] = {RELEASES_LP64, RELEASES_ILP32,
					 RELEASES_LP64_FREE_THREADED};
	struct question question = {.pair = pair};
	unsigned count;

	if (!max)
		return 0;
	for (unsigned i = 0; i < sizeof(models); i++) {
		question.model = models[i];
		count = read_platform(name, &question, readings_, max);
		if (count)
			return count;
	}
	if (!name[0] || !releases_structs(name, &question.structs))
		return 0;
	read_half(name, &question, readings_);
	return 1;
}

/* --- lists -------------------------------------------------------------------- */

/* Appends the releases from row FIRST on in which the type has the same size. */
static unsigned append_size(struct npabi_textbuf *buf, const char *name, unsigned first)
{
	uint64_t size = releases_size(&releases_runtimes[first], false, name);
	struct release_runs runs = {.any = false};
	unsigned i = first;

	while (i < releases_runtimes_count &&
	       releases_size(&releases_runtimes[i], false, name) == size)
		release_runs_add(&runs, &releases_runtimes[i++]);
	npabi_textbuf_string(buf, buf->length ? ", " : "");
	npabi_textbuf_unsigned(buf, size);
	npabi_textbuf_string(buf, first ? " in " : " bytes in ");
	release_runs_write(&runs, buf);
	return i;
}

void releases_list_sizes(const char *name, char *text, size_t size)
{
	struct npabi_textbuf buf;
	unsigned i = 0;

	npabi_textbuf_init(&buf, text, size);
	if (!releases_size(&releases_runtimes[0], false, name))
		return;
	while (i < releases_runtimes_count)
		i = append_size(&buf, name, i);
}

void releases_with_api(uint32_t api, char *text, size_t size)
{
	struct release_runs runs = {.any = false};
	struct npabi_textbuf buf;

	for (unsigned i = 0; i < releases_runtimes_count; i++)
		if (releases_runtimes[i].api == api)
			release_runs_add(&runs, &releases_runtimes[i]);
	npabi_textbuf_init(&buf, text, size);
	release_runs_write(&runs, &buf);
}

void releases_with_abi(uint32_t abi, char *text, size_t size)
{
	struct release_runs runs = {.any = false};
	struct npabi_textbuf buf;

	for (unsigned i = 0; i < releases_runtimes_count; i++)
		if (releases_runtimes[i].abi == abi)
			release_runs_add(&runs, &releases_runtimes[i]);
	npabi_textbuf_init(&buf, text, size);
	release_runs_write(&runs, &buf);
}

void releases_span(char *first_, char *last_, size_t size)
{
	snprintf(first_, size, "%s", releases_runtimes[0].release);
	snprintf(last_, size, "%s",
		 releases_runtimes[releases_runtimes_count - 1].release);
}
