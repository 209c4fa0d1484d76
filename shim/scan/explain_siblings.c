/* SPDX-License-Identifier: MIT
 *
 * Cython's checks on types and functions of other packages than NumPy: two
 * packages were built for one another in other releases than those installed.
 * Called by explanation.c and explain_sizes.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/explain_package.h"
#include "scan/explanation.h"

/* Types of the interpreter and of its own extensions. */
static bool is_of_python(const char *name)
{
	static const char modules[][16] = {"builtins.", "__builtin__.", "array.",
					   "datetime.", "_weakref.",	"types."};

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strncmp(name, modules[i], strlen(modules[i])) == 0)
			return true;
	return false;
}

static void say_sizes(const struct explain_sizes *sizes, const char *name,
		      struct explanation *explanation)
{
	if (!sizes->known) {
		explanation_say(explanation,
				"The size of %s is not the one that was compiled in.",
				name);
		return;
	}
	explanation_say(
		explanation,
		"The extension was compiled with %s of %llu bytes; the one that was "
		"imported has %llu.",
		name, (unsigned long long)sizes->compiled,
		(unsigned long long)sizes->actual);
}

static void explain_python(const char *name, const struct explain_sizes *sizes,
			   struct explanation *explanation)
{
	say_sizes(sizes, name, explanation);
	explanation_say(
		explanation,
		" That type is Python's own, so this has nothing to do with NumPy: "
		"%s was compiled for another Python (another minor release, a debug "
		"or a free-threaded build).",
		explanation_subject(explanation));
	explanation->not_abi = true;
	explanation_advise_rebuild(explanation);
}

/* "python -m pip install --upgrade --force-reinstall OWNER SUBJECT" */
static void advise_both(const char *owner, struct explanation *explanation)
{
	const char *subject = explanation->package;
	bool both = subject[0] && strcmp(subject, owner) != 0;

	explanation_advise(explanation,
			   "python -m pip install --upgrade --force-reinstall %s%s%s  # "
			   "together, so "
			   "that they suit each other",
			   owner, both ? " " : "", both ? subject : "");
	if (!both)
		explanation_advise(
			explanation,
			"and with it the package that imports it: see the lines "
			"around the text");
	explanation_advise_rebuild(explanation);
}

void explanation_of_sibling(const struct explain_finding *finding,
			    const struct explain_sizes *sizes,
			    struct explanation *explanation)
{
	const char *name = finding->match.name;
	char owner[64];

	explanation_effect(explanation,
			   sizes->is_error ? EXPLANATION_MATTERS : EXPLANATION_HARMLESS,
			   sizes->is_error ? "the import fails" : "nothing fails");
	if (is_of_python(name)) {
		explain_python(name, sizes, explanation);
		return;
	}
	explain_package(name, owner, sizeof(owner));
	say_sizes(sizes, name, explanation);
	explanation_say(
		explanation,
		" The type is %s's, not NumPy's: %s was built for another release "
		"of %s than the one installed",
		owner, explanation_subject(explanation), owner);
	if (sizes->known)
		explanation_say(explanation, sizes->compiled > sizes->actual
						     ? ", most likely a newer one"
						     : ", most likely an older one");
	explanation_say(explanation, ".");
	if (!sizes->is_error) {
		explanation_say(explanation,
				" The type has only grown, which Cython lets "
				"pass with this warning.");
		explanation_advise(explanation, "nothing, as long as all works");
	}
	advise_both(owner, explanation);
}

void explanation_of_not_a_type(const struct explain_finding *finding,
			       struct explanation *explanation)
{
	char owner[64];

	explain_package(finding->match.name, owner, sizeof(owner));
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"%s is something else than a class in the %s that was imported: "
		"another release than the extension was built for, or another "
		"module of that name, such as a file %s.py of your own that comes "
		"first on sys.path.",
		finding->match.name, owner, owner);
	explanation_advise(explanation,
			   "python -c 'import %s; print(%s.__file__)'  # is it "
			   "the one that is meant?",
			   owner, owner);
	advise_both(owner, explanation);
}

void explanation_of_function(const struct explain_finding *finding,
			     struct explanation *explanation)
{
	const char *name = finding->match.name;
	bool names_module = strchr(name, '.') != NULL;
	char owner[64];

	explain_package(name, owner, sizeof(owner));
	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	explanation_say(
		explanation,
		"An extension made by Cython calls C functions of another one "
		"(%s), and that one does not have them in the form that was "
		"compiled in: the two were built for other releases of each other. "
		"This is no question of NumPy's.",
		name);
	explanation->not_abi = true;
	if (names_module)
		advise_both(owner, explanation);
	else
		explanation_advise_rebuild(explanation);
	explanation_advise_release(explanation, "built for what is installed beside it");
}
