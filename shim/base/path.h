/* SPDX-License-Identifier: MIT
 *
 * Paths as text: nothing here asks the file system.
 */
#ifndef NPABI_BASE_PATH_H
#define NPABI_BASE_PATH_H

#include <string.h>

/* What follows the last slash of PATH, or all of it. */
static inline const char *npabi_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
