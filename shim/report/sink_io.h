/* SPDX-License-Identifier: MIT
 *
 * What sink.c is made of: putting bytes into a descriptor without ever waiting
 * for long, opening log files, and talking to the system log.
 */
#ifndef NPABI_REPORT_SINK_IO_H
#define NPABI_REPORT_SINK_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long one record may wait for room in a pipe, terminal or socket. */
#define SINK_PATIENCE_MS 200

struct sink_identity {
	uint64_t device, inode;
};

/*
 * Writes LENGTH bytes to FD and returns how many went out.  Where that is less,
 * errno says why: EAGAIN when there was no room within PATIENCE_MS.  Never
 * raises a signal and never blocks for longer, even on a blocking descriptor.
 */
size_t sink_transfer(int fd, const char *bytes, size_t length, int patience_ms);

/* What FD stands for now; false when it is not open. */
bool sink_identify(int fd, struct sink_identity *identity_);

/*
 * Replaces %p, %h and %% of PATTERN in PATH, of SIZE bytes; any other % stays.
 * False when it does not fit.
 */
bool sink_expand(const char *pattern, char *path, size_t size);

/* Opens the log file PATH for appending; its descriptor, or -1 with errno set. */
int sink_open_file(const char *path);

/*
 * Sends each line of RECORD as one datagram to the system log that listens at
 * ADDRESS, a socket path.  False with errno set when one could not be sent.
 */
bool sink_syslog(const char *address, const char *record, size_t length);

/* Says on stderr that the log at TARGET cannot be VERB (opened, written). */
void sink_complain(const char *verb, const char *target, int error);

#endif
