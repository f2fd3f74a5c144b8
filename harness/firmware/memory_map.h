/* SPDX-License-Identifier: MIT */
/* The memory map that a PC's firmware would report (INT 15h AX=E820h), made from the machine's
 * own memory. Every boot protocol takes it from here, so all guests hear the same story. */
#ifndef HARNESS_FIRMWARE_MEMORY_MAP_H
#define HARNESS_FIRMWARE_MEMORY_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "emu/mem.h"

/* The address range types of E820, which multiboot 1 and Linux share. */
enum memory_type {
	MEMORY_AVAILABLE = 1,
	MEMORY_RESERVED = 2,
	MEMORY_ACPI_RECLAIMABLE = 3, /* RAM once the tables were read */
	MEMORY_ACPI_NVS = 4          /* never RAM */
};

enum { MEMORY_MAP_MAX = 64, MEMORY_FIRMWARE_MAX = 8 };

/* Where firmware keeps its own on a PC. */
enum {
	MEMORY_EBDA_BASE = 0x9fc00, /* extended BIOS data area: the last KiB below 640 KiB */
	MEMORY_LOW_END = 0xa0000,
	MEMORY_BIOS_BASE = 0xf0000,
	MEMORY_HIGH_BASE = 0x100000
};

struct memory_range {
	uint64_t base, size; /* bytes */
	enum memory_type type;
};

struct memory_map {
	struct memory_range range[MEMORY_MAP_MAX]; /* by address, none overlapping, none empty */
	size_t n;
};

/* What the firmware of a machine keeps besides: its tables, windows of the chipset. */
struct memory_firmware {
	struct memory_range area[MEMORY_FIRMWARE_MAX]; /* in any order, none overlapping */
	size_t n;
	uint64_t rsdp; /* where the ACPI tables begin; 0: there are none */
};

/* RAM is available, apart from the extended BIOS data area; that area, the BIOS segment, the local
 * APIC's page and every ROM are reserved. What is not listed is a hole. */
void memory_map(struct memory_map *map, const struct mem *mem);
/* The same with the areas of `firmware` (NULL: none) told by their own types, in RAM or outside.
 * What of an area is reserved already stays so. */
void memory_map_with(struct memory_map *map, const struct mem *mem,
		     const struct memory_firmware *firmware);

#endif
