/* SPDX-License-Identifier: MIT
 *
 * Reading the command line.  Values that can only be one of a few words are
 * checked here, files are not touched, and an option that is not built yet is
 * refused by name: a script must not believe that it had an effect.  Called by
 * main.c.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "report/sink.h"
#include "scan/arguments.h"

#define COMMANDS "run, scan and explain"

/* Each is its short form, too; the same letter means the same everywhere. */
enum option_code {
	OPTION_ALL = 'a',
	OPTION_BASELINE = 'b',
	OPTION_FAIL_ON = 'F',
	OPTION_FORMAT = 'f',
	OPTION_HELP = 'h',
	OPTION_JOBS = 'j',
	OPTION_LEVEL = 'L',
	OPTION_LOG = 'l',
	OPTION_NUMPY = 'n',
	OPTION_OUTPUT = 'o',
	OPTION_STRICT = 'S',
	OPTION_SUMMARY = 's',
	OPTION_VERSION = 'V',
	OPTION_WRITE_BASELINE = 'B'
};

static const struct option top_options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

static const struct option run_options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"log", required_argument, NULL, OPTION_LOG},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"level", required_argument, NULL, OPTION_LEVEL},
	{"summary", no_argument, NULL, OPTION_SUMMARY},
	{"strict", no_argument, NULL, OPTION_STRICT},
	{NULL, 0, NULL, 0},
};

static const struct option scan_options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"numpy", required_argument, NULL, OPTION_NUMPY},
	{"all", no_argument, NULL, OPTION_ALL},
	{"jobs", required_argument, NULL, OPTION_JOBS},
	{"fail-on", required_argument, NULL, OPTION_FAIL_ON},
	{"baseline", required_argument, NULL, OPTION_BASELINE},
	{"write-baseline", required_argument, NULL, OPTION_WRITE_BASELINE},
	{NULL, 0, NULL, 0},
};

static const struct option explain_options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{NULL, 0, NULL, 0},
};

/* In the order of enum record_format. */
static const char formats[][8] = {"text", "jsonl", ""};
/* In the order of enum scan_format. */
static const char scan_formats[][8] = {"text", "jsonl", "sarif", "html", ""};
/* From VERDICT_WARN on in the order of enum verdict_kind; the last is above them all. */
static const char failures[][8] = {"warn", "error", "unsafe", "never", ""};
static const char levels[][8] = {"error", "warn", "info", "debug", ""};

/* As enum option_code has them, after START, which getopt knows: room for all. */
static void write_letters(const struct option *options, const char *start, char *letters_)
{
	letters_ = stpcpy(letters_, start);
	for (; options->name; options++) {
		*letters_++ = (char)options->val;
		if (options->has_arg == required_argument)
			*letters_++ = ':';
	}
	*letters_ = '\0';
}

/* START: "+:" where what follows the first word belongs to that word, else ":". */
static int next_option(int argc, char **argv, const char *start,
		       const struct option *options)
{
	char letters[64];

	write_letters(options, start, letters);
	return getopt_long(argc, argv, letters, options, NULL);
}

/* The place of VALUE in LIST, or -1, and then PROBLEM tells so. */
static int find_word(const char *option, const char *value, const char (*list)[8],
		     struct npabi_textbuf *problem)
{
	for (int i = 0; list[i][0]; i++) {
		if (strcmp(list[i], value) == 0)
			return i;
	}
	npabi_textbuf_format(problem, "%s cannot be '%s'; it is one of:", option, value);
	for (int i = 0; list[i][0]; i++)
		npabi_textbuf_format(problem, " %s", list[i]);
	return -1;
}

static bool is_letter_of(const struct option *options, int letter)
{
	while (options->name && options->val != letter)
		options++;
	return options->name != NULL;
}

/* getopt_long stopped at an option that is not of OPTIONS, or not so. */
static bool refuse_option(int code, char **argv, const struct option *options,
			  struct npabi_textbuf *problem)
{
	const char *option = argv[optind - 1];

	if (code == ':' && strncmp(option, "--", 2) == 0)
		npabi_textbuf_format(problem, "option '%s' needs a value", option);
	else if (code == ':')
		npabi_textbuf_format(problem, "option '-%c' needs a value", optopt);
	else if (optopt && is_letter_of(options, optopt))
		npabi_textbuf_format(problem, "option '%s' takes no value", option);
	else if (optopt)
		npabi_textbuf_format(problem, "no such option: '-%c'", optopt);
	else
		npabi_textbuf_format(problem, "no such option: '%s'", option);
	return false;
}

static bool check_log(const char *log, struct npabi_textbuf *problem)
{
	struct sink sink;

	if (!sink_set(&sink, log)) {
		npabi_textbuf_format(problem,
				     "--log cannot be '%s'; it is stderr, stdout, fd:N, "
				     "syslog or a file path",
				     log);
		return false;
	}
	if (sink.kind == SINK_FD && sink.fd < 0) {
		npabi_textbuf_format(problem, "--log %s: that descriptor is not open",
				     log);
		return false;
	}
	return true;
}

static bool take_run_option(struct run_arguments *run, int code, char **argv,
			    struct npabi_textbuf *problem)
{
	switch (code) {
	case OPTION_LOG:
		run->log = optarg;
		return check_log(optarg, problem);
	case OPTION_FORMAT:
		run->format = optarg;
		return find_word("--format", optarg, formats, problem) >= 0;
	case OPTION_LEVEL:
		run->level = optarg;
		return find_word("--level", optarg, levels, problem) >= 0;
	case OPTION_SUMMARY:
		run->summary = true;
		return true;
	case OPTION_STRICT:
		run->strict = true;
		return true;
	default:
		return refuse_option(code, argv, run_options, problem);
	}
}

static bool parse_run(int argc, char **argv, struct arguments *arguments,
		      struct npabi_textbuf *problem)
{
	int code;

	/* "+": what follows the command's name belongs to the command */
	while ((code = next_option(argc, argv, "+:", run_options)) != -1) {
		if (code == OPTION_HELP) {
			arguments->help_on = COMMAND_RUN;
			arguments->command = COMMAND_HELP;
			return true;
		}
		if (!take_run_option(&arguments->run, code, argv, problem))
			return false;
	}
	arguments->run.command = argv + optind;
	if (optind < argc)
		return true;
	npabi_textbuf_string(problem,
			     "run: which command? npabi run -- COMMAND [ARGUMENT...]");
	return false;
}

static bool take_numpy(struct scan_arguments *scan, struct npabi_textbuf *problem)
{
	if (scan->numpy_count == ARGUMENTS_NUMPY_MAX) {
		npabi_textbuf_format(problem, "--numpy can be given %d times at most",
				     ARGUMENTS_NUMPY_MAX);
		return false;
	}
	scan->numpy[scan->numpy_count++] = optarg;
	return true;
}

static bool take_form(enum record_format *format_, struct npabi_textbuf *problem)
{
	int form = find_word("--format", optarg, formats, problem);

	if (form >= 0)
		*format_ = (enum record_format)form;
	return form >= 0;
}

static bool take_format(struct scan_arguments *scan, struct npabi_textbuf *problem)
{
	int place = find_word("--format", optarg, scan_formats, problem);

	if (place >= 0)
		scan->format = (enum scan_format)place;
	return place >= 0;
}

static bool take_fail_on(struct scan_arguments *scan, struct npabi_textbuf *problem)
{
	int place = find_word("--fail-on", optarg, failures, problem);

	scan->fail_on = VERDICT_WARN + place;
	return place >= 0;
}

static bool take_jobs(struct scan_arguments *scan, struct npabi_textbuf *problem)
{
	char *end;
	unsigned long count = strtoul(optarg, &end, 10);

	if (optarg[0] < '0' || optarg[0] > '9' || *end || count < 1 ||
	    count > ARGUMENTS_JOBS_MAX) {
		npabi_textbuf_format(problem,
				     "--jobs cannot be '%s'; it is a number from 1 to %d",
				     optarg, ARGUMENTS_JOBS_MAX);
		return false;
	}
	scan->jobs = (unsigned)count;
	return true;
}

static bool take_scan_option(struct scan_arguments *scan, int code, char **argv,
			     struct npabi_textbuf *problem)
{
	switch (code) {
	case OPTION_FORMAT:
		return take_format(scan, problem);
	case OPTION_OUTPUT:
		scan->output = optarg;
		return true;
	case OPTION_NUMPY:
		return take_numpy(scan, problem);
	case OPTION_ALL:
		scan->all = true;
		return true;
	case OPTION_BASELINE:
		scan->baseline = optarg;
		return true;
	case OPTION_WRITE_BASELINE:
		scan->write_baseline = optarg;
		return true;
	case OPTION_FAIL_ON:
		return take_fail_on(scan, problem);
	case OPTION_JOBS:
		return take_jobs(scan, problem);
	default:
		return refuse_option(code, argv, scan_options, problem);
	}
}

static bool parse_scan(int argc, char **argv, struct arguments *arguments,
		       struct npabi_textbuf *problem)
{
	int code;

	arguments->scan.jobs = 1;
	while ((code = next_option(argc, argv, ":", scan_options)) != -1) {
		if (code == OPTION_HELP) {
			arguments->help_on = COMMAND_SCAN;
			arguments->command = COMMAND_HELP;
			return true;
		}
		if (!take_scan_option(&arguments->scan, code, argv, problem))
			return false;
	}
	arguments->scan.paths = argv + optind;
	if (optind < argc)
		return true;
	npabi_textbuf_string(problem,
			     "scan: which file or directory? npabi scan PATH...");
	return false;
}

static bool parse_explain(int argc, char **argv, struct arguments *arguments,
			  struct npabi_textbuf *problem)
{
	struct explain_arguments *explain = &arguments->explain;
	int code;

	while ((code = next_option(argc, argv, ":", explain_options)) != -1) {
		if (code == OPTION_HELP) {
			arguments->help_on = COMMAND_EXPLAIN;
			arguments->command = COMMAND_HELP;
			return true;
		}
		if (code != OPTION_FORMAT) {
			refuse_option(code, argv, explain_options, problem);
			npabi_textbuf_string(problem,
					     " (a text goes between quotes, and "
					     "after -- where it begins with a dash)");
			return false;
		}
		if (!take_form(&explain->format, problem))
			return false;
	}
	explain->words = argv + optind;
	if (optind < argc)
		return true;
	npabi_textbuf_string(problem,
			     "explain: which text? npabi explain 'TEXT', or for standard "
			     "input npabi explain -");
	return false;
}

static bool parse_command(int argc, char **argv, struct arguments *arguments,
			  struct npabi_textbuf *problem)
{
	const char *name = argv[0];

	optind = 0; /* starts getopt anew, with argv[0] as the program's name */
	if (strcmp(name, "run") == 0) {
		arguments->command = COMMAND_RUN;
		return parse_run(argc, argv, arguments, problem);
	}
	if (strcmp(name, "scan") == 0) {
		arguments->command = COMMAND_SCAN;
		return parse_scan(argc, argv, arguments, problem);
	}
	if (strcmp(name, "explain") == 0) {
		arguments->command = COMMAND_EXPLAIN;
		return parse_explain(argc, argv, arguments, problem);
	}
	if (strcmp(name, "report") == 0)
		npabi_textbuf_string(
			problem, "'report' is not built yet; run, scan and explain are");
	else
		npabi_textbuf_format(problem,
				     "no such command: '%s'; there are " COMMANDS, name);
	return false;
}

bool arguments_parse(int argc, char **argv, struct arguments *arguments_,
		     struct npabi_textbuf *problem)
{
	int code;

	memset(arguments_, 0, sizeof(*arguments_));
	arguments_->scan.fail_on = VERDICT_WARN;
	opterr = 0; /* we tell it ourselves */
	optind = 0;
	code = next_option(argc, argv, "+:", top_options);
	if (code == OPTION_HELP || code == OPTION_VERSION) {
		arguments_->command =
			code == OPTION_HELP ? COMMAND_HELP : COMMAND_VERSION;
		return true;
	}
	if (code != -1)
		return refuse_option(code, argv, top_options, problem);
	if (optind < argc)
		return parse_command(argc - optind, argv + optind, arguments_, problem);
	npabi_textbuf_string(problem, "no command given; there are " COMMANDS);
	return false;
}
