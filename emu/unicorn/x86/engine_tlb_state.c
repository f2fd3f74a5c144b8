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
	/* The entries that are not empty, and those to which a victim would come back. */
	uint32_t *slot;
	size_t n_slots;
};

struct engine_tlb_kept {
	struct engine_tlbs tlbs;
	struct kept_table table[MODES];
	uint64_t id; /* no other of this process has it */
	uint64_t filled;
	size_t entries;
	struct engine_tlb_local local;
	/* The entries that may be written: their tables, and their numbers, victims first. */
	struct writable {
		uint8_t mode;
		uint32_t number;
	} * writable;
	size_t n_writable;
};

static bool is_empty(const struct entry *e)
{
	return e->read == EMPTY && e->write == EMPTY && e->code == EMPTY;
}

static uint64_t linear_of(const struct entry *e)
{
	uint64_t any = e->read != EMPTY ? e->read : e->write != EMPTY ? e->write : e->code;

	return any & ~(uint64_t)PAGE_OFFSET;
}

static uint32_t slot_of(const struct table *t, uint64_t linear)
{
	return (uint32_t)(linear >> PAGE_SHIFT & (entries(t) - 1));
}

static void list_slots(const struct engine_tlbs *tlbs, unsigned mode, struct kept_table *kept)
{
	const struct table *t = &tlbs->table[mode];

	for (uint32_t i = 0; i < kept->n; i++)
		if (!is_empty(&t->entry[i])) kept->slot[kept->n_slots++] = i;
	for (unsigned i = 0; i < VICTIMS; i++) {
		const struct entry *v = &tlbs->descriptor[mode].victim[i];
		if (!is_empty(v)) kept->slot[kept->n_slots++] = slot_of(t, linear_of(v));
	}
}

static bool keep_table(const struct engine_tlbs *tlbs, unsigned mode, struct kept_table *kept)
{
	const struct table *t = &tlbs->table[mode];
	size_t n = entries(t);

	if (!(tlbs->filled >> mode & 1)) return true;
	kept->entry = malloc(n * sizeof *kept->entry);
	kept->io = malloc(n * sizeof *kept->io);
	kept->slot = malloc((n + VICTIMS) * sizeof *kept->slot);
	if (!kept->entry || !kept->io || !kept->slot) return false;
	kept->n = n;
	memcpy(kept->entry, t->entry, n * sizeof *kept->entry);
	memcpy(kept->io, tlbs->descriptor[mode].io, n * sizeof *kept->io);
	list_slots(tlbs, mode, kept);
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
	tlb->n_came = 0;
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
	kept->local = tlb->local;
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
		free(kept->table[i].slot);
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

/* Was it not emptied since it held the same, and is all known that came in? */
static bool came_is_known(const struct engine_tlb *tlb, const struct engine_tlb_kept *kept)
{
	return tlb->kept_id == kept->id && tlb->kept_flushes == tlb->flushes &&
	       tlb->n_came <= ENGINE_TLB_CAME;
}

/* Then what differs is where something came in, and where entries changed places with victims. The
 * engine also has a table of blocks by linear address, which follows from the TLB: only those of
 * code that came in are wrong there. */
static void put_what_came(struct engine_tlb *tlb, struct engine_tlbs *tlbs, void *engine_cpu,
			  const struct engine_tlb_kept *kept)
{
	for (unsigned i = 0; i < tlb->n_came; i++) {
		const struct engine_tlb_came *came = &tlb->came[i];
		struct table *t = &tlbs->table[came->mode];
		memset(&t->entry[slot_of(t, came->linear)], UINT8_MAX, sizeof(struct entry));
		if (came->code) bimetal_unicorn_forget_blocks(engine_cpu, came->linear);
	}
	for (unsigned mode = 0; mode < MODES; mode++) {
		const struct kept_table *from = &kept->table[mode];
		struct descriptor *d = &tlbs->descriptor[mode];
		struct io_entry *io = d->io;
		if (!(tlbs->filled >> mode & 1)) continue;
		for (size_t i = 0; i < from->n_slots; i++) {
			uint32_t slot = from->slot[i];
			tlbs->table[mode].entry[slot] = from->entry[slot];
			io[slot] = from->io[slot];
		}
		*d = kept->tlbs.descriptor[mode];
		d->io = io;
	}
}

static bool put_all(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
		    const struct engine_tlb_kept *kept)
{
	engine_tlb_flush(tlb, uc);
	for (unsigned i = 0; i < MODES; i++)
		if (!put_table(tlbs, i, kept)) {
			engine_tlb_flush(tlb, uc);
			return false;
		}
	return true;
}

bool engine_tlb_put_back(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
			 void *engine_cpu, const struct engine_tlb_kept *kept)
{
	if (came_is_known(tlb, kept))
		put_what_came(tlb, tlbs, engine_cpu, kept);
	else if (!put_all(tlb, tlbs, uc, kept))
		return false;
	tlbs->filled = kept->tlbs.filled;
	tlb->filled = kept->filled;
	tlb->entries = kept->entries;
	tlb->local = kept->local;
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

/* --- for another process */

enum { NOT_A_VICTIM = VICTIMS, ONCE = 1 << 11 /* TLB_INVALID_MASK */ };
enum { TLB_MOST = 1 << 22 /* entries */ };

struct saved_mode {
	uint64_t entries, large_page[2], window[2], used, next_victim;
};
struct saved_entry {
	uint64_t read, write, code, physical;
	uint32_t mode, victim; /* victim: its number there, or NOT_A_VICTIM */
};
struct saved_head {
	uint64_t filled, largest;
	uint32_t modes_filled, n;
	struct engine_tlb_local local;
	struct saved_mode mode[MODES];
};

static struct saved_head head_of(const struct engine_tlb *tlb, const struct engine_tlbs *tlbs)
{
	struct saved_head head = { .filled = tlb->filled,
				   .largest = tlb->entries,
				   .local = tlb->local,
				   .modes_filled = tlbs->filled };

	for (unsigned i = 0; i < MODES; i++) {
		const struct descriptor *d = &tlbs->descriptor[i];
		head.mode[i] =
			(struct saved_mode){ .entries = entries(&tlbs->table[i]),
					     .large_page = { d->large_page[0], d->large_page[1] },
					     .window = { d->window[0], d->window[1] },
					     .used = d->used,
					     .next_victim = d->next_victim };
	}
	return head;
}

/* Victims come first: loading moves them through the table. */
static uint32_t save_entries(struct engine_tlbs *tlbs, struct saved_entry *to)
{
	uint32_t n = 0;

	for (unsigned mode = 0; mode < MODES; mode++)
		for (size_t i = 0; i < count(tlbs, mode); i++) {
			const struct entry *e = entry_at(tlbs, mode, i);
			if (is_empty(e)) continue;
			to[n++] = (struct saved_entry){ .read = e->read,
							.write = e->write,
							.code = e->code,
							.physical = e->physical,
							.mode = mode,
							.victim = i < VICTIMS ? (uint32_t)i
									      : NOT_A_VICTIM };
		}
	return n;
}

bool engine_tlb_save(const struct engine_tlb *tlb, struct engine_tlbs *tlbs,
		     const struct piece_sink *to)
{
	struct saved_head head = head_of(tlb, tlbs);
	size_t most = 0;
	uint8_t *piece;
	bool ok;

	for (unsigned mode = 0; mode < MODES; mode++) most += count(tlbs, mode);
	piece = malloc(sizeof head + most * sizeof(struct saved_entry));
	if (!piece) return false;
	head.n = save_entries(tlbs, (struct saved_entry *)(void *)(piece + sizeof head));
	memcpy(piece, &head, sizeof head);
	ok = piece_save(to, "cached", piece, sizeof head + head.n * sizeof(struct saved_entry));
	free(piece);
	return ok;
}

/* Let the engine make the entry, and give it the bits that depend on what happened since. */
static void load_entry(struct engine_tlbs *tlbs, void *engine_cpu, const struct saved_entry *from)
{
	uint64_t any = from->read != EMPTY    ? from->read
		       : from->write != EMPTY ? from->write
					      : from->code;
	uint64_t linear = any & ~(uint64_t)PAGE_OFFSET;
	size_t at = linear >> PAGE_SHIFT & (entries(&tlbs->table[from->mode]) - 1);
	struct descriptor *d = &tlbs->descriptor[from->mode];
	struct entry *e = &tlbs->table[from->mode].entry[at];
	int rights = (from->read != EMPTY ? UC_PROT_READ : 0) |
		     (from->write != EMPTY ? UC_PROT_WRITE : 0) |
		     (from->code != EMPTY ? UC_PROT_EXEC : 0);

	bimetal_unicorn_set_page(engine_cpu, linear, from->physical, rights, (int)from->mode,
				 any & ONCE ? 1 : PAGE_OFFSET + 1);
	if (e->write != EMPTY) e->write = (e->write & ~(uint64_t)ASKS) | (from->write & ASKS);
	if (from->victim == NOT_A_VICTIM) return;
	d->victim[from->victim] = *e;
	d->victim_io[from->victim] = d->io[at];
	memset(e, UINT8_MAX, sizeof *e);
}

static bool load_sizes(struct engine_tlbs *tlbs, const struct saved_head *head)
{
	for (unsigned i = 0; i < MODES; i++) {
		struct io_entry *io = tlbs->descriptor[i].io;
		size_t n = head->mode[i].entries;
		bool ok = n && !(n & (n - 1)) && n <= TLB_MOST && resize(&tlbs->table[i], &io, n);
		tlbs->descriptor[i].io = io;
		if (!ok) return false;
		memset(tlbs->table[i].entry, UINT8_MAX, n * sizeof(struct entry));
	}
	return true;
}

static void load_head(struct engine_tlb *tlb, struct engine_tlbs *tlbs,
		      const struct saved_head *head)
{
	for (unsigned i = 0; i < MODES; i++) {
		struct descriptor *d = &tlbs->descriptor[i];
		memcpy(d->large_page, head->mode[i].large_page, sizeof d->large_page);
		memcpy(d->window, head->mode[i].window, sizeof d->window);
		d->used = head->mode[i].used;
		d->next_victim = head->mode[i].next_victim % VICTIMS;
	}
	tlbs->filled = (uint16_t)head->modes_filled;
	tlb->filled = head->filled;
	tlb->entries = head->largest;
	tlb->local = head->local;
}

bool engine_tlb_load(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
		     void *engine_cpu, const void *data, size_t size)
{
	struct saved_head head;
	struct saved_entry entry;
	const uint8_t *at = (const uint8_t *)data + sizeof head;

	if (size < sizeof head) return false;
	memcpy(&head, data, sizeof head);
	if (size != sizeof head + head.n * sizeof entry) return false;
	engine_tlb_flush(tlb, uc);
	if (!load_sizes(tlbs, &head)) return false;
	for (uint32_t i = 0; i < head.n; i++, at += sizeof entry) {
		memcpy(&entry, at, sizeof entry);
		if (entry.mode >= MODES || entry.victim > NOT_A_VICTIM) return false;
		load_entry(tlbs, engine_cpu, &entry);
	}
	load_head(tlb, tlbs, &head);
	return true;
}
