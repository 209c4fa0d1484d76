/* SPDX-License-Identifier: MIT
 *
 * Where libnpabi.so is.
 */
#ifndef NPABI_SCAN_LIBRARY_H
#define NPABI_SCAN_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/textbuf.h"

#define LIBRARY_NAME "libnpabi.so"

/*
 * The library that belongs to this command, else one in the loader's directories, into
 * LIBRARY of SIZE bytes: a whole path, or the bare name where only the loader knows it.
 * False where there is none: what was looked at is then appended to LOOKED.
 */
bool library_find(char *library, size_t size, struct npabi_textbuf *looked);

#endif
