/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/frames.h"

#include <string.h>

#include "tests/check.h"
#include "tests/unit/emu/random.h"

TestSuite(x86_frames, .timeout = 60);

enum { FRAME = 4096 };

/* Take all frames; they must be these. */
static void expect_frames(struct memory_region *map, size_t n, const uint64_t *want, size_t n_want)
{
	struct frame_walk walk;
	struct frame frame = { PHYS(0), PAGE_1G };

	require_eq(int, frame_walk_init(&walk, map, n), FRAMES_OK);
	for (size_t i = 0; i < n_want; i++) {
		require_eq(int, frame_walk_take(&walk, &frame), FRAMES_OK, "frame %zu", i);
		check_eq(u64, frame.start.value, want[i]);
		check_eq(int, frame.size, PAGE_4K);
	}
	check_eq(int, frame_walk_take(&walk, &frame), FRAMES_NONE);
	check_eq(int, frame_walk_take(&walk, &frame), FRAMES_NONE);
}
#define EXPECT_FRAMES(map, ...)                                           \
	do {                                                              \
		const uint64_t want_[] = { __VA_ARGS__ };                 \
		expect_frames(map, sizeof(map) / sizeof((map)[0]), want_, \
			      sizeof(want_) / sizeof(want_[0]));          \
	} while (0)

/* Historical: the start of a region was taken as it is, or rounded down. */
Test(x86_frames, unaligned_ends_of_a_region_give_whole_frames_only)
{
	struct memory_region map[] = { { .start = 0x1001, .length = 0x3ffe, .usable = true } };

	EXPECT_FRAMES(map, 0x2000, 0x3000);
}

Test(x86_frames, a_region_smaller_than_a_frame_gives_none)
{
	struct memory_region map[] = { { .start = 0x1800, .length = 0x1000, .usable = true },
				       { .start = 0x9000, .length = 0, .usable = true } };
	struct frame_walk walk;
	struct frame frame;

	require_eq(int, frame_walk_init(&walk, map, 2), FRAMES_OK);
	check_eq(int, frame_walk_take(&walk, &frame), FRAMES_NONE);
	require_eq(int, frame_walk_init(&walk, NULL, 0), FRAMES_OK);
	check_eq(int, frame_walk_take(&walk, &frame), FRAMES_NONE);
	check_eq(int, frame_walk_init(&walk, NULL, 1), FRAMES_NULL);
}

Test(x86_frames, regions_in_any_order_come_sorted)
{
	struct memory_region map[] = { { .start = 0x8000, .length = 0x1000, .usable = true },
				       { .start = 0x1000, .length = 0x2000, .usable = true },
				       { .start = 0x5000, .length = 0x1000, .usable = true } };

	EXPECT_FRAMES(map, 0x1000, 0x2000, 0x5000, 0x8000);
}

Test(x86_frames, overlapping_and_touching_regions_give_each_frame_once)
{
	struct memory_region map[] = { { .start = 0x1000, .length = 0x3000, .usable = true },
				       { .start = 0x2000, .length = 0x1000, .usable = true },
				       { .start = 0x3800, .length = 0x1000, .usable = true },
				       { .start = 0x4800, .length = 0x800, .usable = true } };

	EXPECT_FRAMES(map, 0x1000, 0x2000, 0x3000, 0x4000);
}

/* Historical: usable regions overlapped what the loader had left, or the kernel itself. */
Test(x86_frames, what_the_loader_and_the_kernel_hold_is_never_given)
{
	struct memory_region map[] = {
		{ .start = 0x0, .length = 0xa000, .usable = true },
		{ .start = 0x0, .length = 0x1000 },    /* page 0 */
		{ .start = 0x2fff, .length = 0x2 },    /* a boot information at an odd place */
		{ .start = 0x5000, .length = 0x1001 }, /* the kernel, a byte over a frame */
		{ .start = 0x5800, .length = 0x100 },  /* inside it */
		{ .start = 0x9fff, .length = 0x8000 }, /* beyond the end */
		{ .start = 0x8000, .length = 0 },      /* nothing */
	};

	EXPECT_FRAMES(map, 0x1000, 0x4000, 0x7000, 0x8000);
}

Test(x86_frames, a_long_reserved_region_covers_several_usable_ones)
{
	struct memory_region map[] = {
		{ .start = 0x1000, .length = 0x1000, .usable = true },
		{ .start = 0x4000, .length = 0x2000, .usable = true },
		{ .start = 0x8000, .length = 0x4000, .usable = true },
		{ .start = 0x1800, .length = 0x7000 },
		{ .start = 0x2000, .length = 0x10 },
	};

	EXPECT_FRAMES(map, 0x9000, 0xa000, 0xb000);
}

Test(x86_frames, regions_at_the_end_of_numbers_do_not_wrap)
{
	struct memory_region map[] = {
		{ .start = UINT64_C(0xffffffffff800), .length = UINT64_MAX, .usable = true },
		{ .start = UINT64_C(0xfffffffffe000), .length = 0x1000, .usable = true },
		{ .start = UINT64_MAX - 5, .length = UINT64_MAX, .usable = true },
		{ .start = UINT64_C(1) << 52, .length = 0x8000, .usable = true },
		{ .start = UINT64_MAX, .length = 1 },
	};

	EXPECT_FRAMES(map, 0xfffffffffe000);
}

/* Against the definition, frame by frame. */
Test(x86_frames, random_maps)
{
	enum { N = 12, FRAMES = 64 };
	uint64_t seed = 0xf4a3;

	for (unsigned round = 0; round < 500; round++) {
		struct memory_region map[N], copy[N];
		struct frame_walk walk;
		struct frame frame;
		bool usable[FRAMES * FRAME / 256];

		for (unsigned i = 0; i < N; i++) {
			map[i] = (struct memory_region){ random_next(&seed) % (FRAMES * 16) * 256,
							 random_next(&seed) % 0x9000 / 256 * 256,
							 random_next(&seed) % 3 != 0 };
		}
		memcpy(copy, map, sizeof(map));
		for (unsigned b = 0; b < FRAMES * 16; b++) {
			bool in = false, out = false;

			for (unsigned i = 0; i < N; i++) {
				bool has = b * UINT64_C(256) >= copy[i].start &&
					   b * UINT64_C(256) < copy[i].start + copy[i].length;
				in |= has && copy[i].usable;
				out |= has && !copy[i].usable;
			}
			usable[b] = in && !out;
		}
		require_eq(int, frame_walk_init(&walk, map, N), FRAMES_OK);
		for (unsigned f = 0; f < FRAMES; f++) {
			bool whole = true;

			for (unsigned b = 0; b < 16; b++) whole &= usable[f * 16 + b];
			if (!whole) continue;
			require_eq(int, frame_walk_take(&walk, &frame), FRAMES_OK);
			require_eq(u64, frame.start.value, f * UINT64_C(4096), "round %u", round);
		}
	}
}

/* Not quadratic: a million frames, and ten thousand regions in the worst order. */
Test(x86_frames, a_large_map_is_walked_in_one_pass)
{
	enum { N = 10000 };
	static struct memory_region map[N];
	struct frame_walk walk;
	struct frame frame;
	uint64_t n = 0;

	for (unsigned i = 0; i < N; i++)
		map[i] =
			(struct memory_region){ (N - i) * UINT64_C(0x100000), 0x64000, i % 2 == 0 };
	require_eq(int, frame_walk_init(&walk, map, N), FRAMES_OK);
	while (frame_walk_take(&walk, &frame) == FRAMES_OK) n++;
	check_eq(u64, n, N / 2 * UINT64_C(100));
}

Test(x86_frames, given_frames_come_again)
{
	struct memory_region map[] = { { .start = 0, .length = 0x40000, .usable = true } };
	struct frame_walk walk;
	struct frame frame[FRAME_WALK_KEEPS + 1], again;

	require_eq(int, frame_walk_init(&walk, map, 1), FRAMES_OK);
	for (unsigned i = 0; i <= FRAME_WALK_KEEPS; i++)
		require_eq(int, frame_walk_take(&walk, &frame[i]), FRAMES_OK);
	for (unsigned i = 0; i < FRAME_WALK_KEEPS; i++)
		require_eq(int, frame_walk_give(&walk, frame[i]), FRAMES_OK);
	check_eq(int, frame_walk_give(&walk, frame[FRAME_WALK_KEEPS]), FRAMES_LOST);
	for (unsigned i = FRAME_WALK_KEEPS; i > 0; i--) {
		require_eq(int, frame_walk_take(&walk, &again), FRAMES_OK);
		check_eq(u64, again.start.value, frame[i - 1].start.value);
	}
	require_eq(int, frame_walk_take(&walk, &again), FRAMES_OK);
	check_eq(u64, again.start.value, (FRAME_WALK_KEEPS + 1) * UINT64_C(4096));
	check_eq(int, frame_walk_give(&walk, (struct frame){ PHYS(0x1001), PAGE_4K }),
		 FRAMES_OUTSIDE);
	check_eq(int, frame_walk_give(&walk, (struct frame){ PHYS(0), PAGE_2M }), FRAMES_OUTSIDE);
}

/* ---- bitmap ---- */

enum { COUNT = 1200 };
#define START 0x40000000
static uint32_t words[(COUNT + 31) / 32];
static struct frame_bitmap bitmap;

static void begin_bitmap(void)
{
	require_eq(sz, frame_bitmap_words(COUNT), sizeof(words) / sizeof(words[0]));
	require_eq(int, frame_bitmap_init(&bitmap, words, PHYS(START), COUNT), FRAMES_OK);
}

Test(x86_frames, a_bitmap_begins_taken)
{
	struct frame frame;

	begin_bitmap();
	check_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &frame), FRAMES_NONE);
	check_eq(int, frame_bitmap_init(&bitmap, words, PHYS(0x800), 1), FRAMES_BAD_ARG);
	check_eq(int, frame_bitmap_init(&bitmap, words, PHYS(0xffffffffff000), 2), FRAMES_BAD_ARG);
	check_eq(int, frame_bitmap_init(&bitmap, NULL, PHYS(0), 1), FRAMES_NULL);
	check_eq(sz, frame_bitmap_words(0), 0);
	check_eq(sz, frame_bitmap_words(32), 1);
	check_eq(sz, frame_bitmap_words(33), 2);
}

Test(x86_frames, freeing_bytes_frees_whole_frames_and_reserving_takes_touched_ones)
{
	begin_bitmap();
	require_eq(int, frame_bitmap_free(&bitmap, START + 1, 0x3fff), FRAMES_OK);
	check_eq(u64, bitmap.n_free, 3);
	require_eq(int, frame_bitmap_reserve(&bitmap, START + 0x1fff, 2), FRAMES_OK);
	check_eq(u64, bitmap.n_free, 1);
	require_eq(int, frame_bitmap_free(&bitmap, 0, UINT64_MAX), FRAMES_OK);
	check_eq(u64, bitmap.n_free, COUNT);
	require_eq(int, frame_bitmap_reserve(&bitmap, UINT64_MAX, UINT64_MAX), FRAMES_OK);
	require_eq(int, frame_bitmap_reserve(&bitmap, 0, START), FRAMES_OK);
	require_eq(int, frame_bitmap_reserve(&bitmap, START, 0), FRAMES_OK);
	check_eq(u64, bitmap.n_free, COUNT);
}

Test(x86_frames, each_frame_is_given_once)
{
	static bool seen[COUNT];
	struct frame frame;

	begin_bitmap();
	require_eq(int, frame_bitmap_free(&bitmap, START, (uint64_t)COUNT * FRAME), FRAMES_OK);
	for (unsigned i = 0; i < COUNT; i++) {
		require_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &frame), FRAMES_OK);
		uint64_t n = (frame.start.value - START) / FRAME;
		require(n < COUNT && !seen[n]);
		seen[n] = true;
	}
	check_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &frame), FRAMES_NONE);
	frame = (struct frame){ PHYS(START + 0x5000), PAGE_4K };
	require_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_OK);
	check_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_FREE, "twice");
	check_eq(u64, bitmap.n_free, 1);
	require_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &frame), FRAMES_OK);
	check_eq(u64, frame.start.value, START + 0x5000);
	frame.start.value = START - FRAME;
	check_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_OUTSIDE);
	frame.start.value = START + (uint64_t)COUNT * FRAME;
	check_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_OUTSIDE);
	frame.start.value = START + 8;
	check_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_BAD_ARG);
}

Test(x86_frames, a_large_frame_is_512_free_ones_in_line)
{
	struct frame frame = { PHYS(0), PAGE_4K };

	require_eq(int, frame_bitmap_init(&bitmap, words, PHYS(START - 0x5000), COUNT), FRAMES_OK);
	require_eq(int, frame_bitmap_free(&bitmap, START - 0x5000, (uint64_t)COUNT * FRAME),
		   FRAMES_OK);
	require_eq(int, frame_bitmap_reserve(&bitmap, START + 0x1ff000, 1), FRAMES_OK);
	require_eq(int, frame_bitmap_take(&bitmap, PAGE_2M, &frame), FRAMES_OK);
	check_eq(u64, frame.start.value, START + 0x200000, "the first one has a taken frame");
	check_eq(int, frame_bitmap_take(&bitmap, PAGE_2M, &frame), FRAMES_NONE);
	check_eq(int, frame_bitmap_take(&bitmap, PAGE_1G, &frame), FRAMES_NONE);
	require_eq(int, frame_bitmap_give(&bitmap, frame), FRAMES_OK);
	check_eq(u64, bitmap.n_free, COUNT - 1);
	require_eq(int, frame_bitmap_take(&bitmap, PAGE_2M, &frame), FRAMES_OK);
	check_eq(int, frame_bitmap_take(&bitmap, (enum page_size)9, &frame), FRAMES_BAD_ARG);
}

Test(x86_frames, a_bitmap_takes_over_from_a_walk)
{
	struct memory_region map[] = {
		{ .start = START - 0x2000, .length = 0x6000, .usable = true },
		{ .start = START + 0x1000, .length = 1 }
	};
	struct frame_walk walk;
	struct frame frame;

	begin_bitmap();
	require_eq(int, frame_walk_init(&walk, map, 2), FRAMES_OK);
	for (unsigned i = 0; i < 3; i++) require_eq(int, frame_walk_take(&walk, &frame), FRAMES_OK);
	check_eq(u64, frame.start.value, START);
	require_eq(int, frame_bitmap_free_from(&bitmap, &walk), FRAMES_OK);
	check_eq(u64, bitmap.n_free, 2);
	require_eq(int, frame_bitmap_take(&bitmap, PAGE_4K, &frame), FRAMES_OK);
	check_eq(u64, frame.start.value, START + 0x2000, "the walk's own frames stay taken");
	check_eq(int, frame_walk_take(&walk, &frame), FRAMES_NONE);
}
