/* SPDX-License-Identifier: MIT */
#include "tests/unit/drivers/host_fixture.h"

#include <string.h>

enum { PORT = 0x300, VECTOR = 0x40 };

static struct {
	uint8_t vector;
	uint64_t ns;
	bool interrupts_on;
} taken[256];
static unsigned n_taken;
static unsigned timer;
static bool stubborn; /* the handler does not clear the request */

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	if (n_taken < 256) {
		taken[n_taken].vector = vector;
		taken[n_taken].ns = clock_now(&vclock);
		taken[n_taken].interrupts_on = cpu.s.interrupts_on;
	}
	n_taken++;
	if (stubborn) next_vector = VECTOR;
	if (!stubborn) host_cpu_processor(&cpu).ops->set_intr(&cpu, false);
}

static void request(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	(void)due_ns;
	next_vector = VECTOR;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
}

static void set_up(void)
{
	host_power_on();
	cpu.dispatch = dispatch;
	n_taken = 0;
	stubborn = false;
	timer = clock_add_timer(&vclock, "test", request, NULL);
}

TestSuite(host_cpu, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(host_cpu, accesses_take_as_long_as_on_an_emulated_cpu)
{
	(void)io_read8(io_port(&cpu, PORT), 0);
	check_eq(u64, clock_now(&vclock), CPU_CHARGE_PORT);
	io_write32(io_memory(&cpu, 0xd0000000, 1), 0, 0);
	check_eq(u64, clock_now(&vclock), CPU_CHARGE_PORT + CPU_CHARGE_MMIO);
	wait_relax(&wait);
	check_eq(u64, clock_now(&vclock), CPU_CHARGE_PORT + CPU_CHARGE_MMIO + CPU_CHARGE_PAUSE);
}

static void count_stop(void *ctx) { ++*(unsigned *)ctx; }

Test(host_cpu, its_end_comes_in_accesses_and_in_waits)
{
	enum { END = 5000 };
	unsigned stops = 0;

	cpu.stop = count_stop;
	cpu.stop_ctx = &stops;
	cpu.end_ns = END;
	wait_ns(&wait, END - 1);
	check_eq(uint, stops, 0);
	wait_ns(&wait, 1);
	check_eq(uint, stops, 1);
	check_eq(u64, clock_now(&vclock), END);
	(void)io_read8(io_port(&cpu, PORT), 0);
	check_eq(uint, stops, 2);
}

Test(host_cpu, waits_know_where_they_were_called)
{
	uintptr_t before = cpu.s.pc;

	(void)wait_now(&wait);
	check_ne(u64, cpu.s.pc, before);
	before = cpu.s.pc;
	wait_relax(&wait);
	check_ne(u64, cpu.s.pc, before);
	before = cpu.s.pc;
	wait_irq_enable(&wait);
	check_ne(u64, cpu.s.pc, before);
	before = cpu.s.pc;
	wait_for_irq(&wait);
	check_ne(u64, cpu.s.pc, before);
}

Test(host_cpu, an_unclaimed_read_gives_all_ones_and_is_reported)
{
	check_eq(u8, io_read8(io_port(&cpu, PORT), 0), 0xff);
	check_eq(u16, io_read16(io_port(&cpu, PORT), 0), 0xffff);
	check_eq(u64, io_read64(io_memory(&cpu, 0xd0000000, 1), 0), UINT64_MAX);
	check_eq(sz, rec.n_lints, 3);
}

Test(host_cpu, an_interrupt_waits_for_the_flag)
{
	clock_arm(&vclock, timer, 1000);
	wait_ns(&wait, 5000);
	check_eq(u32, n_taken, 0);
	wait_irq_enable(&wait);
	require_eq(u32, n_taken, 1);
	check_eq(u8, taken[0].vector, VECTOR);
	check(!taken[0].interrupts_on);
	check(cpu.s.interrupts_on, "and the flag is set again");
}

Test(host_cpu, an_interrupt_is_taken_in_a_wait_when_it_comes)
{
	wait_irq_enable(&wait);
	clock_arm(&vclock, timer, 3000);
	wait_ns(&wait, 10000);
	require_eq(u32, n_taken, 1);
	check_eq(u64, taken[0].ns, 3000);
	check_eq(u64, clock_now(&vclock), 10000);
}

Test(host_cpu, an_interrupt_is_taken_before_the_next_access)
{
	wait_irq_enable(&wait);
	clock_arm(&vclock, timer, CPU_CHARGE_PORT);
	(void)io_read8(io_port(&cpu, PORT), 0);
	check_eq(u32, n_taken, 0, "it became due by this access");
	(void)io_read8(io_port(&cpu, PORT), 0);
	check_eq(u32, n_taken, 1);
}

Test(host_cpu, saving_the_flag_nests)
{
	check(!wait_irq_save(&wait));
	wait_irq_enable(&wait);
	bool outer = wait_irq_save(&wait), inner = wait_irq_save(&wait);
	check(outer);
	check(!inner);
	wait_irq_restore(&wait, inner);
	check(!cpu.s.interrupts_on);
	wait_irq_restore(&wait, outer);
	check(cpu.s.interrupts_on);
}

Test(host_cpu, sleep_ends_with_the_interrupt)
{
	clock_arm(&vclock, timer, 7000);
	wait_for_irq(&wait);
	check_eq(u32, n_taken, 1);
	check_eq(u64, clock_now(&vclock), 7000);
	check(!cpu.s.interrupts_on);
}

Test(host_cpu, a_sleep_without_an_interrupt_ends)
{
	check(!host_cpu_sleep(&cpu));
	check_eq(u32, n_taken, 0);
}

static void note_stuck(void *ctx, const char *why)
{
	const char **told = ctx;
	*told = why;
}

Test(host_cpu, a_sleep_that_nothing_can_end_is_told)
{
	const char *told = NULL;

	cpu.stuck = note_stuck;
	cpu.stuck_ctx = &told;
	clock_arm(&vclock, timer, 7000);
	wait_for_irq(&wait);
	check_eq(ptr, told, NULL);
	wait_for_irq(&wait);
	check_eq(str, told, "wait_for_irq() with nothing left that could interrupt");
}

Test(host_cpu, sleep_ends_at_once_if_a_request_is_pending)
{
	request(NULL, 0);
	wait_for_irq(&wait);
	check_eq(u32, n_taken, 1);
	check_eq(u64, clock_now(&vclock), 0);
}

Test(host_cpu, hlt_ends_with_the_interrupt_and_keeps_the_flag)
{
	clock_arm(&vclock, timer, 7000);
	host_cpu_sti(&cpu);
	check(host_cpu_hlt(&cpu));
	check_eq(u32, n_taken, 1);
	check_eq(u64, clock_now(&vclock), 7000);
	check(cpu.s.interrupts_on);
}

Test(host_cpu, hlt_directly_behind_sti_is_woken_by_what_was_pending)
{
	request(NULL, 0);
	host_cpu_sti(&cpu);
	check_eq(u32, n_taken, 1);
	check(host_cpu_hlt(&cpu));
	check_eq(u64, clock_now(&vclock), 0);
}

/* Each of these loses the interrupt in hardware too. */
Test(host_cpu, hlt_sleeps_through_what_came_before_an_access_or_another_sti)
{
	request(NULL, 0);
	host_cpu_sti(&cpu);
	wait_relax(&wait);
	check(!host_cpu_hlt(&cpu));

	host_cpu_set_interrupts(&cpu, false);
	request(NULL, 0);
	host_cpu_sti(&cpu);
	host_cpu_sti(&cpu);
	check(!host_cpu_hlt(&cpu));
	check_eq(u32, n_taken, 2);

	request(NULL, 0); /* interrupts are on: it comes before the STI */
	host_cpu_sti(&cpu);
	check(!host_cpu_hlt(&cpu));
	check_eq(u32, n_taken, 3);
}

Test(host_cpu, hlt_that_nothing_can_wake_is_told)
{
	check(!host_cpu_hlt(&cpu), "interrupts are off");
	clock_arm(&vclock, timer, 7000);
	check(!host_cpu_hlt(&cpu), "and stay off");
	check_eq(u64, clock_now(&vclock), 0);
}

Test(host_cpu, a_storm_lets_the_driver_go_on)
{
	stubborn = true;
	wait_irq_enable(&wait);
	request(NULL, 0);
	(void)io_read8(io_port(&cpu, PORT), 0);
	check(n_taken > 1);
	check(n_taken < 1000);
}

Test(host_cpu, an_nmi_needs_no_flag_and_does_not_nest)
{
	host_cpu_processor(&cpu).ops->set_nmi(&cpu);
	wait_relax(&wait);
	require_eq(u32, n_taken, 1);
	check_eq(u8, taken[0].vector, 2);
	check(!cpu.s.in_nmi);
}

Test(host_cpu, a_deadline_is_met_at_its_time_and_never_wraps)
{
	uint64_t end = wait_deadline(&wait, 50000);
	while (!wait_expired(&wait, end)) wait_relax(&wait);
	check(clock_now(&vclock) >= end);
	check(clock_now(&vclock) < end + 2000);
	check_eq(u64, wait_deadline(&wait, UINT64_MAX), UINT64_MAX);
}

Test(host_cpu, shared_memory_is_the_machines_ram)
{
	struct dma dma = dma_memory(&cpu, 0x2000, 64);
	uint32_t seen = 0;
	dma_store32(&dma, 4, 0x11223344);
	require(mem_read32(&mem, 0x2004, &seen));
	check_eq(u32, seen, 0x11223344);
	check_eq(u16, dma_load16(&dma, 6), 0x1122);
	check_eq(u64, dma_address(&dma, 8), 0x2008);
	dma_store64(&dma, 60, 1);
	check_eq(u64, dma_load64(&dma, 60), UINT64_MAX, "beyond the end");
	check_eq(u64, dma_load64(&dma, UINT32_MAX), UINT64_MAX);
	check(!dma_holds(&dma, 65, 0));
	check(dma_holds(&dma, 64, 0));
}

/* ---- its own registers ---- */

static uint64_t board_msr;

static bool msr_read_pin(void *ctx, uint32_t msr, uint64_t *value)
{
	(void)ctx;
	*value = board_msr;
	return msr == 0x1b;
}

static bool msr_write_pin(void *ctx, uint32_t msr, uint64_t value)
{
	(void)ctx;
	if (msr != 0x1b || value == 0) return false;
	board_msr = value;
	return true;
}

Test(host_cpu, msrs_are_the_boards)
{
	struct msrs msrs = msrs_of_host(&cpu);
	cpu.pins.msr_read = msr_read_pin;
	cpu.pins.msr_write = msr_write_pin;
	msr_store(msrs, 0x1b, UINT64_C(0x123456789a));
	check_eq(u64, msr_load(msrs, 0x1b), UINT64_C(0x123456789a));
	check_eq(u32, n_taken, 0);
}

Test(host_cpu, an_msr_that_is_not_there_is_a_fault)
{
	struct msrs msrs = msrs_of_host(&cpu);
	wait_irq_enable(&wait);
	check_eq(u64, msr_load(msrs, 0x1b), 0, "no board");
	msr_store(msrs, 0x1b, 1);
	cpu.pins.msr_read = msr_read_pin;
	cpu.pins.msr_write = msr_write_pin;
	board_msr = 5;
	check_eq(u64, msr_load(msrs, 0x1c), 0);
	msr_store(msrs, 0x1b, 0);
	check_eq(u64, board_msr, 5, "refused");
	require_eq(u32, n_taken, 4);
	for (unsigned i = 0; i < n_taken; i++) {
		check_eq(u8, taken[i].vector, 13);
		check(!taken[i].interrupts_on);
	}
	check(cpu.s.interrupts_on, "as it was");
}

Test(host_cpu, what_is_due_happens_before_an_msr_is_accessed)
{
	struct msrs msrs = msrs_of_host(&cpu);
	cpu.pins.msr_read = msr_read_pin;
	wait_irq_enable(&wait);
	clock_arm(&vclock, timer, 500);
	clock_advance(&vclock, 1000);
	(void)msr_load(msrs, 0x1b);
	require_eq(u32, n_taken, 1);
	check_eq(u8, taken[0].vector, VECTOR);
}

static struct host_cpuid tell(void *ctx, uint32_t leaf, uint32_t subleaf)
{
	return (struct host_cpuid){ .eax = leaf, .ebx = subleaf, .ecx = *(unsigned *)ctx };
}

static bool has(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "x2apic") == 0;
}

Test(host_cpu, cpuid_and_features_are_as_configured)
{
	unsigned context = 7;
	struct processor processor = host_cpu_processor(&cpu);
	check_eq(u32, msr_cpuid(msrs_of_host(&cpu), 1, 0).edx, 0);
	check(processor.ops->has_feature(processor.ctx, "tsc-deadline"), "whatever there is");
	cpu.cpuid = tell;
	cpu.has_feature = has;
	cpu.model_ctx = &context;
	struct msr_cpuid told = msr_cpuid(msrs_of_host(&cpu), 0xb, 1);
	check_eq(u32, told.eax, 0xb);
	check_eq(u32, told.ebx, 1);
	check_eq(u32, told.ecx, 7);
	check(processor.ops->has_feature(processor.ctx, "x2apic"));
	check(!processor.ops->has_feature(processor.ctx, "tsc-deadline"));
}

Test(host_cpu, the_time_stamp_counter_at_a_future_time)
{
	clock_advance(&vclock, 5000);
	check_eq(u64, wait_tsc_after(&wait, 300), 5300 + CPU_CHARGE_RDTSC);
	check_eq(u64, wait_tsc_after(&wait, UINT64_MAX), UINT64_MAX);
}
