/* SPDX-License-Identifier: MIT
 *
 * The objects are named by their numbers; one that could not be built is missing.
 */
#include <check.h>
#include <unistd.h>

#include "support/builds.h"
#include "support/toolchain.h"

static const char *name_of(int number)
{
	static char name[16];

	snprintf(name, sizeof(name), "%d.so", number);
	return name;
}

void builds_make(struct builds *builds, const struct build *list, int count,
		 const char *source)
{
	int made = 0;

	temp_dir_make(&builds->dir);
	builds->list = list;
	builds->count = count;
	for (int i = 0; i < count; i++)
		made += build_object_with(list[i].compiler, &builds->dir, name_of(i),
					  list[i].flags, source) != NULL;
	ck_assert_int_gt(made, 0);
}

void builds_remove(struct builds *builds)
{
	temp_dir_remove(&builds->dir);
}

bool builds_open(const struct builds *builds, int number, struct compiled *object)
{
	const char *path = temp_path(&builds->dir, name_of(number));

	if (access(path, R_OK) != 0)
		return false;
	compiled_load(object, path);
	return true;
}
