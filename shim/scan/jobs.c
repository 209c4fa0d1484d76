/* SPDX-License-Identifier: MIT
 *
 * Processes, not threads: they share nothing that could need a lock, and a file that
 * kills one takes no other with it.  Each takes the next file that nobody has, and
 * sends its readings through a pipe of its own; the caller's process takes them out in
 * the order of the files, so that a full pipe is what keeps a process from running far
 * ahead.  They are sent in pieces of some ten files: to wake the other process for each
 * costs a tenth of the time.  Called by scan.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scan/jobs.h"
#include "scan/transfer.h"

/* Room for the readings of some 200 extensions, which is the most that pipes may have. */
#define PIPE_SIZE (1 << 20)

/* What is read and written in one go. */
#define BUFFER_SIZE (1 << 16)

/* Instead of a worker's number, when that has died: of this file, or with its readings.
 */
#define DEADLY UINT16_MAX
#define LOST   (UINT16_MAX - 1)

struct worker {
	pid_t process;
	FILE *readings;		  /* NULL: it has ended */
	char buffer[BUFFER_SIZE]; /* of the stream, in either process */
};

struct pool {
	const struct jobs *jobs;
	size_t shared_size; /* of the next two */
	/* of each file the number of the worker that has it, from 1; shared by all */
	_Atomic uint16_t *claims;
	/* of each worker the file that it reads; shared by all */
	_Atomic size_t *current;
	struct worker *workers;
	unsigned count;
	struct transfer *transfer; /* too large for the stack */
};

/* --- in a worker ----------------------------------------------------------- */

static void send_reading(void *context, const struct reading *reading)
{
	if (!transfer_send(context, reading))
		_exit(EXIT_FAILURE);
}

static bool claim(struct pool *pool, size_t file, unsigned number)
{
	uint16_t nobody = 0;

	return atomic_compare_exchange_strong(&pool->claims[file], &nobody,
					      (uint16_t)number);
}

static _Noreturn void work(struct pool *pool, unsigned number, int fd)
{
	struct examiner *examiner = pool->jobs->examiner;
	const struct walk *walk = pool->jobs->walk;
	FILE *stream = fdopen(fd, "w");

	/* nobody would take what it sends */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!stream)
		_exit(EXIT_FAILURE);
	setvbuf(stream, pool->workers[number - 1].buffer, _IOFBF, BUFFER_SIZE);
	examiner->take = send_reading;
	examiner->context = stream;
	for (size_t i = 0; i < walk->count; i++) {
		if (walk->files[i].repeated || !claim(pool, i, number))
			continue;
		atomic_store(&pool->current[number - 1], i);
		examine_file(examiner, &walk->files[i]);
		/* what is in a wheel is not read again when it is lost */
		if (!transfer_send_end(stream) ||
		    (walk->files[i].is_wheel && fflush(stream) != 0))
			_exit(EXIT_FAILURE);
	}
	_exit(fflush(stream) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- in the caller's process ----------------------------------------------- */

/* Starts the worker with the number NUMBER. */
static bool start_worker(struct pool *pool, unsigned number)
{
	struct worker *worker = &pool->workers[number - 1];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE); /* else it has less room */
	worker->readings = fdopen(ends[0], "r");
	worker->process = worker->readings ? fork() : -1;
	if (worker->process == 0)
		work(pool, number, ends[1]);
	close(ends[1]);
	if (worker->process > 0) {
		setvbuf(worker->readings, worker->buffer, _IOFBF, BUFFER_SIZE);
		return true;
	}
	if (worker->readings)
		fclose(worker->readings);
	else
		close(ends[0]);
	worker->readings = NULL;
	return false;
}

static void end_worker(struct worker *worker)
{
	fclose(worker->readings);
	worker->readings = NULL;
	waitpid(worker->process, NULL, 0);
}

/*
 * Starts another worker in the place of one that has died.  From FIRST on, readings that
 * it had not sent yet are lost.
 */
static void replace_worker(struct pool *pool, unsigned number, size_t first)
{
	end_worker(&pool->workers[number - 1]);
	for (size_t i = first; i < pool->jobs->walk->count; i++) {
		if (pool->claims[i] == number)
			pool->claims[i] = i == pool->current[number - 1] ? DEADLY : LOST;
	}
	start_worker(pool, number); /* without it the others go on */
}

static bool is_any_left(const struct pool *pool)
{
	for (unsigned i = 0; i < pool->count; i++) {
		/* one that has ended is not waited for yet, so its number is its own */
		siginfo_t info = {.si_pid = 0};

		if (pool->workers[i].readings &&
		    waitid(P_PID, (id_t)pool->workers[i].process, &info,
			   WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid == 0)
			return true;
	}
	return false;
}

/*
 * The number of the worker that has FILE; 0: none has, nor will.  All files before it
 * are done, so that it is claimed already or about to be.
 */
static unsigned wait_for_claim(struct pool *pool, size_t file)
{
	const struct timespec moment = {.tv_nsec = 50000};
	bool left = true;

	while (!pool->claims[file] && left) {
		left = is_any_left(pool);
		nanosleep(&moment, NULL);
	}
	return pool->claims[file];
}

static void tell_unread(struct pool *pool, size_t file)
{
	const struct examiner *examiner = pool->jobs->examiner;
	struct reading *reading = &pool->transfer->reading;

	reading->kind = READING_UNREADABLE;
	reading->path = pool->jobs->walk->files[file].path;
	reading->wheel = 0;
	strcpy(reading->reason, "the process that read it has died");
	examiner->take(examiner->context, reading);
}

/* Takes over the readings of one file, in *COUNT_; false: not all, the worker is dead. */
static bool take_readings(struct pool *pool, struct worker *worker, unsigned *count_)
{
	const struct examiner *examiner = pool->jobs->examiner;
	enum transfer_result result = TRANSFER_BROKEN;

	*count_ = 0;
	while (worker->readings) {
		result = transfer_receive(worker->readings, pool->transfer);
		if (result != TRANSFER_READING)
			break;
		examiner->take(examiner->context, &pool->transfer->reading);
		(*count_)++;
	}
	return result == TRANSFER_END;
}

static void read_file(struct pool *pool, size_t file)
{
	examine_file(pool->jobs->examiner, &pool->jobs->walk->files[file]);
}

static void receive_file(struct pool *pool, size_t file)
{
	unsigned number, count;
	bool died_of_it;

	for (;;) {
		number = wait_for_claim(pool, file);
		if (number == 0 || number == DEADLY) {
			tell_unread(pool, file);
			return;
		}
		if (number == LOST) { /* it has done no harm */
			read_file(pool, file);
			return;
		}
		if (take_readings(pool, &pool->workers[number - 1], &count))
			return;
		died_of_it = pool->current[number - 1] == file;
		/* of another file than a wheel, one reading is all there is */
		replace_worker(pool, number, count && !died_of_it ? file + 1 : file);
		if (count && !died_of_it)
			return;
	}
}

/* Makes room for FILES files and WORKERS workers. */
static bool make_room(struct pool *pool, size_t files, unsigned workers)
{
	size_t size = workers * sizeof(*pool->current) + files * sizeof(*pool->claims);
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return false;
	pool->shared_size = size;
	pool->current = shared;
	pool->claims = (void *)(pool->current + workers);
	pool->workers = calloc(workers, sizeof(*pool->workers));
	pool->transfer = calloc(1, sizeof(*pool->transfer));
	return pool->workers && pool->transfer;
}

/* Starts as many workers as there are jobs and files for; false: none. */
static bool start_workers(struct pool *pool)
{
	size_t files = pool->jobs->walk->count;
	unsigned wanted = pool->jobs->count < files ? pool->jobs->count : (unsigned)files;

	if (wanted < 2 || !make_room(pool, files, wanted))
		return false;
	while (pool->count < wanted && start_worker(pool, pool->count + 1))
		pool->count++;
	return pool->count > 0;
}

static void stop_workers(struct pool *pool)
{
	for (unsigned i = 0; i < pool->count; i++) {
		if (pool->workers[i].readings)
			end_worker(&pool->workers[i]);
	}
	if (pool->shared_size)
		munmap((void *)pool->current, pool->shared_size);
	if (pool->transfer)
		transfer_close(pool->transfer);
	free(pool->transfer);
	free(pool->workers);
}

void jobs_run(const struct jobs *jobs)
{
	struct pool pool = {.jobs = jobs};
	void *context = jobs->examiner->context;
	bool shared = start_workers(&pool);

	for (size_t i = 0; i < jobs->walk->count; i++) {
		jobs->begin(context, i);
		if (!jobs->walk->files[i].repeated && shared)
			receive_file(&pool, i);
		else if (!jobs->walk->files[i].repeated)
			read_file(&pool, i);
		jobs->end(context);
	}
	stop_workers(&pool);
}
