/* SPDX-License-Identifier: MIT */
#include "emu/page_tree.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 4096, FAN_SHIFT = 6, FAN = 1 << FAN_SHIFT, CHUNK = 2 << 20 };

struct page_node {
	uint32_t refs;
	union {
		struct page_node *node;
		struct page_copy *copy; /* on the lowest level */
	} child[FAN];
};

/* Memory for the bytes of pages. One that is free begins with a pointer to the next. */
struct page_chunk {
	struct page_chunk *next;
	uint8_t *page; /* CHUNK bytes */
};

unsigned page_tree_levels(uint32_t pages)
{
	unsigned levels = 1;

	while ((uint64_t)pages > UINT64_C(1) << (FAN_SHIFT * levels)) levels++;
	return levels;
}

void page_store_free(struct page_store *s)
{
	while (s->chunk) {
		struct page_chunk *next = s->chunk->next;
		free(s->chunk->page);
		free(s->chunk);
		s->chunk = next;
	}
}

/* By the library: compilers make a slow loop of a copy whose size they know. */
void page_bytes_copy(uint8_t *to, const uint8_t *from)
{
	size_t n = PAGE_BYTES;

	__asm__("" : "+r"(n));
	memcpy(to, from, n);
}

/* ---- host memory ---- */

static bool charge(struct page_store *s, uint64_t bytes)
{
	if (bytes > s->max_bytes - s->bytes) return false;
	s->bytes += bytes;
	return true;
}

static bool add_chunk(struct page_store *s)
{
	struct page_chunk *chunk = malloc(sizeof(*chunk));

	if (!chunk) return false;
	chunk->page = aligned_alloc(PAGE_BYTES, CHUNK);
	if (!chunk->page) {
		free(chunk);
		return false;
	}
	chunk->next = s->chunk;
	s->chunk = chunk;
	s->unused = chunk->page;
	return true;
}

static uint8_t *new_page(struct page_store *s)
{
	uint8_t *page = s->free_page;

	if (page) {
		memcpy(&s->free_page, page, sizeof(s->free_page));
		return page;
	}
	if ((!s->unused || s->unused == s->chunk->page + CHUNK) && !add_chunk(s)) return NULL;
	page = s->unused;
	s->unused += PAGE_BYTES;
	return page;
}

static void drop_page(struct page_store *s, uint8_t *page)
{
	memcpy(page, &s->free_page, sizeof(s->free_page));
	s->free_page = page;
}

enum { COPY_BYTES = sizeof(struct page_copy) + PAGE_BYTES /* those of the page may come later */ };

struct page_copy *page_copy_new(struct page_store *s, uint8_t flags)
{
	struct page_copy *c;

	if (!charge(s, COPY_BYTES)) return NULL;
	c = malloc(sizeof(*c));
	if (c)
		*c = (struct page_copy){ .refs = 1, .flags = flags };
	else
		s->bytes -= COPY_BYTES;
	return c;
}

void page_copy_drop(struct page_store *s, struct page_copy *c)
{
	if (!c || --c->refs) return;
	if (c->bytes) drop_page(s, c->bytes);
	free(c);
	s->bytes -= COPY_BYTES;
}

bool page_copy_fill(struct page_store *s, struct page_copy *c, const uint8_t *from)
{
	if (c->bytes) return true;
	c->bytes = new_page(s);
	if (c->bytes) page_bytes_copy(c->bytes, from);
	return c->bytes;
}

static struct page_node *new_node(struct page_store *s)
{
	struct page_node *n;

	if (!charge(s, sizeof(*n))) return NULL;
	n = calloc(1, sizeof(*n));
	if (!n) {
		s->bytes -= sizeof(*n);
		return NULL;
	}
	n->refs = 1;
	return n;
}

static void drop_node(struct page_store *s, struct page_node *n, unsigned level)
{
	if (!n || --n->refs) return;
	for (unsigned i = 0; i < FAN; i++) {
		if (level)
			drop_node(s, n->child[i].node, level - 1);
		else
			page_copy_drop(s, n->child[i].copy);
	}
	free(n);
	s->bytes -= sizeof(*n);
}

struct page_node *page_tree_share(struct page_node *root)
{
	if (root) root->refs++;
	return root;
}

/* ---- trees ---- */

static unsigned slot_of(uint32_t number, unsigned level)
{
	return number >> (FAN_SHIFT * level) & (FAN - 1);
}

struct page_copy *page_tree_find(const struct page_store *s, const struct page_node *root,
				 uint32_t number)
{
	const struct page_node *n = root;

	for (unsigned level = s->levels - 1; n && level > 0; level--)
		n = n->child[slot_of(number, level)].node;
	return n ? n->child[slot_of(number, 0)].copy : NULL;
}

/* Make *n a node that no other tree has. False: no memory. */
static bool own(struct page_store *s, struct page_node **n, unsigned level)
{
	struct page_node *mine;

	if (*n && (*n)->refs == 1) return true;
	mine = new_node(s);
	if (!mine) return false;
	if (*n) {
		memcpy(mine->child, (*n)->child, sizeof(mine->child));
		for (unsigned i = 0; i < FAN; i++) {
			if (level && mine->child[i].node) mine->child[i].node->refs++;
			if (!level && mine->child[i].copy) mine->child[i].copy->refs++;
		}
		(*n)->refs--;
	}
	*n = mine;
	return true;
}

/* The place of a page in a tree, whose nodes on the way become its own. NULL: no memory. */
static struct page_copy **place(struct page_store *s, struct page_node **root, uint32_t number)
{
	for (unsigned level = s->levels - 1;; level--) {
		if (!own(s, root, level)) return NULL;
		if (!level) return &(*root)->child[slot_of(number, 0)].copy;
		root = &(*root)->child[slot_of(number, level)].node;
	}
}

bool page_tree_set(struct page_store *s, struct page_node **root, uint32_t number,
		   struct page_copy *c)
{
	struct page_copy **at = place(s, root, number);

	if (!at) return false;
	page_copy_drop(s, *at);
	*at = c;
	return true;
}

void page_tree_drop(struct page_store *s, struct page_node *root)
{
	drop_node(s, root, s->levels - 1);
}

/* ---- comparing ---- */

struct comparison {
	page_difference *fn;
	void *ctx;
};

static bool compare(const struct page_node *from, const struct page_node *to, unsigned level,
		    uint32_t first, const struct comparison *c)
{
	static const struct page_node empty;
	const struct page_node *a = from ? from : &empty, *b = to ? to : &empty;
	bool ok = true;

	for (unsigned i = 0; ok && from != to && i < FAN; i++) {
		uint32_t number = first + (i << (FAN_SHIFT * level));
		if (level)
			ok = compare(a->child[i].node, b->child[i].node, level - 1, number, c);
		else if (a->child[i].copy != b->child[i].copy)
			ok = c->fn(c->ctx, number, a->child[i].copy, b->child[i].copy);
	}
	return ok;
}

bool page_tree_compare(const struct page_store *s, const struct page_node *from,
		       const struct page_node *to, page_difference *fn, void *ctx)
{
	const struct comparison c = { .fn = fn, .ctx = ctx };

	return compare(from, to, s->levels - 1, 0, &c);
}
