/* SPDX-License-Identifier: MIT */
/* Memory accesses of intercepted instructions. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/sites.h"

static bool user_now(const struct cpu *cpu) { return (cpu->live->hflags & HF_CPL) == HF_CPL; }

static bool raised(struct cpu *cpu, unsigned segment, const struct linear_fault *fault)
{
	if (fault->noncanonical) {
		cpu_raise(cpu, segment == CPU_SS ? VEC_SS : VEC_GP, true, 0);
		return false;
	}
	cpu_raise(cpu, VEC_PF, true, fault->error);
	cpu->event.cr2 = fault->address;
	return false;
}

bool site_read(struct cpu *cpu, unsigned segment, uint64_t linear, void *to, size_t bytes)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct linear_user as = { &mode, user_now(cpu) };
	struct linear_fault fault;
	if (linear_read_as(cpu, as, linear, to, bytes, &fault)) return true;
	return raised(cpu, segment, &fault);
}

bool site_writable(struct cpu *cpu, unsigned segment, uint64_t linear, size_t bytes)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct linear_user as = { &mode, user_now(cpu) };
	struct linear_fault fault;
	if (linear_writable(cpu, as, linear, bytes, &fault)) return true;
	return raised(cpu, segment, &fault);
}

bool site_write(struct cpu *cpu, unsigned segment, uint64_t linear, const void *from, size_t bytes)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct linear_user as = { &mode, user_now(cpu) };
	struct linear_fault fault;
	if (!site_writable(cpu, segment, linear, bytes)) return false;
	if (linear_write_as(cpu, as, linear, from, bytes, &fault)) return true;
	return raised(cpu, segment, &fault);
}
