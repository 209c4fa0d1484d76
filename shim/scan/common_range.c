/* SPDX-License-Identifier: MIT
 *
 * Intersecting ranges of releases.  Called by scan.c and rows.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/common_range.h"
#include "verdict/advice.h"
#include "verdict/releases.h"
#include "verdict/version.h"

/* Is release A before release B?  False where one is no release number. */
static bool is_before(const char *a, const char *b)
{
	struct version one, other;

	if (!version_parse(a, &one) || !version_parse(b, &other))
		return false;
	if (one.major == other.major && one.minor == other.minor)
		return one.patch < other.patch;
	return version_before(&one, other.major, other.minor);
}

static void set_bound(char (*bound)[16], char (*by)[256], const char *release,
		      const char *name)
{
	snprintf(*bound, sizeof(*bound), "%s", release);
	snprintf(*by, sizeof(*by), "%s", name);
}

void common_range_narrow(struct common_range *range, const char *minimum,
			 const char *below, const char *name)
{
	if (minimum[0] && (!range->minimum[0] || is_before(range->minimum, minimum)))
		set_bound(&range->minimum, &range->minimum_by, minimum, name);
	if (below[0] && (!range->below[0] || is_before(below, range->below)))
		set_bound(&range->below, &range->below_by, below, name);
}

void common_range_add(struct common_range *range, const struct facts *facts,
		      const char *name)
{
	char minimum[16], below[16];

	range->count++;
	if (!releases_range(facts, minimum, below, sizeof(minimum))) {
		snprintf(range->impossible_by, sizeof(range->impossible_by), "%s", name);
		return;
	}
	common_range_narrow(range, minimum, below, name);
}

bool common_range_is_possible(const struct common_range *range)
{
	if (range->impossible_by[0])
		return false;
	return !range->minimum[0] || !range->below[0] ||
	       is_before(range->minimum, range->below);
}

struct record_set common_range_describe(const struct common_range *range)
{
	return (struct record_set){
		.possible = common_range_is_possible(range),
		.minimum = range->minimum,
		.below = range->below,
		.minimum_by = range->minimum_by,
		.below_by = range->below_by,
		.impossible_by = range->impossible_by,
	};
}

void common_range_append(struct npabi_textbuf *buf, const char *minimum,
			 const char *below)
{
	advice_append_bounds(buf, minimum, below);
}
