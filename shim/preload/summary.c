/* SPDX-License-Identifier: MIT
 *
 * Rows in a mapping of their own, so that nothing here meets the host's allocator; only
 * what is written to costs memory.  Called by emit.c.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "preload/summary.h"
#include "preload/watch.h"

#define ROWS_MAX 4096

struct kept_row {
	struct record_row row;
	const struct loaded *entry;
	int process; /* that has loaded it */
};

struct store {
	unsigned count;
	char numpy[sizeof(((struct runtime *)NULL)->numpy)]; /* the last one seen */
	struct kept_row rows[ROWS_MAX];
	const struct record_row *ordered[ROWS_MAX];
};

static struct {
	struct store *store; /* NULL until the first is kept */
} kept;

static struct store *find_store(void)
{
	void *bytes;

	if (kept.store)
		return kept.store;
	bytes = mmap(NULL, sizeof(*kept.store), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (bytes != MAP_FAILED)
		kept.store = bytes;
	return kept.store;
}

void summary_keep(const struct record_extension *extension, const struct loaded *entry)
{
	struct store *store = find_store();
	struct kept_row *place;
	struct npabi_textbuf path;

	if (!store || store->count == ROWS_MAX)
		return;
	place = &store->rows[store->count++];
	npabi_textbuf_init(&path, place->row.path, sizeof(place->row.path));
	npabi_textbuf_string(&path, extension->path);
	place->row.owner = *extension->owner;
	place->row.verdict = extension->verdict->kind;
	strcpy(place->row.built_against, extension->verdict->built_against);
	place->entry = entry;
	place->process = getpid();
	if (extension->runtime && extension->runtime->numpy[0])
		strcpy(store->numpy, extension->runtime->numpy);
}

static void read_outcome(struct kept_row *place)
{
	const struct loaded *entry = place->entry;
	const struct watched *watched = entry ? atomic_load(&entry->watched) : NULL;

	place->row.refused = entry && atomic_load(&entry->refusal);
	if (!watched || watch_is_running(watched))
		return;
	place->row.observed = watched->outcome.observed;
	if (atomic_load(&watched->judged))
		place->row.agrees = outcome_agrees(&watched->outcome);
}

static void order_rows(struct store *store, struct record_summary *summary_)
{
	static const enum verdict_kind kinds[] = {
		VERDICT_ERROR, VERDICT_UNSAFE, VERDICT_WARN, VERDICT_UNKNOWN, VERDICT_OK};
	int self = getpid();

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (unsigned k = 0; k < store->count; k++) {
			struct kept_row *place = &store->rows[k];

			if (place->row.verdict != kinds[i] || place->process != self)
				continue;
			read_outcome(place);
			store->ordered[summary_->count++] = &place->row;
		}
	}
}

bool summary_collect(int process, struct record_summary *summary_)
{
	*summary_ = (struct record_summary){.numpy = ""};
	if (kept.store) {
		order_rows(kept.store, summary_);
		summary_->numpy = kept.store->numpy;
		summary_->rows = kept.store->ordered;
	}
	return summary_->count || process == getpid();
}
