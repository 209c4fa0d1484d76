/* SPDX-License-Identifier: MIT
 *
 * A host that is not Python when it starts: loads the libpython that it is told
 * to, LOCAL or GLOBAL, runs a program in it, and exits with the program's status.
 * Usage: embed LIBPYTHON local|global PROGRAM.  Run by test_hosts.c.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	int (*run)(const char *program);
	void (*initialize)(void);
	int (*finalize)(void);
	void *python;
	int failed;

	if (argc != 4)
		return 2;
	python = dlopen(argv[1], RTLD_NOW | (strcmp(argv[2], "global") ? RTLD_LOCAL
								       : RTLD_GLOBAL));
	if (!python) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	initialize = (void (*)(void))dlsym(python, "Py_Initialize");
	run = (int (*)(const char *))dlsym(python, "PyRun_SimpleString");
	finalize = (int (*)(void))dlsym(python, "Py_FinalizeEx");
	if (!initialize || !run || !finalize)
		return 2;
	initialize();
	failed = run(argv[3]);
	return finalize() || failed ? 1 : 0;
}
