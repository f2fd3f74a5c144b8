/* SPDX-License-Identifier: MIT */
/* The TLB fill: the page walk decides, and what the engine gets keeps its stores fast and its
 * translations true (docs/decisions/0003-tlb.md). */
#include "emu/cpu/cpu_internal.h"
#include "emu/cpu/decode.h"

enum { PAGE_OFFSET = 0xfff, A20 = 1 << 20 };

static bool refuse(struct cpu *cpu, struct refused_fill why, uc_tlb_entry *result)
{
	cpu->refused = why;
	if (!cpu->poison_next || why.kind == FAULT_BAD_FETCH || why.access == PAGE_FETCH)
		return false;
	/* Map it where nothing is: the access then tells its exact address. */
	cpu->poison_next = false;
	cpu->poisoned = true;
	result->paddr = WINDOW_POISON;
	result->perms = why.access == PAGE_WRITE ? UC_PROT_READ | UC_PROT_WRITE : UC_PROT_READ;
	return true;
}

/* What the guest's tables allow, beyond the access at hand. */
struct rights {
	bool writable, executable;
};

/* The host's address of RAM; NULL: there is none, or not all of it. */
static const uint8_t *host_ram(const struct cpu *cpu, uint64_t pa, uint64_t len)
{
	for (size_t i = 0; i < cpu->mem->n_regions; i++) {
		const struct mem_region *r = &cpu->mem->region[i];
		if (r->kind == MEM_RAM && pa >= r->base && pa - r->base < r->size)
			return len <= r->size - (pa - r->base) ? r->host + (pa - r->base) : NULL;
	}
	return NULL;
}

/* Where it is not known, yes: the answer only costs time. */
static bool code_lies_in(const struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const uint8_t *host = host_ram(cpu, pa, len);
	return !host || engine_code_holds(&cpu->engine_code, cpu->uc, host, len);
}

static void code_dropped(struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const uint8_t *host = host_ram(cpu, pa, len);
	if (host) engine_code_dropped(&cpu->engine_code, cpu->uc, host, len);
}

/* A page that holds translated code is written through a mapping that may not execute it: its
 * translations go, and it is data until it is fetched from again. The flush makes sure that such
 * a fetch comes here, whatever executable mapping of the page is cached. */
static void forget_code(struct cpu *cpu, uint64_t pa, uint8_t *flags)
{
	uc_ctl_remove_cache(cpu->uc, LINEAR_PHYSICAL | pa, (LINEAR_PHYSICAL | pa) + MEM_PAGE);
	uc_ctl_flush_tlb(cpu->uc);
	code_dropped(cpu, pa, MEM_PAGE);
	*flags &= (uint8_t) ~(MEM_CODE | MEM_WXGRANT);
}

/* RAM: W and X never together (stores stay fast), except on pages that hold translated code:
 * there W comes only with X, so that every store through any alias is seen. */
static void map_ram(struct cpu *cpu, uint64_t pa, enum page_access access, struct rights rights,
		    uc_tlb_entry *result)
{
	uint8_t *flags = mem_flags(cpu->mem, pa);
	result->perms = UC_PROT_READ;
	if (access == PAGE_FETCH) {
		result->perms |= UC_PROT_EXEC;
		if (*flags & MEM_CODE) return;
		bool was_writable = *flags & MEM_WGRANT;
		*flags = (uint8_t)((*flags | MEM_CODE) & ~MEM_WGRANT);
		if (was_writable) uc_ctl_flush_tlb(cpu->uc);
		return;
	}
	if ((*flags & MEM_CODE) && access != PAGE_WRITE) return;
	if ((*flags & MEM_CODE) && rights.executable) {
		result->perms = UC_PROT_ALL;
		*flags |= MEM_DIRTY | MEM_WXGRANT;
		return;
	}
	if (!rights.writable) return;
	if (*flags & MEM_CODE) forget_code(cpu, pa, flags);
	result->perms |= UC_PROT_WRITE;
	*flags |= MEM_WGRANT | MEM_DIRTY;
}

static bool map_physical(struct cpu *cpu, uint64_t linear, uint64_t pa, enum page_access access,
			 struct rights rights, uc_tlb_entry *result)
{
	if (!cpu->s.a20) pa &= ~(uint64_t)A20;
	pa &= ~(uint64_t)PAGE_OFFSET;
	result->paddr = pa;
	enum mem_kind kind = mem_kind_at(cpu->mem, pa);
	if (kind == MEM_NONE && access == PAGE_FETCH)
		return refuse(cpu,
			      (struct refused_fill){ .kind = FAULT_BAD_FETCH,
						     .access = access,
						     .page = linear,
						     .pa = pa },
			      result);
	if (access == PAGE_FETCH) code_pages_fetched(&cpu->code_pages, linear, pa);
	if (kind == MEM_RAM) {
		mem_touch(cpu->mem, pa);
		map_ram(cpu, pa, access, rights, result);
		return true;
	}
	if (kind == MEM_ROM && access != PAGE_WRITE) {
		result->paddr = WINDOW_ROM | pa;
		result->perms = UC_PROT_READ | (access == PAGE_FETCH ? UC_PROT_EXEC : 0);
		return true;
	}
	/* Devices, nothing at all, and writes to ROM: the bus answers. */
	result->paddr = WINDOW_MMIO | (pa & (WINDOW_SIZE - 1));
	result->perms = kind == MEM_ROM ? UC_PROT_WRITE : UC_PROT_READ | UC_PROT_WRITE;
	return true;
}

static enum page_access access_of(uc_mem_type type)
{
	if (type == UC_MEM_WRITE) return PAGE_WRITE;
	return type == UC_MEM_FETCH ? PAGE_FETCH : PAGE_READ;
}

bool cpu_tlb_fill(uc_engine *uc, uint64_t linear, uc_mem_type type, uc_tlb_entry *result,
		  void *data)
{
	struct cpu *cpu = data;
	enum page_access access = access_of(type);
	(void)uc;
	if (linear >> 60 == LINEAR_PHYSICAL >> 60) {
		result->paddr = linear & (WINDOW_SIZE - 1) & ~(uint64_t)PAGE_OFFSET;
		result->perms = UC_PROT_READ | UC_PROT_EXEC;
		return true;
	}
	if (++cpu->s.stats.tlb_fills - cpu->s.fills_flushed >= CPU_FILLS_PER_FLUSH)
		cpu_want_attention(cpu);
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct rights rights = { true, true };
	if (!(mode.cr0 & CR0_PG))
		return map_physical(cpu, linear, (uint32_t)linear, access, rights, result);
	struct refused_fill why = { .access = access, .page = linear & ~(uint64_t)PAGE_OFFSET };
	if (!paging_canonical(&mode, linear)) {
		why.kind = FAULT_NONCANONICAL;
		return refuse(cpu, why, result);
	}
	bool user = cpu_user_mode(cpu) && !(cpu->grant && cpu->grant_page == why.page);
	struct page_walk walk = paging_walk(&mode, cpu->mem, linear, access, user, true);
	if (!walk.present) {
		why.kind = FAULT_PAGE;
		why.error = walk.error;
		return refuse(cpu, why, result);
	}
	rights.writable = access == PAGE_WRITE || walk.writable;
	rights.executable = walk.executable;
	return map_physical(cpu, linear, walk.pa, access, rights, result);
}

bool cpu_poison_hit(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
		    void *data)
{
	struct cpu *cpu = data;
	(void)uc;
	(void)type;
	(void)size;
	(void)value;
	cpu->poison_low = address & PAGE_OFFSET;
	return false;
}

void cpu_memory_written(void *ctx, uint64_t pa, uint64_t len)
{
	struct cpu *cpu = ctx;
	bool code = false;
	for (uint64_t page = pa & ~(uint64_t)PAGE_OFFSET; page < pa + len; page += MEM_PAGE) {
		const uint8_t *flags = mem_flags(cpu->mem, page);
		code |= flags && (*flags & MEM_CODE);
	}
	if (!code || !code_lies_in(cpu, pa, len)) return;
	if (cpu->n_invalidations < CPU_INVALIDATIONS) {
		cpu->invalidation[cpu->n_invalidations].pa = pa;
		cpu->invalidation[cpu->n_invalidations].len = len;
	}
	cpu->n_invalidations++;
	cpu_want_attention(cpu);
}

void cpu_drop_translations(struct cpu *cpu)
{
	if (cpu->n_invalidations > CPU_INVALIDATIONS) {
		uc_ctl_flush_tb(cpu->uc);
		engine_code_clear(&cpu->engine_code);
		cpu->n_invalidations = 0;
		return;
	}
	for (size_t i = 0; i < cpu->n_invalidations; i++) {
		uint64_t at = LINEAR_PHYSICAL | cpu->invalidation[i].pa;
		uc_ctl_remove_cache(cpu->uc, at, at + cpu->invalidation[i].len);
		code_dropped(cpu, cpu->invalidation[i].pa, cpu->invalidation[i].len);
	}
	cpu->n_invalidations = 0;
}

static bool overlaps(uint64_t page, uint64_t base, uint64_t limit)
{
	return page + PAGE_OFFSET >= base && page <= base + limit;
}

/* The page holds a table that the CPU reads by itself, with supervisor rights. */
static bool holds_system_table(const struct env *env, uint64_t page)
{
	return overlaps(page, env->gdt.base, env->gdt.limit) ||
	       overlaps(page, env->ldt.base, env->ldt.limit) ||
	       overlaps(page, env->tr.base, env->tr.limit);
}

static void event_from_fill(struct cpu *cpu, const struct refused_fill *why, uint64_t address,
			    bool stack)
{
	struct pending_event e = { .valid = true, .has_error = true, .rip = cpu->env->eip };
	e.vector = VEC_PF;
	e.error = why->error;
	e.cr2 = address;
	if (why->kind == FAULT_NONCANONICAL) {
		e.vector = stack ? VEC_SS : VEC_GP;
		e.error = 0;
	}
	cpu->event = e;
}

bool cpu_resolve_refused(struct cpu *cpu)
{
	struct refused_fill why = cpu->refused;
	const struct env *env = cpu->env;
	bool poisoned = cpu->poisoned;
	bool granted = cpu->grant && cpu->grant_page == why.page;
	cpu->refused.kind = FAULT_NONE;
	cpu->poisoned = false;
	if (poisoned) uc_ctl_flush_tlb(cpu->uc);

	if (why.access == PAGE_FETCH) {
		uint64_t rip = cpu_linear_rip(cpu);
		bool first = (rip & ~(uint64_t)PAGE_OFFSET) == why.page;
		event_from_fill(cpu, &why, first ? rip : why.page, false);
		return true;
	}
	struct decoded_access a = decode_access(cpu, why.page, why.access == PAGE_WRITE);
	bool system_table = !a.found && a.implicit && holds_system_table(env, why.page);
	if (system_table && !granted && (why.error & PF_U)) {
		cpu->grant = true;
		cpu->grant_page = why.page;
		return false;
	}
	if (!a.found && !poisoned) {
		cpu->poison_next = true;
		return false;
	}
	cpu->grant = false;
	if (a.writes) why.error |= PF_W;
	event_from_fill(cpu, &why, a.found ? a.address : why.page | cpu->poison_low, a.stack);
	return true;
}
