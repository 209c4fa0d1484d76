/* SPDX-License-Identifier: MIT
 *
 * Texts of packages that reach NumPy in ways of their own, and npabi's records.
 * Called by explanation.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/explanation.h"
#include "verdict/releases_sizes.h"
#include "verdict/version.h"

#define ABI_1 0x01000009u
#define ABI_2 0x02000000u

static void set_package(struct explanation *explanation, const char *package)
{
	snprintf(explanation->package, sizeof(explanation->package), "%s", package);
}

/* --- pybind11 ----------------------------------------------------------------- */

static void explain_pybind11_1_7(const struct explain_finding *finding,
				 struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the first use of arrays fails");
	snprintf(explanation->minimum, sizeof(explanation->minimum), "1.7");
	explanation_say(
		explanation,
		"pybind11, with which the extension was made, read the version of "
		"NumPy's C API and found one older than NumPy 1.7, the oldest that "
		"it takes. Either NumPy is that old, or what was imported as NumPy is "
		"not whole.");
	explanation_advise(explanation, "python -m pip install --upgrade numpy");
	explanation_advise_look(explanation);
	explanation_advise_release(explanation,
				   "built with pybind11 2.12 or later, which "
				   "suits NumPy 1.x and 2.x");
}

static void explain_pybind11_1_only(const struct explain_finding *finding,
				    struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the first use of arrays fails");
	releases_with_abi(ABI_2, explanation->running, sizeof(explanation->running));
	snprintf(explanation->below, sizeof(explanation->below), "2.0");
	explanation_say(explanation,
			"The authors of the extension built it for NumPy 1.x only "
			"(PYBIND11_NUMPY_1_ONLY), and NumPy 2 runs.");
	explanation_advise_numpy(finding, explanation);
	explanation_advise_release(explanation, "if it has one built for NumPy 2");
	explanation_advise(explanation, "or build it without that macro, after a look at "
					"whether its code suits NumPy 2");
}

static void explain_pybind11_table(const struct explain_finding *finding,
				   struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the first use of arrays fails");
	explanation_say(explanation,
			"pybind11 found no table of functions in the NumPy that was "
			"imported: its files are damaged or mixed, or something else is "
			"called numpy on sys.path.");
	explanation_advise_look(explanation);
	explanation_advise(
		explanation,
		"python -m pip install --force-reinstall --no-cache-dir numpy");
}

/* --- rust-numpy ----------------------------------------------------------------- */

static void explain_rust(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the first use of arrays fails");
	explanation_say(
		explanation,
		"An extension written in Rust (rust-numpy) asked for NumPy's table of "
		"functions when an array was first used, and NumPy could not be "
		"imported or does not have it where the extension looks: NumPy is "
		"not installed, or, in a program frozen into one file, "
		"numpy.core.multiarray was left out. What stands after the colon "
		"is the reason.");
	explanation_advise(explanation, "python -m pip install numpy");
	explanation_advise(explanation,
			   "in a frozen program (PyInstaller, Nuitka): name "
			   "numpy.core.multiarray and numpy._core.multiarray as "
			   "hidden imports");
	explanation_advise_release(explanation,
				   "built with rust-numpy 0.22 or later, which "
				   "suits NumPy 1.x and 2.x");
}

/* --- Numba ---------------------------------------------------------------------- */

static void explain_numba_new(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	const char *most = finding->match.versions[0];
	struct version version;

	set_package(explanation, "numba");
	explanation_effect(explanation, EXPLANATION_MATTERS, "importing numba fails");
	if (version_parse(most, &version))
		snprintf(explanation->below, sizeof(explanation->below), "%u.%u",
			 version.major, version.minor + 1);
	snprintf(explanation->running, sizeof(explanation->running), "%s",
		 finding->match.versions[1]);
	explanation_say(
		explanation,
		"This release of Numba was written for NumPy up to %s and refuses a "
		"newer one%s%s, for its compiled code reads NumPy's structures.",
		most, finding->match.versions[1][0] ? ": here " : "",
		finding->match.versions[1]);
	explanation_advise(
		explanation,
		"python -m pip install --upgrade numba  # each release takes newer "
		"NumPys");
	explanation_advise_numpy(finding, explanation);
}

static void explain_numba_old(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	const char *least = finding->match.versions[0];

	set_package(explanation, "numba");
	explanation_effect(explanation, EXPLANATION_MATTERS, "importing numba fails");
	snprintf(explanation->minimum, sizeof(explanation->minimum), "%.15s", least);
	snprintf(explanation->running, sizeof(explanation->running), "%s",
		 finding->match.versions[1]);
	explanation_say(explanation, "This release of Numba needs NumPy %s or later.",
			least);
	explanation_advise_numpy(finding, explanation);
	explanation_advise(explanation,
			   "or an older release of numba, written for the NumPy "
			   "that is installed");
}

static void explain_numba_silent(const struct explain_finding *finding,
				 struct explanation *explanation)
{
	(void)finding;
	set_package(explanation, "numba");
	explanation_effect(explanation, EXPLANATION_MATTERS, "importing numba fails");
	explanation_say(
		explanation,
		"Numba's extension _internal ends like this when NumPy is another "
		"than this release of Numba was built for (0.56 and before check "
		"their NumPy only afterwards).");
	explanation_advise(explanation, "python -m pip install --upgrade numba");
	explanation_advise(explanation,
			   "or the NumPy that this release asks for: python -m pip show "
			   "numba; python -m pip check");
	explanation_advise_look(explanation);
}

/* --- torch and TensorFlow ------------------------------------------------------- */

static void say_torch(struct explanation *explanation)
{
	set_package(explanation, "torch");
	explanation_say(
		explanation,
		"torch could not reach NumPy. It goes on without: importing torch "
		"works, but what passes between tensors and arrays (from_numpy, "
		".numpy()) fails with \"Numpy is not available\".");
}

static void explain_torch(const struct explain_finding *finding,
			  struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MAY_MATTER,
			   "torch works, but not together with NumPy");
	say_torch(explanation);
	if (finding->form == EXPLAIN_MISSING) {
		explanation_say(explanation,
				" NumPy is not installed; where no arrays are "
				"used this can be ignored.");
		explanation->not_abi = true;
		explanation_advise(explanation, "python -m pip install numpy");
		return;
	}
	if (finding->form == EXPLAIN_HEADERS_1) {
		releases_with_abi(ABI_1, explanation->built, sizeof(explanation->built));
		releases_with_abi(ABI_2, explanation->running,
				  sizeof(explanation->running));
		snprintf(explanation->below, sizeof(explanation->below), "2.0");
		explanation_say(explanation,
				" This torch was built for NumPy 1.x, and NumPy "
				"2 runs.");
	} else {
		explanation_say(explanation,
				" What stands after the colon is the reason.");
	}
	explanation_advise_numpy(finding, explanation);
	explanation_advise(
		explanation,
		"python -m pip install --upgrade torch  # 2.3 and later suit NumPy 2, on "
		"Windows only after 2.4");
}

static void explain_torch_later(const struct explain_finding *finding,
				struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS, "the call fails");
	say_torch(explanation);
	explanation_say(explanation, " It warned of that, with the reason, when it was "
				     "imported: \"Failed to initialize NumPy: ...\".");
	explanation_advise(explanation, "python -W always -c 'import torch; "
					"torch.zeros(1).numpy()'  # shows the reason");
	explanation_advise(explanation, "python -m pip install --upgrade torch");
	explanation_advise(explanation,
			   "or python -m pip install 'numpy<2', for a torch before 2.3");
}

static void explain_tensorflow(const struct explain_finding *finding,
			       struct explanation *explanation)
{
	(void)finding;
	set_package(explanation, "tensorflow");
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "importing tensorflow fails");
	explanation_say(
		explanation,
		"TensorFlow could not make its number types known to NumPy, because "
		"NumPy had refused its import_array. The reason was printed before: "
		"\"module compiled against API version ... but this version of "
		"numpy is ...\".");
	explanation_advise(explanation,
			   "paste the lines above it too: npabi explain - <LOG");
	explanation_advise(
		explanation,
		"python -m pip install --upgrade numpy  # within what pip check "
		"allows for tensorflow");
	explanation_advise(explanation,
			   "python -m pip install --force-reinstall tensorflow  # brings "
			   "the NumPy that it asks for");
}

static void explain_gdal(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	(void)finding;
	set_package(explanation, "GDAL");
	explanation->not_abi = true;
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "reading rasters as arrays fails");
	explanation_say(
		explanation,
		"That extension is not there: GDAL's Python part was built where "
		"NumPy was not installed, and then leaves it out with no more than "
		"a warning. No versions disagree, and another NumPy does not help.");
	explanation_advise(
		explanation,
		"python -m pip install numpy setuptools wheel && python -m pip install "
		"--no-build-isolation --no-cache-dir --force-reinstall "
		"--no-deps \"GDAL==$(gdal-config --version)\"");
	explanation_advise(explanation,
			   "conda install -c conda-forge gdal  # was built with "
			   "it");
	explanation_advise(explanation,
			   "on Debian and Ubuntu: apt-get install python3-gdal");
}

/* --- npabi's own ------------------------------------------------------------------ */

static const struct {
	char verdict[8];
	enum explanation_matters matters;
	char effect[48], meaning[320];
} records[] = {
	{"ok", EXPLANATION_HARMLESS, "the extension works",
	 "It suits the NumPy that runs."},
	{"warn", EXPLANATION_HARMLESS, "Python warns, nothing fails",
	 "A type of NumPy is larger than it was when the extension was compiled, which "
	 "does "
	 "no harm."},
	{"error", EXPLANATION_MATTERS, "the import fails",
	 "Python will raise the exception that is foretold."},
	{"unsafe", EXPLANATION_MATTERS, "the import succeeds, what follows may be wrong",
	 "The extension checks nothing and reads NumPy's structures by a layout that "
	 "they do "
	 "not have here: wrong numbers, or a crash."},
	{"unknown", EXPLANATION_MAY_MATTER, "npabi cannot tell",
	 "Its code could not be followed to the end, or no NumPy is known to hold it "
	 "against."},
};

static void explain_record(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	const char *verdict = finding->context.verdict, *words = finding->context.words;
	unsigned i = 0;

	while (i < sizeof(records) / sizeof(records[0]) - 1 &&
	       strcmp(records[i].verdict, verdict) != 0)
		i++;
	explanation_effect(explanation, records[i].matters, records[i].effect);
	explanation_say(explanation, "A record of npabi's, with the verdict %s. %s",
			records[i].verdict, records[i].meaning);
	if (words[0])
		explanation_say(explanation, " It says: %s.", words);
	if (records[i].matters == EXPLANATION_HARMLESS) {
		explanation_advise(explanation, "nothing");
		return;
	}
	explanation_advise_numpy(finding, explanation);
	explanation_advise_release(explanation, "built for the NumPy that runs");
	if (records[i].matters == EXPLANATION_MATTERS)
		explanation_advise_rebuild(explanation);
}

void explanation_of_binder(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	static explanation_maker *const makers[EXPLAIN_KINDS] = {
		[EXPLAIN_PYBIND11_1_7] = explain_pybind11_1_7,
		[EXPLAIN_PYBIND11_1_ONLY] = explain_pybind11_1_only,
		[EXPLAIN_PYBIND11_TABLE] = explain_pybind11_table,
		[EXPLAIN_RUST] = explain_rust,
		[EXPLAIN_NUMBA_NEW] = explain_numba_new,
		[EXPLAIN_NUMBA_OLD] = explain_numba_old,
		[EXPLAIN_NUMBA_SILENT] = explain_numba_silent,
		[EXPLAIN_TORCH] = explain_torch,
		[EXPLAIN_TORCH_LATER] = explain_torch_later,
		[EXPLAIN_TENSORFLOW] = explain_tensorflow,
		[EXPLAIN_GDAL] = explain_gdal,
		[EXPLAIN_RECORD] = explain_record,
	};

	makers[finding->kind](finding, explanation);
}
