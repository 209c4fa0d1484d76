/* SPDX-License-Identifier: MIT
 *
 * advice: what is told to do, by who installed the extension and what is beside.
 */
#include <check.h>
#include <string.h>

#include "report/advice.h"
#include "support/sample_record.h"

Suite *advice_suite(void);

static struct sample_record sample;
static char text[RECORD_ADVICE_SIZE];

static void setup(void)
{
	static const enum advice_kind kinds[VERDICT_ADVICE_MAX] = {
		ADVICE_RANGE, ADVICE_RELEASE, ADVICE_REBUILD, ADVICE_KEEP};

	sample_record_make(&sample);
	sample.verdict.advice_count = VERDICT_ADVICE_MAX;
	memcpy(sample.verdict.advice_kinds, kinds, sizeof(kinds));
	strcpy(sample.verdict.advice[1], "or a newer release: python -m pip install "
					 "--upgrade PACKAGE");
	strcpy(sample.verdict.advice[2], "or build: python -m pip install PACKAGE");
}

static const char *advice(unsigned index)
{
	bool told = record_advice(&sample.extension, index, text, sizeof(text));

	ck_assert_int_eq(told, text[0] != '\0');
	return text;
}

static void owned_by(enum owner_manager manager, const char *package)
{
	sample.owner.manager = manager;
	strcpy(sample.owner.package, package);
}

START_TEST(pip_is_the_rule)
{
	ck_assert_str_eq(advice(0), "python -m pip install 'numpy>=1.16,<2'");
	ck_assert_str_eq(
		advice(1),
		"or a newer release: python -m pip install --upgrade PyWavelets");
	ck_assert_str_eq(advice(2), "or build: python -m pip install PyWavelets==1.4.1");
	ck_assert_str_eq(advice(3),
			 "to keep it so: echo 'numpy>=1.16,<2' "
			 ">>constraints.txt && python -m pip install -c constraints.txt "
			 "PyWavelets");
}
END_TEST

START_TEST(a_known_interpreter_has_the_pip)
{
	sample.extension.python = "/srv/v/bin/python";
	ck_assert_str_eq(advice(0), "/srv/v/bin/python -m pip install 'numpy>=1.16,<2'");
	ck_assert_str_eq(advice(2),
			 "or build: /srv/v/bin/python -m pip install PyWavelets==1.4.1");
	ck_assert_str_eq(advice(3), "to keep it so: echo 'numpy>=1.16,<2' "
				    ">>constraints.txt && /srv/v/bin/python -m pip "
				    "install -c constraints.txt PyWavelets");
	sample.extension.in_container = true;
	ck_assert_ptr_nonnull(strstr(advice(3), "RUN /srv/v/bin/python -m pip install "));
	owned_by(OWNER_CONDA, "pywavelets");
	ck_assert_str_eq(advice(0), "conda install 'numpy>=1.16,<2'");
	ck_assert_str_eq(advice(2),
			 "or build: /srv/v/bin/python -m pip install PyWavelets==1.4.1");
}
END_TEST

START_TEST(in_a_container_the_dockerfile_has_to_say_it)
{
	sample.extension.in_container = true;
	ck_assert_str_eq(advice(0), "python -m pip install 'numpy>=1.16,<2'");
	ck_assert_str_eq(advice(3),
			 "to keep it so: RUN python -m pip install 'numpy>=1.16,<2' as "
			 "the last installing line of the Dockerfile, since "
			 "what is installed in a running container is lost "
			 "with it");
	owned_by(OWNER_CONDA, "pywavelets");
	ck_assert_int_eq(strncmp(advice(3),
				 "to keep it so: RUN conda install 'numpy>=1.16",
				 strlen("to keep it so: RUN conda install 'numpy>=1.16")),
			 0);
}
END_TEST

START_TEST(conda_is_told_in_its_words)
{
	owned_by(OWNER_CONDA, "pywavelets");
	ck_assert_str_eq(advice(0), "conda install 'numpy>=1.16,<2'");
	ck_assert_str_eq(advice(1), "or conda update pywavelets");
	ck_assert_str_eq(advice(3), "to keep it so: echo 'numpy>=1.16,<2' "
				    ">>\"$CONDA_PREFIX/conda-meta/pinned\"");
	owned_by(OWNER_CONDA, ""); /* pip's, within conda */
	ck_assert_str_eq(advice(0), "conda install 'numpy>=1.16,<2'");
	ck_assert_str_eq(
		advice(1),
		"or a newer release: python -m pip install --upgrade PyWavelets");
}
END_TEST

START_TEST(debian_is_told_in_its_words)
{
	owned_by(OWNER_DPKG, "python3-pywt");
	strcpy(sample.runtime.numpy_path, "/usr/lib/python3/dist-packages/numpy/"
					  "__init__.py");
	ck_assert_str_eq(advice(0), "");
	ck_assert_str_eq(advice(1),
			 "apt-get install --only-upgrade python3-pywt python3-numpy");
	ck_assert_str_eq(advice(2),
			 "or leave the system's packages alone: python3 -m venv DIR && "
			 "DIR/bin/pip install PyWavelets");
	ck_assert_str_eq(advice(3), "");
}
END_TEST

START_TEST(a_numpy_that_stands_before_the_systems_is_told)
{
	owned_by(OWNER_DPKG, "python3-pywt");
	strcpy(sample.runtime.numpy_path,
	       "/usr/local/lib/python3.11/dist-packages/numpy/__init__.py");
	ck_assert_str_eq(advice(0),
			 "PIP_BREAK_SYSTEM_PACKAGES=1 python -m pip uninstall -y numpy  "
			 "# what is loaded is "
			 "/usr/local/lib/python3.11/dist-packages/numpy/__init__.py, and "
			 "the system's own NumPy suits its packages");
	strcpy(sample.runtime.numpy_path,
	       "/srv/v/lib/python3.11/site-packages/numpy/__init__.py");
	ck_assert_ptr_nonnull(
		strstr(advice(0), "python -m pip uninstall -y numpy  # what is loaded"));
	ck_assert_ptr_null(strstr(advice(0), "BREAK_SYSTEM"));
}
END_TEST

START_TEST(alpine_and_red_hat_too)
{
	owned_by(OWNER_APK, "py3-pywt");
	ck_assert_str_eq(advice(1), "apk add --upgrade py3-pywt py3-numpy");
	owned_by(OWNER_RPM, "");
	sample.extension.path = "/usr/lib64/python3.9/site-packages/a.so";
	ck_assert_str_eq(advice(1),
			 "dnf upgrade $(rpm -qf /usr/lib64/python3.9/site-packages/a.so) "
			 "python3-numpy");
	sample.extension.path = "/usr/lib64/a;b.so"; /* no word for a shell */
	ck_assert_str_eq(advice(1), "");
	sample.extension.path = "/usr/lib64/$(x).so";
	ck_assert_str_eq(advice(1), "");
}
END_TEST

START_TEST(where_the_system_only_owns_the_place_it_is_pip)
{
	owned_by(OWNER_DPKG, "");
	ck_assert_str_eq(advice(0), "python -m pip install 'numpy>=1.16,<2'");
}
END_TEST

START_TEST(neighbours_narrow_the_range)
{
	static const struct record_set set = {.possible = true,
					      .minimum = "1.22",
					      .below = "1.25",
					      .minimum_by = "a",
					      .below_by = "b",
					      .impossible_by = ""};

	sample.extension.set = &set;
	ck_assert_str_eq(advice(0), "python -m pip install 'numpy>=1.22,<1.25'");
	ck_assert_ptr_nonnull(strstr(advice(3), "'numpy>=1.22,<1.25' >>constraints.txt"));
}
END_TEST

START_TEST(who_asks_for_less_is_named_behind_the_command)
{
	static struct record_set set = {.possible = true,
					.minimum = "1.22",
					.below = "1.28",
					.minimum_by = "a",
					.below_by = "scipy 1.11.4",
					.impossible_by = "",
					.asked = "scipy 1.11.4 asks for numpy<1.28"};

	sample.extension.set = &set;
	ck_assert_str_eq(advice(0), "python -m pip install 'numpy>=1.22,<1.28'  # scipy "
				    "1.11.4 asks for numpy<1.28");
	ck_assert_ptr_null(strstr(advice(3), "asks for"));
	set.possible = false;
	set.minimum = "2.0";
	ck_assert_str_eq(advice(0), "no NumPy suits all that is installed here: a needs "
				    "numpy>=2, scipy 1.11.4 needs numpy<1.28; install "
				    "another release of one of them");
}
END_TEST

START_TEST(neighbours_that_exclude_each_other_are_named)
{
	static struct record_set set = {.possible = false,
					.minimum = "2.0",
					.below = "2.0",
					.minimum_by = "new.one",
					.below_by = "old.one",
					.impossible_by = ""};

	sample.extension.set = &set;
	ck_assert_str_eq(advice(0), "no NumPy suits all that is installed here: new.one "
				    "needs numpy>=2, old.one needs numpy<2; install "
				    "another release of one of them");
	ck_assert_str_eq(advice(3), "");
	set.impossible_by = "odd.one";
	ck_assert_str_eq(advice(0), "no NumPy suits all that is installed here: odd.one "
				    "works with none");
}
END_TEST

Suite *advice_suite(void)
{
	Suite *suite = suite_create("advice");
	TCase *words = tcase_create("words");

	tcase_add_checked_fixture(words, setup, NULL);
	tcase_add_test(words, pip_is_the_rule);
	tcase_add_test(words, a_known_interpreter_has_the_pip);
	tcase_add_test(words, in_a_container_the_dockerfile_has_to_say_it);
	tcase_add_test(words, conda_is_told_in_its_words);
	tcase_add_test(words, debian_is_told_in_its_words);
	tcase_add_test(words, a_numpy_that_stands_before_the_systems_is_told);
	tcase_add_test(words, alpine_and_red_hat_too);
	tcase_add_test(words, where_the_system_only_owns_the_place_it_is_pip);
	tcase_add_test(words, neighbours_narrow_the_range);
	tcase_add_test(words, who_asks_for_less_is_named_behind_the_command);
	tcase_add_test(words, neighbours_that_exclude_each_other_are_named);
	suite_add_tcase(suite, words);
	return suite;
}
