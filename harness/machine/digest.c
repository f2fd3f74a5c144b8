/* SPDX-License-Identifier: MIT */
#include "harness/machine/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY /* for the members of its state */
#include <xxhash.h>

#include "emu/access_ring.h"
#include "emu/bytes.h"

/* Each call of the hash function has a fixed cost, so records are collected here and hashed
 * together. The digest does not depend on how the bytes are divided. */
enum { PENDING_SIZE = 4096 };

struct digest_state {
	struct access_ring ring; /* first: hash_ring() finds the rest by it */
	XXH3_state_t *hashed;    /* allocated by the library */
	uint8_t pending[PENDING_SIZE + ACCESS_RECORD_SIZE];
};

/* Records have a fixed little-endian layout, so that the digest is the same on every host. The
 * first byte is the kind of record. */
enum { RECORD_IRQ = 'I', RECORD_DMA = 'D' };
enum { IRQ_SIZE = 35, DMA_SIZE = 36, HEX_SIZE = 33 };

static void hash_pending(struct digest_state *s);

static void hash_ring(struct access_ring *ring)
{
	hash_pending((struct digest_state *)(void *)ring);
}

bool digest_init(struct digest *d)
{
	d->state = calloc(1, sizeof(*d->state));
	if (!d->state) return false;
	d->state->ring = (struct access_ring){ .bytes = d->state->pending,
					       .size = PENDING_SIZE,
					       .full = hash_ring };
	d->state->hashed = XXH3_createState();
	return d->state->hashed && XXH3_128bits_reset(d->state->hashed) == XXH_OK;
}

void digest_free(struct digest *d)
{
	if (d->state) XXH3_freeState(d->state->hashed);
	free(d->state);
	d->state = NULL;
}

void digest_copy(struct digest *to, const struct digest *from)
{
	if (to->state == from->state) return;
	XXH3_copyState(to->state->hashed, from->state->hashed);
	to->state->ring.n = from->state->ring.n;
	memcpy(to->state->pending, from->state->pending, from->state->ring.n);
}

/* Without what follows from how it was begun, which includes a pointer. */
struct digest_saved {
	uint64_t acc[8];
	uint8_t buffer[XXH3_INTERNALBUFFER_SIZE];
	uint64_t buffered, stripes, total, n_pending;
	uint8_t pending[PENDING_SIZE];
};

bool digest_save(const struct digest *d, const struct piece_sink *to)
{
	const XXH3_state_t *h = d->state->hashed;
	struct digest_saved saved = { .buffered = h->bufferedSize,
				      .stripes = h->nbStripesSoFar,
				      .total = h->totalLen,
				      .n_pending = d->state->ring.n };

	memcpy(saved.acc, h->acc, sizeof(saved.acc));
	memcpy(saved.buffer, h->buffer, sizeof(saved.buffer));
	memcpy(saved.pending, d->state->pending, d->state->ring.n);
	return piece_save(to, "digest", &saved, sizeof(saved));
}

bool digest_load(struct digest *d, const void *data, size_t size)
{
	XXH3_state_t *h = d->state->hashed;
	struct digest_saved saved;

	if (size != sizeof(saved)) return false;
	memcpy(&saved, data, sizeof(saved));
	if (saved.n_pending > PENDING_SIZE || saved.buffered > sizeof(saved.buffer)) return false;
	if (XXH3_128bits_reset(h) != XXH_OK) return false;
	memcpy(h->acc, saved.acc, sizeof(saved.acc));
	memcpy(h->buffer, saved.buffer, sizeof(saved.buffer));
	h->bufferedSize = (XXH32_hash_t)saved.buffered;
	h->nbStripesSoFar = saved.stripes;
	h->totalLen = saved.total;
	d->state->ring.n = saved.n_pending;
	memcpy(d->state->pending, saved.pending, saved.n_pending);
	return true;
}

static void hash_pending(struct digest_state *s)
{
	if (s->ring.n) XXH3_128bits_update(s->hashed, s->pending, s->ring.n);
	s->ring.n = 0;
}

/* Get room for a record of `size` bytes; the caller fills it. */
static uint8_t *record(struct digest_state *s, size_t size)
{
	if (s->ring.n + size > PENDING_SIZE) hash_pending(s);
	uint8_t *at = &s->pending[s->ring.n];
	s->ring.n += size;
	return at;
}

void digest_bytes(struct digest *d, const void *data, size_t len)
{
	if (len > PENDING_SIZE / 2) {
		hash_pending(d->state);
		XXH3_128bits_update(d->state->hashed, data, len);
	} else if (len) {
		memcpy(record(d->state, len), data, len);
	}
}

void digest_access(struct digest *d, const struct access *a)
{
	access_ring_add(&d->state->ring,
			access_record_head(a->space == BUS_MEMORY, a->width, a->write), a->time_ns,
			a->addr, a->value);
}

struct access_ring *digest_ring(struct digest *d) { return &d->state->ring; }

void digest_irq(struct digest *d, const struct irq_event *e)
{
	uint8_t *r = record(d->state, IRQ_SIZE);

	r[0] = RECORD_IRQ;
	r[1] = (uint8_t)e->kind;
	r[2] = e->vector;
	put_le64(r + 3, e->time_ns);
	put_le64(r + 11, e->pc);
	put_le64(r + 19, e->error_code);
	put_le64(r + 27, e->fault_addr);
}

void digest_dma(struct digest *d, const struct dma_event *e)
{
	uint8_t *r = record(d->state, DMA_SIZE);

	r[0] = RECORD_DMA;
	r[1] = e->write;
	r[2] = e->message;
	r[3] = (uint8_t)e->outcome;
	put_le64(r + 4, e->time_ns);
	put_le64(r + 12, e->addr);
	put_le64(r + 20, e->len);
	put_le64(r + 28, e->data);
}

void digest_hex(const struct digest *d, char out[33])
{
	hash_pending(d->state);
	XXH128_hash_t h = XXH3_128bits_digest(d->state->hashed);

	snprintf(out, HEX_SIZE, "%016llx%016llx", (unsigned long long)h.high64,
		 (unsigned long long)h.low64);
}
