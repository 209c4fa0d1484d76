/* SPDX-License-Identifier: MIT
 *
 * Commands for people to copy: what a shell is to read in them.
 */
#ifndef NPABI_REPORT_COMMAND_H
#define NPABI_REPORT_COMMAND_H

#include <stdbool.h>

#include "base/textbuf.h"

#define COMMAND_PYTHON_MAX 512 /* of an interpreter's path, its NUL counted */

/* The words of the advice that stand for the pip of some interpreter. */
#define COMMAND_PIP "python -m pip"

/*
 * May NAME stand in a command as it is?  It has only letters, digits and ._+-, and
 * those in MORE, and is neither empty nor an option.
 */
bool command_is_plain(const char *name, const char *more);

/* Appends WORD such that a shell reads it as it is: quoted, where that is needed. */
void command_append_word(struct npabi_textbuf *buf, const char *word);

/*
 * Appends the pip of the interpreter at PYTHON, "/srv/venv/bin/python -m pip", quoted
 * where a shell wants that; COMMAND_PIP where it is NULL, "" or no path to be typed.
 */
void command_append_pip(struct npabi_textbuf *buf, const char *python);

#endif
