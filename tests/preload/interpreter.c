/* SPDX-License-Identifier: MIT
 *
 * Reads the table of interpreters and runs them.  The interpreter is started by
 * env(1), so that only it has the library preloaded and nothing is left in the
 * environment of the test.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/interpreter.h"

#define INTERPRETERS_MAX 32
#define TABLE		 "build/preload-tests/pythons.tsv"
#define WHEELS		 "build/preload-tests/wheels/unpacked/"

static struct {
	struct interpreter rows[INTERPRETERS_MAX];
	int count;
} table;

static char *take_field(char **line)
{
	char *field = strsep(line, "\t\n");

	return !field || strcmp(field, "-") == 0 ? NULL : strdup(field);
}

static void read_table(void)
{
	FILE *file = fopen(TABLE, "r");
	struct interpreter *row;
	char line[4096];
	char *rest;

	if (!file) {
		/* suites are made before there is a test to fail */
		fprintf(stderr, "no %s: run tests/preload/prepare\n", TABLE);
		exit(EXIT_FAILURE);
	}
	while (table.count < INTERPRETERS_MAX && fgets(line, sizeof(line), file)) {
		rest = line;
		row = &table.rows[table.count++];
		row->python = take_field(&rest);
		row->version = take_field(&rest);
		row->kind = take_field(&rest);
		row->numpy = take_field(&rest);
		row->newer = take_field(&rest);
		row->own = take_field(&rest);
		row->older = take_field(&rest);
		row->library = take_field(&rest);
		row->unsafe = take_field(&rest);
		row->outcomes = take_field(&rest);
	}
	fclose(file);
}

int interpreter_count(void)
{
	if (!table.count)
		read_table();
	return table.count;
}

const struct interpreter *interpreter_at(int index)
{
	ck_assert_int_lt(index, interpreter_count());
	return &table.rows[index];
}

bool interpreter_has(const struct interpreter *interpreter, const char *thing,
		     const char *test, const char *reason)
{
	if (thing)
		return true;
	printf("SKIP %s of python %s (%s): %s\n", test, interpreter->version,
	       interpreter->kind, reason);
	fflush(stdout);
	return false;
}

bool has_own(const struct interpreter *interpreter, const char *test)
{
	return interpreter_has(interpreter, interpreter->own, test, "no extensions");
}

bool has_newer(const struct interpreter *interpreter, const char *test)
{
	return interpreter_has(interpreter, interpreter->newer, test,
			       "no mismatched extension");
}

bool has_older(const struct interpreter *interpreter, const char *test)
{
	/* what Cython 0.28 makes does not compile for later ones */
	return atoi(interpreter->version + 2) <= 8 &&
	       interpreter_has(interpreter, interpreter->older, test, "not compiled");
}

const char *wheel_folder(const char *name)
{
	static char folder[512];

	snprintf(folder, sizeof(folder), WHEELS "%s", name);
	return access(folder, F_OK) == 0 ? folder : NULL;
}

const char *with_pytest(const char *folder)
{
	static char site[4096];

	snprintf(site, sizeof(site),
		 "%s:" WHEELS "pytest-8.3.4-py3-none-any.whl:" WHEELS
		 "pluggy-1.5.0-py3-none-any.whl:" WHEELS
		 "iniconfig-2.0.0-py3-none-any.whl:" WHEELS
		 "packaging-24.2-py3-none-any.whl",
		 folder);
	return site;
}

/* The arguments of env(1), and room for those that are made here. */
struct command {
	const char *argv[48];
	int count;
	char path[4096];
	char preload[4096];
};

static void add(struct command *command, const char *argument)
{
	ck_assert_int_lt(command->count, 46);
	command->argv[command->count++] = argument;
	command->argv[command->count] = NULL;
}

static void add_environment(struct command *command, const struct run *run)
{
	const char *const unset[] = {"NPABI",	    "NPABI_LOG",    "NPABI_FORMAT",
				     "NPABI_LEVEL", "NPABI_STRICT", "NPABI_SUMMARY"};
	const char *numpy = run->no_numpy ? NULL : run->interpreter->numpy;

	for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++) {
		add(command, "-u");
		add(command, unset[i]);
	}
	snprintf(command->path, sizeof(command->path), "PYTHONPATH=%s:%s",
		 run->site ? run->site : "", numpy ? numpy : "");
	add(command, command->path);
	add(command, "PYTHONDONTWRITEBYTECODE=1");
	for (int i = 0; i < RUN_SETTINGS_MAX && run->settings[i]; i++)
		add(command, run->settings[i]);
	snprintf(command->preload, sizeof(command->preload), "LD_PRELOAD=%s%s%s",
		 run->before ? run->before : "", run->before ? ":" : "",
		 run->without ? "" : built_program("libnpabi.so"));
	add(command, command->preload);
}

bool make_run_of_newer(struct run *run_, int index, const char *code, const char *test)
{
	const struct interpreter *interpreter = interpreter_at(index);

	*run_ = (struct run){
		.interpreter = interpreter, .site = interpreter->newer, .code = code};
	return has_newer(interpreter, test);
}

bool make_run_of_outcomes(struct run *run_, int index, const char *code, const char *test)
{
	const struct interpreter *interpreter = interpreter_at(index);
	static char site[2048];

	if (!interpreter_has(interpreter, interpreter->outcomes, test, "not compiled") ||
	    !has_newer(interpreter, test))
		return false;
	snprintf(site, sizeof(site), "%s:%s", interpreter->outcomes, interpreter->newer);
	*run_ = (struct run){.interpreter = interpreter, .site = site, .code = code};
	return true;
}

void run_python(const struct run *run, struct program_result *result)
{
	struct command command = {.count = 0};

	add(&command, "env");
	add_environment(&command, run);
	if (run->launcher)
		add(&command, run->launcher);
	else
		add(&command, run->interpreter->python);
	for (int i = 0; i < 8 && run->arguments[i]; i++)
		add(&command, run->arguments[i]);
	if (run->code) {
		add(&command, "-c");
		add(&command, run->code);
	}
	run_program(command.argv, result);
}

void assert_same(const struct program_result *with, const struct program_result *without)
{
	ck_assert_str_eq(with->output, without->output);
	ck_assert_str_eq(with->errors, without->errors);
	ck_assert_int_eq(with->exit_code, without->exit_code);
}

void check_same(const struct run *run)
{
	struct program_result with, without;
	struct run plain = *run;

	plain.without = true;
	run_python(run, &with);
	run_python(&plain, &without);
	assert_same(&with, &without);
	program_result_free(&with);
	program_result_free(&without);
}

const char *last_line(const char *text)
{
	static char line[4096];
	size_t end = strlen(text);
	size_t start;

	while (end && text[end - 1] == '\n')
		end--;
	for (start = end; start && text[start - 1] != '\n';)
		start--;
	snprintf(line, sizeof(line), "%.*s", (int)(end - start), text + start);
	return line;
}

int count_pieces(const char *text, const char *piece)
{
	int count = 0;

	for (text = strstr(text, piece); text; text = strstr(text + 1, piece))
		count++;
	return count;
}

/* Copies the JSON string at TEXT, behind its opening quote. */
static void copy_string(const char *text, char *copy, size_t size)
{
	size_t length = 0;

	for (; *text && *text != '"' && length < size - 1; text++) {
		if (*text == '\\' && (text[1] == '"' || text[1] == '\\'))
			text++;
		copy[length++] = *text;
	}
	copy[length] = '\0';
}

const char *json_member(const char *record, const char *name)
{
	static char values[4][4096];
	static int turn;
	char *value = values[turn++ % 4];
	char key[128];
	const char *found;

	snprintf(key, sizeof(key), "\"%s\":", name);
	found = strstr(record, key);
	value[0] = '\0';
	if (!found || found > record + strcspn(record, "\n"))
		return value;
	found += strlen(key);
	if (*found == '"')
		copy_string(found + 1, value, sizeof(values[0]));
	else
		snprintf(value, sizeof(values[0]), "%.*s", (int)strcspn(found, ",}]\n"),
			 found);
	return value;
}

const char *find_record(const char *log, const char *piece)
{
	const char *found = strstr(log, piece);

	while (found && found > log && found[-1] != '\n')
		found--;
	return found;
}

const char *helper_program(const char *name)
{
	static char path[512];
	char source[256];
	const char *argv[] = {"cc", "-O1", source, "-ldl", "-o", path, NULL};
	struct program_result result;

	snprintf(path, sizeof(path), "build/preload-tests/%s", name);
	snprintf(source, sizeof(source), "tests/preload/programs/%s.c", name);
	if (access(path, X_OK) == 0)
		return path;
	run_program(argv, &result);
	ck_assert_msg(result.exit_code == 0, "%s", result.errors);
	program_result_free(&result);
	return path;
}
