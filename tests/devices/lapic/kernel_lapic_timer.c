/* SPDX-License-Identifier: MIT */
/* The local APIC's timer: one-shot, periodic and TSC-deadline modes; divider, mask, and stopping
 * it. */
#include "apic.h"

enum { VECTOR = 0x40, MSR_DEADLINE = 0x6e0, DIVIDE_BY_1 = 0xb, DIVIDE_BY_16 = 3 };

static uint32_t ms_ticks; /* ticks of the undivided timer in a millisecond */

static void timer_mode(uint32_t mode) { lapic_write(LAPIC_MODEL_LVT_TIMER, mode | VECTOR); }
static void start(uint32_t count) { lapic_write(LAPIC_INITIAL, count); }
static uint32_t current(void) { return lapic_read(LAPIC_CURRENT); }

static void stop(void)
{
	timer_mode(LVT_MASKED);
	start(0);
	let_in();
	came[VECTOR] = 0;
}

/* Counts the ticks in 10 ms with this code in the divide register. */
static uint32_t measure(uint32_t code)
{
	lapic_write(LAPIC_MODEL_DIVIDE, code);
	start(0xffffffff);
	wait_ms(10);
	return 0xffffffff - current();
}

static void divides(void)
{
	static const struct {
		uint8_t code, factor;
	} divide[] = { { 0x0, 2 },  { 0x1, 4 },  { 0x2, 8 },  { 0x3, 16 },
		       { 0x8, 32 }, { 0x9, 64 }, { 0xa, 128 } };
	uint32_t undivided = measure(DIVIDE_BY_1);

	report(undivided > 10000, "the timer counts");
	ms_ticks = undivided / 10;
	for (unsigned i = 0; i < sizeof divide / sizeof *divide; i++) {
		uint32_t want = undivided / divide[i].factor;
		print("divide by %u: ", (uint32_t)divide[i].factor);
		check_range("ticks in 10 ms", measure(divide[i].code), want - want / 8,
			    want + want / 8);
	}
	check("the divide register reads as written", lapic_read(LAPIC_MODEL_DIVIDE), 0xa);
	lapic_write(LAPIC_MODEL_DIVIDE, DIVIDE_BY_1);
	stop();
}

static void counting(void)
{
	uint32_t first;

	timer_mode(LVT_MASKED);
	start(ms_ticks * 20);
	check("the initial count reads as written", lapic_read(LAPIC_INITIAL), ms_ticks * 20);
	first = current();
	wait_ms(5);
	check_range("the current count falls (ms)", (first - current() + ms_ticks / 2) / ms_ticks,
		    4, 7);
	start(0);
	check("an initial count of 0 stops it", current(), 0);
	start(ms_ticks);
	wait_ms(3);
	check("one-shot, it stops at 0", current(), 0);
	check("and keeps its initial count", lapic_read(LAPIC_INITIAL), ms_ticks);
	stop();
}

static void one_shot(void)
{
	timer_mode(0);
	start(ms_ticks);
	__asm__ volatile("sti; hlt; cli");
	check("one-shot wakes HLT", came[VECTOR], 1);
	let_pass(5);
	check("and comes once", came[VECTOR], 1);
	start(ms_ticks * 10);
	let_pass(2);
	start(ms_ticks * 10);
	let_pass(9);
	check("a new count starts over", came[VECTOR], 1);
	let_pass(2);
	check("and ends", came[VECTOR], 2);
	stop();
}

static void masked(void)
{
	timer_mode(LVT_MASKED);
	start(ms_ticks);
	wait_ms(3);
	timer_mode(0);
	let_pass(1);
	check("what ended while masked does not interrupt", came[VECTOR], 0);
	start(ms_ticks * 5);
	timer_mode(LVT_MASKED);
	wait_ms(2);
	timer_mode(0);
	let_pass(5);
	check("unmasked in time it does", came[VECTOR], 1);
	stop();
}

static void periodic(void)
{
	timer_mode(LVT_PERIODIC);
	start(ms_ticks);
	let_pass(10);
	check_range("periodic: a 1 ms timer in 10 ms", came[VECTOR], 9, 11);
	check_range("its count starts over", current(), 1, ms_ticks);
	start(0);
	let_in();
	came[VECTOR] = 0;
	let_pass(3);
	check("stopped by an initial count of 0", came[VECTOR], 0);

	timer_mode(LVT_PERIODIC);
	start(ms_ticks);
	cli();
	wait_ms(5);
	let_in();
	check_range("with interrupts off the periods are one", came[VECTOR], 1, 2);
	stop();
}

/* --- IA32_TSC_DEADLINE ------------------------------------------------------------------------ */

static uint64_t ms_tsc, seen_at;

static void on_deadline(struct trap_frame *f)
{
	seen_at = rdtsc();
	on_counted(f);
}

static void measure_tsc(void)
{
	uint64_t from = rdtsc();
	wait_ms(10);
	ms_tsc = (rdtsc() - from) / 10;
}

static void deadline_expires(void)
{
	uint64_t at = rdtsc() + 2 * ms_tsc, armed;
	uint32_t count;

	wrmsr(MSR_DEADLINE, at); /* printing takes longer */
	armed = rdmsr(MSR_DEADLINE);
	count = current();
	__asm__ volatile("sti; hlt; cli");
	check("the deadline reads as written", armed, at);
	check("the current count reads 0", count, 0);
	check("a deadline wakes HLT", came[VECTOR], 1);
	check_range("when the TSC is there", seen_at, at, at + ms_tsc);
	check("then the MSR is 0", rdmsr(MSR_DEADLINE), 0);
	let_pass(5);
	check("it comes once", came[VECTOR], 1);
	wrmsr(MSR_DEADLINE, 1);
	let_in();
	check("a deadline in the past comes at once", came[VECTOR], 2);
	check("and is disarmed", rdmsr(MSR_DEADLINE), 0);
	came[VECTOR] = 0;
}

static void deadline_changes(void)
{
	wrmsr(MSR_DEADLINE, rdtsc() + 2 * ms_tsc);
	wrmsr(MSR_DEADLINE, 0);
	let_pass(4);
	check("0 disarms", came[VECTOR], 0);
	wrmsr(MSR_DEADLINE, rdtsc() + 2 * ms_tsc);
	wrmsr(MSR_DEADLINE, rdtsc() + 10 * ms_tsc);
	let_pass(6);
	check("a later deadline replaces it", came[VECTOR], 0);
	let_pass(6);
	check("and comes", came[VECTOR], 1);
	start(ms_ticks);
	let_pass(3);
	check("the initial count is ignored", came[VECTOR], 1);
	came[VECTOR] = 0;
}

static void deadline_masked(void)
{
	timer_mode(LVT_DEADLINE | LVT_MASKED);
	wrmsr(MSR_DEADLINE, rdtsc() + ms_tsc);
	wait_ms(3);
	check("masked it passes", rdmsr(MSR_DEADLINE), 0);
	timer_mode(LVT_DEADLINE);
	let_pass(1);
	check("without an interrupt", came[VECTOR], 0);
	wrmsr(MSR_DEADLINE, rdtsc() + 5 * ms_tsc);
	timer_mode(LVT_DEADLINE | LVT_MASKED);
	timer_mode(LVT_DEADLINE);
	let_pass(7);
	check("masked for a while it stays armed", came[VECTOR], 1);
	came[VECTOR] = 0;
}

static void other_modes(void)
{
	wrmsr(MSR_DEADLINE, rdtsc() + 2 * ms_tsc);
	timer_mode(0);
	check("leaving the mode disarms", rdmsr(MSR_DEADLINE), 0);
	wrmsr(MSR_DEADLINE, rdtsc() + ms_tsc);
	check("in another mode the MSR ignores writes", rdmsr(MSR_DEADLINE), 0);
	let_pass(4);
	check("and nothing comes", came[VECTOR], 0);
	start(ms_ticks * 3);
	timer_mode(LVT_DEADLINE);
	let_pass(5);
	check("entering the mode stops the count", came[VECTOR], 0);
}

static void moved_tsc(void)
{
	wrmsr(MSR_DEADLINE, rdtsc() + 1000 * ms_tsc);
	wrmsr(MSR_TSC, rdtsc() + 2000 * ms_tsc);
	let_in();
	check("a TSC set past the deadline brings it", came[VECTOR], 1);
	stop();
}

static void deadline(void)
{
	if (!(cpuid(1, 0).ecx >> 24 & 1)) {
		skip("TSC deadline", "not in CPUID");
		return;
	}
	trap_hook[VECTOR] = on_deadline;
	measure_tsc();
	timer_mode(LVT_DEADLINE);
	check("the mode reads as written", lapic_read(LAPIC_MODEL_LVT_TIMER),
	      LVT_DEADLINE | VECTOR);
	deadline_expires();
	deadline_changes();
	deadline_masked();
	other_modes();
	moved_tsc();
}

void kernel_main(void)
{
	if (!apic_in_cpuid()) return;
	trap_hook[VECTOR] = on_counted;
	lapic_start();
	timer_mode(LVT_MASKED);
	divides();
	counting();
	one_shot();
	masked();
	periodic();
	deadline();
	check("spurious interrupts", came[SPURIOUS], 0);
}
