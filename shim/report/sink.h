/* SPDX-License-Identifier: MIT
 *
 * Where records go.  One write(2) a record, no buffering, nothing lost on fork.
 * A sink never blocks the host for longer than a fraction of a second, once,
 * never raises SIGPIPE or SIGXFSZ, never changes errno, and what it cannot
 * write it drops and counts.
 */
#ifndef NPABI_REPORT_SINK_H
#define NPABI_REPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_kind { SINK_STDERR, SINK_STDOUT, SINK_FD, SINK_SYSLOG, SINK_FILE };

struct sink {
	enum sink_kind kind;
	int fd;		  /* -1: not open */
	char path[1024];  /* SINK_FILE: as given, %p and %h not yet replaced */
	int owner_pid;	  /* process that opened fd: a fork child reopens %p files */
	uint64_t dropped; /* records that could not be written; read it atomically */

	/* the rest is the sink's own affair */
	uint64_t device, inode; /* of fd: the host may close it and reuse the number */
	bool has_identity;	/* those two are to be held against fd */
	bool stderr_open;	/* when the sink was set: else 2 is some other file now */
	bool per_process;	/* the path holds %p */
	bool complained;	/* the one line on stderr has been said */
	bool torn;		/* the last record was cut: begin on a new line */
	bool stuck;		/* the last record found no room: do not wait again */
	int busy;		/* process of the thread that is inside, 0: none */
};

/*
 * Sets SINK from a specification: "stderr", "stdout" (/dev/stderr and
 * /dev/stdout mean the same), "fd:N", "syslog" or a file path (%p pid, %h host
 * name, %% a percent sign).  Nothing is opened yet; what of the standard
 * descriptors is open is looked at, so call it before the host runs.  False on
 * a specification that cannot be (empty, fd:x, too long); SINK is then stderr.
 */
bool sink_set(struct sink *sink, const char *specification);

/*
 * Writes one record.  Opens a file at first use (O_APPEND | O_CREAT |
 * O_CLOEXEC | O_NOFOLLOW, 0600), away from the low descriptor numbers.  When it
 * cannot be opened or written, says so once on stderr and drops; false when
 * dropped.  Several threads may call it at once, and so may the child of a fork
 * that happened meanwhile.  Not for signal handlers.
 */
bool sink_write(struct sink *sink, const char *record, size_t length);

/*
 * The same for a record that must not be lost: where the target cannot be had, which has
 * then been said on stderr, it goes there too.
 */
bool sink_write_urgent(struct sink *sink, const char *record, size_t length);

#endif
