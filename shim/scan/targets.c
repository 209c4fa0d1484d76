/* SPDX-License-Identifier: MIT
 *
 * NumPys by name and by directory, each looked up once.  A release that is not
 * in the table is still told, without sizes, when it is what is installed;
 * naming one is an error.  Called by scan.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/owner_place.h"
#include "scan/base_python.h"
#include "scan/installed_numpy.h"
#include "scan/targets.h"
#include "verdict/releases.h"
#include "verdict/releases_table.h"

static struct target *add_target(struct target **list, const char *root)
{
	struct target *target = calloc(1, sizeof(*target));

	if (!target)
		return NULL;
	target->root = root ? strdup(root) : NULL;
	if (root && !target->root) {
		free(target);
		return NULL;
	}
	while (*list)
		list = &(*list)->next;
	*list = target;
	return target;
}

static void set_version(struct target *target, const char *version)
{
	struct runtime *runtime = &target->runtime;

	target->in_table = releases_runtime(version, runtime);
	snprintf(runtime->numpy, sizeof(runtime->numpy), "%s", version);
}

bool targets_init(struct targets *targets, const struct scan_arguments *arguments,
		  struct npabi_textbuf *problem)
{
	*targets = (struct targets){.named = NULL};
	for (unsigned i = 0; i < arguments->numpy_count; i++) {
		struct target *target = add_target(&targets->named, NULL);

		if (!target) {
			npabi_textbuf_string(problem, "out of memory");
			return false;
		}
		set_version(target, arguments->numpy[i]);
		if (!target->in_table) {
			npabi_textbuf_format(
				problem,
				"--numpy %s: no such release in the table; "
				"known: %s to %s, given as 1.26.4 or 2.0",
				arguments->numpy[i], releases_runtimes[0].release,
				releases_runtimes[releases_runtimes_count - 1].release);
			return false;
		}
	}
	return true;
}

static void look_for_numpy(struct target *target)
{
	struct runtime *runtime = &target->runtime;
	char version[sizeof(runtime->numpy)], place[OWNER_PATH_MAX];
	const char *root = target->root;

	if (!installed_numpy(root, version, sizeof(version))) {
		if (!base_python_numpy(root, place, version, sizeof(version)))
			return;
		target->place = strdup(place);
		root = place;
	}
	set_version(target, version);
	/* a path that is cut would be a wrong one */
	if (strlen(root) + sizeof("/numpy/__init__.py") <= sizeof(runtime->numpy_path))
		snprintf(runtime->numpy_path, sizeof(runtime->numpy_path),
			 "%s/numpy/__init__.py", root);
}

struct target *targets_beside(struct targets *targets, struct owner_cache *owners,
			      const char *path)
{
	char root[OWNER_PATH_MAX];
	struct target *target;

	if (!owner_root(owners, path, root, sizeof(root)))
		return NULL;
	for (target = targets->beside; target; target = target->next) {
		if (strcmp(target->root, root) == 0)
			return target;
	}
	target = add_target(&targets->beside, root);
	if (target)
		look_for_numpy(target);
	return target;
}

static void free_list(struct target *target)
{
	while (target) {
		struct target *next = target->next;

		free(target->root);
		free(target->place);
		free(target);
		target = next;
	}
}

void targets_free(struct targets *targets)
{
	free_list(targets->named);
	free_list(targets->beside);
	*targets = (struct targets){.named = NULL};
}
