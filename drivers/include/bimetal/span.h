/* SPDX-License-Identifier: MIT */
/* Arrays in device memory: a frame buffer, a table of entries, a mailbox. Every element is reached
 * with one access of the span's width, never wider, narrower or twice; everything is
 * bounds-checked.
 *
 * Pure and freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_SPAN_H
#define BIMETAL_SPAN_H

/* For example:
 *
 *	static enum span_status clear_text_screen(void)
 *	{
 *		struct span screen;
 *		enum span_status status = span_init(&screen, io_memory(0xb8000, 1), 0, 80 * 25, 16);
 *
 *		return status == SPAN_OK ? span_fill(&screen, 0x0720) : status;
 *	}
 */

#include <stdint.h>

#include "io.h"

#define SPAN_MUST_USE __attribute__((warn_unused_result))

enum span_status {
	SPAN_OK,
	SPAN_NULL,   /* a null pointer */
	SPAN_WIDTH,  /* elements of other than 8, 16, 32 or 64 bits, or too wide for this CPU */
	SPAN_PLACE,  /* not aligned to its elements, or beyond the address space */
	SPAN_BOUNDS, /* outside of the span */
	SPAN_LENGTH  /* both sides of a copy must have the same number of elements */
};

/* `n` elements of `width` bits; to be made by span_init() and its relatives alone. */
struct span {
	struct io io;
	uint32_t at; /* of the first element: bytes from io's base */
	uint32_t n;
	uint8_t width;
};

/* `n` elements of `width` bits from byte `at` of the device on. The stride of `io` must be 1, its
 * space memory. */
SPAN_MUST_USE enum span_status span_init(struct span *span, struct io io, uint32_t at, uint32_t n,
					 unsigned width);
/* Elements [from, to) of `span`: from <= to <= n. `part` may be `span`. */
SPAN_MUST_USE enum span_status span_part(const struct span *span, uint32_t from, uint32_t to,
					 struct span *part);
/* The elements before `mid`, and from there on: mid <= n. */
SPAN_MUST_USE enum span_status span_split(const struct span *span, uint32_t mid, struct span *head,
					  struct span *tail);
/* How many whole chunks of `size` elements there are (0 for size 0), and chunk `i` of them. What is
 * left at the end is span_part(span, span_chunks() * size, span->n, ...). */
uint32_t span_chunks(const struct span *span, uint32_t size);
SPAN_MUST_USE enum span_status span_chunk(const struct span *span, uint32_t size, uint32_t i,
					  struct span *chunk);

/* One element. */
SPAN_MUST_USE enum span_status span_get(const struct span *span, uint32_t i, uint64_t *value);
SPAN_MUST_USE enum span_status span_put(const struct span *span, uint32_t i, uint64_t value);

/* All elements, first to last, from or to an array in plain memory whose elements have the span's
 * width and the CPU's byte order. `n` must be the span's. */
SPAN_MUST_USE enum span_status span_copy_in(const struct span *span, void *to, uint32_t n);
SPAN_MUST_USE enum span_status span_copy_out(const struct span *span, const void *from, uint32_t n);
/* `n` elements from `from` to `to`, as if by way of a buffer: they may overlap. */
SPAN_MUST_USE enum span_status span_move(const struct span *span, uint32_t to, uint32_t from,
					 uint32_t n);
/* Every element becomes `value`, cut to the width. */
SPAN_MUST_USE enum span_status span_fill(const struct span *span, uint64_t value);

#endif
