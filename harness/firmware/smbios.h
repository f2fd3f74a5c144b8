/* SPDX-License-Identifier: MIT */
/* The SMBIOS tables of the machine `pc`: the entry point of version 2.8 and the structures that a
 * machine must have: BIOS, system, baseboard, chassis, processor, memory, boot status. There is
 * none for caches and slots, which are not modelled. Unread: DMTF DSP0134, 2.8. */
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
	uint32_t entry; /* address of the entry point */
	uint32_t table; /* address of the structures */
};

/* Write both into RAM or ROM; the memory that they describe is `mem`. False: no memory there. */
__attribute__((warn_unused_result)) bool smbios_lay(const struct smbios_config *config,
						    struct mem *mem);

#endif
