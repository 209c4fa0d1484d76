/* SPDX-License-Identifier: MIT
 *
 * Any bytes as x86-64 instructions: a decoded one is at least one byte long and
 * no longer than the bytes there are.  Called by libFuzzer ("make fuzz").
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "decode/insn.h"
#include "decode/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint64_t address = 0x1000;
	size_t offset = 0;

	while (offset < size) {
		struct insn insn;

		if (!machine_x86_64.decode(data + offset, size - offset, address + offset,
					   &insn)) {
			offset++;
			continue;
		}
		if (insn.length == 0 || insn.length > size - offset)
			abort();
		offset += insn.length;
	}
	return 0;
}
