/* SPDX-License-Identifier: MIT */
/* Page tables of four levels: mapping, unmapping, translating. SDM Vol. 3A 4.5.
 *
 * A mapper reaches the tables in one of three ways: all physical memory is mapped at an offset; a
 * function of the caller gives a pointer to each table; or the tables map themselves (recursive
 * tables). What it does with them is the same.
 *
 * An operation that fails leaves the tables as they were, and has taken no frame. Entries that the
 * kernel did not make are not trusted: each walk ends after four levels, never leaves the memory
 * that the mapper reaches, and changes nothing through an entry that leads back to a table above
 * it.
 *
 * If several processors use the tables, the kernel must lock around the calls.
 *
 * Freestanding: no libc, no heap. All state is in struct mapper. */
#ifndef BIMETAL_X86_MAPPER_H
#define BIMETAL_X86_MAPPER_H

/* For example:
 *
 *	static enum mapper_status map_screen(struct mapper *m, const struct frame_source *frames)
 *	{
 *		struct page page = { VIRT(0xffff900000000000), PAGE_4K };
 *		struct frame frame = { PHYS(0xb8000), PAGE_4K };
 *		uint64_t flags = PTE_PRESENT | PTE_WRITABLE | PTE_NO_CACHE;
 *
 *		return flush_page(mapper_map(m, page, frame, flags, frames));
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/linear.h"
#include "bimetal/x86/entry.h"
#include "bimetal/x86/flush.h"
#include "bimetal/x86/frames.h"
#include "bimetal/x86/page.h"

#define MAPPER_MUST_USE __attribute__((warn_unused_result))

enum mapper_reach { MAPPER_BY_OFFSET, MAPPER_BY_POINTER, MAPPER_BY_RECURSION };

/* Initialised only by the functions below. */
struct mapper {
	enum mapper_reach reach;
	struct linear memory; /* BY_OFFSET: physical memory; BY_RECURSION: all linear addresses */
	struct page_table *(*pointer)(void *ctx, struct phys table);
	void *ctx;
	struct phys root; /* the level-4 table */
	uint64_t top;     /* where it is reached */
	unsigned recursive;
	struct pte_rules rules;
	uint64_t reserved_table[PTE_LEVELS + 1]; /* by level: pte_reserved() */
	uint64_t reserved_leaf[PTE_LEVELS + 1];
	struct tlb tlb;
};

/* Physical memory from 0 on is mapped at `physical`; tables beyond its end are refused (BAD_TABLE).
 * `root`: the level-4 table, as in CR3. `tlb`: its functions are NULL if no processor uses the
 * tables. */
MAPPER_MUST_USE enum mapper_status mapper_at_offset(struct mapper *m, struct linear physical,
						    struct phys root, const struct pte_rules *rules,
						    const struct tlb *tlb);
/* `pointer` returns where the table at a physical address is mapped, or NULL: no table can be
 * there. */
MAPPER_MUST_USE enum mapper_status
mapper_by_pointer(struct mapper *m, struct page_table *(*pointer)(void *ctx, struct phys table),
		  void *ctx, struct phys root, const struct pte_rules *rules,
		  const struct tlb *tlb);
/* The level-4 table maps itself: entry r refers to it, so that it is found at the address with the
 * four indices r (`table`); r may be any, 511 too. `cr3`: what CR3 holds. `all`: linear memory from
 * address 0 on. NOT_RECURSIVE: `table` has no such address. NOT_ACTIVE: entry r is not present, or
 * refers to another table than cr3, or is not writable. */
MAPPER_MUST_USE enum mapper_status mapper_recursive(struct mapper *m, struct linear all,
						    struct virt table, struct phys cr3,
						    const struct pte_rules *rules,
						    const struct tlb *tlb);

/* ---- translating ---- */

struct translation {
	struct frame frame;
	uint64_t offset; /* in the frame */
	uint64_t flags;  /* of the leaf: pte_flags() */
};

/* What an address is mapped to: frame.start + offset. NOT_MAPPED, BAD_FRAME, BAD_TABLE. Entries
 * that lead back to tables above are followed, as the processor follows them. */
MAPPER_MUST_USE enum mapper_status mapper_translate(const struct mapper *m, struct virt address,
						    struct translation *out);
/* The same, as one physical address. */
MAPPER_MUST_USE enum mapper_status mapper_translate_address(const struct mapper *m,
							    struct virt address, struct phys *out);
/* The frame of a page of this very size. HUGE_PARENT: a larger page is mapped there. NOT_MAPPED:
 * nothing, or a table of smaller ones. */
MAPPER_MUST_USE enum mapper_status mapper_translate_page(const struct mapper *m, struct page page,
							 struct frame *out);

/* ---- changing: flush.h says what to do with what they return ---- */

/* Map a page to a frame of the same size. `flags` (PTE_PRESENT and any of WRITABLE, USER,
 * WRITE_THROUGH, NO_CACHE, ACCESSED, DIRTY, GLOBAL, NO_EXECUTE, AVAILABLE*, KEY, PAT of the size)
 * become those of the leaf. Tables that are missing are made from up to 3 frames of `frames`; they
 * contain zeros, whatever the frames held. All tables on the way get those of PRESENT, WRITABLE and
 * USER that are in `flags`, besides what they have; recursive tables are always WRITABLE, as they
 * are written through the entries that refer to them. If tables that other pages use get USER by
 * that, all translations are forgotten (tlb) at once. A page that was not present is not cached, so
 * ignoring the token is right then. MAPPED: mapper_translate() tells to what; an entry that is not
 * present is free, whatever its other bits. */
MAPPER_MUST_USE struct page_flush mapper_map(struct mapper *m, struct page page, struct frame frame,
					     uint64_t flags, const struct frame_source *frames);
/* The same; tables on the way get `parent_flags` (PTE_PRESENT and any of those of `flags`, but
 * DIRTY, GLOBAL and PAT) besides what they have. The same holds for NO_EXECUTE,
 * NO_CACHE and WRITE_THROUGH there as for USER. */
MAPPER_MUST_USE struct page_flush mapper_map_with(struct mapper *m, struct page page,
						  struct frame frame, uint64_t flags,
						  uint64_t parent_flags,
						  const struct frame_source *frames);
/* Map a frame to the page with the same address. NOT_CANONICAL: there is none. */
MAPPER_MUST_USE struct page_flush mapper_map_identity(struct mapper *m, struct frame frame,
						      uint64_t flags,
						      const struct frame_source *frames);
/* Unmap a page; *frame receives the frame that was mapped there. Tables stay: mapper_clean_up(). */
MAPPER_MUST_USE struct page_flush mapper_unmap(struct mapper *m, struct page page,
					       struct frame *frame);
/* Replace the flags of a mapped page. The address stays. */
MAPPER_MUST_USE struct page_flush mapper_update_flags(struct mapper *m, struct page page,
						      uint64_t flags);
/* Replace the flags of the entry of level 4, 3 or 2 above a page: they concern all pages below it.
 * BAD_FLAGS: without PTE_PRESENT (recursive tables: and PTE_WRITABLE), or with a bit that only
 * leaves have. NOT_MAPPED: there is no such table. HUGE_PARENT: the entry maps a page itself.
 * BAD_SIZE: level is not 2 to 4, or not above the page's. */
MAPPER_MUST_USE struct tables_flush mapper_set_table_flags(struct mapper *m, struct page page,
							   unsigned level, uint64_t flags);

/* Give the tables of levels 1 to 3 back that are empty and lie wholly or partly in the range.
 * *freed, if it is not NULL, receives their number. Each is unlinked and forgotten (tlb) before its
 * frame is given back, so there is no token. The level-4 table stays, and entries that refer to it.
 * An error ends the work; what was freed until then is counted. LOOP also if more tables are
 * seen than there are frames from the lowest to the highest of them: some are reached by several
 * entries, which this function does not expect; it may then have given one back twice. */
MAPPER_MUST_USE enum mapper_status mapper_clean_up(struct mapper *m, struct page_range range,
						   const struct frame_source *frames,
						   uint64_t *freed);

#endif
