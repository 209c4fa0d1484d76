/* SPDX-License-Identifier: MIT
 *
 * explanation: what a text means.  Releases, harm and remedy of each are those of
 * the written facts and of the named threads.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/explain_clean.h"
#include "scan/explain_package.h"
#include "scan/explanation.h"

Suite *explanation_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define CHANGED	      " size changed, may indicate binary incompatibility. "
static const char in_traceback[] =
	"Traceback\n  File \"a.pyx\", line 1, in init hdbscan._tree\n"
	"ValueError: numpy.ndarray size changed, may indicate binary incompatibility. "
	"Expected 88 from C header, got 80 from PyObject";

static struct explain_findings findings;
static struct explanation explanation;

static void explain(const char *raw)
{
	static char text[65536];

	snprintf(text, sizeof(text), "%s", raw);
	explain_clean(text, strlen(text));
	explain_find(text, &findings);
	ck_assert_msg(findings.count == 1, "%u found in: %s", findings.count, text);
	explanation_make(&findings.items[0], &explanation);
}

static bool advises(const char *words)
{
	for (unsigned i = 0; i < explanation.advice_count; i++)
		if (strstr(explanation.advice[i], words))
			return true;
	return false;
}

static const struct {
	const char *text;
	enum explanation_matters matters;
	const char *built, *running, *advice; /* ADVICE: how the first begins */
} cases[] = {
	/* scikit-image#5270, recommenders#1562, thinc#629 */
	{"numpy.ndarray" CHANGED "Expected 88 from C header, got 80 from PyObject",
	 EXPLANATION_MATTERS, "1.20-1.21 or 2.x targeting 1.21", "1.7-1.19",
	 "python -m pip install 'numpy>=1.20,<2'"},
	/* explosion/spaCy#13528 */
	{"numpy.dtype" CHANGED "Expected 96 from C header, got 88 from PyObject",
	 EXPLANATION_MATTERS, "1.10-1.26", "1.7-1.9 or 2.0-2.5",
	 "python -m pip install 'numpy>=1.10,<2'"},
	/* netcdf4-python#1294, numpy#25258 */
	{"numpy.ufunc" CHANGED "Expected 232 from C header, got 216 from PyObject",
	 EXPLANATION_MATTERS, "1.22-1.24 or 2.x targeting 1.23-1.25", "1.16-1.21",
	 "python -m pip install 'numpy>=1.22,<2'"},
	{"numpy.ufunc" CHANGED "Expected 240 from C header, got 232 from PyObject",
	 EXPLANATION_MATTERS, "2.x targeting 2.1-2.5", "1.22-2.0",
	 "python -m pip install 'numpy>=2.1'"},
	/* Cython 0.24 to 0.28, reversed */
	{"numpy.ndarray has the wrong size, try recompiling. Expected 80, got 88",
	 EXPLANATION_MATTERS, "1.20-1.21 or 2.x targeting 1.21", "1.7-1.19",
	 "python -m pip install 'numpy>=1.20,<2'"},
	/* a class derived from ndarray, on a newer NumPy */
	{"numpy.ndarray has the wrong size, try recompiling. Expected 88, got 80",
	 EXPLANATION_MATTERS, "1.7-1.19 or 1.25-1.26 or 2.x targeting 1.19", "1.20-1.21",
	 "python -m pip install 'numpy<1.20'"},
	{"numpy.dtype has the wrong size, try recompiling", EXPLANATION_MATTERS, "", "",
	 "python -m pip install --upgrade numpy"},
	/* harmless: numpy#11628, numpy#15748, netcdf4-python#1354 */
	{"RuntimeWarning: numpy.dtype" CHANGED "Expected 96, got 88",
	 EXPLANATION_HARMLESS, "1.7-1.9", "1.10-1.26", "nothing"},
	{"RuntimeWarning: numpy.ufunc" CHANGED "Expected 192 from C header, got 216 from "
	 "PyObject",
	 EXPLANATION_HARMLESS, "1.8-1.15", "1.16-1.21", "nothing"},
	{"numpy.ufunc" CHANGED "Expected 192 from C header, got 216",
	 EXPLANATION_HARMLESS, "1.8-1.15", "1.16-1.21", "nothing"},
	{"RuntimeWarning: numpy.ndarray" CHANGED "Expected 16 from C header, got 96 from "
	 "PyObject",
	 EXPLANATION_HARMLESS, "", "1.22-2.5", "nothing"},
	{"numpy.dtype size changed, may indicate binary incompatibility",
	 EXPLANATION_HARMLESS, "", "", "nothing"},
	/* pytorch#413, quaternion#72 */
	{"module compiled against API version 0xf but this version of numpy is 0xe",
	 EXPLANATION_MATTERS, "1.22", "1.20-1.21",
	 "python -m pip install 'numpy>=1.22,<2'"},
	{"module compiled against API version a but this version of numpy is 9",
	 EXPLANATION_MATTERS, "1.10", "1.8-1.9",
	 "python -m pip install 'numpy>=1.10,<2'"},
	{"module compiled against API version 0x10 but this version of numpy is 0xe . "
	 "Check "
	 "the section C-API incompatibility",
	 EXPLANATION_MATTERS, "1.24", "1.20-1.21",
	 "python -m pip install 'numpy>=1.23,<2'"},
	{"module was compiled against NumPy C-API version 0x12 (NumPy 2.0) but the "
	 "running "
	 "NumPy has C-API version 0x11",
	 EXPLANATION_MATTERS, "2.x targeting 2.0", "1.25-1.26",
	 "python -m pip install 'numpy>=2'"},
	/* newer and older than the table */
	{"module compiled against API version 0xff but this version of numpy is 0xe",
	 EXPLANATION_MATTERS, "", "1.20-1.21", "python -m pip install --upgrade numpy"},
	{"module compiled against ABI version 0x1000009 but this version of numpy is "
	 "0x2000000",
	 EXPLANATION_MATTERS, "1.7-1.26", "2.0-2.5", "python -m pip install 'numpy<2'"},
	{"A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.3.0 as it "
	 "may "
	 "crash.",
	 EXPLANATION_MATTERS, "1.16-1.26", "2.3.0", "python -m pip install 'numpy<2'"},
	{"AttributeError: _ARRAY_API not found", EXPLANATION_MATTERS, "1.16-1.26",
	 "2.0-2.5", "python -m pip install 'numpy<2'"},
	{"No module named 'numpy.core._multiarray_umath'", EXPLANATION_MATTERS,
	 "1.16-1.26", "before 1.16", "python -m pip install 'numpy>=1.16"},
	{"numpy.core.multiarray failed to import", EXPLANATION_MATTERS, "", "",
	 "paste the lines above"},
	{"No module named 'numpy._core'", EXPLANATION_MATTERS, "", "before 1.26.4",
	 "python -m pip install 'numpy>=1.26.4'"},
	{"No module named 'numpy._core.numeric'", EXPLANATION_MATTERS, "", "before 2.0",
	 "python -m pip install 'numpy>=2'"},
	{"Numba needs NumPy 2.0 or less. Got NumPy 2.1.", EXPLANATION_MATTERS, "", "2.1",
	 "python -m pip install --upgrade numba"},
	{"Numba needs NumPy 1.22 or greater. Got NumPy 1.21.", EXPLANATION_MATTERS, "",
	 "1.21", "python -m pip install 'numpy>=1.22'"},
	{"Failed to initialize NumPy: _ARRAY_API not found", EXPLANATION_MAY_MATTER,
	 "1.7-1.26", "2.0-2.5", "python -m pip install 'numpy<2'"},
	{"This extension was built with PYBIND11_NUMPY_1_ONLY defined, but NumPy 2 is "
	 "used "
	 "in this process.",
	 EXPLANATION_MATTERS, "", "2.0-2.5", "python -m pip install 'numpy<2'"},
	{"cannot import name '_gdal_array' from 'osgeo'", EXPLANATION_MATTERS, "", "",
	 "python -m pip install numpy setuptools wheel"},
};

START_TEST(each_text_has_its_meaning)
{
	explain(cases[_i].text);
	ck_assert_int_eq(explanation.matters, cases[_i].matters);
	ck_assert_str_eq(explanation.built, cases[_i].built);
	ck_assert_str_eq(explanation.running, cases[_i].running);
	ck_assert_msg(explanation.advice_count > 0, "no advice");
	ck_assert_msg(strncmp(explanation.advice[0], cases[_i].advice,
			      strlen(cases[_i].advice)) == 0,
		      "%s", explanation.advice[0]);
	ck_assert_str_ne(explanation.effect, "");
}
END_TEST

START_TEST(no_sentence_is_cut)
{
	explain(cases[_i].text);
	ck_assert_uint_lt(strlen(explanation.meaning), sizeof(explanation.meaning) - 1);
	ck_assert_uint_lt(strlen(explanation.effect), sizeof(explanation.effect) - 1);
	for (unsigned i = 0; i < explanation.advice_count; i++)
		ck_assert_uint_lt(strlen(explanation.advice[i]),
				  sizeof(explanation.advice[0]) - 1);
}
END_TEST

START_TEST(the_package_is_named_in_commands)
{
	explain(in_traceback);
	ck_assert_str_eq(explanation.package, "hdbscan");
	ck_assert(advises("--no-build-isolation --no-binary=:all: hdbscan"));
	ck_assert(!advises("PACKAGE"));
}
END_TEST

START_TEST(what_comes_as_wheels_only_is_not_to_be_built)
{
	explain("UserWarning: Failed to initialize NumPy: _ARRAY_API not found");
	ck_assert(!advises("--no-binary"));
	explain("Traceback\n  File \"/x/site-packages/torch/__init__.py\", line 1\n"
		"AttributeError: _ARRAY_API not found");
	ck_assert_str_eq(explanation.package, "torch");
	ck_assert(!advises("--no-binary"));
}
END_TEST

START_TEST(in_conda_it_is_condas_command)
{
	explain("Traceback\n  File \"/opt/conda/lib/python3.9/site-packages/a/b.py\", "
		"line "
		"1\nRuntimeError: module compiled against API version 0xf but this "
		"version "
		"of numpy is 0xe");
	ck_assert_str_eq(explanation.advice[0], "conda install 'numpy>=1.22,<2'");
}
END_TEST

/* PyWavelets is pywavelets in conda's channels; the .pyx has no path of its own. */
START_TEST(conda_has_its_own_names)
{
	explain("Traceback\n  File \"/opt/conda/lib/python3.9/site-packages/pywt/"
		"__init__.py\", line 1\n  File \"pywt/_pywt.pyx\", line 1, in init "
		"pywt._extensions._pywt\nValueError: numpy.dtype" CHANGED
		"Expected 96 from C header, got 88 from PyObject");
	ck_assert_str_eq(explanation.package, "PyWavelets");
	ck_assert(advises("conda install 'numpy>=1.10,<2'"));
	ck_assert(advises("conda update pywavelets  # "));
}
END_TEST

START_TEST(debians_packages_are_apts_matter)
{
	explain("Traceback\n  File \"/usr/lib/python3/dist-packages/pandas/_libs/"
		"__init__.py\", line 13\n  File \"pandas/_libs/interval.pyx\", line 1, "
		"in "
		"init pandas._libs.interval\nValueError: numpy.dtype" CHANGED
		"Expected 96 from C header, got 88 from PyObject");
	ck_assert(advises("pip uninstall -y numpy  # if one of pip's hides"));
	ck_assert(advises("apt-get install --only-upgrade $(dpkg -S /usr/lib/python3/"
			  "dist-packages/pandas/_libs/__init__.py | cut -d: -f1) "
			  "python3-numpy"));
	ck_assert(advises("python3 -m venv DIR && DIR/bin/pip install pandas"));
	ck_assert(!advises("python -m pip install 'numpy"));
	ck_assert(!advises("--no-binary"));
}
END_TEST

START_TEST(an_odd_path_is_no_word_for_a_shell)
{
	explain("Traceback\n  File \"/usr/lib/python3/dist-packages/$(x)/a.py\", line 1\n"
		"RuntimeError: module compiled against API version 0xf but this version "
		"of numpy is 0xe");
	ck_assert(advises("numpy  # if one of pip's hides"));
	ck_assert(!advises("$(x)"));
}
END_TEST

START_TEST(a_type_of_another_package_names_the_two)
{
	explain("Traceback\n  File \"x.pyx\", line 1, in init gevent._hub\nValueError: "
		"greenlet.greenlet" CHANGED
		"Expected 144 from C header, got 40 from PyObject");
	ck_assert(advises(
		"python -m pip install --upgrade --force-reinstall greenlet gevent"));
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "gevent was built for another "
							  "release of greenlet"));
	ck_assert_str_eq(explanation.built, "");
}
END_TEST

START_TEST(a_type_of_pythons_is_another_matter)
{
	explain("builtins.type" CHANGED
		"Expected 880 from C header, got 864 from PyObject");
	ck_assert(explanation.not_abi);
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "another Python"));
}
END_TEST

START_TEST(numpys_own_extension_means_a_mixture)
{
	explain("Traceback\n  File \"numpy/random/mtrand.pyx\", line 1, in init "
		"numpy.random.mtrand\nValueError: numpy.dtype" CHANGED
		"Expected 96 from C header, got 88 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.advice[0], "pip uninstall -y numpy"));
}
END_TEST

START_TEST(while_building_numpy_is_missing_for_another_reason)
{
	explain("Traceback (most recent call last):\n  File "
		"\"/tmp/pip-build-env-x/overlay/"
		"lib/python3.8/site-packages/setuptools/build_meta.py\", line 319, in "
		"run_setup\n    exec(code, locals())\n  File \"<string>\", line 1, in "
		"<module>\nModuleNotFoundError: No module named 'numpy'\n");
	ck_assert_str_eq(explanation.package, "");
	ck_assert_ptr_nonnull(
		strstr(explanation.meaning, "does not help to install NumPy"));
	ck_assert_ptr_nonnull(strstr(explanation.advice[0], "--no-build-isolation"));
	explain("ModuleNotFoundError: No module named 'numpy'\n");
	ck_assert_str_eq(explanation.advice[0], "python -m pip install numpy");
}
END_TEST

START_TEST(two_readings_are_both_told)
{
	explain("Expected 96 from C header, got 88 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "numpy.ndarray of 96 bytes"));
	ck_assert_ptr_nonnull(
		strstr(explanation.meaning, "would suit numpy.dtype as well"));
}
END_TEST

START_TEST(numbers_of_no_release_are_called_so)
{
	explain("numpy.ufunc" CHANGED
		"Expected 248 from C header, got 240 from PyObject");
	ck_assert_str_eq(explanation.built, "");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "no release from 1.7 to 2.5"));
	explain("Expected 12345 from C header, got 80 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "another package's"));
	explain("numpy.random.bit_generator.BitGenerator" CHANGED
		"Expected 56 from C header, got 48 from PyObject");
	ck_assert_str_eq(explanation.advice[0], "python -m pip install --upgrade numpy");
}
END_TEST

START_TEST(a_warning_says_when_it_is_seen)
{
	explain("RuntimeWarning: numpy.ufunc" CHANGED
		"Expected 192 from C header, got 216 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "pytest"));
	ck_assert(advises("filterwarnings"));
	/* NumPy has no filter for this one */
	explain("RuntimeWarning: numpy.flatiter" CHANGED
		"Expected 2600 from C header, got 2632 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "Nothing hides this one"));
}
END_TEST

START_TEST(a_larger_type_that_raised_needs_the_very_size)
{
	explain("ValueError: numpy.ndarray" CHANGED
		"Expected 80 from C header, got 88-88 from PyObject");
	ck_assert_str_eq(explanation.advice[0], "python -m pip install 'numpy<1.20'");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "strict"));
	explain("ValueError: numpy.broadcast" CHANGED
		"Expected 304 from C header, got 816-816 from PyObject");
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "another NumPy does not help"));
}
END_TEST

START_TEST(a_record_knows_the_releases_better)
{
	explain("{\"event\":\"extension\",\"verdict\":\"error\",\"distribution\":\"Pkg\","
		"\"built_against\":\"1.22-1.24\",\"numpy_min\":\"1.22\",\"numpy_below\":"
		"\"2.0\",\"message\":\"numpy.dtype" CHANGED
		"Expected 96 from C header, got 88 from PyObject\"}\n");
	ck_assert_str_eq(explanation.built, "1.22-1.24");
	ck_assert_str_eq(explanation.advice[0], "python -m pip install 'numpy>=1.22,<2'");
	ck_assert_str_eq(explanation.package, "Pkg");
}
END_TEST

START_TEST(a_records_advice_is_told_and_no_other)
{
	explain("npabi[7]: error: a.b (Pkg 1.0): the import will fail on NumPy 2.0.2\n"
		"npabi[7]:   Python will say: ValueError: numpy.dtype" CHANGED
		"Expected 96 from C header, got 88 from PyObject\n"
		"npabi[7]:   what to do: apt-get install --only-upgrade python3-a\n");
	ck_assert_uint_eq(explanation.advice_count, 1);
	ck_assert_str_eq(explanation.advice[0],
			 "apt-get install --only-upgrade python3-a");
	ck_assert(explanation.by_record);
}
END_TEST

START_TEST(an_unsafe_record_is_told_as_such)
{
	explain("npabi[7]: unsafe: a.b (Pkg 1.0): can be imported on NumPy 2.0.2\n"
		"npabi[7]:   nbytes() is 0\n");
	ck_assert_int_eq(explanation.matters, EXPLANATION_MATTERS);
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "wrong numbers"));
	ck_assert_ptr_nonnull(strstr(explanation.meaning, "nbytes() is 0."));
	ck_assert(!explanation.by_record);
	explain("npabi[7]: ok: a.b (Pkg 1.0): works with NumPy 2.0.2\n");
	ck_assert_int_eq(explanation.matters, EXPLANATION_HARMLESS);
}
END_TEST

static const struct {
	const char *name, *package;
} packages[] = {
	{"sklearn.tree._tree", "scikit-learn"},
	{"cv2", "opencv-python"},
	{"pywt._extensions._pywt", "PyWavelets"},
	{"pandas._libs.join", "pandas"},
	{"skl", "skl"},
	{"", ""},
};

START_TEST(a_package_has_the_name_that_pip_knows)
{
	char package[64];

	explain_package(packages[_i].name, package, sizeof(package));
	ck_assert_str_eq(package, packages[_i].package);
}
END_TEST

Suite *explanation_suite(void)
{
	Suite *suite = suite_create("explanation");
	TCase *tcase = tcase_create("meaning");

	tcase_add_loop_test(tcase, each_text_has_its_meaning, 0, LENGTH(cases));
	tcase_add_loop_test(tcase, no_sentence_is_cut, 0, LENGTH(cases));
	tcase_add_test(tcase, the_package_is_named_in_commands);
	tcase_add_test(tcase, what_comes_as_wheels_only_is_not_to_be_built);
	tcase_add_test(tcase, in_conda_it_is_condas_command);
	tcase_add_test(tcase, conda_has_its_own_names);
	tcase_add_test(tcase, debians_packages_are_apts_matter);
	tcase_add_test(tcase, an_odd_path_is_no_word_for_a_shell);
	tcase_add_test(tcase, a_type_of_another_package_names_the_two);
	tcase_add_test(tcase, a_type_of_pythons_is_another_matter);
	tcase_add_test(tcase, numpys_own_extension_means_a_mixture);
	tcase_add_test(tcase, while_building_numpy_is_missing_for_another_reason);
	tcase_add_test(tcase, two_readings_are_both_told);
	tcase_add_test(tcase, numbers_of_no_release_are_called_so);
	tcase_add_test(tcase, a_warning_says_when_it_is_seen);
	tcase_add_test(tcase, a_larger_type_that_raised_needs_the_very_size);
	tcase_add_test(tcase, a_record_knows_the_releases_better);
	tcase_add_test(tcase, a_records_advice_is_told_and_no_other);
	tcase_add_test(tcase, an_unsafe_record_is_told_as_such);
	tcase_add_loop_test(tcase, a_package_has_the_name_that_pip_knows, 0,
			    LENGTH(packages));
	suite_add_tcase(suite, tcase);
	return suite;
}
