/* SPDX-License-Identifier: MIT
 *
 * Advice from the range of NumPy releases alone.  Which distribution owns the
 * file, and what else is installed, is not known here.  Called by the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "verdict/advice.h"

/* The cache may hold what was built for another NumPy. */
static const char rebuild[] =
	"or build the package here, against this NumPy, with what its pyproject.toml "
	"requires installed: python -m pip install "
	"--no-cache-dir --force-reinstall --no-deps --no-build-isolation "
	"--no-binary=:all: PACKAGE";

/* The place for the next piece of advice; NULL when all are taken. */
static char *next_advice(struct verdict *verdict, enum advice_kind kind)
{
	if (verdict->advice_count >= VERDICT_ADVICE_MAX)
		return NULL;
	verdict->advice_kinds[verdict->advice_count] = kind;
	return verdict->advice[verdict->advice_count++];
}

static void advise_rebuild(struct verdict *verdict)
{
	char *place = next_advice(verdict, ADVICE_REBUILD);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]), "%s", rebuild);
}

/* "2.0" is written 2, as people write it. */
static void append_release(struct npabi_textbuf *buf, const char *sign,
			   const char *release)
{
	size_t length = strlen(release);

	if (length > 2 && strcmp(release + length - 2, ".0") == 0)
		length -= 2;
	npabi_textbuf_string(buf, sign);
	npabi_textbuf_bytes(buf, release, length);
}

void advice_append_bounds(struct npabi_textbuf *buf, const char *minimum,
			  const char *below)
{
	if (minimum[0])
		append_release(buf, ">=", minimum);
	if (below[0])
		append_release(buf, minimum[0] ? ",<" : "<", below);
}

/* BEFORE, "numpy" with the range, AFTER. */
static void advise_range(struct verdict *verdict, enum advice_kind kind,
			 const char *before, const char *after)
{
	struct npabi_textbuf buf;
	char *place = next_advice(verdict, kind);

	if (!place)
		return;
	npabi_textbuf_init(&buf, place, sizeof(verdict->advice[0]));
	npabi_textbuf_string(&buf, before);
	npabi_textbuf_string(&buf, "'numpy");
	advice_append_bounds(&buf, verdict->numpy_min, verdict->numpy_below);
	npabi_textbuf_char(&buf, '\'');
	npabi_textbuf_string(&buf, after);
}

/* Another release of the extension's package, older or newer as NUMPY asks. */
static void advise_other_release(struct verdict *verdict, const struct numpy_side *numpy)
{
	struct version minimum;
	char *place = next_advice(verdict, ADVICE_RELEASE);
	bool numpy_too_old =
		version_parse(verdict->numpy_min, &minimum) &&
		version_before(&numpy->version, minimum.major, minimum.minor);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]),
			 "or install %s release of the package, built %s NumPy %u.%u%s",
			 numpy_too_old ? "an older" : "a newer",
			 numpy_too_old ? "with headers no newer than" : "for",
			 numpy->version.major, numpy->version.minor,
			 /* which one is older enough, nobody here knows */
			 numpy_too_old ? ""
				       : ": python -m pip install --upgrade PACKAGE");
}

void advice_on_numpy(struct verdict *verdict, bool possible,
		     const struct numpy_side *numpy)
{
	bool bounded = possible && (verdict->numpy_min[0] || verdict->numpy_below[0]);

	if (bounded)
		advise_range(verdict, ADVICE_RANGE, "python -m pip install ", "");
	if (numpy)
		advise_other_release(verdict, numpy);
	advise_rebuild(verdict);
	if (bounded)
		advise_range(verdict, ADVICE_KEEP, "to keep it so: echo ",
			     " >>constraints.txt && python -m pip install -c "
			     "constraints.txt PACKAGE");
}

void advice_on_sibling(struct verdict *verdict, const char *type)
{
	const char *dot = strchr(type, '.');
	int length = dot ? (int)(dot - type) : (int)strlen(type);
	char *place = next_advice(verdict, ADVICE_SENTENCE);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]),
			 "python -m pip install --upgrade --force-reinstall the package "
			 "together with '%.*s': the one was built for another release of "
			 "the other",
			 length, type);
	advise_rebuild(verdict);
}

void advice_on_overrun(struct verdict *verdict)
{
	static const char *const sentences[] = {
		"install a release of the package that allocates "
		"PyArrayMultiIter_Type.tp_basicsize bytes or calls PyArray_MultiIterNew; "
		"where there is none, its maintainers should know",
		"or build it with the headers of NumPy 1, and keep to 'numpy<2'",
	};

	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		char *place = next_advice(verdict, ADVICE_SENTENCE);

		if (place)
			snprintf(place, sizeof(verdict->advice[0]), "%s", sentences[i]);
	}
	verdict->numpy_min[0] = verdict->numpy_below[0] = '\0';
}
