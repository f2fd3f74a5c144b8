/* SPDX-License-Identifier: MIT */
/* The build redirects the engine's TLB misses to this file (docs/decisions/0003-tlb.md). */
#include "emu/unicorn/x86/engine_tlb.h"

#include <stddef.h>

#include "emu/unicorn/x86/engine_access.h"

enum { PAGE_BYTES = 4096, PAGE_OFFSET = PAGE_BYTES - 1 };
/* The engine's MMUAccessType, and its MMU indices (cpu_mmu_index() in its target/i386/cpu.h). */
enum { MMU_DATA_LOAD, MMU_DATA_STORE, MMU_INST_FETCH };
enum { MMU_SMAP_INDEX, MMU_USER_INDEX, MMU_NO_SMAP_INDEX, MMU_INDICES };

bool bimetal_unicorn_real_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
				   int mmu_index, bool probe, uintptr_t from);
bool bimetal_unicorn_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
			      int mmu_index, bool probe, uintptr_t from);
void bimetal_unicorn_set_page(void *engine_cpu, uint64_t linear, uint64_t physical, int rights,
			      int mmu_index, uint64_t size);
void bimetal_unicorn_drop_page(void *engine_cpu, uint64_t linear);
void *bimetal_unicorn_vaddr_to_host(struct env *env, uint64_t linear, int access, int mmu_index);
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_real_invlpg(void *env, uint64_t linear);
void bimetal_unicorn_invlpg(void *env, uint64_t linear);
void bimetal_unicorn_real_update_cr3(struct env *env, uint64_t value);
void bimetal_unicorn_update_cr3(struct env *env, uint64_t value);
void bimetal_unicorn_loop_exit_restore(void *engine_cpu, uintptr_t from);
void bimetal_unicorn_real_flush_tlb(void *engine_cpu);
void bimetal_unicorn_flush_tlb(void *engine_cpu);
void *bimetal_unicorn_real_allocate_tlb(size_t n, size_t bytes);
void *bimetal_unicorn_allocate_tlb(size_t n, size_t bytes);
uint64_t bimetal_unicorn_ram_addr(uc_engine *uc, const void *host);
void bimetal_unicorn_invalidate_range(uc_engine *uc, uint64_t start, uint64_t end);

/* Per thread, because engines of several threads may run at once. */
static _Thread_local struct engine_tlb *tlb;
/* Whose TLB is flushed, and perhaps grows, now; NULL: none, or one that is not known. */
static _Thread_local struct engine_tlb *flushed;

/* The last miss, and its place in translated code; 0: none is handled now. */
static _Thread_local struct {
	void *engine_cpu;
	uintptr_t from;
} miss_of;
_Thread_local bool engine_tlb_waits;

void engine_tlb_use(struct engine_tlb *used)
{
	tlb = used;
	flushed = NULL;
	engine_tlb_waits = false;
	miss_of.from = 0;
}

void engine_tlb_place(void)
{
	if (miss_of.from) bimetal_unicorn_restore_state(miss_of.engine_cpu, miss_of.from, false);
}

bool engine_tlb_will_tell(void)
{
	if (!miss_of.from || miss_of.from != engine_access_from()) return false;
	engine_tlb_waits = true;
	return true;
}

void engine_tlb_drop_page(void *engine_cpu, uint64_t linear)
{
	bimetal_unicorn_drop_page(engine_cpu, linear);
}

static int mmu_index_of(const struct env *env)
{
	if ((env->hflags & HF_CPL) == HF_CPL) return MMU_USER_INDEX;
	return env->hflags & HF_SMAP && !(env->eflags & FL_AC) ? MMU_SMAP_INDEX : MMU_NO_SMAP_INDEX;
}

uint8_t *engine_tlb_host(struct env *env, uint64_t linear, enum page_access access)
{
	static const int theirs[] = { [PAGE_READ] = MMU_DATA_LOAD,
				      [PAGE_WRITE] = MMU_DATA_STORE,
				      [PAGE_FETCH] = MMU_INST_FETCH };
	return bimetal_unicorn_vaddr_to_host(env, linear, theirs[access], mmu_index_of(env));
}

bool engine_tlb_stores(struct env *env, uint64_t linear)
{
	for (int i = 0; i < MMU_INDICES; i++)
		if (bimetal_unicorn_vaddr_to_host(env, linear, MMU_DATA_STORE, i)) return true;
	return false;
}

void engine_tlb_tell_stored(void)
{
	engine_tlb_waits = false;
	if (!tlb) return;
	miss_of.from = engine_access_from();
	tlb->stored(tlb->ctx);
	miss_of.from = 0;
}

void bimetal_unicorn_invlpg(void *env, uint64_t linear)
{
	bimetal_unicorn_real_invlpg(env, linear);
	if (tlb && tlb->invalidated) tlb->invalidated(tlb->ctx, linear);
}

/* --- the size of the engine's TLB */

enum { SMALL_TLB = 512, GROWS_ABOVE = 70, PERCENT = 100 };

void engine_tlb_flush(struct engine_tlb *of, uc_engine *uc)
{
	flushed = of;
	uc_ctl_flush_tlb(uc);
	flushed = NULL;
}

/* From engine_tlb_flush(), or by an instruction of the guest. */
void bimetal_unicorn_flush_tlb(void *engine_cpu)
{
	struct engine_tlb *of = flushed ? flushed : tlb;
	flushed = of;
	bimetal_unicorn_real_flush_tlb(engine_cpu);
	flushed = NULL;
	if (!of) return;
	of->filled = of->local.n = 0;
	of->flushes++;
}

/* --- a write of CR3 */

static void note_local(struct engine_tlb_local *local, uint64_t page)
{
	if (local->n > ENGINE_TLB_LOCAL) return;
	if (local->n < ENGINE_TLB_LOCAL) local->page[local->n] = page;
	local->n++;
}

/* The engine itself forgets everything, global pages too. */
void bimetal_unicorn_update_cr3(struct env *env, uint64_t value)
{
	bool known = tlb && tlb->engine_cpu && tlb->local.n <= ENGINE_TLB_LOCAL;
	if (!known || !(env->cr[0] & CR0_PG)) {
		bimetal_unicorn_real_update_cr3(env, value);
		return;
	}
	env->cr[3] = value;
	for (unsigned i = 0; i < tlb->local.n; i++)
		bimetal_unicorn_drop_page(tlb->engine_cpu, tlb->local.page[i]);
	tlb->local.n = 0;
}

/* The engine doubles its TLB at a flush if more than 70 % of the entries were in use. But it counts
 * them too low: an entry that went to the victim TLB and is invalidated there is subtracted twice,
 * and one that comes back from there to a place that is empty is not added. Below zero, the count
 * is a huge number, and the TLB would grow to 4 M entries, which each flush clears. No more can be
 * in use than were filled. Without the memory the engine keeps the size that it had. */
void *bimetal_unicorn_allocate_tlb(size_t n, size_t bytes)
{
	if (!flushed) return bimetal_unicorn_real_allocate_tlb(n, bytes);
	bool had = n <= SMALL_TLB || n <= flushed->entries;
	if (!had && flushed->filled * PERCENT / (n / 2) <= GROWS_ABOVE) return NULL;
	if (n > flushed->entries) flushed->entries = n;
	return bimetal_unicorn_real_allocate_tlb(n, bytes);
}

static enum page_access access_of(int access)
{
	if (access == MMU_DATA_STORE) return PAGE_WRITE;
	return access == MMU_INST_FETCH ? PAGE_FETCH : PAGE_READ;
}

static void note_came(struct engine_tlb *of, uint64_t linear, int mode, bool code)
{
	if (of->n_came < ENGINE_TLB_CAME)
		of->came[of->n_came] = (struct engine_tlb_came){ linear, (uint8_t)mode, code };
	of->n_came++;
}

bool bimetal_unicorn_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
			      int mmu_index, bool probe, uintptr_t from)
{
	struct engine_page page = { .once = false, .global = false };
	struct engine_miss miss = { .linear = address,
				    .bytes = size > 0 ? (unsigned)size : 0,
				    .access = access_of(access),
				    .user = mmu_index == MMU_USER_INDEX };
	if (!tlb)
		return bimetal_unicorn_real_fill_tlb(engine_cpu, address, size, access, mmu_index,
						     probe, from);
	miss_of.engine_cpu = engine_cpu;
	miss_of.from = from;
	bool filled = tlb->fill(tlb->ctx, &miss, probe, &page);
	miss_of.from = 0;
	if (filled) {
		tlb->filled++;
		note_came(tlb, address, mmu_index, miss.access == PAGE_FETCH);
		tlb->engine_cpu = engine_cpu;
		if (!page.global) note_local(&tlb->local, address & ~(uint64_t)PAGE_OFFSET);
		/* The engine's PAGE_READ, PAGE_WRITE and PAGE_EXEC have the values of UC_PROT_*. */
		bimetal_unicorn_set_page(engine_cpu, address & ~(uint64_t)PAGE_OFFSET,
					 page.physical & ~(uint64_t)PAGE_OFFSET, (int)page.rights,
					 mmu_index, page.once ? 1 : PAGE_BYTES);
		return true;
	}
	if (probe) return false;
	tlb->refused(tlb->ctx);
	bimetal_unicorn_loop_exit_restore(engine_cpu, from);
	return false;
}

void engine_drop_code(uc_engine *uc, const uint8_t *host, uint64_t size)
{
	uint64_t start = bimetal_unicorn_ram_addr(uc, host);
	bimetal_unicorn_invalidate_range(uc, start, start + size);
}
