/* SPDX-License-Identifier: MIT
 *
 * Which NumPy releases an extension works with: every rule against every row of
 * the table.  Releases newer than the table are assumed to behave as its last
 * one.  Called by the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "verdict/cython_rule.h"
#include "verdict/import_array_rule.h"
#include "verdict/releases.h"
#include "verdict/releases_lookup.h"
#include "verdict/unsafe_rule.h"

static bool sizes_pass(const struct facts *facts, const struct release_runtime *row)
{
	for (unsigned i = 0; i < facts->check_count && i < FACTS_CHECKS_MAX; i++) {
		struct cython_actual actual = {
			.basic = releases_size(row, facts->checks[i].type)};

		if (actual.basic &&
		    cython_rule_outcome(&facts->checks[i], &actual) == VERDICT_ERROR)
			return false;
	}
	return true;
}

static bool works_with(const struct facts *facts, const struct release_runtime *row)
{
	struct numpy_side numpy;

	numpy_side_of_row(row, &numpy);
	return sizes_pass(facts, row) &&
	       import_array_rule(facts, &numpy, NULL) != VERDICT_ERROR &&
	       !unsafe_rule(facts, &numpy, NULL);
}

bool releases_range(const struct facts *facts, char *minimum_, char *below_, size_t size)
{
	unsigned first, end = releases_runtimes_count;

	*minimum_ = *below_ = '\0';
	while (end && !works_with(facts, &releases_runtimes[end - 1]))
		end--;
	if (!end)
		return false;
	first = end - 1;
	while (first && works_with(facts, &releases_runtimes[first - 1]))
		first--;
	if (first)
		snprintf(minimum_, size, "%s", releases_runtimes[first].release);
	if (end < releases_runtimes_count)
		snprintf(below_, size, "%s", releases_runtimes[end].release);
	return true;
}
