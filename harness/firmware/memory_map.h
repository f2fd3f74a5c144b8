/* SPDX-License-Identifier: MIT */
/* The memory map that a PC's firmware reports (INT 15h AX=E820h), made from the machine's memory.
 * Every boot protocol uses it, so all guests get the same map. */
#ifndef HARNESS_FIRMWARE_MEMORY_MAP_H
#define HARNESS_FIRMWARE_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/mem.h"

/* The address range types of E820, which multiboot 1 and Linux share. */
enum memory_type {
	MEMORY_AVAILABLE = 1,
	MEMORY_RESERVED = 2,
	MEMORY_ACPI_RECLAIMABLE = 3, /* free RAM after the tables were read */
	MEMORY_ACPI_NVS = 4          /* never free RAM */
};

enum { MEMORY_MAP_MAX = 64, MEMORY_FIRMWARE_MAX = 8 };

/* Fixed areas of a PC's firmware. */
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

/* More areas that a machine's firmware reserves: its tables, windows of the chipset. */
struct memory_firmware {
	bool absent; /* there is no firmware, and so none of the fixed areas */
	struct memory_range area[MEMORY_FIRMWARE_MAX]; /* in any order, none overlapping */
	size_t n;
	uint64_t rsdp; /* where the ACPI tables begin; 0: there are none */
};

/* Make the map: the extended BIOS data area, the BIOS segment, the local APIC's page and every ROM
 * are reserved, and all other RAM is available. An address that is not listed has no memory. */
void memory_map(struct memory_map *map, const struct mem *mem);
/* The same, plus the areas of `firmware` (NULL: no more) with their types, in RAM or outside. Parts
 * of an area that are reserved already stay reserved. */
void memory_map_with(struct memory_map *map, const struct mem *mem,
		     const struct memory_firmware *firmware);

#endif
