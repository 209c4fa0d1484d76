/* SPDX-License-Identifier: MIT
 *
 * The two forms of an explanation.  What people read is wrapped, but for
 * commands, which are copied.  Called by explain.c.
 */
#include <string.h>

#include "report/escape.h"
#include "report/json_members.h"
#include "scan/explain_write.h"

#define WIDTH	 88
#define TEXT_MAX 8192
#define JSON_MAX RECORD_SIZE_MAX
#define INDENT	 "    "

static const char matters_names[][8] = {"yes", "no", "maybe"};

/* --- for people ------------------------------------------------------------------ */

/* Appends TEXT, which begins at COLUMN, in lines of which the others are indented. */
static void append_wrapped(struct npabi_textbuf *buf, const char *text, size_t column)
{
	const char *before = "";

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column + 1 + word > WIDTH) {
			before = "\n" INDENT;
			column = sizeof(INDENT) - 2;
		}
		npabi_textbuf_string(buf, before);
		npabi_textbuf_bytes(buf, text, word);
		column += word + 1;
		before = " ";
		text += word;
		text += strspn(text, " ");
	}
}

static void print_field(FILE *output, const char *name, const char *text)
{
	char line[TEXT_MAX];
	struct npabi_textbuf buf;

	if (!text[0])
		return;
	npabi_textbuf_init(&buf, line, sizeof(line));
	escape_text(&buf, text);
	fprintf(output, "  %s: %s\n", name, line);
}

static void print_meaning(FILE *output, const char *meaning)
{
	char escaped[TEXT_MAX], wrapped[TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, escaped, sizeof(escaped));
	escape_text(&buf, meaning);
	npabi_textbuf_init(&buf, wrapped, sizeof(wrapped));
	append_wrapped(&buf, escaped, sizeof("  meaning: ") - 1);
	fprintf(output, "  meaning: %s\n", wrapped);
}

static void print_head(FILE *output, const struct explain_finding *finding)
{
	char line[TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, line, sizeof(line));
	npabi_textbuf_format(&buf, "line %u: ", finding->line);
	escape_text(&buf, finding->category);
	npabi_textbuf_string(&buf, finding->category[0] ? ": " : "");
	escape_text(&buf, finding->text);
	if (finding->count > 1)
		npabi_textbuf_format(&buf, " (and %u more)", finding->count - 1);
	fprintf(output, "%s\n", line);
}

/* "pywt._extensions._pywt, of the package PyWavelets 1.4.1 (/v/pywt/..so)" */
static void print_where(FILE *output, const struct explain_finding *finding,
			const struct explanation *explanation)
{
	const struct explain_context *context = &finding->context;
	char where[1024];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, where, sizeof(where));
	npabi_textbuf_string(&buf, context->module);
	if (explanation->package[0]) {
		npabi_textbuf_format(&buf, "%spackage %s", buf.length ? ", of the " : "",
				     explanation->package);
		if (context->version[0])
			npabi_textbuf_format(&buf, " %s", context->version);
	}
	if (context->file[0])
		npabi_textbuf_format(&buf, buf.length ? " (%s)" : "%s", context->file);
	print_field(output, "where", where);
	if (!context->module[0])
		print_field(output, "by", context->statement);
}

/* Prints A, and WORDS and B behind it, where there are both. */
static void print_two(FILE *output, const char *name, const char *a, const char *words,
		      const char *b)
{
	char text[512];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, a);
	if (a[0] && b[0])
		npabi_textbuf_format(&buf, "%s%s", words, b);
	print_field(output, name, text);
}

static void print_releases(FILE *output, const struct explain_context *context,
			   const struct explanation *explanation)
{
	char text[96];
	struct npabi_textbuf buf;

	print_two(output, "built with NumPy", explanation->built, " by ",
		  context->generator);
	if (!explanation->built[0])
		print_field(output, "built by", context->generator);
	print_two(output, "running NumPy", explanation->running, ", ",
		  context->numpy_path);
	npabi_textbuf_init(&buf, text, sizeof(text));
	if (explanation->minimum[0])
		npabi_textbuf_format(&buf, "%s and later", explanation->minimum);
	if (explanation->below[0])
		npabi_textbuf_format(&buf, "%sbefore %s", buf.length ? ", " : "",
				     explanation->below);
	print_field(output, "works with NumPy", text);
}

static void print_text(FILE *output, const struct explain_finding *finding,
		       const struct explanation *explanation)
{
	static const char matters[][8] = {"yes", "no", "perhaps"};
	char text[2 * sizeof(explanation->advice[0])];
	struct npabi_textbuf buf;

	print_head(output, finding);
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_format(
		&buf, "%s: %s%s", matters[explanation->matters], explanation->effect,
		explanation->not_abi ? " (but no ABI mismatch with NumPy)" : "");
	print_field(output, "does it matter", text);
	print_where(output, finding, explanation);
	print_releases(output, &finding->context, explanation);
	print_meaning(output, explanation->meaning);
	fprintf(output, "  what to do, %sbest first:\n",
		explanation->by_record ? "in the record's own words, " : "");
	for (unsigned i = 0; i < explanation->advice_count; i++) {
		npabi_textbuf_init(&buf, text, sizeof(text));
		escape_text(&buf, explanation->advice[i]);
		fprintf(output, INDENT "%s\n", text);
	}
}

/* --- for programs ---------------------------------------------------------------- */

static void write_finding(struct json *json, const struct explain_finding *finding)
{
	const struct explain_context *context = &finding->context;

	write_known(json, "kind", explain_kind_name(finding->kind));
	write_unsigned(json, "line", finding->line);
	write_unsigned(json, "count", finding->count);
	write_known(json, "text", finding->text);
	write_known(json, "category", finding->category);
	write_known(json, "type", finding->match.name);
	json_key(json, "numbers");
	json_open(json, '[');
	for (unsigned i = 0; i < finding->match.number_count; i++)
		json_unsigned(json, finding->match.numbers[i]);
	json_close(json, ']');
	write_known(json, "module", context->module);
	write_known(json, "file", context->file);
	write_known(json, "statement", context->statement);
	write_known(json, "generator", context->generator);
	write_known(json, "numpy_path", context->numpy_path);
}

static void write_explanation(struct json *json, const struct explanation *explanation)
{
	write_known(json, "package", explanation->package);
	write_known(json, "matters", matters_names[explanation->matters]);
	write_literal(json, "abi_mismatch", explanation->not_abi ? "false" : "true");
	write_known(json, "effect", explanation->effect);
	write_known(json, "built_against", explanation->built);
	write_known(json, "running", explanation->running);
	write_known(json, "numpy_min", explanation->minimum);
	write_known(json, "numpy_below", explanation->below);
	write_known(json, "meaning", explanation->meaning);
	json_key(json, "advice");
	json_open(json, '[');
	for (unsigned i = 0; i < explanation->advice_count; i++)
		json_string(json, explanation->advice[i]);
	json_close(json, ']');
}

static void print_json(FILE *output, const struct explain_finding *finding,
		       const struct explanation *explanation)
{
	char text[JSON_MAX];
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
	write_common(&json, "explanation");
	write_finding(&json, finding);
	write_explanation(&json, explanation);
	json_close(&json, '}');
	fprintf(output, "%s\n", text);
}

void explain_write(FILE *output, enum record_format format,
		   const struct explain_finding *finding,
		   const struct explanation *explanation)
{
	if (format == RECORD_JSONL)
		print_json(output, finding, explanation);
	else
		print_text(output, finding, explanation);
}
