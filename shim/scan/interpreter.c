/* SPDX-License-Identifier: MIT
 *
 * Who names an interpreter wants its environment scanned.  Where that is follows from
 * where the interpreter lies, for nothing is run.  Called by scan.c.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "elf/symbols.h"
#include "report/command.h"
#include "scan/interpreter.h"

/* Below the prefix; %s is "python3.11". */
static const char places[][32] = {
	"lib/%s/site-packages", "lib64/%s/site-packages",
	"local/lib/%s/dist-packages", /* Debian's python3, where pip puts things */
	"lib/python3/dist-packages",  /* Debian's packages */
};

/* "python", "python3.11", "python3.13t" */
static bool is_named_so(const char *path)
{
	const char *name = npabi_file_name(path);
	size_t length;

	if (strncmp(name, "python", 6) != 0)
		return false;
	length = strspn(name + 6, "0123456789.");
	return strspn(name + 6 + length, "dmtu") == strlen(name + 6 + length);
}

static bool holds_python(const char *path)
{
	struct npabi_source source;
	struct elf_symbol symbol;
	struct elf_image image;
	bool holds;

	if (npabi_source_open(&source, path) != NPABI_OK)
		return false;
	holds = elf_image_from_file(&image, &source) == NPABI_OK &&
		elf_symbol_find(&image, "Py_IsInitialized", &symbol) &&
		elf_symbol_find(&image, "PyImport_ImportModule", &symbol);
	npabi_source_close(&source);
	return holds;
}

bool interpreter_is(const char *path)
{
	return is_named_so(path) || holds_python(path);
}

/* Cuts the last component of PATH; false when nothing is left. */
static bool cut_component(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* Appends PATH, if it is there, to what is offered. */
static void offer(const char *path, struct npabi_textbuf *buf)
{
	if (access(path, F_OK) != 0)
		return;
	if (!buf->length)
		npabi_textbuf_string(buf, "; to scan its modules: npabi scan");
	npabi_textbuf_char(buf, ' ');
	command_append_word(buf, path);
}

/* The virtual environment that PATH, a link as a rule, is the interpreter of. */
static void offer_environment(const char *path, struct npabi_textbuf *buf)
{
	char place[PATH_MAX], config[PATH_MAX + sizeof("/pyvenv.cfg")];
	const char *name = npabi_file_name(path);

	snprintf(config, sizeof(config), "%.*s.", (int)(name - path), path);
	if (!realpath(config, place) || !cut_component(place))
		return;
	snprintf(config, sizeof(config), "%s/pyvenv.cfg", place);
	if (access(config, F_OK) == 0)
		offer(place, buf);
}

static void offer_places(const char *path, struct npabi_textbuf *buf)
{
	char real[PATH_MAX], name[64], below[128], place[PATH_MAX + 160];

	if (!realpath(path, real) || strlen(npabi_file_name(real)) >= sizeof(name))
		return;
	strcpy(name, npabi_file_name(real));
	if (!cut_component(real) || !cut_component(real))
		return;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *gap = strstr(places[i], "%s");

		snprintf(below, sizeof(below), "%.*s%s%s",
			 gap ? (int)(gap - places[i]) : (int)strlen(places[i]), places[i],
			 gap ? name : "", gap ? gap + 2 : "");
		snprintf(place, sizeof(place), "%s/%s", real, below);
		offer(place, buf);
	}
}

void interpreter_describe(const char *path, struct npabi_textbuf *buf)
{
	char text[4 * PATH_MAX];
	struct npabi_textbuf offered;

	npabi_textbuf_init(&offered, text, sizeof(text));
	offer_environment(path, &offered);
	if (!offered.length)
		offer_places(path, &offered);
	npabi_textbuf_string(buf, "a Python interpreter, and no extension");
	npabi_textbuf_string(buf, text);
}
