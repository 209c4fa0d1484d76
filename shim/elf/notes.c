/* SPDX-License-Identifier: MIT
 *
 * Finds the GNU build id among the notes.  Looks at no other note.  Called by
 * facts/ and by the crash report's preparation.
 */
#include "base/span.h"
#include "elf/notes.h"

/* A handful is usual; a table of a million empty ones is not worth walking. */
#define NOTES_MAX 64

#define NOTE_HEADER 12

static uint64_t round_up(uint64_t size)
{
	return (size + 3) & ~(uint64_t)3;
}

static void write_hex(const uint8_t *bytes, size_t length, char *hex)
{
	for (size_t i = 0; i < length; i++) {
		*hex++ = "0123456789abcdef"[bytes[i] >> 4];
		*hex++ = "0123456789abcdef"[bytes[i] & 15];
	}
	*hex = '\0';
}

/* Is the note at RAW, of which the name can be read, the build id? */
static bool is_build_id(const uint8_t *raw)
{
	return npabi_load32(raw) == sizeof(ELF_NOTE_GNU) &&
	       npabi_load32(raw + 8) == NT_GNU_BUILD_ID &&
	       memcmp(raw + NOTE_HEADER, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0;
}

/* Writes out the build id whose descriptor is at ADDRESS, LENGTH bytes long. */
static bool copy_build_id(const struct elf_image *image, uint64_t address,
			  uint32_t length, char *hex)
{
	const uint8_t *bytes;

	if (!length || length > ELF_BUILD_ID_MAX)
		return false;
	bytes = elf_at(image, address, length);
	if (bytes)
		write_hex(bytes, length, hex);
	return bytes != NULL;
}

static bool search_notes(const struct elf_image *image, struct elf_table table, char *hex)
{
	uint64_t offset = 0;
	const uint8_t *raw;
	uint64_t header;
	uint64_t length;

	for (int i = 0; i < NOTES_MAX && offset < table.size; i++) {
		/* an empty note at the end may be shorter than a header with "GNU" */
		header = NOTE_HEADER + sizeof(ELF_NOTE_GNU);
		if (!npabi_range_valid(offset, header, table.size))
			return false;
		raw = elf_at(image, table.address + offset, header);
		if (!raw)
			return false;
		header = NOTE_HEADER + round_up(npabi_load32(raw));
		length = npabi_load32(raw + 4);
		/* the last note need not be filled up */
		if (!npabi_range_valid(offset, header + length, table.size))
			return false;
		if (is_build_id(raw))
			return copy_build_id(image, table.address + offset + header,
					     npabi_load32(raw + 4), hex);
		offset += header + round_up(length);
	}
	return false;
}

bool elf_build_id(const struct elf_image *image, char *hex)
{
	hex[0] = '\0';
	for (size_t i = 0; i < ELF_NOTES_MAX; i++)
		if (search_notes(image, image->notes[i], hex))
			return true;
	return false;
}
