/* SPDX-License-Identifier: MIT
 *
 * The document is written an object at a time.  Results wait for what is known of their
 * neighbours, as records do, and notes have a place behind the results.  Called by
 * scan.c.
 */
#include <string.h>
#include <unistd.h>

#include "report/escape.h"
#include "report/json_members.h"
#include "scan/finding.h"
#include "scan/sarif.h"
#include "scan/sarif_message.h"
#include "scan/sarif_rules.h"
#include "scan/sarif_uri.h"

#define SCHEMA                                           \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0" \
	"/errata01/os/schemas/sarif-schema-2.1.0.json"

#define MESSAGE_MAX 8192

static void flush(struct sarif *sarif)
{
	fwrite(sarif->buf.data, 1, sarif->buf.length, sarif->output);
	sarif->buf.length = 0;
}

/* Appends TEXT so that no part of it is taken for a link. */
static void append_unlinked(struct npabi_textbuf *buf, const char *text)
{
	for (; *text; text++) {
		if (*text == '[')
			npabi_textbuf_char(buf, '\\');
		npabi_textbuf_char(buf, *text);
	}
}

static void write_message(struct json *json, const char *text)
{
	char unlinked[2 * MESSAGE_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, unlinked, sizeof(unlinked));
	append_unlinked(&buf, text);
	json_key(json, "message");
	json_open(json, '{');
	write_string(json, "text", unlinked);
	json_close(json, '}');
}

/* --- locations -------------------------------------------------------------- */

static void write_physical(const struct sarif *sarif, struct json *json, const char *path)
{
	char uri[3 * PATH_MAX + 1];
	const char *base;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, uri, sizeof(uri));
	base = sarif_uri_append(&buf, path, sarif->directory);
	json_key(json, "physicalLocation");
	json_open(json, '{');
	json_key(json, "artifactLocation");
	json_open(json, '{');
	write_string(json, "uri", uri);
	write_string(json, "uriBaseId", base);
	json_close(json, '}');
	/* there are no lines in it, but code hosts take no result without one */
	json_key(json, "region");
	json_open(json, '{');
	write_unsigned(json, "startLine", 1);
	json_close(json, '}');
	json_close(json, '}');
}

static void write_logical(struct json *json, const char *module)
{
	json_key(json, "logicalLocations");
	json_open(json, '[');
	json_open(json, '{');
	write_string(json, "fullyQualifiedName", module);
	write_string(json, "kind", "module");
	json_close(json, '}');
	json_close(json, ']');
}

static void write_locations(const struct sarif *sarif, struct json *json,
			    const char *path, const char *module)
{
	json_key(json, "locations");
	json_open(json, '[');
	json_open(json, '{');
	write_physical(sarif, json, path);
	if (module[0])
		write_logical(json, module);
	json_close(json, '}');
	json_close(json, ']');
}

/* --- results ---------------------------------------------------------------- */

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

/* The second name is the only one that code scanning heeds. */
static void write_fingerprints(struct json *json,
			       const struct record_extension *extension)
{
	char finding[FINDING_MAX], digits[24];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, finding, sizeof(finding));
	finding_append(&buf, extension);
	snprintf(digits, sizeof(digits), "%016llx", (unsigned long long)hash(finding));
	json_key(json, "partialFingerprints");
	json_open(json, '{');
	write_string(json, "npabi/v1", digits);
	write_string(json, "primaryLocationLineHash", digits);
	json_close(json, '}');
}

static void write_properties(struct json *json, const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;
	const struct owner *owner = extension->owner;
	const struct runtime *runtime = extension->runtime;

	json_key(json, "properties");
	json_open(json, '{');
	write_string(json, "verdict", verdict_kind_name(verdict->kind));
	write_known(json, "distribution", owner->distribution);
	write_known(json, "distribution_version", owner->version);
	write_known(json, "numpy", runtime ? runtime->numpy : "");
	write_known(json, "built_against", verdict->built_against);
	write_known(json, "numpy_min", verdict->numpy_min);
	write_known(json, "numpy_below", verdict->numpy_below);
	json_close(json, '}');
}

static void write_result(void *context, const struct record_extension *extension)
{
	struct sarif *sarif = context;
	const struct verdict *verdict = extension->verdict;
	struct json *json = &sarif->json;
	char text[MESSAGE_MAX];
	struct npabi_textbuf message;

	npabi_textbuf_init(&message, text, sizeof(text));
	sarif_message_append(&message, extension);
	npabi_textbuf_char(&sarif->buf, '\n');
	json_open(json, '{');
	write_string(json, "ruleId", verdict_rule_name(verdict->rule));
	write_unsigned(json, "ruleIndex", sarif_rule_index(verdict->rule));
	write_string(json, "level", sarif_level(verdict->kind));
	write_message(json, text);
	write_locations(sarif, json, extension->path, extension->owner->module);
	write_fingerprints(json, extension);
	if (sarif->has_baseline)
		write_string(json, "baselineState",
			     extension->known ? "unchanged" : "new");
	write_properties(json, extension);
	json_close(json, '}');
	flush(sarif);
}

/* --- notes ------------------------------------------------------------------ */

/* Starts a note in the buffer; what is KNOWN is no more than a remark. */
static struct json start_note(struct sarif *sarif, const char *id, bool known)
{
	struct json json;

	json_init(&json, &sarif->buf);
	npabi_textbuf_string(&sarif->buf, sarif->has_notes ? ",\n" : "\n");
	json_open(&json, '{');
	json_key(&json, "descriptor");
	json_open(&json, '{');
	write_string(&json, "id", id);
	json_close(&json, '}');
	write_string(&json, "level", known ? "note" : "warning");
	return json;
}

static void end_note(struct sarif *sarif, struct json *json)
{
	json_close(json, '}');
	/* without memory, the exit code still tells that there was one */
	if (held_add_text(&sarif->notes, sarif->buf.data, sarif->buf.length))
		sarif->has_notes = true;
	sarif->buf.length = 0;
}

void sarif_unread(struct sarif *sarif, const char *path, const char *reason, bool known)
{
	struct json json = start_note(sarif, "not-analysed", known);
	char text[MESSAGE_MAX];
	struct npabi_textbuf message;

	npabi_textbuf_init(&message, text, sizeof(text));
	escape_text(&message, path);
	npabi_textbuf_string(&message, ": not analysed: ");
	escape_text(&message, reason);
	write_message(&json, text);
	write_locations(sarif, &json, path, "");
	end_note(sarif, &json);
}

static void add_unknown(struct sarif *sarif, const struct record_extension *extension)
{
	struct json json = start_note(sarif, "unknown", extension->known);
	char text[MESSAGE_MAX];
	struct npabi_textbuf message;

	npabi_textbuf_init(&message, text, sizeof(text));
	sarif_message_append(&message, extension);
	write_message(&json, text);
	write_locations(sarif, &json, extension->path, extension->owner->module);
	end_note(sarif, &json);
}

bool sarif_add(struct sarif *sarif, const struct record_extension *extension,
	       const struct common_range *range)
{
	if (extension->verdict->kind != VERDICT_UNKNOWN)
		return held_add(&sarif->results, extension, range);
	add_unknown(sarif, extension);
	return true;
}

/* --- the document ----------------------------------------------------------- */

static void write_notifications(struct json *json)
{
	static const char texts[][2][64] = {
		{"not-analysed", "A file that may be an extension cannot be read"},
		{"unknown", "What was read of an extension does not settle it"},
	};

	json_key(json, "notifications");
	json_open(json, '[');
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_open(json, '{');
		write_string(json, "id", texts[i][0]);
		json_key(json, "shortDescription");
		json_open(json, '{');
		write_string(json, "text", texts[i][1]);
		json_close(json, '}');
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_tool(struct json *json)
{
	json_key(json, "tool");
	json_open(json, '{');
	json_key(json, "driver");
	json_open(json, '{');
	write_string(json, "name", "npabi");
	write_string(json, "version", NPABI_VERSION);
	write_string(json, "semanticVersion", NPABI_VERSION);
	if (NPABI_RULES_URL[0])
		write_string(json, "informationUri", NPABI_RULES_URL);
	sarif_rules_write(json, NPABI_RULES_URL);
	write_notifications(json);
	json_close(json, '}');
	json_close(json, '}');
}

static void write_base(struct json *json, const char *name, const char *directory)
{
	char uri[3 * PATH_MAX + 16];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, uri, sizeof(uri));
	sarif_uri_append_root(&buf, directory);
	json_key(json, name);
	json_open(json, '{');
	write_string(json, "uri", uri);
	json_close(json, '}');
}

static void write_bases(const struct sarif *sarif, struct json *json)
{
	json_key(json, "originalUriBaseIds");
	json_open(json, '{');
	if (sarif->directory[0])
		write_base(json, SARIF_SOURCE_ROOT, sarif->directory);
	write_base(json, SARIF_SYSTEM_ROOT, "/");
	json_close(json, '}');
}

void sarif_start(struct sarif *sarif, FILE *output, bool has_baseline)
{
	struct json *json = &sarif->json;

	memset(sarif, 0, offsetof(struct sarif, text));
	sarif->output = output;
	sarif->has_baseline = has_baseline;
	if (!getcwd(sarif->directory, sizeof(sarif->directory)))
		sarif->directory[0] = '\0';
	npabi_textbuf_init(&sarif->buf, sarif->text, sizeof(sarif->text));
	json_init(json, &sarif->buf);
	json_open(json, '{');
	write_string(json, "$schema", SCHEMA);
	write_string(json, "version", "2.1.0");
	json_key(json, "runs");
	json_open(json, '[');
	json_open(json, '{');
	write_tool(json);
	write_bases(sarif, json);
	json_key(json, "results");
	json_open(json, '[');
	flush(sarif);
}

void sarif_finish(struct sarif *sarif, bool success)
{
	struct json *json = &sarif->json;

	held_visit(&sarif->results, write_result, sarif);
	json_close(json, ']');
	json_key(json, "invocations");
	json_open(json, '[');
	json_open(json, '{');
	write_literal(json, "executionSuccessful", success ? "true" : "false");
	json_key(json, "toolExecutionNotifications");
	json_open(json, '[');
	flush(sarif);
	held_write(&sarif->notes, sarif->output);
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	npabi_textbuf_char(&sarif->buf, '\n');
	flush(sarif);
}
