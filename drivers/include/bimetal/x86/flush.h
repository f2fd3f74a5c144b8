/* SPDX-License-Identifier: MIT */
/* Flush tokens. An operation on page tables returns one, and the compiler insists that it is used
 * (warn_unused_result). Only by using it does one learn whether the operation succeeded:
 *
 *	status = flush_page(mapper_unmap(&mapper, page, &frame));        INVLPG
 *	status = flush_page_ignored(mapper_map(&other, page, ...));      nothing: tables not in use
 *
 * Freestanding: no libc, no heap, no state. */
#ifndef BIMETAL_X86_FLUSH_H
#define BIMETAL_X86_FLUSH_H

/* For example:
 *
 *	static enum mapper_status drop(const struct tlb *tlb)
 *	{
 *		struct page_flush token = { .status = MAPPER_OK, .page = VIRT(0x1000), .tlb = tlb };
 *
 *		return flush_page(token);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86/address.h"

#define FLUSH_MUST_USE __attribute__((warn_unused_result))

enum mapper_status {
	MAPPER_OK,
	MAPPER_NULL,          /* a null pointer */
	MAPPER_NOT_CANONICAL, /* the page's address is in the hole */
	MAPPER_UNALIGNED,     /* page or frame are not multiples of their size */
	MAPPER_BAD_SIZE,      /* page and frame differ in size, or the processor lacks the size */
	MAPPER_BAD_FLAGS,   /* without PTE_PRESENT, or with a bit that is not the caller's to set */
	MAPPER_NO_FRAME,    /* no frame left for a new table */
	MAPPER_HUGE_PARENT, /* a larger page is mapped there */
	MAPPER_MAPPED,      /* a page is mapped there already, or a table of smaller pages */
	MAPPER_NOT_MAPPED,  /* no page of this size is mapped there */
	MAPPER_BAD_FRAME,   /* the entry's address is no multiple of the page's size, or has
			       reserved bits */
	MAPPER_BAD_TABLE,   /* an entry has reserved bits, or its table cannot be reached */
	MAPPER_LOOP,        /* an entry leads back to a table of a higher level */
	MAPPER_NOT_RECURSIVE, /* the four indices of the table's address differ */
	MAPPER_NOT_ACTIVE     /* the entry does not lead back to the table in CR3 */
};

/* How a processor forgets translations. On several processors, these must reach all that may have
 * the tables in use. */
struct tlb {
	/* Forget the page at this address, global or not, and all that is cached of tables
	 * (INVLPG). NULL: the tables are not in use, there is nothing to forget. */
	void (*page)(void *ctx, struct virt address);
	/* Forget all translations, global ones too. */
	void (*all)(void *ctx);
	void *ctx;
};

/* A page's translation changed, if the status is MAPPER_OK. Its members are for the functions here.
 */
struct page_flush {
	enum mapper_status status;
	struct virt page;
	const struct tlb *tlb;
};
/* Translations of many pages changed. */
struct tables_flush {
	enum mapper_status status;
	const struct tlb *tlb;
};

/* Forget the old translation, if the operation succeeded. Returns its status. */
FLUSH_MUST_USE enum mapper_status flush_page(struct page_flush token);
FLUSH_MUST_USE enum mapper_status flush_tables(struct tables_flush token);
/* Forget nothing: the page was not present before, the tables are not in use, or the caller does it
 * later, for many pages at once. Returns the status. */
FLUSH_MUST_USE enum mapper_status flush_page_ignored(struct page_flush token);
FLUSH_MUST_USE enum mapper_status flush_tables_ignored(struct tables_flush token);

#endif
