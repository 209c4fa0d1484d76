/* SPDX-License-Identifier: MIT
 *
 * One event for the log, in either form.  A record is made in a buffer that the
 * caller gives and written by the sink with a single write.
 */
#ifndef NPABI_REPORT_RECORD_H
#define NPABI_REPORT_RECORD_H

#include "base/textbuf.h"
#include "facts/facts.h"
#include "facts/owner.h"
#include "verdict/outcome.h"
#include "verdict/runtime.h"
#include "verdict/verdict.h"

#define RECORD_SIZE_MAX 32768 /* of one record, its newline counted */
#define RECORD_SCHEMA	1

enum record_format { RECORD_TEXT, RECORD_JSONL };

/*
 * The NumPy releases that all extensions of an environment work with, and who
 * asks for the bounds; each "" where there is none.
 */
struct record_set {
	bool possible; /* there is such a release */
	const char *minimum, *below, *minimum_by, *below_by;
	const char *impossible_by; /* works with no release at all */
	const char *asked; /* who asks for a bound by metadata; NULL, "": nobody */
};

/* Everything that is said of one extension; nothing here is owned. */
struct record_extension {
	const char *path;
	const struct facts *facts;
	const struct owner *owner; /* NULL: not looked up */
	const struct verdict *verdict;
	const struct runtime *runtime; /* NULL: no NumPy known */
	const struct record_set *set;  /* NULL: its neighbours are not known */
	const char *python; /* path of the interpreter to install with; NULL, "": none */
	bool known;	    /* told before: a baseline of the user's has it */
	bool in_container;  /* what is installed now is lost with the container */
	bool brief;	    /* text of a mismatch: without the list of all sizes */
};

/*
 * Each appends one whole record with its newline to BUF.  A JSON record is
 * always one complete object of at most RECORD_SIZE_MAX bytes: where the text
 * is too long, evidence and then the size checks are left out from the end and
 * "truncated": true is added.  time, host, pid and tid are read by the
 * functions themselves.  Where the buffer itself is too small for even the
 * shortest object nothing is appended; BUF->truncated then says so.
 *
 * JSON: bytes that are not UTF-8 become U+FFFD, controls \uNNNN.  Text: each
 * line starts with "npabi[PID]: "; such bytes and controls are shown as \xNN.
 * errno is kept.  No allocation, no locks.
 */
void record_extension(struct npabi_textbuf *buf, enum record_format format,
		      const struct record_extension *extension);

/*
 * Appends the text of the ImportError by which the extension is refused: what is
 * wrong, what Python would have said, and advice, on several lines, the last one
 * without a newline.  Always UTF-8.
 */
void record_refusal(struct npabi_textbuf *buf, const struct record_extension *extension);

/* A start record: version, python version ("" unknown), what is hooked. */
void record_start(struct npabi_textbuf *buf, enum record_format format,
		  const char *python, const char *hooked);

/* A numpy record: the NumPy that was found running. */
void record_numpy(struct npabi_textbuf *buf, enum record_format format,
		  const struct runtime *runtime);

/* An outcome: what became of the import of the extension at PATH. */
void record_outcome(struct npabi_textbuf *buf, enum record_format format,
		    const char *path, const struct outcome *outcome);

/* What is said of one extension in the summary of a process. */
struct record_row {
	char path[1024];
	struct owner owner;
	char built_against[sizeof(((struct verdict *)NULL)->built_against)];
	enum verdict_kind verdict;
	enum verdict_kind observed; /* as in struct outcome */
	enum facts_answer agrees;
	bool refused; /* by us: the rest of its outcome means nothing */
};

/* All of them, in the order in which they are to be read, one verdict after the other. */
struct record_summary {
	const char *numpy; /* release, "" unknown */
	const struct record_row *const *rows;
	unsigned count;
};

/*
 * A summary record, a table in text form, with the rows from FIRST on that it has room
 * for.  The index of the first row that has found none, or the count: the caller goes
 * on from there with another record.
 */
unsigned record_summary(struct npabi_textbuf *buf, enum record_format format,
			const struct record_summary *summary, unsigned first);

/* A note: what could not be done with PATH ("" none), and why. */
void record_note(struct npabi_textbuf *buf, enum record_format format, const char *path,
		 const char *reason);

/* The same in JSON, of what a baseline of the user's has. */
void record_known_note(struct npabi_textbuf *buf, const char *path, const char *reason);

#endif
