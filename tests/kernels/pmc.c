/* SPDX-License-Identifier: MIT */
/* AMD's performance counters: two events, and the local APIC's interrupt. */
#include "apic.h"

#define PERFEVTSEL(n) (0xc0010000u + (n))
#define PERFCTR(n)    (0xc0010004u + (n))
enum {
	CLOCKS = 0x76,
	INSTRUCTIONS = 0xc0,
	NOTHING = 0x40, /* data cache accesses: not counted here */
	USR = 1 << 16,
	OS = 1 << 17,
	INT = 1 << 20,
	EN = 1 << 22,
	LAPIC_MODEL_LVT_PERF = 0x340,
	VECTOR = 0x41
};

/* Three instructions a turn. */
static void spin(uint32_t turns)
{
	__asm__ volatile("1: nop; dec %0; jnz 1b" : "+r"(turns) : : "cc");
}

static uint64_t count(uint32_t selection)
{
	uint64_t first;

	wrmsr(PERFCTR(1), 0);
	wrmsr(PERFEVTSEL(1), selection);
	first = rdmsr(PERFCTR(1));
	spin(100000);
	wrmsr(PERFEVTSEL(1), 0);
	return rdmsr(PERFCTR(1)) - first;
}

static void counting(void)
{
	check_range("instructions", count(INSTRUCTIONS | USR | OS | EN), 300000, 300200);
	check_range("clocks", count(CLOCKS | USR | OS | EN), 300000, 310000);
	check("not without EN", count(INSTRUCTIONS | USR | OS), 0);
	check("not of another event", count(NOTHING | USR | OS | EN), 0);
	wrmsr(PERFCTR(0), 0xffffffffffff);
	wrmsr(PERFEVTSEL(0), INSTRUCTIONS | USR | OS | EN);
	spin(100);
	wrmsr(PERFEVTSEL(0), 0);
	check_range("it wraps at 48 bits", rdmsr(PERFCTR(0)), 250, 1000);
}

static void halted(void)
{
	uint64_t clocks, instructions;

	wrmsr(PERFCTR(0), 0);
	wrmsr(PERFCTR(1), 0);
	wrmsr(PERFEVTSEL(0), CLOCKS | USR | OS | EN);
	wrmsr(PERFEVTSEL(1), INSTRUCTIONS | USR | OS | EN);
	lapic_write(LAPIC_MODEL_DIVIDE, 0xb);
	lapic_write(LAPIC_MODEL_LVT_TIMER, VECTOR + 1);
	lapic_write(LAPIC_INITIAL, 1000000);
	__asm__ volatile("sti; hlt; cli" : : : "memory");
	clocks = rdmsr(PERFCTR(0));
	instructions = rdmsr(PERFCTR(1));
	wrmsr(PERFEVTSEL(0), 0);
	wrmsr(PERFEVTSEL(1), 0);
	check("the timer woke it", came[VECTOR + 1], 1);
	check_range("clocks not halted", clocks, 1, 100000);
	check_range("instructions around HLT", instructions, 1, 1000);
}

static void interrupts(void)
{
	lapic_write(LAPIC_MODEL_LVT_PERF, VECTOR);
	wrmsr(PERFCTR(2), (0 - 50000ull) & 0xffffffffffff);
	wrmsr(PERFEVTSEL(2), INSTRUCTIONS | USR | OS | INT | EN);
	sti();
	spin(10000);
	check("not yet", came[VECTOR], 0);
	spin(10000);
	cli();
	check("at the counter's end", came[VECTOR], 1);
	wrmsr(PERFEVTSEL(2), 0);
	check_range("it goes on from 0", rdmsr(PERFCTR(2)), 5000, 100000);
	lapic_write(LAPIC_MODEL_LVT_PERF, LVT_MASKED | VECTOR);
	wrmsr(PERFCTR(2), (0 - 1000ull) & 0xffffffffffff);
	wrmsr(PERFEVTSEL(2), INSTRUCTIONS | USR | OS | INT | EN);
	sti();
	spin(10000);
	cli();
	wrmsr(PERFEVTSEL(2), 0);
	check("not when masked", came[VECTOR], 1);
}

void kernel_main(void)
{
	if (!cpu_is_amd()) {
		skip("performance counters", "not AMD");
		report(true, "nothing to test");
		return;
	}
	if (!apic_in_cpuid()) return;
	trap_hook[VECTOR] = on_counted;
	trap_hook[VECTOR + 1] = on_counted;
	lapic_start();
	counting();
	halted();
	interrupts();
}
