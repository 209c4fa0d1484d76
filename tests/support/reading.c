/* SPDX-License-Identifier: MIT
 *
 * As read_image in facts/collect.c prepares a reader.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "facts/follow.h"
#include "support/reading.h"

/* Layouts and counting as in CPython's Include/object.h for 64 bits. */
const char fake_python[] =
	"#include <stddef.h>\n"
	"#ifdef Py_GIL_DISABLED\n"
	"typedef struct object { void *thread; int bits; unsigned count; long shared;\n"
	"struct type *kind; } object;\n"
	"extern void _Py_MergeZeroLocalRefcount(object *), _Py_DecRefShared(object *);\n"
	"#else\n"
	"typedef struct object { long count; struct type *kind; } object;\n"
	"#endif\n"
	"typedef struct type { object head; long items; const char *name;\n"
	"long basic_size, item_size; void *slots[15]; unsigned long flags; } type;\n"
	"struct slot { int id; void *value; };\n"
	"struct definition { object head; void *init; long index; object *copy;\n"
	"const char *name, *words; long size; void *methods; struct slot *slots; };\n"
	"extern object *PyImport_ImportModule(const char *), *PyImport_Import(object "
	"*);\n"
	"extern object *PyObject_GetAttrString(object *, const char *);\n"
	"extern object *PyObject_GetAttr(object *, object *);\n"
	"extern object *PyUnicode_FromString(const char *), *PyImport_AddModule(const "
	"char *);\n"
	"extern object *PyErr_Format(object *, const char *, ...), "
	"*PyErr_Occurred(void);\n"
	"extern void PyErr_SetString(object *, const char *);\n"
	"extern int PyErr_WarnEx(object *, const char *, long);\n"
	"extern int PyErr_WarnFormat(object *, long, const char *, ...);\n"
	"extern int PyOS_snprintf(char *, size_t, const char *, ...);\n"
	"extern int PyDict_SetItemString(object *, const char *, object *);\n"
	"extern long PyLong_AsSsize_t(object *); extern void _Py_Dealloc(object *);\n"
	"extern object *PyModuleDef_Init(struct definition *);\n"
	"extern object *Py_InitModule4_64(const char *, ...);\n"
	"extern void *PyCapsule_GetPointer(object *, const char *);\n"
	"extern object *PyExc_ValueError, *PyExc_TypeError, *PyExc_RuntimeError;\n"
	"extern type PyCapsule_Type;\n"
	"#ifdef Py_GIL_DISABLED\n"
	"static inline void *thread(void)\n"
	"{ void *self; __asm__(\"movq %%fs:0, %0\" : \"=r\"(self)); return self; }\n"
	"static inline void drop(object *o) { unsigned count =\n"
	"__atomic_load_n(&o->count, __ATOMIC_RELAXED); if (count + 1 == 0) return;\n"
	"if (__atomic_load_n(&o->thread, __ATOMIC_RELAXED) != thread()) {\n"
	"_Py_DecRefShared(o); return; }\n"
	"__atomic_store_n(&o->count, count - 1, __ATOMIC_RELAXED);\n"
	"if (count == 1) _Py_MergeZeroLocalRefcount(o); }\n"
	"#else\n"
	"static inline void drop(object *o) { if (--o->count == 0) _Py_Dealloc(o); }\n"
	"#endif\n"
	"static inline int is_type(object *o) { return o->kind->flags >> 31 & 1; }\n";

void reading_start(struct reading *reading)
{
	struct reader *reader = &reading->reader;

	memset(&reading->facts, 0, sizeof(reading->facts));
	*reader = (struct reader){.image = &reading->object.image,
				  .facts = &reading->facts,
				  .looks_left = READER_LOOKS};
	ck_assert_int_eq(npabi_arena_open(&reader->arena, 4u << 20), 0);
	ck_assert(reader_prepare(reader, &machine_x86_64, READING_STEPS));
}

/* SOURCE behind fake_python; the caller frees it. */
static char *behind_python(const char *source)
{
	char *text = malloc(strlen(fake_python) + strlen(source) + 1);

	ck_assert_ptr_nonnull(text);
	strcpy(text, fake_python);
	strcat(text, source);
	return text;
}

bool reading_open(struct reading *reading, const char *compiler, const char *flags,
		  const char *source)
{
	char *text = behind_python(source);
	bool opened = compiled_open(&reading->object, compiler, flags, text);

	free(text);
	if (opened)
		reading_start(reading);
	return opened;
}

void reading_make_builds(struct builds *builds, const struct build *list, int count,
			 const char *source)
{
	char *text = behind_python(source);

	builds_make(builds, list, count, text);
	free(text);
}

void reading_close(struct reading *reading)
{
	npabi_arena_close(&reading->reader.arena);
	compiled_close(&reading->object);
}

void reading_follow(struct reading *reading, const char *name)
{
	follow_function(&reading->reader, compiled_symbol(&reading->object, name));
}

void expect_check(const struct facts *facts, const char *type, uint64_t size,
		  enum facts_policy policy)
{
	unsigned found = 0;

	for (unsigned i = 0; i < facts->check_count; i++) {
		const struct facts_size_check *check = &facts->checks[i];

		if (strcmp(check->type, type) != 0)
			continue;
		ck_assert_msg(check->expected == size && check->policy == policy,
			      "%s: %lu with policy %d", type,
			      (unsigned long)check->expected, check->policy);
		found++;
	}
	ck_assert_msg(found == 1, "%s: %u times", type, found);
}

bool has_import(const struct facts *facts, const char *name)
{
	for (unsigned i = 0; i < facts->import_count; i++)
		if (!strcmp(facts->imports[i], name))
			return true;
	return false;
}
