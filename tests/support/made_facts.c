/* SPDX-License-Identifier: MIT
 *
 * Facts made by hand.  Called by the tests of the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "support/made_facts.h"

void made_facts_start(struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->numpy_dependent = FACTS_YES;
}

struct facts_size_check *made_facts_check(struct facts *facts, const char *type,
					  uint64_t expected, enum facts_policy policy)
{
	struct facts_size_check *check = &facts->checks[facts->check_count++];

	snprintf(check->type, sizeof(check->type), "%s", type);
	check->expected = expected;
	check->policy = policy;
	check->wording = FACTS_WORDING_HEADER;
	return check;
}

void made_facts_five(struct facts *facts, const struct made_sizes *sizes)
{
	made_facts_check(facts, "numpy.dtype", sizes->dtype, FACTS_POLICY_IGNORE);
	made_facts_check(facts, "numpy.flatiter", sizes->flatiter, FACTS_POLICY_IGNORE);
	made_facts_check(facts, "numpy.broadcast", sizes->broadcast, FACTS_POLICY_IGNORE);
	made_facts_check(facts, "numpy.ndarray", sizes->ndarray, FACTS_POLICY_IGNORE);
	made_facts_check(facts, "numpy.ufunc", sizes->ufunc, FACTS_POLICY_IGNORE);
}

void made_facts_import_array(struct facts *facts, uint32_t abi, uint32_t api)
{
	facts->access = FACTS_ACCESS_IMPORT_ARRAY;
	facts->abi_version = abi;
	facts->api_version = api;
}

void made_runtime_type(struct runtime *runtime, const char *name, uint64_t basic,
		       uint64_t item)
{
	memset(runtime, 0, sizeof(*runtime));
	snprintf(runtime->types[0].name, sizeof(runtime->types[0].name), "%s", name);
	runtime->types[0].basic_size = basic;
	runtime->types[0].item_size = item;
	runtime->type_count = 1;
}
