/* SPDX-License-Identifier: MIT
 *
 * Reasons for failure, one value and one text each.  Every function that can
 * fail for more than one reason returns one of these; NPABI_OK is zero.
 */
#ifndef NPABI_BASE_STATUS_H
#define NPABI_BASE_STATUS_H

enum npabi_status {
	NPABI_OK = 0,
	NPABI_CANNOT_OPEN,	/* open(2) failed; errno says why */
	NPABI_NOT_A_FILE,	/* a directory, device, socket ... */
	NPABI_NO_MEMORY,	/* no room for the working memory */
	NPABI_EMPTY,		/* zero bytes long */
	NPABI_TRUNCATED,	/* a table lies past the end of the bytes */
	NPABI_NOT_ELF,		/* no ELF magic */
	NPABI_ELF_32_BIT,	/* ELFCLASS32 */
	NPABI_ELF_BIG_ENDIAN,	/* ELFDATA2MSB */
	NPABI_ELF_NOT_SHARED,	/* e_type is not ET_DYN */
	NPABI_FOREIGN_MACHINE,	/* no decoder for e_machine */
	NPABI_ELF_CORRUPT,	/* header or table contradicts itself */
	NPABI_NOT_DYNAMIC,	/* no PT_DYNAMIC, or no symbol table in it */
	NPABI_NOT_AN_EXTENSION, /* no PyInit_ or init function */
	NPABI_TOO_COMPLEX,	/* a work limit was reached before the end */
	NPABI_CHANGED,		/* the file changed while it was read */
	NPABI_STATUS_MAX
};

/*
 * The text of a status: a clause without capital and full stop, fit to follow
 * "PATH: ".  Static storage, never NULL, any value.  Safe anywhere.
 */
const char *npabi_status_text(enum npabi_status status);

#endif
