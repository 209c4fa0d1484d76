/* SPDX-License-Identifier: MIT
 *
 * A scan as a page.
 */
#ifndef NPABI_SCAN_HTML_SCAN_H
#define NPABI_SCAN_HTML_SCAN_H

#include <stdbool.h>
#include <stdio.h>

#include "report/record.h"
#include "scan/rows.h"
#include "scan/targets.h"

struct html_scan;

/* A page whose columns are those that TARGETS name, or all releases.  NULL: no memory. */
struct html_scan *html_scan_new(const struct targets *targets);

/*
 * Adds EXTENSION's verdict on the NumPy of its runtime, if it has one.  All verdicts on
 * an extension come one after the other, first those that count; the others are on
 * releases that it might meet.  BESIDE is where it is installed, or NULL; RANGE, where
 * not NULL, is that of its neighbours when the page is written.  False: no memory.
 */
bool html_scan_add(struct html_scan *scan, const struct record_extension *extension,
		   const struct target *beside, const struct common_range *range);

/*
 * Adds that PATH could not be analysed, KNOWN by the baseline, or what else there is to
 * say of it.  What finds no memory is left out.
 */
void html_scan_add_unread(struct html_scan *scan, const char *path, const char *reason,
			  bool known);
void html_scan_add_remark(struct html_scan *scan, const char *path, const char *reason);

/* Writes the page of PATHS, which end with NULL, and what they have come to. */
void html_scan_write(struct html_scan *scan, FILE *output, char *const *paths,
		     const struct tally *tally);

/* Frees it; NULL is harmless. */
void html_scan_free(struct html_scan *scan);

#endif
