/* SPDX-License-Identifier: MIT
 *
 * Cython's size rules.  What differs by release is in the facts of each check:
 * the wording, the policy (until 0.28 "strict" is told as policy error and its
 * opposite as policy warn), and whether the item size counts.  Knows nothing
 * of NumPy.  Called by the verdict and the range of releases.
 */
#include <string.h>

#include "verdict/cython_rule.h"
#include "verdict/version.h"

#define ITEM_ALIGNMENT	    8	/* alignof of the structs that have items */
#define WARNING_BUFFER_SIZE 200 /* char warning[200] */

/*
 * What the item size adds: at least the struct's alignment, which pads a struct
 * whose items are smaller.  A size that is no multiple of the alignment means
 * that the compiler could not tell it; then the remainder is used.
 */
static uint64_t padded_item(const struct facts_size_check *check,
			    const struct cython_actual *actual)
{
	uint64_t alignment = ITEM_ALIGNMENT;

	if (!check->item_size_counts || actual->item == 0)
		return 0;
	if (check->expected % alignment)
		alignment = check->expected % alignment;
	return actual->item < alignment ? alignment : actual->item;
}

enum verdict_kind cython_rule_outcome(const struct facts_size_check *check,
				      const struct cython_actual *actual)
{
	uint64_t largest = actual->basic + padded_item(check, actual);

	if (check->expected == 0)
		return VERDICT_OK; /* 3.1+: size not known to the compiler, not checked */
	if (largest < check->expected)
		return VERDICT_ERROR;
	/* a size within the items: 0.29.34 to 0.29.37 still call it different */
	if (actual->basic < check->expected && check->policy == FACTS_POLICY_ERROR &&
	    check->wording != FACTS_WORDING_HEADER_RANGE)
		return VERDICT_ERROR;
	if (actual->basic <= check->expected)
		return VERDICT_OK;
	switch (check->policy) {
	case FACTS_POLICY_ERROR:
		return VERDICT_ERROR;
	case FACTS_POLICY_WARN:
		return VERDICT_WARN;
	case FACTS_POLICY_IGNORE:
		return VERDICT_OK;
	default:
		return VERDICT_UNKNOWN;
	}
}

static void write_pair(struct npabi_textbuf *buf, const char *before, uint64_t first,
		       const char *between, uint64_t second)
{
	npabi_textbuf_string(buf, before);
	npabi_textbuf_unsigned(buf, first);
	npabi_textbuf_string(buf, between);
	npabi_textbuf_unsigned(buf, second);
}

/* 0.12.1 to 0.28: the numbers, where they are told, are run time first. */
static void write_old(const struct facts_size_check *check,
		      const struct cython_actual *actual, enum verdict_kind outcome,
		      struct npabi_textbuf *buf)
{
	npabi_textbuf_string(buf, check->type);
	npabi_textbuf_string(
		buf, outcome == VERDICT_ERROR
			     ? " has the wrong size, try recompiling"
			     : " size changed, may indicate binary incompatibility");
	if (check->wording == FACTS_WORDING_SWAPPED)
		write_pair(buf, ". Expected ", actual->basic, ", got ", check->expected);
}

/* 0.29 and later. */
static void write_new(const struct facts_size_check *check,
		      const struct cython_actual *actual, enum verdict_kind outcome,
		      struct npabi_textbuf *buf)
{
	bool ranged = check->wording == FACTS_WORDING_HEADER_RANGE;
	uint64_t largest = actual->basic + padded_item(check, actual);
	bool too_small = outcome == VERDICT_ERROR && largest < check->expected;

	npabi_textbuf_string(buf, check->type);
	write_pair(buf, " size changed, may indicate binary incompatibility. Expected ",
		   check->expected, " from C header, got ",
		   ranged && too_small ? largest : actual->basic);
	if (ranged && outcome == VERDICT_ERROR && !too_small) {
		npabi_textbuf_char(buf, '-');
		npabi_textbuf_unsigned(buf, largest);
	}
	npabi_textbuf_string(buf, " from PyObject");
}

void cython_rule_text(const struct facts_size_check *check,
		      const struct cython_actual *actual, enum verdict_kind outcome,
		      struct npabi_textbuf *buf)
{
	switch (check->wording) {
	case FACTS_WORDING_RECOMPILE:
	case FACTS_WORDING_SWAPPED:
		write_old(check, actual, outcome, buf);
		return;
	case FACTS_WORDING_HEADER:
	case FACTS_WORDING_HEADER_RANGE:
		write_new(check, actual, outcome, buf);
		return;
	default:
		return;
	}
}

void cython_rule_cut_warning(const char *generator, char *warning)
{
	static const char name[] = "cython ";
	struct version version;

	if (strncmp(generator, name, strlen(name)) == 0 &&
	    version_parse(generator + strlen(name), &version) &&
	    (!version_before(&version, 3, 2) ||
	     (version.major == 3 && version.minor == 1 && version.patch > 0)))
		return;
	if (strlen(warning) >= WARNING_BUFFER_SIZE)
		warning[WARNING_BUFFER_SIZE - 1] = '\0';
}
