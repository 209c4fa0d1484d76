/* SPDX-License-Identifier: MIT
 *
 * The command npabi: from arguments to the part that does it.  Only this folder
 * prints and exits.
 */
#include <stdio.h>

#include "scan/arguments.h"
#include "scan/explain.h"
#include "scan/help.h"
#include "scan/run.h"
#include "scan/scan.h"

#define EXIT_USAGE 2

static int print_and_flush(const char *text)
{
	fputs(text, stdout);
	if (fflush(stdout) == 0)
		return 0;
	perror("npabi: standard output");
	return EXIT_USAGE;
}

static const char *help_options(enum command command)
{
	switch (command) {
	case COMMAND_RUN:
		return "run --help";
	case COMMAND_SCAN:
		return "scan --help";
	case COMMAND_EXPLAIN:
		return "explain --help";
	default:
		return "--help";
	}
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct npabi_textbuf problem;
	char text[512];

	npabi_textbuf_init(&problem, text, sizeof(text));
	if (!arguments_parse(argc, argv, &arguments, &problem)) {
		fprintf(stderr, "npabi: %s\nTry 'npabi %s'.\n", text,
			help_options(arguments.command));
		return EXIT_USAGE;
	}
	switch (arguments.command) {
	case COMMAND_RUN:
		return run_command(&arguments.run);
	case COMMAND_SCAN:
		return scan_command(&arguments.scan);
	case COMMAND_EXPLAIN:
		return explain_command(&arguments.explain);
	case COMMAND_VERSION:
		return print_and_flush("npabi " NPABI_VERSION "\n");
	case COMMAND_HELP:
		break;
	}
	return print_and_flush(help_text(arguments.help_on));
}
