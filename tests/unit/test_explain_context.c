/* SPDX-License-Identifier: MIT
 *
 * explain_context: which module, file and package a text came from, by the
 * traceback, warning, record or row that it stands in.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/explain_clean.h"
#include "scan/explain_findings.h"
#include "support/sample_record.h"

Suite *explain_context_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define SITE	      "/srv/v/lib/python3.9/site-packages/"
#define ERROR                                                                           \
	"ValueError: numpy.ndarray size changed, may indicate binary incompatibility. " \
	"Expected 88 from C header, got 80 from PyObject\n"
#define WARNING                                                          \
	"RuntimeWarning: numpy.ufunc size changed, may indicate binary " \
	"incompatibility. "                                              \
	"Expected 192 from C header, got 216 from PyObject\n"
#define BANNER                                                                           \
	"\nA module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2 as " \
	"it "                                                                            \
	"may crash. To support both 1.x and 2.x\nversions of NumPy, modules must be "    \
	"compiled with NumPy 2.0.\n\n"

static struct explain_findings findings;

/* What is known of where the first text in RAW came from. */
static const struct explain_context *context_in(const char *raw)
{
	static char text[65536];

	snprintf(text, sizeof(text), "%s", raw);
	explain_clean(text, strlen(text));
	explain_find(text, &findings);
	ck_assert_msg(findings.count > 0, "nothing found in: %s", text);
	return &findings.items[0].context;
}

static const struct {
	const char *text, *module, *package, *file, *statement;
} cases[] = {
	/* Python, with Cython's frame */
	{"Traceback (most recent call last):\n"
	 "  File \"app.py\", line 1, in <module>\n"
	 "    import hdbscan\n"
	 "  File \"" SITE "hdbscan/__init__.py\", line 1, in <module>\n"
	 "    from .hdbscan_ import HDBSCAN, hdbscan\n"
	 "  File \"hdbscan/_hdbscan_linkage.pyx\", line 1, in init "
	 "hdbscan._hdbscan_linkage\n" ERROR,
	 "hdbscan._hdbscan_linkage", "hdbscan", "hdbscan/_hdbscan_linkage.pyx",
	 "from .hdbscan_ import HDBSCAN, hdbscan"},
	/* each line with a log's prefix; comfyanonymous's form */
	{"09:28:01 [STDERR] Traceback (most recent call last):\n"
	 "09:28:01 [STDERR]   File \"" SITE "pywt/__init__.py\", line 15, in <module>\n"
	 "09:28:01 [STDERR]     from ._extensions._pywt import *\n"
	 "09:28:01 [STDERR]   File \"pywt/_extensions/_pywt.pyx\", line 1, in init "
	 "pywt._extensions._pywt\n"
	 "09:28:01 [STDERR] " ERROR,
	 "pywt._extensions._pywt", "pywt", "pywt/_extensions/_pywt.pyx",
	 "from ._extensions._pywt import *"},
	/* Cython to 0.28: the frame is that of the declarations */
	{"Traceback (most recent call last):\n"
	 "  File \"__init__.pxd\", line 918, in init gensim.models.word2vec_inner "
	 "(./gensim/models/word2vec_inner.c:11154)\n" ERROR,
	 "gensim.models.word2vec_inner", "gensim", "", ""},
	/* an extension that is not Cython's has no frame of its own */
	{"Traceback (most recent call last):\n"
	 "  File \"app.py\", line 2, in <module>\n"
	 "    import matplotlib.pyplot as plt\n"
	 "  File \"" SITE "matplotlib/transforms.py\", line 46, in <module>\n"
	 "    from matplotlib._path import (\n"
	 "ImportError: numpy.core.multiarray failed to import\n",
	 "", "matplotlib", SITE "matplotlib/transforms.py",
	 "from matplotlib._path import ("},
	/* nor is there a package folder for a module of one's own */
	{"Traceback (most recent call last):\n"
	 "  File \"<string>\", line 1, in <module>\n"
	 "  File \"app.py\", line 2, in <module>\n"
	 "    import fast\n"
	 "ImportError: numpy.core.multiarray failed to import\n",
	 "", "fast", "app.py", "import fast"},
	/* pytest */
	{"pt/test_y.py:1: in <module>\n"
	 "    import pywt\n"
	 "v/PyWavelets/pywt/__init__.py:15: in <module>\n"
	 "    from ._extensions._pywt import *\n"
	 "pywt/_extensions/_pywt.pyx:1: in init pywt._extensions._pywt\n"
	 "    ???\n"
	 "E   " ERROR,
	 "pywt._extensions._pywt", "pywt", "pywt/_extensions/_pywt.pyx",
	 "from ._extensions._pywt import *"},
	/* IPython, older and newer */
	{"----> 1 import hdbscan\n\n"
	 "~/anaconda3/lib/python3.8/site-packages/hdbscan/__init__.py in <module>\n"
	 "----> 1 from .hdbscan_ import HDBSCAN, hdbscan\n\n"
	 "hdbscan/_hdbscan_linkage.pyx in init hdbscan._hdbscan_linkage()\n\n" ERROR,
	 "hdbscan._hdbscan_linkage", "hdbscan", "hdbscan/_hdbscan_linkage.pyx",
	 "from .hdbscan_ import HDBSCAN, hdbscan"},
	{"File ~/x/site-packages/numba/__init__.py:59\n"
	 "     56             raise ImportError(msg)\n"
	 "---> 59 _ensure_critical_deps()\n\n"
	 "ImportError: Numba needs NumPy 2.0 or less. Got NumPy 2.2.\n",
	 "", "numba", "~/x/site-packages/numba/__init__.py", ""},
	/* Windows */
	{"Traceback (most recent call last):\r\n"
	 "  File \"C:\\py\\lib\\site-packages\\torch\\__init__.py\", line 5, in "
	 "<module>\r\n"
	 "    import nick\r\n" ERROR,
	 "", "torch", "C:\\py\\lib\\site-packages\\torch\\__init__.py", "import nick"},
	/* logged as one string */
	{"{\"exc\": \"Traceback (most recent call last):\\n  File \\\"" SITE
	 "pywt/__init__.py\\\", line 15, in <module>\\n    from .x import y\\n  File "
	 "\\\"pywt/a.pyx\\\", line 1, in init pywt.a\\nValueError: numpy.ndarray size "
	 "changed, may indicate binary incompatibility. Expected 88 from C header, got "
	 "80 "
	 "from PyObject\"}",
	 "pywt.a", "pywt", "pywt/a.pyx", "from .x import y"},
	/* a warning has its place on its own line */
	{SITE "sklearn/linear_model/base.py:35: " WARNING
	      "  from ..utils.seq_dataset import ArrayDataset\n",
	 "", "sklearn", SITE "sklearn/linear_model/base.py",
	 "from ..utils.seq_dataset import ArrayDataset"},
	{"/usr/lib/python3.7/importlib/_bootstrap.py:219: " WARNING
	 "  return f(*args, **kwds)\n",
	 "", "", "", ""},
	/* NumPy 2's banner has its traceback after it */
	{BANNER
	 "Traceback (most recent call last):  File \"app.py\", line 1, in <module>\n"
	 "    import cv2\n"
	 "  File \"" SITE "cv2/__init__.py\", line 181, in <module>\n"
	 "    bootstrap()\n"
	 "  File \"/usr/lib/python3.9/importlib/__init__.py\", line 127, in "
	 "import_module\n"
	 "    return _bootstrap._gcd_import(name[level:], package, level)\n"
	 "AttributeError: _ARRAY_API not found\n",
	 "", "cv2", SITE "cv2/__init__.py", "import cv2"},
	/* or, where that says nothing, the one of the exception */
	{BANNER
	 "Traceback (most recent call last):  File \"<string>\", line 1, in <module>\n"
	 "Traceback (most recent call last):\n"
	 "  File \"build/subject.pyx\", line 2, in init subject\n"
	 "ImportError: numpy.core.multiarray failed to import (auto-generated "
	 "because you didn't call 'numpy.import_array()' after cimporting numpy; "
	 "use '<void>numpy._import_array' to disable if you are certain you don't "
	 "need it).\n",
	 "subject", "subject", "build/subject.pyx", ""},
	/* f2py names its module itself */
	{BANNER "ImportError: can't initialize module _flib (failed to import numpy)\n",
	 "_flib", "", "", ""},
	/* without a traceback there is nothing to know */
	{ERROR, "", "", "", ""},
	{"import os\n1\n2\n3\n4\n5\n6\n7\n8\n9\n" ERROR, "", "", "", ""},
};

START_TEST(the_place_is_found)
{
	const struct explain_context *context = context_in(cases[_i].text);

	ck_assert_str_eq(context->module, cases[_i].module);
	ck_assert_str_eq(context->package, cases[_i].package);
	ck_assert_str_eq(context->file, cases[_i].file);
	ck_assert_str_eq(context->statement, cases[_i].statement);
}
END_TEST

START_TEST(conda_and_the_systems_packages_are_noticed)
{
	ck_assert(context_in("Traceback\n  File \"/opt/miniconda3/lib/python3.9/"
			     "site-packages/a/b.py\", line 1\n" ERROR)
			  ->is_conda);
	ck_assert(context_in("Traceback\n  File \"/usr/lib/python3/dist-packages/pandas/"
			     "b.py\", line 1\n" ERROR)
			  ->is_system);
	ck_assert_str_eq(findings.items[0].context.package, "pandas");
	ck_assert_str_eq(findings.items[0].context.place,
			 "/usr/lib/python3/dist-packages/pandas/b.py");
	ck_assert(context_in("Traceback\n  File \"/usr/lib/python3/dist-packages/pandas/"
			     "b.py\", line 1\n  File \"pandas/c.pyx\", line 1, in init "
			     "pandas.c\n" ERROR)
			  ->is_system);
	ck_assert_str_eq(findings.items[0].context.file, "pandas/c.pyx");
}
END_TEST

START_TEST(a_consequence_tells_nothing_of_its_own)
{
	context_in(
		"RuntimeError: module compiled against API version 0xf but this version "
		"of numpy is 0xe\n"
		"Traceback (most recent call last):\n"
		"  File \"app.py\", line 2, in <module>\n"
		"    import fast\n"
		"ImportError: numpy.core.multiarray failed to import\n");
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_int_eq(findings.items[0].kind, EXPLAIN_API_VERSION);
	ck_assert_str_eq(findings.items[0].context.package, "fast");
}
END_TEST

/* As tensorflow#57106 has it: the reason and the place are far apart. */
START_TEST(the_last_consequence_gives_its_place_to_the_first_cause)
{
	context_in(
		"RuntimeError: module compiled against API version 0xf but this version "
		"of numpy is 0xe\n"
		"ImportError: numpy.core._multiarray_umath failed to import\n"
		"ImportError: numpy.core.umath failed to import\n"
		"Traceback (most recent call last):\n"
		"  File \"" SITE "tensorflow/dtypes.py\", line 37, in <module>\n"
		"    _np_bfloat16 = pywrap_bfloat16.TF_bfloat16_type()\n"
		"TypeError: Unable to convert function return value to a Python type! "
		"The "
		"signature was\n\t() -> handle\n");
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_int_eq(findings.items[0].kind, EXPLAIN_API_VERSION);
	ck_assert_str_eq(findings.items[0].context.package, "tensorflow");
}
END_TEST

START_TEST(what_occurs_again_is_counted)
{
	context_in(ERROR ERROR "FAILED test_x.py - " ERROR
			       "ERROR pt/test_y.py - ValueError: numpy.ndarray size "
			       "changed, may indicate binary incompatibility. ...\n");
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_uint_eq(findings.items[0].count, 3);
	ck_assert_uint_eq(findings.items[0].line, 1);
}
END_TEST

START_TEST(two_modules_are_two_findings)
{
	context_in("Traceback\n  File \"a.pyx\", line 1, in init a.b\n" ERROR
		   "Traceback\n  File \"c.pyx\", line 1, in init c.d\n" ERROR);
	ck_assert_uint_eq(findings.count, 2);
	ck_assert_str_eq(findings.items[0].context.module, "a.b");
	ck_assert_str_eq(findings.items[1].context.module, "c.d");
	ck_assert_uint_eq(findings.items[1].line, 6);
}
END_TEST

START_TEST(there_is_a_bound_on_findings)
{
	static char text[65536];
	size_t length = 0;

	for (int i = 0; i < EXPLAIN_FINDINGS_MAX + 5; i++)
		length += (size_t)sprintf(text + length,
					  "module compiled against API version 0x%x but "
					  "this version of numpy is 0x7\n",
					  i + 8);
	explain_find(text, &findings);
	ck_assert_uint_eq(findings.count, EXPLAIN_FINDINGS_MAX);
	ck_assert(findings.more);
}
END_TEST

/* --- npabi's own -------------------------------------------------------------- */

/* The sample's record in FORMAT, explained. */
static const struct explain_context *context_of_record(enum record_format format)
{
	static char text[RECORD_SIZE_MAX];
	struct npabi_textbuf buf;
	struct sample_record sample;

	sample_record_make(&sample);
	npabi_textbuf_init(&buf, text, sizeof(text));
	record_extension(&buf, format, &sample.extension);
	return context_in(text);
}

START_TEST(a_record_names_its_extension)
{
	const struct explain_context *context =
		context_of_record(_i ? RECORD_JSONL : RECORD_TEXT);

	ck_assert_int_eq(findings.items[0].kind, EXPLAIN_SIZE_CHANGED);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_str_eq(context->verdict, "error");
	ck_assert_str_eq(context->module, "pywt._extensions._pywt");
	ck_assert_str_eq(context->distribution, "PyWavelets");
	ck_assert_str_eq(context->version, "1.4.1");
	ck_assert_str_eq(context->built, "1.16-1.19");
	ck_assert_str_eq(context->file,
			 "/v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so");
	ck_assert_str_eq(findings.items[0].category, "ValueError");
}
END_TEST

START_TEST(a_record_tells_all_that_it_knows)
{
	const struct explain_context *context =
		context_of_record(_i ? RECORD_JSONL : RECORD_TEXT);

	ck_assert_str_eq(context->generator, "cython 0.29.32");
	ck_assert_str_eq(context->running, "2.0.2");
	ck_assert_str_eq(context->numpy_path, "/v/numpy/__init__.py");
	ck_assert_str_eq(context->minimum, "1.16");
	ck_assert_str_eq(context->below, "2.0");
	ck_assert_ptr_nonnull(
		strstr(context->words, "Python will say: ValueError: numpy.dtype size"));
	ck_assert_uint_eq(context->advice_count, 2);
	ck_assert_str_eq(context->advice[0], "python -m pip install 'numpy>=1.16,<2'");
	ck_assert_str_eq(context->advice[1], "or upgrade PyWavelets");
}
END_TEST

START_TEST(a_refusal_is_a_record)
{
	const struct explain_context *context;
	static char text[RECORD_SIZE_MAX];
	struct npabi_textbuf buf;
	struct sample_record sample;

	sample_record_make(&sample);
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, "Traceback\n  File \"/x/a.py\", line 1, in <module>\n"
				   "ImportError: ");
	record_refusal(&buf, &sample.extension);
	context = context_in(text);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_str_eq(context->verdict, "error");
	ck_assert_str_eq(context->module, "pywt._extensions._pywt");
	ck_assert_str_eq(context->running, "2.0.2");
	ck_assert_uint_eq(context->advice_count, 2);
	ck_assert_str_eq(context->advice[1], "or upgrade PyWavelets");
}
END_TEST

START_TEST(a_record_after_the_traceback_knows_better)
{
	const struct explain_context *context = context_in(
		"Traceback\n  File \"a.pyx\", line 1, in init a.b\n" ERROR
		"npabi[1]: error: a.b (c 1.0): the import will fail on NumPy 1.19.5\n"
		"npabi[1]:   Python will say: " ERROR
		"npabi[1]:   what to do: what it says\n");

	ck_assert_uint_eq(findings.count, 1);
	ck_assert_uint_eq(findings.items[0].count, 2);
	ck_assert_str_eq(context->distribution, "c");
	ck_assert_str_eq(context->advice[0], "what it says");
}
END_TEST

START_TEST(a_row_of_a_scan_names_its_package)
{
	const struct explain_context *context = context_in(
		"error on NumPy 2.0.2: PyWavelets 1.4.1, 2 extensions: ValueError: "
		"numpy.dtype size changed, may indicate binary incompatibility. Expected "
		"96 "
		"from C header, got 88 from PyObject; built against NumPy 1.16-1.19; "
		"works "
		"with NumPy >=1.16,<2\n"
		"  /v/pywt/_extensions/_cwt.so\n"
		"  /v/pywt/_extensions/_pywt.so\n"
		"  what to do: the first\n"
		"  or the second\n"
		"npabi: 2 extensions\n");

	ck_assert_str_eq(context->verdict, "error");
	ck_assert_str_eq(context->distribution, "PyWavelets");
	ck_assert_str_eq(context->version, "1.4.1");
	ck_assert_str_eq(context->built, "1.16-1.19");
	ck_assert_str_eq(context->minimum, "1.16");
	ck_assert_str_eq(context->below, "2.0");
	ck_assert_str_eq(context->file, "/v/pywt/_extensions/_cwt.so");
	ck_assert_str_eq(context->running, "2.0.2");
	ck_assert_uint_eq(context->advice_count, 2);
	ck_assert_str_eq(context->advice[0], "the first");
	ck_assert_str_eq(context->advice[1], "or the second");
}
END_TEST

START_TEST(rows_may_share_their_advice)
{
	context_in("error on NumPy 1.19.5: a 1.0, 1 extension: " ERROR "  /v/a.so\n"
		   "unsafe on NumPy 1.19.5: a 1.0, 1 extension: other words\n"
		   "  /v/b.so\n"
		   "  what to do: the first\n"
		   "error on NumPy 1.19.5: c 1.0, 1 extension: other words\n"
		   "  /v/c.so\n"
		   "  what to do: another\n");
	ck_assert_str_eq(findings.items[0].context.file, "/v/a.so");
	ck_assert_uint_eq(findings.items[0].context.advice_count, 1);
	ck_assert_str_eq(findings.items[0].context.advice[0], "the first");
	context_in("warn on NumPy 1.19.5: a 1.0, 1 extension: " ERROR "  /v/a.so\n"
		   "error on NumPy 1.19.5: c 1.0, 1 extension: other words\n"
		   "  /v/c.so\n"
		   "  what to do: another\n");
	ck_assert_uint_eq(findings.items[0].context.advice_count, 0);
}
END_TEST

START_TEST(a_hostile_record_names_nothing)
{
	const struct explain_context *context = context_in(
		"{\"event\":\"extension\",\"verdict\":\"error\",\"module\":\"a;b\","
		"\"distribution\":\"x; rm -rf ~\",\"numpy_min\":\"1.0; ls\","
		"\"numpy_below\":\"$(ls)\",\"path\":\"/x\"}\n");

	ck_assert_str_eq(context->module, "");
	ck_assert_str_eq(context->distribution, "");
	ck_assert_str_eq(context->minimum, "");
	ck_assert_str_eq(context->below, "");
}
END_TEST

static const char *const broken[] = {
	"{\"event\":\"extension\"",
	"{\"event\":\"extension\",\"module\":\"",
	"{\"event\":\"extension\",\"module\":\"a\\",
	"{\"event\":\"extension\",\"module\":",
	"{\"event\":\"extension\",\"advice\":[",
	"{\"event\":\"extension\",\"advice\":[\"",
	"{\"event\":\"extension\",\"advice\":[\"a\",\"b",
	"{\"event\":\"extension\",\"advice\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]",
	"npabi[1]: error: ",
	"npabi[1]: error: a.b",
	"npabi[1]: error: a.b (",
	"npabi[1]: error: a.b (c",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:   built against NumPy ",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:   running: NumPy ",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:   what to do: ",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:   what to do: ; ; ; ; ; ; ; ; ;",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:   what to do: pip install 'numpy>=",
	"npabi[1]: error: a.b (c): x\nnpabi[1]:  ",
};

START_TEST(a_record_that_was_cut_does_no_harm)
{
	context_in(broken[_i]);
	ck_assert_uint_eq(findings.count, 1);
}
END_TEST

static void add_records(Suite *suite)
{
	TCase *tcase = tcase_create("records");

	tcase_add_loop_test(tcase, a_record_names_its_extension, 0, 2);
	tcase_add_loop_test(tcase, a_record_tells_all_that_it_knows, 0, 2);
	tcase_add_test(tcase, a_refusal_is_a_record);
	tcase_add_test(tcase, a_record_after_the_traceback_knows_better);
	tcase_add_test(tcase, a_row_of_a_scan_names_its_package);
	tcase_add_test(tcase, rows_may_share_their_advice);
	tcase_add_test(tcase, a_hostile_record_names_nothing);
	tcase_add_loop_test(tcase, a_record_that_was_cut_does_no_harm, 0, LENGTH(broken));
	suite_add_tcase(suite, tcase);
}

Suite *explain_context_suite(void)
{
	Suite *suite = suite_create("explain_context");
	TCase *places = tcase_create("places");
	TCase *together = tcase_create("together");

	tcase_add_loop_test(places, the_place_is_found, 0, LENGTH(cases));
	tcase_add_test(places, conda_and_the_systems_packages_are_noticed);
	suite_add_tcase(suite, places);
	tcase_add_test(together, a_consequence_tells_nothing_of_its_own);
	tcase_add_test(together, the_last_consequence_gives_its_place_to_the_first_cause);
	tcase_add_test(together, what_occurs_again_is_counted);
	tcase_add_test(together, two_modules_are_two_findings);
	tcase_add_test(together, there_is_a_bound_on_findings);
	suite_add_tcase(suite, together);
	add_records(suite);
	return suite;
}
