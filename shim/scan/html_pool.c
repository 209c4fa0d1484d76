/* SPDX-License-Identifier: MIT
 *
 * A list of values, and a table by hash that is at most half full.  Called by what
 * makes a page.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan/html_pool.h"
#include "scan/html_text.h"

#define SLOTS_MIN 256

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * UINT64_C(0x100000001b3);
	return hash;
}

/* Where JSON is in the table, or the free place for it. */
static unsigned *find_slot(const struct html_pool *pool, const char *json)
{
	size_t mask = pool->slot_count - 1, place = hash_of(json) & mask;

	while (pool->slots[place] && strcmp(pool->values[pool->slots[place] - 1], json))
		place = (place + 1) & mask;
	return &pool->slots[place];
}

static bool grow_slots(struct html_pool *pool)
{
	size_t slot_count = pool->slot_count ? 2 * pool->slot_count : SLOTS_MIN;
	unsigned *slots = calloc(slot_count, sizeof(*slots));

	if (!slots)
		return false;
	free(pool->slots);
	pool->slots = slots;
	pool->slot_count = slot_count;
	for (unsigned i = 0; i < pool->count; i++)
		*find_slot(pool, pool->values[i]) = i + 1;
	return true;
}

/* Makes room for one more. */
static bool grow(struct html_pool *pool)
{
	char **values;

	if (pool->count < pool->room)
		return true;
	if (!grow_slots(pool))
		return false;
	values = realloc(pool->values, pool->slot_count / 2 * sizeof(*values));
	if (!values)
		return false;
	pool->values = values;
	pool->room = pool->slot_count / 2;
	return true;
}

bool html_pool_add(struct html_pool *pool, const char *json, unsigned *number_)
{
	unsigned *slot;
	char *value;

	if (!grow(pool))
		return false;
	slot = find_slot(pool, json);
	if (!*slot) {
		value = strdup(json);
		if (!value)
			return false;
		pool->values[pool->count++] = value;
		*slot = (unsigned)pool->count;
	}
	*number_ = *slot - 1;
	return true;
}

bool html_pool_add_text(struct html_pool *pool, const char *text, unsigned *number_)
{
	char value[HTML_VALUE_MAX];

	html_json_value(value, text);
	return html_pool_add(pool, value, number_);
}

void html_pool_free(struct html_pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		free(pool->values[i]);
	free(pool->values);
	free(pool->slots);
	*pool = (struct html_pool){.values = NULL};
}
