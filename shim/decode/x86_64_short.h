/* SPDX-License-Identifier: MIT
 *
 * The x86-64 forms that most of an init function consists of, decoded without
 * Zydis.
 */
#ifndef NPABI_DECODE_X86_64_SHORT_H
#define NPABI_DECODE_X86_64_SHORT_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/insn.h"
#include "decode/machine.h"

#define X86_64_LONGEST 15 /* bytes of an instruction */

/*
 * Decodes the instruction at BYTES exactly as the full decoder would, or gives
 * false when it is none of the short list, or when there are fewer than
 * X86_64_LONGEST bytes: then nothing is said of it.
 */
bool x86_64_decode_short(const uint8_t *bytes, size_t size, uint64_t address,
			 struct insn *insn_);

/* See find_chain of struct machine. */
size_t x86_64_find_chain(const struct machine_code *code, size_t from, uint8_t first,
			 uint8_t second);

/* See find_argument of struct machine. */
size_t x86_64_find_argument(const struct machine_code *code, size_t from,
			    uint32_t number);

/* Any instruction, by Zydis; false when the bytes are none. */
bool x86_64_decode_full(const uint8_t *bytes, size_t size, uint64_t address,
			struct insn *insn_);

#endif
