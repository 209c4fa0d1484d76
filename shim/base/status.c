/* SPDX-License-Identifier: MIT
 *
 * The text of each status.  The texts lie in the table itself, not behind
 * pointers: a pointer would have to be relocated in every process that the
 * library is loaded into.  Called by the report and by both front ends.
 */
#include <stddef.h>

#include "base/status.h"

static const char status_texts[NPABI_STATUS_MAX][48] = {
	[NPABI_OK] = "no error",
	[NPABI_CANNOT_OPEN] = "cannot be opened",
	[NPABI_NOT_A_FILE] = "not a regular file",
	[NPABI_NO_MEMORY] = "not enough memory to read it",
	[NPABI_EMPTY] = "empty file",
	[NPABI_TRUNCATED] = "truncated: a table lies past the end",
	[NPABI_NOT_ELF] = "not an ELF file",
	[NPABI_ELF_32_BIT] = "32-bit ELF file",
	[NPABI_ELF_BIG_ENDIAN] = "big-endian ELF file",
	[NPABI_ELF_NOT_SHARED] = "ELF file, but not a shared object",
	[NPABI_FOREIGN_MACHINE] = "built for a machine that is not known here",
	[NPABI_ELF_CORRUPT] = "corrupt ELF file: its tables contradict",
	[NPABI_NOT_DYNAMIC] = "ELF file without a dynamic symbol table",
	[NPABI_NOT_AN_EXTENSION] = "no module init function in it",
	[NPABI_TOO_COMPLEX] = "too complex: a work limit was reached",
	[NPABI_CHANGED] = "changed while it was read",
};

const char *npabi_status_text(enum npabi_status status)
{
	size_t index = (size_t)status;

	if (index >= NPABI_STATUS_MAX || !status_texts[index][0])
		return "unknown error";
	return status_texts[index];
}
