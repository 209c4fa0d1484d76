/* SPDX-License-Identifier: MIT
 *
 * Any bytes as an ELF file: the readers of elf/ may find nothing in it, but may
 * not crash, read outside or run without end.  The entry point of libFuzzer.
 */
#include "support/walk_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct npabi_source source;
	struct elf_image image;

	npabi_source_from_memory(&source, data, size);
	if (elf_image_from_file(&image, &source) == NPABI_OK)
		walk_image(&image);
	return 0;
}
