/* SPDX-License-Identifier: MIT
 *
 * Running Python to make wheels.  Called by the suites of the command.
 */
#include <check.h>
#include <stdio.h>

#include "support/python_finds.h"
#include "support/wheels.h"

static const char preface[] =
	"import os, struct, sys, warnings, zipfile\n"
	"warnings.simplefilter('ignore')\n" /* of names that are there twice */
	"os.chdir(sys.argv[1])\n"
	"def pack(file, members, method=zipfile.ZIP_DEFLATED):\n"
	"    pairs = members.items() if isinstance(members, dict) else members\n"
	"    with zipfile.ZipFile(file, 'w', method) as packed:\n"
	"        for name, content in pairs:\n"
	"            packed.writestr(name, content)\n"
	"def metadata(name, version):\n"
	"    return f'Metadata-Version: 2.1\\nName: {name}\\nVersion: "
	"{version}\\n\\nText\\n'\n"
	"def patch(file, old, new):\n"
	"    content = open(file, 'rb').read()\n"
	"    assert old in content\n"
	"    open(file, 'wb').write(content.replace(old, new))\n";

void run_python(const struct temp_dir *dir, const char *code)
{
	char program[8192];

	snprintf(program, sizeof(program), "%s%s", preface, code);
	python_runs(dir->path, program);
}
