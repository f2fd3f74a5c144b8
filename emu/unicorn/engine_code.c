/* SPDX-License-Identifier: MIT */
/* The build redirects the engine's stores into pages with code to this file, and reports each new
 * block to it (docs/decisions/0002). The engine's own map of the code in a page is dropped with
 * each new block, and only made again at the tenth store. */
#include "emu/unicorn/engine_code.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT, PAGE_OFFSET = PAGE_SIZE - 1 };
enum { WORD_BITS = 64, PAGE_WORDS = PAGE_SIZE / WORD_BITS, FIRST_SLOTS = 64 };

struct engine_code_page {
	uint64_t page;  /* its address in the engine's memory numbering, | 1; 0: free */
	uint64_t *bits; /* one bit per byte */
};

/* The first members of the engine's translation block. */
struct block {
	uint64_t pc; /* linear */
	uint64_t cs_base;
	uint32_t flags;
	uint16_t size, instructions;
	uint32_t more_flags, trace;
	void *code;
	size_t code_size;
	void *original;
	uintptr_t next[2];
	uint64_t page[2]; /* in the engine's memory numbering; UINT64_MAX: none */
};

void bimetal_unicorn_real_block_made(void *tcg, const struct block *block);
void bimetal_unicorn_block_made(void *tcg, const struct block *block);
void bimetal_unicorn_real_store_to_code(uc_engine *uc, void *pages, uint64_t start, int size,
					uintptr_t from);
void bimetal_unicorn_store_to_code(uc_engine *uc, void *pages, uint64_t start, int size,
				   uintptr_t from);
uint64_t bimetal_unicorn_ram_addr(uc_engine *uc, const void *host);

/* Per thread, like translation. */
static _Thread_local struct engine_code *code;

void engine_code_use(struct engine_code *used) { code = used; }

/* ---- the table */

static size_t first_slot(const struct engine_code *c, uint64_t page)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)((page >> PAGE_SHIFT) * odd >> 32) & (c->slots - 1);
}

/* The slot of the page, or a free one for it. */
static struct engine_code_page *find(const struct engine_code *c, uint64_t page)
{
	size_t i = first_slot(c, page);
	while (c->slot[i].page && c->slot[i].page != (page | 1)) i = (i + 1) & (c->slots - 1);
	return &c->slot[i];
}

static uint64_t *bits_of(const struct engine_code *c, uint64_t page)
{
	return c->slots ? find(c, page)->bits : NULL;
}

static bool grow(struct engine_code *c)
{
	struct engine_code bigger = { .slots = c->slots ? 2 * c->slots : FIRST_SLOTS };
	bigger.slot = calloc(bigger.slots, sizeof *bigger.slot);
	if (!bigger.slot) return false;
	for (size_t i = 0; i < c->slots; i++)
		if (c->slot[i].page) *find(&bigger, c->slot[i].page & ~UINT64_C(1)) = c->slot[i];
	free(c->slot);
	c->slot = bigger.slot;
	c->slots = bigger.slots;
	return true;
}

/* The bits of the page, allocated if needed; NULL: out of memory. */
static uint64_t *make_bits(struct engine_code *c, uint64_t page)
{
	if (2 * (c->used + 1) > c->slots && !grow(c)) return NULL;
	struct engine_code_page *p = find(c, page);
	if (p->page) return p->bits;
	uint64_t *bits = calloc(PAGE_WORDS, sizeof *bits);
	if (!bits) return NULL;
	*p = (struct engine_code_page){ .page = page | 1, .bits = bits };
	c->used++;
	return bits;
}

/* ---- ranges of a page */

struct range {
	unsigned from, to; /* bytes of the page: [from, to) */
};

/* Take the bits of a range that are in the word of its first byte; the range then starts after
 * them. */
static uint64_t take_word(struct range *r, unsigned *word)
{
	unsigned low = r->from % WORD_BITS;
	unsigned n = r->to - r->from < WORD_BITS - low ? r->to - r->from : WORD_BITS - low;
	*word = r->from / WORD_BITS;
	r->from += n;
	return UINT64_MAX >> (WORD_BITS - n) << low;
}

static bool any(const uint64_t *bits, struct range r)
{
	unsigned word;
	while (r.from < r.to) {
		uint64_t mask = take_word(&r, &word);
		if (bits[word] & mask) return true;
	}
	return false;
}

static void set(uint64_t *bits, struct range r)
{
	unsigned word;
	while (r.from < r.to) {
		uint64_t mask = take_word(&r, &word);
		bits[word] |= mask;
	}
}

static void clear(uint64_t *bits, struct range r)
{
	unsigned word;
	while (r.from < r.to) {
		uint64_t mask = take_word(&r, &word);
		bits[word] &= ~mask;
	}
}

/* The part of [at, at + size) in the page of its first byte. */
static struct range on_page(uint64_t at, uint64_t size)
{
	unsigned from = at & PAGE_OFFSET;
	uint64_t room = PAGE_SIZE - from;
	return (struct range){ from, from + (unsigned)(size < room ? size : room) };
}

/* ---- recording ---- */

static void note(struct engine_code *c, uint64_t page, struct range r)
{
	uint64_t *bits = page & PAGE_OFFSET ? NULL : make_bits(c, page);
	if (bits)
		set(bits, r);
	else
		c->lost = true;
}

void bimetal_unicorn_block_made(void *tcg, const struct block *block)
{
	bimetal_unicorn_real_block_made(tcg, block);
	if (!code || block->page[0] == UINT64_MAX) return;
	struct range first = on_page(block->pc, block->size);
	note(code, block->page[0], first);
	unsigned rest = block->size - (first.to - first.from);
	if (rest) note(code, block->page[1], (struct range){ 0, rest });
}

/* ---- stores */

/* A store is in one page. The engine drops the blocks whose bits are cleared here. If the current
 * block is one of them, the engine does not return. */
void bimetal_unicorn_store_to_code(uc_engine *uc, void *pages, uint64_t start, int size,
				   uintptr_t from)
{
	struct range r = on_page(start, (unsigned)size);
	if (code && !code->lost) {
		uint64_t *bits = bits_of(code, start & ~(uint64_t)PAGE_OFFSET);
		if (!bits || !any(bits, r)) return;
		clear(bits, r);
	}
	if (code && code->began) code->began(code->ctx);
	bimetal_unicorn_real_store_to_code(uc, pages, start, size, from);
	if (code && code->done) code->done(code->ctx);
}

/* ---- queries ---- */

bool engine_code_holds(const struct engine_code *c, uc_engine *uc, const uint8_t *host,
		       uint64_t size)
{
	if (c->lost) return true;
	uint64_t at = bimetal_unicorn_ram_addr(uc, host);
	for (uint64_t end = at + size; at < end; at = (at | PAGE_OFFSET) + 1) {
		const uint64_t *bits = bits_of(c, at & ~(uint64_t)PAGE_OFFSET);
		if (bits && any(bits, on_page(at, end - at))) return true;
	}
	return false;
}

void engine_code_dropped(struct engine_code *c, uc_engine *uc, const uint8_t *host, uint64_t size)
{
	uint64_t at = bimetal_unicorn_ram_addr(uc, host);
	for (uint64_t end = at + size; at < end; at = (at | PAGE_OFFSET) + 1) {
		uint64_t *bits = bits_of(c, at & ~(uint64_t)PAGE_OFFSET);
		if (bits) clear(bits, on_page(at, end - at));
	}
}

void engine_code_clear(struct engine_code *c)
{
	for (size_t i = 0; i < c->slots; i++) free(c->slot[i].bits);
	free(c->slot);
	*c = (struct engine_code){ .began = c->began, .done = c->done, .ctx = c->ctx };
}
