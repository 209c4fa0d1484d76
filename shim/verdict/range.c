/* SPDX-License-Identifier: MIT
 *
 * Which NumPy releases an extension works with: every rule against every row of
 * the table.  Releases newer than the table are assumed to behave as its last
 * one.  Called by the verdict.
 */
#include <string.h>

#include "base/textbuf.h"
#include "verdict/cython_rule.h"
#include "verdict/import_array_rule.h"
#include "verdict/releases.h"
#include "verdict/releases_lookup.h"
#include "verdict/unsafe_rule.h"

/* The checks of which the table has a column, by its columns: many rows are asked. */
struct sized_checks {
	const struct facts *facts;
	unsigned count;
	uint8_t indexes[FACTS_CHECKS_MAX]; /* in facts->checks */
	uint8_t columns[FACTS_CHECKS_MAX]; /* enum release_column */
};

static void find_columns(const struct facts *facts, struct sized_checks *checks_)
{
	checks_->facts = facts;
	checks_->count = 0;
	for (unsigned i = 0; i < facts->check_count && i < FACTS_CHECKS_MAX; i++) {
		enum release_column column = releases_column(facts->checks[i].type);

		if (column == RELEASES_NO_COLUMN)
			continue;
		checks_->indexes[checks_->count] = (uint8_t)i;
		checks_->columns[checks_->count++] = (uint8_t)column;
	}
}

static bool sizes_pass(const struct sized_checks *checks,
		       const struct release_runtime *row)
{
	const uint16_t *sizes = releases_build(row, checks->facts->free_threaded);

	for (unsigned i = 0; i < checks->count; i++) {
		const struct facts_size_check *check =
			&checks->facts->checks[checks->indexes[i]];
		struct cython_actual actual = {.basic = sizes[checks->columns[i]]};

		if (cython_rule_outcome(check, &actual) == VERDICT_ERROR)
			return false;
	}
	return true;
}

static bool works_with(const struct sized_checks *checks,
		       const struct release_runtime *row)
{
	struct numpy_side numpy;

	numpy_side_of_row(row, &numpy);
	return sizes_pass(checks, row) &&
	       import_array_rule(checks->facts, &numpy, NULL) != VERDICT_ERROR &&
	       !unsafe_rule(checks->facts, &numpy, NULL);
}

bool releases_range(const struct facts *facts, char *minimum_, char *below_, size_t size)
{
	unsigned first, end = releases_runtimes_count;
	struct sized_checks checks;

	find_columns(facts, &checks);
	*minimum_ = *below_ = '\0';
	while (end && !works_with(&checks, &releases_runtimes[end - 1]))
		end--;
	if (!end)
		return false;
	first = end - 1;
	while (first && works_with(&checks, &releases_runtimes[first - 1]))
		first--;
	if (first)
		npabi_text_copy(minimum_, size, releases_runtimes[first].release);
	if (end < releases_runtimes_count)
		npabi_text_copy(below_, size, releases_runtimes[end].release);
	return true;
}
