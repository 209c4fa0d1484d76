/* SPDX-License-Identifier: MIT
 *
 * Bytes into a descriptor that belongs to somebody else.  Its flags are shared
 * with other processes and must stay as they are, so that a pipe or terminal is
 * opened once more for the one write, without blocking; and the signals that a
 * write can raise are held back in this thread and taken away again.  Called by
 * sink.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "report/sink_io.h"

/* What fits into a pipe that poll(2) calls writable, without blocking. */
#define PIPE_STEP 4096

/* How the bytes get to one descriptor. */
struct channel {
	int fd;
	bool is_socket;
	bool may_block; /* ask poll(2) before each step, and take small ones */
	bool is_ours;	/* opened for this record, to be closed after it */
};

/* fstat(2) by number: the function's symbol is too new for old systems. */
static bool read_stat(int fd, struct stat *st)
{
	return syscall(SYS_fstat, fd, st) == 0;
}

bool sink_identify(int fd, struct sink_identity *identity_)
{
	struct stat st;

	if (fd < 0 || !read_stat(fd, &st))
		return false;
	identity_->device = st.st_dev;
	identity_->inode = st.st_ino;
	return true;
}

static bool is_nonblocking(int fd)
{
	long flags = syscall(SYS_fcntl, fd, F_GETFL);

	return flags >= 0 && (flags & O_NONBLOCK);
}

/*
 * A second way to the same pipe or terminal, which does not block.  It must not
 * stay open: the reader would never see the end.  -1 without /proc, or where
 * the host has dropped the right to open it.
 */
static int open_again(int fd)
{
	char name[32];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, name, sizeof(name));
	npabi_textbuf_string(&buf, "/proc/self/fd/");
	npabi_textbuf_unsigned(&buf, (uint64_t)fd);
	return open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static struct channel open_channel(int fd)
{
	struct channel channel = {.fd = fd};
	struct stat st;
	int again;

	if (!read_stat(fd, &st))
		return channel; /* the write will say why */
	channel.is_socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !(S_ISCHR(st.st_mode) && isatty(fd)))
		return channel;
	if (is_nonblocking(fd))
		return channel;
	again = open_again(fd);
	channel.is_ours = again >= 0;
	channel.may_block = again < 0;
	channel.fd = again >= 0 ? again : fd;
	return channel;
}

static int64_t clock_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Waits until FD takes bytes or DEADLINE has passed. */
static bool wait_for_room(int fd, int64_t deadline)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
	int ready;

	do {
		int64_t left = deadline - clock_ms();

		ready = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

static ssize_t write_step(const struct channel *channel, const char *bytes, size_t length)
{
	if (channel->is_socket)
		return send(channel->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (channel->may_block && length > PIPE_STEP)
		length = PIPE_STEP;
	return write(channel->fd, bytes, length);
}

static size_t write_all(const struct channel *channel, const char *bytes, size_t length,
			int patience_ms)
{
	int64_t deadline = clock_ms() + patience_ms;
	bool ask_first = channel->may_block;
	size_t done = 0;

	errno = 0;
	while (done < length) {
		ssize_t step;

		if (ask_first && !wait_for_room(channel->fd, deadline)) {
			errno = EAGAIN;
			break;
		}
		step = write_step(channel, bytes + done, length - done);
		if (step > 0) {
			done += (size_t)step;
			continue;
		}
		if (step < 0 && errno == EINTR)
			continue;
		if (step == 0 || errno != EAGAIN)
			break;
		ask_first = true;
	}
	return done;
}

/* Takes SIGNAL from the thread's pending ones, unless it was there BEFORE. */
static void take_signal(int signal_number, const sigset_t *before)
{
	static const struct timespec no_time;
	sigset_t one;

	if (sigismember(before, signal_number))
		return;
	sigemptyset(&one);
	sigaddset(&one, signal_number);
	while (sigtimedwait(&one, NULL, &no_time) < 0 && errno == EINTR)
		;
}

size_t sink_transfer(int fd, const char *bytes, size_t length, int patience_ms)
{
	struct channel channel = open_channel(fd);
	sigset_t held, mask, before;
	size_t written;
	int error;

	sigemptyset(&held);
	sigaddset(&held, SIGPIPE);
	sigaddset(&held, SIGXFSZ);
	/* in Linux this is the thread's own mask; pthread_sigmask is too new */
	sigprocmask(SIG_BLOCK, &held, &mask);
	sigemptyset(&before);
	sigpending(&before);
	written = write_all(&channel, bytes, length, patience_ms);
	error = errno;
	if (written < length && error == EPIPE)
		take_signal(SIGPIPE, &before);
	if (written < length && error == EFBIG)
		take_signal(SIGXFSZ, &before);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (channel.is_ours)
		close(channel.fd);
	errno = error;
	return written;
}
