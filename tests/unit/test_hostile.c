/* SPDX-License-Identifier: MIT
 *
 * Extensions made to cost as much time as they can: what is decoded and what is
 * looked through is bounded over one reading, whatever the file.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facts/collect.h"
#include "facts/heed.h"
#include "facts/library.h"
#include "support/compiled.h"
#include "unit/suites.h"

#define SECONDS 2.0 /* of processor time; a tenth of that is usual */

static const char macros[] =
	".intel_syntax noprefix\n.section .note.GNU-stack,\"\",@progbits\n.text\n"
	".macro begin name\n.type \\name, @function\n\\name: .cfi_startproc\n.endm\n"
	".macro finish\nret\n.cfi_endproc\n.endm\n.globl PyInit_x\n.altmacro\n";

static const struct {
	const char *what, *code;
} forms[] = {
	{"one function that calls itself, beside an import that is looked for",
	 "begin PyInit_x\n call PyCapsule_GetPointer@plt\n call self\nfinish\n"
	 "begin self\n.rept 200000\n call self\n.endr\n"
	 " call PyImport_ImportModule@plt\nfinish\n"},
	{"many functions that use the import, and no init function does",
	 "begin PyInit_x\n call PyCapsule_GetPointer@plt\nfinish\n"
	 ".macro user n\nbegin u\\n\n lea rdi, [rip+text]\n"
	 " call PyImport_ImportModule@plt\nfinish\n.endm\n"
	 ".set i, 0\n.rept 20000\nuser %i\n.set i, i+1\n.endr\n"},
	{"an attribute fetched again and again, each perhaps that of a check",
	 "begin PyInit_x\n lea rdi, [rip+text]\n call PyImport_ImportModule@plt\n"
	 ".rept 50000\n lea rsi, [rip+text]\n mov rdi, rax\n"
	 " call PyObject_GetAttrString@plt\n.endr\n call PyErr_Format@plt\nfinish\n"},
	{"functions that call each other with texts, to be entered with each",
	 "begin PyInit_x\n lea rdi, [rip+text]\n call f0\nfinish\n"
	 ".macro caller n, a, b\nbegin f\\n\n push rbx\n mov rbx, rdi\n"
	 " call PyImport_ImportModule@plt\n.set k, 0\n.rept 12\n"
	 " lea rdi, [rip+text+k]\n call f\\a\n call f\\b\n.set k, k+1\n.endr\n"
	 " pop rbx\nfinish\n.endm\n.set i, 0\n.rept 300\n"
	 "caller %i, %((i*5+1)%300), %((i*7+2)%300)\n.set i, i+1\n.endr\n"},
	{"a long chain of far jumps, each into another function",
	 "begin PyInit_x\n call PyImport_ImportModule@plt\n jmp g0\nfinish\n"
	 ".macro jumper n, a, b\nbegin g\\n\n test edi, edi\n je g\\a\n"
	 ".balign 64\n jmp g\\b\nfinish\n.endm\n.set i, 0\n.rept 10000\n"
	 "jumper %i, %((i*4241+7)%10000), %((i*31+11)%10000)\n.set i, i+1\n.endr\n"},
	{"many functions that allocate what could be a multi-iterator",
	 "begin PyInit_x\n lea rdi, [rip+text]\n call PyImport_ImportModule@plt\n"
	 " lea rsi, [rip+table]\n mov rdi, rax\n call PyObject_GetAttrString@plt\n"
	 " call PyObject_Init@plt\nfinish\n"
	 ".macro user n, b\nbegin m\\n\n.rept 20\n mov edi, 304\n"
	 " call malloc@plt\n mov rdi, rax\n call m\\b\n.endr\nfinish\n.endm\n"
	 ".set i, 0\n.rept 5000\nuser %i, %((i*7+1)%5000)\n.set i, i+1\n.endr\n"},
	{"many functions that look like import_array, and call each other",
	 "begin PyInit_x\n call PyImport_ImportModule@plt\nfinish\n"
	 ".macro user n, b\nbegin l\\n\n lea rdi, [rip+text]\n"
	 " call PyImport_ImportModule@plt\n lea rsi, [rip+table]\n mov rdi, rax\n"
	 " call PyObject_GetAttrString@plt\n lea rsi, [rip+abi]\n mov edx, 16777225\n"
	 " call PyErr_Format@plt\n lea rsi, [rip+api]\n mov edx, 13\n"
	 " call PyErr_Format@plt\n call l\\b\nfinish\n.endm\n"
	 ".set i, 0\n.rept 20000\nuser %i, %((i*7+1)%20000)\n.set i, i+1\n.endr\n"},
};
#define FORMS ((int)(sizeof(forms) / sizeof(forms[0])))

static const char texts[] = ".section .rodata\ntext: .fill 1000, 1, 110\n.byte 0\n"
			    "table: .asciz \"_ARRAY_API\"\n"
			    "abi: .asciz \"module compiled against ABI version 0x%x\"\n"
			    "api: .asciz \"module compiled against API version 0x%x\"\n";

static struct npabi_arena memory;

static double processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

START_TEST(the_time_of_a_reading_is_bounded)
{
	static struct library library;
	static struct facts facts;
	struct compiled object;
	char source[4000];
	double start;

	snprintf(source, sizeof(source), "%s%s%s", macros, forms[_i / 2].code, texts);
	ck_assert(compiled_open(&object, "gcc -x assembler", "-nostdlib", source));
	start = processor_seconds();
	ck_assert_int_eq(facts_collect(&memory, &object.image, _i % 2, &facts), NPABI_OK);
	heed_read(&memory, &object.image, &facts);
	library_read(&memory, &object.image, "libx.so", &library);
	ck_assert_msg(processor_seconds() - start < SECONDS, "%.1f s for %s",
		      processor_seconds() - start, forms[_i / 2].what);
	compiled_close(&object);
}
END_TEST

/* Functions that call each other; their bounds are then made to overlap. */
static const char overlapping[] =
	"begin PyInit_x\n call PyCapsule_GetPointer@plt\n.set i, 0\n.rept 4000\n"
	".macro go n\n call o\\n\n.endm\n go %i\n.purgem go\n.set i, i+1\n.endr\n"
	" call PyImport_ImportModule@plt\nfinish\n"
	".macro one n, a\nbegin o\\n\n.rept 100\n call o\\a\n.endr\nfinish\n.endm\n"
	".set i, 0\n.rept 4000\none %i, %((i*7+1)%4000)\n.set i, i+1\n.endr\n";

/* Lets each unwind entry say that its function has a million bytes. */
static void lengthen_functions(uint8_t *bytes, const struct elf_image *image)
{
	const uint64_t index = image->unwind_index.address;
	const uint8_t *table = elf_at(image, index, 12);
	uint32_t count, length = 1 << 20;
	int32_t entry;

	ck_assert_ptr_nonnull(table);
	memcpy(&count, table + 8, sizeof(count));
	table = elf_at(image, index, 12 + 8 * (size_t)count);
	ck_assert_ptr_nonnull(table);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *at;

		memcpy(&entry, table + 12 + 8 * (size_t)i + 4, sizeof(entry));
		at = elf_at(image, index + (uint64_t)(int64_t)entry, 16);
		ck_assert_ptr_nonnull(at);
		memcpy(bytes + (at - bytes) + 12, &length, sizeof(length));
	}
}

/* Each is looked through for what it calls, which are all the others again. */
START_TEST(functions_that_overlap_cost_no_more)
{
	static struct facts facts;
	struct compiled object;
	struct npabi_source changed;
	struct elf_image image;
	char source[4000];
	uint8_t *bytes;
	size_t size;
	double start;

	snprintf(source, sizeof(source), "%s%s%s", macros, overlapping, texts);
	ck_assert(compiled_open(&object, "gcc -x assembler", "-nostdlib", source));
	size = (size_t)object.source.size;
	bytes = malloc(size);
	memcpy(bytes, npabi_source_view(&object.source, 0, size), size);
	npabi_source_from_memory(&changed, bytes, size);
	ck_assert_int_eq(elf_image_from_file(&image, &changed), NPABI_OK);
	lengthen_functions(bytes, &image);
	start = processor_seconds();
	ck_assert_int_eq(facts_collect(&memory, &image, false, &facts), NPABI_OK);
	ck_assert(processor_seconds() - start < SECONDS);
	free(bytes);
	compiled_close(&object);
}
END_TEST

Suite *hostile_suite(void);

Suite *hostile_suite(void)
{
	Suite *suite = suite_create("hostile");
	TCase *time_ = tcase_create("time");

	tcase_set_tags(time_, "native"); /* valgrind takes fifty times as long */
	tcase_set_timeout(time_, 60);
	tcase_add_loop_test(time_, the_time_of_a_reading_is_bounded, 0, 2 * FORMS);
	tcase_add_test(time_, functions_that_overlap_cost_no_more);
	suite_add_tcase(suite, time_);
	return suite;
}
