/* SPDX-License-Identifier: MIT
 *
 * Advice from the range of NumPy releases alone.  Which distribution owns the
 * file, and what else is installed, is not known here.  Called by the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "verdict/advice.h"

static const char rebuild[] =
	"or build the package here, against this NumPy: pip install "
	"--force-reinstall --no-deps --no-build-isolation "
	"--no-binary=:all: PACKAGE";

/* The place for the next piece of advice; NULL when all are taken. */
static char *next_advice(struct verdict *verdict)
{
	if (verdict->advice_count >= VERDICT_ADVICE_MAX)
		return NULL;
	return verdict->advice[verdict->advice_count++];
}

static void add(struct verdict *verdict, const char *text)
{
	char *place = next_advice(verdict);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]), "%s", text);
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

static void advise_range(struct verdict *verdict)
{
	struct npabi_textbuf buf;
	char *place = next_advice(verdict);

	if (!place)
		return;
	npabi_textbuf_init(&buf, place, sizeof(verdict->advice[0]));
	npabi_textbuf_string(&buf, "pip install 'numpy");
	if (verdict->numpy_min[0])
		append_release(&buf, ">=", verdict->numpy_min);
	if (verdict->numpy_below[0]) {
		npabi_textbuf_string(&buf, verdict->numpy_min[0] ? "," : "");
		append_release(&buf, "<", verdict->numpy_below);
	}
	npabi_textbuf_char(&buf, '\'');
}

/* Another release of the extension's package, older or newer as NUMPY asks. */
static void advise_other_release(struct verdict *verdict, const struct numpy_side *numpy)
{
	struct version minimum;
	char *place = next_advice(verdict);
	bool numpy_too_old =
		version_parse(verdict->numpy_min, &minimum) &&
		version_before(&numpy->version, minimum.major, minimum.minor);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]),
			 "or install %s release of the package, built %s NumPy %u.%u",
			 numpy_too_old ? "an older" : "a newer",
			 numpy_too_old ? "with headers no newer than" : "for",
			 numpy->version.major, numpy->version.minor);
}

void advice_on_numpy(struct verdict *verdict, bool possible,
		     const struct numpy_side *numpy)
{
	if (possible && (verdict->numpy_min[0] || verdict->numpy_below[0]))
		advise_range(verdict);
	if (numpy)
		advise_other_release(verdict, numpy);
	add(verdict, rebuild);
}

void advice_on_sibling(struct verdict *verdict, const char *type)
{
	const char *dot = strchr(type, '.');
	int length = dot ? (int)(dot - type) : (int)strlen(type);
	char *place = next_advice(verdict);

	if (place)
		snprintf(place, sizeof(verdict->advice[0]),
			 "pip install --upgrade --force-reinstall the package together "
			 "with "
			 "'%.*s': the one was built for another release of the other",
			 length, type);
	add(verdict, rebuild);
}
