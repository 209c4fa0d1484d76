/* SPDX-License-Identifier: MIT
 *
 * Metadata of made-up distributions.
 */
#include <stdio.h>

#include "support/site_packages.h"

void site_install(const struct temp_dir *dir, const char *entry, const char *name,
		  const char *recorded)
{
	char path[256], text[512];

	snprintf(path, sizeof(path), SITE "%s/METADATA", entry);
	snprintf(text, sizeof(text),
		 "Metadata-Version: 2.1\nName: %s\nVersion: 1.2\n\nA text\n", name);
	temp_file(dir, path, text);
	snprintf(path, sizeof(path), SITE "%s/RECORD", entry);
	snprintf(text, sizeof(text), "%s/METADATA,sha256=x,1\n%s,sha256=y,2\n", entry,
		 recorded);
	temp_file(dir, path, text);
}
