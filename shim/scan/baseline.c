/* SPDX-License-Identifier: MIT
 *
 * Lists of lines, sorted when they are complete.  The first line of a file says what it
 * is, since one of another kind would only look like a baseline of which nothing is
 * found any more.  Called by scan.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "scan/baseline.h"
#include "scan/finding.h"

static const char header[] = "# npabi baseline 1";

/* Takes TEXT over; false: no memory. */
static bool add_line(struct baseline_lines *lines, char *text)
{
	size_t room = lines->room ? 2 * lines->room : 64;
	struct baseline_line *list = lines->list;

	if (!text)
		return false;
	if (lines->count == lines->room) {
		list = reallocarray(list, room, sizeof(*list));
		if (!list) {
			free(text);
			return false;
		}
		lines->list = list;
		lines->room = room;
	}
	list[lines->count++] = (struct baseline_line){.text = text};
	return true;
}

static int compare_lines(const void *a, const void *b)
{
	const struct baseline_line *first = a, *second = b;

	return strcmp(first->text, second->text);
}

/* Sorts, and leaves each line there once. */
static void sort_lines(struct baseline_lines *lines)
{
	struct baseline_line *list = lines->list;
	size_t kept = 0;

	if (lines->count)
		qsort(list, lines->count, sizeof(*list), compare_lines);
	for (size_t i = 0; i < lines->count; i++) {
		if (kept && strcmp(list[i].text, list[kept - 1].text) == 0)
			free(list[i].text);
		else
			list[kept++] = list[i];
	}
	lines->count = kept;
}

static void free_lines(struct baseline_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->list[i].text);
	free(lines->list);
}

/* Reads the lines after the header; an errno, or 0. */
static int read_lines(FILE *file, struct baseline_lines *lines)
{
	char *text = NULL;
	size_t size = 0;
	int error = 0;

	while (!error && getline(&text, &size, file) > 0) {
		text[strcspn(text, "\n")] = '\0';
		if (text[0] && text[0] != '#' && !add_line(lines, strdup(text)))
			error = ENOMEM;
	}
	free(text);
	return ferror(file) ? EIO : error;
}

static bool has_header(FILE *file)
{
	char line[sizeof(header) + 1];

	return fgets(line, sizeof(line), file) &&
	       strncmp(line, header, sizeof(header) - 1) == 0 &&
	       line[sizeof(header) - 1] == '\n';
}

static void tell(struct npabi_textbuf *problem, const char *path, const char *cause)
{
	escape_text(problem, path);
	npabi_textbuf_string(problem, ": ");
	npabi_textbuf_string(problem, cause);
}

static bool read_file(struct baseline *baseline, struct npabi_textbuf *problem)
{
	FILE *file = fopen(baseline->read, "re");
	int error;

	if (!file) {
		tell(problem, baseline->read, strerror(errno));
		return false;
	}
	if (!has_header(file)) {
		tell(problem, baseline->read,
		     "this is no baseline; npabi scan --write-baseline FILE writes one");
		fclose(file);
		return false;
	}
	error = read_lines(file, &baseline->known);
	fclose(file);
	if (error)
		tell(problem, baseline->read, strerror(error));
	sort_lines(&baseline->known);
	return !error;
}

bool baseline_start(struct baseline *baseline, const char *read, const char *written,
		    struct npabi_textbuf *problem)
{
	*baseline = (struct baseline){.read = read, .written = written};
	return !read || read_file(baseline, problem);
}

static bool take(struct baseline *baseline, const char *finding)
{
	struct baseline_line key = {.text = (char *)finding}, *line = NULL;

	if (baseline->written && !add_line(&baseline->found, strdup(finding)))
		baseline->failed = true;
	if (baseline->known.count)
		line = bsearch(&key, baseline->known.list, baseline->known.count,
			       sizeof(key), compare_lines);
	if (line)
		line->found = true;
	return line != NULL;
}

bool baseline_take_extension(struct baseline *baseline,
			     const struct record_extension *extension)
{
	char text[FINDING_MAX];
	struct npabi_textbuf finding;

	npabi_textbuf_init(&finding, text, sizeof(text));
	finding_append(&finding, extension);
	return take(baseline, text);
}

bool baseline_take_unread(struct baseline *baseline, const char *path,
			  const struct owner *owner)
{
	char text[FINDING_MAX];
	struct npabi_textbuf finding;

	npabi_textbuf_init(&finding, text, sizeof(text));
	finding_append_unread(&finding, path, owner);
	return take(baseline, text);
}

static void tell_line(const char *path, const char *line)
{
	char words[FINDING_MAX], text[2 * FINDING_MAX];
	struct npabi_textbuf buf;

	npabi_text_copy(words, sizeof(words), line);
	for (char *tab = strchr(words, '\t'); tab; tab = strchr(tab, '\t'))
		*tab = ' ';
	npabi_textbuf_init(&buf, text, sizeof(text));
	tell(&buf, path, "no longer found: ");
	escape_text(&buf, words);
	fprintf(stderr, "npabi: %s\n", text);
}

void baseline_tell_gone(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->known.count; i++) {
		if (!baseline->known.list[i].found)
			tell_line(baseline->read, baseline->known.list[i].text);
	}
}

static void write_lines(struct baseline_lines *lines, FILE *file)
{
	sort_lines(lines);
	fprintf(file, "%s\n", header);
	for (size_t i = 0; i < lines->count; i++)
		fprintf(file, "%s\n", lines->list[i].text);
}

bool baseline_write(struct baseline *baseline, struct npabi_textbuf *problem)
{
	FILE *file;
	int error;

	if (!baseline->written)
		return true;
	errno = ENOMEM;
	file = baseline->failed ? NULL : fopen(baseline->written, "we");
	if (!file) {
		tell(problem, baseline->written, strerror(errno));
		return false;
	}
	write_lines(&baseline->found, file);
	error = fflush(file) != 0 ? errno : 0;
	fclose(file);
	if (error)
		tell(problem, baseline->written, strerror(error));
	return !error;
}

void baseline_free(struct baseline *baseline)
{
	free_lines(&baseline->known);
	free_lines(&baseline->found);
	*baseline = (struct baseline){.read = NULL};
}
