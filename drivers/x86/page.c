/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/page.h"

#include <stddef.h>

enum { SHIFT_4K = 12, SHIFT_2M = 21, SHIFT_1G = 30 };

unsigned page_shift(enum page_size size)
{
	switch (size) {
	case PAGE_4K: return SHIFT_4K;
	case PAGE_2M: return SHIFT_2M;
	case PAGE_1G: return SHIFT_1G;
	default: return 0;
	}
}

uint64_t page_bytes(enum page_size size)
{
	unsigned shift = page_shift(size);

	return shift ? UINT64_C(1) << shift : 0;
}

unsigned page_level(enum page_size size)
{
	switch (size) {
	case PAGE_4K: return 1;
	case PAGE_2M: return 2;
	case PAGE_1G: return 3;
	default: return 0;
	}
}

/* Pages and frames are counted from 0; pages without those of the hole. */
static uint64_t number_of(uint64_t address, unsigned bits, enum page_size size)
{
	return (address & ((UINT64_C(1) << bits) - 1)) >> page_shift(size);
}

static uint64_t last_number(unsigned bits, enum page_size size)
{
	return (UINT64_C(1) << (bits - page_shift(size))) - 1;
}

static uint64_t page_number(struct page page)
{
	return number_of(page.start.value, VIRT_BITS, page.size);
}

static uint64_t frame_number(struct frame frame)
{
	return number_of(frame.start.value, PHYS_BITS, frame.size);
}

/* Can a page or frame of this size begin here? */
static enum page_status check_start(uint64_t start, enum page_size size)
{
	if (!page_shift(size)) return PAGE_BAD_SIZE;
	return start & (page_bytes(size) - 1) ? PAGE_UNALIGNED : PAGE_OK;
}

/* Where the one begins that holds this address; 0 for no page size. */
static uint64_t start_of(uint64_t address, enum page_size size)
{
	return page_shift(size) ? address & ~(page_bytes(size) - 1) : 0;
}

/* `n` on from number `from`. */
static enum page_status step(uint64_t from, uint64_t n, unsigned bits, enum page_size size,
			     uint64_t *to)
{
	if (!page_shift(size)) return PAGE_BAD_SIZE;
	if (n > last_number(bits, size) - from) return PAGE_OVERFLOW;
	*to = from + n;
	return PAGE_OK;
}

static enum page_status step_back(uint64_t from, uint64_t n, enum page_size size, uint64_t *to)
{
	if (!page_shift(size)) return PAGE_BAD_SIZE;
	if (n > from) return PAGE_OVERFLOW;
	*to = from - n;
	return PAGE_OK;
}

/* ---- pages ---- */

static struct page page_of_number(uint64_t number, enum page_size size)
{
	return (struct page){ virt_truncate(number << page_shift(size)), size };
}

enum page_status page_from_start(struct virt start, enum page_size size, struct page *out)
{
	enum page_status status = check_start(start.value, size);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = (struct page){ start, size };
	return status;
}

struct page page_containing(struct virt address, enum page_size size)
{
	return (struct page){ virt_unchecked(start_of(address.value, size)), size };
}

enum page_status page_forward(struct page page, uint64_t n, struct page *out)
{
	uint64_t to = 0;
	enum page_status status = step(page_number(page), n, VIRT_BITS, page.size, &to);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = page_of_number(to, page.size);
	return status;
}

enum page_status page_backward(struct page page, uint64_t n, struct page *out)
{
	uint64_t to = 0;
	enum page_status status = step_back(page_number(page), n, page.size, &to);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = page_of_number(to, page.size);
	return status;
}

/* ---- frames ---- */

static struct frame frame_of_number(uint64_t number, enum page_size size)
{
	return (struct frame){ { number << page_shift(size) }, size };
}

enum page_status frame_from_start(struct phys start, enum page_size size, struct frame *out)
{
	enum page_status status = check_start(start.value, size);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = (struct frame){ start, size };
	return status;
}

struct frame frame_containing(struct phys address, enum page_size size)
{
	return (struct frame){ { start_of(address.value, size) }, size };
}

enum page_status frame_forward(struct frame frame, uint64_t n, struct frame *out)
{
	uint64_t to = 0;
	enum page_status status = step(frame_number(frame), n, PHYS_BITS, frame.size, &to);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = frame_of_number(to, frame.size);
	return status;
}

enum page_status frame_backward(struct frame frame, uint64_t n, struct frame *out)
{
	uint64_t to = 0;
	enum page_status status = step_back(frame_number(frame), n, frame.size, &to);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = frame_of_number(to, frame.size);
	return status;
}

/* ---- ranges ---- */

/* The numbers from `first` on, as many as `more` says above the difference: 0 for [first, last), 1
 * for [first, last]. */
static enum page_status count_between(uint64_t first, uint64_t last, uint64_t more,
				      enum page_size a, enum page_size b, uint64_t *count)
{
	if (a != b || !page_shift(a)) return PAGE_BAD_SIZE;
	if (last < first) return PAGE_BACKWARDS;
	*count = last - first + more;
	return PAGE_OK;
}

static enum page_status pages_between(struct page first, struct page last, uint64_t more,
				      struct page_range *out)
{
	uint64_t count = 0;
	enum page_status status = count_between(page_number(first), page_number(last), more,
						first.size, last.size, &count);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = (struct page_range){ first, count };
	return status;
}

static enum page_status frames_between(struct frame first, struct frame last, uint64_t more,
				       struct frame_range *out)
{
	uint64_t count = 0;
	enum page_status status = count_between(frame_number(first), frame_number(last), more,
						first.size, last.size, &count);

	if (!out) return PAGE_NULL;
	if (status == PAGE_OK) *out = (struct frame_range){ first, count };
	return status;
}

enum page_status page_range(struct page start, struct page end, struct page_range *out)
{
	return pages_between(start, end, 0, out);
}

enum page_status page_range_inclusive(struct page first, struct page last, struct page_range *out)
{
	return pages_between(first, last, 1, out);
}

enum page_status frame_range(struct frame start, struct frame end, struct frame_range *out)
{
	return frames_between(start, end, 0, out);
}

enum page_status frame_range_inclusive(struct frame first, struct frame last,
				       struct frame_range *out)
{
	return frames_between(first, last, 1, out);
}

uint64_t page_range_bytes(struct page_range range)
{
	return range.count << page_shift(range.first.size);
}

uint64_t frame_range_bytes(struct frame_range range)
{
	return range.count << page_shift(range.first.size);
}

enum page_status page_range_at(struct page_range range, uint64_t i, struct page *out)
{
	if (i >= range.count) return PAGE_OVERFLOW;
	return page_forward(range.first, i, out);
}

enum page_status frame_range_at(struct frame_range range, uint64_t i, struct frame *out)
{
	if (i >= range.count) return PAGE_OVERFLOW;
	return frame_forward(range.first, i, out);
}

bool page_range_next(struct page_range *range, struct page *out)
{
	if (!range || !out || !range->count) return false;
	*out = range->first;
	range->count--;
	/* Behind the last page of the address space there is none to name. */
	if (range->count && page_forward(*out, 1, &range->first) != PAGE_OK) range->count = 0;
	return true;
}

bool frame_range_next(struct frame_range *range, struct frame *out)
{
	if (!range || !out || !range->count) return false;
	*out = range->first;
	range->count--;
	if (range->count && frame_forward(*out, 1, &range->first) != PAGE_OK) range->count = 0;
	return true;
}
