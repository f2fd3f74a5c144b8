/* SPDX-License-Identifier: MIT */
/* Allocators of physical frames: one that walks a memory map, for the first steps of a kernel, and
 * one with a bit for each frame, which can also take frames back.
 *
 * Neither touches the frames. If several processors allocate, the kernel must lock around the
 * calls.
 *
 * Freestanding: no libc, no heap. All state is in the caller's structs. */
#ifndef BIMETAL_X86_FRAMES_H
#define BIMETAL_X86_FRAMES_H

/* For example:
 *
 *	static bool first_frame(struct frame *frame)
 *	{
 *		struct memory_region map[] = {
 *			{ .start = 0x100000, .length = 0xf00000, .usable = true },
 *			{ .start = 0x100000, .length = 0x40000 }, // the kernel
 *		};
 *		struct frame_walk walk;
 *
 *		if (frame_walk_init(&walk, map, 2) != FRAMES_OK) return false;
 *		return frame_walk_take(&walk, frame) == FRAMES_OK;
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/x86/page.h"

#define FRAMES_MUST_USE __attribute__((warn_unused_result))

enum frames_status {
	FRAMES_OK,
	FRAMES_NULL,    /* a null pointer */
	FRAMES_NONE,    /* no frame left, or none of this size */
	FRAMES_OUTSIDE, /* not a frame of this allocator */
	FRAMES_FREE,    /* given back, but it is free already */
	FRAMES_BAD_ARG, /* see the function */
	FRAMES_LOST     /* given back, but a walk keeps only a few: it stays taken */
};

/* What a mapper takes frames of 4 KiB from, and gives them to. False: there is none. */
struct frame_source {
	bool (*take)(void *ctx, struct frame *frame);
	void (*give)(void *ctx, struct frame frame); /* NULL: frames that are given are lost */
	void *ctx;
};

/* ---- walking a memory map ---- */

/* Bytes of physical memory, as firmware or the kernel describes them. Neither end need be aligned.
 * Regions may overlap, in any order: a frame is usable if it lies wholly in usable regions, and no
 * byte of it in one that is not. Add a region that is not usable for the kernel, what the loader
 * left, modules, and page 0 if a null pointer is to be none. */
struct memory_region {
	uint64_t start, length;
	bool usable;
};

enum { FRAME_WALK_KEEPS = 16 };

/* Frames in ascending order, each in constant time on average. Initialised only by
 * frame_walk_init(). */
struct frame_walk {
	const struct memory_region *usable, *reserved; /* sorted parts of the caller's array */
	size_t n_usable, n_reserved;                   /* of them still to come */
	uint64_t next, end; /* bytes that are usable, unless a reserved region lies in them */
	uint64_t given[FRAME_WALK_KEEPS]; /* frames that were given back */
	unsigned n_given;
};

/* The array is sorted in place (in n log n steps), and must stay unchanged while the walk is used.
 */
FRAMES_MUST_USE enum frames_status frame_walk_init(struct frame_walk *walk,
						   struct memory_region *map, size_t n);
/* The next frame of 4 KiB: the one given back last, or else the next of the map. NONE: there are no
 * more. */
FRAMES_MUST_USE enum frames_status frame_walk_take(struct frame_walk *walk, struct frame *frame);
/* Give a frame back. LOST: it keeps FRAME_WALK_KEEPS already; this one stays taken. OUTSIDE: it is
 * not of 4 KiB, or not aligned. That the walk gave it is not checked. */
FRAMES_MUST_USE enum frames_status frame_walk_give(struct frame_walk *walk, struct frame frame);
/* For mappers. The walk must outlive it. */
struct frame_source frame_walk_source(struct frame_walk *walk);

/* ---- one bit for each frame ---- */

enum { FRAME_BITMAP_BITS = 32 };

/* Initialised only by frame_bitmap_init(). */
struct frame_bitmap {
	uint32_t *words;   /* bit set: taken */
	struct phys start; /* of the frame of bit 0 */
	uint64_t count;    /* frames */
	uint64_t n_free;
	uint64_t hint; /* where the search begins */
};

/* The words that `count` frames need. */
size_t frame_bitmap_words(uint64_t count);
/* `count` frames of 4 KiB from `start` on, all taken. `words`: frame_bitmap_words(count) of them,
 * which the bitmap uses. BAD_ARG: start is not aligned, or the frames go beyond 52 bits. */
FRAMES_MUST_USE enum frames_status frame_bitmap_init(struct frame_bitmap *b, uint32_t *words,
						     struct phys start, uint64_t count);
/* Free all frames that a walk still has, and leave it empty. Frames outside the bitmap are skipped.
 */
FRAMES_MUST_USE enum frames_status frame_bitmap_free_from(struct frame_bitmap *b,
							  struct frame_walk *walk);
/* Mark the frames that lie wholly in these bytes as free, and those that lie partly in them as
 * taken. What is outside the bitmap is skipped. */
FRAMES_MUST_USE enum frames_status frame_bitmap_free(struct frame_bitmap *b, uint64_t start,
						     uint64_t length);
FRAMES_MUST_USE enum frames_status frame_bitmap_reserve(struct frame_bitmap *b, uint64_t start,
							uint64_t length);
/* Take a free frame of this size (2 MiB: 512 free ones in line). */
FRAMES_MUST_USE enum frames_status frame_bitmap_take(struct frame_bitmap *b, enum page_size size,
						     struct frame *frame);
/* Give a frame back. FREE: part of it is free already; nothing is changed. */
FRAMES_MUST_USE enum frames_status frame_bitmap_give(struct frame_bitmap *b, struct frame frame);
/* For mappers. The bitmap must outlive it. */
struct frame_source frame_bitmap_source(struct frame_bitmap *b);

#endif
