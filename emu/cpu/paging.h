/* SPDX-License-Identifier: MIT */
/* The page walk of x86, in every paging mode (SDM Vol. 3A chapter 4), over guest memory. No
 * engine here: it is a function of control registers and memory. */
#ifndef EMU_CPU_PAGING_H
#define EMU_CPU_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"

enum { PAGING_PHYS_BITS = 40, PAGING_LINEAR_BITS = 48 };

enum page_access { PAGE_READ, PAGE_WRITE, PAGE_FETCH };

/* Error code of #PF (SDM Vol. 3A 4.7). */
enum page_fault_code { PF_P = 1, PF_W = 2, PF_U = 4, PF_RSVD = 8, PF_I = 16 };

struct paging_mode {
	uint64_t cr0, cr3, cr4, efer;
	/* The four PDPTE registers of PAE paging (SDM Vol. 3A 4.4.1), loaded by MOV CR3 and the
	 * like; NULL: the entries in memory. */
	const uint64_t *pdpte;
	bool no_1g; /* 1 GiB pages are not offered by CPUID: their PS bit is reserved */
};

enum { PAGING_MAX_LEVELS = 4 };

/* One walk, level by level, for reports as well. */
struct page_walk {
	bool present; /* translation found and allowed */
	uint64_t pa;  /* of the byte asked for */
	uint64_t page_size;
	bool writable;   /* a write at the same privilege would succeed now, D already set */
	bool executable; /* a fetch at the same privilege would succeed */
	uint32_t error;  /* error code, when not allowed */
	unsigned levels; /* entries looked at */
	uint64_t entry_pa[PAGING_MAX_LEVELS], entry[PAGING_MAX_LEVELS];
	unsigned entry_bytes; /* 4 or 8 */
};

enum { PAGING_PDPTES = 4 };

/* Read the four PDPTEs at cr3. False: one is present with reserved bits set, which is #GP(0). */
bool paging_load_pdptes(struct mem *mem, uint64_t cr3, uint64_t pdpte[PAGING_PDPTES]);

/* Is the linear address canonical in this mode? Always, outside long mode. */
bool paging_canonical(const struct paging_mode *mode, uint64_t linear);

/* Translate. `user`: an access with user privilege. `mark`: set A (and D for a write) bits, as
 * the hardware does; without it memory is not changed. The address must be canonical. */
struct page_walk paging_walk(const struct paging_mode *mode, struct mem *mem, uint64_t linear,
			     enum page_access access, bool user, bool mark);

#endif
