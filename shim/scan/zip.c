/* SPDX-License-Identifier: MIT
 *
 * The central directory of a zip file, by the format's description (APPNOTE 6.3).
 * Where that leaves a choice, what Python's zipfile takes decides, since pip reads
 * wheels by it: the last end record counts, and a name ends at a NUL.  Unpacks
 * nothing.  Called by wheel.c and zip_unpack.c.
 */
#include <string.h>

#include "base/span.h"
#include "scan/zip.h"

/* Sizes and signatures of the records. */
#define END_SIZE	  22u
#define END64_SIZE	  56u
#define LOCATOR_SIZE	  20u
#define ENTRY_SIZE	  46u
#define HEADER_SIZE	  30u
#define END_SIGNATURE	  0x06054b50u
#define END64_SIGNATURE	  0x06064b50u
#define LOCATOR_SIGNATURE 0x07064b50u
#define ENTRY_SIGNATURE	  0x02014b50u
#define HEADER_SIGNATURE  0x04034b50u

#define COMMENT_MAX	65535u
#define EXTRA_SIZES_ID	1u    /* the extra field with zip64's sizes */
#define FLAGS_ENCRYPTED 0x41u /* as of old, and strongly */

/* What the end record says of the directory. */
struct end {
	uint64_t position; /* of the first record behind the directory */
	uint64_t disk, directory_disk, count_here, count;
	uint64_t directory_size, directory_offset;
};

/* --- the end record -------------------------------------------------------- */

/* The offset in the LENGTH bytes at TAIL of the last end signature; LENGTH: none. */
static size_t find_signature(const uint8_t *tail, size_t length)
{
	for (size_t i = length < 4 ? 0 : length - 3; i-- > 0;) {
		if (npabi_load32(tail + i) == END_SIGNATURE)
			return i;
	}
	return length;
}

static enum zip_fault read_end(struct npabi_source *source, struct end *end_)
{
	size_t length = source->size < END_SIZE + COMMENT_MAX ? source->size
							      : END_SIZE + COMMENT_MAX;
	const uint8_t *tail = npabi_source_view(source, source->size - length, length);
	const uint8_t *record;
	size_t found;

	if (!tail)
		return ZIP_UNREADABLE;
	found = find_signature(tail, length);
	if (found == length)
		return ZIP_NO_END;
	record = tail + found;
	if (length - found < END_SIZE ||
	    npabi_load16(record + 20) != length - found - END_SIZE)
		return ZIP_END_CORRUPT;
	*end_ = (struct end){
		.position = source->size - length + found,
		.disk = npabi_load16(record + 4),
		.directory_disk = npabi_load16(record + 6),
		.count_here = npabi_load16(record + 8),
		.count = npabi_load16(record + 10),
		.directory_size = npabi_load32(record + 12),
		.directory_offset = npabi_load32(record + 16),
	};
	return ZIP_FINE;
}

/* Is SMALL what the short record says where the long one says LARGE? */
static bool fits(uint64_t small, uint64_t large, uint64_t largest)
{
	return small == largest || small == large;
}

static bool fits_short(const struct end *end, const struct end *end64)
{
	return fits(end->disk, end64->disk, UINT16_MAX) &&
	       fits(end->directory_disk, end64->directory_disk, UINT16_MAX) &&
	       fits(end->count_here, end64->count_here, UINT16_MAX) &&
	       fits(end->count, end64->count, UINT16_MAX) &&
	       fits(end->directory_size, end64->directory_size, UINT32_MAX) &&
	       fits(end->directory_offset, end64->directory_offset, UINT32_MAX);
}

/* Replaces *END by zip64's record before it, if there is one. */
static enum zip_fault read_end64(struct npabi_source *source, struct end *end)
{
	const uint8_t *record;
	struct end end64;

	if (end->position < END64_SIZE + LOCATOR_SIZE)
		return ZIP_FINE;
	end64.position = end->position - END64_SIZE - LOCATOR_SIZE;
	record = npabi_source_view(source, end64.position, END64_SIZE + LOCATOR_SIZE);
	if (!record)
		return ZIP_UNREADABLE;
	if (npabi_load32(record + END64_SIZE) != LOCATOR_SIGNATURE)
		return ZIP_FINE;
	/* it has to lie right before its locator, without fields of its own */
	if (npabi_load64(record + END64_SIZE + 8) != end64.position ||
	    npabi_load32(record) != END64_SIGNATURE ||
	    npabi_load64(record + 4) != END64_SIZE - 12)
		return ZIP_END_CORRUPT;
	end64.disk = npabi_load32(record + 16);
	end64.directory_disk = npabi_load32(record + 20);
	end64.count_here = npabi_load64(record + 24);
	end64.count = npabi_load64(record + 32);
	end64.directory_size = npabi_load64(record + 40);
	end64.directory_offset = npabi_load64(record + 48);
	if (!fits_short(end, &end64))
		return ZIP_END_CORRUPT;
	*end = end64;
	return ZIP_FINE;
}

/* --- entries --------------------------------------------------------------- */

/* Takes the next 64-bit value of an extra field for one that is LARGEST in the entry. */
static bool take_large(struct npabi_span *field, uint64_t *value)
{
	if (*value != UINT32_MAX)
		return true;
	if (field->size < 8)
		return false;
	*value = npabi_load64(field->data);
	field->data += 8;
	field->size -= 8;
	return true;
}

/* Reads what does not fit into the entry of MEMBER from its EXTRA fields. */
static bool read_extra(struct npabi_span extra, struct zip_member *member)
{
	struct npabi_span sizes = {NULL, 0};

	while (extra.size >= 4) {
		struct npabi_span field = {extra.data + 4, npabi_load16(extra.data + 2)};

		if (field.size > extra.size - 4)
			return false;
		if (npabi_load16(extra.data) == EXTRA_SIZES_ID)
			sizes = field;
		extra.data += 4 + field.size;
		extra.size -= 4 + field.size;
	}
	return take_large(&sizes, &member->unpacked) &&
	       take_large(&sizes, &member->packed) && take_large(&sizes, &member->header);
}

/* Reads the entry at POSITION; the position behind it, or 0 where it is none. */
static size_t read_entry(const struct zip *zip, size_t position,
			 struct zip_member *member_)
{
	const uint8_t *entry = zip->directory + position;
	size_t left = zip->directory_size - position;
	size_t name, extra, comment;

	if (left < ENTRY_SIZE || npabi_load32(entry) != ENTRY_SIGNATURE)
		return 0;
	name = npabi_load16(entry + 28);
	extra = npabi_load16(entry + 30);
	comment = npabi_load16(entry + 32);
	if (name + extra + comment > left - ENTRY_SIZE || npabi_load16(entry + 34) != 0)
		return 0;
	*member_ = (struct zip_member){
		.name = (const char *)entry + ENTRY_SIZE,
		.name_length = strnlen((const char *)entry + ENTRY_SIZE, name),
		.flags = npabi_load16(entry + 8),
		.method = npabi_load16(entry + 10),
		.crc = npabi_load32(entry + 16),
		.packed = npabi_load32(entry + 20),
		.unpacked = npabi_load32(entry + 24),
		.header = npabi_load32(entry + 42),
	};
	if (!read_extra((struct npabi_span){entry + ENTRY_SIZE + name, extra}, member_))
		return 0;
	return position + ENTRY_SIZE + name + extra + comment;
}

bool zip_next(const struct zip *zip, size_t *position, struct zip_member *member_)
{
	if (*position >= zip->directory_size)
		return false;
	*position = read_entry(zip, *position, member_);
	return true;
}

/* --- the whole ------------------------------------------------------------- */

static bool has_entries(const struct zip *zip, uint64_t count)
{
	struct zip_member member;
	uint64_t found = 0;
	size_t position = 0;

	while (position < zip->directory_size) {
		position = read_entry(zip, position, &member);
		if (!position)
			return false;
		found++;
	}
	return found == count;
}

enum zip_fault zip_open(struct zip *zip, struct npabi_source *source)
{
	struct end end;
	enum zip_fault fault = read_end(source, &end);

	if (fault == ZIP_FINE)
		fault = read_end64(source, &end);
	if (fault != ZIP_FINE)
		return fault;
	if (end.disk != 0 || end.directory_disk != 0 || end.count_here != end.count)
		return ZIP_IN_PARTS;
	if (!npabi_range_valid(end.directory_offset, end.directory_size, end.position) ||
	    end.directory_offset + end.directory_size != end.position)
		return ZIP_END_CORRUPT;
	if (end.directory_size > ZIP_DIRECTORY_MAX)
		return ZIP_DIRECTORY_TOO_LARGE;
	*zip = (struct zip){
		.source = source,
		.directory = npabi_source_view(source, end.directory_offset,
					       end.directory_size),
		.directory_offset = end.directory_offset,
		.directory_size = end.directory_size,
	};
	if (!zip->directory)
		return ZIP_UNREADABLE;
	return has_entries(zip, end.count) ? ZIP_FINE : ZIP_DIRECTORY_CORRUPT;
}

/* Is HEADER, which lies before the data, that of MEMBER? */
static bool is_header_of(const uint8_t *header, const struct zip_member *member)
{
	return npabi_load32(header) == HEADER_SIGNATURE &&
	       npabi_load16(header + 8) == member->method &&
	       ((npabi_load16(header + 6) ^ member->flags) & FLAGS_ENCRYPTED) == 0;
}

enum zip_fault zip_locate(const struct zip *zip, const struct zip_member *member,
			  uint64_t *offset_)
{
	uint64_t limit = zip->directory_offset, offset = member->header;
	size_t name, extra;
	const uint8_t *header;

	if (member->flags & FLAGS_ENCRYPTED)
		return ZIP_ENCRYPTED;
	if (member->method != ZIP_STORED && member->method != ZIP_DEFLATED)
		return ZIP_METHOD;
	if (!npabi_range_valid(offset, HEADER_SIZE, limit))
		return ZIP_OUTSIDE;
	header = npabi_source_view(zip->source, offset, HEADER_SIZE);
	if (!header)
		return ZIP_UNREADABLE;
	if (!is_header_of(header, member))
		return ZIP_CONTRADICTS;
	name = npabi_load16(header + 26);
	extra = npabi_load16(header + 28);
	offset += HEADER_SIZE;
	if (!npabi_range_valid(offset, name + extra, limit) ||
	    !npabi_range_valid(offset + name + extra, member->packed, limit))
		return ZIP_OUTSIDE;
	header = npabi_source_view(zip->source, offset, name);
	if (!header)
		return ZIP_UNREADABLE;
	if (strnlen((const char *)header, name) != member->name_length ||
	    memcmp(header, member->name, member->name_length) != 0)
		return ZIP_CONTRADICTS;
	*offset_ = offset + name + extra;
	return ZIP_FINE;
}

const char *zip_fault_text(enum zip_fault fault)
{
	static const char *const texts[ZIP_FAULT_MAX] = {
		[ZIP_FINE] = "no error",
		[ZIP_NO_END] = "not a zip file, or one that is cut short: no end record",
		[ZIP_END_CORRUPT] = "damaged zip file: its end record does not fit it",
		[ZIP_IN_PARTS] = "a zip file in several parts",
		[ZIP_DIRECTORY_TOO_LARGE] = "a zip file with too many members",
		[ZIP_DIRECTORY_CORRUPT] = "damaged zip file: corrupt central directory",
		[ZIP_UNREADABLE] = "cannot be read to the end, or was cut meanwhile",
		[ZIP_ENCRYPTED] = "encrypted",
		[ZIP_METHOD] = "packed by another method than stored and deflate",
		[ZIP_CONTRADICTS] = "its header contradicts the central directory",
		[ZIP_OUTSIDE] = "its data do not lie where the central directory says",
		[ZIP_TOO_LARGE] = "4 GiB or more when unpacked, which is not read",
		[ZIP_BOMB] = "would unpack to more than 100 times its size",
		[ZIP_CORRUPT] = "its packed data are corrupt",
		[ZIP_SIZE] = "its size is not the one in the central directory",
		[ZIP_CRC] = "its CRC is not the one in the central directory",
		[ZIP_NO_MEMORY] = "not enough memory to unpack it",
	};

	return fault < ZIP_FAULT_MAX ? texts[fault] : "unknown error";
}
