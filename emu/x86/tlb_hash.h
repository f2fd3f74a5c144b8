/* SPDX-License-Identifier: MIT */
/* A growing hash table of plain data, for the record of cached translations (tlb_model.h). All of
 * it can be emptied at no cost, as a write of CR3 does to the real caches. */
#ifndef EMU_X86_TLB_HASH_H
#define EMU_X86_TLB_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a slot means depends on the table that it is in. */
struct tlb_slot {
	uint64_t key;   /* never 0 */
	uint64_t value; /* an address or a paging-structure entry */
	uint64_t ns, pc;
	uint32_t epoch; /* the slot is in use if it is the table's */
	uint32_t mark;
	uint8_t shift, flags;
	bool removed; /* keeps its place, so that slots behind it are found */
};

/* All zero: empty. Owns `slot`. */
struct tlb_hash {
	struct tlb_slot *slot;
	size_t slots, used; /* used: removed ones included */
	uint32_t epoch;
};

enum { TLB_HASH_MAX = 1 << 21 /* slots; half of them are used at most */ };

/* NULL: not there. Valid until the next tlb_hash_put(). */
struct tlb_slot *tlb_hash_find(const struct tlb_hash *hash, uint64_t key);
/* The slot of this key; if it is new, all of it but the key is zero. If the table is at its limit
 * or the host has no memory, all others are forgotten; NULL: not even one can be kept. */
struct tlb_slot *tlb_hash_put(struct tlb_hash *hash, uint64_t key);
void tlb_hash_remove(struct tlb_hash *hash, uint64_t key);
/* Remove all. */
void tlb_hash_clear(struct tlb_hash *hash);
/* Remove those for which `removes` is true. */
void tlb_hash_sweep(struct tlb_hash *hash,
		    bool (*removes)(const struct tlb_slot *slot, uint64_t which), uint64_t which);
/* Make `to` equal to `from`. False: out of memory, and `to` is empty. */
bool tlb_hash_copy(struct tlb_hash *to, const struct tlb_hash *from);
/* Remove all, and free the memory. */
void tlb_hash_free(struct tlb_hash *hash);

#endif
