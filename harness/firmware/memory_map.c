/* SPDX-License-Identifier: MIT */
#include "harness/firmware/memory_map.h"

#include <string.h>

enum { LAPIC_BASE = 0xfee00000u, LAPIC_SIZE = 0x1000 };

/* A map cannot overflow: every range of it lies between two neighbours of the borders that its
 * sources have, and begins with one. Sources are the three that every PC has, regions of memory and
 * areas of the firmware; each has two borders. */
enum { FIXED = 3, SOURCES = FIXED + MEM_MAX_REGIONS + MEMORY_FIRMWARE_MAX };
_Static_assert(2 * SOURCES - 1 <= MEMORY_MAP_MAX, "room for every range of a memory map");

static void insert(struct memory_map *map, uint64_t base, uint64_t end, enum memory_type type)
{
	size_t at = 0;

	if (base >= end) return;
	while (at < map->n && map->range[at].base < base) at++;
	memmove(&map->range[at + 1], &map->range[at], (map->n - at) * sizeof(map->range[0]));
	map->range[at] = (struct memory_range){ base, end - base, type };
	map->n++;
}

/* Add the parts of [base, end) that are not in the map yet: two ROMs may overlap. */
static void claim(struct memory_map *map, uint64_t base, uint64_t end, enum memory_type type)
{
	for (size_t i = 0; i < map->n && base < end; i++) {
		const struct memory_range *r = &map->range[i];

		if (r->base + r->size <= base) continue;
		if (r->base >= end) break;
		if (r->base > base) {
			insert(map, base, r->base, type);
			i++;
			r = &map->range[i];
		}
		base = r->base + r->size;
	}
	insert(map, base, end, type);
}

static void reserve(struct memory_map *map, uint64_t base, uint64_t end)
{
	claim(map, base, end, MEMORY_RESERVED);
}

static void reserve_fixed(struct memory_map *map)
{
	reserve(map, MEMORY_EBDA_BASE, MEMORY_LOW_END);
	reserve(map, MEMORY_BIOS_BASE, MEMORY_HIGH_BASE);
	reserve(map, LAPIC_BASE, (uint64_t)LAPIC_BASE + LAPIC_SIZE);
}

/* Add the parts of [base, end) that are not in `reserved`. */
static void offer(struct memory_map *map, const struct memory_map *reserved, uint64_t base,
		  uint64_t end)
{
	for (size_t i = 0; i < reserved->n; i++) {
		const struct memory_range *r = &reserved->range[i];

		if (r->base + r->size <= base || r->base >= end) continue;
		insert(map, base, r->base, MEMORY_AVAILABLE);
		base = r->base + r->size;
	}
	insert(map, base, end, MEMORY_AVAILABLE);
}

void memory_map(struct memory_map *map, const struct mem *mem) { memory_map_with(map, mem, NULL); }

void memory_map_with(struct memory_map *map, const struct mem *mem,
		     const struct memory_firmware *firmware)
{
	struct memory_map reserved = { .n = 0 };

	if (!firmware || !firmware->absent) reserve_fixed(&reserved);
	for (size_t i = 0; i < mem->n_regions; i++) {
		const struct mem_region *r = &mem->region[i];

		if (r->kind == MEM_ROM) reserve(&reserved, r->base, r->base + r->size);
	}
	for (size_t i = 0; firmware && i < firmware->n; i++) {
		const struct memory_range *r = &firmware->area[i];

		claim(&reserved, r->base, r->base + r->size, r->type);
	}
	*map = reserved;
	for (size_t i = 0; i < mem->n_regions; i++) {
		const struct mem_region *r = &mem->region[i];

		if (r->kind == MEM_RAM) offer(map, &reserved, r->base, r->base + r->size);
	}
}
