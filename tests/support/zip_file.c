/* SPDX-License-Identifier: MIT
 *
 * Making zip files, as APPNOTE 6.3 and RFC 1951 describe them.  Called by suites.
 */
#include <check.h>
#include <string.h>

#include "support/zip_file.h"

#define VERSION_ZIP64 45

void zip_file_put(struct zip_file *file, size_t offset, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		file->bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

static void append(struct zip_file *file, unsigned width, uint64_t value)
{
	ck_assert_uint_le(file->size + width, ZIP_FILE_MAX);
	zip_file_put(file, file->size, width, value);
	file->size += width;
}

static void append_bytes(struct zip_file *file, const void *bytes, size_t length)
{
	ck_assert_uint_le(file->size + length, ZIP_FILE_MAX);
	memcpy(file->bytes + file->size, bytes, length);
	file->size += length;
}

/* The CRC-32 of ISO 3309, bit by bit. */
static uint32_t checksum(const void *bytes, size_t length)
{
	const uint8_t *p = bytes;
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static size_t packed_size(const struct zip_file *file, unsigned index)
{
	return file->length[index] + (file->deflated[index] ? 5 : 0);
}

void zip_file_begin(struct zip_file *file)
{
	memset(file, 0, sizeof(*file));
}

/* What header and entry have in common, from the version needed on. */
static void append_common(struct zip_file *file, unsigned index, bool large)
{
	size_t length = file->length[index];
	const uint8_t *text =
		file->bytes + file->data[index] + (file->deflated[index] ? 5 : 0);

	append(file, 2, VERSION_ZIP64);
	append(file, 2, 0); /* flags */
	append(file, 2, file->deflated[index] ? 8 : 0);
	append(file, 4, 0x21 << 16); /* 1980-01-01 */
	append(file, 4, checksum(text, length));
	append(file, 4, large ? UINT32_MAX : packed_size(file, index));
	append(file, 4, large ? UINT32_MAX : length);
	append(file, 2, strlen(file->name[index]));
	append(file, 2, large ? 28 : 0); /* extra fields */
}

void zip_file_add(struct zip_file *file, const char *name, const char *text,
		  bool deflated)
{
	unsigned index = file->count++;
	size_t length = strlen(text);

	ck_assert_uint_lt(index, ZIP_FILE_MEMBERS);
	file->name[index] = name;
	file->length[index] = length;
	file->deflated[index] = deflated;
	file->header[index] = file->size;
	file->data[index] = file->size + 30 + strlen(name);
	/* the data first, for their check sum */
	file->size = file->data[index];
	if (deflated) {
		append(file, 1, 1); /* the last block, stored */
		append(file, 2, length);
		append(file, 2, ~length);
	}
	append_bytes(file, text, length);
	length = file->size;
	file->size = file->header[index];
	append(file, 4, 0x04034b50);
	append_common(file, index, false);
	append_bytes(file, name, strlen(name));
	file->size = length;
}

static void append_entry(struct zip_file *file, unsigned index, bool large)
{
	file->entry[index] = file->size;
	append(file, 4, 0x02014b50);
	append(file, 2, 3 << 8); /* made on Unix */
	append_common(file, index, large);
	append(file, 2, 0); /* comment */
	append(file, 2, 0); /* disk */
	append(file, 2, 0);
	append(file, 4, 0100644u << 16);
	append(file, 4, large ? UINT32_MAX : file->header[index]);
	append_bytes(file, file->name[index], strlen(file->name[index]));
	if (!large)
		return;
	append(file, 2, 1);
	append(file, 2, 24);
	append(file, 8, file->length[index]);
	append(file, 8, packed_size(file, index));
	append(file, 8, file->header[index]);
}

static void append_end64(struct zip_file *file, size_t directory_size)
{
	file->end64 = file->size;
	append(file, 4, 0x06064b50);
	append(file, 8, 44);
	append(file, 2, VERSION_ZIP64);
	append(file, 2, VERSION_ZIP64);
	append(file, 4, 0);
	append(file, 4, 0);
	append(file, 8, file->count);
	append(file, 8, file->count);
	append(file, 8, directory_size);
	append(file, 8, file->directory);
	file->locator = file->size;
	append(file, 4, 0x07064b50);
	append(file, 4, 0);
	append(file, 8, file->end64);
	append(file, 4, 1);
}

void zip_file_finish(struct zip_file *file, bool large)
{
	size_t directory_size;

	file->directory = file->size;
	for (unsigned i = 0; i < file->count; i++)
		append_entry(file, i, large);
	directory_size = file->size - file->directory;
	if (large)
		append_end64(file, directory_size);
	file->end = file->size;
	append(file, 4, 0x06054b50);
	append(file, 2, 0);
	append(file, 2, 0);
	append(file, 2, large ? UINT16_MAX : file->count);
	append(file, 2, large ? UINT16_MAX : file->count);
	append(file, 4, large ? UINT32_MAX : directory_size);
	append(file, 4, large ? UINT32_MAX : file->directory);
	append(file, 2, 0);
}
