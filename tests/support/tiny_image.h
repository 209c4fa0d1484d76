/* SPDX-License-Identifier: MIT
 *
 * What the suites of elf/ look at: the object of one page, or a file, opened as
 * an image; and a directory for the objects that a suite links.
 */
#ifndef NPABI_TESTS_TINY_IMAGE_H
#define NPABI_TESTS_TINY_IMAGE_H

#include "elf/image.h"
#include "support/temp_dir.h"
#include "support/tiny_elf.h"

extern struct temp_dir object_dir;
extern struct tiny_elf elf;
extern struct npabi_source source;
extern struct elf_image image;

/* The fixture of suites that link objects. */
void make_object_dir(void);
void remove_object_dir(void);

/* The fixture of suites that damage the object: makes elf anew, sound. */
void make_tiny(void);

/* Each opens source and image, and fails unless it is accepted. */
void read_tiny(void);
void open_image(const char *path);

/* Where a part of elf lies: both its file offset and its address. */
uint64_t place(const void *part);

#endif
