/* SPDX-License-Identifier: MIT */
/* The time-stamp counter: it never goes backwards, and advances while the machine waits. */
#include "k.h"

enum { CR4_TSD = 1 << 2 };
FRAG(read_tsc, "mov $-1, %rax; mov $-1, %rdx", "rdtsc",
     "shr $32, %rax; shr $32, %rdx; or %rdx, %rax");
FRAG(read_tscp, "", "rdtscp", "mov %ecx, %eax");
UFRAG(u_rdtscp, "", "rdtscp", "");

static void monotonic(void)
{
	uint64_t last = rdtsc(), start = last;
	unsigned backwards = 0;

	for (unsigned i = 0; i < 10000; i++) {
		uint64_t now = rdtsc();
		if (now < last) backwards++;
		last = now;
	}
	check("steps back in 10000 readings", backwards, 0);
	report(last > start, "10000 readings take time");
	expect("RDTSC", read_tsc, 0, RETURNS);
	check("clears the upper halves", frag_ax, 0);
}

static void waiting(void)
{
	uint64_t short_wait, long_wait, start = rdtsc();

	pit_wait(1000);
	short_wait = rdtsc() - start;
	start = rdtsc();
	pit_wait(40000);
	long_wait = rdtsc() - start;
	report(short_wait > 0, "1 ms by the 8254 is time by the TSC");
	report(long_wait > short_wait, "40 ms are longer than 1 ms");
}

static void rdtscp(void)
{
	if (!(cpuid_or_zero(0x80000001u, 0).edx >> 27 & 1)) {
		skip("RDTSCP", "not in CPUID");
		expect("#UD RDTSCP", read_tscp, 0, FAULT(read_tscp, UD, 0));
		return;
	}
	wrmsr(MSR_TSC_AUX, 0xabcd1234);
	expect("RDTSCP", read_tscp, 0, RETURNS);
	check("its ECX is TSC_AUX", frag_ax, 0xabcd1234);
	expect_user("RDTSCP in ring 3", u_rdtscp, 0, RETURNS);
	check("its ECX there", trap_last.frame.cx, 0xabcd1234);
	write_cr4(read_cr4() | CR4_TSD);
	expect_user("#GP RDTSCP in ring 3 with CR4.TSD", u_rdtscp, 0, FAULT(u_rdtscp, GP, 0));
	expect("RDTSCP in ring 0 with CR4.TSD", read_tscp, 0, RETURNS);
	write_cr4(read_cr4() & ~(uintptr_t)CR4_TSD);
}

void kernel_main(void)
{
	monotonic();
	waiting();
	rdtscp();
}
