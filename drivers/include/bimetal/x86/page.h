/* SPDX-License-Identifier: MIT */
/* Pages of virtual and frames of physical memory, of 4 KiB, 2 MiB and 1 GiB, and ranges of them.
 *
 * A range is its first page and a number of pages, so that the last page of the address space can
 * be in it, and no address behind it is ever computed. Ranges of pages step over the hole between
 * the halves of the address space.
 *
 * Freestanding: no libc, no heap, no state. */
#ifndef BIMETAL_X86_PAGE_H
#define BIMETAL_X86_PAGE_H

/* For example:
 *
 *	static uint64_t pages_of(struct virt first, struct virt last)
 *	{
 *		struct page_range range;
 *		struct page page;
 *		uint64_t n = 0;
 *
 *		if (page_range_inclusive(page_containing(first, PAGE_4K),
 *					 page_containing(last, PAGE_4K), &range) != PAGE_OK)
 *			return 0;
 *		while (page_range_next(&range, &page)) n++;
 *		return n;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86/address.h"

#define PAGE_MUST_USE __attribute__((warn_unused_result))

enum page_status {
	PAGE_OK,
	PAGE_NULL,      /* a null pointer */
	PAGE_BAD_SIZE,  /* no page size, or two different ones */
	PAGE_UNALIGNED, /* the address is not a multiple of the size */
	PAGE_BACKWARDS, /* the end is before the start */
	PAGE_OVERFLOW   /* beyond the last page or frame, or before the first */
};

enum page_size { PAGE_4K, PAGE_2M, PAGE_1G };

/* Bytes of a page of this size, and log2 of them; 0 for a value that is none. */
uint64_t page_bytes(enum page_size size);
unsigned page_shift(enum page_size size);
/* The level of the table whose entry maps it: 1, 2, 3. */
unsigned page_level(enum page_size size);

struct page {
	struct virt start;
	enum page_size size;
};
struct frame {
	struct phys start;
	enum page_size size;
};

/* ---- pages: on an error *out is unchanged ---- */

PAGE_MUST_USE enum page_status page_from_start(struct virt start, enum page_size size,
					       struct page *out);
struct page page_containing(struct virt address, enum page_size size);
/* The page `n` pages on or back; those of the hole do not count. */
PAGE_MUST_USE enum page_status page_forward(struct page page, uint64_t n, struct page *out);
PAGE_MUST_USE enum page_status page_backward(struct page page, uint64_t n, struct page *out);

/* ---- frames ---- */

PAGE_MUST_USE enum page_status frame_from_start(struct phys start, enum page_size size,
						struct frame *out);
struct frame frame_containing(struct phys address, enum page_size size);
PAGE_MUST_USE enum page_status frame_forward(struct frame frame, uint64_t n, struct frame *out);
PAGE_MUST_USE enum page_status frame_backward(struct frame frame, uint64_t n, struct frame *out);

/* ---- ranges ---- */

struct page_range {
	struct page first;
	uint64_t count; /* 0: empty */
};
struct frame_range {
	struct frame first;
	uint64_t count;
};

/* [start, end), and [first, last]. BAD_SIZE: their sizes differ. BACKWARDS: end < start, or last <
 * first. */
PAGE_MUST_USE enum page_status page_range(struct page start, struct page end,
					  struct page_range *out);
PAGE_MUST_USE enum page_status page_range_inclusive(struct page first, struct page last,
						    struct page_range *out);
PAGE_MUST_USE enum page_status frame_range(struct frame start, struct frame end,
					   struct frame_range *out);
PAGE_MUST_USE enum page_status frame_range_inclusive(struct frame first, struct frame last,
						     struct frame_range *out);
/* The bytes in it. */
uint64_t page_range_bytes(struct page_range range);
uint64_t frame_range_bytes(struct frame_range range);
/* Page i of the range. OVERFLOW: there is no such page. */
PAGE_MUST_USE enum page_status page_range_at(struct page_range range, uint64_t i, struct page *out);
PAGE_MUST_USE enum page_status frame_range_at(struct frame_range range, uint64_t i,
					      struct frame *out);
/* Take the first page out of the range. False: the range is empty. */
bool page_range_next(struct page_range *range, struct page *out);
bool frame_range_next(struct frame_range *range, struct frame *out);

#endif
