/* SPDX-License-Identifier: MIT */
#include "linear.h"

#include "emu/x86/bits.h"
#include "emu/x86/paging.h"
#include "host_cpu.h"
#include "x86_target.h"

/* In the call, as in io.c. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

enum { VECTOR_GP = 13, VECTOR_PF = 14 };

static bool has_1g(const struct bimetal_cpu *cpu)
{
	return !cpu->has_feature || cpu->has_feature(cpu->model_ctx, "pdpe1gb");
}

/* Walk the tables in memory. False: after an exception, in vain. */
static bool walk(struct bimetal_cpu *cpu, const struct host_x86_control *control, uint64_t linear,
		 enum page_access access, uint64_t *physical)
{
	const struct paging_mode mode = { .cr0 = control->cr0,
					  .cr3 = control->cr3,
					  .cr4 = control->cr4,
					  .efer = control->efer,
					  .no_1g = !has_1g(cpu) };

	if (!paging_canonical(&mode, linear)) {
		host_cpu_fault(cpu, VECTOR_GP);
		return false;
	}
	for (unsigned tries = 0; tries < 2; tries++) {
		struct page_walk found = paging_walk(&mode, cpu->mem, linear, access, false, true);

		*physical = found.pa;
		if (found.present) return true;
		if (tries) break;
		/* The handler returns to the instruction. */
		x86_target_write(cpu, BIMETAL_X86_CR2, linear);
		host_cpu_fault(cpu, VECTOR_PF);
	}
	return false;
}

static bool translate(struct bimetal_cpu *cpu, uint64_t linear, enum page_access access,
		      uint64_t *physical)
{
	struct host_x86_control control = x86_target_control(cpu);

	*physical = linear;
	if (!(control.cr0 & CR0_PG)) return true;
	if (!control.cr3 && !x86_target_is_emulated(cpu)) return true;
	return walk(cpu, &control, linear, access, physical);
}

uint64_t bimetal_linear_load64(struct bimetal_cpu *cpu, uint64_t address)
{
	uint64_t physical, value;

	cpu->s.pc = CALLED_FROM;
	if (!translate(cpu, address, PAGE_READ, &physical)) return UINT64_MAX;
	return mem_read64(cpu->mem, physical, &value) ? value : UINT64_MAX;
}

void bimetal_linear_store64(struct bimetal_cpu *cpu, uint64_t address, uint64_t value)
{
	uint64_t physical;

	cpu->s.pc = CALLED_FROM;
	if (translate(cpu, address, PAGE_WRITE, &physical))
		(void)mem_write64(cpu->mem, physical, value);
}
