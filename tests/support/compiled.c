/* SPDX-License-Identifier: MIT
 *
 * Each object lies in a directory of its own, which goes when it is closed.
 */
#include <check.h>
#include <inttypes.h>
#include <string.h>

#include "elf/symbols.h"
#include "support/compiled.h"
#include "support/toolchain.h"

static void open_image(struct compiled *object, const char *path)
{
	strcpy(object->path, path);
	ck_assert_int_eq(npabi_source_open(&object->source, path), NPABI_OK);
	ck_assert_int_eq(elf_image_from_file(&object->image, &object->source), NPABI_OK);
	object->image.path = object->path;
}

bool compiled_open(struct compiled *object, const char *compiler, const char *flags,
		   const char *source)
{
	const char *path;

	temp_dir_make(&object->dir);
	path = build_object_with(compiler, &object->dir, "object.so", flags, source);
	if (!path) {
		temp_dir_remove(&object->dir);
		return false;
	}
	open_image(object, path);
	return true;
}

void compiled_load(struct compiled *object, const char *path)
{
	object->dir.path[0] = '\0';
	open_image(object, path);
}

void compiled_close(struct compiled *object)
{
	npabi_source_close(&object->source);
	if (object->dir.path[0])
		temp_dir_remove(&object->dir);
}

uint64_t compiled_symbol(const struct compiled *object, const char *name)
{
	struct elf_symbol symbol;

	ck_assert_msg(elf_symbol_find(&object->image, name, &symbol), "%s", name);
	return symbol.address;
}

uint64_t compiled_slot(const struct compiled *object, const char *kind, const char *name)
{
	FILE *pipe = tool_output("readelf -rW '%s'", object->path);
	char line[500], type[40], symbol[200];
	uint64_t slot = 0, address;

	while (fgets(line, sizeof(line), pipe))
		if (sscanf(line, "%" SCNx64 " %*x %39s %*x %199[^@ \n]", &address, type,
			   symbol) == 3 &&
		    !strncmp(type, kind, strlen(kind)) && !strcmp(symbol, name))
			slot = address;
	pclose(pipe);
	return slot;
}
