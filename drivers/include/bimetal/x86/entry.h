/* SPDX-License-Identifier: MIT */
/* Entries of page tables in 64-bit mode with four levels: SDM Vol. 3A 4.5, and where AMD's
 * processors differ, APM Vol. 2 chapter 5.
 *
 * Freestanding: no libc, no heap, no state. */
#ifndef BIMETAL_X86_ENTRY_H
#define BIMETAL_X86_ENTRY_H

/* For example:
 *
 *	static bool maps_writable_code(uint64_t entry)
 *	{
 *		const uint64_t want = PTE_PRESENT | PTE_WRITABLE;
 *
 *		return (entry & want) == want && !(entry & PTE_NO_EXECUTE);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86/page.h"

#define PTE_PRESENT       (UINT64_C(1) << 0)
#define PTE_WRITABLE      (UINT64_C(1) << 1)
#define PTE_USER          (UINT64_C(1) << 2)
#define PTE_WRITE_THROUGH (UINT64_C(1) << 3) /* PWT */
#define PTE_NO_CACHE      (UINT64_C(1) << 4) /* PCD */
#define PTE_ACCESSED      (UINT64_C(1) << 5)
#define PTE_DIRTY         (UINT64_C(1) << 6)  /* leaf */
#define PTE_LARGE         (UINT64_C(1) << 7)  /* PS, levels 2 and 3: a leaf */
#define PTE_PAT_4K        (UINT64_C(1) << 7)  /* PAT of a leaf of level 1 */
#define PTE_GLOBAL        (UINT64_C(1) << 8)  /* leaf */
#define PTE_AVAILABLE_LOW (UINT64_C(7) << 9)  /* for the kernel's use */
#define PTE_PAT_LARGE     (UINT64_C(1) << 12) /* PAT of a leaf of level 2 or 3 */
#define PTE_ADDRESS       UINT64_C(0x000ffffffffff000)
#define PTE_AVAILABLE     (UINT64_C(0x7f) << 52) /* for the kernel's use */
#define PTE_KEY           (UINT64_C(0xf) << 59)  /* protection key of a leaf; else available */
#define PTE_NO_EXECUTE    (UINT64_C(1) << 63)    /* reserved while EFER.NXE is clear */

enum { PTE_LEVELS = 4, PTE_PER_TABLE = 512 };

/* What a table of 4 KiB is. */
struct page_table {
	uint64_t entry[PTE_PER_TABLE];
} __attribute__((aligned(4096)));

enum pte_status {
	PTE_OK,
	PTE_NULL,
	PTE_NOT_PRESENT,
	PTE_IS_LARGE,  /* a table was asked for, and the entry maps a page */
	PTE_IS_TABLE,  /* a frame was asked for, and the entry refers to a table */
	PTE_BAD_FRAME, /* the address is no multiple of the page's size */
	PTE_BAD_LEVEL  /* no level 1 to 4 */
};

/* Does the entry of a table of this level (4 to 1) map a page: level 1, or PTE_LARGE in 2 or 3? */
bool pte_is_leaf(uint64_t entry, unsigned level);
/* The frame that a leaf maps. */
PAGE_MUST_USE enum pte_status pte_frame(uint64_t entry, unsigned level, struct frame *out);
/* The table that an entry of level 4, 3 or 2 refers to. */
PAGE_MUST_USE enum pte_status pte_table(uint64_t entry, unsigned level, struct phys *out);
/* All bits of an entry that are not part of the address. PTE_LARGE included, and PAT, where the
 * level has it. */
uint64_t pte_flags(uint64_t entry, unsigned level);

/* ---- what a processor demands ---- */

enum pte_vendor { PTE_INTEL, PTE_AMD };

struct pte_rules {
	enum pte_vendor vendor;
	uint8_t phys_bits; /* MAXPHYADDR, 32 to 52: CPUID 80000008h */
	bool no_execute;   /* EFER.NXE is set */
	bool pages_1g;     /* CPUID offers them */
};

/* The bits of a present entry that must be zero on such a processor. For example bit 8 (G) of a
 * level-4 entry: Intel ignores it, AMD demands zero. `leaf`: see pte_is_leaf(). An access through
 * an entry with such a bit set is a page fault with RSVD. */
uint64_t pte_reserved(const struct pte_rules *rules, unsigned level, bool leaf);
/* Bits that both vendors ignore in this entry. A kernel may keep its own data there. */
uint64_t pte_ignored(unsigned level, bool leaf);

#endif
