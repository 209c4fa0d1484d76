/* SPDX-License-Identifier: MIT
 *
 * Puts the rules in the order in which Python meets them, and says what comes
 * of it.  Each rule is in a file of its own; here is only the sequence, and
 * what doubt does to it.  Called by both front ends.
 */
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "verdict/advice.h"
#include "verdict/cython_rule.h"
#include "verdict/heed_rule.h"
#include "verdict/import_array_rule.h"
#include "verdict/releases.h"
#include "verdict/unsafe_rule.h"
#include "verdict/verdict.h"

struct judging {
	const struct facts *facts;
	const struct runtime *runtime;	/* NULL: none */
	const struct numpy_side *numpy; /* NULL: not known */
	struct verdict *verdict;
	unsigned check_count;
	bool doubt;		 /* something before may already have failed */
	const char *failed_type; /* of the check that raises; NULL: none */
};

static bool is_of(const char *type, const char *module)
{
	size_t length = strlen(module);

	return strncmp(type, module, length) == 0 && type[length] == '.';
}

/* Does it matter to the verdict that the size of TYPE is not known? */
static bool leaves_doubt(struct judging *judging, const char *type)
{
	if (is_of(type, "builtins") || is_of(type, "__builtin__"))
		return false;
	if (is_of(type, "numpy") && !strchr(type + strlen("numpy."), '.'))
		return true;
	judging->verdict->unjudged++;
	return false;
}

static struct cython_actual actual_of(const struct judging *judging, unsigned index)
{
	const char *type = judging->facts->checks[index].type;
	const struct runtime_type *found =
		judging->runtime ? runtime_find_type(judging->runtime, type) : NULL;
	struct cython_actual actual = {0};

	if (found)
		actual = (struct cython_actual){found->basic_size, found->item_size};
	return actual;
}

/* Fills in what each check comes to by itself, whether or not it is reached. */
static void fill_checks(struct judging *judging)
{
	for (unsigned i = 0; i < judging->check_count; i++) {
		struct cython_actual actual = actual_of(judging, i);

		judging->verdict->checks[i].known = actual.basic != 0;
		judging->verdict->checks[i].actual = actual.basic;
		if (actual.basic)
			judging->verdict->checks[i].outcome =
				cython_rule_outcome(&judging->facts->checks[i], &actual);
	}
}

static void write_text(struct judging *judging, unsigned index, const char *type)
{
	const struct facts_size_check *check = &judging->facts->checks[index];
	struct cython_actual actual = actual_of(judging, index);
	struct verdict *verdict = judging->verdict;
	struct npabi_textbuf buf;

	snprintf(verdict->error_type, sizeof(verdict->error_type), "%s", type);
	npabi_textbuf_init(&buf, verdict->message, sizeof(verdict->message));
	cython_rule_text(check, &actual, verdict->checks[index].outcome, &buf);
}

static void explain_sizes(struct judging *judging, unsigned index, const char *rest)
{
	struct verdict *verdict = judging->verdict;
	const struct facts_size_check *check = &judging->facts->checks[index];

	snprintf(verdict->explanation, sizeof(verdict->explanation),
		 "%s has %llu bytes here and had %llu where this was compiled%s",
		 check->type, (unsigned long long)verdict->checks[index].actual,
		 (unsigned long long)check->expected, rest);
}

/* A warning: shown, or hidden by NumPy's own filter. */
static void meet_warning(struct judging *judging, unsigned index)
{
	struct verdict *verdict = judging->verdict;
	const char *type = judging->facts->checks[index].type;

	if (judging->numpy && numpy_side_hides_warning(judging->numpy, type)) {
		if (!verdict->explanation[0])
			explain_sizes(
				judging, index,
				": harmless, and NumPy's own filter hides the warning");
		return;
	}
	if (verdict->kind == VERDICT_WARN)
		return;
	verdict->kind = VERDICT_WARN;
	verdict->rule = VERDICT_RULE_SIZE_WARNING;
	write_text(judging, index, "RuntimeWarning");
	cython_rule_cut_warning(judging->facts->generator, verdict->message);
	explain_sizes(judging, index,
		      ": larger than asked for, which is harmless by itself");
}

static void fail_check(struct judging *judging, unsigned index)
{
	judging->verdict->kind = VERDICT_ERROR;
	judging->verdict->rule = VERDICT_RULE_SIZE_ERROR;
	judging->failed_type = judging->facts->checks[index].type;
	write_text(judging, index, "ValueError");
	explain_sizes(judging, index, "");
}

/* The type imports; false when one of them raises. */
static bool run_size_checks(struct judging *judging)
{
	for (unsigned i = 0; i < judging->check_count; i++) {
		switch (judging->verdict->checks[i].outcome) {
		case VERDICT_ERROR:
			fail_check(judging, i);
			return false;
		case VERDICT_WARN:
			meet_warning(judging, i);
			break;
		case VERDICT_UNKNOWN:
			if (leaves_doubt(judging, judging->facts->checks[i].type))
				judging->doubt = true;
			break;
		default:
			break;
		}
	}
	return true;
}

/* What comes of import_array's failure. */
static enum verdict_kind judge_failure(const struct judging *judging)
{
	const struct facts *facts = judging->facts;
	struct verdict *verdict = judging->verdict;

	verdict->rule = VERDICT_RULE_IMPORT_ARRAY;
	snprintf(verdict->explanation, sizeof(verdict->explanation),
		 "compiled for NumPy %.40s, which NumPy %.40s does not let in",
		 verdict->built_against[0] ? verdict->built_against
					   : "of another version",
		 judging->numpy->name);
	if (!heed_rule_applies(facts))
		return VERDICT_ERROR;
	verdict->heed_matters = !facts->heed_read;
	return facts->heed_read ? heed_rule(facts, judging->numpy, verdict)
				: VERDICT_ERROR;
}

/* import_array; false when it fails, and what comes of it is the verdict. */
static bool run_import_array(struct judging *judging)
{
	struct verdict *verdict = judging->verdict;
	enum verdict_kind outcome = VERDICT_UNKNOWN;

	if (judging->facts->numpy_dependent == FACTS_NO)
		return true;
	if (judging->numpy)
		outcome = import_array_rule(judging->facts, judging->numpy, verdict);
	if (outcome == VERDICT_UNKNOWN)
		judging->doubt = true;
	if (outcome != VERDICT_ERROR)
		return true;
	verdict->kind = judge_failure(judging);
	return false;
}

/* Runs everything in its order; false when what fails has made the verdict. */
static bool run_sequence(struct judging *judging)
{
	if (judging->facts->checks_after_import_array)
		return run_import_array(judging) && run_size_checks(judging);
	return run_size_checks(judging) && run_import_array(judging);
}

/* Something before may fail first, in other words: keep ours as a sentence only. */
static void withhold_message(struct verdict *verdict)
{
	snprintf(verdict->explanation, sizeof(verdict->explanation),
		 "The import fails; if nothing of unknown size fails before, with %.31s: "
		 "%.250s",
		 verdict->error_type, verdict->message);
	verdict->error_type[0] = verdict->message[0] = '\0';
	verdict->cause_type[0] = verdict->cause[0] = '\0';
}

/* The kind of an extension that nothing known makes fail. */
static enum verdict_kind kind_without_error(const struct judging *judging)
{
	const struct facts *facts = judging->facts;

	if (facts->numpy_dependent == FACTS_NO && facts->status == NPABI_OK &&
	    !judging->doubt)
		return judging->verdict->kind == VERDICT_WARN ? VERDICT_WARN : VERDICT_OK;
	if (judging->doubt || facts->status != NPABI_OK || facts->checks_truncated ||
	    facts->numpy_dependent == FACTS_UNKNOWN)
		return VERDICT_UNKNOWN;
	return judging->verdict->kind == VERDICT_WARN ? VERDICT_WARN : VERDICT_OK;
}

/* What goes wrong without a word: for the layouts of NUMPY, or on any. */
static bool judge_silent_kind(struct judging *judging)
{
	struct verdict *verdict = judging->verdict;
	bool misreads =
		judging->numpy && unsafe_rule(judging->facts, judging->numpy, NULL);
	struct npabi_textbuf buf;

	if (!judging->numpy || (!misreads && !unsafe_rule_overruns(judging->facts, NULL)))
		return false;
	npabi_textbuf_init(&buf, verdict->message, sizeof(verdict->message));
	if (misreads)
		unsafe_rule(judging->facts, judging->numpy, &buf);
	else
		verdict->overruns = unsafe_rule_overruns(judging->facts, &buf);
	verdict->error_type[0] = '\0';
	verdict->kind = VERDICT_UNSAFE;
	verdict->rule = VERDICT_RULE_LAYOUT;
	return true;
}

static unsigned count_failures(const struct judging *judging)
{
	unsigned count = 0;

	for (unsigned i = 0; i < judging->check_count; i++)
		count += judging->verdict->checks[i].outcome == VERDICT_ERROR ||
			 judging->verdict->checks[i].outcome == VERDICT_WARN;
	return count;
}

static void judge_all(struct judging *judging)
{
	struct verdict *verdict = judging->verdict;
	bool settled;

	fill_checks(judging);
	judging->doubt = judging->facts->checks_unread;
	verdict->order_matters = !judging->facts->in_order && count_failures(judging) > 1;
	settled = !run_sequence(judging);
	if (settled && verdict->kind == VERDICT_ERROR && judging->doubt)
		withhold_message(verdict);
	if (!settled && !judge_silent_kind(judging))
		verdict->kind = kind_without_error(judging);
	if (verdict->kind == VERDICT_UNKNOWN)
		verdict->error_type[0] = verdict->message[0] = '\0';
	if (verdict->kind == VERDICT_UNKNOWN || verdict->kind == VERDICT_OK)
		verdict->rule = VERDICT_RULE_NONE;
}

static void advise(const struct judging *judging, bool possible)
{
	struct verdict *verdict = judging->verdict;

	if (verdict->kind != VERDICT_ERROR && verdict->kind != VERDICT_UNSAFE)
		return;
	if (judging->failed_type && !is_of(judging->failed_type, "numpy"))
		advice_on_sibling(verdict, judging->failed_type);
	else if (verdict->overruns)
		advice_on_overrun(verdict);
	else
		advice_on_numpy(verdict, possible, judging->numpy);
}

void verdict_judge(const struct facts *facts, const struct runtime *runtime,
		   struct verdict *verdict_)
{
	struct numpy_side numpy;
	struct judging judging = {
		.facts = facts, .runtime = runtime, .verdict = verdict_};
	bool possible = true;

	memset(verdict_, 0, sizeof(*verdict_));
	judging.check_count = facts->check_count < FACTS_CHECKS_MAX ? facts->check_count
								    : FACTS_CHECKS_MAX;
	if (numpy_side_of_runtime(runtime, &numpy))
		judging.numpy = &numpy;
	if (facts->numpy_dependent != FACTS_NO) {
		releases_built_against(facts, verdict_->built_against,
				       sizeof(verdict_->built_against));
		possible =
			releases_range(facts, verdict_->numpy_min, verdict_->numpy_below,
				       sizeof(verdict_->numpy_min));
	}
	judge_all(&judging);
	advise(&judging, possible);
}

const char *verdict_kind_name(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_OK:
		return "ok";
	case VERDICT_WARN:
		return "warn";
	case VERDICT_ERROR:
		return "error";
	case VERDICT_UNSAFE:
		return "unsafe";
	default:
		return "unknown";
	}
}

const char *verdict_rule_name(enum verdict_rule rule)
{
	static const char names[][24] = {
		[VERDICT_RULE_NONE] = "",
		[VERDICT_RULE_SIZE_ERROR] = "size-changed",
		[VERDICT_RULE_SIZE_WARNING] = "size-warning",
		[VERDICT_RULE_IMPORT_ARRAY] = "import-array-fails",
		[VERDICT_RULE_IGNORED] = "import-array-ignored",
		[VERDICT_RULE_LATER] = "import-array-later",
		[VERDICT_RULE_LAYOUT] = "layout-changed",
	};

	return names[rule];
}
