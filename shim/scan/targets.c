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
#include "scan/installed_numpy.h"
#include "scan/other_numpy.h"
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
	target->shared = target;
	return target;
}

static void free_list(struct target *target)
{
	while (target) {
		struct target *next = target->next;

		free(target->root);
		free(target->place);
		free(target->hidden_root);
		free(target);
		target = next;
	}
}

static void set_version(struct target *target, const char *version)
{
	target->in_table = releases_runtime(version, false, &target->runtime) &&
			   releases_runtime(version, true, &target->free_threaded);
	snprintf(target->runtime.numpy, sizeof(target->runtime.numpy), "%s", version);
	snprintf(target->free_threaded.numpy, sizeof(target->free_threaded.numpy), "%s",
		 version);
}

/* Adds the NumPy VERSION to LIST; NULL: no memory. */
static struct target *add_release(struct target **list, const char *version)
{
	struct target *target = add_target(list, NULL);

	if (target)
		set_version(target, version);
	return target;
}

/* A page without NumPys that are named shows all. */
static bool add_releases(struct targets *targets, const struct scan_arguments *arguments)
{
	if (arguments->format != SCAN_HTML || arguments->numpy_count)
		return true;
	for (unsigned i = 0; i < releases_runtimes_count; i++) {
		if (!add_release(&targets->releases, releases_runtimes[i].release))
			return false;
	}
	return true;
}

bool targets_init(struct targets *targets, const struct scan_arguments *arguments,
		  struct npabi_textbuf *problem)
{
	*targets = (struct targets){.named = NULL};
	for (unsigned i = 0; i < arguments->numpy_count; i++) {
		struct target *target = add_release(&targets->named, arguments->numpy[i]);

		if (!target) {
			npabi_textbuf_string(problem, "out of memory");
			return false;
		}
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
	if (add_releases(targets, arguments))
		return true;
	npabi_textbuf_string(problem, "out of memory");
	return false;
}

/* NumPy is loaded from FILE below PLACE; a path that is cut would be a wrong one. */
static void set_path(struct target *target, const char *place, const char *file)
{
	struct runtime *runtime = &target->runtime;
	struct npabi_textbuf path;

	npabi_textbuf_init(&path, runtime->numpy_path, sizeof(runtime->numpy_path));
	npabi_textbuf_string(&path, place);
	npabi_textbuf_string(&path, file);
	if (path.truncated)
		runtime->numpy_path[0] = '\0';
	memcpy(target->free_threaded.numpy_path, runtime->numpy_path,
	       sizeof(runtime->numpy_path));
}

/* The NumPy in PLACE is what the extensions of TARGET meet. */
static void set_place(struct target *target, const char *place, const char *version)
{
	set_version(target, version);
	if (strcmp(place, target->root) != 0)
		target->place = strdup(place);
	set_path(target, place, "/numpy/__init__.py");
}

static void set_hidden(struct target *target, const char *root, const char *version)
{
	target->hidden_root = strdup(root);
	snprintf(target->hidden_version, sizeof(target->hidden_version), "%s", version);
}

static void look_for_numpy(struct target *target)
{
	char version[sizeof(target->runtime.numpy)];
	bool own = installed_numpy(target->root, version, sizeof(version));
	struct other_numpy other;
	bool another = other_numpy(target->root, &other);

	if (another && (other.first || !own))
		set_place(target, other.root, other.version);
	else if (own)
		set_place(target, target->root, version);
	if (!own || !another)
		return;
	if (other.first)
		set_hidden(target, target->root, version);
	else
		set_hidden(target, other.root, other.version);
}

/* The first target that has the NumPy of TARGET, which is in the list. */
static struct target *find_shared(struct target *list, struct target *target)
{
	const char *path = target->runtime.numpy_path;

	while (list != target && (!path[0] || strcmp(list->runtime.numpy_path, path)))
		list = list->next;
	return list;
}

static struct target *find_beside(struct targets *targets, struct owner_cache *owners,
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
	if (!target)
		return NULL;
	look_for_numpy(target);
	target->shared = find_shared(targets->beside, target);
	return target;
}

const struct runtime *target_runtime(const struct target *target,
				     const struct facts *facts)
{
	if (!target || !target->runtime.numpy[0])
		return NULL;
	return facts->free_threaded ? &target->free_threaded : &target->runtime;
}

/* A wheel is a place of its own: what it needs is not known to lie beside it. */
static struct target *find_in_wheel(struct targets *targets,
				    const struct reading *reading)
{
	struct target *target;
	char *path;

	for (target = targets->wheels; target; target = target->next) {
		if (strncmp(target->root, reading->path, reading->wheel) == 0 &&
		    !target->root[reading->wheel])
			return target;
	}
	path = strndup(reading->path, reading->wheel);
	target = path ? add_target(&targets->wheels, path) : NULL;
	free(path);
	if (!target || strcmp(reading->owner.distribution, "numpy") != 0)
		return target;
	set_version(target, reading->owner.version);
	set_path(target, target->root, "!numpy/__init__.py");
	return target;
}

struct target *targets_beside(struct targets *targets, struct owner_cache *owners,
			      const struct reading *reading)
{
	return reading->wheel ? find_in_wheel(targets, reading)
			      : find_beside(targets, owners, reading->path);
}

struct target *targets_first(struct targets *targets, struct owner_cache *owners,
			     const struct reading *reading)
{
	if (targets->named && !reading_is_numpys_own(reading))
		return targets->named;
	return targets_beside(targets, owners, reading);
}

struct target *targets_next(const struct targets *targets, const struct target *target)
{
	/* only those that are named follow each other */
	return targets->named && target && !target->root ? target->next : NULL;
}

struct target *targets_next_shown(const struct targets *targets,
				  const struct reading *reading,
				  const struct target *target)
{
	if (!targets->releases || reading_is_numpys_own(reading))
		return targets_next(targets, target);
	/* they alone have no root here, for none are named */
	return target && !target->root ? target->next : targets->releases;
}

void targets_free(struct targets *targets)
{
	free_list(targets->named);
	free_list(targets->beside);
	free_list(targets->wheels);
	free_list(targets->releases);
	*targets = (struct targets){.named = NULL};
}
