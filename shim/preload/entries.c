/* SPDX-License-Identifier: MIT
 *
 * The stock is written in assembly, sixteen bytes each: C has no way to say it but a
 * table of pointers, each of which would be a relocation in every process.  An entry
 * leaves the first argument as it is, puts its number into the second and jumps, so
 * that the target sees its caller's frame.  Called by watch.c.
 */
#include "preload/entries.h"

#define ENTRY_SIZE 16

#define TEXT_OF(number)	 #number
#define VALUE_OF(number) TEXT_OF(number)

#if defined(__x86_64__)
#define ENTRY "endbr64; movl $index, %esi; jmp entries_target\n"
#elif defined(__aarch64__)
#define ENTRY "hint #34; mov w1, #index; b entries_target\n" /* the first is bti c */
#else
#error "write the entry for this machine: second argument, then a jump"
#endif

/* clang-format off */
__asm__(".text\n"
	".balign 16\n"
	".local entries_start\n"
	"entries_start:\n"
	".set index, 0\n"
	".rept " VALUE_OF(ENTRIES) "\n"
	".balign 16\n" /* ENTRY_SIZE */
	ENTRY
	".set index, index + 1\n"
	".endr\n");
/* clang-format on */

extern const char entries_start[] __attribute__((visibility("hidden")));

uintptr_t entries_address(unsigned index)
{
	return (uintptr_t)entries_start + (uintptr_t)index * ENTRY_SIZE;
}
