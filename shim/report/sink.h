/* SPDX-License-Identifier: MIT
 *
 * Where records go.  One write(2) a record, no buffering, nothing lost on fork.
 * A sink never blocks the host on a full pipe longer than the write itself,
 * never raises SIGPIPE, never changes errno, and after a failure drops records
 * and counts them.
 */
#ifndef NPABI_REPORT_SINK_H
#define NPABI_REPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_kind { SINK_STDERR, SINK_STDOUT, SINK_FD, SINK_SYSLOG, SINK_FILE };

struct sink {
	enum sink_kind kind;
	int fd;		    /* -1: not open */
	char path[1024];    /* SINK_FILE: as given, %p and %h not yet replaced */
	int owner_pid;	    /* process that opened fd: a fork child reopens %p files */
	uint64_t dropped;   /* records that could not be written */
};

/*
 * Sets SINK from a specification: "stderr", "stdout", "fd:N", "syslog" or a
 * file path (%p pid, %h host name, %% a percent sign).  Nothing is opened yet.
 * False on a specification that cannot be (empty, fd:x, too long); SINK is then
 * stderr.
 */
bool sink_set(struct sink *sink, const char *specification);

/*
 * Writes one record.  Opens a file at first use (O_APPEND | O_CREAT |
 * O_CLOEXEC | O_NOFOLLOW, 0600).  When it cannot be opened, says so once on
 * stderr and drops; false when dropped.  Not for signal handlers.
 */
bool sink_write(struct sink *sink, const char *record, size_t length);

#endif
