/* SPDX-License-Identifier: MIT
 *
 * Where the compiler has no libFuzzer: runs a fuzz target on changed copies of
 * the files in the folders that are named, for -max_total_time=SECONDS.  The
 * input at hand lies in the file PREFIXcurrent (-artifact_prefix=PREFIX), and
 * stays there when the target dies of it.  Other options are passed over.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "support/mutate.h"

#define FILES_MAX 4096
#define SIZE_MAX_ (1 << 20) /* larger files are passed over */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

struct input {
	uint8_t *bytes;
	size_t size;
};

static struct input inputs[FILES_MAX];
static size_t input_count;
static uint32_t blind_seed;

/* What a target's own mutator calls for a blind change. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room)
{
	(void)room;
	blind_seed = blind_seed * 1664525 + 1013904223;
	if (size)
		data[(blind_seed >> 8) % size] = (uint8_t)(blind_seed >> 24);
	return size;
}

static void read_input(const char *path)
{
	FILE *file = fopen(path, "r");
	struct input *input = &inputs[input_count];

	if (!file || input_count == FILES_MAX)
		return;
	input->bytes = malloc(SIZE_MAX_);
	input->size = input->bytes ? fread(input->bytes, 1, SIZE_MAX_, file) : 0;
	fclose(file);
	if (input->size && input->size < SIZE_MAX_)
		input_count++;
	else
		free(input->bytes);
}

static void read_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	char path[4096];

	while (entries && (entry = readdir(entries))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			read_input(path);
	}
	if (entries)
		closedir(entries);
}

/* A file of the most that an input has, mapped: what is in it outlives us. */
static uint8_t *map_current(const char *prefix, char *path_, size_t size)
{
	FILE *file;
	void *bytes;

	snprintf(path_, size, "%scurrent", prefix);
	file = fopen(path_, "w+");
	if (!file || ftruncate(fileno(file), SIZE_MAX_) != 0)
		return NULL;
	bytes = mmap(NULL, SIZE_MAX_, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file),
		     0);
	fclose(file);
	return bytes == MAP_FAILED ? NULL : bytes;
}

/* A changed copy of a random input, in memory of its own so that bounds show. */
static void run_once(uint8_t *current, const char *path, uint32_t *seed)
{
	const struct input *input;
	uint8_t *copy;

	*seed = *seed * 1664525 + 1013904223;
	input = &inputs[(*seed >> 8) % input_count];
	copy = malloc(input->size);
	if (!copy)
		exit(EXIT_FAILURE);
	memcpy(copy, input->bytes, input->size);
	mutate_object(copy, input->size, seed);
	memcpy(current, copy, input->size);
	if (truncate(path, (off_t)input->size) != 0)
		exit(EXIT_FAILURE);
	LLVMFuzzerTestOneInput(copy, input->size);
	if (truncate(path, SIZE_MAX_) != 0)
		exit(EXIT_FAILURE);
	free(copy);
}

int main(int argc, char **argv)
{
	const char *prefix = "";
	char path[4096];
	uint32_t seed = 1;
	uint64_t runs = 0;
	time_t end = time(NULL) + 60;
	uint8_t *current;

	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "-max_total_time=", 16))
			end = time(NULL) + atol(argv[i] + 16);
		else if (!strncmp(argv[i], "-artifact_prefix=", 17))
			prefix = argv[i] + 17;
		else if (argv[i][0] != '-')
			read_folder(argv[i]);
	}
	current = map_current(prefix, path, sizeof(path));
	if (!input_count || !current) {
		fprintf(stderr, "%s: no inputs, or no place for the one at hand\n",
			argv[0]);
		return EXIT_FAILURE;
	}
	for (; time(NULL) < end; runs++)
		run_once(current, path, &seed);
	unlink(path);
	fprintf(stderr, "stat::number_of_executed_units: %llu\n",
		(unsigned long long)runs);
	return EXIT_SUCCESS;
}
