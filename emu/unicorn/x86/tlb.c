/* SPDX-License-Identifier: MIT */
/* The TLB fill. The page walk decides; the mapping given to the engine keeps its stores fast and
 * its translations correct (docs/decisions/0003-tlb.md). */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"

enum { PAGE_OFFSET = 0xfff, A20 = 1 << 20 };

static bool refuse(struct cpu *cpu, struct refused_fill why, bool probe)
{
	if (!probe) cpu->refused = why;
	return false;
}

/* All rights that the guest's tables allow, not just for the current access. */
struct rights {
	bool writable, executable;
	bool global; /* the translation stays when CR3 is written */
};

/* The host address of RAM; NULL: not all of the range is RAM. */
static const uint8_t *host_ram(const struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const struct mem_region *r = mem_region_at(cpu->mem, pa);
	if (!r || r->kind != MEM_RAM || len > r->size - (pa - r->base)) return NULL;
	return r->host + (pa - r->base);
}

/* If unknown, the answer is yes, which only costs time. */
static bool code_lies_in(const struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const uint8_t *host = host_ram(cpu, pa, len);
	return !host || engine_code_holds(&cpu->engine_code, cpu->uc, host, len);
}

/* Drop the translations of code in [pa, pa + len), which is in one page of RAM. */
static void drop_code(struct cpu *cpu, uint64_t pa, uint64_t len)
{
	const uint8_t *host = host_ram(cpu, pa, len);
	if (!host) return;
	engine_drop_code(cpu->uc, host, len);
	engine_code_dropped(&cpu->engine_code, cpu->uc, host, len);
}

/* A page with translated code is being written through a mapping that cannot execute it. Its
 * translations are dropped, and it counts as data until code is fetched from it again. The TLB
 * flush ensures that such a fetch comes here, even if an executable mapping of the page was cached.
 */
static void forget_code(struct cpu *cpu, uint64_t pa, uint8_t *flags)
{
	drop_code(cpu, pa, MEM_PAGE);
	if (*flags & MEM_CODE) cpu_flush_tlb(cpu); /* otherwise there is no such mapping */
	*flags &= (uint8_t) ~(MEM_CODE | MEM_TRANSLATED | MEM_WXGRANT);
}

/* A page with page tables that are watched: each store into it is a miss. False: it holds none any
 * more. */
static bool map_table(struct cpu *cpu, const struct engine_miss *miss, uint64_t pa, uint8_t *flags,
		      struct engine_page *page)
{
	uint64_t at = pa | (miss->linear & PAGE_OFFSET);
	if (miss->access == PAGE_READ) return true;
	if (cpu->tlb && tlb_watch_store(cpu, at, miss->bytes)) {
		page->rights = UC_PROT_WRITE;
		page->once = true;
		cpu->s.fills_flushed++; /* no reason to let the TLB grow */
		mem_note(cpu->mem, flags, MEM_WRITTEN);
		return true;
	}
	*flags &= (uint8_t)~MEM_TABLE;
	return false;
}

/* RAM: never both W and X, so that stores stay fast. Exception: pages with translated code get W
 * only together with X, so that stores through every alias are noticed. */
static void map_ram(struct cpu *cpu, uint64_t pa, const struct engine_miss *miss,
		    struct rights rights, struct engine_page *page)
{
	enum page_access access = miss->access;
	uint8_t *flags = mem_flags(cpu->mem, pa);
	page->rights = UC_PROT_READ;
	if ((*flags & MEM_TABLE) && access != PAGE_FETCH && map_table(cpu, miss, pa, flags, page))
		return;
	if (access == PAGE_FETCH) {
		page->rights |= UC_PROT_EXEC;
		if (*flags & MEM_CODE) return;
		bool was_writable = *flags & MEM_WGRANT;
		mem_note(cpu->mem, flags, MEM_CODE | MEM_TRANSLATED);
		*flags &= (uint8_t)~MEM_WGRANT;
		if (was_writable) cpu_flush_tlb(cpu);
		return;
	}
	if ((*flags & MEM_CODE) && access != PAGE_WRITE) return;
	if ((*flags & MEM_CODE) && rights.executable) {
		page->rights = UC_PROT_ALL;
		mem_note(cpu->mem, flags, MEM_WRITTEN | MEM_WXGRANT);
		return;
	}
	if (!rights.writable) return;
	if (*flags & MEM_TRANSLATED) forget_code(cpu, pa, flags);
	page->rights |= UC_PROT_WRITE;
	mem_note(cpu->mem, flags, MEM_WGRANT | MEM_WRITTEN);
}

/* Where the engine finds a page: RAM at its own address; ROM and everything on the bus in windows.
 */
static void map_physical(struct cpu *cpu, uint64_t pa, const struct engine_miss *miss,
			 struct rights rights, struct engine_page *page)
{
	enum page_access access = miss->access;
	enum mem_kind kind = mem_kind_at(cpu->mem, pa);
	page->physical = pa;
	if (kind == MEM_RAM) {
		mem_touch(cpu->mem, pa);
		map_ram(cpu, pa, miss, rights, page);
		return;
	}
	if (kind == MEM_ROM && access != PAGE_WRITE) {
		page->physical = WINDOW_ROM | pa;
		page->rights = UC_PROT_READ | (access == PAGE_FETCH ? UC_PROT_EXEC : 0);
		return;
	}
	if (kind != MEM_ROM && cpu_map_window(cpu, pa, access, page)) return;
	/* Devices, empty addresses, and writes to ROM go to the bus. */
	page->physical = WINDOW_MMIO | (pa & (WINDOW_SIZE - 1));
	page->rights = kind == MEM_ROM ? UC_PROT_WRITE : UC_PROT_READ | UC_PROT_WRITE;
}

/* Is there code to execute? Not if there is no memory, or that of a device; or if it was never
 * written: then it holds the initial pattern of RAM. */
static enum fault_kind judge_fetch(const struct cpu *cpu, uint64_t pa)
{
	const struct mem_region *r = mem_region_at(cpu->mem, pa);
	if (!r) return FAULT_BAD_FETCH;
	const uint8_t *flags = mem_flags(cpu->mem, pa);
	bool ram = r->kind == MEM_RAM;
	return ram && !(*flags & MEM_WRITTEN) ? FAULT_UNWRITTEN_FETCH : FAULT_NONE;
}

/* Do the page walk. False: `why` says why it is refused. */
static bool translate(struct cpu *cpu, const struct engine_miss *miss, uint64_t *pa,
		      struct rights *rights, struct refused_fill *why)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	*rights = (struct rights){ .writable = true, .executable = true };
	*pa = (uint32_t)miss->linear;
	if (!(mode.cr0 & CR0_PG)) return true;
	if (!paging_canonical(&mode, why->address) ||
	    !paging_canonical(&mode, why->address + (miss->bytes ? miss->bytes - 1 : 0))) {
		why->kind = FAULT_NONCANONICAL;
		return false;
	}
	struct page_walk walk = cpu_walk(cpu, &mode, why->address, miss->access, miss->user, true);
	why->kind = FAULT_PAGE;
	why->error = walk.error;
	*pa = walk.pa;
	rights->writable = miss->access == PAGE_WRITE || walk.writable;
	rights->executable = walk.executable;
	/* One that is out of date, and used nevertheless, may be cached as another kind of page. */
	bool stale = cpu->tlb && cpu->tlb->policy.use == TLB_STALE;
	rights->global =
		walk.present && !stale && (mode.cr4 & CR4_PGE) && (paging_rights(&walk) & PAGE_G);
	return walk.present;
}

/* Code beyond the limit of CS is not fetched. */
static bool beyond_code_limit(const struct env *env, uint64_t linear)
{
	const struct env_segment *cs = &env->segs[CPU_CS];
	if (!(env->hflags & context_check_bit(CPU_CS))) return false;
	return (uint32_t)(linear - cs->base) > cs->limit;
}

static bool fill(void *ctx, const struct engine_miss *miss, bool probe, struct engine_page *page)
{
	struct cpu *cpu = ctx;
	if (cpu->only_asking) return false;
	/* The engine adds the segment base, and the sum may exceed 4 GiB. */
	bool wide = cpu->live->hflags & HF_CS64;
	struct refused_fill why = { .access = miss->access,
				    .address = wide ? miss->linear : (uint32_t)miss->linear };
	if (cpu->tlb && why.address != miss->linear) cpu->tlb->beyond = true;
	struct rights rights;
	uint64_t pa;
	if (++cpu->s.stats.tlb_fills - cpu->s.fills_flushed >= CPU_FILLS_PER_FLUSH)
		cpu_want_attention(cpu);
	if (miss->access == PAGE_FETCH && beyond_code_limit(cpu->live, why.address)) {
		why.kind = FAULT_CODE_LIMIT;
		return refuse(cpu, why, probe);
	}
	if (!translate(cpu, miss, &pa, &rights, &why)) return refuse(cpu, why, probe);
	if (!cpu->s.a20) pa &= ~(uint64_t)A20;
	pa &= ~(uint64_t)PAGE_OFFSET;
	if (miss->access == PAGE_FETCH) {
		why.kind = judge_fetch(cpu, pa);
		why.pa = pa;
		if (why.kind != FAULT_NONE) return refuse(cpu, why, probe);
		code_pages_fetched(&cpu->code_pages, miss->linear, pa);
	}
	map_physical(cpu, pa, miss, rights, page);
	page->global = rights.global;
	return true;
}

/* If the translator fetches ahead, the block ends before the instruction that cannot be fetched,
 * because that may never be reached. */
static void refused(void *ctx)
{
	struct cpu *cpu = ctx;
	bool ahead = cpu->refused.access == PAGE_FETCH && engine_blocks_cut(&cpu->engine_blocks);
	if (ahead) cpu->refused.kind = FAULT_NONE;
	cpu_stop_engine(cpu, ahead ? STOP_RETRANSLATE : STOP_EXCEPTION);
}

static void stored(void *ctx) { tlb_watch_settle(ctx); }

static void invalidated(void *ctx, uint64_t linear)
{
	struct cpu *cpu = ctx;
	bool wide = cpu->live->hflags & HF_CS64;
	tlb_watch_invlpg(cpu, wide ? linear : (uint32_t)linear);
}

uint8_t *cpu_host_address(struct cpu *cpu, uint64_t linear, enum page_access access)
{
	cpu->only_asking = true;
	uint8_t *host = engine_tlb_host(cpu->live, linear, access);
	cpu->only_asking = false;
	return host;
}

bool cpu_stores_unnoticed(struct cpu *cpu, uint64_t linear)
{
	cpu->only_asking = true;
	bool stores = engine_tlb_stores(cpu->live, linear);
	cpu->only_asking = false;
	return stores;
}

void cpu_install_tlb(struct cpu *cpu)
{
	cpu->engine_tlb = (struct engine_tlb){ .fill = fill,
					       .refused = refused,
					       .stored = stored,
					       .invalidated = invalidated,
					       .ctx = cpu };
}

void cpu_memory_written(void *ctx, uint64_t pa, uint64_t len)
{
	struct cpu *cpu = ctx;
	bool code = false;
	if (cpu->tlb) tlb_watch_written(cpu, pa, len);
	for (uint64_t page = pa & ~(uint64_t)PAGE_OFFSET; page < pa + len; page += MEM_PAGE) {
		const uint8_t *flags = mem_flags(cpu->mem, page);
		code |= flags && (*flags & MEM_TRANSLATED);
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
		uint64_t end = cpu->invalidation[i].pa + cpu->invalidation[i].len;
		uint64_t next;
		for (uint64_t pa = cpu->invalidation[i].pa; pa < end; pa = next) {
			next = (pa | PAGE_OFFSET) + 1;
			drop_code(cpu, pa, (next < end ? next : end) - pa);
		}
	}
	cpu->n_invalidations = 0;
}

/* --- the exception for a refused access */

/* Does the access belong to an operand that is read and written? Then the fault of the read has W
 * set, because write permission is checked first. */
static bool belongs_to_modify(const struct insn *insn, enum page_access access)
{
	return access == PAGE_READ && insn_access(insn) == INSN_MODIFY;
}

/* Was the access through SS, so that a non-canonical address raises #SS? Only for 64-bit code. An
 * instruction with a stack access and an operand reads one and writes the other. */
static bool through_stack(const struct insn *insn, enum page_access access)
{
	enum { SEGMENT_SS = 2, SEGMENT_FS = 4 };
	enum insn_stack stack = insn_stack(insn);
	bool operand = insn_access(insn) != INSN_NONE;
	bool pushes = stack == INSN_PUSH;
	if (stack != INSN_STACK_NONE && (!operand || pushes == (access == PAGE_WRITE))) return true;
	bool overridden = insn->segment != INSN_NO_SEGMENT && insn->segment >= SEGMENT_FS;
	return operand && !overridden && insn->default_segment == SEGMENT_SS;
}

/* An operand that is read and written, on two pages: the read of the second page was refused. But
 * the write to the first page comes before that. */
static void blame_first_page(struct cpu *cpu, const struct insn *insn, struct pending_event *e)
{
	struct operand operand[OPERANDS_MAX];
	struct paging_mode mode = cpu_paging_mode(cpu);
	bool user = (cpu->env->hflags & HF_CPL) == HF_CPL;
	unsigned n = operands_of(cpu->env, insn, cpu->env->eip, operand);
	for (unsigned i = 0; i < n; i++) {
		uint64_t first = operand[i].linear;
		if (operand[i].access != INSN_MODIFY || first / MEM_PAGE == e->cr2 / MEM_PAGE)
			continue;
		struct page_walk walk = cpu_walk(cpu, &mode, first, PAGE_WRITE, user, false);
		if (walk.present) continue;
		e->cr2 = first;
		e->error = walk.error;
	}
}

void cpu_resolve_refused(struct cpu *cpu)
{
	struct refused_fill why = cpu->refused;
	struct pending_event e = { .valid = true,
				   .fetch = why.access == PAGE_FETCH,
				   .vector = VEC_PF,
				   .has_error = true,
				   .error = why.error,
				   .cr2 = why.address,
				   .rip = cpu->env->eip };
	struct insn insn;
	bool decoded = !e.fetch && cpu_decode(cpu, cpu_linear_rip(cpu), &insn);
	cpu->refused.kind = FAULT_NONE;
	if (why.kind == FAULT_NONCANONICAL || why.kind == FAULT_CODE_LIMIT) {
		bool stack = decoded && through_stack(&insn, why.access);
		e.vector = stack ? VEC_SS : VEC_GP;
		e.error = 0;
	} else if (decoded && belongs_to_modify(&insn, why.access)) {
		e.error |= PF_W;
		blame_first_page(cpu, &insn, &e);
	}
	cpu->event = e;
}
