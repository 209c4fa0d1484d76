/* SPDX-License-Identifier: MIT
 *
 * The order in which Debian's site.py and venv put directories on the path: the
 * environment, /usr/local, then the system.  Runs nothing.  Called by targets.c.
 */
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scan/base_python.h"
#include "scan/installed_numpy.h"
#include "scan/other_numpy.h"

#define SYSTEM_ROOT "/usr/lib/python3/dist-packages"
#define LOCAL_START "/usr/local/lib/python3."
#define LOCAL_ROOTS LOCAL_START "*/dist-packages"

/* Is there a NumPy in the directory that is made by FORMAT? */
static bool __attribute__((format(printf, 2, 3)))
look_in(struct other_numpy *other_, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(other_->root, sizeof(other_->root), format, arguments);
	va_end(arguments);
	return length > 0 && (size_t)length < sizeof(other_->root) &&
	       installed_numpy(other_->root, other_->version, sizeof(other_->version));
}

/* Debian's own packages: what pip put into /usr/local comes before. */
static bool look_before_system(const char *root, size_t prefix,
			       struct other_numpy *other_)
{
	char pattern[OWNER_PATH_MAX];
	bool found = false;
	glob_t paths;

	if (prefix + sizeof(LOCAL_ROOTS) > sizeof(pattern) || memchr(root, '*', prefix) ||
	    memchr(root, '[', prefix))
		return false;
	memcpy(pattern, root, prefix);
	memcpy(pattern + prefix, LOCAL_ROOTS, sizeof(LOCAL_ROOTS));
	if (glob(pattern, 0, NULL, &paths) != 0)
		return false;
	other_->first = true;
	for (size_t i = 0; i < paths.gl_pathc && !found; i++)
		found = look_in(other_, "%s", paths.gl_pathv[i]);
	globfree(&paths);
	return found;
}

/* Does TEXT end with END?  Then the length of what is before it, in *PREFIX_. */
static bool ends_with(const char *text, const char *end, size_t *prefix_)
{
	size_t length = strlen(text), end_length = strlen(end);

	if (length < end_length || strcmp(text + length - end_length, end) != 0)
		return false;
	*prefix_ = length - end_length;
	return true;
}

bool other_numpy(const char *root, struct other_numpy *other_)
{
	const char *local = strstr(root, LOCAL_START);
	size_t prefix;

	memset(other_, 0, sizeof(*other_));
	if (ends_with(root, SYSTEM_ROOT, &prefix))
		return look_before_system(root, prefix, other_);
	if (local && ends_with(root, "/dist-packages", &prefix))
		return look_in(other_, "%.*s" SYSTEM_ROOT, (int)(local - root), root);
	return base_python_numpy(root, other_->root, other_->version,
				 sizeof(other_->version));
}
