/* SPDX-License-Identifier: MIT */
/* Which frames are free. */
#include "layout.h"
#include "machine.h"
#include "memory.h"

struct memory memory;

enum { FRAME_BYTES = 4096, LOW_MEMORY = 0x100000, MAX_FRAMES = 1 << 18, OWN_REGIONS = 2 };

static uint32_t words[MAX_FRAMES / FRAME_BITMAP_BITS];
static struct memory_region map[BOOT_MAX_REGIONS + OWN_REGIONS];

/* Bytes up to which the map calls anything usable, below 4 GiB. */
static uint64_t usable_end(void)
{
	const uint64_t limit = UINT64_C(1) << 32;
	uint64_t end = 0;

	for (unsigned i = 0; i < kernel.boot.n_regions; i++) {
		const struct boot_region *region = &kernel.boot.region[i];
		const uint64_t to = region->start + region->length;

		if (!region->usable) continue;
		memory.usable += region->length;
		memory.n_usable++;
		if (to > end && to <= limit) end = to;
	}
	return end;
}

static size_t fill_map(void)
{
	size_t n = 0;

	for (; n < kernel.boot.n_regions; n++)
		map[n] = (struct memory_region){ .start = kernel.boot.region[n].start,
						 .length = kernel.boot.region[n].length,
						 .usable = kernel.boot.region[n].usable };
	/* The first MiB is the BIOS's and the screen's; page 0 is where null pointers lead. */
	map[n++] = (struct memory_region){ .start = 0, .length = LOW_MEMORY };
	map[n++] = (struct memory_region){ .start = KERNEL_BASE,
					   .length = address_of(kernel_end) - KERNEL_BASE };
	return n;
}

bool memory_find_frames(const char **why)
{
	struct frame_walk walk;
	uint64_t count = usable_end() / FRAME_BYTES;

	if (count > MAX_FRAMES) count = MAX_FRAMES;
	*why = "the loader gave no memory map";
	if (count == 0) return false;
	*why = "the frames cannot be counted";
	return frame_bitmap_init(&memory.frames, words, PHYS(0), count) == FRAMES_OK &&
	       frame_walk_init(&walk, map, fill_map()) == FRAMES_OK &&
	       frame_bitmap_free_from(&memory.frames, &walk) == FRAMES_OK &&
	       memory.frames.n_free > 0;
}
