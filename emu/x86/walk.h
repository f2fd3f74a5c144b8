/* SPDX-License-Identifier: MIT */
/* A page walk as data: what was asked, the entries that were looked at, and what they say. */
#ifndef EMU_X86_WALK_H
#define EMU_X86_WALK_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGING_PHYS_BITS = 40, PAGING_LINEAR_BITS = 48 };

enum page_access { PAGE_READ, PAGE_WRITE, PAGE_FETCH };

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

/* Which rule refuses an access, for those who must be told. */
enum page_refusal {
	PAGE_ALLOWED,
	PAGE_NONCANONICAL,
	PAGE_NOT_PRESENT,
	PAGE_RESERVED_BIT,
	PAGE_SUPERVISOR_ONLY, /* U/S is clear */
	PAGE_READ_ONLY,       /* R/W is clear */
	PAGE_NO_EXECUTE,      /* NX is set */
	PAGE_SMEP             /* CR4.SMEP: ring 0 fetches from a page of ring 3 */
};

/* A walk with everything that a reader wants to know of it. Plain data. */
struct page_explanation {
	struct page_walk walk;
	struct paging_mode mode; /* its pdpte is NULL */
	uint64_t linear;
	enum page_access access;
	bool user;
	enum page_refusal refusal;
	unsigned refused_at; /* index of the entry that refuses: the topmost that does */
	uint64_t reserved;   /* PAGE_RESERVED_BIT: the bits of it that are set and must not be */
	struct {
		const char *name;   /* "PML4E", "PDPTE", "PDE", "PTE" */
		unsigned index;     /* in its table */
		bool leaf;          /* maps a page */
		bool has_rights;    /* false for the four PDPTEs of PAE paging */
		bool in_memory;     /* false: there is no memory where the entry should be */
	} level[PAGING_MAX_LEVELS]; /* walk.levels of them */
};

#endif
