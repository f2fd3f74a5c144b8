/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/page.h"

#include "tests/check.h"

TestSuite(x86_page, .timeout = 60);

#define TOP_4K    UINT64_C(0xfffffffffffff000)
#define HIGH_HALF UINT64_C(0xffff800000000000)

static struct page page4k(uint64_t start)
{
	return page_containing(virt_unchecked(start), PAGE_4K);
}

Test(x86_page, sizes)
{
	check_eq(u64, page_bytes(PAGE_4K), 4096);
	check_eq(u64, page_bytes(PAGE_2M), 2 << 20);
	check_eq(u64, page_bytes(PAGE_1G), 1 << 30);
	check_eq(uint, page_level(PAGE_4K), 1);
	check_eq(uint, page_level(PAGE_2M), 2);
	check_eq(uint, page_level(PAGE_1G), 3);
	check_eq(u64, page_bytes((enum page_size)3), 0);
	check_eq(uint, page_level((enum page_size)3), 0);
}

Test(x86_page, a_page_begins_at_a_multiple_of_its_size)
{
	struct page page = { VIRT(0), PAGE_4K };
	struct frame frame = { PHYS(0), PAGE_4K };

	for (enum page_size size = PAGE_4K; size <= PAGE_1G; size++) {
		uint64_t bytes = page_bytes(size);

		require_eq(int, page_from_start(virt_unchecked(bytes), size, &page), PAGE_OK);
		check_eq(u64, page.start.value, bytes);
		check_eq(int, page_from_start(virt_unchecked(bytes + bytes / 2), size, &page),
			 PAGE_UNALIGNED);
		require_eq(int, frame_from_start((struct phys){ bytes }, size, &frame), PAGE_OK);
		check(frame.start.value == bytes && frame.size == size);
		check_eq(int, frame_from_start((struct phys){ bytes + 1 }, size, &frame),
			 PAGE_UNALIGNED);
		check_eq(u64, page_containing(virt_unchecked(2 * bytes - 1), size).start.value,
			 bytes);
		check_eq(u64, frame_containing((struct phys){ 2 * bytes - 1 }, size).start.value,
			 bytes);
	}
	check_eq(int, page_from_start(VIRT(0), (enum page_size)7, &page), PAGE_BAD_SIZE);
	check_eq(int, page_from_start(VIRT(0), PAGE_4K, NULL), PAGE_NULL);
	check_eq(u64, page_containing(VIRT(0x1234), (enum page_size)7).start.value, 0);
	check_eq(u64, frame_containing(PHYS(0x1234), (enum page_size)7).start.value, 0);
	check_eq(u64, page.start.value, 1 << 30);
}

Test(x86_page, pages_step_over_the_hole)
{
	struct page page = page4k(0);

	for (enum page_size size = PAGE_4K; size <= PAGE_1G; size++) {
		page = page_containing(VIRT(0x7fffffffffff), size);
		require_eq(int, page_forward(page, 1, &page), PAGE_OK);
		check_eq(u64, page.start.value, HIGH_HALF);
		require_eq(int, page_backward(page, 1, &page), PAGE_OK);
		check_eq(u64, page.start.value, UINT64_C(0x800000000000) - page_bytes(size));
	}
	check_eq(int, page_forward(page4k(TOP_4K), 1, &page), PAGE_OVERFLOW);
	check_eq(int, page_forward(page4k(0), UINT64_MAX, &page), PAGE_OVERFLOW);
	check_eq(int, page_backward(page4k(0), 1, &page), PAGE_OVERFLOW);
	require_eq(int, page_forward(page4k(0), (UINT64_C(1) << 36) - 1, &page), PAGE_OK);
	check_eq(u64, page.start.value, TOP_4K);
}

Test(x86_page, frames_end_at_52_bits)
{
	struct frame frame = { PHYS(0xffffffffff000), PAGE_4K };

	check_eq(int, frame_forward(frame, 1, &frame), PAGE_OVERFLOW);
	require_eq(int, frame_backward(frame, 1, &frame), PAGE_OK);
	check_eq(u64, frame.start.value, 0xfffffffffe000);
}

Test(x86_page, a_half_open_range_leaves_its_end_out)
{
	struct page_range range;
	struct page page;

	require_eq(int, page_range(page4k(0x1000), page4k(0x4000), &range), PAGE_OK);
	check_eq(u64, range.count, 3);
	check_eq(u64, page_range_bytes(range), 0x3000);
	for (uint64_t at = 0x1000; at < 0x4000; at += 0x1000) {
		require(page_range_next(&range, &page));
		check_eq(u64, page.start.value, at);
	}
	check(!page_range_next(&range, &page));
	require_eq(int, page_range(page4k(0x1000), page4k(0x1000), &range), PAGE_OK);
	check_eq(u64, range.count, 0);
	check(!page_range_next(&range, &page));
}

Test(x86_page, an_inclusive_range_has_its_last_page)
{
	struct page_range range;
	struct page page;

	require_eq(int, page_range_inclusive(page4k(0x1000), page4k(0x4000), &range), PAGE_OK);
	check_eq(u64, range.count, 4);
	require_eq(int, page_range_at(range, 3, &page), PAGE_OK);
	check_eq(u64, page.start.value, 0x4000);
	check_eq(int, page_range_at(range, 4, &page), PAGE_OVERFLOW);
	check_eq(int, page_range_inclusive(page4k(0x2000), page4k(0x1000), &range), PAGE_BACKWARDS);
	check_eq(int, page_range(page4k(HIGH_HALF), page4k(0), &range), PAGE_BACKWARDS);
	check_eq(int, page_range(page4k(0), page_containing(VIRT(0), PAGE_2M), &range),
		 PAGE_BAD_SIZE);
}

/* Historical: the iterator computed the page behind the last one of the address space. */
Test(x86_page, an_inclusive_range_ends_at_the_top_page)
{
	struct page_range range;
	struct page page = page4k(0);
	unsigned n = 0;

	require_eq(int, page_range_inclusive(page4k(TOP_4K - 0x1000), page4k(TOP_4K), &range),
		   PAGE_OK);
	for (; page_range_next(&range, &page); n++)
		check_eq(u64, page.start.value, TOP_4K - 0x1000 + n * UINT64_C(0x1000));
	check_eq(uint, n, 2);
	require_eq(int, page_range_inclusive(page4k(0), page4k(TOP_4K), &range), PAGE_OK);
	check_eq(u64, range.count, UINT64_C(1) << 36);
	check_eq(u64, page_range_bytes(range), UINT64_C(1) << 48);
}

Test(x86_page, a_range_goes_on_behind_the_hole)
{
	struct page_range range;
	struct page page;

	require_eq(int,
		   page_range_inclusive(page4k(0x7fffffffe000), page4k(HIGH_HALF + 0x1000), &range),
		   PAGE_OK);
	check_eq(u64, range.count, 4);
	static const uint64_t starts[] = { 0x7fffffffe000, 0x7ffffffff000, HIGH_HALF,
					   HIGH_HALF + 0x1000 };
	for (unsigned i = 0; i < 4; i++) {
		require(page_range_next(&range, &page));
		check_eq(u64, page.start.value, starts[i]);
	}
}

Test(x86_page, a_range_that_is_too_long_ends_at_the_top)
{
	struct page_range pages = { page4k(TOP_4K - 0x1000), 5 };
	struct frame_range some = { { PHYS(0xffffffffff000), PAGE_4K }, 5 };
	struct page page;
	struct frame frame;

	check(page_range_next(&pages, &page) && page_range_next(&pages, &page));
	check_eq(u64, page.start.value, TOP_4K);
	check(!page_range_next(&pages, &page));
	check(frame_range_next(&some, &frame));
	check(!frame_range_next(&some, &frame));
	some = (struct frame_range){ { PHYS(0x1000), PAGE_4K }, 2 };
	check(frame_range_next(&some, &frame) && frame_range_next(&some, &frame));
	check_eq(u64, frame.start.value, 0x2000);
	check(!frame_range_next(&some, &frame));
}

Test(x86_page, ranges_of_frames)
{
	struct frame a = { PHYS(0xfffffffffe000), PAGE_4K }, b = { PHYS(0xffffffffff000), PAGE_4K },
		     frame;
	struct frame_range range;
	unsigned n = 0;

	require_eq(int, frame_range(a, b, &range), PAGE_OK);
	check_eq(u64, range.count, 1);
	require_eq(int, frame_range_inclusive(a, b, &range), PAGE_OK);
	check_eq(u64, frame_range_bytes(range), 0x2000);
	require_eq(int, frame_range_at(range, 1, &frame), PAGE_OK);
	check_eq(u64, frame.start.value, b.start.value);
	while (frame_range_next(&range, &frame)) n++;
	check_eq(uint, n, 2);
	check_eq(int, frame_range(b, a, &range), PAGE_BACKWARDS);
	check(!frame_range_next(NULL, &frame) && !page_range_next(NULL, NULL));
}
