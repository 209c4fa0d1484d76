/* SPDX-License-Identifier: MIT
 *
 * What import_array does not find, NumPy 2's refusal, and texts about NumPy's
 * modules that look like it.  Called by explanation.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/explanation.h"
#include "verdict/releases.h"
#include "verdict/releases_sizes.h"

#define ABI_2 0x02000000u

/* An extension whose import_array asks for numpy.core._multiarray_umath. */
static struct facts facts_of_1_16(void)
{
	struct facts facts = {.access = FACTS_ACCESS_IMPORT_ARRAY, .import_count = 1};

	snprintf(facts.imports[0], sizeof(facts.imports[0]),
		 "numpy.core._multiarray_umath");
	return facts;
}

static void advise_on_numpy_2(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	explanation_advise_numpy(finding, explanation);
	explanation_advise_release(explanation, "if it has one built for NumPy 2");
	explanation_advise_rebuild(explanation);
	if (!finding->context.module[0])
		explanation_advise_scan(explanation);
}

/* --- NumPy 2 ------------------------------------------------------------------ */

static void set_numpy_2(struct explanation *explanation)
{
	struct facts facts = facts_of_1_16();
	char minimum[16];

	releases_built_against(&facts, explanation->built, sizeof(explanation->built));
	releases_with_abi(ABI_2, explanation->running, sizeof(explanation->running));
	/* the newest of what has such a table is the last before 2.0 */
	releases_range(&facts, minimum, explanation->below, sizeof(explanation->below));
}

static void explain_banner(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	const char *version = finding->match.versions[0];

	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the extension is not loaded: the import fails, or goes on "
			   "without it");
	set_numpy_2(explanation);
	if (version[0])
		snprintf(explanation->running, sizeof(explanation->running), "%s",
			 version);
	explanation_say(
		explanation,
		"An extension that was compiled with the headers of NumPy %s asked "
		"NumPy %s for its table of functions, and NumPy 2 refuses that, "
		"because the layout of its objects has changed.  What is to be "
		"changed is the package that is imported last in the traceback "
		"below the text, not the program.",
		explanation->built, version[0] ? version : "2");
	if (!explain_context_known(&finding->context))
		explanation_say(explanation, " Here that traceback is missing.");
	advise_on_numpy_2(finding, explanation);
}

static void explain_no_table(const struct explain_finding *finding,
			     struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the extension is not loaded");
	set_numpy_2(explanation);
	explanation_say(
		explanation,
		"The extension was compiled with the headers of NumPy %s and asked "
		"for NumPy's table of functions where NumPy 2 no longer gives it "
		"to such extensions.  (On a NumPy before 2 it would mean that NumPy's "
		"own files are damaged.)",
		explanation->built);
	advise_on_numpy_2(finding, explanation);
}

/* --- no reason given ------------------------------------------------------------ */

static void say_reason_is_above(const struct explain_finding *finding,
				struct explanation *explanation)
{
	explanation_say(explanation,
			" The reason is not in this text: it was printed before it, or "
			"stands above \"During handling of the above exception\". ");
	if (finding->form == EXPLAIN_HEADERS_2)
		explanation_say(explanation, "The extension was built with NumPy 2, so "
					     "most likely the NumPy that runs is too old "
					     "for it.");
	else
		explanation_say(explanation,
				"The extension was built with NumPy 1.x, so most likely "
				"either NumPy 2 runs, or a 1.x older than that.");
}

static void advise_without_reason(struct explanation *explanation)
{
	explanation_advise(explanation, "paste the lines above it too: npabi explain - "
					"<LOG");
	explanation_advise_look(explanation);
	explanation_advise_scan(explanation);
	explanation_advise_release(explanation, "built for the NumPy that runs");
	explanation_advise_rebuild(explanation);
}

static void explain_failed(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"The extension asked for NumPy's C API (import_array) and did not "
		"get it.");
	say_reason_is_above(finding, explanation);
	advise_without_reason(explanation);
}

static void explain_automatic(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"The extension asked for NumPy's C API and did not get it. The "
		"part in parentheses is advice to the author of the extension (it "
		"was made by Cython 3, which calls import_array by itself) and does "
		"not help its users.");
	say_reason_is_above(finding, explanation);
	advise_without_reason(explanation);
}

static void explain_f2py(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	const char *name = finding->match.name;

	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"The extension%s%s, made by f2py or by hand, asked for NumPy's C API "
		"(import_array) and did not get it.",
		name[0] ? " " : "", name);
	say_reason_is_above(finding, explanation);
	advise_without_reason(explanation);
}

/* --- modules -------------------------------------------------------------------- */

static void explain_no_module(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	struct facts facts = facts_of_1_16();
	char below[16];

	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	facts.access = FACTS_ACCESS_UFUNC;
	releases_built_against(&facts, explanation->built, sizeof(explanation->built));
	releases_range(&facts, explanation->minimum, below, sizeof(below));
	explanation_say(
		explanation,
		"The extension was compiled with the headers of NumPy %s or later, "
		"whose import_array asks for that module; the NumPy that was "
		"imported is older and does not have it.  (If it is NumPy itself "
		"that says so, its files belong to another Python or are damaged.)",
		explanation->minimum);
	snprintf(explanation->running, sizeof(explanation->running), "before %s",
		 explanation->minimum);
	explanation_advise_numpy(finding, explanation);
	explanation_advise_look(explanation);
	explanation_advise_rebuild(explanation);
}

static void explain_byte_order(const struct explain_finding *finding,
			       struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"The extension was compiled for %s-endian machines, and NumPy runs "
		"on another: the file is not one for this machine.",
		finding->match.name);
	explanation->not_abi = true;
	explanation_advise_rebuild(explanation);
}

static void explain_bad_table(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"The table of functions that NumPy keeps for extensions is not what "
		"this extension can use: NumPy's files are damaged or mixed, or the "
		"extension was made for another kind of Python (2 or 3).");
	explanation_advise(
		explanation,
		"python -m pip install --force-reinstall --no-cache-dir numpy");
	explanation_advise_look(explanation);
	explanation_advise_rebuild(explanation);
}

static void explain_broken(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	(void)finding;
	explanation_effect(explanation, EXPLANATION_MATTERS, "NumPy cannot be imported");
	explanation->not_abi = true;
	explanation_say(
		explanation,
		"NumPy cannot load its own extension, so no other one is to blame. "
		"Usually it was installed for another Python, another system or "
		"another processor (copied from elsewhere, as into a Lambda layer or "
		"an image), or its files are mixed or incomplete. The lines "
		"\"Original error was\" and \"The Python version is\" tell which.");
	explanation_advise(explanation,
			   "python -m pip uninstall -y numpy && python -m pip install "
			   "--no-cache-dir numpy  # python: the very one that runs the "
			   "program");
	explanation_advise(
		explanation,
		"for another machine: python -m pip install --target DIR --platform "
		"manylinux2014_x86_64 --python-version 3.11 --only-binary=:all: "
		"numpy");
}

static void advise_on_building(struct explanation *explanation)
{
	explanation_advise(explanation, "python -m pip install numpy setuptools wheel "
					"Cython, and then python -m pip install "
					"--no-build-isolation PACKAGE");
	explanation_advise(explanation, "or a release of the package that has a wheel "
					"for this Python: python -m pip "
					"install --only-binary=:all: PACKAGE");
	explanation_advise(
		explanation,
		"its authors can ask for NumPy in pyproject.toml: [build-system] "
		"requires = [\"setuptools\", \"numpy\"]");
}

static void explain_no_numpy(const struct explain_finding *finding,
			     struct explanation *explanation)
{
	explanation->not_abi = true;
	if (finding->context.is_building) {
		explanation_effect(explanation, EXPLANATION_MATTERS,
				   "the package is not built");
		explanation_say(
			explanation,
			"pip was building a package whose setup.py imports NumPy "
			"without asking for it. pip builds in an environment of its "
			"own, with only what the package asks for, so that it does "
			"not help to install NumPy first.");
		advise_on_building(explanation);
		return;
	}
	explanation_effect(explanation, EXPLANATION_MATTERS, "NumPy is not there");
	explanation_say(explanation,
			"NumPy is not installed for the Python that ran this. Where it "
			"happens while a package is being built, the package's setup.py "
			"imports NumPy without asking for it.");
	explanation_advise(explanation, "python -m pip install numpy");
	advise_on_building(explanation);
}

static void explain_new_name(const struct explain_finding *finding,
			     struct explanation *explanation)
{
	/* 1.26.4 has numpy._core with the modules that pickles of old protocols name */
	bool any = finding->match.name[0] == '\0';

	explanation_effect(explanation, EXPLANATION_MATTERS, "the import or load fails");
	explanation->not_abi = true;
	snprintf(explanation->minimum, sizeof(explanation->minimum), "%s",
		 any ? "1.26.4" : "2.0");
	snprintf(explanation->running, sizeof(explanation->running), "before %s",
		 explanation->minimum);
	explanation_say(
		explanation,
		"numpy._core is where NumPy 2 keeps what was numpy.core.  Usually a "
		"file that was pickled under NumPy 2 (a model of joblib's, a .npy "
		"file of objects) is loaded under NumPy 1; otherwise it is Python "
		"code written for NumPy 2.  It is no question of compiled "
		"extensions.");
	explanation_advise_numpy(finding, explanation);
	explanation_advise(explanation,
			   "or save the file again under the NumPy that is to "
			   "load it, or with pickle protocol 4 where NumPy 1.26.4 "
			   "is to load it");
}

static void explain_removed_name(const struct explain_finding *finding,
				 struct explanation *explanation)
{
	explanation_effect(explanation, EXPLANATION_MATTERS,
			   "the code that uses it fails");
	explanation->not_abi = true;
	explanation_say(
		explanation,
		"Python code uses numpy.%s, which the NumPy that runs does not have: "
		"names were removed in 1.24 and in 2.0, others are new. It is no "
		"question of compiled extensions.",
		finding->match.name);
	explanation_advise_release(explanation, "written for the NumPy that runs");
	if (finding->form == EXPLAIN_HEADERS_2)
		explanation_advise(explanation, "or python -m pip install 'numpy<2'");
	else
		explanation_advise(explanation,
				   "or the NumPy that it was written for, for "
				   "example python -m pip install 'numpy<1.24'");
}

void explanation_of_import(const struct explain_finding *finding,
			   struct explanation *explanation)
{
	static explanation_maker *const makers[EXPLAIN_KINDS] = {
		[EXPLAIN_BYTE_ORDER] = explain_byte_order,
		[EXPLAIN_BANNER] = explain_banner,
		[EXPLAIN_NO_TABLE] = explain_no_table,
		[EXPLAIN_BAD_TABLE] = explain_bad_table,
		[EXPLAIN_NO_MODULE] = explain_no_module,
		[EXPLAIN_IMPORT_FAILED] = explain_failed,
		[EXPLAIN_AUTOMATIC] = explain_automatic,
		[EXPLAIN_F2PY] = explain_f2py,
		[EXPLAIN_BROKEN_NUMPY] = explain_broken,
		[EXPLAIN_NO_NUMPY] = explain_no_numpy,
		[EXPLAIN_NEW_NAME] = explain_new_name,
		[EXPLAIN_REMOVED_NAME] = explain_removed_name,
	};

	makers[finding->kind](finding, explanation);
}
