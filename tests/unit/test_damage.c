/* SPDX-License-Identifier: MIT
 *
 * elf/ as a whole under damage: a file cut at any length, each byte of it
 * changed.  Nothing may crash, hang or read outside; a sanitizer run makes this
 * strict.  The bytes lie in allocations of their exact length for that.
 */
#include <check.h>
#include <stdlib.h>

#include "support/tiny_elf.h"
#include "support/walk_image.h"
#include "unit/suites.h"

static struct tiny_elf elf;

static void set_up(void)
{
	tiny_elf_make(&elf);
}

/* Reads LENGTH bytes of the object as a file and asks all there is to ask. */
static enum npabi_status walk_file(size_t length)
{
	struct npabi_source source;
	struct elf_image image;
	enum npabi_status status;
	uint8_t *bytes = malloc(length + !length);

	memcpy(bytes, &elf, length);
	npabi_source_from_memory(&source, bytes, length);
	status = elf_image_from_file(&image, &source);
	if (status == NPABI_OK)
		walk_image(&image);
	free(bytes);
	return status;
}

/* The same as an object of the loader, whose segments must be real memory. */
static void walk_loaded(void)
{
	struct tiny_elf *copy = malloc(sizeof(elf));
	struct elf_image image;

	*copy = elf;
	if (elf_image_from_loaded(&image, (uintptr_t)copy, copy->programs,
				  TINY_HEADERS) == NPABI_OK)
		walk_image(&image);
	free(copy);
}

START_TEST(the_sound_object_passes_the_walk)
{
	ck_assert_int_eq(walk_file(sizeof(elf)), NPABI_OK);
	walk_loaded();
}
END_TEST

START_TEST(a_file_cut_at_any_length_is_refused)
{
	for (size_t length = 0; length < sizeof(elf); length++)
		ck_assert_int_ne(walk_file(length), NPABI_OK);
}
END_TEST

START_TEST(any_byte_may_be_changed)
{
	static const uint8_t masks[] = {0x01, 0x02, 0x04, 0x08, 0x10,
					0x20, 0x40, 0x80, 0xff, 0x7f};
	uint8_t *bytes = (uint8_t *)&elf;

	for (size_t i = 0; i < sizeof(elf); i++) {
		bytes[i] ^= masks[_i];
		walk_file(sizeof(elf));
		bytes[i] ^= masks[_i];
	}
}
END_TEST

START_TEST(any_word_may_be_extreme)
{
	static const uint64_t values[] = {0,	      UINT64_MAX,	   INT64_MAX,
					  UINT32_MAX, (uint64_t)INT64_MIN, 0xffff,
					  sizeof(elf)};
	uint64_t *words = (uint64_t *)&elf;
	uint64_t saved;

	for (size_t i = 0; i < sizeof(elf) / sizeof(*words); i++) {
		saved = words[i];
		words[i] = values[_i];
		walk_file(sizeof(elf));
		words[i] = saved;
	}
}
END_TEST

START_TEST(any_byte_of_a_loaded_object_behind_its_headers_may_be_changed)
{
	static const uint8_t masks[] = {0x01, 0x08, 0x20, 0x80, 0xff, 0x7f};
	uint8_t *bytes = (uint8_t *)&elf;

	for (size_t i = offsetof(struct tiny_elf, gnu_hash); i < sizeof(elf); i++) {
		bytes[i] ^= masks[_i];
		walk_loaded();
		bytes[i] ^= masks[_i];
	}
}
END_TEST

START_TEST(random_damage_in_many_places_is_survived)
{
	uint32_t state = (uint32_t)_i + 1;
	uint8_t *bytes = (uint8_t *)&elf;

	for (int round = 0; round < 2000; round++) {
		tiny_elf_make(&elf);
		for (int i = 0; i < 6; i++) {
			state = state * 1664525 + 1013904223;
			bytes[(state >> 8) % sizeof(elf)] = (uint8_t)(state >> 24);
		}
		walk_file(sizeof(elf));
	}
}
END_TEST

Suite *damage_suite(void);

Suite *damage_suite(void)
{
	Suite *suite = suite_create("damage");
	TCase *damage = tcase_create("damage");

	tcase_set_timeout(damage, 60);
	tcase_add_checked_fixture(damage, set_up, NULL);
	tcase_add_test(damage, the_sound_object_passes_the_walk);
	tcase_add_test(damage, a_file_cut_at_any_length_is_refused);
	tcase_add_loop_test(damage, any_byte_may_be_changed, 0, 10);
	tcase_add_loop_test(damage, any_word_may_be_extreme, 0, 7);
	tcase_add_loop_test(damage,
			    any_byte_of_a_loaded_object_behind_its_headers_may_be_changed,
			    0, 6);
	tcase_add_loop_test(damage, random_damage_in_many_places_is_survived, 0, 4);
	suite_add_tcase(suite, damage);
	return suite;
}
