/* SPDX-License-Identifier: MIT
 *
 * Asks the loader what is loaded.  The only file that knows what a handle of
 * dlopen is.  Never calls dlopen, dlsym or dladdr, and works on copies after
 * the loader's lock is released.  Called by all of preload/.
 */
#include <link.h>
#include <string.h>
#include <sys/auxv.h>

#include "elf/symbols.h"
#include "preload/objects.h"

struct search {
	object_test *test;
	void *data;
	struct object *found_;
};

static bool covers_segment(const struct object *object, uintptr_t address)
{
	const Elf64_Phdr *header = object->headers;
	uintptr_t start;

	for (size_t i = 0; i < object->header_count; i++, header++) {
		start = object->bias + header->p_vaddr;
		if (header->p_type == PT_LOAD && address >= start &&
		    address - start < header->p_memsz)
			return true;
	}
	return false;
}

static void find_ends(struct object *object)
{
	const Elf64_Phdr *header = object->headers;
	uintptr_t start;

	object->start = UINTPTR_MAX;
	object->end = 0;
	for (size_t i = 0; i < object->header_count; i++, header++) {
		if (header->p_type != PT_LOAD)
			continue;
		start = object->bias + header->p_vaddr;
		if (start < object->start)
			object->start = start;
		if (start + header->p_memsz > object->end)
			object->end = start + header->p_memsz;
	}
}

static int visit_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	struct object object = {
		.bias = info->dlpi_addr,
		.headers = info->dlpi_phdr,
		.header_count = info->dlpi_phdr ? info->dlpi_phnum : 0,
		.name = info->dlpi_name ? info->dlpi_name : "",
	};

	(void)size;
	if (!search->test(&object, search->data))
		return 0;
	find_ends(&object);
	*search->found_ = object;
	return 1;
}

bool object_find(object_test *test, void *data, struct object *object_)
{
	struct search search = {test, data, object_};

	return dl_iterate_phdr(visit_object, &search) != 0;
}

static bool test_address(const struct object *object, void *data)
{
	return covers_segment(object, *(const uintptr_t *)data);
}

bool object_at(uintptr_t address, struct object *object_)
{
	return object_find(test_address, &address, object_);
}

/*
 * A handle is the address of the object's link map, on glibc by long habit and
 * on musl because its own struct starts with the same members.
 */
static bool test_handle(const struct object *object, void *data)
{
	const struct link_map *map = data;

	return map->l_addr == object->bias && map->l_name &&
	       strcmp(map->l_name, object->name) == 0;
}

bool object_of_handle(const void *handle, struct object *object_)
{
	/* RTLD_DEFAULT and RTLD_NEXT stand for many objects */
	if (!handle || handle == (const void *)-1l)
		return false;
	return object_find(test_handle, (void *)(uintptr_t)handle, object_);
}

bool object_covers(const struct object *object, uintptr_t address)
{
	return address >= object->start && address < object->end;
}

static bool is_ours(const struct object *object)
{
	return covers_segment(object, (uintptr_t)&object_find);
}

bool object_is_untouchable(const struct object *object)
{
	uintptr_t loader = getauxval(AT_BASE);
	uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);

	return is_ours(object) || (loader && covers_segment(object, loader)) ||
	       (vdso && covers_segment(object, vdso));
}

enum npabi_status object_image(const struct object *object, struct elf_image *image_)
{
	enum npabi_status status = elf_image_from_loaded(
		image_, object->bias, object->headers, object->header_count);

	image_->path = object->name;
	return status;
}

struct function_search {
	const char *name;
	uintptr_t address_;
};

static bool test_function(const struct object *object, void *data)
{
	struct function_search *search = data;
	struct elf_symbol symbol;
	struct elf_image image;

	if (is_ours(object) || object_image(object, &image) != NPABI_OK ||
	    !elf_symbol_find(&image, search->name, &symbol) || symbol.type != STT_FUNC)
		return false;
	search->address_ = object->bias + (uintptr_t)symbol.address;
	return true;
}

uintptr_t object_function(const char *name)
{
	struct function_search search = {name, 0};
	struct object object;

	return object_find(test_function, &search, &object) ? search.address_ : 0;
}

/* The first object tells; what comes after it need not be visited. */
static int read_unload_count(struct dl_phdr_info *info, size_t size, void *data)
{
	unsigned long long *count_ = data;

	if (size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof(info->dlpi_subs))
		*count_ = info->dlpi_subs;
	return 1;
}

unsigned long long object_unload_count(void)
{
	unsigned long long count = 0;

	dl_iterate_phdr(read_unload_count, &count);
	return count;
}
