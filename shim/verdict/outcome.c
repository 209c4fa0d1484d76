/* SPDX-License-Identifier: MIT
 *
 * The rules by which a prediction has come true or not.  A failure for another
 * reason never speaks against it: Python did not get as far.  Called by the
 * preload library.
 */
#include <string.h>

#include "base/textbuf.h"
#include "verdict/heed_rule.h"
#include "verdict/outcome.h"

/* One piece of each text that Cython, NumPy's headers or NumPy itself has for it. */
static const char pieces[][52] = {
	"size changed, may indicate binary incompatibility",
	"has the wrong size, try recompiling",
	"module compiled against A",	     /* "BI version", "PI version" */
	"module was compiled against NumPy", /* headers 2.x */
	"multiarray failed to import",
	"umath failed to import",
	"_ARRAY_API not found",
	"A module that was compiled using NumPy 1.x",
};

void outcome_expect(struct outcome *outcome_, const struct facts *facts,
		    const struct verdict *verdict)
{
	outcome_->predicted = verdict->kind;
	outcome_->expected[0] = outcome_->expected_cause[0] = '\0';
	if (verdict->kind == VERDICT_ERROR || verdict->kind == VERDICT_WARN) {
		strcpy(outcome_->expected, verdict->message);
		strcpy(outcome_->expected_cause, verdict->cause);
	}
	outcome_->warning_expected = false;
	for (unsigned i = 0; i < facts->check_count; i++)
		if (verdict->checks[i].outcome == VERDICT_WARN)
			outcome_->warning_expected = true;
}

void outcome_make_unreported(struct outcome *outcome, const char *init_name)
{
	struct npabi_textbuf message;

	strcpy(outcome->type, "SystemError");
	npabi_textbuf_init(&message, outcome->message, sizeof(outcome->message));
	if (init_name) /* that of an exec function has the module's full name */
		heed_rule_append_unreported(&message, init_name);
}

bool outcome_is_of_mismatch(const char *text)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		if (strstr(text, pieces[i]))
			return true;
	return false;
}

static enum facts_answer answer(bool yes)
{
	return yes ? FACTS_YES : FACTS_NO;
}

static bool is_text(const char *message, const char *expected)
{
	return expected[0] && strcmp(message, expected) == 0;
}

static enum facts_answer judge_error(const struct outcome *outcome)
{
	/* an init function that does without NumPy's macro leaves the cause as it is */
	if (is_text(outcome->message, outcome->expected) ||
	    is_text(outcome->message, outcome->expected_cause))
		return FACTS_YES;
	if (outcome->is_foreign || !outcome->of_mismatch)
		return FACTS_UNKNOWN;
	if (outcome->predicted == VERDICT_OK && outcome->warning_expected)
		return FACTS_YES; /* the program wants its warnings as errors */
	return answer(outcome->predicted == VERDICT_ERROR && !outcome->expected[0]);
}

enum facts_answer outcome_agrees(const struct outcome *outcome)
{
	enum verdict_kind predicted = outcome->predicted;

	if (predicted == VERDICT_UNKNOWN)
		return FACTS_UNKNOWN;
	switch (outcome->observed) {
	case VERDICT_ERROR:
		return judge_error(outcome);
	case VERDICT_WARN:
		return answer(predicted == VERDICT_WARN || predicted == VERDICT_UNSAFE ||
			      (predicted == VERDICT_OK && outcome->warning_expected));
	case VERDICT_OK:
		return answer(predicted == VERDICT_OK || predicted == VERDICT_UNSAFE);
	case VERDICT_UNSAFE:
	case VERDICT_UNKNOWN:
		break;
	}
	return FACTS_UNKNOWN;
}
