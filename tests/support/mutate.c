/* SPDX-License-Identifier: MIT
 *
 * Where to change is chosen by what the readers look at, so that most changes
 * pass the first checks and reach the code behind them.
 */
#include <stdbool.h>
#include <string.h>

#include "decode/machine.h"
#include "elf/functions.h"
#include "elf/image.h"
#include "elf/symbols.h"
#include "support/mutate.h"

#define CHANGES_MAX 6
#define PIECE_MAX   32

/* Bytes that belong together, in records of STEP bytes. */
struct region {
	uint8_t *bytes;
	size_t size, step;
};

struct mutation {
	uint8_t *data;
	size_t size;
	uint32_t *seed;
	struct npabi_source source;
	struct elf_image image;
	bool is_object;
};

static uint32_t draw(struct mutation *mutation, uint32_t below)
{
	*mutation->seed = *mutation->seed * 1664525 + 1013904223;
	return below ? (*mutation->seed >> 8) % below : 0;
}

/* LENGTH bytes at ADDRESS as a region, the whole file if they are not there. */
static struct region region_at(struct mutation *mutation, uint64_t address,
			       uint64_t length, size_t step)
{
	struct region region = {mutation->data, mutation->size, 1};
	const uint8_t *bytes = elf_at(&mutation->image, address, (size_t)length);

	if (bytes && length >= step) {
		region.bytes = mutation->data + (bytes - mutation->data);
		region.size = (size_t)length;
		region.step = step;
	}
	return region;
}

/* A random segment that has FLAGS of those in MASK. */
static struct region segment_with(struct mutation *mutation, uint32_t mask,
				  uint32_t flags)
{
	const struct elf_image *image = &mutation->image;
	uint32_t first = draw(mutation, (uint32_t)image->segment_count);

	for (size_t i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment =
			&image->segments[(first + i) % image->segment_count];

		if ((segment->flags & mask) == flags && segment->file_size)
			return region_at(mutation, segment->address, segment->file_size,
					 1);
	}
	return region_at(mutation, 0, 0, 1);
}

static struct region choose_region(struct mutation *mutation)
{
	const struct elf_image *image = &mutation->image;
	struct region whole = {mutation->data, mutation->size, 1};

	if (!mutation->is_object)
		return whole;
	switch (draw(mutation, 20)) {
	case 0:
		return whole;
	case 1: /* the ELF header and program headers */
		return (struct region){mutation->data,
				       mutation->size < 800 ? mutation->size : 800, 8};
	case 2:
		return region_at(mutation, image->symbols,
				 24 * (uint64_t)elf_symbol_count(image), 24);
	case 3:
		return region_at(mutation, image->strings.address, image->strings.size,
				 1);
	case 4:
		return region_at(mutation, image->rela.address, image->rela.size, 24);
	case 5:
		return region_at(mutation, image->plt_rela.address, image->plt_rela.size,
				 24);
	case 6:
		return region_at(mutation, image->relr.address, image->relr.size, 8);
	case 7:
		return region_at(mutation, image->unwind_index.address,
				 image->unwind_index.size, 4);
	case 8: /* definitions, slots, the dynamic section */
	case 9:
		return segment_with(mutation, PF_W, PF_W);
	case 10: /* constants, unwind entries */
	case 11:
		return segment_with(mutation, PF_W | PF_X, 0);
	default:
		return segment_with(mutation, PF_X, PF_X);
	}
}

static void store_number(uint8_t *at, uint64_t number, size_t width)
{
	memcpy(at, &number, width);
}

/* A number at the edge of some range, or an address in the object. */
static uint64_t choose_number(struct mutation *mutation)
{
	static const uint64_t edges[] = {0,
					 1,
					 UINT64_MAX,
					 INT64_MAX,
					 UINT64_C(1) << 63,
					 UINT32_MAX,
					 INT32_MAX,
					 UINT64_C(1) << 31,
					 UINT64_MAX - 15,
					 0xffff,
					 96};
	uint32_t which = draw(mutation, 16);

	if (which < sizeof(edges) / sizeof(edges[0]))
		return edges[which];
	if (which == 15)
		return 0 - (uint64_t)draw(mutation, 1 << 16);
	return draw(mutation, (uint32_t)mutation->size + 0x2000);
}

/* One change at AT, of which LEFT bytes can be changed. */
static void change_place(struct mutation *mutation, struct region region, size_t at)
{
	size_t left = region.size - at, width = (size_t)4 << draw(mutation, 2);
	uint8_t *place = region.bytes + at;
	size_t length = 1 + draw(mutation, PIECE_MAX);

	switch (draw(mutation, 6)) {
	case 0:
		*place ^= (uint8_t)(1 << draw(mutation, 8));
		break;
	case 1:
		*place = (uint8_t)draw(mutation, 256);
		break;
	case 2: /* a number, in one of its fields */
		if (width <= left)
			store_number(place, choose_number(mutation), width);
		break;
	case 3: /* a little more or less */
		*place = (uint8_t)(*place + draw(mutation, 17) - 8);
		break;
	case 4: /* another record's content */
		length = region.step > 1 ? region.step : length;
		if (length <= left)
			memmove(place,
				region.bytes + draw(mutation,
						    (uint32_t)(region.size - length + 1)),
				length);
		break;
	default: /* part of the record */
		if (left > 2)
			store_number(place, draw(mutation, 1 << 16), 2);
	}
}

/* Lets a call, jump or branch lead somewhere else: to a function, or near. */
static void redirect_transfer(struct mutation *mutation)
{
	struct region text = segment_with(mutation, PF_X, PF_X);
	struct machine_code code = {text.bytes, text.size, 0};
	struct elf_functions functions;
	uint64_t target, start;
	size_t field = machine_x86_64.find_transfer(
		&code, draw(mutation, (uint32_t)text.size), 0, 0, &target);

	if (field + 4 > text.size)
		return;
	elf_functions_open(&functions, &mutation->image);
	if (draw(mutation, 2) || !functions.count ||
	    !elf_functions_start(&functions, draw(mutation, functions.count), &start))
		start = field + draw(mutation, 400) - 200;
	else /* as if addresses and offsets in the file were the same, mostly so */
		start -= (uint64_t)(text.bytes - mutation->data);
	store_number(text.bytes + field, start - field - 4, 4);
}

/* The start of a record, or a field within one. */
static size_t choose_place(struct mutation *mutation, const struct region *region)
{
	size_t record = draw(mutation, (uint32_t)(region->size / region->step));
	size_t field = draw(mutation, (uint32_t)region->step) / 2 * 2;

	return record * region->step + field;
}

void mutate_object(uint8_t *data, size_t size, uint32_t *seed)
{
	struct mutation mutation = {.data = data, .size = size, .seed = seed};
	uint32_t changes = 1 + draw(&mutation, CHANGES_MAX);

	if (!size)
		return;
	npabi_source_from_memory(&mutation.source, data, size);
	for (uint32_t i = 0; i < changes; i++) {
		struct region region;

		/* asked each time: a change may have broken it */
		mutation.is_object = elf_image_from_file(&mutation.image,
							 &mutation.source) == NPABI_OK &&
				     mutation.image.segment_count;
		region = choose_region(&mutation);
		if (mutation.is_object && draw(&mutation, 4) == 0)
			redirect_transfer(&mutation);
		else
			change_place(&mutation, region, choose_place(&mutation, &region));
	}
}
