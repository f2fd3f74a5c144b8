/* SPDX-License-Identifier: MIT */
/* The metal accessors' instructions that a process may execute, and the layout of the operands that
 * the others read from memory (SDM Vol. 2A INVPCID, LGDT). */
#include "x86_cpu.h"

#include <stddef.h>

#include "tests/check.h"

TestSuite(metal_x86, .timeout = 60);

Test(metal_x86, the_operand_of_invpcid_has_the_pcid_first)
{
	check_eq(sz, sizeof(struct x86_invpcid_operand), 16);
	check_eq(sz, offsetof(struct x86_invpcid_operand, pcid), 0);
	check_eq(sz, offsetof(struct x86_invpcid_operand, address), 8);
	check_eq(int, X86_INVPCID_ADDRESS, 0);
	check_eq(int, X86_INVPCID_ONE, 1);
	check_eq(int, X86_INVPCID_ALL, 2);
	check_eq(int, X86_INVPCID_LOCAL, 3);
}

Test(metal_x86, the_operand_of_lgdt_has_the_limit_first_and_no_gap)
{
	check_eq(sz, sizeof(struct x86_table_operand), 2 + sizeof(uintptr_t));
	check_eq(sz, offsetof(struct x86_table_operand, limit), 0);
	check_eq(sz, offsetof(struct x86_table_operand, base), 2);
}

Test(metal_x86, flags_are_read_and_written)
{
	enum { DF = 1 << 10, ONE = 1 << 1, IF = 1 << 9 };
	struct x86_cpu cpu = { 0 };
	uint64_t before = x86_rflags(cpu);
	check(before & ONE);
	check(before & IF);
	check(x86_irq_on(cpu));
	x86_set_rflags(cpu, before | DF);
	uint64_t with = x86_rflags(cpu);
	x86_set_rflags(cpu, before & ~(uint64_t)DF);
	check(with & DF);
	check(!(x86_rflags(cpu) & DF));
}

Test(metal_x86, mxcsr_is_read_and_written)
{
	enum { FTZ = 1 << 15 };
	struct x86_cpu cpu = { 0 };
	uint32_t before = x86_mxcsr(cpu);
	x86_set_mxcsr(cpu, before | FTZ);
	uint32_t with = x86_mxcsr(cpu);
	x86_set_mxcsr(cpu, before);
	check_eq(u32, with, before | FTZ);
	check_eq(u32, x86_mxcsr(cpu), before);
}

Test(metal_x86, bochs_own_breakpoint_does_nothing_here)
{
	struct x86_cpu cpu = { 0 };
	uint64_t before = x86_rflags(cpu);
	x86_bochs_break(cpu);
	check_eq(u64, x86_rflags(cpu), before);
}

/* CS is reloaded with its own value, and the function goes on with its variables. */
Test(metal_x86, a_far_return_loads_cs)
{
	struct x86_cpu cpu = { 0 };
	volatile uint64_t kept = 0x1234;
	uint16_t cs = x86_cs(cpu);
	x86_set_cs(cpu, cs);
	check_eq(uint, x86_cs(cpu), cs);
	check_eq(u64, kept, 0x1234);
}

Test(metal_x86, random_numbers)
{
	enum { RDRAND = 1 << 30, TRIES = 100 };
	struct x86_cpu cpu = { 0 };
	uint64_t first = 0, second = 0;
	bool got = false, again = false;
	if (!(msr_cpuid(cpu.msrs, 1, 0).ecx & RDRAND)) return; /* this host has none */
	for (unsigned i = 0; i < TRIES && !got; i++) got = x86_rdrand64(cpu, &first);
	for (unsigned i = 0; i < TRIES && !again; i++) again = x86_rdrand64(cpu, &second);
	check(got && again);
	check_ne(u64, first, second);
}
