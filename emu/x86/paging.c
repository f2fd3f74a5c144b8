/* SPDX-License-Identifier: MIT */
#include "emu/x86/paging.h"

#include "emu/x86/bits.h"
#include "emu/x86/pte.h"

/* Bits 51:MAXPHYADDR of an 8-byte entry are reserved (SDM Vol. 3A table 4-15 and following). */
#define RSVD_ABOVE_PHYS (((UINT64_C(1) << 52) - 1) & ~PHYS_MASK)

/* Bits 2:1, 8:5 and 63:MAXPHYADDR of a PDPTE (SDM Vol. 3A table 4-8). */
#define RSVD_PDPTE (~PHYS_MASK | 0x1e6)

enum { SHIFT_4K = 12, SHIFT_2M = 21, SHIFT_4M = 22, SHIFT_1G = 30, LEVEL_BITS_PAE = 9 };

/* One level of a paging mode: how an entry is read and checked. */
struct level {
	unsigned shift; /* position of the index in the linear address */
	unsigned index_bits;
	bool leaf_allowed; /* PS makes it a leaf */
	uint64_t rsvd_table, rsvd_leaf;
	bool has_rights; /* false for the four PDPTEs of PAE paging */
};

static uint64_t below(unsigned bit) { return (UINT64_C(1) << bit) - 1; }

bool paging_canonical(const struct paging_mode *mode, uint64_t linear)
{
	if (!(mode->efer & EFER_LMA)) return true;
	uint64_t top = linear >> (PAGING_LINEAR_BITS - 1);
	return top == 0 || top == below(64 - PAGING_LINEAR_BITS + 1);
}

static unsigned levels_32bit(const struct paging_mode *mode, struct level level[])
{
	bool pse = mode->cr4 & CR4_PSE;
	/* PSE-36: bits 20:13 of a 4 MiB leaf are address bits 39:32, bit 21 is reserved. */
	level[0] = (struct level){ SHIFT_4M, 10, pse, 0, UINT64_C(1) << 21, true };
	level[1] = (struct level){ SHIFT_4K, 10, false, 0, 0, true };
	return 2;
}

static unsigned levels_pae(const struct paging_mode *mode, struct level level[])
{
	uint64_t nx = mode->efer & EFER_NXE ? 0 : PTE_NX;
	uint64_t top = RSVD_ABOVE_PHYS | (below(63) & ~below(52)) | nx;
	uint64_t leaf_2m = below(SHIFT_2M) & ~below(13);
	/* A PDPTE has no rights and cannot map a page. */
	level[0] = (struct level){ SHIFT_1G, 2, false, RSVD_PDPTE, 0, false };
	level[1] = (struct level){ SHIFT_2M, LEVEL_BITS_PAE, true, top, top | leaf_2m, true };
	level[2] = (struct level){ SHIFT_4K, LEVEL_BITS_PAE, false, top, top, true };
	return 3;
}

static unsigned levels_long(const struct paging_mode *mode, struct level level[])
{
	uint64_t top = RSVD_ABOVE_PHYS | (mode->efer & EFER_NXE ? 0 : PTE_NX);
	uint64_t leaf_1g = below(SHIFT_1G) & ~below(13);
	uint64_t leaf_2m = below(SHIFT_2M) & ~below(13);
	uint64_t ps_1g = mode->no_1g ? PTE_PS : 0;
	level[0] = (struct level){ 39, LEVEL_BITS_PAE, false, top | PTE_PS, top, true };
	level[1] = (struct level){ SHIFT_1G,    LEVEL_BITS_PAE, !mode->no_1g,
				   top | ps_1g, top | leaf_1g,  true };
	level[2] = (struct level){ SHIFT_2M, LEVEL_BITS_PAE, true, top, top | leaf_2m, true };
	level[3] = (struct level){ SHIFT_4K, LEVEL_BITS_PAE, false, top, top, true };
	return 4;
}

/* Tables outside memory read as all ones, as on the bus. */
static uint64_t read_entry(struct mem *mem, uint64_t pa, unsigned bytes)
{
	uint64_t wide = UINT64_MAX;
	uint32_t narrow = UINT32_MAX;
	if (bytes == 8) {
		mem_read64(mem, pa, &wide);
		return wide;
	}
	mem_read32(mem, pa, &narrow);
	return narrow;
}

static void write_entry(struct mem *mem, uint64_t pa, unsigned bytes, uint64_t entry)
{
	if (bytes == 8)
		mem_write64(mem, pa, entry);
	else
		mem_write32(mem, pa, (uint32_t)entry);
}

bool paging_load_pdptes(struct mem *mem, uint64_t cr3, uint64_t pdpte[PAGING_PDPTES])
{
	uint64_t table = cr3 & below(32) & ~below(5);
	bool valid = true;
	for (unsigned i = 0; i < PAGING_PDPTES; i++) {
		pdpte[i] = read_entry(mem, table + (uint64_t)i * 8, 8);
		valid &= !(pdpte[i] & PTE_P) || !(pdpte[i] & RSVD_PDPTE);
	}
	return valid;
}

static void mark_used(struct page_walk *w, const struct level level[], struct mem *mem,
		      enum page_access access, unsigned held)
{
	for (unsigned i = held; i < w->levels; i++) {
		uint64_t set = level[i].has_rights ? PTE_A : 0;
		if (i + 1 == w->levels && access == PAGE_WRITE) set |= PTE_D;
		if ((w->entry[i] & set) == set) continue;
		w->entry[i] |= set;
		write_entry(mem, w->entry_pa[i], w->entry_bytes, w->entry[i]);
	}
}

static uint32_t access_bits(const struct paging_mode *mode, enum page_access access, bool user)
{
	bool fetch_reported =
		((mode->cr4 & CR4_PAE) && (mode->efer & EFER_NXE)) || (mode->cr4 & CR4_SMEP);
	uint32_t bits = user ? PF_U : 0;
	if (access == PAGE_WRITE) bits |= PF_W;
	if (access == PAGE_FETCH && fetch_reported) bits |= PF_I;
	return bits;
}

/* The rights of the whole walk: AND of W and U over all levels, OR of NX (SDM Vol. 3A 4.6). */
static bool allowed(const struct paging_mode *mode, uint64_t rights, enum page_access access,
		    bool user)
{
	if (user && !(rights & PTE_U)) return false;
	if (access == PAGE_WRITE) return (rights & PTE_W) || (!user && !(mode->cr0 & CR0_WP));
	if (access != PAGE_FETCH) return true;
	if (rights & PTE_NX) return false;
	return user || !(mode->cr4 & CR4_SMEP) || !(rights & PTE_U);
}

static uint64_t leaf_address(const struct page_walk *w, const struct level *leaf, uint64_t linear)
{
	uint64_t entry = w->entry[w->levels - 1];
	uint64_t offset = linear & below(leaf->shift);
	if (w->entry_bytes == 8) return (entry & PHYS_MASK & ~below(leaf->shift)) | offset;
	uint64_t frame = entry & below(32) & ~below(leaf->shift);
	if (leaf->shift == SHIFT_4M) frame |= ((entry >> 13) & 0xff) << 32;
	return frame | offset;
}

static unsigned paging_levels(const struct paging_mode *mode, struct level level[])
{
	if (mode->efer & EFER_LMA) return levels_long(mode, level);
	return mode->cr4 & CR4_PAE ? levels_pae(mode, level) : levels_32bit(mode, level);
}

static uint64_t root_table(const struct paging_mode *mode)
{
	if (mode->efer & EFER_LMA) return mode->cr3 & PHYS_MASK & ~below(SHIFT_4K);
	return mode->cr3 & below(32) & ~below(mode->cr4 & CR4_PAE ? 5 : SHIFT_4K);
}

/* Follow the tables to the leaf and collect the rights. False: not present, or reserved bits are
 * set. */
static bool descend(struct page_walk *w, const struct level level[], unsigned n, struct mem *mem,
		    const struct paging_mode *mode, uint64_t linear, uint64_t *rights)
{
	const uint64_t *pdpte = level[0].has_rights ? NULL : mode->pdpte;
	uint64_t table = root_table(mode);
	for (unsigned i = 0; i < n; i++) {
		const struct level *l = &level[i];
		uint64_t index = (linear >> l->shift) & below(l->index_bits);
		uint64_t at = table + index * w->entry_bytes;
		uint64_t entry = i < mode->n_held  ? mode->held[i]
				 : i == 0 && pdpte ? pdpte[index]
						   : read_entry(mem, at, w->entry_bytes);
		bool leaf = i + 1 == n || (l->leaf_allowed && (entry & PTE_PS));
		w->entry_pa[i] = at;
		w->entry[i] = entry;
		w->levels = i + 1;
		if (!(entry & PTE_P)) return false;
		if (entry & (leaf ? l->rsvd_leaf : l->rsvd_table)) {
			w->error |= PF_P | PF_RSVD;
			return false;
		}
		if (l->has_rights) {
			*rights &= entry | PTE_NX;
			*rights |= w->entry_bytes == 8 ? entry & PTE_NX : 0;
		}
		table = entry & PHYS_MASK & ~below(SHIFT_4K);
		w->page_size = UINT64_C(1) << l->shift;
		if (leaf) return true;
	}
	return false;
}

static uint8_t rights_of(uint64_t rights, uint64_t leaf)
{
	return (uint8_t)((rights & PTE_W ? PAGE_W : 0) | (rights & PTE_U ? PAGE_U : 0) |
			 (rights & PTE_NX ? 0 : PAGE_X) | (leaf & PTE_D ? PAGE_D : 0) |
			 (leaf & PTE_G ? PAGE_G : 0));
}

bool paging_permits(const struct paging_mode *mode, uint8_t rights, enum page_access access,
		    bool user)
{
	uint64_t bits = (rights & PAGE_W ? PTE_W : 0) | (rights & PAGE_U ? PTE_U : 0) |
			(rights & PAGE_X ? 0 : PTE_NX);
	return allowed(mode, bits, access, user);
}

void paging_mark(const struct paging_mode *mode, struct mem *mem, struct page_walk *walk,
		 enum page_access access)
{
	struct level level[PAGING_MAX_LEVELS];
	paging_levels(mode, level);
	mark_used(walk, level, mem, access, mode->n_held);
}

bool paging_in_registers(const struct paging_mode *mode)
{
	return mode->pdpte && (mode->cr4 & CR4_PAE) && !(mode->efer & EFER_LMA);
}

unsigned paging_shift(const struct paging_mode *mode, unsigned level)
{
	if (!(mode->cr4 & CR4_PAE)) return level ? SHIFT_4K : SHIFT_4M;
	unsigned last = mode->efer & EFER_LMA ? 3 : 2;
	return SHIFT_4K + (last - level) * LEVEL_BITS_PAE;
}

struct page_walk paging_walk(const struct paging_mode *mode, struct mem *mem, uint64_t linear,
			     enum page_access access, bool user, bool mark)
{
	struct page_walk w = { .page_size = UINT64_C(1) << SHIFT_4K };
	if (!(mode->cr0 & CR0_PG)) {
		w.present = w.writable = w.executable = true;
		w.pa = linear;
		return w;
	}
	struct level level[PAGING_MAX_LEVELS];
	unsigned n = paging_levels(mode, level);
	uint64_t rights = PTE_W | PTE_U;

	w.entry_bytes = mode->cr4 & CR4_PAE ? 8 : 4;
	w.error = access_bits(mode, access, user);
	if (!descend(&w, level, n, mem, mode, linear, &rights)) return w;
	if (!allowed(mode, rights, access, user)) {
		w.error |= PF_P;
		return w;
	}
	if (mark) mark_used(&w, level, mem, access, mode->n_held);
	w.present = true;
	w.error = 0;
	w.rights = rights_of(rights, w.entry[w.levels - 1]);
	w.pa = leaf_address(&w, &level[w.levels - 1], linear);
	w.executable = allowed(mode, rights, PAGE_FETCH, user);
	w.writable = (w.entry[w.levels - 1] & PTE_D) && allowed(mode, rights, PAGE_WRITE, user);
	return w;
}

/* --- explanations for reports */

static const char *level_name(unsigned levels_left)
{
	static const char *const names[] = { "PTE", "PDE", "PDPTE", "PML4E" };
	return names[levels_left];
}

static void describe_levels(struct page_explanation *e, const struct level level[], unsigned n,
			    const struct mem *mem, bool pdpte_registers)
{
	for (unsigned i = 0; i < e->walk.levels; i++) {
		const struct level *l = &level[i];
		bool ps = l->leaf_allowed && (e->walk.entry[i] & PTE_PS);
		e->level[i].name = level_name(n - 1 - i);
		e->level[i].index = (unsigned)((e->linear >> l->shift) & below(l->index_bits));
		e->level[i].leaf = i + 1 == n || ps;
		e->level[i].has_rights = l->has_rights;
		e->level[i].in_memory = mem_kind_at(mem, e->walk.entry_pa[i]) != MEM_NONE ||
					(!l->has_rights && pdpte_registers);
	}
}

/* The topmost entry with rights whose `bit` has this value; if there is none, the last entry. */
static unsigned first_with(const struct page_explanation *e, uint64_t bit, bool set)
{
	for (unsigned i = 0; i < e->walk.levels; i++)
		if (e->level[i].has_rights && ((e->walk.entry[i] & bit) != 0) == set) return i;
	return e->walk.levels - 1;
}

static void refuse_rights(struct page_explanation *e)
{
	unsigned no_user = first_with(e, PTE_U, false);
	bool user_page = e->walk.entry[no_user] & PTE_U;
	unsigned nx = first_with(e, PTE_NX, true);
	if (e->user && !user_page) {
		e->refusal = PAGE_SUPERVISOR_ONLY;
		e->refused_at = no_user;
	} else if (e->access == PAGE_WRITE) {
		e->refusal = PAGE_READ_ONLY;
		e->refused_at = first_with(e, PTE_W, false);
	} else if (e->walk.entry_bytes == 8 && (e->walk.entry[nx] & PTE_NX)) {
		e->refusal = PAGE_NO_EXECUTE;
		e->refused_at = nx;
	} else {
		e->refusal = PAGE_SMEP;
		e->refused_at = e->walk.levels - 1;
	}
}

struct page_explanation paging_explain(const struct paging_mode *mode, struct mem *mem,
				       uint64_t linear, enum page_access access, bool user)
{
	struct page_explanation e = {
		.mode = *mode, .linear = linear, .access = access, .user = user
	};
	e.mode.pdpte = NULL; /* only valid for the caller of this function */
	if (!paging_canonical(mode, linear)) {
		e.refusal = PAGE_NONCANONICAL;
		return e;
	}
	e.walk = paging_walk(mode, mem, linear, access, user, false);
	if (e.walk.levels == 0) return e; /* paging is off */
	struct level level[PAGING_MAX_LEVELS];
	unsigned n = paging_levels(mode, level);
	describe_levels(&e, level, n, mem, mode->pdpte != NULL);
	if (e.walk.present) return e;

	unsigned last = e.refused_at = e.walk.levels - 1;
	const struct level *l = &level[last];
	if (!(e.walk.entry[last] & PTE_P)) {
		e.refusal = PAGE_NOT_PRESENT;
	} else if (e.walk.error & PF_RSVD) {
		e.refusal = PAGE_RESERVED_BIT;
		e.reserved =
			e.walk.entry[last] & (e.level[last].leaf ? l->rsvd_leaf : l->rsvd_table);
	} else {
		refuse_rights(&e);
	}
	return e;
}
