/* SPDX-License-Identifier: MIT
 *
 * The rules: 0 error, 1 warn, 2 ignore, as in Cython 0.29 and later; before,
 * strict is 1 and lenient is 0.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/fake_checks.h"

#define OLD_WORDS "Expected %zd, got %zd"
#define CHANGED	  " size changed, may indicate binary incompatibility. "
#define HEADER	  "Expected %zd from C header, got %zd from PyObject"
#define RANGE	  "Expected %zd from C header, got %zd-%zd from PyObject"

#define NO_TYPE                                              \
	"if (!is_type(o)) { PyErr_Format(PyExc_TypeError,\n" \
	"\"%.200s.%.200s is not a type object\", p, n); goto bad; }\n"
#define SIZES "t = (type *)o; basic = t->basic_size; item = t->item_size;\n"
#define RAISE(words, numbers)                                                         \
	"{ PyErr_Format(PyExc_ValueError, \"%.200s.%.200s" words "\", p, n, " numbers \
	"); goto bad; }\n"
#define WARN(words, numbers)                                                           \
	"{ PyOS_snprintf(warning, sizeof(warning), \"%s.%s" words "\", p, n, " numbers \
	"); if (PyErr_WarnEx(0, warning, 0) < 0) goto bad; }\n"
#define START(form)                                                                    \
	"static HOW object *check_" form "(object *m, const char *p, const char *n,\n" \
	"size_t size, size_t align, int rule)\n"                                       \
	"{ object *o = 0; type *t; long basic, item; char warning[200];\n"             \
	"o = PyObject_GetAttrString(m, n); if (!o) goto bad;\n" NO_TYPE
#define END "return o; bad: if (o) drop(o); return 0; }\n"
#define ITEMS                                                   \
	"if (item) { if (size % align) align = size % align;\n" \
	"if (item < (long)align) item = (long)align; }\n"
#define RULES_29                                                                        \
	"if (rule == 0 && (size_t)basic != size)\n" RAISE(                              \
		CHANGED HEADER, "size, basic") "else if (rule == 1 && (size_t)basic > " \
					       "size)\n" WARN(CHANGED HEADER,           \
							      "size, basic")
#define TOO_SMALL "if ((size_t)(basic + item) < size)\n"
#define RULE_ERROR                                                            \
	"if (rule == 0 && ((size_t)basic > size || (size_t)(basic + item) < " \
	"size))\n" RAISE(CHANGED RANGE, "size, basic, basic + item")
#define BY_ATTRIBUTE(variable, attribute)                                        \
	"{ object *s = PyObject_GetAttrString(o, \"" attribute                   \
	"\"); if (!s) goto bad;\n" variable " = PyLong_AsSsize_t(s); drop(s);\n" \
	"if (" variable " == -1 && PyErr_Occurred()) goto bad; }\n"

const char fake_checkers[] =
	/* fetches by Python strings; the module it brings in itself */
	"static HOW object *check_0_28(const char *p, const char *n, size_t size, int "
	"strict)\n"
	"{ object *o = 0, *m, *s; long basic; char warning[200];\n"
	"s = PyUnicode_FromString(p); if (!s) goto bad;\n"
	"m = PyImport_Import(s); drop(s); if (!m) goto bad;\n"
	"s = PyUnicode_FromString(n); if (!s) goto bad;\n"
	"o = PyObject_GetAttr(m, s); drop(s); drop(m); if (!o) goto bad;\n" NO_TYPE
	"basic = ((type *)o)->basic_size;\n"
	"if (!strict && (size_t)basic > size)\n" WARN(
		CHANGED OLD_WORDS,
		"basic, size") "else if ((size_t)basic != size)\n" RAISE(" has the wrong "
									 "size, try "
									 "recompiling."
									 " " OLD_WORDS,
									 "basic, size")
		END

			START("0_29_0") SIZES
	"if ((size_t)basic < size)\n" RAISE(CHANGED HEADER, "size, basic") RULES_29 END

		START("0_29_37") SIZES ITEMS TOO_SMALL
		RAISE(CHANGED HEADER, "size, basic") RULES_29 END

			START("3_0") SIZES ITEMS TOO_SMALL
			RAISE(CHANGED HEADER, "size, basic + item") RULE_ERROR
	"else if (rule == 1 && (size_t)basic > size)\n" WARN(CHANGED HEADER,
							     "size, basic") END

		START("limited") "if (size == 0) return o;\n" BY_ATTRIBUTE(
			"basic", "__basicsize__") BY_ATTRIBUTE("item", "__itemsize__")
			ITEMS TOO_SMALL
			RAISE(CHANGED HEADER, "size, basic + item") RULE_ERROR
	"else if (rule == 1 && (size_t)basic > size)\n" WARN(CHANGED HEADER,
							     "size, basic") END

		START("3_2") SIZES ITEMS TOO_SMALL
		RAISE(CHANGED HEADER, "size, basic + item") RULE_ERROR
	"else if (rule == 1 && (size_t)basic > size) {\n"
	"if (PyErr_WarnFormat(0, 0, \"%.200s.%.200s" CHANGED HEADER "\", p, n, size,\n"
	"basic) < 0) goto bad; }\n" END;

static const char form_names[FAKE_FORMS][10] = {
	[FAKE_0_28] = "0_28", [FAKE_0_29_0] = "0_29_0",	  [FAKE_0_29_37] = "0_29_37",
	[FAKE_3_0] = "3_0",   [FAKE_LIMITED] = "limited", [FAKE_3_2] = "3_2"};

static void append(char *source, const char *text)
{
	ck_assert_uint_lt(strlen(source) + strlen(text), FAKE_SOURCE_MAX);
	strcat(source, text);
}

static void write_check(char *line, size_t size, enum fake_form form,
			const struct fake_check *check)
{
	static const int rules[] = {[FACTS_POLICY_ERROR] = 0,
				    [FACTS_POLICY_WARN] = 1,
				    [FACTS_POLICY_IGNORE] = 2};

	if (form == FAKE_0_28)
		snprintf(line, size,
			 "kept[i++] = check_0_28(\"%s\", \"%s\", %u, %d);\n"
			 "if (!kept[i - 1]) goto bad;\n",
			 check->package, check->name, check->size,
			 check->policy == FACTS_POLICY_ERROR);
	else
		snprintf(line, size,
			 "m = PyImport_ImportModule(\"%s\"); if (!m) goto bad;\n"
			 "kept[i++] = check_%s(m, \"%s\", \"%s\", %u, %u, %d);\n"
			 "if (!kept[i - 1]) goto bad;\n",
			 check->package, form_names[form], check->package, check->name,
			 check->size, check->alignment, rules[check->policy]);
}

void fake_checks_write(char *source, enum fake_form form, const char *name,
		       const struct fake_check *checks, int count)
{
	char line[600];

	snprintf(line, sizeof(line),
		 "int %s(object **kept) { object *m = 0; int i = 0;\n(void)m;\n", name);
	append(source, line);
	for (int i = 0; i < count; i++) {
		write_check(line, sizeof(line), form, &checks[i]);
		append(source, line);
	}
	append(source, "return 0; bad: return -1; }\n");
}

enum facts_wording fake_wording(enum fake_form form, enum facts_policy policy)
{
	if (form == FAKE_0_28)
		return FACTS_WORDING_SWAPPED;
	if (form >= FAKE_3_0 && policy == FACTS_POLICY_ERROR)
		return FACTS_WORDING_HEADER_RANGE;
	return FACTS_WORDING_HEADER;
}

bool fake_counts_items(enum fake_form form)
{
	return form >= FAKE_0_29_37;
}
