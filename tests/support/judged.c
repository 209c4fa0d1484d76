/* SPDX-License-Identifier: MIT
 *
 * Sizes as headers of NumPy 1.26 have them on LP64; __basicsize__ in NumPy 2.0.2 is 88
 * for numpy.dtype and 816 for numpy.broadcast.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/fake_checks.h"
#include "support/fake_numpy.h"
#include "support/judged.h"
#include "support/npabi_command.h"
#include "support/reading.h"
#include "support/toolchain.h"

const char judged_error[] =
	"ValueError: numpy.dtype size changed, may indicate binary incompatibility. "
	"Expected 96 from C header, got 88 from PyObject";

static const struct fake_check checks[] = {
	[VERDICT_WARN] = {"numpy", "broadcast", 560, 8, FACTS_POLICY_WARN},
	[VERDICT_ERROR] = {"numpy", "dtype", 96, 8, FACTS_POLICY_IGNORE},
};

static const char with_check[] = "object *kept[9]; object *PyInit_checks(void) {\n"
				 "if (make_checks(kept)) return 0; return kept[0]; }\n";

static const char ignores[] =
	"extern void PyErr_Clear(void);\n"
	"extern object *PyModule_Create2(struct definition *, int);\n"
	"static struct definition module;\n"
	"object *PyInit_ignores(void) { object *m = PyModule_Create2(&module, 1013);\n"
	"if (m && import_array() < 0) PyErr_Clear(); return m; }\n";

static const char never_asks[] =
	"object *table; object *PyInit_never_asks(void) { object *m, *c;\n"
	"m = PyImport_ImportModule(\"numpy.core._multiarray_umath\"); if (!m) return 0;\n"
	"c = PyObject_GetAttrString(m, \"_ARRAY_API\"); if (!c) return 0;\n"
	"table = PyCapsule_GetPointer(c, 0); return m; }\n";

static void write_source(char *source, enum verdict_kind kind)
{
	strcpy(source, fake_python);
	switch (kind) {
	case VERDICT_WARN:
	case VERDICT_ERROR:
		strcat(source, fake_checkers);
		fake_checks_write(source, FAKE_0_29_37, "make_checks", &checks[kind], 1);
		strcat(source, with_check);
		break;
	case VERDICT_UNSAFE:
		fake_import_array_write(source, FAKE_SOURCE_MAX, "import_array",
					&fake_headers[3]);
		strcat(source, ignores);
		break;
	default:
		strcat(source, never_asks);
		break;
	}
}

void judged_build(const char *name, enum verdict_kind kind)
{
	static char source[FAKE_SOURCE_MAX];
	char path[TEMP_PATH_MAX];
	const char *built;

	write_source(source, kind);
	built = build_object(&command_dir, "judged.so", "-O2 -DHOW=", source);
	ck_assert_ptr_nonnull(built);
	snprintf(path, sizeof(path), "%s", built);
	temp_file(&command_dir, name, "");
	ck_assert_int_eq(rename(path, temp_path(&command_dir, name)), 0);
}
