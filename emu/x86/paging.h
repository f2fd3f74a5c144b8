/* SPDX-License-Identifier: MIT */
/* The page walk of x86 in every paging mode (SDM Vol. 3A chapter 4), over guest memory. It depends
 * only on control registers and memory, not on the engine. */
#ifndef EMU_X86_PAGING_H
#define EMU_X86_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"
#include "emu/x86/walk.h"

/* Error code of #PF (SDM Vol. 3A 4.7). */
enum page_fault_code { PF_P = 1, PF_W = 2, PF_U = 4, PF_RSVD = 8, PF_I = 16 };

enum { PAGING_PDPTES = 4 };

/* Read the four PDPTEs at cr3. False: a present one has reserved bits set, which raises #GP(0). */
bool paging_load_pdptes(struct mem *mem, uint64_t cr3, uint64_t pdpte[PAGING_PDPTES]);

/* Is the linear address canonical in this mode? Always, outside long mode. */
bool paging_canonical(const struct paging_mode *mode, uint64_t linear);

/* Translate an address. `user`: with user privilege. `mark`: set A (and for a write D) bits, as
 * hardware does; otherwise memory is not changed. The address must be canonical. */
struct page_walk paging_walk(const struct paging_mode *mode, struct mem *mem, uint64_t linear,
			     enum page_access access, bool user, bool mark);

/* What paging_walk() with `mark` does after an access was found to be allowed: set A, and for a
 * write D. `walk` is of the same mode. */
void paging_mark(const struct paging_mode *mode, struct mem *mem, struct page_walk *walk,
		 enum page_access access);
/* Do these rights (enum page_right) allow the access? */
bool paging_permits(const struct paging_mode *mode, uint8_t rights, enum page_access access,
		    bool user);
/* Does the topmost entry come from a PDPTE register? */
bool paging_in_registers(const struct paging_mode *mode);
/* An entry of this level (0: the topmost that a walk reads) is for 2^shift bytes. */
unsigned paging_shift(const struct paging_mode *mode, unsigned level);

/* Walk as paging_walk() does without `mark`, and find the bit of the entry that refuses the access.
 * Any address is allowed; nothing is changed. */
struct page_explanation paging_explain(const struct paging_mode *mode, struct mem *mem,
				       uint64_t linear, enum page_access access, bool user);

#endif
