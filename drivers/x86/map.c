/* SPDX-License-Identifier: MIT */
/* Mapping a page. First all is found out and taken that is needed, then the tables are changed: so
 * an operation that fails changes nothing. */
#include "bimetal/x86/mapper.h"
#include "walk.h"

/* A page to be mapped. */
struct request {
	struct page page;
	struct frame frame;
	uint64_t flags, parent_flags;
	unsigned level; /* of the leaf */
};

/* Frames for the tables that are missing, from the highest level to the lowest. */
struct new_tables {
	struct frame frame[TOP - 1];
	uint64_t place[TOP - 1];
	unsigned n;
};

static enum mapper_status check(const struct mapper *m, const struct request *r)
{
	enum mapper_status status = check_page(m, r->page);

	if (status != MAPPER_OK) return status;
	if (r->page.size != r->frame.size) return MAPPER_BAD_SIZE;
	status = check_frame(m, r->frame);
	if (status != MAPPER_OK) return status;
	status = check_leaf_flags(m, r->page.size, r->flags);
	return status == MAPPER_OK ? check_table_flags(m, r->parent_flags) : status;
}

static void give_back(const struct frame_source *frames, struct new_tables *new)
{
	while (new->n) {
		new->n--;
		if (frames->give) frames->give(frames->ctx, new->frame[new->n]);
	}
}

/* May the last frame that was taken become the table of this level? */
static enum mapper_status check_table(const struct mapper *m, const struct request *r,
				      const struct descent *d, unsigned level,
				      struct new_tables *new)
{
	const struct frame frame = new->frame[new->n - 1];
	enum mapper_status status = check_frame(m, frame);

	if (frame.size != PAGE_4K) return MAPPER_BAD_SIZE;
	if (status != MAPPER_OK) return status;
	/* A frame that is a table already would lead back to itself. */
	if (descent_knows(d, frame.start.value)) return MAPPER_LOOP;
	for (unsigned i = 0; i + 1 < new->n; i++)
		if (new->frame[i].start.value == frame.start.value) return MAPPER_LOOP;
	return table_place(m, r->page.start, level, frame.start.value, &new->place[new->n - 1])
		       ? MAPPER_OK
		       : MAPPER_BAD_TABLE;
}

/* Take a frame for each level from d->level - 1 down to that of the leaf. */
static enum mapper_status take_tables(const struct mapper *m, const struct request *r,
				      const struct descent *d, const struct frame_source *frames,
				      struct new_tables *new)
{
	new->n = 0;
	for (unsigned level = d->level; level > r->level; level--) {
		enum mapper_status status = MAPPER_NO_FRAME;

		if (frames && frames->take && frames->take(frames->ctx, &new->frame[new->n])) {
			new->n++;
			status = check_table(m, r, d, level - 1, new);
		}
		if (status == MAPPER_OK) continue;
		give_back(frames, new);
		return status;
	}
	return MAPPER_OK;
}

/* What the processor knows of the place where recursive tables show a table. */
static void forget_place(const struct mapper *m, uint64_t place)
{
	if (m->reach == MAPPER_BY_RECURSION && m->tlb.page)
		m->tlb.page(m->tlb.ctx, virt_unchecked(place));
}

static void clear_table(const struct mapper *m, uint64_t place)
{
	for (unsigned i = 0; i < PTE_PER_TABLE; i++) entry_store(m, place, i, 0);
}

/* Clear a table that is linked already. Was an entry present, left from the frame's earlier use? */
static bool clear_linked_table(const struct mapper *m, uint64_t place)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < PTE_PER_TABLE; i++) all |= entry_load(m, place, i);
	clear_table(m, place);
	return all & PTE_PRESENT;
}

static uint64_t leaf_entry(const struct request *r)
{
	return r->frame.start.value | r->flags | (r->level > 1 ? PTE_LARGE : 0);
}

static uint64_t table_entry(const struct request *r, const struct new_tables *new, unsigned i)
{
	return new->frame[i].start.value | r->parent_flags;
}

/* Fill the new tables from below, and link them with one store. */
static void link_tables(const struct mapper *m, const struct request *r, const struct descent *d,
			const struct new_tables *new)
{
	uint64_t entry = leaf_entry(r);

	for (unsigned i = new->n; i > 0; i--) {
		clear_table(m, new->place[i - 1]);
		entry_store(m, new->place[i - 1], entry_index(r->page.start, d->level - i), entry);
		entry = table_entry(r, new, i - 1);
	}
	entry_store(m, d->place, entry_index(r->page.start, d->level), entry);
}

/* A recursive table is reached only when it is linked: link it, forget what was seen at its place
 * before, fill it. Until then a processor may have looked ahead through what the frame held, so
 * that goes too (SDM Vol. 3A 4.10.4). */
static void link_recursive(const struct mapper *m, const struct request *r, const struct descent *d,
			   const struct new_tables *new)
{
	uint64_t place = d->place;
	bool was_seen = false;

	for (unsigned i = 0; i < new->n; i++) {
		entry_store(m, place, entry_index(r->page.start, d->level - i),
			    table_entry(r, new, i));
		forget_place(m, new->place[i]);
		if (clear_linked_table(m, new->place[i])) was_seen = true;
		place = new->place[i];
	}
	if (was_seen && m->tlb.all) m->tlb.all(m->tlb.ctx);
	entry_store(m, place, entry_index(r->page.start, r->level), leaf_entry(r));
}

/* The tables that were there get the flags that the page needs of its parents. What others of their
 * pages lose by that must be forgotten: USER takes the kernel's right to fetch, if CR4.SMEP is set.
 * What they gain need not (SDM Vol. 3A 4.10.4.3). */
static void add_parent_flags(const struct mapper *m, const struct request *r,
			     const struct descent *d)
{
	const uint64_t lowers = PTE_USER | PTE_NO_EXECUTE | PTE_WRITE_THROUGH | PTE_NO_CACHE;
	uint64_t added = 0;

	for (unsigned level = TOP; level > d->level; level--) {
		unsigned index = entry_index(r->page.start, level);
		uint64_t entry = entry_load(m, d->table_place[level], index);
		uint64_t missing = r->parent_flags & ~entry;

		if (missing) entry_store(m, d->table_place[level], index, entry | missing);
		added |= missing;
		/* The places of lower tables may be cached with the old rights. */
		if (added) forget_place(m, d->table_place[level - 1]);
	}
	if (added & lowers && m->tlb.all) m->tlb.all(m->tlb.ctx);
}

static enum mapper_status map(const struct mapper *m, const struct request *r,
			      const struct frame_source *frames)
{
	struct descent d;
	struct new_tables new;
	enum mapper_status status = check(m, r);

	if (status != MAPPER_OK) return status;
	status = descend(m, r->page.start, r->level, &d);
	if (status == MAPPER_OK && (d.entry & PTE_PRESENT)) return MAPPER_MAPPED;
	if (status != MAPPER_OK && status != MAPPER_NOT_MAPPED) return status;
	status = take_tables(m, r, &d, frames, &new);
	if (status != MAPPER_OK) return status;

	add_parent_flags(m, r, &d);
	if (m->reach == MAPPER_BY_RECURSION)
		link_recursive(m, r, &d, &new);
	else
		link_tables(m, r, &d, &new);
	return MAPPER_OK;
}

struct page_flush mapper_map_with(struct mapper *m, struct page page, struct frame frame,
				  uint64_t flags, uint64_t parent_flags,
				  const struct frame_source *frames)
{
	struct request r = { page, frame, flags, parent_flags, page_level(page.size) };

	if (!m) return (struct page_flush){ .status = MAPPER_NULL };
	/* Recursive tables are written through the entries that refer to them. */
	if (m->reach == MAPPER_BY_RECURSION) r.parent_flags |= PTE_WRITABLE;
	return (struct page_flush){ map(m, &r, frames), page.start, &m->tlb };
}

struct page_flush mapper_map(struct mapper *m, struct page page, struct frame frame, uint64_t flags,
			     const struct frame_source *frames)
{
	uint64_t parent_flags = flags & (PTE_PRESENT | PTE_WRITABLE | PTE_USER);

	return mapper_map_with(m, page, frame, flags, parent_flags, frames);
}

struct page_flush mapper_map_identity(struct mapper *m, struct frame frame, uint64_t flags,
				      const struct frame_source *frames)
{
	struct page page = { virt_unchecked(frame.start.value), frame.size };

	return mapper_map(m, page, frame, flags, frames);
}
