/* SPDX-License-Identifier: MIT */
#include "emu/x86/tlb_hash.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

static bool in_use(const struct tlb_hash *hash, const struct tlb_slot *slot)
{
	return slot->key && slot->epoch == hash->epoch;
}

/* The slot of the key, or the free one where it would go. */
static struct tlb_slot *place(const struct tlb_hash *hash, uint64_t key)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t mixed = (key ^ key >> 12) * odd;
	size_t i = (size_t)(mixed >> 32) & (hash->slots - 1);
	while (in_use(hash, &hash->slot[i]) && hash->slot[i].key != key)
		i = (i + 1) & (hash->slots - 1);
	return &hash->slot[i];
}

struct tlb_slot *tlb_hash_find(const struct tlb_hash *hash, uint64_t key)
{
	if (!hash->used) return NULL;
	struct tlb_slot *slot = place(hash, key);
	return in_use(hash, slot) && !slot->removed ? slot : NULL;
}

void tlb_hash_clear(struct tlb_hash *hash)
{
	hash->used = 0;
	if (++hash->epoch) return;
	/* The number has wrapped: old slots would come back. */
	if (hash->slot) memset(hash->slot, 0, hash->slots * sizeof *hash->slot);
}

/* Make room for one more by growing, or by leaving out the removed. False: no room. */
static bool make_room(struct tlb_hash *hash)
{
	struct tlb_hash bigger = { .slots = hash->slots ? hash->slots : FIRST_SLOTS,
				   .epoch = hash->epoch };
	size_t kept = 0;
	for (size_t i = 0; i < hash->slots; i++)
		kept += in_use(hash, &hash->slot[i]) && !hash->slot[i].removed;
	while (4 * (kept + 1) > bigger.slots) bigger.slots *= 2;
	if (bigger.slots > TLB_HASH_MAX) return false;
	bigger.slot = calloc(bigger.slots, sizeof *bigger.slot);
	if (!bigger.slot) return false;
	for (size_t i = 0; i < hash->slots; i++) {
		const struct tlb_slot *slot = &hash->slot[i];
		if (!in_use(hash, slot) || slot->removed) continue;
		*place(&bigger, slot->key) = *slot;
		bigger.used++;
	}
	free(hash->slot);
	*hash = bigger;
	return true;
}

struct tlb_slot *tlb_hash_put(struct tlb_hash *hash, uint64_t key)
{
	if (2 * (hash->used + 1) > hash->slots && !make_room(hash)) {
		if (!hash->slots) return NULL;
		tlb_hash_clear(hash);
	}
	struct tlb_slot *slot = place(hash, key);
	bool known = in_use(hash, slot);
	if (known && !slot->removed) return slot;
	hash->used += !known;
	*slot = (struct tlb_slot){ .key = key, .epoch = hash->epoch };
	return slot;
}

void tlb_hash_remove(struct tlb_hash *hash, uint64_t key)
{
	struct tlb_slot *slot = tlb_hash_find(hash, key);
	if (slot) slot->removed = true;
}

void tlb_hash_sweep(struct tlb_hash *hash,
		    bool (*removes)(const struct tlb_slot *slot, uint64_t which), uint64_t which)
{
	for (size_t i = 0; i < hash->slots; i++)
		if (in_use(hash, &hash->slot[i]) && removes(&hash->slot[i], which))
			hash->slot[i].removed = true;
}

bool tlb_hash_copy(struct tlb_hash *to, const struct tlb_hash *from)
{
	if (to == from) return true;
	if (to->slots != from->slots) {
		free(to->slot);
		*to = (struct tlb_hash){ .slots = 0 };
		if (from->slots) to->slot = malloc(from->slots * sizeof *to->slot);
		if (from->slots && !to->slot) return false;
	}
	if (from->slots) memcpy(to->slot, from->slot, from->slots * sizeof *to->slot);
	to->slots = from->slots;
	to->used = from->used;
	to->epoch = from->epoch;
	return true;
}

void tlb_hash_free(struct tlb_hash *hash)
{
	free(hash->slot);
	*hash = (struct tlb_hash){ .slots = 0 };
}
