/* SPDX-License-Identifier: MIT
 *
 * A deep copy of what the scan has in one place only, that of the extension at hand.
 * Called by held.c, groups.c and html_scan.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "scan/kept.h"

struct kept {
	struct record_extension extension; /* points to what follows */
	const struct common_range *range;  /* NULL: not known */
	struct common_range narrowed;
	struct record_set set;
	char asked[512];
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

/* Alone, an extension has its own range. */
static struct common_range own_range(const struct kept *kept)
{
	const char *module = kept->owner.module;
	struct common_range range = {.count = 1};

	common_range_narrow(&range, kept->verdict.numpy_min, kept->verdict.numpy_below,
			    module[0] ? module : kept->path);
	return range;
}

const struct record_extension *kept_extension(struct kept *kept, struct asked *asked)
{
	bool has_neighbours = kept->range && kept->range->count > 1;
	struct npabi_textbuf who;

	kept->narrowed = has_neighbours ? *kept->range : own_range(kept);
	npabi_textbuf_init(&who, kept->asked, sizeof(kept->asked));
	asked_narrow(asked, kept->path, &kept->narrowed, &who);
	if (has_neighbours || who.length) {
		kept->set = common_range_describe(&kept->narrowed);
		kept->set.asked = kept->asked;
		kept->extension.set = &kept->set;
	}
	return &kept->extension;
}

void kept_free(struct kept *kept)
{
	free(kept);
}
