/* SPDX-License-Identifier: MIT */
/* Accesses as records of bytes, for an observer that takes many at once: the digest. */
#ifndef EMU_ACCESS_RING_H
#define EMU_ACCESS_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/bytes.h"

enum { ACCESS_RECORD_SIZE = 28, ACCESS_RECORD = 'A' /* its first byte */ };

struct access_ring {
	uint8_t *bytes;                         /* `size`, and a record more */
	size_t n, size;                         /* n: how many are filled, at most `size` */
	void (*full)(struct access_ring *ring); /* makes room */
};

/* What a record has besides time, address and value. */
static inline uint32_t access_record_head(bool memory, unsigned width, bool write)
{
	return ACCESS_RECORD | (uint32_t)write << 8 | (uint32_t)memory << 16 |
	       (uint32_t)width << 24;
}

static inline void access_ring_add(struct access_ring *ring, uint32_t head, uint64_t time_ns,
				   uint64_t addr, uint64_t value)
{
	size_t n = ring->n + ACCESS_RECORD_SIZE;
	uint8_t *r = &ring->bytes[ring->n];

	ring->n = n;
	put_le32(r, head);
	put_le64(r + 4, time_ns);
	put_le64(r + 12, addr);
	put_le64(r + 20, value);
	/* Last, when little must be kept across the call. */
	if (__builtin_expect(n + ACCESS_RECORD_SIZE > ring->size, 0)) ring->full(ring);
}

#endif
