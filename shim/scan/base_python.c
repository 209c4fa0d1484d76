/* SPDX-License-Identifier: MIT
 *
 * A virtual environment's pyvenv.cfg, and the directories that its base Python
 * imports from, in the order in which Python has them, Debian's own included.
 * Nothing is run: the paths are those of the usual layouts.  Called by
 * targets.c.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "facts/owner_metadata.h"
#include "facts/owner_place.h"
#include "scan/base_python.h"
#include "scan/installed_numpy.h"

#define CONFIG_SIZE_MAX 65536

/* Below the base's prefix; %s is "python3.11". */
static const char places[][32] = {
	"local/lib/%s/dist-packages", /* Debian's python3, where pip puts things */
	"lib/%s/site-packages",	      "lib64/%s/site-packages",
	"lib/python3/dist-packages", /* Debian's packages */
	"lib/%s/dist-packages",
};

struct config {
	bool shares; /* include-system-site-packages */
	char home[OWNER_PATH_MAX];
};

/* Cuts the last component of PATH; false when nothing is left. */
static bool cut_component(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* The value of "KEY = VALUE" in LINE, without blanks around it; NULL: other key. */
static const char *match_key(const char *line, size_t *length, const char *key)
{
	const char *end = line + *length, *equals = memchr(line, '=', *length);
	const char *key_end = equals;

	if (!equals)
		return NULL;
	while (line < key_end && (*line == ' ' || *line == '\t'))
		line++;
	while (key_end > line && (key_end[-1] == ' ' || key_end[-1] == '\t'))
		key_end--;
	if ((size_t)(key_end - line) != strlen(key) ||
	    strncasecmp(line, key, strlen(key)) != 0)
		return NULL;
	for (equals++; equals < end && (*equals == ' ' || *equals == '\t');)
		equals++;
	while (end > equals && strchr(" \t\r", end[-1]) && end[-1])
		end--;
	*length = (size_t)(end - equals);
	return equals;
}

static bool take_line(void *context, const char *line, size_t length)
{
	struct config *config = context;
	size_t value_length = length;
	const char *value =
		match_key(line, &value_length, "include-system-site-packages");

	if (value)
		config->shares = value_length == 4 && strncasecmp(value, "true", 4) == 0;
	value_length = length;
	value = match_key(line, &value_length, "home");
	if (value && value_length < sizeof(config->home)) {
		memcpy(config->home, value, value_length);
		config->home[value_length] = '\0';
	}
	return true;
}

/* Reads pyvenv.cfg above the site-packages directory ROOT, and Python's name. */
static bool read_config(const char *root, struct config *config, char *python,
			size_t size)
{
	char path[OWNER_PATH_MAX + 16];
	const char *name;
	int length = snprintf(path, OWNER_PATH_MAX, "%s", root);

	/* ENVIRONMENT/lib/python3.11/site-packages */
	if (length < 0 || length >= OWNER_PATH_MAX || !cut_component(path))
		return false;
	name = strrchr(path, '/') + 1;
	if (strncmp(name, "python", 6) != 0 || strlen(name) >= size)
		return false;
	memcpy(python, name, strlen(name) + 1);
	if (!cut_component(path) || !cut_component(path))
		return false;
	strcat(path, "/pyvenv.cfg");
	return owner_each_line(path, CONFIG_SIZE_MAX, take_line, config) ==
		       OWNER_FILE_READ &&
	       config->shares && config->home[0] == '/';
}

bool base_python_numpy(const char *root, char *place, char *version, size_t size)
{
	struct config config = {.shares = false};
	char python[32], below[sizeof(places[0]) + sizeof(python)];

	if (!read_config(root, &config, python, sizeof(python)) ||
	    !cut_component(config.home))
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *gap = strstr(places[i], "%s");
		int before = gap ? (int)(gap - places[i]) : (int)strlen(places[i]);
		int length;

		snprintf(below, sizeof(below), "%.*s%s%s", before, places[i],
			 gap ? python : "", gap ? gap + 2 : "");
		length = snprintf(place, OWNER_PATH_MAX, "%s/%s", config.home, below);
		if (length > 0 && length < OWNER_PATH_MAX &&
		    installed_numpy(place, version, size))
			return true;
	}
	return false;
}
