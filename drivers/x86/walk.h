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

	if (m->reach == MAPPER_BY_POINTER) return *(const volatile uint64_t *)(uintptr_t)at;
	return linear_load64(m->memory, at);
}

static inline void entry_store(const struct mapper *m, uint64_t place, unsigned index,
			       uint64_t entry)
{
	uint64_t at = place + (uint64_t)index * ENTRY_BYTES;

	if (m->reach == MAPPER_BY_POINTER)
		*(volatile uint64_t *)(uintptr_t)at = entry;
	else
		linear_store64(m->memory, at, entry);
}

/* Where recursive tables show the table of this level that translates `address`: each time that
 * entry r is taken, the walk stays a level higher. */
static inline struct virt recursive_place(unsigned r, struct virt address, unsigned level)
{
	unsigned p4 = virt_index(address, 4), p3 = virt_index(address, 3);

	switch (level) {
	case 4: return virt_of_indices(r, r, r, r, 0);
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

static inline unsigned entry_index(struct virt address, unsigned level)
{
	return (unsigned)(address.value >> (VIRT_PAGE_BITS + VIRT_INDEX_BITS * (level - 1))) &
	       (PTE_PER_TABLE - 1);
}

/* How far a walk came. */
struct descent {
	unsigned level;                /* of the table where it ended */
	uint64_t place;                /* of that table */
	uint64_t entry;                /* there */
	uint64_t table[TOP + 1];       /* physical addresses of the tables above, by level */
	uint64_t table_place[TOP + 1]; /* and their places */
};

/* Does the walk know a table at this address? */
static inline bool descent_knows(const struct descent *d, uint64_t table)
{
	for (unsigned level = d->level; level <= TOP; level++)
		if (d->table[level] == table) return true;
	return false;
}

/* Walk to the table of level `to`, and load the entry there. NOT_MAPPED: an entry above is not
 * present. HUGE_PARENT: one maps a page. BAD_FRAME, BAD_TABLE. `strict`: LOOP if one leads back to
 * a table of the walk. */
static inline enum mapper_status descend(const struct mapper *m, struct virt address, unsigned to,
					 bool strict, struct descent *d)
{
	d->level = TOP;
	d->place = m->top;
	d->table[TOP] = m->root.value;
	d->table_place[TOP] = m->top;
	for (;;) {
		d->entry = entry_load(m, d->place, entry_index(address, d->level));
		if (d->level == to) return MAPPER_OK;
		if (!(d->entry & PTE_PRESENT)) return MAPPER_NOT_MAPPED;
		if (pte_is_leaf(d->entry, d->level)) return MAPPER_HUGE_PARENT;
		if (d->entry & m->reserved_table[d->level]) return MAPPER_BAD_TABLE;

		uint64_t table = d->entry & PTE_ADDRESS;
		if (strict && descent_knows(d, table)) return MAPPER_LOOP;
		if (!table_place(m, address, d->level - 1, table, &d->place))
			return MAPPER_BAD_TABLE;
		d->level--;
		d->table[d->level] = table;
		d->table_place[d->level] = d->place;
	}
}

/* ---- what callers give (mapper.c) ---- */

enum mapper_status check_page(const struct mapper *m, struct page page);
enum mapper_status check_frame(const struct mapper *m, struct frame frame);
/* Of a leaf that maps a page of this size; of an entry that refers to a table. */
enum mapper_status check_leaf_flags(const struct mapper *m, enum page_size size, uint64_t flags);
enum mapper_status check_table_flags(const struct mapper *m, uint64_t flags);
/* The frame of the present leaf where a walk ended. */
enum mapper_status leaf_frame(const struct mapper *m, const struct descent *d, struct frame *frame);

#endif
