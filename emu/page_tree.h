/* SPDX-License-Identifier: MIT */
/* Copies of pages by number, in trees that share the nodes in which they do not differ: for
 * emu/mem_mark.c. To make one more costs what differs, and two are compared in the time of their
 * difference. */
#ifndef EMU_PAGE_TREE_H
#define EMU_PAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A page as trees hold it. While memory holds the same it needs no bytes of its own. */
struct page_copy {
	uint32_t refs;
	uint8_t flags;  /* never 0 */
	uint8_t *bytes; /* NULL: in memory, or there are none */
};

struct page_node;
struct page_chunk;

/* Host memory of all trees; zeroed but for the bound and the number of levels. */
struct page_store {
	uint64_t bytes, max_bytes; /* bytes: that of pages which may get some later is included */
	unsigned levels;           /* page_tree_levels() */
	struct page_chunk *chunk;
	uint8_t *free_page, *unused; /* unused: the rest of the last chunk */
};

unsigned page_tree_levels(uint32_t pages);
/* When all trees were dropped. */
void page_store_free(struct page_store *s);

/* ---- copies ---- */

/* NULL: no memory, or not below the bound. */
struct page_copy *page_copy_new(struct page_store *s, uint8_t flags);
/* Give it bytes of its own; nothing if it has. False: no memory. */
bool page_copy_fill(struct page_store *s, struct page_copy *c, const uint8_t *from);
void page_copy_drop(struct page_store *s, struct page_copy *c);
/* One page of bytes. */
void page_bytes_copy(uint8_t *to, const uint8_t *from);

/* ---- trees: a root, NULL if it is empty ---- */

struct page_node *page_tree_share(struct page_node *root);
void page_tree_drop(struct page_store *s, struct page_node *root);
/* NULL: no such page. */
struct page_copy *page_tree_find(const struct page_store *s, const struct page_node *root,
				 uint32_t number);
/* Put a copy into a tree of its own, which takes it over; NULL takes a page out. False: as
 * page_copy_new(), and the copy is still the caller's. */
bool page_tree_set(struct page_store *s, struct page_node **root, uint32_t number,
		   struct page_copy *c);

/* Receives a page that differs: `from` one tree, `to` another; NULL: not there. False: stop. */
typedef bool page_difference(void *ctx, uint32_t number, struct page_copy *from,
			     struct page_copy *to);
/* By number. False: fn() stopped it. */
bool page_tree_compare(const struct page_store *s, const struct page_node *from,
		       const struct page_node *to, page_difference *fn, void *ctx);

#endif
