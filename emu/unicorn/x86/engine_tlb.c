/* SPDX-License-Identifier: MIT */
/* The build redirects the engine's TLB misses to this file (docs/decisions/0003-tlb.md). */
#include "emu/unicorn/x86/engine_tlb.h"

#include <stddef.h>

#include "emu/unicorn/x86/engine_access.h"

enum { PAGE_BYTES = 4096, PAGE_OFFSET = PAGE_BYTES - 1 };
/* The engine's MMUAccessType, and its MMU index for CPL 3. */
enum { MMU_DATA_LOAD, MMU_DATA_STORE, MMU_INST_FETCH };
enum { MMU_USER_INDEX = 1 };

bool bimetal_unicorn_real_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
				   int mmu_index, bool probe, uintptr_t from);
bool bimetal_unicorn_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
			      int mmu_index, bool probe, uintptr_t from);
void bimetal_unicorn_set_page(void *engine_cpu, uint64_t linear, uint64_t physical, int rights,
			      int mmu_index, uint64_t size);
void bimetal_unicorn_drop_page(void *engine_cpu, uint64_t linear);
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_real_invlpg(void *env, uint64_t linear);
void bimetal_unicorn_invlpg(void *env, uint64_t linear);
void bimetal_unicorn_loop_exit_restore(void *engine_cpu, uintptr_t from);
uint64_t bimetal_unicorn_ram_addr(uc_engine *uc, const void *host);
void bimetal_unicorn_invalidate_range(uc_engine *uc, uint64_t start, uint64_t end);

/* Per thread, because engines of several threads may run at once. */
static _Thread_local const struct engine_tlb *tlb;

/* The last miss, and its place in translated code; 0: none is handled now. */
static _Thread_local struct {
	void *engine_cpu;
	uintptr_t from;
} miss_of;
_Thread_local bool engine_tlb_waits;

void engine_tlb_use(const struct engine_tlb *used)
{
	tlb = used;
	engine_tlb_waits = false;
	miss_of.from = 0;
}

void engine_tlb_place(void)
{
	if (miss_of.from) bimetal_unicorn_restore_state(miss_of.engine_cpu, miss_of.from, false);
}

void engine_tlb_drop_page(uint64_t linear)
{
	bimetal_unicorn_drop_page(miss_of.engine_cpu, linear);
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

static enum page_access access_of(int access)
{
	if (access == MMU_DATA_STORE) return PAGE_WRITE;
	return access == MMU_INST_FETCH ? PAGE_FETCH : PAGE_READ;
}

bool bimetal_unicorn_fill_tlb(void *engine_cpu, uint64_t address, int size, int access,
			      int mmu_index, bool probe, uintptr_t from)
{
	struct engine_page page = { .once = false };
	struct engine_miss miss = { .linear = address,
				    .bytes = size > 0 ? (unsigned)size : 0,
				    .access = access_of(access),
				    .told = from && from == engine_access_from(),
				    .user = mmu_index == MMU_USER_INDEX };
	if (!tlb)
		return bimetal_unicorn_real_fill_tlb(engine_cpu, address, size, access, mmu_index,
						     probe, from);
	miss_of.engine_cpu = engine_cpu;
	miss_of.from = from;
	bool filled = tlb->fill(tlb->ctx, &miss, probe, &page);
	miss_of.from = 0;
	if (filled) {
		/* The engine's PAGE_READ, PAGE_WRITE and PAGE_EXEC have the values of UC_PROT_*. */
		bimetal_unicorn_set_page(engine_cpu, address & ~(uint64_t)PAGE_OFFSET,
					 page.physical & ~(uint64_t)PAGE_OFFSET, (int)page.rights,
					 mmu_index, page.once ? 1 : PAGE_BYTES);
		engine_tlb_waits |= page.once && miss.told;
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
