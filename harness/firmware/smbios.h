/* SPDX-License-Identifier: MIT */
/* The SMBIOS tables of the machine `pc`: the entry point of version 2.8 and the structures that a
 * machine must have: BIOS, system, baseboard, chassis, processor, memory, boot status. There is
 * none of a cache or a slot, which are not modelled. Unread: DMTF DSP0134, 2.8. */
#ifndef HARNESS_FIRMWARE_SMBIOS_H
#define HARNESS_FIRMWARE_SMBIOS_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"

enum {
	SMBIOS_ENTRY_SIZE = 31,
	SMBIOS_ENTRY_ALIGN = 16, /* and between F0000h and FFFFFh */
	SMBIOS_TABLE_MAX = 2048
};

struct smbios_config {
	uint32_t cpu_signature, cpu_features; /* CPUID leaf 1: EAX, EDX */
	uint16_t cpu_mhz;
	uint32_t entry; /* where the entry point goes */
	uint32_t table; /* and the structures */
};

/* Lay both into RAM or ROM; the memory told of is that of `mem`. False: no memory there. */
__attribute__((warn_unused_result)) bool smbios_lay(const struct smbios_config *config,
						    struct mem *mem);

#endif
