/* SPDX-License-Identifier: MIT
 *
 * Headers of an ELF file or of a loaded object, and the way from an address to
 * bytes.  All reading of an object passes elf_at, which is the one place that
 * decides what may be read.  Trusts nothing that the headers say, allocates
 * nothing, and does not use section headers.  Called by all of elf/ and above.
 */
#include <string.h>

#include "base/span.h"
#include "elf/dynamic.h"
#include "elf/image.h"

/* The machine of this process, that every object loaded in it is made for. */
#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#else
#define OWN_MACHINE EM_NONE
#endif

/* More than twenty program headers are not seen in real objects. */
#define HEADERS_MAX 128

/* Strings are looked for by this much at a time. */
#define STRING_STEP 64
#define STRING_MAX  4096

/* How much of a segment can be read. */
static uint64_t readable_size(const struct elf_image *image,
			      const struct elf_segment *segment)
{
	if (image->source)
		return segment->file_size;
	return segment->flags & PF_R ? segment->memory_size : 0;
}

const struct elf_segment *elf_segment_of(const struct elf_image *image, uint64_t address)
{
	const struct elf_segment *segment = image->segments;

	for (size_t i = 0; i < image->segment_count; i++, segment++)
		if (address >= segment->address &&
		    address - segment->address < segment->memory_size)
			return segment;
	return NULL;
}

uint64_t elf_extent(const struct elf_image *image, uint64_t address)
{
	const struct elf_segment *segment = elf_segment_of(image, address);
	uint64_t readable;

	if (!segment)
		return 0;
	readable = readable_size(image, segment);
	address -= segment->address;
	return address < readable ? readable - address : 0;
}

const uint8_t *elf_at(const struct elf_image *image, uint64_t address, size_t length)
{
	const struct elf_segment *segment = elf_segment_of(image, address);

	if (!segment || !npabi_range_valid(address - segment->address, length,
					   readable_size(image, segment)))
		return NULL;
	if (!image->source)
		return (const uint8_t *)(image->bias + (uintptr_t)address);
	return npabi_source_view(image->source,
				 segment->offset + (address - segment->address), length);
}

bool elf_contains(const struct elf_image *image, uint64_t address)
{
	return elf_segment_of(image, address) != NULL;
}

bool elf_is_code(const struct elf_image *image, uint64_t address)
{
	const struct elf_segment *segment = elf_segment_of(image, address);

	return segment && (segment->flags & PF_X);
}

bool elf_is_constant(const struct elf_image *image, uint64_t address)
{
	const struct elf_segment *segment = elf_segment_of(image, address);

	return segment && !(segment->flags & PF_W);
}

const char *elf_string(const struct elf_image *image, uint64_t address, size_t maximum)
{
	uint64_t length = elf_extent(image, address);
	const uint8_t *piece;
	uint64_t step;

	if (length > maximum)
		length = maximum;
	for (uint64_t done = 0; done < length; done += step) {
		/* end each step on a multiple, to stay within blocks of the source */
		step = STRING_STEP - (address + done) % STRING_STEP;
		if (step > length - done)
			step = length - done;
		piece = elf_at(image, address + done, step);
		if (!piece)
			return NULL;
		if (memchr(piece, '\0', step))
			return (const char *)piece - done;
	}
	return NULL;
}

const char *elf_dynamic_string(const struct elf_image *image, uint64_t offset)
{
	uint64_t left;

	if (offset >= image->strings.size)
		return NULL;
	left = image->strings.size - offset;
	return elf_string(image, image->strings.address + offset,
			  left < STRING_MAX ? left : STRING_MAX);
}

/* A program header; one of the loader's has the same layout as one in a file. */
static Elf64_Phdr load_header(const uint8_t *headers, size_t index)
{
	const uint8_t *raw = headers + index * sizeof(Elf64_Phdr);

	return (Elf64_Phdr){
		.p_type = npabi_load32(raw),
		.p_flags = npabi_load32(raw + 4),
		.p_offset = npabi_load64(raw + 8),
		.p_vaddr = npabi_load64(raw + 16),
		.p_filesz = npabi_load64(raw + 32),
		.p_memsz = npabi_load64(raw + 40),
	};
}

static bool overlaps_segment(const struct elf_image *image, uint64_t address,
			     uint64_t size)
{
	const struct elf_segment *segment = image->segments;

	for (size_t i = 0; i < image->segment_count; i++, segment++)
		if (address < segment->address + segment->memory_size &&
		    segment->address < address + size)
			return true;
	return false;
}

static enum npabi_status add_segment(struct elf_image *image, const Elf64_Phdr *header)
{
	if (!header->p_memsz && !header->p_filesz)
		return NPABI_OK;
	if (header->p_filesz > header->p_memsz ||
	    header->p_vaddr > UINT64_MAX - header->p_memsz ||
	    overlaps_segment(image, header->p_vaddr, header->p_memsz))
		return NPABI_ELF_CORRUPT;
	if (image->source &&
	    !npabi_range_valid(header->p_offset, header->p_filesz, image->source->size))
		return NPABI_TRUNCATED;
	if (image->segment_count == ELF_SEGMENTS_MAX)
		return NPABI_TOO_COMPLEX;
	image->segments[image->segment_count++] = (struct elf_segment){
		.address = header->p_vaddr,
		.offset = header->p_offset,
		.file_size = header->p_filesz,
		.memory_size = header->p_memsz,
		.flags = header->p_flags,
	};
	return NPABI_OK;
}

static void add_note(struct elf_image *image, struct elf_table table)
{
	for (size_t i = 0; i < ELF_NOTES_MAX; i++) {
		if (image->notes[i].size)
			continue;
		image->notes[i] = table;
		return;
	}
}

/* Keeps what HEADER points to, if that is inside; the object is fine without. */
static void add_table(struct elf_image *image, const Elf64_Phdr *header)
{
	struct elf_table table = {header->p_vaddr, header->p_memsz};

	if (header->p_type == PT_GNU_RELRO) {
		/* linkers round its end up to a page */
		if (elf_segment_of(image, table.address) &&
		    table.size <= UINT64_MAX - table.address)
			image->relro = table;
		return;
	}
	if (!table.size || elf_extent(image, table.address) < table.size)
		return;
	if (header->p_type == PT_GNU_EH_FRAME)
		image->unwind_index = table;
	else if (header->p_type == PT_NOTE)
		add_note(image, table);
}

static enum npabi_status read_headers(struct elf_image *image, const uint8_t *headers,
				      size_t count)
{
	struct elf_table dynamic = {0, 0};
	enum npabi_status status;
	Elf64_Phdr header;

	for (size_t i = 0; i < count; i++) {
		header = load_header(headers, i);
		if (header.p_type != PT_LOAD)
			continue;
		status = add_segment(image, &header);
		if (status != NPABI_OK)
			return status;
	}
	for (size_t i = 0; i < count; i++) {
		header = load_header(headers, i);
		if (header.p_type == PT_DYNAMIC)
			dynamic = (struct elf_table){header.p_vaddr, header.p_filesz};
		else
			add_table(image, &header);
	}
	return dynamic.size ? elf_read_dynamic(image, dynamic) : NPABI_NOT_DYNAMIC;
}

/* What the first bytes say of the kind of file; LENGTH of them are at IDENT. */
static enum npabi_status check_ident(const uint8_t *ident, size_t length)
{
	if (length < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return NPABI_NOT_ELF;
	if (length < EI_NIDENT)
		return NPABI_TRUNCATED;
	if (ident[EI_CLASS] == ELFCLASS32)
		return NPABI_ELF_32_BIT;
	if (ident[EI_DATA] == ELFDATA2MSB)
		return NPABI_ELF_BIG_ENDIAN;
	if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB ||
	    ident[EI_VERSION] != EV_CURRENT)
		return NPABI_ELF_CORRUPT;
	return length < sizeof(Elf64_Ehdr) ? NPABI_TRUNCATED : NPABI_OK;
}

/* Finds the program headers by the ELF header at RAW. */
static enum npabi_status find_headers(struct elf_image *image, const uint8_t *raw,
				      const uint8_t **headers_, size_t *count_)
{
	uint16_t type = npabi_load16(raw + offsetof(Elf64_Ehdr, e_type));
	uint64_t offset = npabi_load64(raw + offsetof(Elf64_Ehdr, e_phoff));
	size_t count = npabi_load16(raw + offsetof(Elf64_Ehdr, e_phnum));

	image->machine = npabi_load16(raw + offsetof(Elf64_Ehdr, e_machine));
	image->fixed = type == ET_EXEC;
	if (type != ET_DYN && type != ET_EXEC)
		return NPABI_ELF_NOT_SHARED;
	if (!count)
		return NPABI_NOT_DYNAMIC;
	if (npabi_load16(raw + offsetof(Elf64_Ehdr, e_phentsize)) != sizeof(Elf64_Phdr))
		return NPABI_ELF_CORRUPT;
	if (count > HEADERS_MAX)
		return NPABI_TOO_COMPLEX;
	*count_ = count;
	*headers_ = npabi_source_view(image->source, offset, count * sizeof(Elf64_Phdr));
	return *headers_ ? NPABI_OK : NPABI_TRUNCATED;
}

enum npabi_status elf_image_from_file(struct elf_image *image,
				      struct npabi_source *source)
{
	enum npabi_status status;
	const uint8_t *headers;
	const uint8_t *raw;
	size_t length;
	size_t count;

	memset(image, 0, sizeof(*image));
	image->source = source;
	if (!source->size)
		return NPABI_EMPTY;
	length = source->size < sizeof(Elf64_Ehdr) ? (size_t)source->size
						   : sizeof(Elf64_Ehdr);
	raw = npabi_source_view(source, 0, length);
	if (!raw)
		return NPABI_TRUNCATED;
	status = check_ident(raw, length);
	if (status == NPABI_OK)
		status = find_headers(image, raw, &headers, &count);
	return status == NPABI_OK ? read_headers(image, headers, count) : status;
}

enum npabi_status elf_image_from_loaded(struct elf_image *image, uintptr_t bias,
					const Elf64_Phdr *headers, size_t count)
{
	memset(image, 0, sizeof(*image));
	image->bias = bias;
	image->machine = OWN_MACHINE;
	if (!headers || !count)
		return NPABI_NOT_DYNAMIC;
	if (count > HEADERS_MAX)
		return NPABI_TOO_COMPLEX;
	return read_headers(image, (const uint8_t *)headers, count);
}
