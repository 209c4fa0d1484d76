/* SPDX-License-Identifier: MIT
 *
 * From compiled-in sizes and versions back to the releases whose headers they
 * come from: every row of the header table that contradicts no fact.  What
 * cannot be told apart is all named.  Called by the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"
#include "verdict/import_array_rule.h"
#include "verdict/release_runs.h"
#include "verdict/releases.h"
#include "verdict/releases_lookup.h"

#define ABI_2_0	 0x02000000u
#define API_1_16 0xdu /* the lowest target that headers 2.x take without a warning */

/* What the rows that fit have in common, or where they lie. */
struct matches {
	struct release_runs plain; /* headers 1.x of that release */
	bool before_1_25;
	uint16_t target_first, target_last; /* of the plain ones since 1.25 */
	uint16_t first_2, last_2;	    /* targets of headers 2.x; 0: none */
};

/* The sizes that are of a struct in the table: many rows are asked. */
struct header_sizes {
	const struct facts *facts;
	unsigned count;
	uint8_t indexes[FACTS_CHECKS_MAX]; /* in facts->checks */
	struct release_structs structs[FACTS_CHECKS_MAX];
};

static void find_sizes(const struct facts *facts, struct header_sizes *sizes_)
{
	sizes_->facts = facts;
	sizes_->count = 0;
	for (unsigned i = 0; i < facts->check_count && i < FACTS_CHECKS_MAX; i++)
		if (releases_structs(facts->checks[i].type,
				     &sizes_->structs[sizes_->count]))
			sizes_->indexes[sizes_->count++] = (uint8_t)i;
}

static bool sizes_fit(const struct release_headers *row, const struct header_sizes *sizes)
{
	for (unsigned i = 0; i < sizes->count; i++)
		if (!releases_header_fits(
			    row, &sizes->structs[i],
			    sizes->facts->checks[sizes->indexes[i]].expected))
			return false;
	return true;
}

static bool era_fits(const struct version *version, enum header_era era)
{
	switch (era) {
	case HEADER_ERA_1_7:
		return version_before(version, 1, 16);
	case HEADER_ERA_1_16:
		return !version_before(version, 1, 16) && version_before(version, 2, 0);
	case HEADER_ERA_2_0:
		return !version_before(version, 2, 0);
	default:
		return true;
	}
}

/* The words around the versions: which headers wrote such texts? */
static bool words_fit(const struct version *version, const struct facts *facts)
{
	bool has_text =
		facts->abi_version && facts->abi_version < ABI_2_0 && facts->api_version;

	if (facts->keeps_import_error && version_before(version, 1, 26))
		return false;
	return !has_text ||
	       (facts->api_text_points_to_docs == !version_before(version, 1, 24) &&
		facts->versions_without_prefix == version_before(version, 1, 11));
}

static bool row_fits(const struct release_headers *row, const struct version *version,
		     const struct facts *facts, const struct header_sizes *sizes)
{
	uint32_t abi = version->major >= 2 ? ABI_2_0 : 0x01000009u;

	if (facts->abi_version && facts->abi_version != abi)
		return false;
	if (facts->api_version && facts->api_version != row->api)
		return false;
	return era_fits(version, import_array_era(facts)) && words_fit(version, facts) &&
	       sizes_fit(row, sizes);
}

static void widen(uint16_t *first, uint16_t *last, uint16_t api)
{
	if (!*first || api < *first)
		*first = api;
	if (api > *last)
		*last = api;
}

static void add_row(struct matches *matches, const struct release_headers *row,
		    const struct version *version)
{
	if (version->major >= 2) {
		widen(&matches->first_2, &matches->last_2, row->api);
		return;
	}
	release_runs_add(&matches->plain, releases_row(version));
	if (version_before(version, 1, 25))
		matches->before_1_25 = true;
	else
		widen(&matches->target_first, &matches->target_last, row->api);
}

/*
 * Finds the rows of MODEL that fit.  Targets other than the headers' own choice
 * are rare under 1.25 and 1.26, and 2.x tells its target: so they count there
 * only where EVERY target is asked for.
 */
static bool find_rows(struct matches *matches, const struct facts *facts,
		      enum release_model model, bool every)
{
	struct header_sizes sizes;

	memset(matches, 0, sizeof(*matches));
	find_sizes(facts, &sizes);
	for (unsigned i = 0; i < releases_headers_count; i++) {
		const struct release_headers *row = &releases_headers[i];
		struct version version;

		if (row->model != model || !version_parse(row->release, &version))
			continue;
		if (!every && !row->own_choice &&
		    (version.major < 2 || row->api < API_1_16))
			continue;
		if (row_fits(row, &version, facts, &sizes))
			add_row(matches, row, &version);
	}
	return matches->plain.any || matches->first_2;
}

static void write_plain(struct npabi_textbuf *buf, const struct matches *matches)
{
	release_runs_write(&matches->plain, buf);
	if (!matches->before_1_25 && matches->target_first)
		releases_append_target(buf, matches->target_first, matches->target_last);
}

static bool says_something(const struct facts *facts)
{
	if (facts->abi_version || facts->api_version ||
	    import_array_era(facts) != HEADER_ERA_UNKNOWN)
		return true;
	for (unsigned i = 0; i < facts->check_count && i < FACTS_CHECKS_MAX; i++)
		if (strcmp(facts->checks[i].type, "numpy.dtype") == 0 ||
		    strcmp(facts->checks[i].type, "numpy.ndarray") == 0 ||
		    strcmp(facts->checks[i].type, "numpy.ufunc") == 0)
			return true;
	return false;
}

void releases_built_against(const struct facts *facts, char *text, size_t size)
{
	enum release_model model =
		facts->free_threaded ? RELEASES_LP64_FREE_THREADED : RELEASES_LP64;
	struct npabi_textbuf buf;
	struct matches matches;

	npabi_textbuf_init(&buf, text, size);
	if (!says_something(facts))
		return;
	if (!find_rows(&matches, facts, model, false) &&
	    !find_rows(&matches, facts, model, true))
		return;
	write_plain(&buf, &matches);
	if (matches.first_2) {
		npabi_textbuf_string(&buf, buf.length ? " or 2.x" : "2.x");
		if (facts->api_version || facts->check_count)
			releases_append_target(&buf, matches.first_2, matches.last_2);
	}
}
