/* SPDX-License-Identifier: MIT
 *
 * Records as JSON Lines, with the fields of the interface page.  An unknown
 * thing is null here, never a number that looks known.  Called by record.c.
 */
#include <string.h>

#include "report/advice.h"
#include "report/common.h"
#include "report/json_members.h"
#include "report/record_forms.h"

/* Kept free while lists are written, for what closes the object after them. */
#define TAIL "],\"evidence\":[],\"truncated\":true}\n"

/*
 * Bounds for the second try, when strings alone fill the record: a path may
 * have 4095 bytes, and every one of them may need six to be written.
 */
#define CLIPPED_PATH   8192
#define CLIPPED_STRING 512

void write_common(struct json *json, const char *event)
{
	struct record_common common;

	record_common_read(&common);
	json_open(json, '{');
	write_unsigned(json, "schema", RECORD_SCHEMA);
	write_string(json, "event", event);
	write_string(json, "time", common.time);
	write_string(json, "host", common.host);
	write_unsigned(json, "pid", (uint64_t)common.pid);
	write_unsigned(json, "tid", (uint64_t)common.tid);
}

/* Closes the object; empties the buffer when it did not fit. */
static void finish(struct json *json, bool truncated)
{
	if (truncated)
		write_literal(json, "truncated", "true");
	json_close(json, '}');
	npabi_textbuf_char(json->buf, '\n');
	if (json->buf->truncated) {
		json->buf->length = 0;
		json->buf->data[0] = '\0';
	}
}

static bool fits(const struct json *json)
{
	const struct npabi_textbuf *buf = json->buf;

	return !buf->truncated && buf->length + sizeof(TAIL) <= buf->capacity;
}

static const char *answer_literal(enum facts_answer answer)
{
	if (answer == FACTS_YES)
		return "true";
	return answer == FACTS_NO ? "false" : "null";
}

static void write_owner(struct json *json, const struct owner *owner)
{
	write_known(json, "module", owner ? owner->module : "");
	write_known(json, "distribution", owner ? owner->distribution : "");
	write_known(json, "distribution_version", owner ? owner->version : "");
}

static void write_status(struct json *json, const struct facts *facts)
{
	char text[192] = "";
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (facts->status != NPABI_OK)
		npabi_textbuf_string(&buf, npabi_status_text(facts->status));
	if (facts->status_detail[0]) {
		npabi_textbuf_string(&buf, buf.length ? ": " : "");
		npabi_textbuf_string(&buf, facts->status_detail);
	}
	write_known(json, "unread", text);
}

static void write_facts(struct json *json, const struct facts *facts)
{
	write_known(json, "build_id", facts->build_id);
	write_known(json, "generator", facts->generator);
	write_literal(json, "numpy_dependent", answer_literal(facts->numpy_dependent));
	json_key(json, "numpy_imports");
	json_open(json, '[');
	for (unsigned i = 0; i < facts->import_count; i++)
		json_string(json, facts->imports[i]);
	json_close(json, ']');
	write_hex(json, "abi_version", facts->abi_version);
	write_hex(json, "api_version", facts->api_version);
}

static void write_verdict(struct json *json, const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;

	write_known(json, "built_against", verdict->built_against);
	write_known(json, "numpy_min", verdict->numpy_min);
	write_known(json, "numpy_below", verdict->numpy_below);
	write_string(json, "verdict", verdict_kind_name(verdict->kind));
	if (extension->known)
		write_literal(json, "known", "true");
	write_known(json, "error_type", verdict->error_type);
	write_known(json, "message", verdict->message);
	write_known(json, "cause_type", verdict->cause_type);
	write_known(json, "cause", verdict->cause);
	write_known(json, "explanation", verdict->explanation);
	json_key(json, "advice");
	json_open(json, '[');
	for (unsigned i = 0; i < verdict->advice_count; i++) {
		char advice[RECORD_ADVICE_SIZE];

		if (record_advice(extension, i, advice, sizeof(advice)))
			json_string(json, advice);
	}
	json_close(json, ']');
}

static void write_runtime(struct json *json, const struct runtime *runtime)
{
	write_known(json, "python", runtime->python);
	write_known(json, "numpy", runtime->numpy);
	write_known(json, "numpy_path", runtime->numpy_path);
	write_hex(json, "abi_version", runtime->abi_version);
	write_hex(json, "api_version", runtime->api_version);
}

static void write_runtime_field(struct json *json, const struct runtime *runtime)
{
	json_key(json, "runtime");
	if (!runtime) {
		json_literal(json, "null");
		return;
	}
	json_open(json, '{');
	write_runtime(json, runtime);
	json_close(json, '}');
}

static void write_check(struct json *json, const struct record_extension *extension,
			unsigned index)
{
	const struct facts_size_check *check = &extension->facts->checks[index];
	const struct verdict *verdict = extension->verdict;
	bool known = verdict->checks[index].known;

	json_open(json, '{');
	write_string(json, "type", check->type);
	write_unsigned(json, "expected", check->expected);
	write_known(json, "policy", facts_policy_name(check->policy));
	json_key(json, "actual");
	if (known)
		json_unsigned(json, verdict->checks[index].actual);
	else
		json_literal(json, "null");
	write_known(json, "outcome",
		    known ? verdict_kind_name(verdict->checks[index].outcome) : "");
	json_close(json, '}');
}

/* Each of these two returns whether all of the list has been written. */
static bool write_checks(struct json *json, const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;
	bool complete = true;

	json_key(json, "size_checks");
	json_open(json, '[');
	for (unsigned i = 0; i < facts->check_count; i++) {
		struct json_mark mark = json_mark(json);

		write_check(json, extension, i);
		if (!fits(json)) {
			json_rewind(json, mark);
			complete = false;
			break;
		}
	}
	json_close(json, ']');
	return complete;
}

static bool write_evidence(struct json *json, const struct facts *facts, bool has_room)
{
	unsigned count = has_room ? facts->evidence_count : 0;
	bool complete = true;

	json_key(json, "evidence");
	json_open(json, '[');
	for (unsigned i = 0; i < count; i++) {
		const struct facts_evidence *evidence = &facts->evidence[i];
		struct json_mark mark = json_mark(json);

		json_open(json, '{');
		write_string(json, "fact", evidence->fact);
		json_key(json, "address");
		json_hex(json, evidence->address);
		write_string(json, "by", evidence->by);
		json_close(json, '}');
		if (!fits(json)) {
			json_rewind(json, mark);
			complete = false;
			break;
		}
	}
	json_close(json, ']');
	return complete;
}

/* Everything of an extension but the two lists that may be long. */
static void write_fixed(struct json *json, const struct record_extension *extension)
{
	size_t clip = json->clip;

	write_common(json, "extension");
	json->clip = clip ? CLIPPED_PATH : 0;
	write_string(json, "path", extension->path);
	json->clip = clip;
	write_owner(json, extension->owner);
	write_facts(json, extension->facts);
	write_verdict(json, extension);
	write_status(json, extension->facts);
	write_runtime_field(json, extension->runtime);
}

void record_json_extension(struct npabi_textbuf *buf,
			   const struct record_extension *extension)
{
	struct json json;
	struct json_mark start;
	bool complete;

	json_init(&json, buf);
	start = json_mark(&json);
	write_fixed(&json, extension);
	if (!fits(&json)) {
		json_rewind(&json, start);
		json.clip = CLIPPED_STRING;
		write_fixed(&json, extension);
	}
	/* checks come first: what evidence finds no room gives way to them */
	complete = write_checks(&json, extension);
	complete = write_evidence(&json, extension->facts, complete) && complete;
	finish(&json, !complete || extension->facts->checks_truncated || json.clipped);
}

void record_json_start(struct npabi_textbuf *buf, const char *python, const char *hooked)
{
	struct json json;

	json_init(&json, buf);
	write_common(&json, "start");
	write_string(&json, "version", NPABI_VERSION);
	write_known(&json, "python", python);
	write_known(&json, "hooked", hooked);
	finish(&json, false);
}

void record_json_numpy(struct npabi_textbuf *buf, const struct runtime *runtime)
{
	struct json json;

	json_init(&json, buf);
	json.clip = CLIPPED_PATH;
	write_common(&json, "numpy");
	write_runtime(&json, runtime);
	finish(&json, json.clipped);
}

void record_json_outcome(struct npabi_textbuf *buf, const char *path,
			 const struct outcome *outcome)
{
	struct json json;

	json_init(&json, buf);
	json.clip = CLIPPED_PATH;
	write_common(&json, "outcome");
	write_string(&json, "path", path);
	write_string(&json, "predicted", verdict_kind_name(outcome->predicted));
	write_string(&json, "observed", verdict_kind_name(outcome->observed));
	write_known(&json, "error_type", outcome->type);
	write_known(&json, "message", outcome->message);
	write_literal(&json, "agrees", answer_literal(outcome_agrees(outcome)));
	finish(&json, json.clipped);
}

static void write_row(struct json *json, const struct record_row *row)
{
	const char *observed = row->refused ? "refused" : "";

	if (!row->refused && row->observed != VERDICT_UNKNOWN)
		observed = verdict_kind_name(row->observed);
	json_open(json, '{');
	write_string(json, "path", row->path);
	write_owner(json, &row->owner);
	write_known(json, "built_against", row->built_against);
	write_string(json, "verdict", verdict_kind_name(row->verdict));
	write_known(json, "observed", observed);
	write_literal(json, "agrees", answer_literal(row->agrees));
	json_close(json, '}');
}

unsigned record_json_summary(struct npabi_textbuf *buf,
			     const struct record_summary *summary, unsigned first)
{
	struct json_mark mark;
	unsigned i = first;
	struct json json;

	json_init(&json, buf);
	write_common(&json, "summary");
	write_known(&json, "numpy", summary->numpy);
	write_unsigned(&json, "total", summary->count);
	write_unsigned(&json, "first", first);
	json_key(&json, "extensions");
	json_open(&json, '[');
	for (; i < summary->count; i++) {
		mark = json_mark(&json);
		write_row(&json, summary->rows[i]);
		if (fits(&json))
			continue;
		json_rewind(&json, mark);
		break;
	}
	json_close(&json, ']');
	finish(&json, false);
	return i;
}

void record_json_note(struct npabi_textbuf *buf, const char *path, const char *reason,
		      bool known)
{
	struct json json;

	json_init(&json, buf);
	json.clip = CLIPPED_PATH;
	write_common(&json, "note");
	write_known(&json, "path", path);
	write_string(&json, "reason", reason);
	if (known)
		write_literal(&json, "known", "true");
	finish(&json, json.clipped);
}
