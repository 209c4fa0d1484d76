/* SPDX-License-Identifier: MIT
 *
 * From what is imported to what is installed.
 */
#ifndef NPABI_SCAN_EXPLAIN_PACKAGE_H
#define NPABI_SCAN_EXPLAIN_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies the name by which pip knows the package that NAME ("sklearn.tree._tree")
 * belongs to into PACKAGE of SIZE bytes ("scikit-learn"): another than NAME's
 * first piece where that is known, else that.
 */
void explain_package(const char *name, char *package, size_t size);

/* Can pip build PACKAGE, or does it come as wheels only? */
bool explain_package_has_source(const char *package);

#endif
