/* SPDX-License-Identifier: MIT
 *
 * Function bounds by .eh_frame_hdr and the entries of .eh_frame that it points
 * to.  Reads only what says where code begins and ends, never how to unwind it.
 * Called by facts/ for each function that is followed, so it reads little: the
 * probes of one binary search, one entry and its common part.
 */
#include "base/span.h"
#include "elf/functions.h"

/* Pointer encodings of the unwind tables (LSB core, "DWARF exception header"). */
#define ENCODING_FORMAT	  0x0f
#define ENCODING_BASE	  0x70
#define ENCODING_INDIRECT 0x80
#define ENCODING_OMIT	  0xff
#define FORMAT_POINTER	  0x00
#define FORMAT_U16	  0x02
#define FORMAT_U32	  0x03
#define FORMAT_U64	  0x04
#define FORMAT_S16	  0x0a
#define FORMAT_S32	  0x0b
#define FORMAT_S64	  0x0c
#define BASE_NONE	  0x00
#define BASE_PLACE	  0x10
#define BASE_INDEX	  0x30
#define TABLE_ENCODING	  (BASE_INDEX | FORMAT_S32)

/* Longest common part that is read; real ones have less than 40 bytes. */
#define COMMON_MAX 64

/* One search table entry: start of code and of its unwind entry. */
#define ENTRY_SIZE 8

/* Bytes that are read one after another; when they run out, ended is set. */
struct cursor {
	const uint8_t *data;
	size_t left;
	bool ended;
};

/* The length of a number in ENCODING, 0 if it is not one that is understood. */
static size_t encoded_size(uint8_t encoding)
{
	switch (encoding & ENCODING_FORMAT) {
	case FORMAT_U16:
	case FORMAT_S16:
		return 2;
	case FORMAT_U32:
	case FORMAT_S32:
		return 4;
	case FORMAT_POINTER:
	case FORMAT_U64:
	case FORMAT_S64:
		return 8;
	default:
		return 0;
	}
}

/* The number at RAW, which has encoded_size bytes, by its format alone. */
static uint64_t load_number(const uint8_t *raw, uint8_t encoding)
{
	switch (encoding & ENCODING_FORMAT) {
	case FORMAT_U16:
		return npabi_load16(raw);
	case FORMAT_S16:
		return (uint64_t)(int16_t)npabi_load16(raw);
	case FORMAT_U32:
		return npabi_load32(raw);
	case FORMAT_S32:
		return (uint64_t)(int32_t)npabi_load32(raw);
	default:
		return npabi_load64(raw);
	}
}

/* The link-time address that RAW, which stands at PLACE, means in ENCODING. */
static bool load_pointer(const struct elf_image *image, const uint8_t *raw,
			 uint64_t place, uint8_t encoding, uint64_t *address_)
{
	uint64_t value = load_number(raw, encoding);

	if (encoding & ENCODING_INDIRECT)
		return false;
	switch (encoding & ENCODING_BASE) {
	case BASE_NONE: /* the loader has moved it */
		*address_ = image->source ? value : value - image->bias;
		return true;
	case BASE_PLACE:
		*address_ = place + value;
		return true;
	case BASE_INDEX:
		*address_ = image->unwind_index.address + value;
		return true;
	default:
		return false;
	}
}

void elf_functions_open(struct elf_functions *functions, const struct elf_image *image)
{
	uint64_t start = image->unwind_index.address, size = image->unwind_index.size;
	size_t pointer_size, count_size, head;
	const uint8_t *raw;

	*functions = (struct elf_functions){.image = image};
	raw = size < 12 ? NULL : elf_at(image, start, 4);
	if (!raw || raw[0] != 1 || raw[1] == ENCODING_OMIT || raw[3] != TABLE_ENCODING)
		return;
	pointer_size = encoded_size(raw[1]);
	count_size = encoded_size(raw[2]);
	head = 4 + pointer_size + count_size;
	if (!pointer_size || !count_size || (raw[2] & ~ENCODING_FORMAT) || head > size)
		return;
	raw = elf_at(image, start, head);
	if (!raw ||
	    load_number(raw + 4 + pointer_size, raw[2]) > (size - head) / ENTRY_SIZE)
		return;
	functions->count = (uint32_t)load_number(raw + 4 + pointer_size, raw[2]);
	functions->entries = start + head;
	if (!image->source)
		functions->bytes =
			elf_at(image, start + head, functions->count * ENTRY_SIZE);
}

/* Entry INDEX: of a file only the bytes that are needed are read. */
static bool load_entry(const struct elf_functions *functions, uint32_t index,
		       struct elf_function *entry_)
{
	uint64_t base = functions->image->unwind_index.address;
	uint64_t offset = (uint64_t)index * ENTRY_SIZE;
	const uint8_t *raw = functions->bytes
				     ? functions->bytes + offset
				     : elf_at(functions->image,
					      functions->entries + offset, ENTRY_SIZE);

	if (!raw)
		return false;
	entry_->start = base + load_number(raw, FORMAT_S32);
	entry_->end = base + load_number(raw + 4, FORMAT_S32);
	return true;
}

static uint8_t take_byte(struct cursor *cursor)
{
	if (!cursor->left) {
		cursor->ended = true;
		return 0;
	}
	cursor->left--;
	return *cursor->data++;
}

static void skip_bytes(struct cursor *cursor, size_t length)
{
	if (length > cursor->left) {
		cursor->ended = true;
		length = cursor->left;
	}
	cursor->data += length;
	cursor->left -= length;
}

/* Passes over a number of the variable-length kind, signed or not. */
static void skip_leb128(struct cursor *cursor)
{
	while (take_byte(cursor) & 0x80)
		;
}

/* Passes over the personality routine's pointer, which its encoding precedes. */
static void skip_personality(struct cursor *cursor)
{
	uint8_t encoding = take_byte(cursor);
	size_t size = encoding == ENCODING_OMIT ? 0 : encoded_size(encoding);

	if (!size && encoding != ENCODING_OMIT)
		cursor->ended = true;
	skip_bytes(cursor, size);
}

/* The encoding of addresses that the augmentation names; data follow in CURSOR. */
static uint8_t find_encoding(const uint8_t *augmentation, struct cursor *cursor)
{
	for (; *augmentation; augmentation++) {
		switch (*augmentation) {
		case 'R':
			return take_byte(cursor);
		case 'P':
			skip_personality(cursor);
			break;
		case 'L':
			take_byte(cursor);
			break;
		case 'S': /* signal frame */
		case 'B': /* aarch64: second key signs return addresses */
		case 'G': /* aarch64: tagged stack */
			break;
		default:
			return ENCODING_OMIT;
		}
	}
	return FORMAT_POINTER;
}

/* How the entries that share the common part at ADDRESS write addresses. */
static uint8_t read_common(const struct elf_image *image, uint64_t address)
{
	uint64_t room = elf_extent(image, address);
	const uint8_t *augmentation;
	struct cursor cursor;
	uint8_t encoding;
	uint8_t version;

	cursor.left = room < COMMON_MAX ? (size_t)room : COMMON_MAX;
	cursor.ended = false;
	cursor.data = elf_at(image, address, cursor.left);
	if (!cursor.data || cursor.left < 9 || npabi_load32(cursor.data) >= UINT32_MAX ||
	    npabi_load32(cursor.data + 4) != 0)
		return ENCODING_OMIT;
	if (npabi_load32(cursor.data) + UINT64_C(4) < cursor.left)
		cursor.left = npabi_load32(cursor.data) + 4;
	skip_bytes(&cursor, 8);
	version = take_byte(&cursor);
	augmentation = cursor.data;
	while (take_byte(&cursor))
		;
	if (cursor.ended || (version != 1 && version != 3))
		return ENCODING_OMIT;
	if (!augmentation[0])
		return FORMAT_POINTER;
	if (augmentation[0] != 'z')
		return ENCODING_OMIT;
	skip_leb128(&cursor); /* code alignment */
	skip_leb128(&cursor); /* data alignment */
	skip_leb128(&cursor); /* return address; one byte in version 1, below 128 */
	skip_leb128(&cursor); /* length of what follows */
	encoding = find_encoding(augmentation + 1, &cursor);
	return cursor.ended ? ENCODING_OMIT : encoding;
}

/* The same, remembered: the entries of one image share a few, mostly one. */
static uint8_t recall_common(struct elf_functions *functions, uint64_t address)
{
	if (functions->common != address) {
		functions->common = address;
		functions->encoding = read_common(functions->image, address);
	}
	return functions->encoding;
}

/* The bounds that the unwind entry at ADDRESS gives. */
static bool read_entry(struct elf_functions *functions, uint64_t address,
		       struct elf_function *function_)
{
	const struct elf_image *image = functions->image;
	const uint8_t *raw = elf_at(image, address, 8);
	uint8_t encoding;
	uint32_t length;
	uint32_t common;
	size_t size;

	if (!raw)
		return false;
	length = npabi_load32(raw);
	common = npabi_load32(raw + 4);
	if (!common || length == UINT32_MAX) /* itself a common part; 64-bit form */
		return false;
	encoding = recall_common(functions, address + 4 - common);
	size = encoding == ENCODING_OMIT ? 0 : encoded_size(encoding);
	if (!size || length < 4 + 2 * size)
		return false;
	raw = elf_at(image, address + 8, 2 * size);
	if (!raw || !load_pointer(image, raw, address + 8, encoding, &function_->start))
		return false;
	/* a length is unsigned, whatever the sign of the addresses */
	function_->end =
		function_->start + load_number(raw + size, encoding & (uint8_t)~0x08);
	return function_->end > function_->start;
}

static bool contains(const struct elf_function *function, uint64_t address)
{
	return address >= function->start && address < function->end;
}

/* The last entry that does not start behind ADDRESS. */
static bool find_entry(const struct elf_functions *functions, uint64_t address,
		       struct elf_function *entry_)
{
	uint32_t first = 0, end = functions->count;

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;

		if (!load_entry(functions, middle, entry_))
			return false;
		if (entry_->start <= address)
			first = middle + 1;
		else
			end = middle;
	}
	return first && load_entry(functions, first - 1, entry_);
}

bool elf_functions_at(struct elf_functions *functions, uint64_t address,
		      struct elf_function *function_)
{
	struct elf_function function;
	struct elf_function entry;

	if (!contains(&functions->last, address)) {
		if (!find_entry(functions, address, &entry) ||
		    !read_entry(functions, entry.end, &function) ||
		    function.start != entry.start || !contains(&function, address))
			return false;
		functions->last = function;
	}
	*function_ = functions->last;
	return true;
}

bool elf_functions_start(const struct elf_functions *functions, uint32_t index,
			 uint64_t *start_)
{
	struct elf_function entry;

	if (index >= functions->count || !load_entry(functions, index, &entry))
		return false;
	*start_ = entry.start;
	return true;
}
