/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/tlb_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/mem_device.h"
#include "emu/observe.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/lints.h"
#include "emu/x86/pte.h"

enum { PAGE_SHIFT = 12, PAGE_OFFSET = 0xfff, NARROW = 4 };

struct tlb_watch *tlb_watch_new(struct tlb_policy policy)
{
	struct tlb_watch *w = calloc(1, sizeof *w);
	if (w) w->policy = policy;
	return w;
}

void tlb_watch_free(struct tlb_watch *w)
{
	if (!w) return;
	tlb_free(&w->model);
	free(w);
}

/* --- reports */

enum { DETAIL_SIZE = 256 };

static const char *verb(enum page_access access)
{
	static const char *const verbs[] = { "read", "write", "fetch" };
	return verbs[access];
}

/* The instruction that makes the access; a fill has not told the engine's registers yet. */
static void report(struct cpu *cpu, enum cpu_lint which, uint64_t bits, uint64_t address,
		   const struct tlb_write *cause, const char *detail)
{
	const struct lint_desc *desc = &cpu_lints[which];
	if (!hub_hears(cpu->hub)) return;
	engine_tlb_place();
	struct lint l = { .dev = "cpu",
			  .instance = "",
			  .desc = desc,
			  .addr = address,
			  .bits = bits,
			  .each = true,
			  .spec = desc->spec,
			  .detail = detail };
	if (cause)
		l.cause = (struct lint_cause){ .what = cause->by == TLB_WRITER_DEVICE
							       ? "a device or the firmware wrote"
							       : "the entry was written",
					       .time_ns = cause->ns,
					       .pc = cause->pc };
	hub_lint(cpu->hub, &l);
}

static const char *level_name(const struct paging_mode *mode, unsigned level)
{
	static const char *const names[] = { "PTE", "PDE", "PDPTE", "PML4E" };
	unsigned shift = paging_shift(mode, level);
	return names[shift == PAGE_SHIFT ? 0 : shift < 30 ? 1 : shift < 39 ? 2 : 3];
}

/* An access as it was walked. */
struct use {
	const struct paging_mode *mode;
	uint64_t linear;
	enum page_access access;
	bool user;
	const struct page_walk *now; /* by the tables in memory */
};

/* What the tables say now. */
static void describe_now(const struct use *u, char *to, size_t size)
{
	const struct page_walk *now = u->now;
	if (now->present)
		(void)snprintf(to, size, "0x%" PRIx64, now->pa);
	else
		(void)snprintf(to, size, "%s",
			       now->error & PF_P ? "a fault, because it is not "
						   "allowed"
						 : "a fault, because it is not "
						   "present");
}

static void report_stale(struct cpu *cpu, enum cpu_lint which, const struct use *u, uint64_t held,
			 uint64_t since_ns)
{
	char detail[DETAIL_SIZE], now[64], entry[64] = "no entry of it was written";
	struct tlb_write write;
	unsigned level;
	bool known = tlb_last_write(&cpu->tlb->model, u->now, since_ns, &write, &level);
	if (known)
		(void)snprintf(entry, sizeof entry, "%s at 0x%" PRIx64 " is 0x%" PRIx64,
			       level_name(u->mode, level), u->now->entry_pa[level],
			       u->now->entry[level]);
	describe_now(u, now, sizeof now);
	(void)snprintf(detail, sizeof detail,
		       "%s of 0x%" PRIx64 ": cached is %s0x%" PRIx64
		       ", the tables say %s (%s), and nothing invalidated it since",
		       verb(u->access), u->linear,
		       which == CPU_LINT_STALE_TABLE ? "a table at " : "", held, now, entry);
	report(cpu, which, known ? write.pc : u->linear, u->linear, known ? &write : NULL, detail);
}

/* --- tables as they are read */

static void look_at_table(struct cpu *cpu, const struct paging_mode *mode, uint64_t at,
			  unsigned level)
{
	char detail[DETAIL_SIZE];
	uint64_t page = at & ~(uint64_t)PAGE_OFFSET;
	const uint8_t *flags = mem_flags(cpu->mem, at);
	const struct mem_window *window = mem_window_at(cpu->mem, at, 0);
	const struct cpu_config *c = &cpu->config;
	bool usable = flags && (!c->usable_memory || c->usable_memory(c->usable_memory_ctx, page));
	if (!usable) {
		(void)snprintf(detail, sizeof detail, "the table of a %s is at 0x%" PRIx64 ", %s%s",
			       level_name(mode, level), page,
			       flags    ? "where the memory map has no usable memory"
			       : window ? "where TLB checks see no stores: it is "
					: "where there is no memory",
			       !flags && window ? window->device->name : "");
		report(cpu, CPU_LINT_TABLE_PLACE, page, page, NULL, detail);
	} else if (!(*flags & MEM_WRITTEN)) {
		(void)snprintf(detail, sizeof detail,
			       "the table of a %s at 0x%" PRIx64 " was never written",
			       level_name(mode, level), page);
		report(cpu, CPU_LINT_TABLE_UNWRITTEN, page, page, NULL, detail);
	}
}

/* From now on stores into the table are seen. */
static void watch_table(struct cpu *cpu, uint8_t *flags)
{
	bool writable = *flags & (MEM_WGRANT | MEM_WXGRANT);
	mem_note(cpu->mem, flags, MEM_TABLE);
	*flags &= (uint8_t) ~(MEM_WGRANT | MEM_WXGRANT);
	if (writable) cpu_flush_tlb(cpu);
}

/* Look at the tables of a walk that were not read yet. */
static void look_at_tables(struct cpu *cpu, const struct paging_mode *mode,
			   const struct page_walk *walk)
{
	for (unsigned i = paging_in_registers(mode) ? 1 : 0; i < walk->levels; i++) {
		const uint8_t *flags = mem_flags(cpu->mem, walk->entry_pa[i]);
		if (!flags || !(*flags & MEM_TABLE)) look_at_table(cpu, mode, walk->entry_pa[i], i);
	}
}

/* The access is made by this walk: set A and D, and watch its tables. */
static void use_tables(struct cpu *cpu, const struct use *u, struct page_walk *walk)
{
	struct tlb_watch *w = cpu->tlb;
	unsigned first = paging_in_registers(u->mode) ? 1 : 0;
	look_at_tables(cpu, u->mode, walk);
	w->marking = true;
	paging_mark(u->mode, cpu->mem, walk, u->access);
	w->marking = false;
	for (unsigned i = first; i < walk->levels; i++) {
		uint8_t *flags = mem_flags(cpu->mem, walk->entry_pa[i]);
		if (!flags || mem_kind_at(cpu->mem, walk->entry_pa[i]) != MEM_RAM) continue;
		tlb_table_read(&w->model, u->mode, u->linear, walk, i);
		if (!(*flags & MEM_TABLE)) watch_table(cpu, flags);
	}
}

static void look_at_rights(struct cpu *cpu, const struct use *u)
{
	char detail[DETAIL_SIZE];
	const uint8_t both = PAGE_W | PAGE_X;
	if (!cpu->tlb->policy.writable_code || (paging_rights(u->now) & both) != both) return;
	(void)snprintf(detail, sizeof detail,
		       "the page of 0x%" PRIx64 " is writable and executable (%s at 0x%" PRIx64
		       " is 0x%" PRIx64 ")",
		       u->linear, level_name(u->mode, u->now->levels - 1),
		       u->now->entry_pa[u->now->levels - 1], u->now->entry[u->now->levels - 1]);
	/* Once for each entry: a large page has many addresses. */
	report(cpu, CPU_LINT_WRITABLE_CODE, u->now->entry_pa[u->now->levels - 1], u->linear, NULL,
	       detail);
}

static void look_at_refusal(struct cpu *cpu, const struct use *u)
{
	char detail[DETAIL_SIZE];
	if (!(u->now->error & PF_RSVD)) return;
	unsigned last = u->now->levels - 1;
	(void)snprintf(detail, sizeof detail,
		       "%s of 0x%" PRIx64 ": reserved bits are set in the %s at 0x%" PRIx64
		       ", 0x%" PRIx64,
		       verb(u->access), u->linear, level_name(u->mode, last),
		       u->now->entry_pa[last], u->now->entry[last]);
	report(cpu, CPU_LINT_TABLE_RESERVED, u->now->entry_pa[last], u->linear, NULL, detail);
}

/* --- walks */

/* A write through a translation that was cached without D walks again, to set it. */
static bool held_permits(const struct use *u, const struct tlb_held *held)
{
	if (u->access == PAGE_WRITE && !(held->rights & PAGE_D)) return false;
	return paging_permits(u->mode, held->rights, u->access, u->user);
}

/* Does the entry above a leaf differ from what the paging-structure caches hold so that it matters?
 * The rights that were taken away do not, if the access is allowed nevertheless. */
static bool upper_differs(const struct use *u, unsigned level, uint64_t held)
{
	struct tlb_table table = { .shift = paging_shift(u->mode, level),
				   .entry_bytes = u->now->entry_bytes };
	uint64_t now = u->now->entry[level];
	if (u->now->present) {
		now |= held & (PTE_W | PTE_U);
		now &= held | ~PTE_NX;
	}
	return tlb_takes_away(&table, held, now);
}

/* The number of entries that the paging-structure caches hold for this address; `at`: the first
 * that is out of date, or that number. */
static unsigned held_upper(const struct tlb_model *m, const struct use *u, uint64_t held[],
			   unsigned *at)
{
	unsigned n = 0;
	bool found = false;
	*at = 0;
	while (n < u->now->levels && n < PAGING_MAX_LEVELS - 1 &&
	       tlb_find_upper(m, u->mode, u->linear, n, &held[n])) {
		if (!found && upper_differs(u, n, held[n])) {
			found = true;
			*at = n;
		}
		n++;
	}
	if (!found) *at = n;
	return n;
}

/* For this access alone: any other is looked at again. */
static void restrict_rights(struct page_walk *walk, enum page_access access)
{
	walk->writable = access == PAGE_WRITE;
	walk->executable = access == PAGE_FETCH;
}

/* The TLB has no translation for this access. What a CPU finds that uses the entries in its
 * paging-structure caches; true: they are out of date. */
static bool walk_upper(struct cpu *cpu, const struct use *u, bool mark, struct page_walk *walk)
{
	struct tlb_watch *w = cpu->tlb;
	uint64_t held[PAGING_MAX_LEVELS];
	unsigned at, n = held_upper(&w->model, u, held, &at);
	if (at == n) return false;
	if (mark && tlb_tell_upper(&w->model, u->mode, u->linear, at))
		report_stale(cpu, CPU_LINT_STALE_TABLE, u,
			     held[at] & PHYS_MASK & ~(uint64_t)PAGE_OFFSET, 0);
	if (w->policy.use != TLB_STALE) {
		if (mark) (void)tlb_invalidate_fault(&w->model, u->mode, u->linear);
		return false;
	}
	struct paging_mode mode = *u->mode;
	mode.held = held;
	mode.n_held = n;
	w->marking = true;
	*walk = paging_walk(&mode, cpu->mem, u->linear, u->access, u->user, mark);
	w->marking = false;
	restrict_rights(walk, u->access);
	return true;
}

/* The access is made as the tables say. */
static void walk_made(struct cpu *cpu, const struct use *u, const struct tlb_held *held,
		      struct page_walk *walk)
{
	const uint8_t compared = PAGE_W | PAGE_U | PAGE_X | PAGE_D;
	if (!walk->present) {
		look_at_tables(cpu, u->mode, walk);
		look_at_refusal(cpu, u);
		return;
	}
	use_tables(cpu, u, walk);
	/* What is held stays if it has rights that were taken away since. */
	if (!held || !(held->rights & ~paging_rights(walk) & compared))
		tlb_record(&cpu->tlb->model, u->mode, u->linear, walk, clock_now(cpu->clock));
	look_at_rights(cpu, u);
}

static struct page_walk watched_walk(struct cpu *cpu, const struct use *u, bool mark)
{
	struct tlb_watch *w = cpu->tlb;
	struct page_walk walk = *u->now;
	struct tlb_held held;
	bool uses = tlb_find(&w->model, u->linear, &held) && held_permits(u, &held);
	bool stale = uses && !(walk.present && walk.pa == held.pa);
	if (stale && mark && tlb_tell(&w->model, u->linear))
		report_stale(cpu, CPU_LINT_STALE_TLB, u, held.pa, held.since_ns);
	if (stale && w->policy.use == TLB_STALE) {
		walk.present = true;
		walk.error = 0;
		walk.pa = held.pa;
		restrict_rights(&walk, u->access);
		return walk;
	}
	if (stale && mark) (void)tlb_invalidate_fault(&w->model, u->mode, u->linear);
	if (!uses && walk_upper(cpu, u, mark, &walk)) return walk;
	if (mark) walk_made(cpu, u, uses && !stale ? &held : NULL, &walk);
	return walk;
}

struct page_walk tlb_watch_walk(struct cpu *cpu, const struct paging_mode *mode, uint64_t linear,
				enum page_access access, bool user, bool mark)
{
	if (!(mode->cr0 & CR0_PG)) return paging_walk(mode, cpu->mem, linear, access, user, mark);
	if (cpu->tlb->store.any) tlb_watch_settle(cpu);
	struct page_walk now = paging_walk(mode, cpu->mem, linear, access, user, false);
	const struct use u = {
		.mode = mode, .linear = linear, .access = access, .user = user, .now = &now
	};
	if (!mark && cpu->tlb->policy.use != TLB_STALE) return now;
	return watched_walk(cpu, &u, mark);
}
