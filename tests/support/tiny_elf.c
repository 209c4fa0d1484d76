/* SPDX-License-Identifier: MIT
 *
 * Writes the object field by field as the gABI, the GNU hash description and
 * the LSB's exception frame chapters have it; nothing here calls code under test.
 */
#include <stddef.h>
#include <string.h>

#include "support/tiny_elf.h"

/* The places of parts in the file, which are their addresses. */
static uint64_t place(const struct tiny_elf *elf, const void *part)
{
	return (uint64_t)((const char *)part - (const char *)elf);
}

static uint32_t hash_name(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = (hash << 5) + hash + (uint8_t)*name;
	return hash;
}

static void set_program(struct tiny_elf *elf, int which, uint32_t type, uint32_t flags,
			const void *start)
{
	elf->programs[which] = (Elf64_Phdr){
		.p_type = type,
		.p_flags = flags,
		.p_offset = place(elf, start),
		.p_vaddr = place(elf, start),
		.p_paddr = place(elf, start),
		.p_align = 1,
	};
}

static void set_program_size(struct tiny_elf *elf, int which, uint64_t size)
{
	elf->programs[which].p_filesz = size;
	elf->programs[which].p_memsz = size;
}

static void make_headers(struct tiny_elf *elf)
{
	elf->header = (Elf64_Ehdr){
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_DYN,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = offsetof(struct tiny_elf, programs),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = TINY_HEADERS,
	};
	set_program(elf, TINY_LOAD_CONSTANT, PT_LOAD, PF_R, elf);
	set_program_size(elf, TINY_LOAD_CONSTANT, offsetof(struct tiny_elf, code));
	set_program(elf, TINY_LOAD_CODE, PT_LOAD, PF_R | PF_X, elf->code);
	set_program_size(elf, TINY_LOAD_CODE, sizeof(elf->code));
	set_program(elf, TINY_LOAD_DATA, PT_LOAD, PF_R | PF_W, elf->dynamic);
	set_program_size(elf, TINY_LOAD_DATA, sizeof(elf->dynamic) + sizeof(elf->data));
	set_program(elf, TINY_DYNAMIC, PT_DYNAMIC, PF_R | PF_W, elf->dynamic);
	set_program_size(elf, TINY_DYNAMIC, sizeof(elf->dynamic));
	set_program(elf, TINY_NOTE, PT_NOTE, PF_R, &elf->note);
	set_program_size(elf, TINY_NOTE, sizeof(elf->note));
	set_program(elf, TINY_UNWIND, PT_GNU_EH_FRAME, PF_R, &elf->unwind);
	set_program_size(elf, TINY_UNWIND, sizeof(elf->unwind));
	set_program(elf, TINY_RELRO, PT_GNU_RELRO, PF_R, elf->dynamic);
	set_program_size(elf, TINY_RELRO, sizeof(elf->dynamic));
}

static void make_symbols(struct tiny_elf *elf)
{
	/* gamma at 1, alpha at 7, beta at 13, the soname at 18 */
	static const char strings[] = "\0gamma\0alpha\0beta\0tiny.so";
	uint32_t alpha = hash_name("alpha");
	uint32_t beta = hash_name("beta");

	memcpy(elf->strings, strings, sizeof(strings));
	elf->versions[TINY_ALPHA] = VER_NDX_GLOBAL;
	elf->versions[TINY_BETA] = VER_NDX_GLOBAL;
	elf->symbols[TINY_GAMMA] = (Elf64_Sym){
		.st_name = 1, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE)};
	elf->symbols[TINY_ALPHA] = (Elf64_Sym){
		.st_name = 7,
		.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
		.st_shndx = 1,
		.st_value = place(elf, elf->code + 16),
		.st_size = 32,
	};
	elf->symbols[TINY_BETA] = (Elf64_Sym){
		.st_name = 13,
		.st_info = ELF64_ST_INFO(STB_WEAK, STT_OBJECT),
		.st_shndx = 2,
		.st_value = place(elf, elf->data),
		.st_size = sizeof(elf->data),
	};
	elf->gnu_hash.buckets = 1;
	elf->gnu_hash.first_symbol = TINY_ALPHA;
	elf->gnu_hash.filter_words = 1;
	elf->gnu_hash.filter_shift = 5;
	elf->gnu_hash.filter[0] =
		(UINT64_C(1) << (alpha % 64)) | (UINT64_C(1) << ((alpha >> 5) % 64)) |
		(UINT64_C(1) << (beta % 64)) | (UINT64_C(1) << ((beta >> 5) % 64));
	elf->gnu_hash.bucket[0] = TINY_ALPHA;
	elf->gnu_hash.chain[0] = alpha & ~1u;
	elf->gnu_hash.chain[1] = beta | 1;
	elf->sysv_hash.buckets = 1;
	elf->sysv_hash.chains = TINY_SYMBOLS;
	elf->sysv_hash.bucket[0] = TINY_GAMMA;
	elf->sysv_hash.chain[TINY_GAMMA] = TINY_ALPHA;
	elf->sysv_hash.chain[TINY_ALPHA] = TINY_BETA;
}

static Elf64_Rela make_rela(const struct tiny_elf *elf, int word, uint64_t symbol,
			    uint64_t type, uint64_t addend)
{
	return (Elf64_Rela){place(elf, elf->data + word), ELF64_R_INFO(symbol, type),
			    (int64_t)addend};
}

static void make_relocations(struct tiny_elf *elf)
{
	uint64_t alpha = place(elf, elf->code + 16);
	uint64_t strings = place(elf, elf->strings);

	elf->rela[0] = make_rela(elf, TINY_BY_RELATIVE, 0, R_X86_64_RELATIVE, alpha);
	elf->rela[1] = make_rela(elf, TINY_BY_RELATIVE_2, 0, R_X86_64_RELATIVE, strings);
	elf->rela[2] = make_rela(elf, TINY_BY_ABSOLUTE, TINY_ALPHA, R_X86_64_64, 8);
	elf->rela[3] = make_rela(elf, TINY_BY_IMPORT, TINY_GAMMA, R_X86_64_GLOB_DAT, 0);
	elf->plt[0] = make_rela(elf, TINY_BY_SLOT, TINY_GAMMA, R_X86_64_JUMP_SLOT, 0);
	elf->relr[0] = place(elf, elf->data + TINY_BY_RELR);
	elf->relr[1] = 3; /* one bit, for the next word */
	elf->data[TINY_BY_RELR] = strings;
	elf->data[TINY_BY_RELR_BIT] = alpha;
	elf->data[TINY_NOT_A_POINTER] = alpha;
}

static void make_unwind(struct tiny_elf *elf)
{
	/* version 1, "zR", code 1, data -8, return address 16, pcrel|sdata4, padding */
	static const uint8_t common[12] = {1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b};
	int64_t start = (int64_t)place(elf, &elf->unwind);

	elf->frames.common_length = sizeof(common) + 4;
	memcpy(elf->frames.common, common, sizeof(common));
	elf->frames.length = 16;
	elf->frames.back =
		(uint32_t)(place(elf, &elf->frames.back) - place(elf, &elf->frames));
	elf->frames.code =
		(int32_t)(place(elf, elf->code + 16) - place(elf, &elf->frames.code));
	elf->frames.size = 32;
	elf->unwind.version = 1;
	elf->unwind.pointer_encoding = 0x1b;
	elf->unwind.count_encoding = 0x03;
	elf->unwind.table_encoding = 0x3b;
	elf->unwind.frames = (int32_t)(place(elf, &elf->frames) - (uint64_t)start - 4);
	elf->unwind.count = 1;
	elf->unwind.code = (int32_t)((int64_t)place(elf, elf->code + 16) - start);
	elf->unwind.entry = (int32_t)((int64_t)place(elf, &elf->frames.length) - start);
}

static void make_note(struct tiny_elf *elf)
{
	elf->note.name_size = 4;
	elf->note.size = sizeof(elf->note.bytes);
	elf->note.type = NT_GNU_BUILD_ID;
	memcpy(elf->note.name, "GNU", 4);
	memcpy(elf->note.bytes, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
}

static void make_dynamic(struct tiny_elf *elf)
{
	const Elf64_Dyn dynamic[TINY_TAGS + 1] = {
		[TINY_SYMTAB] = {DT_SYMTAB, {place(elf, elf->symbols)}},
		[TINY_SYMENT] = {DT_SYMENT, {sizeof(Elf64_Sym)}},
		[TINY_STRTAB] = {DT_STRTAB, {place(elf, elf->strings)}},
		[TINY_STRSZ] = {DT_STRSZ, {sizeof(elf->strings)}},
		[TINY_GNU_HASH] = {DT_GNU_HASH, {place(elf, &elf->gnu_hash)}},
		[TINY_HASH] = {DT_HASH, {place(elf, &elf->sysv_hash)}},
		[TINY_RELA] = {DT_RELA, {place(elf, elf->rela)}},
		[TINY_RELASZ] = {DT_RELASZ, {sizeof(elf->rela)}},
		[TINY_RELAENT] = {DT_RELAENT, {sizeof(Elf64_Rela)}},
		[TINY_RELACOUNT] = {DT_RELACOUNT, {2}},
		[TINY_JMPREL] = {DT_JMPREL, {place(elf, elf->plt)}},
		[TINY_PLTRELSZ] = {DT_PLTRELSZ, {sizeof(elf->plt)}},
		[TINY_PLTREL] = {DT_PLTREL, {DT_RELA}},
		[TINY_RELR] = {36, {place(elf, elf->relr)}},
		[TINY_RELRSZ] = {35, {sizeof(elf->relr)}},
		[TINY_RELRENT] = {37, {sizeof(uint64_t)}},
		[TINY_VERSYM] = {DT_VERSYM, {place(elf, elf->versions)}},
		[TINY_SONAME] = {DT_SONAME, {18}},
		[TINY_FLAGS] = {DT_FLAGS, {DF_BIND_NOW}},
	};

	memcpy(elf->dynamic, dynamic, sizeof(dynamic));
}

void tiny_elf_make(struct tiny_elf *elf)
{
	memset(elf, 0, sizeof(*elf));
	make_headers(elf);
	make_symbols(elf);
	make_relocations(elf);
	make_unwind(elf);
	make_note(elf);
	make_dynamic(elf);
}
