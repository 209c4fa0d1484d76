/* SPDX-License-Identifier: MIT
 *
 * A deep copy of what the scan has in one place only, that of the extension at hand.
 * Called by held.c and groups.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "scan/kept.h"

struct kept {
	struct record_extension extension; /* points to what follows */
	const struct common_range *range;  /* NULL: not known */
	struct record_set set;
	struct facts facts;
	struct owner owner;
	struct verdict verdict;
	char python[COMMAND_PYTHON_MAX];
	char path[];
};

struct kept *kept_new(const struct record_extension *extension,
		      const struct common_range *range)
{
	size_t length = strlen(extension->path) + 1;
	struct kept *kept = malloc(sizeof(*kept) + length);

	if (!kept)
		return NULL;
	kept->range = range;
	kept->facts = *extension->facts;
	kept->owner = *extension->owner;
	kept->verdict = *extension->verdict;
	snprintf(kept->python, sizeof(kept->python), "%s",
		 extension->python ? extension->python : "");
	memcpy(kept->path, extension->path, length);
	kept->extension = *extension;
	kept->extension.path = kept->path;
	kept->extension.facts = &kept->facts;
	kept->extension.owner = &kept->owner;
	kept->extension.verdict = &kept->verdict;
	kept->extension.python = kept->python;
	return kept;
}

const struct record_extension *kept_extension(struct kept *kept)
{
	/* alone, an extension has its own range */
	if (kept->range && kept->range->count > 1) {
		kept->set = common_range_describe(kept->range);
		kept->extension.set = &kept->set;
	}
	return &kept->extension;
}

void kept_free(struct kept *kept)
{
	free(kept);
}
