/* SPDX-License-Identifier: MIT */
#include "harness/digest.h"

#include <stdio.h>
#include <xxhash.h>

/* struct digest_state is only a name, so that xxhash.h stays out of the header: it is the
 * library's own state, allocated by the library. */
static XXH3_state_t *xxh(const struct digest *d) { return (XXH3_state_t *)d->state; }

/* Records are fixed little-endian bytes, so that the digest is the same on every host; the first
 * byte tells them apart. */
enum { RECORD_ACCESS = 'A', RECORD_IRQ = 'I', RECORD_MAX = 48, HEX_SIZE = 33 };

struct record {
	uint8_t byte[RECORD_MAX];
	size_t len;
};

static void put8(struct record *r, uint8_t v) { r->byte[r->len++] = v; }

static void put64(struct record *r, uint64_t v)
{
	for (unsigned i = 0; i < sizeof v; i++) put8(r, (uint8_t)(v >> (8 * i)));
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
	struct record r = { .len = 0 };

	put8(&r, RECORD_ACCESS);
	put8(&r, a->write);
	put8(&r, a->space == BUS_MEMORY);
	put8(&r, a->width);
	put64(&r, a->time_ns);
	put64(&r, a->addr);
	put64(&r, a->value);
	digest_bytes(d, r.byte, r.len);
}

void digest_irq(struct digest *d, const struct irq_event *e)
{
	struct record r = { .len = 0 };

	put8(&r, RECORD_IRQ);
	put8(&r, (uint8_t)e->kind);
	put8(&r, e->vector);
	put64(&r, e->time_ns);
	put64(&r, e->pc);
	put64(&r, e->error_code);
	put64(&r, e->fault_addr);
	digest_bytes(d, r.byte, r.len);
}

void digest_hex(const struct digest *d, char out[33])
{
	XXH128_hash_t h = XXH3_128bits_digest(xxh(d));

	snprintf(out, HEX_SIZE, "%016llx%016llx", (unsigned long long)h.high64,
		 (unsigned long long)h.low64);
}
