/* SPDX-License-Identifier: MIT
 *
 * Pc-relative references in raw x86-64 code.
 */
#ifndef NPABI_DECODE_X86_64_REFERENCES_H
#define NPABI_DECODE_X86_64_REFERENCES_H

#include "base/span.h"
#include "decode/machine.h"

/* Where the rel32 at FIELD, which lies at ADDRESS and ends its instruction, leads. */
static inline uint64_t x86_64_relative_target(const uint8_t *field, uint64_t address)
{
	return address + 4 + (uint64_t)(int64_t)(int32_t)npabi_load32(field);
}

/* See find_reference and find_transfer of struct machine. */
size_t x86_64_find_reference(const struct machine_code *code, size_t from, uint64_t low,
			     uint64_t high, uint64_t *target_);
size_t x86_64_find_transfer(const struct machine_code *code, size_t from, uint64_t low,
			    uint64_t high, uint64_t *target_);

#endif
