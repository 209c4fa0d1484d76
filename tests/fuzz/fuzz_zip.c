/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a zip file: its directory is read and its members are unpacked, whose
 * bytes lie where they may be read.  The entry point of libFuzzer.
 */
#include <stdlib.h>

#include "scan/zip_unpack.h"

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
	}
	zip_unpacker_close(&unpacker);
	return 0;
}
