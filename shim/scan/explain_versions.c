/* SPDX-License-Identifier: MIT
 *
 * The versions that NumPy's import_array compares: what was compiled in, and
 * what runs.  The releases come from the table.  Called by explanation.c.
 */
#include <stdio.h>
#include <string.h>

#include "scan/explanation.h"
#include "verdict/releases.h"
#include "verdict/releases_sizes.h"

#define ABI_1 0x01000009u
#define ABI_2 0x02000000u

/* An extension of which nothing is known but what the text says. */
static struct facts facts_of(const struct explain_finding *finding)
{
	const struct explain_match *match = &finding->match;
	struct facts facts = {.access = FACTS_ACCESS_IMPORT_ARRAY};

	if (finding->kind == EXPLAIN_ABI_VERSION) {
		facts.abi_version = (uint32_t)match->numbers[0];
	} else {
		facts.abi_version = finding->form == EXPLAIN_HEADERS_2 ? ABI_2 : ABI_1;
		facts.api_version = (uint32_t)match->numbers[0];
	}
	facts.api_text_points_to_docs = finding->form == EXPLAIN_DOCS;
	facts.versions_without_prefix = match->bare_hex;
	return facts;
}

static void name_builders(const struct explain_finding *finding,
			  const struct facts *facts, struct explanation *explanation)
{
	char *built = explanation->built;
	size_t size = sizeof(explanation->built);

	if (finding->kind == EXPLAIN_ABI_VERSION) {
		releases_with_abi(facts->abi_version, built, size);
		return;
	}
	releases_built_against(facts, built, size);
	/* the text may have been cut before what tells headers 1.24 from older ones */
	if (!built[0] || finding->form == EXPLAIN_HEADERS_1)
		releases_with_api(facts->api_version, built, size);
	if (finding->match.bare_hex && finding->form == EXPLAIN_HEADERS_1)
		releases_built_against(facts, built, size);
}

/* ", which is NumPy 1.22's", or that the table does not have it. */
static void say_releases(struct explanation *explanation, const char *releases)
{
	char first[8], last[8];

	if (releases[0]) {
		explanation_say(explanation, " (NumPy %s)", releases);
		return;
	}
	releases_span(first, last, sizeof(first));
	explanation_say(explanation, " (which no release from %s to %s has)", first,
			last);
}

static void say_versions(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	const char *which = finding->kind == EXPLAIN_ABI_VERSION ? "ABI" : "C API";

	explanation_say(explanation,
			"The extension was compiled for version 0x%llx of "
			"NumPy's %s",
			(unsigned long long)finding->match.numbers[0], which);
	say_releases(explanation, explanation->built);
	explanation_say(explanation, "; the NumPy that was imported has version 0x%llx",
			(unsigned long long)finding->match.numbers[1]);
	say_releases(explanation, explanation->running);
	explanation_say(explanation, ".");
}

static void advise_newer(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	explanation_advise_numpy(finding, explanation);
	if (!explanation->advice_count)
		explanation_advise(explanation, "python -m pip install --upgrade numpy");
	explanation_advise_look(explanation);
	explanation_advise(explanation,
			   "or an older release of %s, built with headers no newer than "
			   "NumPy %s",
			   explanation_subject(explanation),
			   explanation->running[0] ? explanation->running
						   : "the one that runs");
	explanation_advise_rebuild(explanation);
}

static void explain_api(const struct explain_finding *finding,
			struct explanation *explanation)
{
	releases_with_api((uint32_t)finding->match.numbers[1], explanation->running,
			  sizeof(explanation->running));
	say_versions(finding, explanation);
	explanation_say(explanation,
			" It may call functions that the older NumPy lacks, so "
			"NumPy refuses it.");
	advise_newer(finding, explanation);
}

static void explain_abi(const struct explain_finding *finding,
			struct explanation *explanation)
{
	bool is_older = finding->match.numbers[0] < finding->match.numbers[1];

	releases_with_abi((uint32_t)finding->match.numbers[1], explanation->running,
			  sizeof(explanation->running));
	say_versions(finding, explanation);
	explanation_say(explanation, " Between the two the layout of NumPy's objects "
				     "changed, so NumPy refuses it.");
	if (!is_older) {
		advise_newer(finding, explanation);
		return;
	}
	explanation->minimum[0] = '\0';
	explanation_advise_numpy(finding, explanation);
	explanation_advise_release(explanation, "if it has one built for NumPy 2");
	explanation_advise_rebuild(explanation);
}

void explanation_of_version(const struct explain_finding *finding,
			    struct explanation *explanation)
{
	struct facts facts = facts_of(finding);

	explanation_effect(explanation, EXPLANATION_MATTERS, "the import fails");
	name_builders(finding, &facts, explanation);
	releases_range(&facts, explanation->minimum, explanation->below,
		       sizeof(explanation->below));
	if (finding->kind == EXPLAIN_ABI_VERSION)
		explain_abi(finding, explanation);
	else
		explain_api(finding, explanation);
	if (!finding->context.module[0])
		explanation_advise_scan(explanation);
}
