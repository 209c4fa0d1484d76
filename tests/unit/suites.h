/* SPDX-License-Identifier: MIT
 *
 * The table of all suites, which make writes from the names of the files.
 */
#ifndef NPABI_TESTS_UNIT_SUITES_H
#define NPABI_TESTS_UNIT_SUITES_H

#include <check.h>

typedef Suite *suite_maker(void);

extern suite_maker *const suite_makers[]; /* ends with NULL */

#endif
