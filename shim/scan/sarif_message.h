/* SPDX-License-Identifier: MIT
 *
 * What is said of an extension on a code host, on one line.
 */
#ifndef NPABI_SCAN_SARIF_MESSAGE_H
#define NPABI_SCAN_SARIF_MESSAGE_H

#include "report/record.h"

/* Appends whose it is, what Python will say or what is unsafe, and what to do. */
void sarif_message_append(struct npabi_textbuf *buf,
			  const struct record_extension *extension);

#endif
