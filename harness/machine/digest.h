/* SPDX-License-Identifier: MIT */
/* The digest of a run: XXH3-128 over everything that happened in it. */
#ifndef HARNESS_MACHINE_DIGEST_H
#define HARNESS_MACHINE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"
#include "emu/pieces.h"

struct digest_state; /* private: XXH3's state, and bytes that are not hashed yet */

struct digest {
	struct digest_state *state; /* owned */
};

/* False: out of memory. */
__attribute__((warn_unused_result)) bool digest_init(struct digest *d);
void digest_free(struct digest *d);
/* Copy the state; both must be initialised. */
void digest_copy(struct digest *to, const struct digest *from);
/* The piece "digest" (emu/pieces.h), for the library of hashes that this build has; load it into
 * one that is initialised. */
bool digest_save(const struct digest *d, const struct piece_sink *to);
bool digest_load(struct digest *d, const void *data, size_t size);
/* Add bytes. How they are divided among calls does not matter: ("ab", "c") equals ("a", "bc"). */
void digest_bytes(struct digest *d, const void *data, size_t len);
/* Add a device access: time, space, address, width, direction, value. Not the pc, as it differs
 * when a run is stepped. */
void digest_access(struct digest *d, const struct access *a);
/* The accesses, as an observer may have them put: the same as digest_access() for each. */
struct access_ring *digest_ring(struct digest *d);
/* Add an interrupt or exception: time, kind, vector, return address, error code, fault address. */
void digest_irq(struct digest *d, const struct irq_event *e);
/* Add a transfer by a bus master: time, address, length, direction, result, and the data of an
 * interrupt message. Other data is in memory, which is hashed too. */
void digest_dma(struct digest *d, const struct dma_event *e);
/* The digest so far as 32 hex digits and NUL. More may be added afterwards. */
void digest_hex(const struct digest *d, char out[33]);

#endif
