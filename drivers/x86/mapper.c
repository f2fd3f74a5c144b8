/* SPDX-License-Identifier: MIT */
/* Mappers: the three ways to reach tables, and what callers give them. */
#include "bimetal/x86/mapper.h"

#include "walk.h"

/* ---- making one ---- */

static enum mapper_status begin(struct mapper *m, enum mapper_reach reach, struct phys root,
				const struct pte_rules *rules, const struct tlb *tlb)
{
	if (!m || !rules || !tlb) return MAPPER_NULL;
	if (rules->phys_bits > PHYS_BITS) return MAPPER_BAD_TABLE;
	*m = (struct mapper){ .reach = reach, .root = root, .rules = *rules, .tlb = *tlb };
	for (unsigned level = 1; level <= TOP; level++) {
		m->reserved_table[level] = pte_reserved(rules, level, false);
		m->reserved_leaf[level] = pte_reserved(rules, level, true);
	}
	if (root.value & (~PTE_ADDRESS | m->reserved_table[TOP])) return MAPPER_BAD_TABLE;
	return MAPPER_OK;
}

static enum mapper_status reach_root(struct mapper *m)
{
	bool reached = table_place(m, virt_unchecked(0), TOP, m->root.value, &m->top);

	return reached ? MAPPER_OK : MAPPER_BAD_TABLE;
}

enum mapper_status mapper_at_offset(struct mapper *m, struct linear physical, struct phys root,
				    const struct pte_rules *rules, const struct tlb *tlb)
{
	enum mapper_status status = begin(m, MAPPER_BY_OFFSET, root, rules, tlb);

	if (status != MAPPER_OK) return status;
	m->memory = physical;
	return reach_root(m);
}

enum mapper_status mapper_by_pointer(struct mapper *m,
				     struct page_table *(*pointer)(void *ctx, struct phys table),
				     void *ctx, struct phys root, const struct pte_rules *rules,
				     const struct tlb *tlb)
{
	enum mapper_status status;

	if (!pointer) return MAPPER_NULL;
	status = begin(m, MAPPER_BY_POINTER, root, rules, tlb);
	if (status != MAPPER_OK) return status;
	m->pointer = pointer;
	m->ctx = ctx;
	return reach_root(m);
}

enum mapper_status mapper_recursive(struct mapper *m, struct linear all, struct virt table,
				    struct phys cr3, const struct pte_rules *rules,
				    const struct tlb *tlb)
{
	const unsigned r = virt_index(table, TOP);
	enum mapper_status status =
		begin(m, MAPPER_BY_RECURSION, (struct phys){ cr3.value & PTE_ADDRESS }, rules, tlb);

	if (status != MAPPER_OK) return status;
	if (virt_of_indices(r, r, r, r, 0).value != table.value) return MAPPER_NOT_RECURSIVE;
	m->memory = all;
	m->recursive = r;
	m->top = table.value;

	/* Entry 511 of the table at index 511 is the last 8 bytes of the address space. */
	uint64_t entry = entry_load(m, m->top, r);
	const uint64_t rights = PTE_PRESENT | PTE_WRITABLE;
	if ((entry & rights) != rights || (entry & PTE_ADDRESS) != m->root.value)
		return MAPPER_NOT_ACTIVE;
	return entry & m->reserved_table[TOP] ? MAPPER_BAD_TABLE : MAPPER_OK;
}

/* ---- what callers give ---- */

enum mapper_status check_page(const struct mapper *m, struct page page)
{
	uint64_t bytes = page_bytes(page.size);

	if (!bytes || (page.size == PAGE_1G && !m->rules.pages_1g)) return MAPPER_BAD_SIZE;
	if (!virt_is_canonical(page.start.value)) return MAPPER_NOT_CANONICAL;
	return page.start.value & (bytes - 1) ? MAPPER_UNALIGNED : MAPPER_OK;
}

enum mapper_status check_frame(const struct mapper *m, struct frame frame)
{
	uint64_t bytes = page_bytes(frame.size);
	uint64_t last = frame.start.value + bytes - 1;

	if (!bytes) return MAPPER_BAD_SIZE;
	if (frame.start.value & (bytes - 1)) return MAPPER_UNALIGNED;
	return last >> m->rules.phys_bits ? MAPPER_BAD_FRAME : MAPPER_OK;
}

enum mapper_status check_leaf_flags(const struct mapper *m, enum page_size size, uint64_t flags)
{
	uint64_t refused = PTE_ADDRESS;

	if (size != PAGE_4K) refused = (PTE_ADDRESS & ~PTE_PAT_LARGE) | PTE_LARGE;
	if (!m->rules.no_execute) refused |= PTE_NO_EXECUTE;
	return flags & PTE_PRESENT && !(flags & refused) ? MAPPER_OK : MAPPER_BAD_FLAGS;
}

enum mapper_status check_table_flags(const struct mapper *m, uint64_t flags)
{
	uint64_t refused = PTE_ADDRESS | PTE_LARGE | PTE_GLOBAL | PTE_DIRTY;
	uint64_t needed = PTE_PRESENT;

	/* Recursive tables are written through the entries that refer to them. */
	if (m->reach == MAPPER_BY_RECURSION) needed |= PTE_WRITABLE;

	if (!m->rules.no_execute) refused |= PTE_NO_EXECUTE;
	return (flags & needed) == needed && !(flags & refused) ? MAPPER_OK : MAPPER_BAD_FLAGS;
}

enum mapper_status leaf_frame(const struct mapper *m, const struct descent *d, struct frame *frame)
{
	if (d->entry & m->reserved_leaf[d->level]) return MAPPER_BAD_FRAME;
	return pte_frame(d->entry, d->level, frame) == PTE_OK ? MAPPER_OK : MAPPER_BAD_FRAME;
}
