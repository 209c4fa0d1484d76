/* SPDX-License-Identifier: MIT
 *
 * What is known of a register or a memory word while code is followed.
 */
#ifndef NPABI_DECODE_VALUE_H
#define NPABI_DECODE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum value_kind {
	VALUE_UNKNOWN,
	VALUE_NUMBER, /* number, of which the low width bytes are known */
	VALUE_STACK,  /* number bytes above the stack pointer at the walk's start */
	VALUE_TABLE,  /* an unknown entry of the jump table at number, its base added */
	VALUE_TAG     /* something that the client knows: tag, and number as it likes */
};

struct value {
	uint8_t kind;
	uint8_t width; /* VALUE_NUMBER: bytes that are known */
	bool supposed; /* follows from a value that the client made up */
	uint16_t tag;  /* VALUE_TAG */
	uint64_t number;
};

static inline struct value value_unknown(void)
{
	return (struct value){.kind = VALUE_UNKNOWN};
}

static inline struct value value_number(uint64_t number)
{
	return (struct value){.kind = VALUE_NUMBER, .width = 8, .number = number};
}

static inline struct value value_tag(uint16_t tag, uint64_t number)
{
	return (struct value){.kind = VALUE_TAG, .tag = tag, .number = number};
}

static inline bool value_is_number(const struct value *value)
{
	return value->kind == VALUE_NUMBER && value->width == 8;
}

#endif
