/* SPDX-License-Identifier: MIT
 *
 * How a line of the log begins and ends.  Called by the writers of text.
 */
#include "report/text_lines.h"

#include <string.h>

void text_begin_line(struct npabi_textbuf *buf, int pid, const char *head)
{
	if (pid) {
		npabi_textbuf_string(buf, "npabi[");
		npabi_textbuf_signed(buf, pid);
		npabi_textbuf_string(buf, "]: ");
	}
	npabi_textbuf_string(buf, head);
}

void text_end_line(struct npabi_textbuf *buf)
{
	npabi_textbuf_char(buf, '\n');
}

void text_finish(struct npabi_textbuf *buf)
{
	static const char mark[] = "...\n";
	size_t end = buf->capacity - 1;

	if (!buf->truncated || end < sizeof(mark))
		return;
	end -= sizeof(mark) - 1;
	while (end && ((unsigned char)buf->data[end] & 0xc0) == 0x80)
		end--;
	memcpy(buf->data + end, mark, sizeof(mark));
	buf->length = end + sizeof(mark) - 1;
}
