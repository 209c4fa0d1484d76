/* SPDX-License-Identifier: MIT
 *
 * What a known text means and what to do about it.
 */
#ifndef NPABI_SCAN_EXPLANATION_H
#define NPABI_SCAN_EXPLANATION_H

#include "base/textbuf.h"
#include "scan/explain_findings.h"

#define EXPLANATION_ADVICE_MAX EXPLAIN_ADVICE_MAX

enum explanation_matters {
	EXPLANATION_MATTERS,   /* something fails */
	EXPLANATION_HARMLESS,  /* nothing does */
	EXPLANATION_MAY_MATTER /* the text alone does not tell */
};

/* Absent things are "" or 0.  Nothing in here is escaped yet. */
struct explanation {
	enum explanation_matters matters;
	bool not_abi;		     /* the cause is none of versions that do not fit */
	char effect[128];	     /* "the import fails" */
	char meaning[2560];	     /* sentences */
	char built[64], running[64]; /* NumPy releases, as releases_sizes.h has them */
	char minimum[16], below[16]; /* NumPy releases that work */
	char package[64];	     /* as pip calls it */
	bool is_conda;		     /* it lies in an environment of conda's */
	unsigned advice_count;
	char advice[EXPLANATION_ADVICE_MAX][EXPLAIN_ADVICE_SIZE];
	bool by_record; /* the advice is a record's, word for word */
};

/* The two sides of a size check, as its text has them. */
struct explain_sizes {
	bool known;
	uint64_t compiled, actual;
	bool is_error; /* an exception, or else a warning */
};

/* Explains FINDING.  Never fails: each kind has something to say. */
void explanation_make(const struct explain_finding *finding,
		      struct explanation *explanation_);

/* --- for the files that explain a part of the kinds ----------------------------- */

/* What explains the findings of a kind; tables of these go by the kind. */
typedef void explanation_maker(const struct explain_finding *finding,
			       struct explanation *explanation);

/* Size checks (explain_sizes.c), and other types than NumPy's (explain_siblings.c). */
void explanation_of_size(const struct explain_finding *finding,
			 struct explanation *explanation);
void explanation_of_sibling(const struct explain_finding *finding,
			    const struct explain_sizes *sizes,
			    struct explanation *explanation);
void explanation_of_not_a_type(const struct explain_finding *finding,
			       struct explanation *explanation);
void explanation_of_function(const struct explain_finding *finding,
			     struct explanation *explanation);

/* What import_array compares (explain_versions.c), and what it does not find. */
void explanation_of_version(const struct explain_finding *finding,
			    struct explanation *explanation);
void explanation_of_import(const struct explain_finding *finding,
			   struct explanation *explanation);

/* Packages with words of their own, and npabi's records (explain_binders.c). */
void explanation_of_binder(const struct explain_finding *finding,
			   struct explanation *explanation);

/* Sets what follows from it, and whether that matters. */
void explanation_effect(struct explanation *explanation, enum explanation_matters matters,
			const char *effect);

/* Appends sentences to the meaning, by a printf format. */
void explanation_say(struct explanation *explanation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a piece of advice, by a printf format; what is too much is left out. */
void explanation_advise(struct explanation *explanation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds "python -m pip install 'numpy>=A,<B'" for the releases of EXPLANATION's bounds, or
 * the conda form where FINDING's paths are conda's; nothing without bounds.
 */
void explanation_advise_numpy(const struct explain_finding *finding,
			      struct explanation *explanation);

/*
 * Add: a newer release of the package, with SENTENCE on it; to look which NumPy
 * is imported; to scan.
 */
void explanation_advise_release(struct explanation *explanation, const char *sentence);
void explanation_advise_look(struct explanation *explanation);
void explanation_advise_scan(struct explanation *explanation);

/* Adds how to build the package here, if it can be built. */
void explanation_advise_rebuild(struct explanation *explanation);

/* The package's name for sentences: its own, or "the package". */
const char *explanation_subject(const struct explanation *explanation);

#endif
