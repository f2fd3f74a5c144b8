/* SPDX-License-Identifier: MIT */
#include "bimetal/span.h"

enum { BITS_PER_BYTE = 8 };

static uint32_t bytes(const struct span *span) { return span->width / BITS_PER_BYTE; }

/* ---- one element: only here the width is selected ---- */

static uint64_t load(const struct span *span, uint32_t i)
{
	uint32_t at = span->at + i * bytes(span);
	switch (span->width) {
	case 8: return io_read8(span->io, at);
	case 16: return io_read16(span->io, at);
	case 32: return io_read32(span->io, at);
	default: return IO_MAX_WIDTH == 64 ? io_read64(span->io, at) : UINT64_MAX;
	}
}

static void store(const struct span *span, uint32_t i, uint64_t value)
{
	uint32_t at = span->at + i * bytes(span);
	switch (span->width) {
	case 8: io_write8(span->io, at, (uint8_t)value); break;
	case 16: io_write16(span->io, at, (uint16_t)value); break;
	case 32: io_write32(span->io, at, (uint32_t)value); break;
	default:
		if (IO_MAX_WIDTH == 64) io_write64(span->io, at, value);
		break;
	}
}

/* ---- parts ---- */

enum span_status span_init(struct span *span, struct io io, uint32_t at, uint32_t n, unsigned width)
{
	if (!span) return SPAN_NULL;
	if (width != 8 && width != 16 && width != 32 && width != 64) return SPAN_WIDTH;
	if (width > IO_MAX_WIDTH) return SPAN_WIDTH;
	uint32_t each = width / BITS_PER_BYTE;
	if (io.space != IO_MEMORY || io.stride != 1) return SPAN_PLACE;
	if ((io.base + at) % each != 0 || n > (UINT32_MAX - at) / each) return SPAN_PLACE;
	*span = (struct span){ .io = io, .at = at, .n = n, .width = (uint8_t)width };
	return SPAN_OK;
}

enum span_status span_part(const struct span *span, uint32_t from, uint32_t to, struct span *part)
{
	if (!span || !part) return SPAN_NULL;
	if (from > to || to > span->n) return SPAN_BOUNDS;
	uint32_t at = span->at + from * bytes(span);
	*part = (struct span){ .io = span->io, .at = at, .n = to - from, .width = span->width };
	return SPAN_OK;
}

enum span_status span_split(const struct span *span, uint32_t mid, struct span *head,
			    struct span *tail)
{
	if (!span || !head || !tail) return SPAN_NULL;
	struct span whole = *span; /* head or tail may be the same struct as span */
	enum span_status status = span_part(&whole, 0, mid, head);
	return status ? status : span_part(&whole, mid, whole.n, tail);
}

uint32_t span_chunks(const struct span *span, uint32_t size)
{
	return span && size ? span->n / size : 0;
}

enum span_status span_chunk(const struct span *span, uint32_t size, uint32_t i, struct span *chunk)
{
	if (!span || !chunk) return SPAN_NULL;
	if (i >= span_chunks(span, size)) return SPAN_BOUNDS;
	return span_part(span, i * size, (i + 1) * size, chunk);
}

/* ---- elements ---- */

enum span_status span_get(const struct span *span, uint32_t i, uint64_t *value)
{
	if (!span || !value) return SPAN_NULL;
	if (i >= span->n) return SPAN_BOUNDS;
	*value = load(span, i);
	return SPAN_OK;
}

enum span_status span_put(const struct span *span, uint32_t i, uint64_t value)
{
	if (!span) return SPAN_NULL;
	if (i >= span->n) return SPAN_BOUNDS;
	store(span, i, value);
	return SPAN_OK;
}

enum span_status span_copy_in(const struct span *span, void *to, uint32_t n)
{
	if (!span || !to) return SPAN_NULL;
	if (n != span->n) return SPAN_LENGTH;
	uint8_t *byte = to;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t value = load(span, i);
		for (uint32_t b = 0; b < bytes(span); b++)
			*byte++ = (uint8_t)(value >> BITS_PER_BYTE * b);
	}
	return SPAN_OK;
}

enum span_status span_copy_out(const struct span *span, const void *from, uint32_t n)
{
	if (!span || !from) return SPAN_NULL;
	if (n != span->n) return SPAN_LENGTH;
	const uint8_t *byte = from;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t value = 0;
		for (uint32_t b = 0; b < bytes(span); b++)
			value |= (uint64_t)*byte++ << BITS_PER_BYTE * b;
		store(span, i, value);
	}
	return SPAN_OK;
}

enum span_status span_move(const struct span *span, uint32_t to, uint32_t from, uint32_t n)
{
	if (!span) return SPAN_NULL;
	if (n > span->n || to > span->n - n || from > span->n - n) return SPAN_BOUNDS;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = to > from ? n - 1 - i : i;
		store(span, to + at, load(span, from + at));
	}
	return SPAN_OK;
}

enum span_status span_fill(const struct span *span, uint64_t value)
{
	if (!span) return SPAN_NULL;
	for (uint32_t i = 0; i < span->n; i++) store(span, i, value);
	return SPAN_OK;
}
