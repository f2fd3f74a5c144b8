/* SPDX-License-Identifier: MIT */
/* Giving empty tables back. Addresses are counted without the hole here, as numbers of 48 bits, so
 * that a range may lie on both sides of it. */
#include "bimetal/x86/mapper.h"
#include "walk.h"

struct cleaning {
	const struct mapper *m;
	const struct frame_source *frames;
	uint64_t freed;
	uint64_t table[TOP + 1];  /* the tables above, by level */
	uint64_t seen;            /* tables below the root, so far */
	uint64_t lowest, highest; /* of their physical addresses */
};

static bool is_empty(const struct mapper *m, uint64_t place)
{
	for (unsigned i = 0; i < PTE_PER_TABLE; i++)
		if (entry_load(m, place, i) != 0) return false;
	return true;
}

/* Count a table. Each has a frame of its own: if more were seen than there are frames from the
 * lowest to the highest, some were seen twice. So tables that share tables, of which there can be
 * 512^3 on the way, do not hold this up for longer than as many as memory can hold. */
static bool is_one_too_many(struct cleaning *c, uint64_t table)
{
	if (c->seen == 0 || table < c->lowest) c->lowest = table;
	if (c->seen == 0 || table > c->highest) c->highest = table;
	c->seen++;
	return c->seen - 1 > (c->highest - c->lowest) >> VIRT_PAGE_BITS;
}

static bool leads_back(const struct cleaning *c, unsigned level, uint64_t table)
{
	for (; level <= TOP; level++)
		if (c->table[level] == table) return true;
	return false;
}

/* Unlink a table, forget it, give its frame back. `start`: the lowest address that it translates;
 * `below`: its place. */
static void free_table(struct cleaning *c, uint64_t place, unsigned index, uint64_t table,
		       uint64_t start, uint64_t below)
{
	const struct mapper *m = c->m;
	const struct frame frame = { { table }, PAGE_4K };

	entry_store(m, place, index, 0);
	if (m->tlb.page) {
		m->tlb.page(m->tlb.ctx, virt_truncate(start));
		if (m->reach == MAPPER_BY_RECURSION) m->tlb.page(m->tlb.ctx, virt_unchecked(below));
	}
	if (c->frames->give) c->frames->give(c->frames->ctx, frame);
	c->freed++;
}

/* Clean up below the table of this level, which lies at `place` and translates the 2^(shift + 9)
 * addresses from `base` on, of which first to last are in the range. */
static enum mapper_status clean(struct cleaning *c, unsigned level, uint64_t place, uint64_t base,
				uint64_t first, uint64_t last)
{
	const uint64_t bytes = UINT64_C(1) << level_shift(level);
	const unsigned end = (unsigned)((last - base) >> level_shift(level));

	for (unsigned i = (unsigned)((first - base) >> level_shift(level)); i <= end; i++) {
		uint64_t start = base + i * bytes, below, entry = entry_load(c->m, place, i);
		uint64_t stop = start + bytes - 1, table = entry & PTE_ADDRESS;
		enum mapper_status status = MAPPER_OK;

		if (!(entry & PTE_PRESENT) || pte_maps(entry, level)) continue;
		if (level == TOP && table == c->table[TOP]) continue; /* a recursive entry */
		if (entry & c->m->reserved_table[level]) return MAPPER_BAD_TABLE;
		if (leads_back(c, level, table) || is_one_too_many(c, table)) return MAPPER_LOOP;
		if (!table_place(c->m, virt_truncate(start), level - 1, table, &below))
			return MAPPER_BAD_TABLE;
		c->table[level - 1] = table;
		if (level > 2)
			status = clean(c, level - 1, below, start, first > start ? first : start,
				       last < stop ? last : stop);
		if (status != MAPPER_OK) return status;
		if (is_empty(c->m, below)) free_table(c, place, i, table, start, below);
	}
	return MAPPER_OK;
}

enum mapper_status mapper_clean_up(struct mapper *m, struct page_range range,
				   const struct frame_source *frames, uint64_t *freed)
{
	const uint64_t addresses = UINT64_C(1) << VIRT_BITS;
	uint64_t first = range.first.start.value & (addresses - 1);
	struct cleaning c = { .m = m, .frames = frames };
	enum mapper_status status;

	if (freed) *freed = 0;
	if (!m || !frames) return MAPPER_NULL;
	status = check_page(m, range.first);
	if (status != MAPPER_OK || !range.count) return status;
	if (range.count > (addresses - first) >> page_shift(range.first.size))
		return MAPPER_NOT_CANONICAL;
	c.table[TOP] = m->root.value;
	status = clean(&c, TOP, m->top, 0, first, first + page_range_bytes(range) - 1);
	if (freed) *freed = c.freed;
	return status;
}
