/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/engine_tlb_state.h"

#include <stdlib.h>
#include <string.h>

enum { MODES = 3, VICTIMS = 8, ENTRY_SHIFT = 6, PAGE_SHIFT = 12, PAGE_OFFSET = 0xfff };
#define EMPTY UINT64_MAX

/* In the engine's words: CPUTLBEntry, CPUIOTLBEntry, CPUTLBDesc and CPUTLBDescFast. */
struct entry {
	uint64_t read, write, code; /* page address and flags; EMPTY: none */
	uint64_t physical;
	uint64_t addend; /* host address - linear address */
	uint64_t unused[3];
};
struct io_entry {
	uint64_t address, attributes;
};
struct descriptor {
	uint64_t large_page[2];
	uint64_t window[2];
	uint64_t used;
	uint64_t next_victim;
	struct entry victim[VICTIMS];
	struct io_entry victim_io[VICTIMS];
	struct io_entry *io; /* one for each entry of the table */
};
struct table {
	uint64_t mask; /* (number of entries - 1) << ENTRY_SHIFT */
	struct entry *entry;
};

/* It ends where the CPU's state (struct env) begins. */
struct engine_tlbs {
	uint16_t filled; /* bit n: table n has entries since the last flush */
	uint64_t flushes[3];
	struct descriptor descriptor[MODES];
	_Alignas(16) struct table table[MODES];
	uint64_t not_ours[2];
};

void bimetal_unicorn_set_page(void *engine_cpu, uint64_t linear, uint64_t physical, int rights,
			      int mmu_index, uint64_t size);
void *bimetal_unicorn_real_allocate_tlb(size_t n, size_t bytes);

static size_t entries(const struct table *t) { return (t->mask >> ENTRY_SHIFT) + 1; }

/* --- where it is */

static bool looks_right(const struct engine_tlbs *tlbs)
{
	for (unsigned i = 0; i < MODES; i++) {
		const struct table *t = &tlbs->table[i];
		size_t n = entries(t);
		bool whole = (t->mask & ((1 << ENTRY_SHIFT) - 1)) == 0 && n <= UINT32_MAX;
		if (!whole || n & (n - 1) || !t->entry || !tlbs->descriptor[i].io) return false;
		if (tlbs->descriptor[i].next_victim >= VICTIMS) return false;
	}
	return true;
}

/* A known answer: an entry that is made is where it should be, and nowhere else. */
static bool proven(const struct engine_tlbs *tlbs, void *engine_cpu, const uint8_t *first_page)
{
	enum { LINEAR = 0x12345000, MODE = 1, RIGHTS = UC_PROT_READ };
	const struct table *t = &tlbs->table[MODE];
	const struct entry *e = &t->entry[LINEAR >> PAGE_SHIFT & (entries(t) - 1)];
	bool was_empty = e->read == EMPTY && e->write == EMPTY && e->code == EMPTY;

	bimetal_unicorn_set_page(engine_cpu, LINEAR, 0, RIGHTS, MODE, PAGE_OFFSET + 1);
	return was_empty && tlbs->filled == 1 << MODE && tlbs->descriptor[MODE].used == 1 &&
	       e->read == LINEAR && e->write == EMPTY && e->code == EMPTY && !e->physical &&
	       LINEAR + e->addend == (uintptr_t)first_page;
}

struct engine_tlbs *engine_tlbs_find(uc_engine *uc, void *engine_cpu, struct env *live,
				     const uint8_t *first_page)
{
	uint8_t *end = (uint8_t *)live;
	struct engine_tlbs *tlbs = (struct engine_tlbs *)(void *)(end - sizeof(struct engine_tlbs));
	bool right = looks_right(tlbs) && proven(tlbs, engine_cpu, first_page);

	uc_ctl_flush_tlb(uc);
	return right ? tlbs : NULL;
}

/* --- its contents */

struct kept_table {
	size_t n; /* 0: nothing was in it */
	struct entry *entry;
	struct io_entry *io;
};

struct engine_tlb_kept {
	struct engine_tlbs tlbs;
	struct kept_table table[MODES];
	uint64_t filled;
	size_t entries;
};

static bool keep_table(const struct engine_tlbs *tlbs, unsigned mode, struct kept_table *kept)
{
	const struct table *t = &tlbs->table[mode];
	size_t n = entries(t);

	if (!(tlbs->filled >> mode & 1)) return true;
	kept->entry = malloc(n * sizeof *kept->entry);
	kept->io = malloc(n * sizeof *kept->io);
	if (!kept->entry || !kept->io) return false;
	kept->n = n;
	memcpy(kept->entry, t->entry, n * sizeof *kept->entry);
	memcpy(kept->io, tlbs->descriptor[mode].io, n * sizeof *kept->io);
	return true;
}

struct engine_tlb_kept *engine_tlb_keep(const struct engine_tlb *tlb,
					const struct engine_tlbs *tlbs)
{
	struct engine_tlb_kept *kept = calloc(1, sizeof *kept);

	if (!kept) return NULL;
	kept->tlbs = *tlbs;
	kept->filled = tlb->filled;
	kept->entries = tlb->entries;
	for (unsigned i = 0; i < MODES; i++) {
		if (keep_table(tlbs, i, &kept->table[i])) continue;
		engine_tlb_kept_free(kept);
		return NULL;
	}
	return kept;
}

void engine_tlb_kept_free(struct engine_tlb_kept *kept)
{
	if (!kept) return;
	for (unsigned i = 0; i < MODES; i++) {
		free(kept->table[i].entry);
		free(kept->table[i].io);
	}
	free(kept);
}

/* The table gets the size that it had; its contents are then undefined. The engine allocates and
 * frees tables with malloc() and free(). */
static bool resize(struct table *t, struct io_entry **io, size_t n)
{
	struct entry *new_entry;
	struct io_entry *new_io;

	if (entries(t) == n) return true;
	new_entry = bimetal_unicorn_real_allocate_tlb(n, sizeof *new_entry);
	new_io = bimetal_unicorn_real_allocate_tlb(n, sizeof *new_io);
	if (!new_entry || !new_io) {
		free(new_entry);
		free(new_io);
		return false;
	}
	free(t->entry);
	free(*io);
	t->entry = new_entry;
	*io = new_io;
	t->mask = (n - 1) << ENTRY_SHIFT;
	return true;
}

static bool put_table(struct engine_tlbs *tlbs, unsigned mode, const struct engine_tlb_kept *kept)
{
	struct descriptor *d = &tlbs->descriptor[mode];
	struct io_entry *io = d->io;
	size_t n = entries(&kept->tlbs.table[mode]);
	bool sized = entries(&tlbs->table[mode]) == n, ok = resize(&tlbs->table[mode], &io, n);

	d->io = io;
	if (!ok) return false;
	*d = kept->tlbs.descriptor[mode];
	d->io = io;
	if (kept->table[mode].n) {
		memcpy(tlbs->table[mode].entry, kept->table[mode].entry, n * sizeof(struct entry));
		memcpy(io, kept->table[mode].io, n * sizeof *io);
	} else if (!sized) {
		memset(tlbs->table[mode].entry, UINT8_MAX, n * sizeof(struct entry));
	}
	return true;
}

/* The flush also empties the engine's table of blocks by address, which the TLB decides. */
bool engine_tlb_put_back(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
			 const struct engine_tlb_kept *kept)
{
	engine_tlb_flush(tlb, uc);
	for (unsigned i = 0; i < MODES; i++)
		if (!put_table(tlbs, i, kept)) {
			engine_tlb_flush(tlb, uc);
			return false;
		}
	tlbs->filled = kept->tlbs.filled;
	tlb->filled = kept->filled;
	tlb->entries = kept->entries;
	return true;
}

/* --- what may be written */

/* In the engine's words TLB_NOTDIRTY: stores go to a function, which looks for translated code. */
enum { ASKS = 1 << 10 };

static void visit(struct entry *e, bool (*translated)(void *ctx, uintptr_t host), void *ctx)
{
	if (e->write == EMPTY) return;
	if (translated(ctx, (uintptr_t)((e->write & ~(uint64_t)PAGE_OFFSET) + e->addend)))
		e->write |= ASKS;
}

void engine_tlb_for_writable(struct engine_tlbs *tlbs,
			     bool (*translated)(void *ctx, uintptr_t host), void *ctx)
{
	for (unsigned i = 0; i < MODES; i++) {
		size_t n = tlbs->filled >> i & 1 ? entries(&tlbs->table[i]) : 0;
		for (size_t k = 0; k < n; k++) visit(&tlbs->table[i].entry[k], translated, ctx);
		for (size_t k = 0; k < VICTIMS; k++)
			visit(&tlbs->descriptor[i].victim[k], translated, ctx);
	}
}
