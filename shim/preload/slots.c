/* SPDX-License-Identifier: MIT
 *
 * Finds and rewrites slots.  Each is one aligned pointer, replaced by a single
 * atomic store: a thread that calls through it sees the old function or the
 * new one.  Protection is looked at before and put back after, since other
 * tools rewrite slots too and may count on pages that they have opened.  Called by
 * hook_dlsym.c, inspect.c and watch.c.
 */
#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "elf/names.h"
#include "elf/relocs.h"
#include "preload/slots.h"

enum page_state { PAGE_WRITABLE, PAGE_READ_ONLY, PAGE_UNKNOWN };

/*
 * Asks the kernel to add nothing to the word at ADDRESS, which it refuses with
 * EFAULT where we could not write: an exact answer without /proc.
 */
static enum page_state look_at_page(uintptr_t address)
{
	const int add_zero = FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0);
	int own = 0;

	if (syscall(SYS_futex, &own, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, (void *)0,
		    (void *)address, add_zero) >= 0)
		return PAGE_WRITABLE;
	return errno == EFAULT ? PAGE_READ_ONLY : PAGE_UNKNOWN;
}

static const struct elf_segment *find_writable_segment(const struct elf_image *image,
						       uint64_t address)
{
	const struct elf_segment *segment = image->segments;

	for (size_t i = 0; i < image->segment_count; i++, segment++)
		if (address - segment->address < segment->memory_size &&
		    (segment->flags & PF_W))
			return segment;
	return NULL;
}

/* Does the page of ADDRESS belong to those that the loader protects at the end? */
static bool is_relro(const struct elf_image *image, uintptr_t address,
		     uintptr_t page_size)
{
	uintptr_t start = image->bias + (uintptr_t)image->relro.address;
	uintptr_t end = start + (uintptr_t)image->relro.size;

	return address >= (start & -page_size) && address < (end & -page_size);
}

/* Stores VALUE in the slot at the link-time ADDRESS. */
static bool write_slot(const struct elf_image *image, uint64_t address, uintptr_t value)
{
	const struct elf_segment *segment = find_writable_segment(image, address);
	uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t place = image->bias + (uintptr_t)address;
	void *page = (void *)(place & -page_size);
	enum page_state state;
	int protection;
	bool protected;

	if (!segment || place % sizeof(uintptr_t) != 0)
		return false;
	state = look_at_page(place);
	protected = is_relro(image, place, page_size);
	if (state == PAGE_UNKNOWN)
		state = protected ? PAGE_READ_ONLY : PAGE_WRITABLE;
	protection = PROT_READ | (segment->flags & PF_X ? PROT_EXEC : 0);
	if ((protected || state == PAGE_READ_ONLY) &&
	    mprotect(page, page_size, protection | PROT_WRITE) != 0)
		return false;
	atomic_store((_Atomic(uintptr_t) *)place, value);
	if (state == PAGE_READ_ONLY)
		mprotect(page, page_size, protection);
	return atomic_load((_Atomic(uintptr_t) *)place) == value;
}

bool slots_write(const struct elf_image *image, uintptr_t place, uintptr_t value)
{
	return write_slot(image, place - image->bias, value);
}

static void change_slot(const struct object *object, const struct elf_image *image,
			const struct elf_reloc *reloc, struct slot_change *change)
{
	uintptr_t value;

	if (!elf_at(image, reloc->address, sizeof(value)))
		return;
	change->found_++;
	value = *(const uintptr_t *)(image->bias + (uintptr_t)reloc->address);
	if (value == change->replacement)
		return;
	/* inside the object itself: the stub that binds the slot at the first call */
	if (!change->previous_ && !object_covers(object, value))
		change->previous_ = value;
	if (write_slot(image, reloc->address, change->replacement))
		change->changed_++;
	else
		change->refused_++;
}

static struct slot_change *find_change(struct slot_change *changes, size_t count,
				       const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(changes[i].name, name) == 0)
			return &changes[i];
	return NULL;
}

enum npabi_status slots_change(const struct object *object, struct slot_change *changes,
			       size_t count)
{
	struct elf_reloc_iter iter;
	struct slot_change *change;
	enum npabi_status status;
	struct elf_reloc reloc;
	struct elf_image image;
	struct elf_names names;

	if (object_is_untouchable(object))
		return NPABI_NOT_A_FILE;
	status = object_image(object, &image);
	if (status != NPABI_OK)
		return status;
	if (!elf_names_init(&names, &image))
		return NPABI_ELF_CORRUPT;
	elf_reloc_iter_init_symbolic(&iter, &image);
	while (elf_reloc_next(&iter, &reloc)) {
		if (reloc.kind != ELF_RELOC_SLOT && reloc.kind != ELF_RELOC_GLOBAL)
			continue;
		change = find_change(changes, count, elf_names_any(&names, reloc.symbol));
		if (change)
			change_slot(object, &image, &reloc, change);
	}
	return NPABI_OK;
}

uintptr_t slots_next(const struct slot_change *change)
{
	if (change->previous_ || !change->changed_)
		return change->previous_;
	return object_function(change->name);
}
