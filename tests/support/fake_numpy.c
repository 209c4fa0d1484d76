/* SPDX-License-Identifier: MIT
 *
 * One row a line of NumPy.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/fake_numpy.h"

#define OLD_WORDS "module compiled against API version %s but this version of numpy is %s"
#define SECTION                                                                          \
	" . Check the section C-API incompatibility at the Troubleshooting ImportError " \
	"section"
#define NEW_WORDS(release)                                                   \
	"module was compiled against NumPy C-API version %s (NumPy " release \
	") but the running NumPy has C-API version %s." SECTION

const struct fake_header fake_headers[] = {
	{"1.9", {"numpy.core.multiarray", ""}, 0x1000009, 0x9, "%x", OLD_WORDS, true},
	{"1.13", {"numpy.core.multiarray", ""}, 0x1000009, 0xb, "0x%x", OLD_WORDS, true},
	{"1.16",
	 {"numpy.core._multiarray_umath", ""},
	 0x1000009,
	 0xd,
	 "0x%x",
	 OLD_WORDS,
	 true},
	{"1.24",
	 {"numpy.core._multiarray_umath", ""},
	 0x1000009,
	 0x10,
	 "0x%x",
	 OLD_WORDS SECTION,
	 true},
	{"1.26.4",
	 {"numpy.core._multiarray_umath", ""},
	 0x1000009,
	 0xd,
	 "0x%x",
	 OLD_WORDS SECTION,
	 false},
	{"2.2",
	 {"numpy._core._multiarray_umath", "numpy.core._multiarray_umath"},
	 0x2000000,
	 0xe,
	 "0x%x",
	 NEW_WORDS("1.20"),
	 false},
};
const int fake_header_count = sizeof(fake_headers) / sizeof(fake_headers[0]);

/* Table slots 0 and 211: the versions of the NumPy that runs. */
static const char form[] =
	"int %s(void) { object *m, *c; void **table; unsigned (*abi)(void), "
	"(*api)(void);\n"
	"m = PyImport_ImportModule(\"%s\");\n"
	"if (!m && *\"%s\") m = PyImport_ImportModule(\"%s\");\n"
	"if (!m) return -1;\n"
	"c = PyObject_GetAttrString(m, \"_ARRAY_API\"); drop(m);\n"
	"if (!c) { %s return -1; }\n"
	"if (c->kind != &PyCapsule_Type) {\n"
	"PyErr_SetString(PyExc_RuntimeError, \"_ARRAY_API is not PyCapsule object\");\n"
	"drop(c); return -1; }\n"
	"table = PyCapsule_GetPointer(c, NULL); drop(c);\n"
	"if (!table) { PyErr_SetString(PyExc_RuntimeError, \"_ARRAY_API is NULL "
	"pointer\");\n"
	"return -1; }\n"
	"abi = (unsigned (*)(void))table[0]; api = (unsigned (*)(void))table[211];\n"
	"if (0x%x %s abi()) { PyErr_Format(PyExc_RuntimeError,\n"
	"\"module compiled against ABI version %s but this version of numpy is %s\",\n"
	"0x%x, abi()); return -1; }\n"
	"if (0x%x > api()) { PyErr_Format(PyExc_RuntimeError, \"%s\", 0x%x, api());\n"
	"return -1; }\nreturn 0; }\n";

void fake_import_array_write(char *source, size_t size, const char *name,
			     const struct fake_header *header)
{
	char function[3000], words[500];

	snprintf(words, sizeof(words), header->api_words, header->number, header->number);
	snprintf(
		function, sizeof(function), form, name, header->modules[0],
		header->modules[1], header->modules[1],
		header->overwrites_error
			? "PyErr_SetString(PyExc_RuntimeError, \"_ARRAY_API not found\");"
			: "",
		header->abi, header->abi < 0x2000000 ? "!=" : "<", header->number,
		header->number, header->abi, header->api, words, header->api);
	ck_assert_uint_lt(strlen(source) + strlen(function), size);
	strcat(source, function);
}
