/* SPDX-License-Identifier: MIT */
/* Watches the use of translations that are out of date (docs/decisions/0010-stale-tlb.md): page
 * tables that a walk has read, the stores into them, and what is invalidated when. */
#ifndef EMU_UNICORN_X86_TLB_WATCH_H
#define EMU_UNICORN_X86_TLB_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/x86/tlb_model.h"
#include "emu/x86/tlb_policy.h"

struct cpu;

enum { TLB_STORE_BYTES = 8 /* of the longest store that is looked at entry by entry */ };

/* A CPU has one unless its policy is TLB_OFF. */
struct tlb_watch {
	struct tlb_model model;
	struct tlb_policy policy;
	bool marking; /* A and D are being set: not a write of the guest */
	bool beyond;  /* the engine has entries for addresses beyond 4 GiB, which it wraps */
	/* The store into a table that the engine is about to make, and what was there. */
	struct {
		bool any, placed; /* placed: pc is known */
		uint64_t pa, len; /* whole entries around it */
		uint64_t pc;
		uint8_t old[TLB_STORE_BYTES + 8];
	} store;
};

/* NULL: out of memory. */
struct tlb_watch *tlb_watch_new(struct tlb_policy policy);
void tlb_watch_free(struct tlb_watch *w);

/* cpu_walk() of a CPU that has one. */
struct page_walk tlb_watch_walk(struct cpu *cpu, const struct paging_mode *mode, uint64_t linear,
				enum page_access access, bool user, bool mark);

/* The engine stores `bytes` bytes (0: unknown) at `pa`, in a page with MEM_TABLE. True: it gets
 * write access for this store only. False: the page holds no tables any more. */
bool tlb_watch_store(struct cpu *cpu, uint64_t pa, unsigned bytes);
/* Look at what the last such store has changed. */
void tlb_watch_settle(struct cpu *cpu);
/* INVLPG. */
void tlb_watch_invlpg(struct cpu *cpu, uint64_t linear);
/* What lies at physical addresses has changed, or what entries mean: MTRRs, A20 masked, EFER.NXE.
 */
void tlb_watch_memory(struct cpu *cpu);
/* A page fault at this linear address is delivered. */
void tlb_watch_fault(struct cpu *cpu, uint64_t linear);
/* VMRUN, to the guest of this VMCB; #VMEXIT: NULL. */
void tlb_watch_world(struct cpu *cpu, const uint8_t *vmcb);
/* INVLPGA. */
void tlb_watch_invlpga(struct cpu *cpu, uint32_t asid, uint64_t linear);
/* For cpu_copy_state(). */
void tlb_watch_copy(struct cpu *to, struct cpu *from);
/* Copy what the CPU's TLB is known to hold. False: the host has no memory. */
bool tlb_watch_keep(struct tlb_watch *to, struct cpu *from);
/* The engine must ask again for this page. */
void tlb_watch_drop(struct cpu *cpu, uint64_t linear);
/* Something else than an instruction wrote memory. */
void tlb_watch_written(struct cpu *cpu, uint64_t pa, uint64_t len);

#endif
