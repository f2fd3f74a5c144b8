/* SPDX-License-Identifier: MIT */
#include "emu/x86/tlb_model.h"

#include "emu/x86/bits.h"
#include "emu/x86/paging.h"
#include "emu/x86/pte.h"

enum { PAGE_SHIFT = 12, ASID_SHIFT = 48, ENTRY_LONG = 8 };
/* tlb_slot.flags of a table. */
enum table_flag { TABLE_MANY = 1, TABLE_LONG = 2, TABLE_PAGE = 4, TABLE_GLOBAL = 8 };
/* The lowest bits of keys, which keep them from being 0. */
enum key_kind { KEY_ENTRY = 1, KEY_WHOLE_PAGE = 2 };
#define PAGE_OFFSET UINT64_C(0xfff)
#define LINEAR_MASK ((UINT64_C(1) << PAGING_LINEAR_BITS) - 1)

static uint64_t below(unsigned bit) { return (UINT64_C(1) << bit) - 1; }

/* The key of the range of 2^shift bytes that contains the address. */
static uint64_t key_of(uint32_t asid, uint64_t linear, unsigned shift)
{
	uint64_t range = linear & LINEAR_MASK & ~below(shift);
	return (uint64_t)(asid & UINT16_MAX) << ASID_SHIFT | range | shift;
}

static bool of_space(const struct tlb_slot *slot, uint64_t asid)
{
	return slot->key >> ASID_SHIFT == (asid & UINT16_MAX);
}

/* --- translations */

static struct tlb_slot *find_in(const struct tlb_model *m, const struct tlb_hash *hash,
				uint64_t linear)
{
	if (!hash->used) return NULL;
	struct tlb_slot *slot = tlb_hash_find(hash, key_of(m->asid, linear, PAGE_SHIFT));
	for (unsigned shift = PAGE_SHIFT + 1; !slot && m->sizes >> shift; shift++)
		if (m->sizes >> shift & 1)
			slot = tlb_hash_find(hash, key_of(m->asid, linear, shift));
	return slot;
}

static struct tlb_slot *find(const struct tlb_model *m, uint64_t linear)
{
	struct tlb_slot *slot = find_in(m, &m->page, linear);
	return slot ? slot : find_in(m, &m->global, linear);
}

bool tlb_find(const struct tlb_model *m, uint64_t linear, struct tlb_held *held)
{
	const struct tlb_slot *slot = find(m, linear);
	if (!slot) return false;
	*held = (struct tlb_held){ .pa = slot->value | (linear & below(slot->shift)),
				   .rights = slot->flags,
				   .since_ns = slot->ns };
	return true;
}

bool tlb_find_upper(const struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    unsigned level, uint64_t *entry)
{
	unsigned shift = paging_shift(mode, level);
	const struct tlb_slot *slot = tlb_hash_find(&m->upper, key_of(m->asid, linear, shift));
	if (slot) *entry = slot->value;
	return slot;
}

/* tlb_slot.mark of a translation: 1 if it was told. */
static bool tell(struct tlb_slot *slot)
{
	bool first = slot && !slot->mark;
	if (first) slot->mark = 1;
	return first;
}

bool tlb_tell(struct tlb_model *m, uint64_t linear) { return tell(find(m, linear)); }

bool tlb_tell_upper(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    unsigned level)
{
	return tell(tlb_hash_find(&m->upper, key_of(m->asid, linear, paging_shift(mode, level))));
}

/* Forget the translations of this address. True: a large page was among them. */
static bool forget_page(struct tlb_model *m, uint32_t asid, uint64_t linear)
{
	bool large = false;
	for (unsigned shift = PAGE_SHIFT; m->sizes >> shift; shift++) {
		if (!(m->sizes >> shift & 1)) continue;
		bool local = tlb_hash_remove(&m->page, key_of(asid, linear, shift));
		bool global = tlb_hash_remove(&m->global, key_of(asid, linear, shift));
		large |= shift > PAGE_SHIFT && (local || global);
	}
	return large;
}

static void put(struct tlb_hash *hash, uint64_t key, const struct tlb_slot *what)
{
	struct tlb_slot *slot = tlb_hash_put(hash, key);
	if (!slot) return;
	slot->value = what->value;
	slot->ns = what->ns;
	slot->mark = 0;
	slot->shift = what->shift;
	slot->flags = what->flags;
}

void tlb_record(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		const struct page_walk *walk, uint64_t now_ns)
{
	unsigned leaf = walk->levels - 1, shift = paging_shift(mode, leaf);
	uint8_t rights = paging_rights(walk);
	bool global = (rights & PAGE_G) && (mode->cr4 & CR4_PGE);
	struct tlb_slot s = { .value = walk->pa & ~below(shift),
			      .ns = now_ns,
			      .shift = (uint8_t)shift,
			      .flags = rights };
	m->sizes |= UINT64_C(1) << shift;
	m->mixed |= m->asid != 0;
	(void)forget_page(m, m->asid, linear);
	put(global ? &m->global : &m->page, key_of(m->asid, linear, shift), &s);
	for (unsigned i = 0; i < leaf; i++) {
		struct tlb_slot upper = { .value = walk->entry[i], .ns = now_ns };
		put(&m->upper, key_of(m->asid, linear, paging_shift(mode, i)), &upper);
	}
}

/* --- invalidation */

static void clear_space(struct tlb_model *m, struct tlb_hash *hash, uint32_t asid)
{
	if (m->mixed)
		tlb_hash_sweep(hash, of_space, asid);
	else
		tlb_hash_clear(hash);
}

bool tlb_invalidate_page_of(struct tlb_model *m, uint32_t asid, uint64_t linear)
{
	clear_space(m, &m->upper, asid);
	return forget_page(m, asid, linear);
}

bool tlb_invalidate_page(struct tlb_model *m, uint64_t linear)
{
	return tlb_invalidate_page_of(m, m->asid, linear);
}

bool tlb_invalidate_fault(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear)
{
	for (unsigned i = 0; paging_shift(mode, i) > PAGE_SHIFT; i++)
		tlb_hash_remove(&m->upper, key_of(m->asid, linear, paging_shift(mode, i)));
	return forget_page(m, m->asid, linear);
}

void tlb_invalidate_space_of(struct tlb_model *m, uint32_t asid, bool globals)
{
	clear_space(m, &m->page, asid);
	clear_space(m, &m->upper, asid);
	if (globals) clear_space(m, &m->global, asid);
}

void tlb_invalidate_space(struct tlb_model *m) { tlb_invalidate_space_of(m, m->asid, false); }

void tlb_invalidate_all(struct tlb_model *m)
{
	tlb_hash_clear(&m->page);
	tlb_hash_clear(&m->global);
	tlb_hash_clear(&m->upper);
	tlb_hash_clear(&m->write);
	m->sizes = 0;
	m->mixed = m->asid != 0;
}

void tlb_control_written(struct tlb_model *m, enum cpu_vendor vendor, struct tlb_cr_write write)
{
	const uint64_t either = CR4_PGE | CR4_PAE | (vendor == CPU_AMD ? CR4_PSE : 0);
	uint64_t changed = write.old ^ write.value, set = changed & write.value;
	bool all = (write.reg == 0 && (changed & write.old & CR0_PG)) ||
		   (write.reg == 4 && ((changed & either) || (set & CR4_SMEP)));
	if (all)
		tlb_invalidate_all(m);
	else if (write.reg == 3)
		tlb_invalidate_space(m);
}

/* --- tables */

void tlb_table_read(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    const struct page_walk *walk, unsigned level)
{
	unsigned shift = paging_shift(mode, level);
	uint64_t at = walk->entry_pa[level], page = at & ~PAGE_OFFSET;
	uint64_t first = (linear & ~below(shift)) - ((at - page) / walk->entry_bytes << shift);
	bool global = (paging_rights(walk) & PAGE_G) && (mode->cr4 & CR4_PGE);
	struct tlb_slot *slot = tlb_hash_put(&m->table, page | KEY_ENTRY);
	if (!slot) return;
	uint8_t wide = walk->entry_bytes == ENTRY_LONG ? TABLE_LONG : 0;
	bool same =
		slot->shift == shift && slot->value == first && (slot->flags & TABLE_LONG) == wide;
	if (slot->shift && !same) slot->flags |= TABLE_MANY;
	slot->shift = (uint8_t)shift;
	slot->value = first;
	slot->flags = (uint8_t)((slot->flags & ~TABLE_LONG) | wide);
	if (global) {
		slot->flags |= TABLE_GLOBAL;
		slot->ns = m->global.epoch;
	} else {
		slot->flags |= TABLE_PAGE;
		slot->mark = m->page.epoch;
	}
}

bool tlb_table_in_use(struct tlb_model *m, uint64_t pa)
{
	uint64_t key = (pa & ~PAGE_OFFSET) | KEY_ENTRY;
	const struct tlb_slot *slot = tlb_hash_find(&m->table, key);
	if (!slot) return false;
	bool in_use = ((slot->flags & TABLE_PAGE) && slot->mark == m->page.epoch) ||
		      ((slot->flags & TABLE_GLOBAL) && slot->ns == m->global.epoch);
	if (!in_use) tlb_hash_remove(&m->table, key);
	return in_use;
}

bool tlb_table_at(const struct tlb_model *m, uint64_t pa, struct tlb_table *table)
{
	const struct tlb_slot *slot = tlb_hash_find(&m->table, (pa & ~PAGE_OFFSET) | KEY_ENTRY);
	if (!slot) return false;
	*table = (struct tlb_table){ .linear = slot->value,
				     .shift = slot->shift,
				     .entry_bytes = slot->flags & TABLE_LONG ? 8 : 4,
				     .many = slot->flags & TABLE_MANY };
	return true;
}

bool tlb_takes_away(const struct tlb_table *table, uint64_t old, uint64_t now)
{
	bool wide = table->entry_bytes == ENTRY_LONG;
	uint64_t address = (wide ? PHYS_MASK : UINT32_MAX) & ~PAGE_OFFSET;
	if (table->shift > PAGE_SHIFT || table->many) address |= PTE_PS;
	uint64_t lost = PTE_P | PTE_W | PTE_U;
	if ((old & PTE_P) == 0) return false;
	return ((old ^ now) & address) || (old & ~now & lost) || (wide && (~old & now & PTE_NX));
}

void tlb_note_write(struct tlb_model *m, uint64_t pa, const struct tlb_write *write)
{
	bool page = write->by == TLB_WRITER_DEVICE;
	uint64_t key = page ? (pa & ~PAGE_OFFSET) | KEY_WHOLE_PAGE : pa | KEY_ENTRY;
	struct tlb_slot *slot = tlb_hash_put(&m->write, key);
	if (!slot) return;
	slot->pc = write->pc;
	slot->ns = write->ns;
	slot->flags = (uint8_t)write->by;
}

bool tlb_last_write(const struct tlb_model *m, const struct page_walk *walk, uint64_t since_ns,
		    struct tlb_write *write, unsigned *level)
{
	const struct tlb_slot *last = NULL;
	for (unsigned i = 0; i < walk->levels; i++) {
		uint64_t at = walk->entry_pa[i];
		const struct tlb_slot *by[] = {
			tlb_hash_find(&m->write, at | KEY_ENTRY),
			tlb_hash_find(&m->write, (at & ~PAGE_OFFSET) | KEY_WHOLE_PAGE),
		};
		for (unsigned k = 0; k < 2; k++) {
			if (!by[k] || by[k]->ns < since_ns || (last && by[k]->ns < last->ns))
				continue;
			last = by[k];
			*level = i;
		}
	}
	if (!last) return false;
	*write = (struct tlb_write){ .pc = last->pc,
				     .ns = last->ns,
				     .by = (enum tlb_writer)last->flags };
	return true;
}

/* --- the whole */

bool tlb_copy(struct tlb_model *to, const struct tlb_model *from)
{
	if (to == from) return true;
	bool copied = tlb_hash_copy(&to->page, &from->page) &&
		      tlb_hash_copy(&to->global, &from->global) &&
		      tlb_hash_copy(&to->upper, &from->upper) &&
		      tlb_hash_copy(&to->table, &from->table) &&
		      tlb_hash_copy(&to->write, &from->write);
	if (!copied) tlb_free(to);
	to->sizes = from->sizes;
	to->asid = from->asid;
	to->mixed = from->mixed;
	return copied;
}

void tlb_free(struct tlb_model *m)
{
	tlb_hash_free(&m->page);
	tlb_hash_free(&m->global);
	tlb_hash_free(&m->upper);
	tlb_hash_free(&m->table);
	tlb_hash_free(&m->write);
}
