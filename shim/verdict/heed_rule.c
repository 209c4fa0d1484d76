/* SPDX-License-Identifier: MIT
 *
 * The words of a SystemError are those of CPython 3.5 to 3.14:
 * Python/importdl.c (import.c since 3.13) and Objects/moduleobject.c,
 * PyModule_ExecDef.  Called by the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "verdict/heed_rule.h"
#include "verdict/import_array_rule.h"

bool heed_rule_applies(const struct facts *facts)
{
	return facts->access == FACTS_ACCESS_IMPORT_ARRAY || facts->abi_version != 0;
}

bool heed_rule_may_apply(const struct facts *facts, const struct runtime *runtime)
{
	struct numpy_side numpy;

	if (!heed_rule_applies(facts))
		return false;
	return !runtime->abi_version || !numpy_side_of_runtime(runtime, &numpy) ||
	       import_array_rule(facts, &numpy, NULL) == VERDICT_ERROR;
}

static void take_cause_away(struct verdict *verdict)
{
	verdict->cause_type[0] = verdict->cause[0] = '\0';
}

static void take_texts_away(struct verdict *verdict)
{
	verdict->error_type[0] = verdict->message[0] = '\0';
	take_cause_away(verdict);
}

static void write_failure(const struct facts_heed *heed, struct verdict *verdict)
{
	if (heed->usual)
		return;
	if (heed->with_cause) {
		snprintf(verdict->error_type, sizeof(verdict->error_type), "%s",
			 verdict->cause_type);
		snprintf(verdict->message, sizeof(verdict->message), "%s",
			 verdict->cause);
		take_cause_away(verdict);
		return;
	}
	snprintf(verdict->error_type, sizeof(verdict->error_type), "%s",
		 heed->error_type);
	snprintf(verdict->message, sizeof(verdict->message), "%s", heed->text);
	if (!heed->tells_cause)
		take_cause_away(verdict);
}

void heed_rule_append_unreported(struct npabi_textbuf *buf, const char *init_name)
{
	const char *prefix_end = strchr(init_name, '_');

	if (strncmp(init_name, "PyInit", 6) != 0 || !prefix_end)
		return;
	npabi_textbuf_string(buf, "initialization of ");
	npabi_textbuf_string(buf, prefix_end + 1);
	npabi_textbuf_string(buf, " raised unreported exception");
}

/*
 * An exec function's text has the module's full name, which is not in its code.
 */
static void write_unreported(const struct facts *facts, const struct facts_heed *heed,
			     struct verdict *verdict)
{
	struct npabi_textbuf message;

	snprintf(verdict->error_type, sizeof(verdict->error_type), "SystemError");
	npabi_textbuf_init(&message, verdict->message, sizeof(verdict->message));
	if (!heed->in_exec)
		heed_rule_append_unreported(&message, facts->init_name);
	if (!heed->tells_cause)
		take_cause_away(verdict);
}

static void write_carried_on(const struct numpy_side *numpy, bool refused,
			     struct verdict *verdict)
{
	snprintf(verdict->message, sizeof(verdict->message),
		 "The import succeeds although import_array fails on NumPy %.40s, "
		 "which the extension ignores: %s",
		 numpy->name,
		 refused ? "it is left without NumPy's function table, and will likely "
			   "crash when it makes or takes an array"
			 : "it uses the functions and layouts of another NumPy, so "
			   "crashes and wrong results are possible");
	snprintf(verdict->explanation, sizeof(verdict->explanation),
		 "compiled for NumPy %.40s, which NumPy %.40s does not let in; the "
		 "failure is ignored",
		 verdict->built_against[0] ? verdict->built_against
					   : "of another version",
		 numpy->name);
}

static void write_later(const struct numpy_side *numpy, struct verdict *verdict)
{
	char failure[sizeof(verdict->message)];

	snprintf(failure, sizeof(failure), "%s", verdict->message);
	snprintf(verdict->message, sizeof(verdict->message),
		 "The import succeeds, but import_array, which this extension calls "
		 "later, fails on NumPy %.40s: what calls it will likely raise "
		 "ImportError (%.200s), or crash where that is ignored",
		 numpy->name, failure[0] ? failure : "multiarray failed to import");
	snprintf(verdict->explanation, sizeof(verdict->explanation),
		 "import_array is not called on import, and fails when it is called");
}

static void write_unknown(const struct facts *facts, const struct numpy_side *numpy,
			  struct verdict *verdict)
{
	if (facts->library[0])
		snprintf(verdict->explanation, sizeof(verdict->explanation),
			 "it is linked with %.63s, whose import_array fails on NumPy "
			 "%.40s; whether that makes this import fail could not be read",
			 facts->library, numpy->name);
	else
		snprintf(verdict->explanation, sizeof(verdict->explanation),
			 "import_array fails on NumPy %.40s; whether the import then "
			 "fails could not be read",
			 numpy->name);
}

enum verdict_kind heed_rule(const struct facts *facts, const struct numpy_side *numpy,
			    struct verdict *verdict_)
{
	bool refused = import_array_is_refused(facts, numpy);
	const struct facts_heed *heed =
		&facts->heed[refused ? FACTS_REFUSED : FACTS_VERSIONS];

	switch (heed->kind) {
	case FACTS_HEED_FAILS:
		write_failure(heed, verdict_);
		return VERDICT_ERROR;
	case FACTS_HEED_UNREPORTED:
		write_unreported(facts, heed, verdict_);
		return VERDICT_ERROR;
	case FACTS_HEED_CARRIES_ON:
		take_texts_away(verdict_);
		write_carried_on(numpy, refused, verdict_);
		verdict_->rule = VERDICT_RULE_IGNORED;
		return VERDICT_UNSAFE;
	case FACTS_HEED_LATER:
		write_later(numpy, verdict_);
		verdict_->rule = VERDICT_RULE_LATER;
		verdict_->error_type[0] = '\0';
		take_cause_away(verdict_);
		return VERDICT_UNSAFE;
	default:
		take_texts_away(verdict_);
		write_unknown(facts, numpy, verdict_);
		return VERDICT_UNKNOWN;
	}
}
