/* SPDX-License-Identifier: MIT
 *
 * One image for the suites of elf/.  Each test runs in a process of its own.
 */
#include <check.h>

#include "support/tiny_image.h"

struct temp_dir object_dir;
struct tiny_elf elf;
struct npabi_source source;
struct elf_image image;

void make_object_dir(void)
{
	temp_dir_make(&object_dir);
}

void remove_object_dir(void)
{
	temp_dir_remove(&object_dir);
}

void make_tiny(void)
{
	tiny_elf_make(&elf);
}

void read_tiny(void)
{
	npabi_source_from_memory(&source, &elf, sizeof(elf));
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
}

void open_image(const char *path)
{
	ck_assert_int_eq(npabi_source_open(&source, path), NPABI_OK);
	ck_assert_int_eq(elf_image_from_file(&image, &source), NPABI_OK);
}

uint64_t place(const void *part)
{
	return (uint64_t)((const char *)part - (const char *)&elf);
}
