/* SPDX-License-Identifier: MIT
 *
 * By the layout alone: PREFIX/lib/pythonX.Y/site-packages has PREFIX/bin/pythonX.Y, or
 * in a virtual environment PREFIX/bin/python.  Runs nothing.  Called by both front ends.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "facts/owner_place.h"
#include "facts/owner_python.h"

/* ROOT in its pieces; each is borrowed from it. */
struct layout {
	int prefix_length; /* of ROOT */
	int name_length;
	const char *name; /* "python3.11" */
};

/* The start of the last component of the first LENGTH bytes of PATH. */
static size_t last_component(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length;
}

static bool read_layout(const char *root, struct layout *layout_)
{
	size_t modules = last_component(root, strlen(root)), name, lib;

	if (modules < 2 || (strcmp(root + modules, "site-packages") != 0 &&
			    strcmp(root + modules, "dist-packages") != 0))
		return false;
	name = last_component(root, modules - 1);
	if (name < 2 || strncmp(root + name, "python", 6) != 0)
		return false;
	lib = last_component(root, name - 1);
	if (!lib || strncmp(root + lib, "lib", 3) != 0)
		return false;
	layout_->prefix_length = (int)lib - 1;
	layout_->name_length = (int)(modules - 1 - name);
	layout_->name = root + name;
	return true;
}

/* Writes the path that FORMAT makes; is there such a file, to be used in MODE? */
static bool __attribute__((format(printf, 4, 5)))
is_there(char *path, size_t size, int mode, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path, size, format, arguments);
	va_end(arguments);
	return length > 0 && (size_t)length < size && access(path, mode) == 0;
}

static bool look(const char *root, const struct layout *layout, char *python, size_t size)
{
	static const char local[] = "/usr/local/lib/", dist[] = "/dist-packages";
	int prefix = layout->prefix_length;
	char config[OWNER_PATH_MAX];

	if (is_there(config, sizeof(config), F_OK, "%.*s/pyvenv.cfg", prefix, root))
		return is_there(python, size, X_OK, "%.*s/bin/python", prefix, root);
	/* Debian's own Python also has what pip puts there */
	if (strncmp(root, local, strlen(local)) == 0 && strstr(root, dist))
		return is_there(python, size, X_OK, "/usr/bin/%.*s", layout->name_length,
				layout->name);
	return is_there(python, size, X_OK, "%.*s/bin/%.*s", prefix, root,
			layout->name_length, layout->name);
}

bool owner_python(const char *root, char *python, size_t size)
{
	int saved_errno = errno;
	struct layout layout;
	bool found = read_layout(root, &layout) && look(root, &layout, python, size);

	if (!found)
		python[0] = '\0';
	errno = saved_errno;
	return found;
}
