/* SPDX-License-Identifier: MIT
 *
 * One table of names.  What is not in it but begins as CPython's functions do
 * gives an object: that is what most of them do.
 */
#include "facts/heed_calls.h"

#include <string.h>

#include "elf/names.h"
#include "elf/relocs.h"

#define TRIES_MAX 64 /* slots after the one where it should be */

struct known_call {
	char name[28];
	bool prefix; /* only how it begins */
	uint8_t call;
};

/* The first that fits counts. */
static const struct known_call known_calls[] = {
	{"PyErr_Print", false, HEED_CALL_PRINT},
	{"PyErr_PrintEx", false, HEED_CALL_PRINT},
	{"PyErr_WriteUnraisable", false, HEED_CALL_PRINT},
	{"PyErr_Clear", false, HEED_CALL_CLEAR},
	{"PyErr_Occurred", false, HEED_CALL_OCCURRED},
	{"PyErr_ExceptionMatches", false, HEED_CALL_MATCHES},
	{"PyErr_Fetch", false, HEED_CALL_FETCH},
	{"PyErr_GetRaisedException", false, HEED_CALL_FETCH},
	{"PyErr_Restore", false, HEED_CALL_RESTORE},
	{"PyErr_SetRaisedException", false, HEED_CALL_RESTORE},
	{"PyErr_SetString", false, HEED_CALL_SET_TEXT},
	{"PyErr_Format", true, HEED_CALL_SET_FORMAT},
	{"PyErr_Set", true, HEED_CALL_SET_OTHER},
	{"PyErr_NoMemory", false, HEED_CALL_SET_OTHER},
	{"PyErr_Bad", true, HEED_CALL_SET_OTHER},
	{"PyErr_Warn", true, HEED_CALL_SUCCESS},
	{"PyErr_NewException", true, HEED_CALL_RUN},
	{"PyErr_", true, HEED_CALL_QUIET},
	{"PyImport_Import", true, HEED_CALL_RUN},
	{"PyObject_Call", true, HEED_CALL_RUN},
	{"PyObject_Vectorcall", true, HEED_CALL_RUN},
	{"PyEval_CallObject", true, HEED_CALL_RUN},
	{"PyObject_GetAttrString", false, HEED_CALL_ATTRIBUTE},
	{"PyCapsule_Type", false, HEED_CAPSULE_TYPE},
	{"PyCObject_Type", false, HEED_CAPSULE_TYPE},
	{"PyModuleDef_Init", false, HEED_CALL_MODULE_INIT},
	{"PyModule_Add", true, HEED_CALL_SUCCESS},
	{"PyModule_SetDocString", false, HEED_CALL_SUCCESS},
	{"PyType_Ready", false, HEED_CALL_SUCCESS},
	{"PyDict_Set", true, HEED_CALL_SUCCESS},
	{"PyDict_Del", true, HEED_CALL_SUCCESS},
	{"PyDict_Update", false, HEED_CALL_SUCCESS},
	{"PyDict_Merge", false, HEED_CALL_SUCCESS},
	{"PyDict_GetItem", true, HEED_CALL_QUIET},
	{"PyDict_Next", false, HEED_CALL_QUIET},
	{"PyObject_SetAttr", true, HEED_CALL_SUCCESS},
	{"PyObject_SetItem", false, HEED_CALL_SUCCESS},
	{"PyObject_Has", true, HEED_CALL_QUIET},
	{"PyObject_Is", true, HEED_CALL_QUIET},
	{"PyObject_Rich", true, HEED_CALL_QUIET},
	{"PyList_Append", false, HEED_CALL_SUCCESS},
	{"PyList_SetItem", false, HEED_CALL_SUCCESS},
	{"PyTuple_SetItem", false, HEED_CALL_SUCCESS},
	{"PyState_AddModule", false, HEED_CALL_SUCCESS},
	{"PyState_FindModule", false, HEED_CALL_QUIET},
	{"PyStructSequence_InitType2", false, HEED_CALL_SUCCESS},
	{"PyLong_As", true, HEED_CALL_QUIET},
	{"PyInt_As", true, HEED_CALL_QUIET},
	{"PyFloat_As", true, HEED_CALL_QUIET},
	{"PyType_Is", true, HEED_CALL_QUIET},
	{"PyGILState_", true, HEED_CALL_QUIET},
	{"PyThread_", true, HEED_CALL_QUIET},
	{"PyMem_Free", false, HEED_CALL_QUIET},
	{"PyOS_snprintf", false, HEED_CALL_QUIET},
	{"Py_FatalError", true, HEED_CALL_NO_RETURN},
	{"Py_InitModule4", true, HEED_CALL_OBJECT},
	{"Py_", true, HEED_CALL_QUIET},
	{"_Py_Dealloc", false, HEED_CALL_QUIET},
	{"_Py_DecRefShared", false, HEED_CALL_QUIET}, /* the same without the GIL */
	{"_Py_MergeZeroLocalRefcount", false, HEED_CALL_QUIET},
	{"_Py_FatalError", true, HEED_CALL_NO_RETURN},
	{"Py", true, HEED_CALL_OBJECT},
	{"_Py", true, HEED_CALL_OBJECT},
	{"malloc", false, HEED_CALL_MEMORY},
	{"calloc", false, HEED_CALL_MEMORY},
	{"_Znwm", false, HEED_CALL_MEMORY},
	{"_Znam", false, HEED_CALL_MEMORY},
	{"__cxa_allocate_exception", false, HEED_CALL_MEMORY},
	{"__cxa_throw", false, HEED_CALL_THROW},
	{"__cxa_rethrow", false, HEED_CALL_THROW},
	{"_ZSt9terminatev", false, HEED_CALL_NO_RETURN},
	{"__stack_chk_fail", false, HEED_CALL_NO_RETURN},
	{"__assert_fail", false, HEED_CALL_NO_RETURN},
	{"_Unwind_Resume", false, HEED_CALL_NO_RETURN},
	{"abort", false, HEED_CALL_NO_RETURN},
	{"atexit", false, HEED_CALL_QUIET},
	{"__cxa_atexit", false, HEED_CALL_QUIET},
	{"exit", false, HEED_CALL_NO_RETURN},
	{"longjmp", false, HEED_CALL_NO_RETURN},
};

/* Those that enum heed_call has come first, in its order. */
static const char exceptions[][20] = {
	"ImportError", "ModuleNotFoundError",
	"SystemError", "RuntimeError",
	"ValueError",  "AttributeError",
	"TypeError",   "Exception",
	"OSError",     "KeyError",
	"NameError",   "AssertionError",
	"MemoryError", "LookupError",
	"IndexError",  "NotImplementedError",
};
#define EXCEPTIONS ((unsigned)(sizeof(exceptions) / sizeof(exceptions[0])))

static unsigned classify_exception(const char *name)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++)
		if (!strcmp(exceptions[i], name))
			return HEED_EXCEPTION + 1 + i;
	return HEED_EXCEPTION;
}

static unsigned classify_name(const char *name)
{
	if (!strncmp(name, "PyExc_", 6))
		return classify_exception(name + 6);
	for (size_t i = 0; i < sizeof(known_calls) / sizeof(known_calls[0]); i++) {
		const struct known_call *known = &known_calls[i];

		if (known->prefix ? !strncmp(name, known->name, strlen(known->name))
				  : !strcmp(name, known->name))
			return known->call;
	}
	return HEED_CALL_FOREIGN;
}

static unsigned bucket_of(uint64_t address)
{
	return (unsigned)(address / sizeof(uint64_t)) % HEED_SLOTS;
}

/* A full table forgets: what is not found there is taken for foreign. */
static void add_slot(struct heed_slots *slots, uint64_t address, unsigned call)
{
	unsigned i = bucket_of(address);

	for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
		if (!slots->table[i].address) {
			slots->table[i].address = address;
			slots->table[i].call = (uint8_t)call;
			return;
		}
		i = (i + 1) % HEED_SLOTS;
	}
}

static unsigned classify_slot(const char *name, const char *library)
{
	if (!name[0])
		return HEED_CALL_OWN;
	return strcmp(name, library) == 0 ? HEED_CALL_LIBRARY : classify_name(name);
}

bool heed_slots_init(struct heed_slots *slots, const struct elf_image *image,
		     const char *library, struct npabi_arena *arena)
{
	size_t size = HEED_SLOTS * sizeof(*slots->table);
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	struct elf_names names;

	slots->table = npabi_arena_take(arena, size);
	if (!slots->table || !elf_names_init(&names, image))
		return false;
	memset(slots->table, 0, size);
	elf_reloc_iter_init_symbolic(&iter, image);
	while (elf_reloc_next(&iter, &reloc)) {
		const char *name = elf_names_undefined(&names, reloc.symbol);

		if (reloc.kind != ELF_RELOC_SLOT && reloc.kind != ELF_RELOC_GLOBAL)
			continue;
		if (reloc.address)
			add_slot(slots, reloc.address, classify_slot(name, library));
	}
	return true;
}

unsigned heed_slots_find(const struct heed_slots *slots, uint64_t address)
{
	unsigned i = bucket_of(address);

	for (unsigned tries = 0; tries < TRIES_MAX && slots->table[i].address; tries++) {
		if (slots->table[i].address == address)
			return slots->table[i].call;
		i = (i + 1) % HEED_SLOTS;
	}
	return HEED_CALL_NONE;
}

const char *heed_exception_name(unsigned call)
{
	unsigned index = call - HEED_EXCEPTION - 1;

	return call > HEED_EXCEPTION && index < EXCEPTIONS ? exceptions[index] : "";
}
