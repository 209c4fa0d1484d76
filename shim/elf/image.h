/* SPDX-License-Identifier: MIT
 *
 * One ELF object, seen by virtual address.  It is either a file (through a
 * source of bytes) or an object that the loader has put into this process; the
 * rest of the program asks both the same questions.  Every address below is
 * the link-time virtual address (what readelf shows), never a run-time one.
 *
 * Refused with a status: 32-bit, big-endian, other than ET_DYN/ET_EXEC, tables
 * that lie outside the load segments.  Section headers are not used: they are
 * not in memory and may be stripped or false.
 */
#ifndef NPABI_ELF_IMAGE_H
#define NPABI_ELF_IMAGE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"
#include "base/status.h"

#define ELF_SEGMENTS_MAX 40 /* patchelf adds one each time it is run */
#define ELF_NOTES_MAX	 4

struct elf_segment {
	uint64_t address; /* p_vaddr */
	uint64_t offset;  /* p_offset */
	uint64_t file_size;
	uint64_t memory_size;
	uint32_t flags; /* PF_R, PF_W, PF_X */
};

/* A table in the image: where it starts and how many bytes it has; 0, 0: absent. */
struct elf_table {
	uint64_t address;
	uint64_t size;
};

struct elf_image {
	struct npabi_source *source; /* file: borrowed.  loaded object: NULL */
	const char *path; /* NULL, or as whoever opened the image sets it; borrowed */
	uintptr_t bias;	  /* loaded object: run-time minus link-time address */
	uint16_t machine; /* e_machine; of a loaded object: this process's */
	bool fixed;	  /* file: ET_EXEC, which is loaded where it says */
	size_t segment_count;
	struct elf_segment segments[ELF_SEGMENTS_MAX];

	/* from PT_DYNAMIC, which is dynamic */
	struct elf_table dynamic;
	uint64_t symbols; /* DT_SYMTAB, 0: none */
	struct elf_table strings;
	uint64_t gnu_hash, sysv_hash; /* 0: none */
	uint64_t versions;	      /* DT_VERSYM, 0: none */
	struct elf_table rela;	      /* DT_RELA */
	uint64_t rela_relative;	      /* DT_RELACOUNT */
	struct elf_table plt_rela;    /* DT_JMPREL (RELA form only) */
	struct elf_table relr;	      /* DT_RELR */
	uint64_t soname;	      /* offset in strings, 0: none */
	bool bind_now;

	/* absent when they do not lie in a load segment */
	struct elf_table unwind_index;	       /* PT_GNU_EH_FRAME */
	struct elf_table notes[ELF_NOTES_MAX]; /* PT_NOTE */
	struct elf_table relro; /* PT_GNU_RELRO: may end past its segment */
};

/*
 * Reads the headers of the file behind SOURCE, which the image borrows.  The
 * image is only meaningful on NPABI_OK; nothing has to be released.
 */
enum npabi_status elf_image_from_file(struct elf_image *image,
				      struct npabi_source *source);

/*
 * Describes an object that is loaded in this process: BIAS and the COUNT
 * program headers as dl_iterate_phdr gives them (dlpi_addr, dlpi_phdr).  Reads
 * the object's mapped dynamic section; copes with d_ptr values that the loader
 * has relocated (glibc) and those it has not (musl, vDSO).  No allocation, no
 * locks: may be called inside a dl_iterate_phdr callback.
 */
enum npabi_status elf_image_from_loaded(struct elf_image *image, uintptr_t bias,
					const Elf64_Phdr *headers, size_t count);

/*
 * LENGTH bytes at ADDRESS as they stand in the file or memory, or NULL when
 * they do not all lie in one load segment: in a file, in the part of it that
 * the file holds; in a loaded object, in a readable one, .bss included.
 */
const uint8_t *elf_at(const struct elf_image *image, uint64_t address, size_t length);

/*
 * How many bytes elf_at could give from ADDRESS on: up to the end of its
 * segment, 0 outside all of them.  Reads nothing: call elf_at for what is
 * needed of them.
 */
uint64_t elf_extent(const struct elf_image *image, uint64_t address);

/* The load segment that ADDRESS lies in, part of IMAGE; NULL: in none. */
const struct elf_segment *elf_segment_of(const struct elf_image *image, uint64_t address);

/* Does ADDRESS lie in a load segment, in one that is executable, or not writable? */
bool elf_contains(const struct elf_image *image, uint64_t address);
bool elf_is_code(const struct elf_image *image, uint64_t address);
bool elf_is_constant(const struct elf_image *image, uint64_t address);

/*
 * The NUL-terminated string at ADDRESS if it ends within MAXIMUM bytes (the NUL
 * counted) and the segment; else NULL.  Reads in small steps.
 */
const char *elf_string(const struct elf_image *image, uint64_t address, size_t maximum);

/* The string at OFFSET of the dynamic string table, at most 4096 bytes, or NULL. */
const char *elf_dynamic_string(const struct elf_image *image, uint64_t offset);

#endif
