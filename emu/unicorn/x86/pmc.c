/* SPDX-License-Identifier: MIT */
/* AMD's performance counters (unread: AMD APM Vol. 2, 13.2). Two events are counted, in virtual
 * time: clocks not halted (one per nanosecond) and retired instructions, in all rings together. A
 * counter that is set for one ring, or for another event, counts nothing. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/msr_numbers.h"

enum selection {
	SEL_EVENT = 0xff,
	SEL_USR = 1 << 16,
	SEL_OS = 1 << 17,
	SEL_EDGE = 1 << 18,
	SEL_INT = 1 << 20,
	SEL_EN = 1 << 22,
	SEL_INV = 1 << 23
};
#define SEL_CNT_MASK UINT64_C(0xff000000)
enum event { CLOCKS_NOT_HALTED = 0x76, RETIRED_INSTRUCTIONS = 0xc0 };
enum { COUNTER_BITS = 48 };

static uint64_t *cell(struct cpu *cpu, uint32_t msr)
{
	size_t slot = 0;
	return msr_table_find(&cpu->features, msr, &slot) ? &cpu->s.msrs.kept[slot] : NULL;
}

/* The count of the event since power-on. */
static uint64_t reading(const struct cpu *cpu, uint64_t selection)
{
	bool clocks = (selection & SEL_EVENT) == CLOCKS_NOT_HALTED;
	return clock_now(cpu->clock) - (clocks ? cpu->s.stats.halted_ns : cpu->s.idle_ns);
}

static bool counts(uint64_t selection)
{
	const uint64_t both = SEL_USR | SEL_OS;
	uint64_t event = selection & SEL_EVENT;
	if (!(selection & SEL_EN) || (selection & both) != both) return false;
	if (selection & (SEL_EDGE | SEL_INV | SEL_CNT_MASK)) return false;
	return event == CLOCKS_NOT_HALTED || event == RETIRED_INSTRUCTIONS;
}

/* Update one counter to the present; report an overflow to the local APIC. */
static void settle(struct cpu *cpu, unsigned n)
{
	const struct x86_pins *pins = &cpu->config.pins;
	uint64_t selection = *cell(cpu, MSR_PERFEVTSEL0 + n);
	uint64_t *counter = cell(cpu, MSR_PERFCTR0 + n);
	uint64_t now = reading(cpu, selection);
	uint64_t value = *counter + (counts(selection) ? now - cpu->s.pmc_since[n] : 0);
	cpu->s.pmc_since[n] = now;
	*counter = value & ((UINT64_C(1) << COUNTER_BITS) - 1);
	if (value >> COUNTER_BITS && (selection & SEL_INT) && pins->pmc_overflow)
		pins->pmc_overflow(pins->ctx);
}

void cpu_pmc_settle(struct cpu *cpu)
{
	if (cpuid_is_intel(&cpu->features)) return;
	for (unsigned n = 0; n < CPU_PMC_COUNTERS; n++) settle(cpu, n);
}

void cpu_pmc_restart(struct cpu *cpu)
{
	for (unsigned n = 0; n < CPU_PMC_COUNTERS; n++)
		cpu->s.pmc_since[n] = reading(cpu, *cell(cpu, MSR_PERFEVTSEL0 + n));
	cpu_pmc_arm(cpu);
}

/* Arm the timer for the first overflow that interrupts. A halted CPU counts nothing; when it wakes,
 * cpu_pmc_arm() is called again. */
void cpu_pmc_arm(struct cpu *cpu)
{
	uint64_t due = CLOCK_NEVER, now = clock_now(cpu->clock);
	if (cpuid_is_intel(&cpu->features)) return;
	for (unsigned n = 0; n < CPU_PMC_COUNTERS && !cpu->s.halted; n++) {
		uint64_t selection = *cell(cpu, MSR_PERFEVTSEL0 + n);
		uint64_t left = (UINT64_C(1) << COUNTER_BITS) - *cell(cpu, MSR_PERFCTR0 + n);
		if (!counts(selection) || !(selection & SEL_INT)) continue;
		uint64_t passed = reading(cpu, selection) - cpu->s.pmc_since[n];
		left = left > passed ? left - passed : 0;
		if (now + left < due) due = now + left;
	}
	if (due == CLOCK_NEVER)
		clock_disarm(cpu->clock, cpu->pmc_timer);
	else
		clock_arm(cpu->clock, cpu->pmc_timer, due > now ? due : now + 1);
}

static void on_timer(void *ctx, uint64_t due_ns)
{
	(void)due_ns;
	cpu_pmc_settle(ctx);
	cpu_pmc_arm(ctx);
}

void cpu_pmc_init(struct cpu *cpu)
{
	cpu->pmc_timer = clock_add_timer(cpu->clock, "performance counters", on_timer, cpu);
}

bool cpu_is_pmc(const struct cpu *cpu, uint32_t msr)
{
	return !cpuid_is_intel(&cpu->features) &&
	       msr - MSR_PERFEVTSEL0 < (MSR_PERFCTR0 - MSR_PERFEVTSEL0) + CPU_PMC_COUNTERS;
}
