/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/frames.h"

enum { SHIFT = 12 }; /* of a frame of 4 KiB */
#define FRAME       (UINT64_C(1) << SHIFT)
#define END_OF_PHYS (UINT64_C(1) << PHYS_BITS)

/* ---- bits ---- */

static uint32_t mask_of(uint64_t i) { return UINT32_C(1) << i % FRAME_BITMAP_BITS; }

static bool is_taken(const struct frame_bitmap *b, uint64_t i)
{
	return b->words[(size_t)(i / FRAME_BITMAP_BITS)] & mask_of(i);
}

static void set_taken(struct frame_bitmap *b, uint64_t i, bool taken)
{
	uint32_t *word = &b->words[(size_t)(i / FRAME_BITMAP_BITS)];

	if (is_taken(b, i) == taken) return;
	*word ^= mask_of(i);
	b->n_free = taken ? b->n_free - 1 : b->n_free + 1;
}

/* ---- ranges of frames ---- */

size_t frame_bitmap_words(uint64_t count)
{
	return (size_t)(count / FRAME_BITMAP_BITS + (count % FRAME_BITMAP_BITS != 0));
}

enum frames_status frame_bitmap_init(struct frame_bitmap *b, uint32_t *words, struct phys start,
				     uint64_t count)
{
	if (!b || (!words && count)) return FRAMES_NULL;
	if (start.value & (FRAME - 1) || start.value >= END_OF_PHYS) return FRAMES_BAD_ARG;
	if (count > (END_OF_PHYS - start.value) >> SHIFT) return FRAMES_BAD_ARG;
	*b = (struct frame_bitmap){ .words = words, .start = start, .count = count };
	for (size_t i = 0; i < frame_bitmap_words(count); i++) words[i] = UINT32_MAX;
	return FRAMES_OK;
}

/* The number of the frame at `address`, cut to 0 to count. */
static uint64_t cut(const struct frame_bitmap *b, uint64_t address)
{
	uint64_t i = address > b->start.value ? (address - b->start.value) >> SHIFT : 0;

	return i < b->count ? i : b->count;
}

static uint64_t round_up(uint64_t address) { return (address + FRAME - 1) & ~(FRAME - 1); }

/* The bytes [*start, *end), cut to physical addresses. */
static void clip(uint64_t *start, uint64_t length, uint64_t *end)
{
	if (*start > END_OF_PHYS) *start = END_OF_PHYS;
	*end = *start + (length < END_OF_PHYS - *start ? length : END_OF_PHYS - *start);
}

enum frames_status frame_bitmap_free(struct frame_bitmap *b, uint64_t start, uint64_t length)
{
	uint64_t end;

	if (!b) return FRAMES_NULL;
	if (!length) return FRAMES_OK;
	clip(&start, length, &end);
	for (uint64_t i = cut(b, round_up(start)); i < cut(b, end); i++) set_taken(b, i, false);
	return FRAMES_OK;
}

enum frames_status frame_bitmap_reserve(struct frame_bitmap *b, uint64_t start, uint64_t length)
{
	uint64_t end;

	if (!b) return FRAMES_NULL;
	if (!length) return FRAMES_OK;
	clip(&start, length, &end);
	for (uint64_t i = cut(b, start); i < cut(b, round_up(end)); i++) set_taken(b, i, true);
	return FRAMES_OK;
}

enum frames_status frame_bitmap_free_from(struct frame_bitmap *b, struct frame_walk *walk)
{
	struct frame frame;

	if (!b || !walk) return FRAMES_NULL;
	while (frame_walk_take(walk, &frame) == FRAMES_OK) {
		uint64_t at = frame.start.value;

		if (at >= b->start.value && cut(b, at) < b->count) set_taken(b, cut(b, at), false);
	}
	return FRAMES_OK;
}

/* ---- one frame ---- */

/* The first frame of 4 KiB from i on that is free; count: there is none. */
static uint64_t next_free(const struct frame_bitmap *b, uint64_t i)
{
	while (i < b->count && is_taken(b, i)) {
		if (b->words[(size_t)(i / FRAME_BITMAP_BITS)] == UINT32_MAX)
			i |= FRAME_BITMAP_BITS - 1; /* all of this word */
		i++;
	}
	return i < b->count ? i : b->count;
}

/* The first taken frame of [i, end), or end. */
static uint64_t first_taken(const struct frame_bitmap *b, uint64_t i, uint64_t end)
{
	while (i < end && !is_taken(b, i)) i++;
	return i;
}

/* The first run of frames from i on, aligned as a frame of this size, that is free; count: there is
 * none. */
static uint64_t next_run(const struct frame_bitmap *b, uint64_t i, enum page_size size)
{
	const uint64_t n = page_bytes(size) >> SHIFT, first = b->start.value >> SHIFT;

	for (i = next_free(b, i);; i = next_free(b, i)) {
		i = ((first + i + n - 1) & ~(n - 1)) - first;
		if (i > b->count || n > b->count - i) return b->count;
		uint64_t stop = first_taken(b, i, i + n);
		if (stop == i + n) return i;
		i = stop;
	}
}

enum frames_status frame_bitmap_take(struct frame_bitmap *b, enum page_size size,
				     struct frame *frame)
{
	const uint64_t n = page_bytes(size) >> SHIFT;

	if (!b || !frame) return FRAMES_NULL;
	if (!n) return FRAMES_BAD_ARG;
	if (b->n_free < n) return FRAMES_NONE;
	uint64_t i = next_run(b, b->hint, size);
	if (i == b->count) i = next_run(b, 0, size);
	if (i == b->count) return FRAMES_NONE;
	for (uint64_t k = i; k < i + n; k++) set_taken(b, k, true);
	b->hint = i + n;
	*frame = (struct frame){ { b->start.value + (i << SHIFT) }, size };
	return FRAMES_OK;
}

enum frames_status frame_bitmap_give(struct frame_bitmap *b, struct frame frame)
{
	const uint64_t n = page_bytes(frame.size) >> SHIFT;

	if (!b) return FRAMES_NULL;
	if (!n || frame.start.value & (page_bytes(frame.size) - 1)) return FRAMES_BAD_ARG;
	if (frame.start.value < b->start.value) return FRAMES_OUTSIDE;
	uint64_t i = (frame.start.value - b->start.value) >> SHIFT;
	if (i >= b->count || n > b->count - i) return FRAMES_OUTSIDE;
	for (uint64_t k = i; k < i + n; k++)
		if (!is_taken(b, k)) return FRAMES_FREE;
	for (uint64_t k = i; k < i + n; k++) set_taken(b, k, false);
	if (i < b->hint) b->hint = i;
	return FRAMES_OK;
}

/* ---- for mappers ---- */

static bool take(void *ctx, struct frame *frame)
{
	return frame_bitmap_take(ctx, PAGE_4K, frame) == FRAMES_OK;
}

static void give(void *ctx, struct frame frame)
{
	enum frames_status status = frame_bitmap_give(ctx, frame);

	(void)status; /* OUTSIDE: not ours to keep; FREE: it stays free */
}

struct frame_source frame_bitmap_source(struct frame_bitmap *b)
{
	return (struct frame_source){ .take = take, .give = give, .ctx = b };
}
