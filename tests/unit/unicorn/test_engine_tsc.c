/* SPDX-License-Identifier: MIT */
/* RDTSC goes straight to the CPU, past the engine's hooks. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/units.h"
#include "tests/unit/unicorn/cpu_fixture.h"

static unsigned hooked;

static int on_hook(uc_engine *uc, void *data)
{
	(void)uc;
	(void)data;
	hooked++;
	return 1;
}

Test(engine_tsc, rdtsc_does_not_reach_the_hooks)
{
	/* rdtsc; mov esi, eax; mov edi, edx; rdtsc; hlt */
	static const uint8_t code[] = { 0x0f, 0x31, 0x89, 0xc6, 0x89, 0xd7, 0x0f, 0x31, 0xf4 };
	struct cpu_regs r;
	uc_hook hook = 0;
	make_cpu(false);
	require_eq(int,
		   uc_hook_add(cpu->uc, &hook, UC_HOOK_INSN, (void *)on_hook, NULL, 1, 0,
			       UC_X86_INS_RDTSC),
		   0);
	start_protected(code, sizeof code);
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RAX] = r.gpr[CPU_RDX] = UINT32_MAX;
	cpu_set_regs(cpu, &r);
	clock_advance(&clk, UINT64_C(5) << 32);
	require_eq(int, cpu_run(cpu, UINT64_C(6) << 32), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(uint, hooked, 0);
	check_eq(u64, r.gpr[CPU_RSI], CPU_CHARGE_RDTSC);
	check_eq(u64, r.gpr[CPU_RDI], 5);
	check_eq(u64, r.gpr[CPU_RAX], 2 * CPU_CHARGE_RDTSC);
	check_eq(u64, r.gpr[CPU_RDX], 5);
	free_cpu();
}

/* What it leaves alone, and what it must not: flags that were computed lazily. */
Test(engine_tsc, rdtsc_keeps_the_flags)
{
	/* mov ecx, 1; sub ecx, 2; rdtsc; sbb ebx, ebx; hlt */
	static const uint8_t code[] = { 0xb9, 1,    0,    0,    0,    0x83, 0xe9,
					2,    0x0f, 0x31, 0x19, 0xdb, 0xf4 };
	struct cpu_regs r;
	make_cpu(false);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RBX], UINT32_MAX);
	free_cpu();
}
