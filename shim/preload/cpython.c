/* SPDX-License-Identifier: MIT
 *
 * Finds the objects that hold CPython, be it the executable, a shared libpython
 * or both kinds at once, by what they define.  Calls nothing of them but what
 * needs no GIL.  Called by startup.c and the hooks.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/textbuf.h"
#include "elf/symbols.h"
#include "preload/cpython.h"
#include "preload/guard.h"

/* Where the address of each function goes; of two rows for one place the first, which
 * is Python 2's where it has another name. */
static const struct function_row {
	char name[36];
	uint16_t place;
	bool optional;
} function_rows[] = {
#define PLACE(member) offsetof(struct cpython_functions, member)
	{"PyImport_ImportModule", PLACE(import_module), false},
	{"PyImport_Import", PLACE(import), false},
	{"PyImport_ImportModuleLevelObject", PLACE(import_level), true},
	{"Py_IsInitialized", PLACE(is_initialized), false},
	{"Py_GetVersion", PLACE(version), false},
	{"PyThreadState_GetUnchecked", PLACE(current_thread_state), true},
	{"_PyThreadState_UncheckedGet", PLACE(current_thread_state), true},
	{"PyGILState_GetThisThreadState", PLACE(own_thread_state), false},
	{"Py_DecRef", PLACE(decref), false},
	{"PyErr_Clear", PLACE(clear_error), false},
	{"PyErr_Fetch", PLACE(fetch_error), false},
	{"PyErr_Restore", PLACE(restore_error), false},
	{"PyErr_GetRaisedException", PLACE(get_exception), true},
	{"PyErr_SetRaisedException", PLACE(set_exception), true},
	{"PySys_GetObject", PLACE(sys_object), false},
	{"PyDict_GetItemString", PLACE(dict_item), false},
	{"PyModule_GetDict", PLACE(module_dict), false},
	{"PyObject_GenericGetAttr", PLACE(generic_attribute), false},
	{"PyObject_Type", PLACE(type_of), false},
	{"PyType_IsSubtype", PLACE(is_subtype), false},
	{"PyInt_AsSsize_t", PLACE(long_value), true},
	{"PyLong_AsSsize_t", PLACE(long_value), false},
	{"PyString_InternFromString", PLACE(interned_text), true},
	{"PyUnicode_InternFromString", PLACE(interned_text), false},
	{"PyString_AsString", PLACE(text_value), true},
	{"PyUnicode_AsUTF8", PLACE(text_value), false},
	{"PyCObject_AsVoidPtr", PLACE(capsule_pointer), true},
	{"PyCapsule_GetPointer", PLACE(capsule_pointer), false},
	{"PyErr_SetString", PLACE(set_error), true},
	{"PyErr_Occurred", PLACE(error_occurred), true},
	{"PyType_GetFlags", PLACE(type_flags), true},
	{"PyTuple_Size", PLACE(tuple_size), true},
	{"PyTuple_GetItem", PLACE(tuple_item), true},
	{"PyUnicode_FromFormatV", PLACE(format_text), true},
	{"PyErr_WarnEx", PLACE(warn_text), true},
	{"PyErr_WarnFormat", PLACE(warn_format), true},
	{"_Py_DecRefShared", PLACE(decref_shared), true},
#undef PLACE
};

#define FUNCTION_ROWS (sizeof(function_rows) / sizeof(function_rows[0]))

/* Entries below count stay as they are until they are gone, but for the hook. */
static struct {
	struct cpython entries[CPYTHONS_MAX];
	atomic_uint count;
	unsigned long long unload_count; /* of the loader, at the last scan */
} known;

unsigned cpython_count(void)
{
	return atomic_load_explicit(&known.count, memory_order_acquire);
}

struct cpython *cpython_at(unsigned index)
{
	return &known.entries[index];
}

static bool is_known(const struct object *object)
{
	for (unsigned i = 0; i < cpython_count(); i++)
		if (!known.entries[i].gone &&
		    known.entries[i].object.bias == object->bias &&
		    known.entries[i].object.headers == object->headers)
			return true;
	return false;
}

/* A host may unload its libpython, and then load another. */
static void forget_unloaded(void)
{
	unsigned long long unload_count = object_unload_count();
	struct cpython *python = known.entries;
	struct object object;

	if (unload_count == known.unload_count)
		return;
	known.unload_count = unload_count;
	for (unsigned i = 0; i < cpython_count(); i++, python++)
		if (object_at(python->object.start, &object) &&
		    object.headers == python->object.headers)
			python->hooked = false; /* perhaps loaded anew at its place */
		else
			python->gone = true;
}

/* Two functions, so that a stand-in for one of them is not taken for CPython. */
static bool test_cpython(const struct object *object, void *data)
{
	struct elf_symbol symbol;
	struct elf_image image;

	(void)data;
	return object_image(object, &image) == NPABI_OK &&
	       elf_symbol_find(&image, "PyImport_ImportModule", &symbol) &&
	       elf_symbol_find(&image, "Py_IsInitialized", &symbol) &&
	       !is_known(object) && !object_is_untouchable(object);
}

static void find_functions(struct cpython *python)
{
	const struct function_row *row = function_rows;
	char *functions = (char *)&python->functions;
	struct elf_symbol symbol;
	struct elf_image image;
	uintptr_t address;

	if (object_image(&python->object, &image) != NPABI_OK)
		return;
	for (size_t i = 0; i < FUNCTION_ROWS; i++, row++) {
		memcpy(&address, functions + row->place, sizeof(address));
		if (address)
			continue;
		if (elf_symbol_find(&image, row->name, &symbol) &&
		    symbol.type == STT_FUNC) {
			address = image.bias + (uintptr_t)symbol.address;
			memcpy(functions + row->place, &address, sizeof(address));
		} else if (!row->optional) {
			memcpy(python->missing, row->name, sizeof(row->name));
		}
	}
}

/* Where the interpreter keeps NAME; NULL: it does not. */
static const void *find_data(const struct cpython *python, const char *name)
{
	struct elf_symbol symbol;
	struct elf_image image;

	if (object_image(&python->object, &image) != NPABI_OK ||
	    !elf_symbol_find(&image, name, &symbol) || symbol.type != STT_OBJECT)
		return NULL;
	return (const void *)(image.bias + (uintptr_t)symbol.address);
}

/* Python 2 keeps the state of the thread that has the GIL where all can see it. */
static void find_thread_state(struct cpython *python)
{
	static const char name[] = "_PyThreadState_Current";
	struct cpython_functions *functions = &python->functions;

	functions->current_thread = find_data(python, name);
	if (!functions->current_thread_state && !functions->current_thread)
		memcpy(python->missing, name, sizeof(name));
}

static void name_object(struct cpython *python)
{
	const char *name = python->object.name;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, python->path, sizeof(python->path));
	npabi_textbuf_string(&buf, *name ? name : "/proc/self/exe");
}

/* The place of one that is gone, or a new one; NULL: there are too many. */
static struct cpython *find_place(void)
{
	for (unsigned i = 0; i < cpython_count(); i++)
		if (known.entries[i].gone)
			return &known.entries[i];
	return cpython_count() < CPYTHONS_MAX ? &known.entries[cpython_count()] : NULL;
}

static bool is_python2(const struct object *object)
{
	struct elf_symbol symbol;
	struct elf_image image;

	return object_image(object, &image) == NPABI_OK &&
	       elf_symbol_find(&image, "Py_InitModule4_64", &symbol);
}

static void add_cpython(struct cpython *python, const struct object *object)
{
	memset(python, 0, sizeof(*python));
	python->object = *object;
	python->is_python2 = is_python2(object);
	name_object(python);
	find_functions(python);
	find_thread_state(python);
	python->functions.import_error = find_data(python, "PyExc_ImportError");
	python->functions.definition_type = find_data(python, "PyModuleDef_Type");
	if (python == &known.entries[cpython_count()])
		atomic_fetch_add_explicit(&known.count, 1, memory_order_release);
}

void cpython_scan(void)
{
	struct cpython *python;
	struct object object;

	if (!guard_lock())
		return;
	forget_unloaded();
	while ((python = find_place()) != NULL &&
	       object_find(test_cpython, NULL, &object))
		add_cpython(python, &object);
	guard_unlock();
}

void cpython_version(const struct cpython *python, char *text, size_t size)
{
	const char *version =
		python->functions.version ? python->functions.version() : "";
	struct npabi_textbuf buf;

	/* "3.8.18 (default, ...)" */
	npabi_textbuf_init(&buf, text, size);
	npabi_textbuf_bytes(&buf, version, strcspn(version, " "));
}

/* Has this thread a thread state of PYTHON, and is it the current one? */
static bool is_in_thread(const struct cpython *python)
{
	const struct cpython_functions *functions = &python->functions;
	void *current;

	if (!functions->own_thread_state)
		return false;
	current = cpython_thread_state(functions);
	return current && current == functions->own_thread_state();
}

/* Does OBJECT name the file of PYTHON among the libraries that it needs? */
static bool is_linked_with(const struct object *object, const struct cpython *python)
{
	const char *file = strrchr(python->path, '/');
	const Elf64_Phdr *header = object->headers;
	const Elf64_Dyn *entry = NULL;
	struct elf_image image;
	const char *needed;

	for (size_t i = 0; i < object->header_count; i++, header++)
		if (header->p_type == PT_DYNAMIC)
			entry = (const Elf64_Dyn *)(object->bias + header->p_vaddr);
	if (!entry || !file || object_image(object, &image) != NPABI_OK)
		return false;
	for (; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag != DT_NEEDED)
			continue;
		needed = elf_dynamic_string(&image, entry->d_un.d_val);
		if (needed && strcmp(needed, file + 1) == 0)
			return true;
	}
	return false;
}

struct cpython *cpython_of_object(const struct object *object)
{
	struct cpython *python = known.entries;
	struct cpython *linked = NULL;
	struct cpython *found = NULL;

	for (unsigned i = 0; i < cpython_count(); i++, python++) {
		if (python->gone)
			continue;
		if (python->object.headers == object->headers)
			return python;
		if (is_linked_with(object, python))
			linked = python;
		if (!found || is_in_thread(python))
			found = python;
	}
	return linked ? linked : found;
}

struct cpython *cpython_of(uintptr_t caller)
{
	struct object object;

	if (cpython_count() == 1 && !known.entries[0].gone)
		return &known.entries[0];
	return object_at(caller, &object) ? cpython_of_object(&object) : NULL;
}
