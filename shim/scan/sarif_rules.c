/* SPDX-License-Identifier: MIT
 *
 * What a rule says is what docs/RULES.md says of it, shortly.  Called by sarif.c.
 */
#include "report/json_members.h"
#include "scan/sarif_rules.h"

struct rule {
	enum verdict_rule rule;
	enum verdict_kind kind;
	const char *name, *summary, *meaning, *remedy;
};

static const struct rule rules[] = {
	{VERDICT_RULE_SIZE_ERROR, VERDICT_ERROR, "SizeChanged",
	 "The import fails: a type has another size than compiled for",
	 "The extension was compiled with the headers of a NumPy whose type is larger "
	 "than "
	 "in the NumPy that runs, or, where it asks for the very size, of another size. "
	 "Cython compares them on import and raises ValueError.",
	 "Install a NumPy of the range that the result names, or a release of the "
	 "package "
	 "that was built for the NumPy that runs."},
	{VERDICT_RULE_SIZE_WARNING, VERDICT_WARN, "SizeWarning",
	 "The import warns: a type is larger than compiled for",
	 "The extension was compiled with the headers of a NumPy whose type is smaller "
	 "than "
	 "in the NumPy that runs. Cython tells so by a RuntimeWarning, which is harmless "
	 "unless warnings are made errors.",
	 "Nothing need be done; a build with the NumPy that runs does not warn."},
	{VERDICT_RULE_IMPORT_ARRAY, VERDICT_ERROR, "ImportArrayFails",
	 "The import fails: NumPy's import_array refuses the extension",
	 "The ABI or API version of the NumPy headers that the extension was compiled "
	 "with "
	 "is not one that the NumPy that runs serves. import_array finds that on import, "
	 "and "
	 "the import ends with ImportError or the words that the extension has for it.",
	 "Install a NumPy of the range that the result names, or a release of the "
	 "package "
	 "that was built for the NumPy that runs."},
	{VERDICT_RULE_IGNORED, VERDICT_UNSAFE, "ImportArrayIgnored",
	 "NumPy's import_array refuses the extension, which ignores that",
	 "import_array fails on the NumPy that runs, and the extension goes on all the "
	 "same, "
	 "without NumPy's function table or with that of another NumPy. The import "
	 "succeeds; "
	 "what uses arrays later may crash.",
	 "Install a NumPy of the range that the result names, or a release of the "
	 "package "
	 "that was built for the NumPy that runs."},
	{VERDICT_RULE_LATER, VERDICT_UNSAFE, "ImportArrayLater",
	 "NumPy's import_array will refuse the extension when it is called",
	 "The extension does not call import_array on import but later. On the NumPy "
	 "that "
	 "runs it will fail then.",
	 "Install a NumPy of the range that the result names, or a release of the "
	 "package "
	 "that was built for the NumPy that runs."},
	{VERDICT_RULE_LAYOUT, VERDICT_UNSAFE, "LayoutChanged",
	 "The extension reads NumPy's structs by an outdated layout",
	 "No check stops the extension (pybind11 before 2.12 and rust-numpy before 0.22 "
	 "make "
	 "none), and it reads the dtype of NumPy 2 by the layout of NumPy 1. The import "
	 "succeeds, and results may be wrong.",
	 "Install a NumPy of the range that the result names, or a release of the "
	 "package "
	 "that was built for the NumPy that runs."},
};

const char *sarif_level(enum verdict_kind kind)
{
	return kind == VERDICT_ERROR ? "error" : "warning";
}

unsigned sarif_rule_index(enum verdict_rule rule)
{
	return (unsigned)rule - 1;
}

static void write_text(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_open(json, '{');
	write_string(json, "text", text);
	json_close(json, '}');
}

static void write_help(struct json *json, const struct rule *rule)
{
	const char *id = verdict_rule_name(rule->rule);
	char text[1024];
	struct npabi_textbuf buf;

	json_key(json, "help");
	json_open(json, '{');
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_format(&buf, "%s\n\n%s\n\nMore: docs/RULES.md of npabi, %s",
			     rule->meaning, rule->remedy, id);
	write_string(json, "text", text);
	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_format(&buf,
			     "%s\n\n**What to do:** %s\n\nMore: `docs/RULES.md` of "
			     "npabi, `%s`",
			     rule->meaning, rule->remedy, id);
	write_string(json, "markdown", text);
	json_close(json, '}');
}

static void write_properties(struct json *json, const struct rule *rule)
{
	json_key(json, "properties");
	json_open(json, '{');
	write_string(json, "precision", "very-high");
	/* in the words of code scanning, which shows it beside the level */
	write_string(json, "problem.severity", sarif_level(rule->kind));
	json_key(json, "tags");
	json_open(json, '[');
	json_string(json, "numpy");
	json_string(json, "abi");
	json_close(json, ']');
	json_close(json, '}');
}

static void write_rule(struct json *json, const struct rule *rule, const char *docs)
{
	const char *id = verdict_rule_name(rule->rule);
	char address[256];
	struct npabi_textbuf buf;

	json_open(json, '{');
	write_string(json, "id", id);
	write_string(json, "name", rule->name);
	write_text(json, "shortDescription", rule->summary);
	write_text(json, "fullDescription", rule->meaning);
	write_help(json, rule);
	if (docs[0]) {
		npabi_textbuf_init(&buf, address, sizeof(address));
		npabi_textbuf_format(&buf, "%s#%s", docs, id);
		write_string(json, "helpUri", address);
	}
	json_key(json, "defaultConfiguration");
	json_open(json, '{');
	write_string(json, "level", sarif_level(rule->kind));
	json_close(json, '}');
	write_properties(json, rule);
	json_close(json, '}');
}

void sarif_rules_write(struct json *json, const char *docs)
{
	json_key(json, "rules");
	json_open(json, '[');
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		write_rule(json, &rules[i], docs);
	json_close(json, ']');
}
