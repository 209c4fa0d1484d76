/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a zip file and as a wheel: the directory is read, members are listed and
 * named, and unpacked, and their bytes lie where they may be read.  The entry point of
 * libFuzzer.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/wheel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Members that come to more are only looked for, to keep the runs short. */
#define UNPACKED_MAX (1u << 20)

static uint8_t seen;

static void unpack(struct zip_unpacker *unpacker, const struct zip *zip,
		   const struct zip_member *member)
{
	struct npabi_span bytes;
	uint64_t offset;

	for (size_t i = 0; i < member->name_length; i++)
		seen ^= (uint8_t)member->name[i];
	if (member->unpacked > UNPACKED_MAX) {
		zip_locate(zip, member, &offset);
		return;
	}
	if (zip_unpack(unpacker, zip, member, &bytes) != ZIP_FINE)
		return;
	if (bytes.size != member->unpacked)
		abort();
	for (size_t i = 0; i < bytes.size; i++)
		seen ^= bytes.data[i];
	zip_forget(zip, member);
}

/* Lists and names the members; each name comes once. */
static void read_as_wheel(struct npabi_source *source, struct zip_unpacker *unpacker)
{
	struct wheel wheel;
	char module[64];
	char *last = NULL;

	if (wheel_open(&wheel, source, "a-1-py3-none-any.whl", unpacker) != ZIP_FINE)
		wheel.count = 0;
	for (size_t i = 0; i < wheel.count; i++) {
		char *joined = wheel_join("a.whl", &wheel.members[i]);

		if (!joined || (last && strcmp(last, joined) >= 0))
			abort();
		wheel_module_name(joined + strlen("a.whl!"), module, sizeof(module));
		if (wheel_leads_out(joined + strlen("a.whl!")) && module[0])
			abort();
		free(last);
		last = joined;
	}
	free(last);
	wheel_close(&wheel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zip_unpacker unpacker = {.inflater = NULL};
	struct npabi_source source;
	struct zip_member member;
	struct zip zip;
	size_t position = 0;

	npabi_source_from_memory(&source, data, size);
	if (size && zip_open(&zip, &source) == ZIP_FINE) {
		while (zip_next(&zip, &position, &member))
			unpack(&unpacker, &zip, &member);
		read_as_wheel(&source, &unpacker);
	}
	zip_unpacker_close(&unpacker);
	return 0;
}
