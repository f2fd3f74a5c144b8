/* SPDX-License-Identifier: MIT */
/* Frames, the kernel's own page tables, and its heap. */
#ifndef REFERENCE_MEMORY_H
#define REFERENCE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/heap_blocks.h"
#include "bimetal/x86/frames.h"
#include "bimetal/x86/mapper.h"

#define PHYS_WINDOW UINT64_C(0xffff800000000000) /* physical memory, from address 0 on */
#define HEAP_START  UINT64_C(0x0000444444440000)

enum { HEAP_BYTES = 100 * 1024 };

struct memory {
	uint64_t usable;   /* bytes that the map calls usable */
	uint64_t window;   /* bytes of physical memory in the window */
	unsigned n_usable; /* regions */
	struct frame_bitmap frames;
	struct mapper mapper;
	struct heap_blocks heap;
	bool no_execute;  /* EFER.NXE: pages can be not executable */
	size_t heap_used; /* bytes asked for and not given back */
};
extern struct memory memory;

/* What the loader's map has, without what the kernel occupies. */
bool memory_find_frames(const char **why);
/* Page tables with the least rights: code is not writable, all else is not executable, the page
 * under the stack and page 0 are not there. */
bool memory_make_tables(const char **why);
/* 100 KiB of frames at HEAP_START. */
bool memory_make_heap(const char **why);

/* Where a physical address is mapped; NULL: beyond the window. */
void *memory_at(uint64_t physical, uint64_t bytes);
/* Map a page of device registers, not cached; NULL: it cannot be. */
void *memory_map_device(uint64_t physical);

/* Blocks of the heap; NULL: no room. To give one back that was not allocated, or not with this
 * size, is a panic. */
void *memory_allocate(size_t size);
void memory_free(void *block, size_t size);

#endif
