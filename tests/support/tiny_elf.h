/* SPDX-License-Identifier: MIT
 *
 * A complete shared object of one page, laid out as a C struct, so that a test
 * can damage one field by its name.  Addresses are file offsets.  As its bytes
 * lie in memory at one place, it serves as an object of the loader as well.
 *
 * It exports "alpha" (code, with an unwind entry) and "beta" (data), imports
 * "gamma", and data[] holds pointers by each kind of relocation.
 */
#ifndef NPABI_TESTS_TINY_ELF_H
#define NPABI_TESTS_TINY_ELF_H

#include <elf.h>
#include <stdint.h>

enum { TINY_NONE, TINY_GAMMA, TINY_ALPHA, TINY_BETA, TINY_SYMBOLS };
enum {
	TINY_LOAD_CONSTANT,
	TINY_LOAD_CODE,
	TINY_LOAD_DATA,
	TINY_DYNAMIC,
	TINY_NOTE,
	TINY_UNWIND,
	TINY_RELRO,
	TINY_HEADERS
};
enum {
	TINY_SYMTAB,
	TINY_SYMENT,
	TINY_STRTAB,
	TINY_STRSZ,
	TINY_GNU_HASH,
	TINY_HASH,
	TINY_RELA,
	TINY_RELASZ,
	TINY_RELAENT,
	TINY_RELACOUNT,
	TINY_JMPREL,
	TINY_PLTRELSZ,
	TINY_PLTREL,
	TINY_RELR,
	TINY_RELRSZ,
	TINY_RELRENT,
	TINY_VERSYM,
	TINY_SONAME,
	TINY_FLAGS,
	TINY_TAGS /* the DT_NULL */
};

struct tiny_elf {
	Elf64_Ehdr header;
	Elf64_Phdr programs[TINY_HEADERS];
	struct {
		uint32_t buckets, first_symbol, filter_words, filter_shift;
		uint64_t filter[1];
		uint32_t bucket[1], chain[2];
	} gnu_hash;
	struct {
		uint32_t buckets, chains;
		uint32_t bucket[1], chain[TINY_SYMBOLS];
	} sysv_hash;
	Elf64_Sym symbols[TINY_SYMBOLS];
	uint16_t versions[TINY_SYMBOLS];
	char strings[64];
	Elf64_Rela rela[4], plt[1];
	uint64_t relr[2];
	struct {
		uint32_t name_size, size, type;
		char name[4];
		uint8_t bytes[8];
	} note;
	struct {
		uint8_t version, pointer_encoding, count_encoding, table_encoding;
		int32_t frames;
		uint32_t count;
		int32_t code, entry;
	} unwind;
	struct {
		uint32_t common_length, common_id;
		uint8_t common[12];
		uint32_t length, back;
		int32_t code;
		uint32_t size;
		uint8_t rest[4];
		uint32_t end;
	} frames;
	uint8_t code[64] __attribute__((aligned(16)));
	Elf64_Dyn dynamic[TINY_TAGS + 1];
	uint64_t data[8];
};

/* What data[] points to, by the relocations: see tiny_elf_make. */
enum { TINY_BY_RELATIVE, TINY_BY_RELATIVE_2, TINY_BY_ABSOLUTE, TINY_BY_IMPORT };
enum { TINY_BY_SLOT = 4, TINY_BY_RELR, TINY_BY_RELR_BIT, TINY_NOT_A_POINTER };

/* Fills in *ELF, everything sound and in order. */
void tiny_elf_make(struct tiny_elf *elf);

#endif
