/* SPDX-License-Identifier: MIT
 *
 * The table of loaded objects: grows only, is read without the lock, and is
 * kept in mappings of its own, so that nothing here meets the host's allocator.
 * Called by inspect.c and hook_import.c.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "preload/guard.h"
#include "preload/loaded.h"

/* More are not remembered: each is then looked at whenever it comes along. */
#define ENTRIES_MAX 8192

#define QUIET_PLACES 512

static struct {
	_Atomic(struct loaded *) entries; /* NULL until the first is added */
	atomic_uint count;
	atomic_uint waiting;
	unsigned long long unload_count; /* of the loader, when last compared */
	_Atomic(uintptr_t) quiet[QUIET_PLACES];
} table;

static void *map_zeroed(size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return bytes == MAP_FAILED ? NULL : bytes;
}

struct loaded *loaded_find(uintptr_t address)
{
	unsigned count = atomic_load_explicit(&table.count, memory_order_acquire);
	struct loaded *entry = atomic_load(&table.entries);

	for (unsigned i = 0; i < count; i++, entry++)
		if (address >= entry->start && address < entry->end)
			return entry;
	return NULL;
}

static void drop_waiting(struct loaded *entry)
{
	if (!entry->waiting)
		return;
	munmap(entry->waiting, sizeof(*entry->waiting));
	entry->waiting = NULL;
	atomic_fetch_sub(&table.waiting, 1);
}

static bool is_still_loaded(const struct loaded *entry)
{
	struct object object;

	return object_at(entry->start, &object) && object.bias == entry->bias &&
	       object.headers == entry->headers;
}

/* An address may come to mean another object once something has been unloaded. */
static void forget_unloaded(void)
{
	unsigned long long unload_count = object_unload_count();
	struct loaded *entry = table.entries;

	if (unload_count == table.unload_count)
		return;
	table.unload_count = unload_count;
	for (unsigned i = 0; i < table.count; i++, entry++) {
		if (!entry->end || is_still_loaded(entry))
			continue;
		entry->start = entry->end = 0;
		if (loaded_claim(entry))
			loaded_settle(entry);
	}
	for (unsigned i = 0; i < QUIET_PLACES; i++)
		table.quiet[i] = 0;
}

static struct loaded *add_entry(const struct object *object, struct cpython *python)
{
	struct loaded *entry;

	if (!table.entries)
		table.entries = map_zeroed(ENTRIES_MAX * sizeof(*entry));
	if (!table.entries || table.count == ENTRIES_MAX || loaded_find(object->start))
		return NULL;
	entry = table.entries + table.count;
	entry->start = object->start;
	entry->end = object->end;
	entry->bias = object->bias;
	entry->headers = object->headers;
	entry->python = python;
	atomic_fetch_add_explicit(&table.count, 1, memory_order_release);
	return entry;
}

struct loaded *loaded_add(const struct object *object, struct cpython *python)
{
	struct loaded *entry;

	if (!guard_lock())
		return NULL;
	forget_unloaded();
	entry = add_entry(object, python);
	guard_unlock();
	return entry;
}

bool loaded_wait(struct loaded *entry, const struct facts *facts,
		 const struct facts *in_order, const char *path)
{
	struct waiting *waiting = map_zeroed(sizeof(*waiting));

	if (!waiting)
		return false;
	waiting->facts = *facts;
	waiting->in_order = *in_order;
	strncpy(waiting->path, path, sizeof(waiting->path) - 1);
	waiting->process = getpid();
	entry->waiting = waiting;
	atomic_fetch_add(&table.waiting, 1);
	atomic_store(&entry->state, LOADED_WAITING);
	return true;
}

unsigned loaded_waiting_count(void)
{
	return atomic_load(&table.waiting);
}

bool loaded_claim(struct loaded *entry)
{
	enum loaded_state expected = LOADED_WAITING;

	return atomic_compare_exchange_strong(&entry->state, &expected, LOADED_WRITING);
}

struct loaded *loaded_claim_next(unsigned *cursor, bool idle)
{
	unsigned count = atomic_load(&table.count);
	struct loaded *entries = atomic_load(&table.entries);
	struct loaded *entry;

	while (*cursor < count) {
		entry = &entries[(*cursor)++];
		if (idle && atomic_load(&entry->imports_running))
			continue;
		if (loaded_claim(entry))
			return entry;
	}
	return NULL;
}

void loaded_settle(struct loaded *entry)
{
	drop_waiting(entry);
	atomic_store(&entry->state, LOADED_SETTLED);
}

void loaded_wait_again(struct loaded *entry)
{
	atomic_store(&entry->state, LOADED_WAITING);
}

static _Atomic(uintptr_t) *find_place(uintptr_t caller)
{
	return &table.quiet[(caller ^ caller >> 9 ^ caller >> 18) % QUIET_PLACES];
}

bool loaded_is_quiet(uintptr_t caller)
{
	return atomic_load_explicit(find_place(caller), memory_order_relaxed) == caller;
}

void loaded_set_quiet(uintptr_t caller)
{
	atomic_store_explicit(find_place(caller), caller, memory_order_relaxed);
}
