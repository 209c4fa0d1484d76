/* SPDX-License-Identifier: MIT
 *
 * Cython's size checks on NumPy's types, told back from their text.  Which
 * releases the numbers belong to comes from the table of releases.  Called by
 * explanation.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/explanation.h"
#include "verdict/numpy_side.h"
#include "verdict/releases.h"
#include "verdict/releases_sizes.h"

#define READINGS_MAX 2

static struct explain_sizes sizes_of(const struct explain_finding *finding)
{
	const uint64_t *numbers = finding->match.numbers;
	struct explain_sizes sizes = {.is_error = finding->kind == EXPLAIN_SIZE_WRONG};

	switch (finding->form) {
	case EXPLAIN_HEADER:
	case EXPLAIN_RANGE:
		sizes.known = true;
		sizes.compiled = numbers[0];
		sizes.actual = numbers[1];
		sizes.is_error = numbers[0] > numbers[1] ||
				 finding->form == EXPLAIN_RANGE ||
				 explain_is_exception(finding);
		break;
	case EXPLAIN_SWAPPED:
		sizes.known = true;
		sizes.compiled = numbers[1];
		sizes.actual = numbers[0];
		break;
	default:
		sizes.is_error = sizes.is_error || explain_is_exception(finding);
		break;
	}
	return sizes;
}

static const char *name_of(const struct explain_finding *finding)
{
	return finding->match.name[0] ? finding->match.name : "the type";
}

/* --- what the numbers are ------------------------------------------------------- */

static void say_platform(struct explanation *explanation, enum releases_platform platform)
{
	if (platform == RELEASES_32_BIT)
		explanation_say(explanation, " These are sizes of 32-bit systems.");
	else if (platform == RELEASES_64_BIT_FREE_THREADED)
		explanation_say(explanation,
				" These are sizes of a free-threaded Python.");
}

static void say_order(const struct explain_finding *finding,
		      struct explanation *explanation)
{
	if (finding->form == EXPLAIN_SWAPPED)
		explanation_say(
			explanation,
			" (The Cython that made it, 0.24 to 0.28, prints the size "
			"that it found first and the one compiled in last.)");
}

/* "... of NumPy 1.20-1.21", or that no release has that size. */
static void say_releases(struct explanation *explanation, const char *releases)
{
	char first[8], last[8];

	if (releases[0]) {
		explanation_say(explanation, " as in NumPy %s", releases);
		return;
	}
	releases_span(first, last, sizeof(first));
	explanation_say(explanation, " as in no release from %s to %s", first, last);
}

static void say_sizes(const struct explain_finding *finding,
		      const struct releases_reading *reading,
		      const struct explain_sizes *sizes, struct explanation *explanation)
{
	explanation_say(explanation, "The extension was compiled with %s of %llu bytes,",
			reading->type, (unsigned long long)sizes->compiled);
	if (reading->opaque)
		explanation_say(explanation, " which is a bare object without fields");
	else
		say_releases(explanation, reading->built);
	explanation_say(explanation, "; in the NumPy that was imported it has %llu,",
			(unsigned long long)sizes->actual);
	say_releases(explanation, reading->running);
	explanation_say(explanation, ".");
	say_order(finding, explanation);
	say_platform(explanation, reading->platform);
}

/* --- an exception --------------------------------------------------------------- */

static void say_why_refused(const struct releases_reading *reading,
			    const struct explain_sizes *sizes,
			    struct explanation *explanation)
{
	if (sizes->actual > sizes->compiled) {
		explanation_say(explanation,
				" A larger type is refused here because the extension is "
				"strict about it: it derives a class from %s, or was "
				"declared with check_size error.",
				reading->type);
		return;
	}
	explanation_say(explanation,
			" It could read past the end of each such object, so Cython "
			"refuses to go on.");
	if (reading->too_new && !reading->too_old)
		explanation_say(explanation,
				" What was built for NumPy 1.x does not run on "
				"2.x.");
	else if (reading->too_new)
		explanation_say(
			explanation,
			" The NumPy that runs is of another era than the one it was "
			"built for: usually 2.x with an extension built for 1.x.");
	else
		explanation_say(explanation, " What was built for a newer NumPy does not "
					     "run on an older one.");
}

/* Bounds that the NumPy that runs does not break are left out. */
static void set_bounds(const struct releases_reading *reading,
		       struct explanation *explanation)
{
	bool older_only = reading->too_new && !reading->too_old;

	if (!older_only)
		memcpy(explanation->minimum, reading->minimum, sizeof(reading->minimum));
	memcpy(explanation->below, reading->below, sizeof(reading->below));
}

/* The check itself can never pass: declarations and NumPy disagree for good. */
static void advise_no_numpy(struct explanation *explanation)
{
	explanation_say(explanation,
			" No release of NumPy has a type of exactly that size, so "
			"another NumPy does not help.");
	explanation_advise_release(explanation, "in which that declaration is corrected");
	explanation_advise(explanation, "or build it with the declaration changed to "
					"check_size ignore");
}

static void advise_on_error(const struct explain_finding *finding,
			    const struct releases_reading *reading,
			    struct explanation *explanation)
{
	if (reading->impossible) {
		advise_no_numpy(explanation);
		return;
	}
	set_bounds(reading, explanation);
	explanation_advise_numpy(finding, explanation);
	if (!explanation->advice_count)
		explanation_advise(explanation, "python -m pip install --upgrade numpy");
	if (reading->too_new)
		explanation_advise_release(explanation,
					   "if it has one built for the NumPy that runs");
	else
		explanation_advise(
			explanation,
			"or an older release of %s, built with headers no newer "
			"than NumPy %s",
			explanation_subject(explanation),
			reading->running[0] ? reading->running : "the one that runs");
	explanation_advise_rebuild(explanation);
	if (reading->too_old || !reading->running[0])
		explanation_advise_look(explanation);
	if (!finding->context.module[0])
		explanation_advise_scan(explanation);
}

/* --- a warning ------------------------------------------------------------------ */

/* Of the newest NumPy that it may be. */
static bool is_hidden(const struct releases_reading *reading, const char *name)
{
	const char *last = strrchr(reading->running, '-');
	struct numpy_side numpy = {0};
	char oldest[8], newest[8];

	releases_span(oldest, newest, sizeof(newest));
	if (!version_parse(last ? last + 1 : reading->running, &numpy.version))
		version_parse(newest, &numpy.version);
	return numpy_side_hides_warning(&numpy, name);
}

static void say_when_seen(const struct releases_reading *reading, const char *name,
			  struct explanation *explanation)
{
	if (is_hidden(reading, name))
		explanation_say(
			explanation,
			" NumPy hides this warning itself, dtype's and ufunc's since "
			"1.7.0 and ndarray's since 1.10.0 (but not in 1.15.0). It is "
			"seen "
			"where filters are set after NumPy was imported: by pytest, by "
			"warnings.simplefilter() or resetwarnings().");
	else
		explanation_say(explanation,
				" Nothing hides this one, so it is seen whenever the "
				"extension is first imported.");
}

static void advise_on_warning(const char *name, struct explanation *explanation)
{
	explanation_advise(explanation, "nothing: it can be ignored");
	explanation_advise(explanation,
			   "to hide it under pytest: filterwarnings = \"ignore:%s size "
			   "changed\" in its settings",
			   name);
	explanation_advise(explanation,
			   "to hide it in a program, before the import: import numpy, "
			   "warnings; warnings.filterwarnings('ignore', message='%s size "
			   "changed')",
			   name);
	explanation_advise_release(
		explanation, "in which the type is declared with check_size ignore, "
			     "as Cython 0.29.22 and later do with NumPy's usual ones");
}

/* What was built for 1.x passes this check on 2.x, and is no better for it. */
static void explain_crossing(const struct explain_finding *finding,
			     const struct releases_reading *reading,
			     struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MAY_MATTER,
			   "this check passes, another one may not");
	explanation_say(
		explanation,
		" But NumPy 2 runs: if the extension was built for NumPy 1.x, an "
		"error follows, or, where it makes no other check, it reads NumPy's "
		"objects wrongly.");
	memcpy(explanation->below, reading->below, sizeof(reading->below));
	explanation_advise_scan(explanation);
	explanation_advise_numpy(finding, explanation);
	explanation_advise_release(explanation, "if it has one built for NumPy 2");
}

static void explain_warning(const struct explain_finding *finding,
			    const struct releases_reading *reading,
			    struct explanation *explanation)
{
	const char *name = reading->type[0] ? reading->type : name_of(finding);

	explanation_effect(explanation, EXPLANATION_HARMLESS, "nothing fails");
	if (reading->opaque)
		explanation_say(explanation, " It uses none of the fields, so their size "
					     "does not matter to it.");
	else
		explanation_say(
			explanation,
			" The type has grown at its end since; the extension does "
			"not know of what was added and does not touch it.");
	say_when_seen(reading, name, explanation);
	if (reading->too_new && !reading->works)
		explain_crossing(finding, reading, explanation);
	else
		advise_on_warning(name, explanation);
}

/* --- all together --------------------------------------------------------------- */

static void explain_reading(const struct explain_finding *finding,
			    const struct releases_reading *reading,
			    const struct explain_sizes *sizes,
			    struct explanation *explanation)
{
	memcpy(explanation->built, reading->built, sizeof(reading->built));
	memcpy(explanation->running, reading->running, sizeof(reading->running));
	say_sizes(finding, reading, sizes, explanation);
	if (!sizes->is_error) {
		explain_warning(finding, reading, explanation);
		return;
	}
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	say_why_refused(reading, sizes, explanation);
	advise_on_error(finding, reading, explanation);
}

/* Where the text does not name the type, and two may have these sizes. */
static void say_other_reading(const struct releases_reading *reading,
			      struct explanation *explanation)
{
	explanation_say(
		explanation,
		" The text does not say which type it is: the sizes would suit %s "
		"as well, built with NumPy %s, running %s.",
		reading->type, reading->built, reading->running);
}

static void explain_without_numbers(const struct explain_finding *finding,
				    const struct explain_sizes *sizes,
				    struct explanation *explanation)
{
	struct releases_reading none = {.running = ""};
	char list[256];

	releases_list_sizes(finding->match.name, list, sizeof(list));
	explanation_say(
		explanation,
		"The size of %s in the NumPy that was imported is not the one that "
		"was compiled in.",
		name_of(finding));
	if (list[0])
		explanation_say(explanation, " It has %s (64-bit).", list);
	if (!sizes->is_error) {
		explain_warning(finding, &none, explanation);
		explanation_say(explanation,
				" If it came as a ValueError, paste the whole "
				"text, with its numbers.");
		return;
	}
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	if (finding->kind == EXPLAIN_SIZE_WRONG) {
		explanation_say(explanation,
				" The extension was most likely built with a "
				"newer NumPy than the one that runs.");
		explanation_advise(explanation, "python -m pip install --upgrade numpy");
	} else {
		explanation_say(explanation,
				" The numbers that follow in the whole text tell "
				"whether NumPy is too old or too new for it.");
		explanation_advise(explanation,
				   "paste the whole text: npabi explain - <LOG");
	}
	explanation_advise_look(explanation);
	explanation_advise_scan(explanation);
	explanation_advise_rebuild(explanation);
}

/* A type that the table does not have: NumPy's random generators and such. */
static void explain_unknown_type(const struct explain_finding *finding,
				 const struct explain_sizes *sizes,
				 struct explanation *explanation)
{
	bool newer = sizes->compiled > sizes->actual;

	explanation_effect(explanation,
			   sizes->is_error ? EXPLANATION_MATTERS : EXPLANATION_HARMLESS,
			   sizes->is_error ? "the import fails" : "nothing fails");
	explanation_say(explanation,
			"The extension was compiled with %s of %llu bytes; in the NumPy "
			"that was imported it has %llu.",
			name_of(finding), (unsigned long long)sizes->compiled,
			(unsigned long long)sizes->actual);
	say_order(finding, explanation);
	if (finding->match.name[0])
		explanation_say(explanation, " npabi has no table of that type's sizes.");
	else
		explanation_say(
			explanation,
			" No type of NumPy that npabi knows has had these two sizes: "
			"it is another package's, or of a NumPy newer than its table.");
	if (!sizes->is_error) {
		advise_on_warning(name_of(finding), explanation);
		return;
	}
	explanation_advise(explanation,
			   newer ? "python -m pip install --upgrade numpy"
				 : "an older NumPy, as the package asks for");
	explanation_advise_rebuild(explanation);
	explanation_advise_scan(explanation);
}

/* NumPy's own extensions fit their NumPy unless two are mixed in one folder. */
static bool explain_mixture(const struct explain_finding *finding,
			    struct explanation *explanation)
{
	if (strncmp(finding->context.module, "numpy.", 6) != 0)
		return false;
	explanation_effect(explanation, EXPLANATION_MATTERS, "NumPy cannot be imported");
	explanation_say(explanation,
			" It is NumPy's own extension %s that says so: files of two "
			"releases of NumPy are mixed in one folder.",
			finding->context.module);
	explanation->advice_count = 0;
	explanation_advise(
		explanation,
		"python -m pip uninstall -y numpy  # again, until it finds none; then "
		"remove what is left of site-packages/numpy");
	explanation_advise(explanation, "python -m pip install --no-cache-dir numpy");
	return true;
}

void explanation_of_size(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	struct releases_reading readings[READINGS_MAX];
	struct explain_sizes sizes = sizes_of(finding);
	struct releases_pair pair = {
		.compiled = sizes.compiled,
		.actual = sizes.actual,
		.exact = sizes.is_error && sizes.actual > sizes.compiled,
	};
	const char *name = finding->match.name;
	unsigned count;

	if (name[0] && strncmp(name, "numpy.", 6) != 0) {
		explanation_of_sibling(finding, &sizes, explanation);
		return;
	}
	if (!sizes.known) {
		explain_without_numbers(finding, &sizes, explanation);
		return;
	}
	count = releases_read_sizes(name, &pair, readings, READINGS_MAX);
	if (count)
		explain_reading(finding, &readings[0], &sizes, explanation);
	else
		explain_unknown_type(finding, &sizes, explanation);
	if (count > 1)
		say_other_reading(&readings[1], explanation);
	explain_mixture(finding, explanation);
}
