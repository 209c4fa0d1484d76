/* SPDX-License-Identifier: MIT
 *
 * Piecewise reading of a file into a reserved region, or a view of memory.
 * Never maps the file and never reads a block twice.  System calls go by number
 * where the C library's name for them is newer than the oldest one served
 * (fstat: glibc 2.33).  Called by elf/ for every byte, and by the front ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/source.h"
#include "base/span.h"

/*
 * Tables are read in pieces of a few dozen bytes that lie far apart, code in
 * runs of a few hundred: larger blocks read what is not needed, smaller ones
 * take more system calls.  Headers, imports, eight functions and thirty
 * pointers of each of 856 extensions of scipy, pandas and scikit-learn, median:
 *   512 bytes: 34 KiB, 66 reads, 108 us      2048: 60 KiB, 29 reads, 91 us
 *   1024:      43 KiB, 43 reads,  98 us      4096: 80 KiB, 20 reads, 88 us
 */
#define BLOCK_SIZE 1024u

/* Memory is given back in pieces of this many blocks: a page of any machine's. */
#define FORGET_BLOCKS 64u

/* From this length on a region may be backed by huge pages, zeroed whole. */
#define HUGE_PAGE_LEAST (1u << 20)

/* The layout that the kernel fills in is the C library's on 64-bit machines. */
static bool stat_file(int fd, struct stat *status)
{
	return syscall(SYS_fstat, fd, status) == 0;
}

static int open_file(const char *path)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static enum npabi_status reserve_region(struct npabi_source *source)
{
	uint64_t blocks = (source->size - 1) / BLOCK_SIZE + 1;
	uint64_t length = blocks * BLOCK_SIZE + blocks / 8 + 1;
	void *region;

	if (source->size > INT64_MAX / 2)
		return NPABI_NO_MEMORY;
	region = mmap(NULL, length, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (region == MAP_FAILED)
		return NPABI_NO_MEMORY;
	if (length >= HUGE_PAGE_LEAST)
		madvise(region, length, MADV_NOHUGEPAGE);
	source->bytes = region;
	source->loaded = source->bytes + blocks * BLOCK_SIZE;
	source->reserved = length;
	return NPABI_OK;
}

static enum npabi_status open_region(struct npabi_source *source)
{
	struct stat status;

	if (!stat_file(source->fd, &status))
		return NPABI_CANNOT_OPEN;
	if (!S_ISREG(status.st_mode))
		return NPABI_NOT_A_FILE;
	if (status.st_size <= 0)
		return NPABI_EMPTY;
	source->size = (uint64_t)status.st_size;
	source->changed_seconds = status.st_mtim.tv_sec;
	source->changed_fraction = status.st_mtim.tv_nsec;
	return reserve_region(source);
}

enum npabi_status npabi_source_open(struct npabi_source *source, const char *path)
{
	enum npabi_status result;
	int saved;

	memset(source, 0, sizeof(*source));
	source->fd = open_file(path);
	if (source->fd < 0) /* a socket cannot be opened: ENXIO */
		return errno == ENXIO ? NPABI_NOT_A_FILE : NPABI_CANNOT_OPEN;
	result = open_region(source);
	if (result != NPABI_OK) {
		saved = errno;
		close(source->fd);
		errno = saved;
		source->fd = -1;
	}
	return result;
}

void npabi_source_from_memory(struct npabi_source *source, const void *data, size_t size)
{
	memset(source, 0, sizeof(*source));
	source->bytes =
		(uint8_t *)(uintptr_t)data; /* is not written to: loaded is NULL */
	source->size = size;
	source->fd = -1;
}

static bool is_loaded(const struct npabi_source *source, uint64_t block)
{
	return source->loaded[block / 8] & (1u << (block % 8));
}

static void mark_loaded(struct npabi_source *source, uint64_t first, uint64_t end)
{
	for (uint64_t block = first; block < end; block++)
		source->loaded[block / 8] |= (uint8_t)(1u << (block % 8));
}

/* Reads the blocks FIRST up to END, the last of which may be a short one. */
static bool read_blocks(struct npabi_source *source, uint64_t first, uint64_t end)
{
	uint64_t offset = first * BLOCK_SIZE;
	uint64_t limit = end * BLOCK_SIZE;
	ssize_t got;

	if (limit > source->size)
		limit = source->size;
	while (offset < limit) {
		got = pread(source->fd, source->bytes + offset, limit - offset,
			    (off_t)offset);
		source->read_calls++;
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) /* an error, or the file has become shorter */
			return false;
		offset += (uint64_t)got;
		source->bytes_read += (uint64_t)got;
	}
	mark_loaded(source, first, end);
	return true;
}

/* Sees to it that the blocks FIRST up to END are there, one read for each gap. */
static bool load_blocks(struct npabi_source *source, uint64_t first, uint64_t end)
{
	uint64_t gap_end;

	while (first < end) {
		if (is_loaded(source, first)) {
			first++;
			continue;
		}
		gap_end = first + 1;
		while (gap_end < end && !is_loaded(source, gap_end))
			gap_end++;
		if (!read_blocks(source, first, gap_end))
			return false;
		first = gap_end;
	}
	return true;
}

const uint8_t *npabi_source_view(struct npabi_source *source, uint64_t offset,
				 size_t length)
{
	if (!npabi_range_valid(offset, length, source->size))
		return NULL;
	if (source->loaded && length &&
	    !load_blocks(source, offset / BLOCK_SIZE,
			 (offset + length - 1) / BLOCK_SIZE + 1))
		return NULL;
	return source->bytes + offset;
}

void npabi_source_forget(struct npabi_source *source, uint64_t offset, uint64_t length)
{
	const uint64_t piece = FORGET_BLOCKS * BLOCK_SIZE;
	uint64_t first, end;

	if (!source->loaded || !npabi_range_valid(offset, length, source->size))
		return;
	first = (offset + piece - 1) / piece;
	end = (offset + length) / piece;
	if (first >= end)
		return;
	if (madvise(source->bytes + first * piece, (end - first) * piece,
		    MADV_DONTNEED) != 0)
		return;
	memset(source->loaded + first * FORGET_BLOCKS / 8, 0,
	       (end - first) * FORGET_BLOCKS / 8);
}

bool npabi_source_changed(const struct npabi_source *source)
{
	struct stat status;

	if (source->fd < 0)
		return false;
	return !stat_file(source->fd, &status) ||
	       (uint64_t)status.st_size != source->size ||
	       status.st_mtim.tv_sec != source->changed_seconds ||
	       status.st_mtim.tv_nsec != source->changed_fraction;
}

void npabi_source_close(struct npabi_source *source)
{
	if (source->reserved) {
		munmap(source->bytes, source->reserved);
		close(source->fd);
	}
	memset(source, 0, sizeof(*source));
	source->fd = -1;
}
