/* SPDX-License-Identifier: MIT
 *
 * Picks the decoder for an ELF machine.  A new machine is a new row.
 */
#include "decode/machine.h"

const struct machine *machine_find(uint16_t elf_machine)
{
	if (elf_machine == machine_x86_64.elf_machine)
		return &machine_x86_64;
	return NULL;
}
