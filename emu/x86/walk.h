/* SPDX-License-Identifier: MIT */
/* A page walk as data: the access, the entries that were read, and the result. */
#ifndef EMU_X86_WALK_H
#define EMU_X86_WALK_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGING_PHYS_BITS = 40, PAGING_LINEAR_BITS = 48 };

enum page_access { PAGE_READ, PAGE_WRITE, PAGE_FETCH };

struct paging_mode {
	uint64_t cr0, cr3, cr4, efer;
	/* The four PDPTE registers of PAE paging (SDM Vol. 3A 4.4.1), loaded for example by MOV
	 * CR3; NULL: use the entries in memory. */
	const uint64_t *pdpte;
	bool no_1g; /* CPUID does not offer 1 GiB pages: their PS bit is reserved */
	/* The topmost entries as a paging-structure cache holds them: they are not read. */
	unsigned n_held;
	const uint64_t *held;
};

/* The rights of a whole walk, and two flags of its leaf. */
enum page_right { PAGE_W = 1, PAGE_U = 2, PAGE_X = 4, PAGE_D = 8, PAGE_G = 16 };

enum { PAGING_MAX_LEVELS = 4 };

/* One walk, level by level; also used for reports. */
struct page_walk {
	bool present; /* translation found and allowed */
	uint64_t pa;  /* of the requested byte */
	uint64_t page_size;
	bool writable;   /* a write at the same privilege would succeed now, D already set */
	bool executable; /* a fetch at the same privilege would succeed */
	uint8_t rights;  /* enum page_right, if present */
	uint32_t error;  /* error code, when not allowed */
	unsigned levels; /* number of entries read */
	uint64_t entry_pa[PAGING_MAX_LEVELS], entry[PAGING_MAX_LEVELS];
	unsigned entry_bytes; /* 4 or 8 */
};

/* The rule that refuses an access, for reports. */
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

/* A walk with all details, for reports. Plain data. */
struct page_explanation {
	struct page_walk walk;
	struct paging_mode mode; /* its pdpte is NULL */
	uint64_t linear;
	enum page_access access;
	bool user;
	enum page_refusal refusal;
	unsigned refused_at; /* index of the topmost entry that refuses */
	uint64_t reserved;   /* for PAGE_RESERVED_BIT: the reserved bits that are set */
	struct {
		const char *name;   /* "PML4E", "PDPTE", "PDE", "PTE" */
		unsigned index;     /* its index in the table */
		bool leaf;          /* maps a page */
		bool has_rights;    /* false for the four PDPTEs of PAE paging */
		bool in_memory;     /* false: the entry is outside memory */
	} level[PAGING_MAX_LEVELS]; /* the first walk.levels are valid */
};

#endif
