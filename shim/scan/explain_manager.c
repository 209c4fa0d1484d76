/* SPDX-License-Identifier: MIT
 *
 * Where the paths of a traceback say that Debian or conda has installed what fails, the
 * advice is theirs, as it is in a record (report/advice.c).  Called by explanation.c.
 */
#include <string.h>

#include "report/command.h"
#include "scan/explain_manager.h"

/* Debian's packages go together: what breaks them is another NumPy before theirs. */
static void advise_debian(const struct explain_context *context,
			  struct explanation *explanation)
{
	explanation_advise(explanation,
			   "PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip uninstall -y "
			   "numpy  # if one of pip's hides the system's NumPy, which "
			   "suits the system's packages");
	if (command_is_plain(context->place, "/"))
		explanation_advise(explanation,
				   "apt-get install --only-upgrade $(dpkg -S %s | cut "
				   "-d: -f1) python3-numpy",
				   context->place);
	explanation_advise(explanation,
			   "or leave the system's packages alone: python3 -m venv DIR && "
			   "DIR/bin/pip install %s",
			   explanation->package[0] ? explanation->package : "PACKAGE");
	explanation_advise_look(explanation);
}

void explain_manager_advise(const struct explain_finding *finding,
			    struct explanation *explanation)
{
	const struct explain_context *context = &finding->context;

	if (!context->is_system || explanation->not_abi ||
	    explanation->matters == EXPLANATION_HARMLESS)
		return;
	explanation->advice_count = 0;
	advise_debian(context, explanation);
}

void explain_manager_upgrade(struct explanation *explanation, const char *sentence)
{
	char name[sizeof(explanation->package)];
	size_t length = strlen(explanation->package);

	/* conda has no capitals in the names of packages */
	for (size_t i = 0; i <= length; i++) {
		char c = explanation->package[i];

		name[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	explanation_advise(
		explanation,
		"conda update %s  # %s; by pip, if conda list says that pip has "
		"installed it",
		name, sentence);
}
