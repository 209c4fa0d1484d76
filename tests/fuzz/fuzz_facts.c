/* SPDX-License-Identifier: MIT
 *
 * Any bytes as an extension: reading them must end, and touch nothing but them.
 * What is judged and written of the result must hold for whatever was read.
 * Changes are such as tests/support/mutate makes.  Called by libFuzzer ("make
 * fuzz").
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "elf/image.h"
#include "facts/collect.h"
#include "facts/heed.h"
#include "facts/library.h"
#include "report/record.h"
#include "support/mutate.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

static void write_record(enum record_format format, const struct facts *facts,
			 const struct verdict *verdict)
{
	static char text[RECORD_SIZE_MAX + 1];
	struct npabi_textbuf buf;
	struct record_extension extension = {
		.path = "fuzz.so", .facts = facts, .verdict = verdict};

	npabi_textbuf_init(&buf, text, sizeof(text));
	record_extension(&buf, format, &extension);
	if (buf.length == 0 || text[buf.length - 1] != '\n' ||
	    strchr(text, '\n') == NULL || buf.length > RECORD_SIZE_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct npabi_arena memory;
	static struct library library;
	static struct facts facts;
	static struct verdict verdict;
	struct npabi_source source;
	struct elf_image image;

	npabi_source_from_memory(&source, data, size);
	if (elf_image_from_file(&image, &source) == NPABI_OK) {
		facts_collect(&memory, &image, data[size - 1] & 1, &facts);
		heed_read(&memory, &image, &facts);
		library_read(&memory, &image, "fuzz.so", &library);
		library_apply(&library, &image, &facts);
		heed_read(&memory, &image, &facts);
		verdict_judge(&facts, NULL, &verdict);
		write_record(RECORD_TEXT, &facts, &verdict);
		write_record(RECORD_JSONL, &facts, &verdict);
	}
	npabi_source_close(&source);
	return 0;
}

/* Mostly changes that know an object's parts, now and then blind ones. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
	uint32_t state = seed;

	if (seed % 16 == 0)
		return LLVMFuzzerMutate(data, size, room);
	mutate_object(data, size, &state);
	return size;
}
