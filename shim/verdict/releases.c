/* SPDX-License-Identifier: MIT
 *
 * Answers from the table of releases: rows by version, sizes by type name, and
 * a whole run time for a version that is only named.  No rule is applied here.
 * Called by the scanner, for NumPy versions that are not running, and by the
 * rest of this folder.
 */
#include <stdio.h>
#include <string.h>

#include "verdict/releases.h"
#include "verdict/releases_lookup.h"

static const char module_prefix[] = "numpy.";

const struct release_runtime *releases_row(const struct version *version)
{
	char release[sizeof("9999.9999")];

	snprintf(release, sizeof(release), "%u.%u", version->major, version->minor);
	for (unsigned i = 0; i < releases_runtimes_count; i++)
		if (strcmp(releases_runtimes[i].release, release) == 0)
			return &releases_runtimes[i];
	return NULL;
}

enum release_column releases_column(const char *name)
{
	size_t prefix = strlen(module_prefix);

	if (strncmp(name, module_prefix, prefix) != 0)
		return RELEASES_NO_COLUMN;
	for (unsigned i = 0; i < releases_types_count; i++)
		if (strcmp(releases_types[i].name, name + prefix) == 0)
			return releases_types[i].column;
	return RELEASES_NO_COLUMN;
}

uint64_t releases_size(const struct release_runtime *row, bool free_threaded,
		       const char *name)
{
	enum release_column column = releases_column(name);

	return column == RELEASES_NO_COLUMN ? 0
					    : releases_build(row, free_threaded)[column];
}

bool releases_structs(const char *name, struct release_structs *structs_)
{
	static const struct {
		char name[20];
		struct release_structs structs;
	} all[] = {
		{"numpy.dtype", {RELEASES_HEADER_DTYPE, RELEASES_HEADER_DTYPE}},
		{"numpy.flatiter", {RELEASES_HEADER_FLATITER, RELEASES_HEADER_FLATITER}},
		{"numpy.broadcast",
		 {RELEASES_HEADER_BROADCAST, RELEASES_HEADER_BROADCAST_CXX}},
		{"numpy.ndarray", {RELEASES_HEADER_NDARRAY, RELEASES_HEADER_OBJECT}},
		{"numpy.ufunc", {RELEASES_HEADER_UFUNC, RELEASES_HEADER_UFUNC}},
		{"numpy.generic", {RELEASES_HEADER_OBJECT, RELEASES_HEADER_OBJECT}},
		{"numpy.void", {RELEASES_HEADER_VOID, RELEASES_HEADER_VOID}},
	};

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i].name, name) == 0) {
			*structs_ = all[i].structs;
			return true;
		}
	}
	return false;
}

bool releases_header_fits(const struct release_headers *row,
			  const struct release_structs *structs, uint64_t size)
{
	return row->size[structs->whole] == size || row->size[structs->other] == size;
}

void releases_append_target(struct npabi_textbuf *buf, uint32_t first, uint32_t last)
{
	const struct release_api *from = releases_api(first), *to = releases_api(last);

	if (!from || !to)
		return;
	npabi_textbuf_string(buf, " targeting ");
	npabi_textbuf_string(buf, from->target);
	if (to != from) {
		npabi_textbuf_char(buf, '-');
		npabi_textbuf_string(buf, to->target);
	}
}

const struct release_api *releases_api(uint32_t api)
{
	for (unsigned i = 0; i < releases_apis_count; i++)
		if (releases_apis[i].api == api)
			return &releases_apis[i];
	return NULL;
}

static void add_types(const uint16_t *sizes, struct runtime *runtime)
{
	for (unsigned i = 0; i < releases_types_count && i < RUNTIME_TYPES_MAX; i++) {
		struct runtime_type *type = &runtime->types[runtime->type_count];

		if (!sizes[releases_types[i].column])
			continue;
		snprintf(type->name, sizeof(type->name), "%s%s", module_prefix,
			 releases_types[i].name);
		type->basic_size = sizes[releases_types[i].column];
		runtime->type_count++;
	}
}

bool releases_runtime(const char *version, bool free_threaded, struct runtime *runtime)
{
	const struct release_runtime *row;
	struct version parsed;

	if (!version_parse(version, &parsed) || !(row = releases_row(&parsed)))
		return false;
	memset(runtime, 0, sizeof(*runtime));
	snprintf(runtime->numpy, sizeof(runtime->numpy), "%s", version);
	runtime->abi_version = row->abi;
	runtime->api_version = row->api;
	add_types(releases_build(row, free_threaded), runtime);
	return true;
}
