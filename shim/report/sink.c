/* SPDX-License-Identifier: MIT
 *
 * Which descriptor a record goes to, and what happens when it does not get
 * there.  No record is worth a host that stops: everything here is bounded, and
 * what fails is dropped and counted.  Called by both front ends.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/sink.h"
#include "report/sink_io.h"

#define SYSLOG_ADDRESS "/dev/log"

/* How often, and for how long each, a thread waits for another's record. */
#define TURNS_MAX 500
#define TURN_NS	  1000000

struct named_kind {
	char name[16];
	enum sink_kind kind;
	int fd;
};

static const struct named_kind named_kinds[] = {
	{"stderr", SINK_STDERR, STDERR_FILENO},
	{"/dev/stderr", SINK_STDERR, STDERR_FILENO},
	{"stdout", SINK_STDOUT, STDOUT_FILENO},
	{"/dev/stdout", SINK_STDOUT, STDOUT_FILENO},
	{"syslog", SINK_SYSLOG, -1},
};

/* The N of "fd:N", or -1. */
static int parse_descriptor(const char *digits)
{
	int value = 0;

	if (!*digits)
		return -1;
	for (; *digits; digits++) {
		if (*digits < '0' || *digits > '9' || value > (INT_MAX - 9) / 10)
			return -1;
		value = value * 10 + (*digits - '0');
	}
	return value;
}

static bool has_process_id(const char *pattern)
{
	for (; *pattern; pattern++) {
		if (pattern[0] != '%' || !pattern[1])
			continue;
		if (*++pattern == 'p')
			return true;
	}
	return false;
}

static bool set_file(struct sink *sink, const char *path)
{
	size_t length = strlen(path);

	if (!length || length >= sizeof(sink->path))
		return false;
	memcpy(sink->path, path, length + 1);
	sink->kind = SINK_FILE;
	sink->fd = -1;
	sink->per_process = has_process_id(path);
	return true;
}

static bool set_target(struct sink *sink, const char *specification)
{
	for (size_t i = 0; i < sizeof(named_kinds) / sizeof(named_kinds[0]); i++) {
		if (strcmp(specification, named_kinds[i].name) == 0) {
			sink->kind = named_kinds[i].kind;
			sink->fd = named_kinds[i].fd;
			return true;
		}
	}
	if (strncmp(specification, "fd:", 3) == 0) {
		int fd = parse_descriptor(specification + 3);

		if (fd < 0)
			return false;
		sink->kind = SINK_FD;
		sink->fd = fd;
		return true;
	}
	return set_file(sink, specification);
}

/* Remembers what SINK's descriptor stands for, to know it again. */
static bool remember(struct sink *sink)
{
	struct sink_identity identity;

	if (!sink_identify(sink->fd, &identity))
		return false;
	sink->device = identity.device;
	sink->inode = identity.inode;
	sink->has_identity = true;
	return true;
}

bool sink_set(struct sink *sink, const char *specification)
{
	struct sink_identity identity;
	bool valid;

	memset(sink, 0, sizeof(*sink));
	sink->stderr_open = sink_identify(STDERR_FILENO, &identity);
	sink->fd = STDERR_FILENO;
	valid = set_target(sink, specification);
	/* closed already: whatever gets this number later is another's file */
	if (sink->fd >= 0 && !sink_identify(sink->fd, &identity))
		sink->fd = -1;
	if (sink->kind == SINK_FD)
		remember(sink);
	return valid;
}

/* Has the host closed the descriptor, and perhaps opened another file as it? */
static bool is_taken_away(const struct sink *sink)
{
	struct sink_identity now;

	if (!sink->has_identity)
		return false;
	return !sink_identify(sink->fd, &now) || now.device != sink->device ||
	       now.inode != sink->inode;
}

static void complain(struct sink *sink, const char *verb, const char *target, int error)
{
	if (sink->complained || sink->kind == SINK_STDERR || !sink->stderr_open)
		return;
	sink->complained = true;
	sink_complain(verb, target, error);
}

/* The target's name as a person would write it. */
static const char *target_name(const struct sink *sink)
{
	switch (sink->kind) {
	case SINK_STDERR:
		return "stderr";
	case SINK_STDOUT:
		return "stdout";
	case SINK_FD:
		return "descriptor (fd:N)";
	case SINK_SYSLOG:
		return SYSLOG_ADDRESS;
	case SINK_FILE:
		break;
	}
	return sink->path;
}

static void open_sink(struct sink *sink)
{
	char path[2048];

	errno = ENAMETOOLONG;
	sink->fd =
		sink_expand(sink->path, path, sizeof(path)) ? sink_open_file(path) : -1;
	if (sink->fd < 0) {
		complain(sink, "opened", path, errno);
		return;
	}
	sink->owner_pid = getpid();
	remember(sink);
}

/* The descriptor to write to now; -1: none, and that has been said. */
static int current_descriptor(struct sink *sink)
{
	if (sink->fd >= 0 && is_taken_away(sink))
		sink->fd = -1;
	if (sink->kind != SINK_FILE) {
		if (sink->fd < 0)
			complain(sink, "written", target_name(sink), EBADF);
		return sink->fd;
	}
	if (sink->fd >= 0 && sink->per_process && sink->owner_pid != getpid()) {
		close(sink->fd);
		sink->fd = -1;
		sink->torn = false;
	}
	if (sink->fd < 0)
		open_sink(sink);
	return sink->fd;
}

static bool put_record(struct sink *sink, int fd, const char *record, size_t length)
{
	int patience_ms = sink->stuck ? 0 : SINK_PATIENCE_MS;
	size_t written;
	int error;

	if (sink->torn && sink_transfer(fd, "\n", 1, patience_ms) != 1)
		return false;
	written = sink_transfer(fd, record, length, patience_ms);
	error = errno;
	sink->torn = written > 0 && written < length;
	sink->stuck = written < length && error == EAGAIN;
	if (written < length && !sink->stuck)
		complain(sink, "written", target_name(sink), error);
	return written == length;
}

static bool put_to_syslog(struct sink *sink, const char *record, size_t length)
{
	if (sink_syslog(SYSLOG_ADDRESS, record, length))
		return true;
	if (errno != EAGAIN)
		complain(sink, "written", SYSLOG_ADDRESS, errno);
	return false;
}

/*
 * Lets one thread in.  The mark is the process's id, so that a fork child knows
 * a mark whose owner did not come along, and takes it over.
 */
static bool enter(struct sink *sink)
{
	static const struct timespec turn = {.tv_nsec = TURN_NS};
	int self = getpid();

	for (int i = 0; i < TURNS_MAX; i++) {
		int seen = __atomic_load_n(&sink->busy, __ATOMIC_RELAXED);

		if (seen != self &&
		    __atomic_compare_exchange_n(&sink->busy, &seen, self, false,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
		nanosleep(&turn, NULL);
	}
	return false;
}

static bool write_alone(struct sink *sink, const char *record, size_t length)
{
	int fd;

	if (sink->kind == SINK_SYSLOG)
		return put_to_syslog(sink, record, length);
	fd = current_descriptor(sink);
	return fd >= 0 && put_record(sink, fd, record, length);
}

/* Whoever has read that the target cannot be had looks for its records there. */
static bool put_to_stderr(const struct sink *sink, const char *record, size_t length)
{
	return sink->complained &&
	       sink_transfer(STDERR_FILENO, record, length, SINK_PATIENCE_MS) == length;
}

static bool write_record(struct sink *sink, const char *record, size_t length,
			 bool urgent)
{
	int saved_errno = errno;
	bool written = false;

	if (enter(sink)) {
		written = write_alone(sink, record, length);
		if (!written && urgent)
			written = put_to_stderr(sink, record, length);
		__atomic_store_n(&sink->busy, 0, __ATOMIC_RELEASE);
	}
	if (!written)
		__atomic_fetch_add(&sink->dropped, 1, __ATOMIC_RELAXED);
	errno = saved_errno;
	return written;
}

bool sink_write(struct sink *sink, const char *record, size_t length)
{
	return write_record(sink, record, length, false);
}

bool sink_write_urgent(struct sink *sink, const char *record, size_t length)
{
	return write_record(sink, record, length, true);
}
