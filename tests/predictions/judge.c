/* SPDX-License-Identifier: MIT
 *
 * Facts by hand and a NumPy version in, the verdict out: lets the predictions be
 * held against Python without the reader of binaries in between.  Reads one
 * case a line from standard input, "KEY=VALUE" fields separated by tabs, and
 * writes one JSON object a line.  Called by tests/predictions/predict.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "verdict/releases.h"
#include "verdict/verdict.h"

static enum facts_policy policy_of(const char *name)
{
	switch (name[0]) {
	case 'e':
		return FACTS_POLICY_ERROR;
	case 'w':
		return FACTS_POLICY_WARN;
	case 'i':
		return FACTS_POLICY_IGNORE;
	default:
		return FACTS_POLICY_UNKNOWN;
	}
}

static enum facts_wording wording_of(const char *name)
{
	static const char names[] =
		"?rshg"; /* unknown, recompile, swapped, header, range */
	const char *found = strchr(names, name[0]);

	return found ? (enum facts_wording)(found - names) : FACTS_WORDING_UNKNOWN;
}

/* "numpy.ndarray 88 ignore h 1" */
static void add_check(struct facts *facts, char *value)
{
	struct facts_size_check *check = &facts->checks[facts->check_count++];
	char *rest;

	snprintf(check->type, sizeof(check->type), "%s", strtok_r(value, " ", &rest));
	check->expected = (uint64_t)atol(strtok_r(NULL, " ", &rest));
	check->policy = policy_of(strtok_r(NULL, " ", &rest));
	check->wording = wording_of(strtok_r(NULL, " ", &rest));
	check->item_size_counts = atoi(strtok_r(NULL, " ", &rest)) != 0;
}

/*
 * "fails TYPE TEXT", "cause", "unreported", "unreported-exec" or "carries-on", after a
 * "+" where the cause is printed; the first time for FACTS_REFUSED, then for
 * FACTS_VERSIONS.
 */
static void add_heed(struct facts *facts, char *value)
{
	struct facts_heed *heed =
		&facts->heed[facts->heed_read ? FACTS_VERSIONS : FACTS_REFUSED];
	bool tells = *value == '+';
	char *rest = value + tells, *kind = strsep(&rest, " ");
	const char *type = strsep(&rest, " ");

	facts->heed_read = true;
	heed->kind = FACTS_HEED_FAILS;
	heed->tells_cause = tells;
	if (strncmp(kind, "unreported", 10) == 0)
		heed->kind = FACTS_HEED_UNREPORTED;
	else if (strcmp(kind, "carries-on") == 0)
		heed->kind = FACTS_HEED_CARRIES_ON;
	heed->in_exec = strcmp(kind, "unreported-exec") == 0;
	heed->with_cause = strcmp(kind, "cause") == 0;
	snprintf(heed->error_type, sizeof(heed->error_type), "%s", type ? type : "");
	snprintf(heed->text, sizeof(heed->text), "%s", rest ? rest : "");
}

static void set_field(struct facts *facts, const char *key, char *value)
{
	unsigned long number = strtoul(value, NULL, 0);

	if (strcmp(key, "check") == 0)
		add_check(facts, value);
	else if (strcmp(key, "access") == 0)
		facts->access = strcmp(value, "array") == 0 ? FACTS_ACCESS_IMPORT_ARRAY
							    : FACTS_ACCESS_UFUNC;
	else if (strcmp(key, "heed") == 0)
		add_heed(facts, value);
	else if (strcmp(key, "init") == 0)
		snprintf(facts->init_name, sizeof(facts->init_name), "%s", value);
	else if (strcmp(key, "python2") == 0)
		facts->python2 = number != 0;
	else if (strcmp(key, "bare") == 0)
		facts->versions_without_prefix = number != 0;
	else if (strcmp(key, "abi") == 0)
		facts->abi_version = (uint32_t)number;
	else if (strcmp(key, "api") == 0)
		facts->api_version = (uint32_t)number;
	else if (strcmp(key, "automatic") == 0)
		facts->checks_after_import_array = facts->automatic_import_array =
			number != 0;
	else if (strcmp(key, "docs") == 0)
		facts->api_text_points_to_docs = number != 0;
	else if (strcmp(key, "keeps") == 0)
		facts->keeps_import_error = number != 0;
	else if (strcmp(key, "release") == 0)
		snprintf(facts->api_release, sizeof(facts->api_release), "%s", value);
	else if (strcmp(key, "generator") == 0)
		snprintf(facts->generator, sizeof(facts->generator), "%s", value);
	else if (strcmp(key, "free-threaded") == 0)
		facts->free_threaded = number != 0;
	else if (strcmp(key, "import") == 0)
		snprintf(facts->imports[facts->import_count++], sizeof(facts->imports[0]),
			 "%s", value);
}

static void write_verdict(const struct verdict *verdict)
{
	static char text[8 * sizeof(*verdict)];
	const char *const fields[][2] = {
		{"verdict", verdict_kind_name(verdict->kind)},
		{"error_type", verdict->error_type},
		{"message", verdict->message},
		{"cause_type", verdict->cause_type},
		{"cause", verdict->cause},
		{"explanation", verdict->explanation},
		{"built_against", verdict->built_against},
		{"numpy_min", verdict->numpy_min},
		{"numpy_below", verdict->numpy_below},
	};
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
	json_open(&json, '{');
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		json_key(&json, fields[i][0]);
		json_string(&json, fields[i][1]);
	}
	json_close(&json, '}');
	puts(text);
}

static void judge_line(char *line)
{
	static struct facts facts;
	static struct runtime runtime;
	static struct verdict verdict;
	char *rest, *field;

	memset(&facts, 0, sizeof(facts));
	memset(&runtime, 0, sizeof(runtime));
	facts.numpy_dependent = FACTS_YES;
	for (field = strtok_r(line, "\t\n", &rest); field;
	     field = strtok_r(NULL, "\t\n", &rest)) {
		char *value = strchr(field, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(field, "numpy") == 0)
			releases_runtime(value, facts.free_threaded, &runtime);
		else if (strcmp(field, "python") == 0)
			snprintf(runtime.python, sizeof(runtime.python), "%s", value);
		else
			set_field(&facts, field, value);
	}
	verdict_judge(&facts, &runtime, &verdict);
	write_verdict(&verdict);
}

int main(void)
{
	static char line[16384];

	while (fgets(line, sizeof(line), stdin))
		judge_line(line);
	return 0;
}
