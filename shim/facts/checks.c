/* SPDX-License-Identifier: MIT
 *
 * Keeps each check once, in the order in which they were met.
 */
#include "facts/checks.h"

#include <string.h>

#include "base/textbuf.h"

static bool is_known(const struct facts *facts, const struct facts_size_check *check)
{
	for (unsigned i = 0; i < facts->check_count; i++) {
		const struct facts_size_check *other = &facts->checks[i];

		if (!strcmp(other->type, check->type) &&
		    other->expected == check->expected && other->policy == check->policy)
			return true;
	}
	return false;
}

void checks_name_type(struct facts_size_check *check, const char *module,
		      const char *name)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, check->type, sizeof(check->type));
	npabi_textbuf_string(&buf, module);
	npabi_textbuf_char(&buf, '.');
	npabi_textbuf_string(&buf, name);
}

void checks_add(struct reader *reader, const struct facts_size_check *check)
{
	const char *policy = facts_policy_name(check->policy);
	struct facts *facts = reader->facts;
	struct npabi_textbuf buf;
	char value[40];

	reader->hits++;
	if (is_known(facts, check))
		return;
	if (facts->check_count == FACTS_CHECKS_MAX) {
		facts->checks_truncated = true;
		return;
	}
	if (!reader->first_check && !strncmp(check->type, "numpy.", 6))
		reader->first_check = ++reader->sequence;
	facts->checks[facts->check_count++] = *check;
	npabi_textbuf_init(&buf, value, sizeof(value));
	npabi_textbuf_char(&buf, '=');
	npabi_textbuf_unsigned(&buf, check->expected);
	npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_string(&buf, policy[0] ? policy : "unknown");
	reader_evidence(reader, "call", check->address, check->type, value);
}
