/* SPDX-License-Identifier: MIT
 *
 * Files as SARIF names them: relative to a folder that the document says once.
 */
#ifndef NPABI_SCAN_SARIF_URI_H
#define NPABI_SCAN_SARIF_URI_H

#include "base/textbuf.h"

#define SARIF_SOURCE_ROOT \
	"%SRCROOT%" /* the current directory; a checkout, in a pipeline */
#define SARIF_SYSTEM_ROOT "ROOTPATH" /* the file system's */

/*
 * Appends the path PATH, of the file that lies there or, for a member of a wheel, of the
 * wheel, as a URI relative to what is returned: SARIF_SOURCE_ROOT where it lies below
 * DIRECTORY, which is the current one, else SARIF_SYSTEM_ROOT.
 */
const char *sarif_uri_append(struct npabi_textbuf *buf, const char *path,
			     const char *directory);

/* Appends "file://" and the path of DIRECTORY, which is absolute, with a slash behind. */
void sarif_uri_append_root(struct npabi_textbuf *buf, const char *directory);

#endif
