/* SPDX-License-Identifier: MIT */
/* A running XXH3-128 over everything that a run did. */
#ifndef HARNESS_MACHINE_DIGEST_H
#define HARNESS_MACHINE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"

struct digest_state; /* XXH3 state and what is still to be hashed, kept out of this header */

struct digest {
	struct digest_state *state; /* owned */
};

/* False: out of memory. */
__attribute__((warn_unused_result)) bool digest_init(struct digest *d);
void digest_free(struct digest *d);
/* Both initialised; `to` goes on from where `from` stands. */
void digest_copy(struct digest *to, const struct digest *from);
/* Bytes run on: ("ab", "c") and ("a", "bc") give the same digest. */
void digest_bytes(struct digest *d, const void *data, size_t len);
/* One device access: time, space, address, width, direction, value. Not the pc: it differs when
 * stepped. */
void digest_access(struct digest *d, const struct access *a);
/* One interrupt or exception taken: time, kind, vector, return address, error and fault address. */
void digest_irq(struct digest *d, const struct irq_event *e);
/* One transfer by a bus master: time, address, length, direction, outcome, a message's data. What
 * it moved shows in memory. */
void digest_dma(struct digest *d, const struct dma_event *e);
/* 32 hex digits and NUL of the state so far; the state may go on. */
void digest_hex(const struct digest *d, char out[33]);

#endif
