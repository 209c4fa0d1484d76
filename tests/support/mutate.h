/* SPDX-License-Identifier: MIT
 *
 * Changes an object in a few places, as damage would or as somebody with bad
 * intentions might: in its headers and tables, the addresses in them, its code,
 * jumps and immediates, its texts.
 */
#ifndef NPABI_TESTS_MUTATE_H
#define NPABI_TESTS_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Changes some of the SIZE bytes at DATA; the size stays.  What is no object is
 * changed anywhere.  *SEED is the state of the random numbers: the same gives
 * the same change.
 */
void mutate_object(uint8_t *data, size_t size, uint32_t *seed);

#endif
