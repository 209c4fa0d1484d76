/* SPDX-License-Identifier: MIT
 *
 * Environment to struct settings, and whether this is a container.  Copies what it keeps,
 * since the host may change its environment later; prints nothing.  Called by startup.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/settings.h"

struct choice {
	char name[8];
	int value;
};

#define CHOICES_MAX 4

/* A variable with few values. */
struct variable {
	char name[16];
	int usual;	  /* its default */
	char instead[48]; /* the default and all values, for the line about another */
	struct choice choices[CHOICES_MAX];
};

static const struct variable switch_variable = {
	"NPABI",
	1,
	"'on' (0 or off switches it off)",
	{{"1", 1}, {"on", 1}, {"0", 0}, {"off", 0}},
};

static const struct variable level_variable = {
	"NPABI_LEVEL",
	LEVEL_WARN,
	"'warn' (there are error, warn, info, debug)",
	{{"error", LEVEL_ERROR},
	 {"warn", LEVEL_WARN},
	 {"info", LEVEL_INFO},
	 {"debug", LEVEL_DEBUG}},
};

static const struct variable format_variable = {
	"NPABI_FORMAT",
	RECORD_TEXT,
	"'text' (there are text, jsonl)",
	{{"text", RECORD_TEXT}, {"jsonl", RECORD_JSONL}},
};

static const struct variable strict_variable = {
	"NPABI_STRICT",
	0,
	"'0' (1 refuses extensions that do not fit)",
	{{"1", 1}, {"0", 0}},
};

static const struct variable summary_variable = {
	"NPABI_SUMMARY",
	0,
	"'0' (1 gives a table at exit)",
	{{"1", 1}, {"0", 0}},
};

/* The value of variable NAME; NULL when it is unset or empty. */
static const char *get_variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const struct choice *find_choice(const struct variable *variable,
					const char *value)
{
	const struct choice *choice = variable->choices;

	for (size_t i = 0; i < CHOICES_MAX; i++, choice++)
		if (*choice->name && strcasecmp(choice->name, value) == 0)
			return choice;
	return NULL;
}

static void add_problem(struct settings *settings, const char *name, const char *value,
			const char *instead)
{
	struct npabi_textbuf buf;
	char *problem = settings->problems[settings->problem_count];

	if (settings->problem_count == SETTINGS_PROBLEMS_MAX)
		return;
	settings->problem_count++;
	npabi_textbuf_init(&buf, problem, sizeof(settings->problems[0]));
	npabi_textbuf_string(&buf, name);
	npabi_textbuf_string(&buf, " cannot be '");
	npabi_textbuf_bytes(&buf, value, strnlen(value, 40));
	npabi_textbuf_string(&buf, strlen(value) > 40 ? "...'" : "'");
	npabi_textbuf_string(&buf, "; going on with ");
	npabi_textbuf_string(&buf, instead);
}

static int read_choice(struct settings *settings, const struct variable *variable)
{
	const char *value = get_variable(variable->name);
	const struct choice *choice;

	if (!value)
		return variable->usual;
	choice = find_choice(variable, value);
	if (!choice)
		add_problem(settings, variable->name, value, variable->instead);
	return choice ? choice->value : variable->usual;
}

static void read_log(struct settings *settings, bool secure)
{
	const char *value = get_variable("NPABI_LOG");

	if (!sink_set(&settings->sink, value ? value : "stderr"))
		add_problem(settings, "NPABI_LOG", value ? value : "",
			    "'stderr' (there are stderr, stdout, fd:N with a number, "
			    "syslog, a file)");
	if (secure && settings->sink.kind == SINK_FILE) {
		sink_set(&settings->sink, "stderr");
		add_problem(settings, "NPABI_LOG", value ? value : "",
			    "'stderr' (no files in a set-user-id program)");
	}
}

/* By the marks that Docker, Podman, systemd-nspawn and Kubernetes leave. */
static bool is_in_container(void)
{
	return access("/.dockerenv", F_OK) == 0 ||
	       access("/run/.containerenv", F_OK) == 0 || get_variable("container") ||
	       get_variable("KUBERNETES_SERVICE_HOST");
}

bool settings_are_off(void)
{
	const char *value = get_variable(switch_variable.name);
	const struct choice *choice = value ? find_choice(&switch_variable, value) : NULL;

	return choice && !choice->value;
}

void settings_read(struct settings *settings_, bool secure)
{
	settings_->problem_count = 0;
	read_choice(settings_, &switch_variable);
	settings_->level = (enum level)read_choice(settings_, &level_variable);
	settings_->format = (enum record_format)read_choice(settings_, &format_variable);
	settings_->strict = read_choice(settings_, &strict_variable) != 0;
	settings_->summary = read_choice(settings_, &summary_variable) != 0;
	settings_->in_container = is_in_container();
	read_log(settings_, secure);
}
