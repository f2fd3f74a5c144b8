/* SPDX-License-Identifier: MIT */
/* Changes of a page that is mapped, and of the tables above it. */
#include "bimetal/x86/mapper.h"
#include "walk.h"

/* Walk to the leaf of this very page. */
static enum mapper_status find_page(const struct mapper *m, struct page page, struct descent *d,
				    struct frame *frame)
{
	enum mapper_status status = check_page(m, page);

	if (status != MAPPER_OK) return status;
	status = descend(m, page.start, page_level(page.size), true, d);
	if (status != MAPPER_OK) return status;
	if (!(d->entry & PTE_PRESENT) || !pte_is_leaf(d->entry, d->level)) return MAPPER_NOT_MAPPED;
	return leaf_frame(m, d, frame);
}

struct page_flush mapper_unmap(struct mapper *m, struct page page, struct frame *frame)
{
	struct page_flush token = { .status = MAPPER_NULL, .page = page.start };
	struct descent d;
	struct frame found;

	if (!m || !frame) return token;
	token.tlb = &m->tlb;
	token.status = find_page(m, page, &d, &found);
	if (token.status != MAPPER_OK) return token;
	entry_store(m, d.place, entry_index(page.start, d.level), 0);
	*frame = found;
	return token;
}

struct page_flush mapper_update_flags(struct mapper *m, struct page page, uint64_t flags)
{
	struct page_flush token = { .status = MAPPER_NULL, .page = page.start };
	struct descent d;
	struct frame frame;

	if (!m) return token;
	token.tlb = &m->tlb;
	token.status = check_leaf_flags(m, page.size, flags);
	if (token.status != MAPPER_OK) return token;
	token.status = find_page(m, page, &d, &frame);
	if (token.status != MAPPER_OK) return token;
	entry_store(m, d.place, entry_index(page.start, d.level),
		    frame.start.value | flags | (d.level > 1 ? PTE_LARGE : 0));
	return token;
}

/* Walk to the entry of this level that refers to a table above the page. */
static enum mapper_status find_table(const struct mapper *m, struct page page, unsigned level,
				     struct descent *d)
{
	enum mapper_status status = check_page(m, page);

	if (status != MAPPER_OK) return status;
	if (level > TOP || level <= page_level(page.size)) return MAPPER_BAD_SIZE;
	status = descend(m, page.start, level, true, d);
	if (status != MAPPER_OK) return status;
	if (!(d->entry & PTE_PRESENT)) return MAPPER_NOT_MAPPED;
	if (pte_is_leaf(d->entry, level)) return MAPPER_HUGE_PARENT;
	if (d->entry & m->reserved_table[level]) return MAPPER_BAD_TABLE;
	return descent_knows(d, d->entry & PTE_ADDRESS) ? MAPPER_LOOP : MAPPER_OK;
}

struct tables_flush mapper_set_table_flags(struct mapper *m, struct page page, unsigned level,
					   uint64_t flags)
{
	struct tables_flush token = { .status = MAPPER_NULL };
	struct descent d;

	if (!m) return token;
	token.tlb = &m->tlb;
	token.status = check_table_flags(m, flags);
	if (token.status != MAPPER_OK) return token;
	token.status = find_table(m, page, level, &d);
	if (token.status == MAPPER_OK)
		entry_store(m, d.place, entry_index(page.start, level),
			    (d.entry & PTE_ADDRESS) | flags);
	return token;
}
