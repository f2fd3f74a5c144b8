/* SPDX-License-Identifier: MIT */
/* x2APIC mode: the local APIC by MSRs, accesses that they refuse, and switching the mode on and
 * off. */
#include "apic.h"

enum {
	X2 = 0x800,
	X2_ID = X2 + 0x02,
	X2_VERSION = X2 + 0x03,
	X2_TPR = X2 + 0x08,
	X2_EOI = X2 + 0x0b,
	X2_LDR = X2 + 0x0d,
	X2_DFR = X2 + 0x0e,
	X2_SVR = X2 + 0x0f,
	X2_ISR = X2 + 0x10,
	X2_ESR = X2 + 0x28,
	X2_ICR = X2 + 0x30,
	X2_ICR_HIGH = X2 + 0x31,
	X2_TIMER = X2 + 0x32,
	X2_INITIAL = X2 + 0x38,
	X2_CURRENT = X2 + 0x39,
	X2_DIVIDE = X2 + 0x3e,
	X2_SELF = X2 + 0x3f,
	BASE_ENABLE = 1 << 11,
	BASE_EXTD = 1 << 10,
	VECTOR = 0x51,
	TOPOLOGY = 0xb,
	DIVIDE_BY_1 = 0xb
};

struct write {
	uint32_t msr, low, high;
};
FRAG(read_one, "mov %edi, %ecx", "rdmsr", "");
FRAG(write_one, "mov (%rdi), %ecx; mov 4(%rdi), %eax; mov 8(%rdi), %edx", "wrmsr", "");

static void refuses(const char *name, uint32_t msr, uint64_t value)
{
	struct write w = { msr, (uint32_t)value, (uint32_t)(value >> 32) };
	expect(name, write_one, (uintptr_t)&w, FAULT(write_one, GP, 0));
}

static void unreadable(const char *name, uint32_t msr)
{
	expect(name, read_one, msr, FAULT(read_one, GP, 0));
}

static void on_x2(struct trap_frame *f)
{
	came[f->vector]++;
	wrmsr(X2_EOI, 0);
}

static void without(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	unreadable("#GP a register in xAPIC mode", X2_ID);
	if (cpuid(1, 0).ecx >> 21 & 1) return;
	refuses("#GP EXTD without the feature", MSR_APIC_BASE, base | BASE_EXTD);
}

static void registers(void)
{
	check("ID is CPUID's", rdmsr(X2_ID), cpuid(TOPOLOGY, 0).edx);
	check("LDR follows from it", rdmsr(X2_LDR), 1);
	check_range("version", rdmsr(X2_VERSION) & 0xff, 0x10, 0x15);
	wrmsr(X2_SVR, SVR_ENABLE | SPURIOUS);
	check("SVR", rdmsr(X2_SVR), SVR_ENABLE | SPURIOUS);
	wrmsr(X2_TPR, 0x30);
	check("TPR", rdmsr(X2_TPR), 0x30);
	wrmsr(X2_TPR, 0);
}

static void refusals(void)
{
	unreadable("#GP RDMSR DFR", X2_DFR);
	unreadable("#GP RDMSR ICR high", X2_ICR_HIGH);
	unreadable("#GP RDMSR EOI", X2_EOI);
	unreadable("#GP RDMSR SELF IPI", X2_SELF);
	unreadable("#GP RDMSR a reserved one", X2 + 0x04);
	unreadable("#GP RDMSR beyond", X2 + 0x40);
	unreadable("#GP RDMSR the last", 0xbff);
	refuses("#GP WRMSR ID", X2_ID, 0);
	refuses("#GP WRMSR LDR", X2_LDR, 1);
	refuses("#GP WRMSR version", X2_VERSION, 0);
	refuses("#GP WRMSR ISR", X2_ISR, 0);
	refuses("#GP WRMSR current count", X2_CURRENT, 0);
	refuses("#GP EOI not 0", X2_EOI, 1);
	refuses("#GP ESR not 0", X2_ESR, 1);
	refuses("#GP TPR reserved bit", X2_TPR, 0x100);
	refuses("#GP TPR above 32 bits", X2_TPR, 1ull << 32);
	refuses("#GP SVR reserved bit", X2_SVR, 1 << 13);
	refuses("#GP ICR reserved bit", X2_ICR, 1 << 20);
	refuses("#GP SELF IPI reserved bit", X2_SELF, 0x100);
}

static unsigned got(uint64_t icr)
{
	came[VECTOR] = 0;
	wrmsr(X2_ICR, icr);
	let_in();
	return came[VECTOR];
}

static void interrupts(void)
{
	enum { ASSERT = 1 << 14 };
	trap_hook[VECTOR] = on_x2;
	came[VECTOR] = 0;
	wrmsr(X2_SELF, VECTOR);
	check("SELF IPI is in the IRR", rdmsr(X2 + 0x22) >> (VECTOR & 31) & 1, 1);
	let_in();
	check("and comes", came[VECTOR], 1);
	check("by its ID", got(rdmsr(X2_ID) << 32 | ASSERT | VECTOR), 1);
	check("by another ID", got(1ull << 32 | ASSERT | VECTOR), 0);
	check("by 0xff", got(0xffull << 32 | ASSERT | VECTOR), 0);
	check("to all", got(0xffffffffull << 32 | ASSERT | VECTOR), 1);
	check("by its cluster", got(1ull << 32 | LOGICAL | ASSERT | VECTOR), 1);
	check("by another cluster", got(0x10001ull << 32 | LOGICAL | ASSERT | VECTOR), 0);
}

static void timer(void)
{
	came[VECTOR] = 0;
	wrmsr(X2_DIVIDE, DIVIDE_BY_1);
	wrmsr(X2_TIMER, VECTOR);
	wrmsr(X2_INITIAL, 100000);
	__asm__ volatile("sti; hlt; cli");
	check("the timer wakes HLT", came[VECTOR], 1);
	check("its count", rdmsr(X2_CURRENT), 0);
	wrmsr(X2_TIMER, LVT_MASKED);
}

static void ways(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE) & ~(uint64_t)(BASE_ENABLE | BASE_EXTD);

	refuses("#GP back to xAPIC mode", MSR_APIC_BASE, base | BASE_ENABLE);
	refuses("#GP EXTD without EN", MSR_APIC_BASE, base | BASE_EXTD);
	wrmsr(MSR_APIC_BASE, base);
	check("disabled, CPUID has no APIC", cpuid(1, 0).edx >> 9 & 1, 0);
	unreadable("#GP a register when disabled", X2_ID);
	refuses("#GP from disabled to x2APIC mode", MSR_APIC_BASE, base | BASE_ENABLE | BASE_EXTD);
	wrmsr(MSR_APIC_BASE, base | BASE_ENABLE);
	check("by way of disabled: xAPIC mode", lapic_read(LAPIC_MODEL_SVR), SPURIOUS);
	check("with its ID", lapic_read(LAPIC_MODEL_ID), 0);
}

void kernel_main(void)
{
	if (!apic_in_cpuid()) return;
	if (!(cpuid(1, 0).ecx >> 21 & 1)) {
		skip("x2APIC mode", "not in CPUID");
		without();
		return;
	}
	trap_hook[SPURIOUS] = on_spurious;
	without();
	lapic_write(LAPIC_MODEL_TPR, 0x20);
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | BASE_EXTD);
	check("what was programmed is kept", rdmsr(X2_TPR), 0x20);
	registers();
	refusals();
	interrupts();
	timer();
	ways();
}
