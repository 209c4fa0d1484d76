/* SPDX-License-Identifier: MIT
 *
 * Facts, verdicts and advice as JSON, with the words of others as escape_text shows
 * them.  What many extensions have in common goes to what the page shares.  Called by
 * html_scan.c.
 */
#include <string.h>

#include "base/path.h"
#include "report/advice.h"
#include "report/json_members.h"
#include "scan/common_range.h"
#include "scan/html_item.h"
#include "scan/html_text.h"

/* One string as written, and all members together: a path may be long. */
#define STRING_MAX  16384
#define MEMBERS_MAX 131072

static const char *const size_columns[] = {
	"Type", "Bytes in the headers", "If it is larger", "Bytes here", "Comes to", NULL,
};
static const char *const evidence_columns[] = {"Fact", "Address", "Read from", NULL};

const struct html_table html_item_tables[] = {
	{"Size checks", size_columns},
	{"Evidence", evidence_columns},
	{NULL, NULL},
};

const char *const html_item_fields[] = {"Built against", "Works with", NULL};

/* One item being made. */
struct making {
	struct html_page *page;
	struct json json;
	bool failed; /* no memory */
};

static void start(struct making *making, struct html_page *page,
		  struct npabi_textbuf *buf)
{
	making->page = page;
	making->failed = false;
	json_init(&making->json, buf);
	making->json.clip = STRING_MAX;
}

/* Writes TEXT by its number: others have it, too. */
static void write_shared(struct making *making, const char *text)
{
	unsigned number = 0;

	if (!html_pool_add_text(&making->page->shared, text, &number))
		making->failed = true;
	json_unsigned(&making->json, number);
}

static void write_text(struct making *making, const char *key, const char *text)
{
	json_key(&making->json, key);
	html_json_text(&making->json, text);
}

/* --- facts ------------------------------------------------------------------- */

static void write_fact(struct making *making, const char *label, const char *text)
{
	if (!text[0])
		return;
	json_open(&making->json, '[');
	write_shared(making, label);
	write_shared(making, text);
	json_close(&making->json, ']');
}

static void write_version(struct making *making, const char *label, uint32_t version)
{
	char text[32];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (version)
		npabi_textbuf_hex(&buf, version);
	write_fact(making, label, text);
}

static void write_imports(struct making *making, const struct facts *facts)
{
	char text[FACTS_IMPORTS_MAX * (sizeof(facts->imports[0]) + 2)];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	for (unsigned i = 0; i < facts->import_count; i++) {
		npabi_textbuf_string(&buf, i ? ", " : "");
		npabi_textbuf_string(&buf, facts->imports[i]);
	}
	write_fact(making, "Imports of NumPy", text);
}

static void write_facts(struct making *making, const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;

	json_key(&making->json, "facts");
	json_open(&making->json, '[');
	write_fact(making, "Known", extension->known ? "by the baseline" : "");
	write_fact(making, "Generator", facts->generator);
	write_version(making, "ABI version compiled in", facts->abi_version);
	write_version(making, "API version compiled in", facts->api_version);
	write_imports(making, facts);
	write_fact(making, "Build id", facts->build_id);
	if (facts->status != NPABI_OK)
		write_fact(making, "Not read to the end",
			   npabi_status_text(facts->status));
	write_fact(making, "Not followed", facts->status_detail);
	json_close(&making->json, ']');
}

static void write_number(struct making *making, bool known, uint64_t number)
{
	char text[24];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (known)
		npabi_textbuf_unsigned(&buf, number);
	json_string(&making->json, text);
}

/* The rows of all checks, which extensions of one package have in common. */
static void write_checks(struct making *making, const struct facts *facts,
			 const struct verdict *verdict)
{
	json_open(&making->json, '[');
	for (unsigned i = 0; i < facts->check_count; i++) {
		const struct facts_size_check *check = &facts->checks[i];
		bool known = verdict->checks[i].known;

		json_open(&making->json, '[');
		html_json_text(&making->json, check->type);
		write_number(making, true, check->expected);
		json_string(&making->json, facts_policy_name(check->policy));
		write_number(making, known, verdict->checks[i].actual);
		json_string(&making->json,
			    known ? verdict_kind_name(verdict->checks[i].outcome) : "");
		json_close(&making->json, ']');
	}
	json_close(&making->json, ']');
}

/* Adds what was written to what the page shares; its number, or 0 without memory. */
static unsigned share(struct making *making)
{
	unsigned number = 0;

	if (making->json.buf->truncated ||
	    !html_pool_add(&making->page->shared, making->json.buf->data, &number))
		making->failed = true;
	return number;
}

static void write_evidence(struct making *making, const struct facts *facts)
{
	json_open(&making->json, '[');
	for (unsigned i = 0; i < facts->evidence_count; i++) {
		json_open(&making->json, '[');
		write_shared(making, facts->evidence[i].fact);
		json_hex(&making->json, facts->evidence[i].address);
		write_shared(making, facts->evidence[i].by);
		json_close(&making->json, ']');
	}
	json_close(&making->json, ']');
}

static void write_tables(struct making *making, const struct record_extension *extension)
{
	char text[MEMBERS_MAX];
	struct npabi_textbuf buf;
	struct making checks;

	npabi_textbuf_init(&buf, text, sizeof(text));
	start(&checks, making->page, &buf);
	write_checks(&checks, extension->facts, extension->verdict);
	json_key(&making->json, "tables");
	json_open(&making->json, '[');
	json_unsigned(&making->json, share(&checks));
	write_evidence(making, extension->facts);
	json_close(&making->json, ']');
	making->failed |= checks.failed;
}

/* --- the item ---------------------------------------------------------------- */

/* The path, in two: many files share a folder. */
static void write_path(struct making *making, const struct record_extension *extension)
{
	const char *path = extension->path, *module = extension->owner->module;
	const char *file = npabi_file_name(path);
	char folder[STRING_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, folder, sizeof(folder));
	npabi_textbuf_bytes(&buf, path, (size_t)(file - path));
	write_text(making, "name", module[0] ? module : file);
	write_text(making, "file", file);
	json_key(&making->json, "folder");
	write_shared(making, folder);
}

static void write_fields(struct making *making, const struct record_extension *extension)
{
	bool dependent = extension->facts->numpy_dependent == FACTS_YES;
	char bounds[HTML_FIELD_SIZE] = "";
	struct common_range range = {.count = 0};
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, bounds, sizeof(bounds));
	common_range_add(&range, extension->facts, "it");
	if (dependent && common_range_is_possible(&range))
		common_range_append(&buf, range.minimum, range.below);
	else if (dependent)
		npabi_textbuf_string(&buf, "none");
	json_key(&making->json, "fields");
	json_open(&making->json, '[');
	write_shared(making, dependent ? extension->verdict->built_against : "");
	write_shared(making, bounds);
	json_close(&making->json, ']');
}

static const char *answer_literal(enum facts_answer answer)
{
	if (answer == FACTS_YES)
		return "true";
	return answer == FACTS_NO ? "false" : "null";
}

struct html_item *html_item_add(struct html_page *page, struct html_row *row,
				const struct record_extension *extension)
{
	char text[MEMBERS_MAX];
	struct npabi_textbuf buf;
	struct making making;

	npabi_textbuf_init(&buf, text, sizeof(text));
	start(&making, page, &buf);
	write_path(&making, extension);
	write_literal(&making.json, "uses_numpy",
		      answer_literal(extension->facts->numpy_dependent));
	write_fields(&making, extension);
	write_facts(&making, extension);
	write_tables(&making, extension);
	if (making.failed || buf.truncated)
		return NULL;
	return html_page_item(page, row, text);
}

/* --- verdicts and advice ------------------------------------------------------ */

/* Why there is no verdict; where there is one, in a sentence. */
static const char *explanation_of(const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;
	const struct facts *facts = extension->facts;

	if (verdict->kind != VERDICT_UNKNOWN || verdict->explanation[0])
		return verdict->explanation;
	if (facts->status != NPABI_OK)
		return npabi_status_text(facts->status);
	return facts->status_detail[0] ? facts->status_detail
				       : "what was read does not settle it";
}

/* "ValueError: ...", as far as either is known. */
static void write_words(struct making *making, const char *key, const char *type,
			const char *message)
{
	char text[sizeof(((struct verdict *)NULL)->message) + 64];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, type);
	npabi_textbuf_string(&buf, type[0] && message[0] ? ": " : "");
	npabi_textbuf_string(&buf, message);
	write_text(making, key, text);
}

bool html_item_judge(struct html_page *page, struct html_item *item, int index,
		     const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;
	char text[STRING_MAX];
	struct npabi_textbuf buf;
	struct making making;
	struct html_outcome *outcome;

	if (index == HTML_NO_RELEASE)
		return true;
	outcome = &item->outcomes[index];
	npabi_textbuf_init(&buf, text, sizeof(text));
	start(&making, page, &buf);
	json_open(&making.json, '{');
	write_string(&making.json, "verdict", verdict_kind_name(verdict->kind));
	write_words(&making, "says", verdict->error_type, verdict->message);
	write_words(&making, "because", verdict->cause_type, verdict->cause);
	write_text(&making, "explanation", explanation_of(extension));
	json_close(&making.json, '}');
	outcome->known = true;
	outcome->kind = verdict->kind;
	outcome->number = share(&making);
	return !making.failed;
}

bool html_item_advise(struct html_page *page, struct html_item *item,
		      const struct record_extension *extension)
{
	char text[MEMBERS_MAX], advice[RECORD_ADVICE_SIZE];
	struct npabi_textbuf buf;
	struct making making;

	npabi_textbuf_init(&buf, text, sizeof(text));
	start(&making, page, &buf);
	json_open(&making.json, '[');
	for (unsigned i = 0; i < extension->verdict->advice_count; i++) {
		if (record_advice(extension, i, advice, sizeof(advice)))
			html_json_text(&making.json, advice);
	}
	json_close(&making.json, ']');
	item->advice = share(&making);
	return !making.failed;
}
