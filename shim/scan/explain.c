/* SPDX-License-Identifier: MIT
 *
 * npabi explain: a pasted text in, what it means out.  Only the text is looked
 * at, for it may come from another machine: nothing is imported, run or looked
 * up here.  Called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/escape.h"
#include "scan/explain.h"
#include "scan/explain_clean.h"
#include "scan/explain_write.h"

#define TEXT_MAX       (1u << 20)
#define EXIT_TROUBLE   2
#define EXIT_NOT_KNOWN 3

static const char too_long[] =
	"npabi: the text is longer than 1 MiB: only its beginning was read\n";

static int fail(const char *what, const char *cause)
{
	fprintf(stderr, "npabi: %s: %s\n", what, cause);
	return EXIT_TROUBLE;
}

/* Appends WORD, as far as there is room, after a blank where something is before. */
static size_t append_word(char *text, size_t length, const char *word)
{
	size_t room, count;

	if (length && length < TEXT_MAX)
		text[length++] = ' ';
	room = TEXT_MAX - length;
	count = strnlen(word, room);
	memcpy(text + length, word, count);
	if (word[count])
		fputs(too_long, stderr);
	return length + count;
}

static size_t join_words(char **words, char *text)
{
	size_t length = 0;

	for (; *words; words++)
		length = append_word(text, length, *words);
	return length;
}

/* All of standard input, but no more than there is room for; -1 and errno: not. */
static ssize_t read_input(char *text)
{
	size_t length = 0;
	ssize_t count = 1;
	char more;

	while (length < TEXT_MAX && count > 0) {
		count = read(STDIN_FILENO, text + length, TEXT_MAX - length);
		if (count < 0 && errno != EINTR)
			return -1;
		length += count > 0 ? (size_t)count : 0;
		count = count < 0 ? 1 : count;
	}
	if (count > 0 && read(STDIN_FILENO, &more, 1) == 1)
		fputs(too_long, stderr);
	return (ssize_t)length;
}

/* Somebody may have named a file, where the text itself is wanted. */
static void tell_unknown(char **words)
{
	char name[1024];
	struct npabi_textbuf buf;

	fputs("npabi: nothing in this text is known to come from a mismatch with NumPy\n",
	      stderr);
	if (words[0] && !words[1] && access(words[0], R_OK) == 0 &&
	    strcmp(words[0], "-") != 0) {
		npabi_textbuf_init(&buf, name, sizeof(name));
		escape_text(&buf, words[0]);
		fprintf(stderr,
			"npabi: to read the file of that name: npabi explain - <%s\n",
			name);
		return;
	}
	fputs("npabi: paste the whole error, from \"Traceback\" to its last line; or see "
	      "what is installed: npabi scan ENVIRONMENT\n",
	      stderr);
}

static void write_all(const struct explain_findings *findings, enum record_format format)
{
	struct explanation explanation;

	for (unsigned i = 0; i < findings->count; i++) {
		if (i && format == RECORD_TEXT)
			putchar('\n');
		explanation_make(&findings->items[i], &explanation);
		explain_write(stdout, format, &findings->items[i], &explanation);
	}
	if (findings->more)
		fputs("npabi: there is more of the kind in this text than is told here\n",
		      stderr);
}

static int explain_text(const struct explain_arguments *arguments, const char *text)
{
	struct explain_findings *findings = calloc(1, sizeof(*findings));
	int result = 0;

	if (!findings)
		return fail("memory", strerror(ENOMEM));
	explain_find(text, findings);
	write_all(findings, arguments->format);
	if (fflush(stdout) != 0) {
		result = fail("standard output", strerror(errno));
	} else if (!findings->count) {
		tell_unknown(arguments->words);
		result = EXIT_NOT_KNOWN;
	}
	free(findings);
	return result;
}

int explain_command(const struct explain_arguments *arguments)
{
	char **words = arguments->words, *text = malloc(TEXT_MAX + 1);
	bool is_input = strcmp(words[0], "-") == 0 && !words[1];
	ssize_t length;
	int result;

	if (!text)
		return fail("memory", strerror(ENOMEM));
	if (is_input && isatty(STDIN_FILENO))
		fputs("npabi: paste the text, then press Enter and Ctrl-D\n", stderr);
	length = is_input ? read_input(text) : (ssize_t)join_words(words, text);
	if (length < 0) {
		result = fail("standard input", strerror(errno));
	} else {
		explain_clean(text, (size_t)length);
		result = explain_text(arguments, text);
	}
	free(text);
	return result;
}
