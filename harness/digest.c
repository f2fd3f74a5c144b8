/* SPDX-License-Identifier: MIT */
#include "harness/digest.h"

#include <stdio.h>
#include <xxhash.h>

/* struct digest_state is only a name, so that xxhash.h stays out of the header: it is the
 * library's own state, allocated by the library. */
static XXH3_state_t *xxh(const struct digest *d) { return (XXH3_state_t *)d->state; }

/* Records are fixed little-endian bytes, so that the digest is the same on every host; the first
 * byte tells them apart. */
enum { RECORD_ACCESS = 'A', RECORD_IRQ = 'I', RECORD_DMA = 'D' };
enum { ACCESS_SIZE = 28, IRQ_SIZE = 35, DMA_SIZE = 36, HEX_SIZE = 33 };

static void put64(uint8_t *at, uint64_t v)
{
	at[0] = (uint8_t)v;
	at[1] = (uint8_t)(v >> 8);
	at[2] = (uint8_t)(v >> 16);
	at[3] = (uint8_t)(v >> 24);
	at[4] = (uint8_t)(v >> 32);
	at[5] = (uint8_t)(v >> 40);
	at[6] = (uint8_t)(v >> 48);
	at[7] = (uint8_t)(v >> 56);
}

bool digest_init(struct digest *d)
{
	d->state = (struct digest_state *)XXH3_createState();
	return d->state && XXH3_128bits_reset(xxh(d)) == XXH_OK;
}

void digest_free(struct digest *d)
{
	XXH3_freeState(xxh(d));
	d->state = NULL;
}

void digest_copy(struct digest *to, const struct digest *from)
{
	if (to->state != from->state) XXH3_copyState(xxh(to), xxh(from));
}

void digest_bytes(struct digest *d, const void *data, size_t len)
{
	if (len) XXH3_128bits_update(xxh(d), data, len);
}

void digest_access(struct digest *d, const struct access *a)
{
	uint8_t r[ACCESS_SIZE] = { RECORD_ACCESS, a->write, a->space == BUS_MEMORY, a->width };

	put64(r + 4, a->time_ns);
	put64(r + 12, a->addr);
	put64(r + 20, a->value);
	digest_bytes(d, r, sizeof r);
}

void digest_irq(struct digest *d, const struct irq_event *e)
{
	uint8_t r[IRQ_SIZE] = { RECORD_IRQ, (uint8_t)e->kind, e->vector };

	put64(r + 3, e->time_ns);
	put64(r + 11, e->pc);
	put64(r + 19, e->error_code);
	put64(r + 27, e->fault_addr);
	digest_bytes(d, r, sizeof r);
}

void digest_dma(struct digest *d, const struct dma_event *e)
{
	uint8_t r[DMA_SIZE] = { RECORD_DMA, e->write, e->message, (uint8_t)e->outcome };

	put64(r + 4, e->time_ns);
	put64(r + 12, e->addr);
	put64(r + 20, e->len);
	put64(r + 28, e->data);
	digest_bytes(d, r, sizeof r);
}

void digest_hex(const struct digest *d, char out[33])
{
	XXH128_hash_t h = XXH3_128bits_digest(xxh(d));

	snprintf(out, HEX_SIZE, "%016llx%016llx", (unsigned long long)h.high64,
		 (unsigned long long)h.low64);
}
