/* SPDX-License-Identifier: MIT
 *
 * PEP 508 and the comparisons of PEP 440, as far as they bound a range of releases.  Any
 * comparison comes to "at least A" and "below B", with numbers of three parts as NumPy
 * has them.  Called by those who advise.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "facts/requirement.h"

#define PARTS	    3
#define PART_LIMIT  10000
#define TEXT_MAX    512
#define NAME	    "numpy"
#define NAME_LENGTH (sizeof(NAME) - 1)

/* "1.26.4", "1.26.*", "2.0.0rc1" */
struct release {
	unsigned part[PARTS];
	unsigned count;	     /* of parts that were given */
	bool is_prefix;	     /* .* follows */
	bool is_preliminary; /* rc1, dev0 */
};

struct bounds {
	bool has_minimum, has_below;
	struct release minimum, below;
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static bool read_part(const char **text, unsigned *part_)
{
	unsigned part = 0;
	const char *start = *text;

	for (; **text >= '0' && **text <= '9'; ++*text) {
		part = part * 10 + (unsigned)(**text - '0');
		if (part >= PART_LIMIT)
			return false;
	}
	*part_ = part;
	return *text != start;
}

/* Notes what may follow the numbers, and moves behind it. */
static void read_suffix(const char **text, struct release *release)
{
	static const char marks[][8] = {"rc", "a", "b", ".dev", "dev"};

	if (strncmp(*text, ".*", 2) == 0) {
		release->is_prefix = true;
		*text += 2;
		return;
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t length = strlen(marks[i]);

		if (strncmp(*text, marks[i], length) != 0)
			continue;
		release->is_preliminary = true;
		*text += length;
		*text += strspn(*text, "0123456789");
		return;
	}
}

/* Reads a release at *TEXT and moves behind it. */
static bool read_release(const char **text, struct release *release_)
{
	struct release release = {.count = 0};

	do {
		if (release.count == PARTS ||
		    !read_part(text, &release.part[release.count]))
			return false;
		release.count++;
	} while (**text == '.' && (*text)[1] >= '0' && (*text)[1] <= '9' && ++*text);
	read_suffix(text, &release);
	*release_ = release;
	return true;
}

static int compare(const struct release *one, const struct release *other)
{
	for (unsigned i = 0; i < PARTS; i++) {
		if (one->part[i] != other->part[i])
			return one->part[i] < other->part[i] ? -1 : 1;
	}
	return 0;
}

/* The first release that does not begin with the COUNT parts of RELEASE. */
static struct release after(const struct release *release, unsigned count)
{
	struct release next = {.count = PARTS};

	memcpy(next.part, release->part, count * sizeof(next.part[0]));
	next.part[count - 1]++;
	return next;
}

static void bound_below(struct bounds *bounds, struct release release)
{
	if (!bounds->has_below || compare(&release, &bounds->below) < 0)
		bounds->below = release;
	bounds->has_below = true;
}

static void bound_minimum(struct bounds *bounds, struct release release)
{
	if (!bounds->has_minimum || compare(&release, &bounds->minimum) > 0)
		bounds->minimum = release;
	bounds->has_minimum = true;
}

/* --- specifiers -------------------------------------------------------------- */

/* Of a release that is not out yet, all that is final comes after. */
static void apply_order(struct bounds *bounds, const char *sign,
			const struct release *release)
{
	bool or_equal = sign[1] == '=';
	bool at = release->is_preliminary;

	if (release->is_prefix)
		return;
	if (sign[0] == '>')
		bound_minimum(bounds, or_equal || at ? *release : after(release, PARTS));
	else
		bound_below(bounds, or_equal && !at ? after(release, PARTS) : *release);
}

static void apply_equal(struct bounds *bounds, const struct release *release)
{
	if (release->is_preliminary)
		return;
	bound_minimum(bounds, *release);
	bound_below(bounds, after(release, release->is_prefix ? release->count : PARTS));
}

static void apply_compatible(struct bounds *bounds, const struct release *release)
{
	if (release->is_preliminary || release->is_prefix || release->count < 2)
		return;
	bound_minimum(bounds, *release);
	bound_below(bounds, after(release, release->count - 1));
}

/* "!=" leaves a hole, and bounds nothing. */
static void apply(struct bounds *bounds, const char *sign, const struct release *release)
{
	if (strcmp(sign, "==") == 0 || strcmp(sign, "===") == 0)
		apply_equal(bounds, release);
	else if (strcmp(sign, "~=") == 0)
		apply_compatible(bounds, release);
	else if (strcmp(sign, ">=") == 0 || strcmp(sign, ">") == 0 ||
		 strcmp(sign, "<=") == 0 || strcmp(sign, "<") == 0)
		apply_order(bounds, sign, release);
}

/* Copies the sign of a comparison at *TEXT, and moves behind it and its blanks. */
static bool read_sign(const char **text, char *sign, size_t size)
{
	size_t length = strspn(*text, "<>=!~");

	if (!length || length >= size)
		return false;
	memcpy(sign, *text, length);
	sign[length] = '\0';
	*text = skip_blanks(*text + length);
	return true;
}

/* ">=1.22,<2": what is not understood bounds nothing. */
static void read_specifiers(char *text, struct bounds *bounds)
{
	char *rest = text, *item;

	while ((item = strsep(&rest, ",")) != NULL) {
		const char *at = skip_blanks(item);
		struct release release;
		char sign[4];

		if (read_sign(&at, sign, sizeof(sign)) && read_release(&at, &release) &&
		    !*skip_blanks(at))
			apply(bounds, sign, &release);
	}
}

/* --- markers ----------------------------------------------------------------- */

static bool holds_order(const char *sign, int order)
{
	if (strcmp(sign, "<") == 0)
		return order < 0;
	if (strcmp(sign, "<=") == 0)
		return order <= 0;
	if (strcmp(sign, ">") == 0)
		return order > 0;
	if (strcmp(sign, ">=") == 0)
		return order >= 0;
	if (strcmp(sign, "==") == 0)
		return order == 0;
	return strcmp(sign, "!=") == 0 && order != 0;
}

static bool holds_version(const char *python, const char *sign, const char *value)
{
	struct release running, asked;

	if (!read_release(&python, &running) || !read_release(&value, &asked) ||
	    *python || *value || asked.is_prefix || asked.is_preliminary)
		return false;
	return holds_order(sign, compare(&running, &asked));
}

static bool holds(const char *name, const char *sign, const char *value,
		  const char *python)
{
	static const struct {
		char name[20], value[8];
	} here[] = {{"sys_platform", "linux"},
		    {"platform_system", "Linux"},
		    {"os_name", "posix"},
		    {"platform_machine", "x86_64"}};

	if (strcmp(name, "python_version") == 0)
		return holds_version(python, sign, value);
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		bool same = strcmp(value, here[i].value) == 0;

		if (strcmp(name, here[i].name) == 0)
			return strcmp(sign, same ? "==" : "!=") == 0;
	}
	return false;
}

/* The quoted word at *TEXT, ended in place, and moves behind it; NULL: there is none. */
static char *take_quoted(char **text)
{
	char quote = **text, *start = *text + 1, *end;

	if (quote != '"' && quote != '\'')
		return NULL;
	end = strchr(start, quote);
	if (!end)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return start;
}

/* One "NAME SIGN 'VALUE'" at *TEXT, moving behind it; false: it does not hold. */
static bool read_clause(char **text, const char *python)
{
	char *name = *text + strspn(*text, " \t"), *value;
	char *end = name + strspn(name, "abcdefghijklmnopqrstuvwxyz_");
	const char *at = skip_blanks(end);
	char sign[4];

	if (end == name || !read_sign(&at, sign, sizeof(sign)))
		return false;
	*end = '\0'; /* the sign has been copied */
	*text += at - *text;
	value = take_quoted(text);
	return value && holds(name, sign, value, python);
}

/* Clauses with "and" between them; anything else is not understood. */
static bool read_marker(char *text, const char *python)
{
	for (;;) {
		if (!read_clause(&text, python))
			return false;
		text += strspn(text, " \t");
		if (!*text)
			return true;
		if (strncmp(text, "and", 3) != 0 || !strchr(" \t", text[3]))
			return false;
		text += 3;
	}
}

/* --- the whole --------------------------------------------------------------- */

/* "1.26.0" is written 1.26. */
static void write_release(const struct release *release, char *text, size_t size)
{
	if (release->part[2])
		snprintf(text, size, "%u.%u.%u", release->part[0], release->part[1],
			 release->part[2]);
	else
		snprintf(text, size, "%u.%u", release->part[0], release->part[1]);
}

/* The specifiers in TEXT, without brackets; NULL: it is not of NumPy. */
static char *find_specifiers(char *text)
{
	char *end;

	text += strspn(text, " \t");
	if (strncasecmp(text, NAME, NAME_LENGTH) != 0)
		return NULL;
	text += NAME_LENGTH;
	text += strspn(text, " \t");
	if (*text != '(')
		return text;
	end = strchr(++text, ')');
	if (!end || *skip_blanks(end + 1))
		return NULL;
	*end = '\0';
	return text;
}

bool requirement_read(const char *text, size_t length, const char *python,
		      struct requirement *requirement_)
{
	struct requirement requirement = {"", ""};
	struct bounds bounds = {.has_minimum = false};
	char copy[TEXT_MAX], *marker, *specifiers;

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	marker = strchr(copy, ';');
	if (marker)
		*marker++ = '\0';
	specifiers = find_specifiers(copy);
	if (!specifiers || (marker && !read_marker(marker, python)))
		return false;
	read_specifiers(specifiers, &bounds);
	if (bounds.has_minimum)
		write_release(&bounds.minimum, requirement.minimum,
			      sizeof(requirement.minimum));
	if (bounds.has_below)
		write_release(&bounds.below, requirement.below,
			      sizeof(requirement.below));
	*requirement_ = requirement;
	return bounds.has_minimum || bounds.has_below;
}
