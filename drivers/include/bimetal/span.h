/* SPDX-License-Identifier: MIT */
/* Arrays in device memory: a frame buffer, a table of entries, a mailbox. Each element is accessed
 * exactly once, with the width of the span. All indices are bounds-checked.
 *
 * Freestanding: no libc, no heap. All state is in the caller's structs. */
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

#include "bimetal/io.h"

#define SPAN_MUST_USE __attribute__((warn_unused_result))

enum span_status {
	SPAN_OK,
	SPAN_NULL,  /* a null pointer */
	SPAN_WIDTH, /* an element width other than 8, 16, 32 or 64 bits, or too wide for this CPU */
	SPAN_PLACE, /* not aligned to the element width, or beyond the address space */
	SPAN_BOUNDS, /* an index outside the span */
	SPAN_LENGTH  /* the two sides of a copy have different lengths */
};

/* `n` elements of `width` bits. Initialised only by span_init(), span_part() and so on. */
struct span {
	struct io io;
	uint32_t at; /* offset of the first element: bytes from the base of io */
	uint32_t n;
	uint8_t width;
};

/* Make a span of `n` elements of `width` bits, starting at byte `at` of the device. `io` must be
 * memory with stride 1. */
SPAN_MUST_USE enum span_status span_init(struct span *span, struct io io, uint32_t at, uint32_t n,
					 unsigned width);
/* The part [from, to) of `span`: from <= to <= n. `part` may be `span`. */
SPAN_MUST_USE enum span_status span_part(const struct span *span, uint32_t from, uint32_t to,
					 struct span *part);
/* Split a span into the elements before `mid` and those from `mid` on: mid <= n. */
SPAN_MUST_USE enum span_status span_split(const struct span *span, uint32_t mid, struct span *head,
					  struct span *tail);
/* The number of whole chunks of `size` elements (0 if size is 0), and chunk `i`. The rest at the
 * end is span_part(span, span_chunks() * size, span->n, ...). */
uint32_t span_chunks(const struct span *span, uint32_t size);
SPAN_MUST_USE enum span_status span_chunk(const struct span *span, uint32_t size, uint32_t i,
					  struct span *chunk);

/* Read or write one element. */
SPAN_MUST_USE enum span_status span_get(const struct span *span, uint32_t i, uint64_t *value);
SPAN_MUST_USE enum span_status span_put(const struct span *span, uint32_t i, uint64_t value);

/* Copy all elements, first to last, from or to an array in ordinary memory. Its elements have the
 * width of the span and the byte order of the CPU. `n` must be the length of the span. */
SPAN_MUST_USE enum span_status span_copy_in(const struct span *span, void *to, uint32_t n);
SPAN_MUST_USE enum span_status span_copy_out(const struct span *span, const void *from, uint32_t n);
/* Move `n` elements from index `from` to index `to`. The two ranges may overlap. */
SPAN_MUST_USE enum span_status span_move(const struct span *span, uint32_t to, uint32_t from,
					 uint32_t n);
/* Set every element to `value`, cut to the element width. */
SPAN_MUST_USE enum span_status span_fill(const struct span *span, uint64_t value);

#endif
