/* SPDX-License-Identifier: MIT */
/* A ring of bytes between an interrupt handler and a reader. */
#include "bimetal/ps2.h"

static uint32_t after(const struct ps2_ring *ring, uint32_t at)
{
	return at + 1 == ring->size ? 0 : at + 1;
}

enum ps2_status ps2_ring_init(struct ps2_ring *ring, uint8_t *bytes, uint32_t size)
{
	if (!ring || !bytes) return PS2_NULL;
	if (size < 2) return PS2_BAD_ARG;
	ring->bytes = bytes;
	ring->size = size;
	ring->head = ring->tail = 0;
	ring->lost = 0;
	return PS2_OK;
}

/* The writer stores the byte before it publishes the index. The reader reads the index before the
 * byte. */
bool ps2_ring_put(struct ps2_ring *ring, uint8_t byte)
{
	if (!ring) return false;
	uint32_t head = ring->head, next = after(ring, head);
	if (next == __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE)) {
		ring->lost++;
		return false;
	}
	ring->bytes[head] = byte;
	__atomic_store_n(&ring->head, next, __ATOMIC_RELEASE);
	return true;
}

enum ps2_status ps2_ring_take(struct ps2_ring *ring, uint8_t *byte)
{
	if (!ring || !byte) return PS2_NULL;
	uint32_t tail = ring->tail;
	if (tail == __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE)) return PS2_EMPTY;
	*byte = ring->bytes[tail];
	__atomic_store_n(&ring->tail, after(ring, tail), __ATOMIC_RELEASE);
	return PS2_OK;
}
