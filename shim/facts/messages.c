/* SPDX-License-Identifier: MIT
 *
 * import_array compares versions and on a mismatch raises a message with the
 * compiled-in number as its first value: what the check would say is what it
 * checks.  Texts: numpy/numpy, code_generators/generate_numpy_api.py of 1.4 to
 * 2.x.
 */
#include "facts/messages.h"

#include <string.h>

#include "base/textbuf.h"
#include "facts/size_probe.h"

static void note_api(struct reader *reader)
{
	reader->facts->access = FACTS_ACCESS_IMPORT_ARRAY;
}

static void note_version(struct reader *reader, uint64_t address, const char *label,
			 uint32_t version)
{
	struct npabi_textbuf buf;
	char value[16];

	npabi_textbuf_init(&buf, value, sizeof(value));
	npabi_textbuf_hex(&buf, version);
	reader_evidence(reader, "call", address, label, value);
}

/* "(NumPy 1.20)" in the text: the oldest release that the API version allows. */
static void take_release(struct facts *facts, const char *format)
{
	const char *at = strstr(format, "(NumPy ");
	size_t length;

	if (!at)
		return;
	at += strlen("(NumPy ");
	length = strspn(at, "0123456789.");
	if (!length || at[length] != ')' || length >= sizeof(facts->api_release))
		return;
	memcpy(facts->api_release, at, length);
	facts->api_release[length] = '\0';
}

static void take_api_version(struct reader *reader, const struct flow_call *call,
			     const char *format)
{
	struct value version = reader_argument(reader, call, 2);
	struct facts *facts = reader->facts;

	note_api(reader);
	facts->api_text_points_to_docs = strstr(format, "Check the section") != NULL;
	facts->versions_without_prefix = strstr(format, "version %x") != NULL;
	take_release(facts, format);
	if (!value_is_number(&version))
		reader->unresolved = true;
	if (!value_is_number(&version) || version.number == facts->api_version)
		return;
	facts->api_version = (uint32_t)version.number;
	note_version(reader, call->address, "API version=", facts->api_version);
}

static void take_abi_version(struct reader *reader, const struct flow_call *call)
{
	struct value version = reader_argument(reader, call, 2);
	struct facts *facts = reader->facts;

	note_api(reader);
	if (!value_is_number(&version))
		reader->unresolved = true;
	if (!value_is_number(&version) || version.number == facts->abi_version)
		return;
	facts->abi_version = (uint32_t)version.number;
	note_version(reader, call->address, "ABI version=", facts->abi_version);
}

void messages_meet(struct reader *reader, const struct flow_call *call)
{
	const char *text = reader_text(reader, reader_argument(reader, call, 1));

	if (!text) {
		reader->unresolved = true;
		return;
	}
	if (strstr(text, "compiled against ABI version"))
		take_abi_version(reader, call);
	else if (strstr(text, "compiled against API version") ||
		 strstr(text, "compiled against NumPy C-API version"))
		take_api_version(reader, call, text);
	else if (strstr(text, "auto-generated because you didn't call"))
		reader->facts->automatic_import_array = true;
	else if (!strcmp(text, "_ARRAY_API not found"))
		reader->array_api_not_found = true;
	else
		size_probe_meet_text(reader, call, text);
}
