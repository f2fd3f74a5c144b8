/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/stall_report.h"
#include "tests/check.h"

#include "guest_fixture.h"
#include "tests/unit/emu/random.h"

enum { MS = 1000000, LOOP = 0x1100 };

static struct profile p;
static struct cpu_stats cpu;
static struct stall stall;
static char verdict[STALL_VERDICT_SIZE];

static const struct reg_desc status = { .name = "STATUS",
					.width = 8,
					REG_FIELDS({ "READY", 0, 0, REG_RO },
						   { "ERROR", 7, 6, REG_RO }) };
static const struct device_ops ops = { .name = "chip", .regs = &status, .n_regs = 1 };
static const struct device device = { .ops = &ops, .instance = "chip0" };

static void start(void)
{
	long_mode();
	cpu = (struct cpu_stats){ 0 };
	profile_start(&p, 0, &cpu, 0);
	stall = (struct stall){ .view = view_of_guest(), .profile = &p, .interrupts = "" };
}

static void code(const void *bytes, size_t n) { put(LOOP, bytes, n); }

static void enter(uint64_t linear, uint32_t size, uint32_t instructions, unsigned times)
{
	struct cpu_block b = {
		.linear = linear, .size = size, .instructions = instructions, .ns = instructions
	};
	for (unsigned i = 0; i < times; i++) profile_on_block(&p, &b);
}

static void read_status(uint8_t value, unsigned times)
{
	struct access a = { .addr = 0x300,
			    .dev = &device,
			    .reg = &status,
			    .width = 8,
			    .value = value,
			    .pc = LOOP };
	for (unsigned i = 0; i < times; i++) p.observer.access(p.observer.ctx, &a);
}

static void take(enum irq_event_kind kind, uint8_t vector, unsigned times)
{
	struct irq_event e = { .kind = kind, .vector = vector, .pc = LOOP, .fault_addr = 0x5000 };
	for (unsigned i = 0; i < times; i++) p.observer.irq(p.observer.ctx, &e);
}

static bool told(const char *phrase)
{
	profile_stop(&p, 2 * MS, &cpu);
	return strstr(stall_verdict(&stall, verdict, sizeof(verdict)), phrase) != NULL;
}

static void report(void)
{
	profile_stop(&p, 2 * MS, &cpu);
	FILE *out = open_text();
	stall_report(&stall, out);
	fclose(out);
}

TestSuite(stall_report, .init = start, .fini = forget_text, .timeout = 60);

Test(stall_report, what_the_bios_waits_for_comes_before_the_rest)
{
	stall.waits = "the guest waits for a key";
	check(told("the guest waits for a key"));
	stall.waits_asleep = true;
	check(!told("the guest waits for a key"), "not if it does not sleep");
}

Test(stall_report, a_polled_register_is_named_with_what_is_waited_for)
{
	static const uint8_t poll[] = { 0xec, 0xa8, 1, 0x74, 0xfb }; /* in al,dx; test al,1; je */
	code(poll, sizeof(poll));
	enter(LOOP, sizeof(poll), 3, 1200);
	read_status(0x40, 1200);
	check(told("the guest polls chip.STATUS (chip0): 1,200 reads in 2.00 ms, from 0x1100 "
		   "sym_1100, always 0x40; it waits for READY (mask 0x1), which is 0"),
	      "%s", verdict);
}

Test(stall_report, several_fields_of_a_mask_are_all_named)
{
	static const uint8_t poll[] = { 0xec, 0x24, 0xc1, 0x74, 0xfb }; /* in al,dx; and al,0xc1 */
	code(poll, sizeof(poll));
	enter(LOOP, sizeof(poll), 3, 1200);
	read_status(0x40, 1200);
	check(told("it tests mask 0xc1: READY=0 ERROR=1"), "%s", verdict);
}

Test(stall_report, a_value_that_keeps_changing_is_called_so)
{
	for (unsigned i = 0; i < 100; i++) read_status((uint8_t)i, 1);
	check(told("and the value keeps changing"), "%s", verdict);
}

Test(stall_report, an_address_where_nothing_answers_is_called_so)
{
	struct access a = { .addr = 0x3f6, .width = 8, .value = 0xff, .pc = LOOP };
	for (unsigned i = 0; i < 50; i++) p.observer.access(p.observer.ctx, &a);
	check(told("polls port 0x3f6, where nothing answers"), "%s", verdict);
}

Test(stall_report, a_few_reads_among_other_work_are_no_poll)
{
	for (unsigned i = 0; i < 100; i++) enter(0x1000 + i * 8, 8, 5, 100);
	read_status(0, 5);
	check(told("the guest is busy"), "%s", verdict);
}

Test(stall_report, a_jump_to_itself_is_an_end)
{
	static const uint8_t self[] = { 0xeb, 0xfe };
	code(self, sizeof(self));
	enter(LOOP, sizeof(self), 1, 1000);
	check(told("an instruction that jumps to itself, at 0x1100 sym_1100, with interrupts "
		   "off: it has stopped for good"),
	      "%s", verdict);
	regs.rflags = 1 << 9;
	check(!told("for good"));
}

Test(stall_report, a_loop_over_memory_is_reported_with_what_it_reads)
{
	/* mov eax, [rip + 0xfa] = 0x1200; test eax, eax; je */
	static const uint8_t loop[] = { 0x8b, 5, 0xfa, 0, 0, 0, 0x85, 0xc0, 0x74, 0xf6 };
	code(loop, sizeof(loop));
	put64(0x1200, 7);
	enter(LOOP, sizeof(loop), 3, 1000);
	check(told("spins in a loop of 3 instructions"), "%s", verdict);
	check(told("reads 4 bytes at 0x1200 (sym_1200), which hold 0x7"), "%s", verdict);
	check(told("with interrupts off, only a device's DMA could change that"));
	regs.rflags = 1 << 9;
	check(told("only an interrupt handler or a device's DMA"), "%s", verdict);
}

Test(stall_report, a_loop_on_the_time_stamp_counter_waits_for_time)
{
	static const uint8_t loop[] = { 0x0f, 0x31, 0x39, 0xd8, 0x72, 0xfa };
	code(loop, sizeof(loop));
	enter(LOOP, sizeof(loop), 3, 1000);
	check(told("time stamp counter"), "%s", verdict);
}

Test(stall_report, a_loop_that_only_counts_is_called_so)
{
	static const uint8_t loop[] = { 0x48, 0xff, 0xc0, 0xeb, 0xfb };
	code(loop, sizeof(loop));
	enter(LOOP, sizeof(loop), 2, 1000);
	check(told("reads no memory"), "%s", verdict);
}

Test(stall_report, the_same_exception_over_and_over_comes_first)
{
	enter(LOOP, 4, 100, 1000);
	take(IRQ_EVENT_EXCEPTION, 14, 1000);
	check(told("takes the same exception again and again, 1,000 times in 2.00 ms"), "%s",
	      verdict);
	report();
	check(says("walk of 0x5000"));
}

Test(stall_report, a_handler_that_faults_is_told_apart_from_one_that_returns)
{
	enter(LOOP, 4, 100, 1000);
	take(IRQ_EVENT_EXCEPTION, 14, 1000);
	check(told("its handler returns without removing the cause"), "%s", verdict);
	profile_start(&p, 0, &cpu, 0);
	take(IRQ_EVENT_EXCEPTION, 14, 1000);
	check(told("that is the start of its handler"), "%s", verdict);
}

Test(stall_report, page_faults_at_other_addresses_are_demand_paging)
{
	enter(LOOP, 4, 100, 1000);
	for (unsigned i = 0; i < 100; i++) {
		struct irq_event e = { .kind = IRQ_EVENT_EXCEPTION,
				       .vector = 14,
				       .pc = LOOP,
				       .fault_addr = i * 4096 };
		p.observer.irq(p.observer.ctx, &e);
	}
	check(!told("again and again"), "%s", verdict);
}

Test(stall_report, an_interrupt_storm_is_recognised)
{
	enter(LOOP, 4, 10, 1000);
	take(IRQ_EVENT_TAKEN, 0x24, 500);
	check(told("does little but take interrupt 0x24, 500 times"), "%s", verdict);
}

Test(stall_report, a_sleeping_guest_is_no_loop_of_instructions)
{
	cpu.halted_ns = 2 * MS - 1000;
	stall.view.halted = true;
	check(told("the guest sleeps: it spent 100 % of the last 2.00 ms in HLT, at 0x10ff"), "%s",
	      verdict);
	check(told("no interrupt came"));
	stall.held = "the 8259A holds back IRQ 0";
	check(told("and no interrupt came: the 8259A holds back IRQ 0"), "%s", verdict);
}

Test(stall_report, the_interrupts_that_woke_it_are_counted)
{
	cpu.halted_ns = 2 * MS - 1000;
	take(IRQ_EVENT_TAKEN, 0x20, 1);
	check(told("; 1 interrupt woke it"), "%s", verdict);
}

Test(stall_report, the_evidence_follows)
{
	static const uint8_t poll[] = { 0xec, 0xa8, 1, 0x74, 0xfb };
	code(poll, sizeof(poll));
	enter(LOOP, sizeof(poll), 3, 1200);
	read_status(0x40, 1200);
	stall.interrupts = "interrupts:\n  none\n";
	stall.screen = "hello";
	report();
	check(says("bimetal: stall: the guest polls"));
	check(says("  100.0 %  sym_1100"), "%s", text);
	check(says("the hottest block, entered 1,200 times:"));
	check(says("in al, dx"));
	check(says("1,200 reads  100 %  chip.STATUS (chip0), last 0x40 (READY=0 ERROR=1)") ||
		      says("1,200 reads  100 %  chip.STATUS (chip0), last 0x40 (ERROR=1)"),
	      "%s", text);
	check(says("interrupts:\n  none\n"));
	check(says("backtrace:"));
	check(says("  |hello\n"));
	stall.brief = true;
	report();
	check(!says("backtrace:"));
}

Test(stall_report, what_came_once_is_not_plural)
{
	static const uint8_t poll[] = { 0xec, 0xa8, 1, 0x74, 0xfb };
	code(poll, sizeof(poll));
	enter(LOOP, sizeof(poll), 3, 1);
	read_status(0x40, 1);
	take(IRQ_EVENT_TAKEN, 0x24, 1);
	report();
	check(says("the hottest block, entered 1 time:"), "%s", text);
	check(says(" 1 read   100 %  chip.STATUS"), "%s", text);
	check(says(" 1 time  interrupt 0x24"), "%s", text);
}

Test(stall_report, a_run_that_was_not_watched_is_reported_so)
{
	profile_stop(&p, 0, &cpu);
	check(told("the run was too short"), "%s", verdict);
	report();
}

Test(stall_report, a_short_buffer_is_not_overrun)
{
	char small[20];
	read_status(0, 100);
	profile_stop(&p, 2 * MS, &cpu);
	check_eq(sz, strlen(stall_verdict(&stall, small, sizeof(small))), sizeof(small) - 1);
}

Test(stall_report, the_report_ends_whatever_the_guest_did)
{
	uint64_t random = 11;
	for (unsigned round = 0; round < 100; round++) {
		profile_start(&p, 0, &cpu, 0);
		for (size_t i = 0; i < SIZE; i++) memory[i] = (uint8_t)random_next(&random);
		for (size_t i = 0; i < sizeof(regs); i++)
			((uint8_t *)&regs)[i] = (uint8_t)random_next(&random);
		for (unsigned i = 0; i < 20; i++) {
			enter(BASE + random_next(&random) % SIZE,
			      (uint32_t)random_next(&random) % 600,
			      (uint32_t)random_next(&random) % 50, 1 + random_next(&random) % 200);
			struct access a = { .addr = random_next(&random) % 4,
					    .dev = random & 1 ? &device : NULL,
					    .reg = random & 2 ? &status : NULL,
					    .width = 8u << random_next(&random) % 4,
					    .value = random_next(&random),
					    .pc = BASE + random_next(&random) % SIZE };
			if (round % 3) p.observer.access(p.observer.ctx, &a);
		}
		if (round % 5 == 0) read_status(1, 100);
		report();
		require(says("bimetal: stall: "));
	}
}
