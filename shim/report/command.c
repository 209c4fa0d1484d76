/* SPDX-License-Identifier: MIT
 *
 * A bare "pip" is the one that PATH finds first, which may install elsewhere: the
 * interpreter's own is asked by its path.  Called by those who advise.
 */
#include <string.h>

#include "report/command.h"
#include "report/escape.h"

#define PLAIN                                                  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789._+-"

bool command_is_plain(const char *name, const char *more)
{
	while (*name && *name != '-') {
		name += strspn(name, PLAIN);
		if (!*name)
			return true;
		if (!strchr(more, *name))
			return false;
		name++;
	}
	return false;
}

/* Would a record show PATH as it is, so that it can be copied? */
static bool is_shown(const char *path)
{
	uint32_t code;

	while (*path) {
		path += escape_next(path, &code);
		if (code == ESCAPE_INVALID || escape_is_control(code))
			return false;
	}
	return true;
}

void command_append_word(struct npabi_textbuf *buf, const char *word)
{
	if (command_is_plain(word, "/")) {
		npabi_textbuf_string(buf, word);
		return;
	}
	npabi_textbuf_char(buf, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			npabi_textbuf_string(buf, "'\\''");
		else
			npabi_textbuf_char(buf, *word);
	}
	npabi_textbuf_char(buf, '\'');
}

void command_append_pip(struct npabi_textbuf *buf, const char *python)
{
	if (!python || python[0] != '/' || strlen(python) >= COMMAND_PYTHON_MAX ||
	    !is_shown(python)) {
		npabi_textbuf_string(buf, COMMAND_PIP);
		return;
	}
	command_append_word(buf, python);
	npabi_textbuf_string(buf, strchr(COMMAND_PIP, ' '));
}
