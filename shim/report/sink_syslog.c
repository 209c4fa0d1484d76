/* SPDX-License-Identifier: MIT
 *
 * The system log, spoken to directly: syslog(3) keeps a descriptor and options
 * that belong to the host, and blocks.  A message is "<PRIORITY>TAG: TEXT".
 * The time stamp is left to the receiver, as RFC 3164 section 4.3.2 allows: it
 * would have to be local time, and finding that out takes the C library's time
 * zone lock.  Nothing stays open between records.  Called by sink.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "report/sink_io.h"

#define FACILITY_USER 8
#define TAG	      "npabi["

enum severity { SEVERITY_ERROR = 3, SEVERITY_WARNING = 4, SEVERITY_INFO = 6 };

struct marker {
	char text[24];
	enum severity severity;
};

/* What the two forms of a record say of its weight. */
static const struct marker markers[] = {
	{"]: error: ", SEVERITY_ERROR},
	{"]: unsafe: ", SEVERITY_WARNING},
	{"]: warn: ", SEVERITY_WARNING},
	{"\"verdict\":\"error\"", SEVERITY_ERROR},
	{"\"verdict\":\"unsafe\"", SEVERITY_WARNING},
	{"\"verdict\":\"warn\"", SEVERITY_WARNING},
};

static enum severity find_severity(const char *record, size_t length)
{
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		if (memmem(record, length, markers[i].text, strlen(markers[i].text)))
			return markers[i].severity;
	}
	return SEVERITY_INFO;
}

/* One line, which text records have begun with the tag themselves. */
static bool send_line(int fd, enum severity severity, const char *line, size_t length)
{
	char head[48];
	struct npabi_textbuf buf;
	struct iovec parts[2];
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent;

	npabi_textbuf_init(&buf, head, sizeof(head));
	npabi_textbuf_format(&buf, "<%d>", FACILITY_USER + (int)severity);
	if (length < sizeof(TAG) - 1 || memcmp(line, TAG, sizeof(TAG) - 1) != 0)
		npabi_textbuf_format(&buf, TAG "%d]: ", (int)getpid());
	parts[0] = (struct iovec){head, buf.length};
	parts[1] = (struct iovec){(void *)(uintptr_t)line, length};
	do {
		sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	return sent >= 0;
}

static int connect_to(const char *address)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	size_t length = strlen(address);
	int fd;

	if (length >= sizeof(name.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name.sun_path, address, length + 1);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof(name)) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		fd = -1;
	}
	return fd;
}

bool sink_syslog(const char *address, const char *record, size_t length)
{
	enum severity severity = find_severity(record, length);
	int fd = connect_to(address);
	bool sent = fd >= 0;
	int error;

	while (sent && length) {
		const char *newline = memchr(record, '\n', length);
		size_t line = newline ? (size_t)(newline - record) : length;

		sent = send_line(fd, severity, record, line);
		line += newline != NULL;
		record += line;
		length -= line;
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return sent;
}
