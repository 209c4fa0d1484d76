/* SPDX-License-Identifier: MIT
 *
 * A host with two interpreters that do not know of each other: loads two
 * libpythons RTLD_LOCAL and runs the same program in the one, the other, and both
 * again.  Usage: two_pythons PROGRAM LIBPYTHON HOME LIBPYTHON HOME.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static void *start(const char *library, const char *home)
{
	void *python = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	wchar_t *wide = calloc(4096, sizeof(*wide));

	if (!python) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	mbstowcs(wide, home, 4095);
	((void (*)(const wchar_t *))dlsym(python, "Py_SetPythonHome"))(wide);
	((void (*)(void))dlsym(python, "Py_Initialize"))();
	return python;
}

static void run(void *python, const char *program)
{
	int failed =
		((int (*)(const char *))dlsym(python, "PyRun_SimpleString"))(program);

	printf("%d\n", failed);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	void *one, *other;

	if (argc != 6)
		return 2;
	one = start(argv[2], argv[3]);
	run(one, argv[1]);
	other = start(argv[4], argv[5]);
	run(other, argv[1]);
	run(one, argv[1]);
	run(other, argv[1]);
	return 0;
}
