/* SPDX-License-Identifier: MIT */
/* Shared by the mapper's files: reaching tables, and walking down to one.
 *
 * A *place* is where a table is reached: an offset in the mapper's memory, or a pointer. */
#ifndef DRIVERS_X86_WALK_H
#define DRIVERS_X86_WALK_H

#include <stddef.h>

#include "bimetal/x86/mapper.h"

enum { ENTRY_BYTES = 8, TOP = PTE_LEVELS };

static inline uint64_t entry_load(const struct mapper *m, uint64_t place, unsigned index)
{
	uint64_t at = place + (uint64_t)index * ENTRY_BYTES;

	if (m->reach == MAPPER_BY_POINTER) return linear_load64_at((const uint64_t *)(uintptr_t)at);
	return linear_load64(m->memory, at);
}

static inline void entry_store(const struct mapper *m, uint64_t place, unsigned index,
			       uint64_t entry)
{
	uint64_t at = place + (uint64_t)index * ENTRY_BYTES;

	if (m->reach == MAPPER_BY_POINTER)
		linear_store64_at((uint64_t *)(uintptr_t)at, entry);
	else
		linear_store64(m->memory, at, entry);
}

/* Where recursive tables show the table of this level, 3 to 1, that translates `address`: each time
 * that entry r is taken, the walk stays a level higher. */
static inline struct virt recursive_place(unsigned r, struct virt address, unsigned level)
{
	unsigned p4 = virt_index(address, 4), p3 = virt_index(address, 3);

	switch (level) {
	case 3: return virt_of_indices(r, r, r, p4, 0);
	case 2: return virt_of_indices(r, r, p4, p3, 0);
	default: return virt_of_indices(r, p4, p3, virt_index(address, 2), 0);
	}
}

/* The place of the table of this level that translates `address` and lies at `table`. False: it
 * cannot be reached. */
static inline bool table_place(const struct mapper *m, struct virt address, unsigned level,
			       uint64_t table, uint64_t *place)
{
	struct page_table *pointer;

	switch (m->reach) {
	case MAPPER_BY_OFFSET:
		*place = table;
		return linear_holds(m->memory, table + sizeof(struct page_table) - ENTRY_BYTES);
	case MAPPER_BY_POINTER:
		pointer = m->pointer(m->ctx, (struct phys){ table });
		*place = (uintptr_t)pointer;
		return pointer != NULL;
	default: *place = recursive_place(m->recursive, address, level).value; return true;
	}
}

/* log2 of the bytes that an entry of this level translates. */
static inline unsigned level_shift(unsigned level)
{
	return VIRT_PAGE_BITS + VIRT_INDEX_BITS * (level - 1);
}

static inline unsigned entry_index(struct virt address, unsigned level)
{
	return (unsigned)(address.value >> level_shift(level)) & (PTE_PER_TABLE - 1);
}

/* pte_is_leaf(), in place. */
static inline bool pte_maps(uint64_t entry, unsigned level)
{
	return level == 1 || (level < TOP && (entry & PTE_LARGE));
}

/* From a present entry of this level, 4 to 2, to the table below: where that lies and is reached.
 * HUGE_PARENT: the entry maps a page. BAD_TABLE. */
static inline enum mapper_status table_below(const struct mapper *m, struct virt address,
					     unsigned level, uint64_t entry, uint64_t *table,
					     uint64_t *place)
{
	if (pte_maps(entry, level)) return MAPPER_HUGE_PARENT;
	if (entry & m->reserved_table[level]) return MAPPER_BAD_TABLE;
	*table = entry & PTE_ADDRESS;
	return table_place(m, address, level - 1, *table, place) ? MAPPER_OK : MAPPER_BAD_TABLE;
}

/* The entry where a walk ended, and the level of its table. */
struct end_of_walk {
	uint64_t entry;
	unsigned level;
};

/* Walk as the processor does to the table of level `to`, and load the entry there. NOT_MAPPED: an
 * entry is not present, that one too. HUGE_PARENT: one above maps a page. BAD_TABLE. */
static inline enum mapper_status follow(const struct mapper *m, struct virt address, unsigned to,
					struct end_of_walk *end)
{
	uint64_t place = m->top, table, entry;

	for (unsigned level = TOP;; level--) {
		entry = entry_load(m, place, entry_index(address, level));
		*end = (struct end_of_walk){ entry, level };
		if (!(entry & PTE_PRESENT)) return MAPPER_NOT_MAPPED;
		if (level == to) return MAPPER_OK;
		enum mapper_status status = table_below(m, address, level, entry, &table, &place);
		if (status != MAPPER_OK) return status;
	}
}

/* How far a walk came that may change something. */
struct descent {
	unsigned level;                /* of the table where it ended */
	uint64_t place;                /* of that table */
	uint64_t entry;                /* there */
	uint64_t table[TOP + 1];       /* physical addresses of the tables, by level */
	uint64_t table_place[TOP + 1]; /* and their places */
};

/* Does the walk know a table at this address? */
static inline bool descent_knows(const struct descent *d, uint64_t table)
{
	for (unsigned level = d->level; level <= TOP; level++)
		if (d->table[level] == table) return true;
	return false;
}

/* Walk to the table of level `to`, and load the entry there, present or not. NOT_MAPPED: an entry
 * above is not present. HUGE_PARENT: one maps a page. BAD_TABLE. LOOP: one leads back to a table of
 * the walk. */
static inline enum mapper_status descend(const struct mapper *m, struct virt address, unsigned to,
					 struct descent *d)
{
	d->level = TOP;
	d->place = m->top;
	d->table[TOP] = m->root.value;
	d->table_place[TOP] = m->top;
	for (;;) {
		uint64_t table;
		enum mapper_status status;

		d->entry = entry_load(m, d->place, entry_index(address, d->level));
		if (d->level == to) return MAPPER_OK;
		if (!(d->entry & PTE_PRESENT)) return MAPPER_NOT_MAPPED;
		status = table_below(m, address, d->level, d->entry, &table, &d->place);
		if (status != MAPPER_OK) return status;
		if (descent_knows(d, table)) return MAPPER_LOOP;
		d->level--;
		d->table[d->level] = table;
		d->table_place[d->level] = d->place;
	}
}

/* The frame of a present leaf of this level. */
static inline enum mapper_status leaf_frame(const struct mapper *m, uint64_t entry, unsigned level,
					    struct frame *frame)
{
	const uint64_t bytes = UINT64_C(1) << level_shift(level);

	/* Its reserved bits are all those of the address below the size, but PAT. */
	if (entry & m->reserved_leaf[level]) return MAPPER_BAD_FRAME;
	*frame = (struct frame){ { entry & PTE_ADDRESS & ~(bytes - 1) },
				 (enum page_size)(level - 1) };
	return MAPPER_OK;
}

/* ---- what callers give (mapper.c) ---- */

enum mapper_status check_page(const struct mapper *m, struct page page);
enum mapper_status check_frame(const struct mapper *m, struct frame frame);
/* Of a leaf that maps a page of this size; of an entry that refers to a table. */
enum mapper_status check_leaf_flags(const struct mapper *m, enum page_size size, uint64_t flags);
enum mapper_status check_table_flags(const struct mapper *m, uint64_t flags);

#endif
