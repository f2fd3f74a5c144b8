/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/engine_tlb_state.h"

#include <stdatomic.h>
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
void bimetal_unicorn_forget_blocks(void *engine_cpu, uint64_t linear);

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
	uint64_t id; /* no other of this process has it */
	uint64_t filled;
	size_t entries;
	/* The entries that may be written: their tables, and their numbers, victims first. */
	struct writable {
		uint8_t mode;
		uint32_t number;
	} * writable;
	size_t n_writable;
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

static struct entry *entry_at(struct engine_tlbs *tlbs, unsigned mode, size_t number)
{
	if (number < VICTIMS) return &tlbs->descriptor[mode].victim[number];
	return &tlbs->table[mode].entry[number - VICTIMS];
}

/* Those of a table that has entries; its victims are among them. */
static size_t count(const struct engine_tlbs *tlbs, unsigned mode)
{
	return tlbs->filled >> mode & 1 ? entries(&tlbs->table[mode]) + VICTIMS : 0;
}

static bool list_writable(const struct engine_tlbs *tlbs, struct engine_tlb_kept *kept)
{
	size_t most = 1;

	for (unsigned mode = 0; mode < MODES; mode++) most += count(tlbs, mode);
	kept->writable = malloc(most * sizeof *kept->writable);
	if (!kept->writable) return false;
	for (unsigned mode = 0; mode < MODES; mode++)
		for (size_t i = 0; i < count(tlbs, mode); i++)
			if (entry_at((struct engine_tlbs *)(uintptr_t)tlbs, mode, i)->write !=
			    EMPTY)
				kept->writable[kept->n_writable++] =
					(struct writable){ (uint8_t)mode, (uint32_t)i };
	return true;
}

static uint64_t next_id(void)
{
	static atomic_uint_fast64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

/* The engine's TLB is now what was kept. */
static void holds(struct engine_tlb *tlb, const struct engine_tlb_kept *kept)
{
	tlb->kept_id = kept->id;
	tlb->kept_flushes = tlb->flushes;
	tlb->n_fetched = 0;
}

struct engine_tlb_kept *engine_tlb_keep(struct engine_tlb *tlb, const struct engine_tlbs *tlbs)
{
	struct engine_tlb_kept *kept = calloc(1, sizeof *kept);
	bool ok = kept && list_writable(tlbs, kept);

	for (unsigned i = 0; ok && i < MODES; i++) ok = keep_table(tlbs, i, &kept->table[i]);
	if (!ok) {
		engine_tlb_kept_free(kept);
		return NULL;
	}
	kept->tlbs = *tlbs;
	kept->filled = tlb->filled;
	kept->entries = tlb->entries;
	kept->id = next_id();
	holds(tlb, kept);
	return kept;
}

void engine_tlb_kept_free(struct engine_tlb_kept *kept)
{
	if (!kept) return;
	for (unsigned i = 0; i < MODES; i++) {
		free(kept->table[i].entry);
		free(kept->table[i].io);
	}
	free(kept->writable);
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
	bool empty = !(tlbs->filled >> mode & 1) && entries(&tlbs->table[mode]) == n;
	bool ok = resize(&tlbs->table[mode], &io, n);

	d->io = io;
	if (!ok) return false;
	if (kept->table[mode].n || !empty) *d = kept->tlbs.descriptor[mode];
	d->io = io;
	if (kept->table[mode].n) {
		memcpy(tlbs->table[mode].entry, kept->table[mode].entry, n * sizeof(struct entry));
		memcpy(io, kept->table[mode].io, n * sizeof *io);
	} else if (!empty) {
		memset(tlbs->table[mode].entry, UINT8_MAX, n * sizeof(struct entry));
	}
	return true;
}

/* The engine also has a table of blocks by linear address, which follows from the TLB. If that was
 * not emptied since it held the same, only blocks of pages that came in are wrong there. */
static void forget_blocks(struct engine_tlb *tlb, uc_engine *uc, void *engine_cpu,
			  const struct engine_tlb_kept *kept)
{
	if (tlb->kept_id != kept->id || tlb->kept_flushes != tlb->flushes ||
	    tlb->n_fetched > ENGINE_TLB_FETCHED) {
		engine_tlb_flush(tlb, uc);
		return;
	}
	for (unsigned i = 0; i < tlb->n_fetched; i++)
		bimetal_unicorn_forget_blocks(engine_cpu, tlb->fetched[i]);
}

bool engine_tlb_put_back(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
			 void *engine_cpu, const struct engine_tlb_kept *kept)
{
	forget_blocks(tlb, uc, engine_cpu, kept);
	for (unsigned i = 0; i < MODES; i++)
		if (!put_table(tlbs, i, kept)) {
			engine_tlb_flush(tlb, uc);
			return false;
		}
	tlbs->filled = kept->tlbs.filled;
	tlb->filled = kept->filled;
	tlb->entries = kept->entries;
	holds(tlb, kept);
	return true;
}

/* --- what may be written */

/* In the engine's words TLB_NOTDIRTY: stores go to a function, which looks for translated code. */
enum { ASKS = 1 << 10 };

void engine_tlb_for_writable(struct engine_tlbs *tlbs, const struct engine_tlb_kept *kept,
			     bool (*translated)(void *ctx, uintptr_t host), void *ctx)
{
	for (size_t i = 0; i < kept->n_writable; i++) {
		struct entry *e = entry_at(tlbs, kept->writable[i].mode, kept->writable[i].number);
		uint64_t page = e->write & ~(uint64_t)PAGE_OFFSET;
		if (translated(ctx, (uintptr_t)(page + e->addend))) e->write |= ASKS;
	}
}
