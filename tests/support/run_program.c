/* SPDX-License-Identifier: MIT
 *
 * Programs as tests see them.  Output goes through unnamed files and not through
 * pipes, so that a program that says much cannot wait for a reader.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run_program.h"

static int open_unnamed(void)
{
	char name[] = "/tmp/npabi-output-XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	unlink(name);
	return fd;
}

static char *read_back(int fd)
{
	char *text = malloc(PROGRAM_OUTPUT_MAX);
	ssize_t length;

	ck_assert_ptr_nonnull(text);
	length = pread(fd, text, PROGRAM_OUTPUT_MAX - 1, 0);
	ck_assert_int_ge(length, 0);
	text[length] = '\0';
	close(fd);
	return text;
}

static void become(const char *const *argv, int output, int errors)
{
	int input = open("/dev/null", O_RDONLY);

	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

void run_program(const char *const *argv, struct program_result *result)
{
	int output = open_unnamed(), errors = open_unnamed();
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		become(argv, output, errors);
	while (waitpid(child, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	result->exit_code =
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	result->output = read_back(output);
	result->errors = read_back(errors);
}

void program_result_free(struct program_result *result)
{
	free(result->output);
	free(result->errors);
}

void run_shell(const char *command, struct program_result *result)
{
	const char *argv[] = {"sh", "-c", command, NULL};

	run_program(argv, result);
}

const char *built_program(const char *name)
{
	static char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 64);
	char *slash;

	/* no assertions: suites ask this before any test runs */
	path[length > 0 ? length : 0] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash ? slash + 1 : path, 63, "%s", name);
	return path;
}
