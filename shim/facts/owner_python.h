/* SPDX-License-Identifier: MIT
 *
 * Which interpreter a directory of modules belongs to.
 */
#ifndef NPABI_FACTS_OWNER_PYTHON_H
#define NPABI_FACTS_OWNER_PYTHON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The interpreter that has ROOT (/srv/venv/lib/python3.11/site-packages) on its path,
 * "/srv/venv/bin/python", into PYTHON of SIZE bytes.  False, and "", where ROOT is in
 * none of the usual layouts or there is no such file that may be run.  errno is kept.
 */
bool owner_python(const char *root, char *python, size_t size);

#endif
