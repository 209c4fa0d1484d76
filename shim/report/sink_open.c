/* SPDX-License-Identifier: MIT
 *
 * Log files: their names, and opening them so that nothing else in the host
 * notices.  And the one line about a log that cannot be had.  Called by sink.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "report/common.h"
#include "report/escape.h"
#include "report/sink_io.h"

/*
 * The descriptor is moved up to here where the limit allows it: hosts that have
 * closed 0-2 expect the next open(2) to fill them, and some expect 3.
 */
#define PREFERRED_FD 500
#define LOWEST_FD    3

struct cause {
	int error;
	char text[44];
};

/* strerror(3) would look for translations, which loads files and takes locks */
static const struct cause causes[] = {
	{EACCES, "permission denied"},
	{EBADF, "it is not open"},
	{ECONNREFUSED, "nothing listens there"},
	{EDQUOT, "the disk quota is used up"},
	{EFBIG, "the file size limit is reached"},
	{EIO, "input/output error"},
	{EISDIR, "it is a directory"},
	{ELOOP, "it is a symbolic link"},
	{EMFILE, "too many open files in this process"},
	{ENAMETOOLONG, "the name is too long"},
	{ENFILE, "too many open files in the system"},
	{ENOENT, "no such file or directory"},
	{ENOSPC, "no space left on the device"},
	{ENOTDIR, "a part of the path is not a directory"},
	{ENXIO, "nobody reads from that pipe"},
	{EPERM, "operation not permitted"},
	{EPIPE, "the reader is gone"},
	{EROFS, "the file system is read-only"},
	{ETXTBSY, "it is a program that is running"},
};

bool sink_expand(const char *pattern, char *path, size_t size)
{
	struct record_common common;
	struct npabi_textbuf buf;

	record_common_read(&common);
	npabi_textbuf_init(&buf, path, size);
	for (const char *p = pattern; *p; p++) {
		bool is_escape = p[0] == '%' && p[1] && strchr("ph%", p[1]);

		if (!is_escape) {
			npabi_textbuf_char(&buf, *p);
			continue;
		}
		p++;
		if (*p == 'p')
			npabi_textbuf_signed(&buf, common.pid);
		else
			npabi_textbuf_string(&buf, *p == 'h' ? common.host : "%");
	}
	return !buf.truncated;
}

int sink_open_file(const char *path)
{
	/* O_NONBLOCK: a FIFO that nobody reads must not stop the host */
	int fd = open(path,
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
			      O_NONBLOCK,
		      0600);
	long moved;

	if (fd < 0)
		return -1;
	/* by number, as the symbol behind fcntl() depends on the C library */
	moved = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, PREFERRED_FD);
	if (moved < 0 && fd < LOWEST_FD)
		moved = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOWEST_FD);
	if (moved < 0 && fd >= LOWEST_FD)
		return fd;
	close(fd);
	return (int)moved;
}

void sink_complain(const char *verb, const char *target, int error)
{
	char line[1536];
	struct npabi_textbuf buf;
	const char *cause = NULL;

	npabi_textbuf_init(&buf, line, sizeof(line) - 1);
	npabi_textbuf_format(&buf, "npabi[%d]: the log ", (int)getpid());
	escape_text(&buf, target);
	npabi_textbuf_format(&buf, " cannot be %s: ", verb);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (causes[i].error == error)
			cause = causes[i].text;
	}
	if (cause)
		npabi_textbuf_string(&buf, cause);
	else
		npabi_textbuf_format(&buf, "error %d", error);
	npabi_textbuf_string(&buf,
			     "; errors and warnings go to stderr, other records are "
			     "lost: set NPABI_LOG to a file that can be written, "
			     "such as /tmp/npabi-%p.log");
	/* the byte that was kept back */
	line[buf.length] = '\n';
	sink_transfer(STDERR_FILENO, line, buf.length + 1, SINK_PATIENCE_MS);
}
