/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a text to be explained: what comes out is UTF-8 in which nothing
 * moves a terminal's cursor, in both forms, and JSON is one line.  The entry point
 * of libFuzzer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "scan/explain_clean.h"
#include "scan/explain_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts unless TEXT is UTF-8 without anything that a terminal would obey. */
static void check_clean(const char *text)
{
	while (*text) {
		uint32_t code;

		text += escape_next(text, &code);
		if (code == ESCAPE_INVALID || (code != '\n' && escape_is_control(code)))
			abort();
	}
}

static void write_one(const struct explain_finding *finding, enum record_format format)
{
	struct explanation explanation;
	char *written = NULL;
	size_t length = 0;
	FILE *output = open_memstream(&written, &length);

	if (!output)
		return;
	explanation_make(finding, &explanation);
	explain_write(output, format, finding, &explanation);
	fclose(output);
	check_clean(written);
	if (format == RECORD_JSONL && strchr(written, '\n') != written + length - 1)
		abort();
	free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct explain_findings findings;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	if (explain_clean(text, size) > size)
		abort();
	explain_find(text, &findings);
	for (unsigned i = 0; i < findings.count; i++) {
		write_one(&findings.items[i], RECORD_TEXT);
		write_one(&findings.items[i], RECORD_JSONL);
	}
	free(text);
	return 0;
}
