/* SPDX-License-Identifier: MIT */
/* The map is sorted once; then each frame is found where the last one ended, so that taking n
 * frames takes n steps. */
#include "bimetal/x86/frames.h"

#define FRAME       (UINT64_C(1) << 12)
#define END_OF_PHYS (UINT64_C(1) << PHYS_BITS)

/* ---- sorting: usable regions first, each kind by its start ---- */

static bool is_before(const struct memory_region *a, const struct memory_region *b)
{
	return a->usable != b->usable ? a->usable : a->start < b->start;
}

/* Let map[root] sink into its place in a heap of n regions, whose top is the last in order. */
static void sink(struct memory_region *map, size_t root, size_t n)
{
	struct memory_region region = map[root];

	for (size_t child; (child = 2 * root + 1) < n; root = child) {
		if (child + 1 < n && is_before(&map[child], &map[child + 1])) child++;
		if (!is_before(&region, &map[child])) break;
		map[root] = map[child];
	}
	map[root] = region;
}

static void sort(struct memory_region *map, size_t n)
{
	for (size_t i = n / 2; i > 0; i--) sink(map, i - 1, n);
	for (size_t left = n; left > 1; left--) {
		struct memory_region last = map[left - 1];

		map[left - 1] = map[0];
		map[0] = last;
		sink(map, 0, left - 1);
	}
}

/* ---- walking ---- */

/* The first byte behind a region. */
static uint64_t end_of(const struct memory_region *region)
{
	if (region->start >= END_OF_PHYS) return END_OF_PHYS;
	if (region->length > END_OF_PHYS - region->start) return END_OF_PHYS;
	return region->start + region->length;
}

/* The next usable bytes: regions that touch or overlap are one. False: there are none. */
static bool next_piece(struct frame_walk *walk)
{
	if (!walk->n_usable) return false;
	uint64_t start = walk->usable->start;

	walk->end = end_of(walk->usable);
	while (--walk->n_usable && (++walk->usable)->start <= walk->end) {
		uint64_t end = end_of(walk->usable);

		if (end > walk->end) walk->end = end;
	}
	start = start < END_OF_PHYS ? (start + FRAME - 1) & ~(FRAME - 1) : END_OF_PHYS;
	/* A reserved region may have led into this piece already. */
	if (walk->next < start) walk->next = start;
	return true;
}

/* Go behind reserved regions that lie in the frame at `next`. */
static void skip_reserved(struct frame_walk *walk)
{
	for (; walk->n_reserved && walk->reserved->start < walk->next + FRAME;
	     walk->n_reserved--, walk->reserved++) {
		uint64_t end = end_of(walk->reserved);

		if (end > walk->next && walk->reserved->length)
			walk->next = (end + FRAME - 1) & ~(FRAME - 1);
	}
}

enum frames_status frame_walk_init(struct frame_walk *walk, struct memory_region *map, size_t n)
{
	size_t usable = 0;

	if (!walk || (!map && n)) return FRAMES_NULL;
	if (n) sort(map, n);
	while (usable < n && map[usable].usable) usable++;
	walk->usable = map;
	walk->n_usable = usable;
	walk->reserved = usable < n ? &map[usable] : NULL;
	walk->n_reserved = n - usable;
	walk->next = walk->end = 0;
	walk->n_given = 0; /* what was given is not set: a large initialiser would be a memset() */
	return FRAMES_OK;
}

enum frames_status frame_walk_take(struct frame_walk *walk, struct frame *frame)
{
	if (!walk || !frame) return FRAMES_NULL;
	if (walk->n_given) {
		*frame = (struct frame){ { walk->given[--walk->n_given] }, PAGE_4K };
		return FRAMES_OK;
	}
	do {
		skip_reserved(walk);
		if (walk->end >= FRAME && walk->next <= walk->end - FRAME) {
			*frame = (struct frame){ { walk->next }, PAGE_4K };
			walk->next += FRAME;
			return FRAMES_OK;
		}
	} while (next_piece(walk));
	return FRAMES_NONE;
}

enum frames_status frame_walk_give(struct frame_walk *walk, struct frame frame)
{
	if (!walk) return FRAMES_NULL;
	if (frame.size != PAGE_4K || frame.start.value & (FRAME - 1) ||
	    frame.start.value >= END_OF_PHYS)
		return FRAMES_OUTSIDE;
	if (walk->n_given == FRAME_WALK_KEEPS) return FRAMES_LOST;
	walk->given[walk->n_given++] = frame.start.value;
	return FRAMES_OK;
}

/* ---- for mappers ---- */

static bool take(void *ctx, struct frame *frame)
{
	return frame_walk_take(ctx, frame) == FRAMES_OK;
}

static void give(void *ctx, struct frame frame)
{
	enum frames_status status = frame_walk_give(ctx, frame);

	(void)status; /* LOST: it stays taken */
}

struct frame_source frame_walk_source(struct frame_walk *walk)
{
	return (struct frame_source){ .take = take, .give = give, .ctx = walk };
}
