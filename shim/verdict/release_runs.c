/* SPDX-License-Identifier: MIT
 *
 * Sets of releases.  Called by what names releases.
 */
#include "verdict/release_runs.h"

void release_runs_add(struct release_runs *runs, const struct release_runtime *row)
{
	if (!row || row - releases_runtimes >= RELEASE_RUNS_MAX)
		return;
	runs->has[row - releases_runtimes] = true;
	runs->any = true;
}

void release_runs_write(const struct release_runs *runs, struct npabi_textbuf *buf)
{
	unsigned count = releases_runtimes_count;
	size_t before = buf->length;
	unsigned start, i = 0;

	if (count > RELEASE_RUNS_MAX)
		count = RELEASE_RUNS_MAX;
	while (i < count) {
		start = i;
		while (i < count && runs->has[i])
			i++;
		if (i == start) {
			i++;
			continue;
		}
		npabi_textbuf_string(buf, buf->length > before ? " or " : "");
		npabi_textbuf_string(buf, releases_runtimes[start].release);
		if (i - start > 1) {
			npabi_textbuf_char(buf, '-');
			npabi_textbuf_string(buf, releases_runtimes[i - 1].release);
		}
	}
}
