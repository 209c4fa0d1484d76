/* SPDX-License-Identifier: MIT
 *
 * A host that loads a libpython, runs a program in it, unloads it, and does so
 * again and again.  Usage: reload LIBPYTHON HOME PROGRAM TIMES.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int main(int argc, char **argv)
{
	static wchar_t home[4096];
	void *python;

	if (argc != 5)
		return 2;
	mbstowcs(home, argv[2], 4095);
	for (int i = 0; i < atoi(argv[4]); i++) {
		python = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		if (!python) {
			fprintf(stderr, "%s\n", dlerror());
			return 2;
		}
		((void (*)(const wchar_t *))dlsym(python, "Py_SetPythonHome"))(home);
		((void (*)(void))dlsym(python, "Py_Initialize"))();
		((int (*)(const char *))dlsym(python, "PyRun_SimpleString"))(argv[3]);
		((int (*)(void))dlsym(python, "Py_FinalizeEx"))();
		dlclose(python);
	}
	return 0;
}
