/* SPDX-License-Identifier: MIT
 *
 * Runs the compiler and binutils.  A command that cannot be started fails the
 * test that asked.
 */
#include <check.h>
#include <stdarg.h>
#include <stdlib.h>

#include "support/toolchain.h"

#define COMMAND_MAX 2048

const struct link_way link_ways[LINK_WAYS] = {
	{"plain.so", ""},
	{"now.so", "-Wl,-z,relro,-z,now"},
	{"lazy.so", "-Wl,-z,lazy"},
	{"symbolic.so", "-Wl,-Bsymbolic"},
	{"unsorted.so", "-Wl,-z,nocombreloc"},
	{"stripped.so", "-s"},
	/* a linker that does not know this only warns */
	[LINK_PACKED] = {"packed.so", "-Wl,--fatal-warnings,-z,pack-relative-relocs"},
	{"gold.so", "-fuse-ld=gold"},
	{"lld.so", "-fuse-ld=lld"},
	{"lld-packed.so", "-fuse-ld=lld -Wl,--pack-dyn-relocs=relr"},
};

const char *build_object_with(const char *compiler, const struct temp_dir *dir,
			      const char *name, const char *flags, const char *source)
{
	const char *path = temp_path(dir, name);
	char command[COMMAND_MAX];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s - -shared -fPIC %s -o %s 2>/dev/null",
		 compiler, flags, path);
	pipe = popen(command, "w");
	ck_assert_ptr_nonnull(pipe);
	fputs(source, pipe);
	return pclose(pipe) == 0 ? path : NULL;
}

const char *build_object(const struct temp_dir *dir, const char *name, const char *flags,
			 const char *source)
{
	const char *compiler = getenv("CC");
	char command[COMMAND_MAX / 2];

	if (!compiler || !*compiler)
		compiler = "cc";
	snprintf(command, sizeof(command), "%s -x c", compiler);
	return build_object_with(command, dir, name, flags, source);
}

FILE *tool_output(const char *format, ...)
{
	char command[COMMAND_MAX];
	va_list args;
	FILE *pipe;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	return pipe;
}
