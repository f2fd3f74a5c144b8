/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emu/clock.h"
#include "emu/observe.h"
#include "emu/regs.h"
#include "tests/check.h"

static char heard[64]; /* the callbacks in order, one letter for each */
static struct access last_access;
static struct lint last_lint;
static struct irq_event last_irq;
static unsigned pc_calls;

static void note(const char *who) { strncat(heard, who, sizeof heard - strlen(heard) - 1); }

static void on_access(void *ctx, const struct access *a)
{
	note(ctx);
	last_access = *a;
}

static void on_lint(void *ctx, const struct lint *l)
{
	note(ctx);
	last_lint = *l;
}

static void on_irq(void *ctx, const struct irq_event *e)
{
	note(ctx);
	last_irq = *e;
}

static uint64_t pc(void *ctx)
{
	pc_calls++;
	return *(uint64_t *)ctx;
}

static uint64_t guest_pc = 0xffffffff81000000;
static char name_a[] = "a", name_b[] = "b", name_c[] = "c";
static struct observer a = { .access = on_access, .lint = on_lint, .irq = on_irq, .ctx = name_a };
static struct observer b = { .access = on_access, .lint = on_lint, .irq = on_irq, .ctx = name_b };
static struct observer c = { .access = on_access, .ctx = name_c };

TestSuite(observe, .timeout = 60);

Test(observe, observers_are_called_in_the_order_of_attaching)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach(&hub, &b);
	hub_attach(&hub, &a);
	hub_attach(&hub, &c);
	hub_access(&hub, &event);
	require_eq(str, heard, "bac");
}

Test(observe, an_observer_without_a_callback_is_passed_over)
{
	struct hub hub = { 0 };
	struct lint lint = { .desc = &bus_lints[BUS_LINT_UNCLAIMED_READ] };
	struct irq_event irq = { 0 };

	hub_attach(&hub, &c);
	hub_attach(&hub, &a);
	hub_lint(&hub, &lint);
	hub_irq(&hub, &irq);
	require_eq(str, heard, "aa");
}

Test(observe, detaching_leaves_the_others)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach(&hub, &a);
	hub_attach(&hub, &b);
	hub_attach(&hub, &c);
	hub_detach(&hub, &b);
	hub_access(&hub, &event);
	hub_detach(&hub, &a);
	hub_access(&hub, &event);
	hub_detach(&hub, &c);
	hub_access(&hub, &event);
	check_eq(str, heard, "acc");
	check_eq(ptr, hub.first, NULL);
}

Test(observe, detaching_an_observer_that_is_not_attached_does_nothing)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach(&hub, &a);
	hub_detach(&hub, &b);
	hub_access(&hub, &event);
	require_eq(str, heard, "a");
}

Test(observe, an_observer_attached_twice_is_called_once)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach(&hub, &a);
	hub_attach(&hub, &b);
	hub_attach(&hub, &a);
	hub_access(&hub, &event);
	require_eq(str, heard, "ab");
}

Test(observe, an_observer_may_be_attached_again)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach(&hub, &a);
	hub_attach(&hub, &b);
	hub_detach(&hub, &a);
	hub_attach(&hub, &a);
	hub_access(&hub, &event);
	require_eq(str, heard, "ba");
}

Test(observe, time_and_pc_are_filled_in)
{
	struct clock clock;
	struct hub hub = { .clock = &clock, .pc = pc, .pc_ctx = &guest_pc };
	struct access event = { .addr = 0x3f8 };
	struct lint lint = { .addr = 0x3f9, .desc = &reg_lints[REG_LINT_RESERVED] };

	clock_init(&clock);
	clock_advance(&clock, 12345);
	hub_attach(&hub, &a);
	hub_access(&hub, &event);
	check_eq(u64, last_access.time_ns, 12345);
	check_eq(u64, last_access.pc, guest_pc);
	check_eq(u64, last_access.addr, 0x3f8);
	hub_lint(&hub, &lint);
	check_eq(u64, last_lint.time_ns, 12345);
	check_eq(u64, last_lint.pc, guest_pc);
}

static struct access last_msr;

static void on_msr(void *ctx, const struct access *a)
{
	note(ctx);
	last_msr = *a;
}

Test(observe, registers_of_the_processor_are_told_apart_from_the_bus)
{
	struct clock clock;
	clock_init(&clock);
	clock_advance(&clock, 77);
	struct hub hub = { .clock = &clock, .pc = pc, .pc_ctx = &guest_pc };
	struct observer m = { .msr = on_msr, .ctx = name_c };
	struct access event = { .addr = 0x830, .value = 5, .width = 64, .space = BUS_MSR };

	hub_attach(&hub, &a);
	hub_attach(&hub, &m);
	hub_msr(&hub, &event);
	check_eq(str, heard, "c");
	check_eq(u64, last_msr.addr, 0x830);
	check_eq(u64, last_msr.time_ns, 77);
	check_eq(u64, last_msr.pc, guest_pc);
	hub_msr(NULL, &event);
}

Test(observe, an_interrupt_keeps_the_return_address_it_came_with)
{
	struct clock clock;
	struct hub hub = { .clock = &clock, .pc = pc, .pc_ctx = &guest_pc };
	struct irq_event irq = { .pc = 0x1234, .vector = 0x20 };

	clock_init(&clock);
	clock_advance(&clock, 77);
	hub_attach(&hub, &a);
	hub_irq(&hub, &irq);
	check_eq(u64, last_irq.pc, 0x1234);
	check_eq(u64, last_irq.time_ns, 77);
	check_eq(u8, last_irq.vector, 0x20);
}

Test(observe, the_pc_is_not_read_if_no_observer_wants_it)
{
	struct hub hub = { .pc = pc, .pc_ctx = &guest_pc };
	struct observer no_pc = { .access = on_access, .ctx = name_a, .access_without_pc = true };
	struct access event = { 0 };

	hub_access(&hub, &event);
	hub_attach(&hub, &no_pc);
	hub_access(&hub, &event);
	check_eq(uint, pc_calls, 0);
	hub_attach(&hub, &b);
	hub_access(&hub, &event);
	check_eq(uint, pc_calls, 1);
	check_eq(u64, last_access.pc, guest_pc);
}

Test(observe, a_register_is_wanted_if_an_observer_wants_it)
{
	struct hub hub = { 0 };
	struct observer no_reg = { .access = on_access, .ctx = name_a, .access_without_reg = true };
	struct observer lints = { .lint = on_lint, .ctx = name_c };

	check(!hub_wants_reg(NULL));
	check(!hub_wants_reg(&hub));
	hub_attach(&hub, &no_reg);
	hub_attach(&hub, &lints);
	check(!hub_wants_reg(&hub));
	hub_attach(&hub, &b);
	check(hub_wants_reg(&hub));
	hub_detach(&hub, &b);
	check(!hub_wants_reg(&hub));
}

Test(observe, the_hub_hears_accesses_while_an_observer_wants_them)
{
	struct hub hub = { 0 };
	struct observer lints = { .lint = on_lint, .ctx = name_c };

	check(!hub_hears_access(NULL));
	hub_attach(&hub, &lints);
	check(!hub_hears_access(&hub), "lints alone");
	hub_attach(&hub, &b);
	check(hub_hears_access(&hub));
	hub_detach(&hub, &lints);
	check(hub_hears_access(&hub));
	hub_detach(&hub, &b);
	check(!hub_hears_access(&hub));
}

/* ---- observers of every hub ---- */

static void on_firmware(void *ctx, bool runs)
{
	note(ctx);
	note(runs ? "+" : "-");
}

static char name_e[] = "e";
static struct observer e = {
	.access = on_access, .lint = on_lint, .irq = on_irq, .firmware = on_firmware, .ctx = name_e
};

Test(observe, one_that_is_attached_everywhere_hears_every_hub)
{
	struct hub hub = { 0 }, other = { 0 };
	struct lint lint = { .desc = &bus_lints[BUS_LINT_UNCLAIMED_READ] };
	struct irq_event irq = { 0 };

	hub_attach(&hub, &a);
	hub_attach_everywhere(&e);
	hub_attach(&hub, &b);
	hub_lint(&hub, &lint);
	hub_irq(&hub, &irq);
	check_eq(str, heard, "abeabe", "after the hub's own");
	check(hub_hears(&other));
	hub_lint(&other, &lint);
	hub_firmware(&other, true);
	hub_firmware(&other, false);
	check_eq(str, heard, "abeabeee+e-");
	hub_lint(NULL, &lint);
	check(!hub_hears(NULL));
	check_eq(str, heard, "abeabeee+e-");
}

Test(observe, one_that_is_attached_everywhere_makes_no_bus_slower)
{
	struct hub hub = { 0 };
	struct access event = { 0 };

	hub_attach_everywhere(&e);
	check(!hub_hears_access(&hub));
	hub_attach(&hub, &b);
	hub_access(&hub, &event);
	check_eq(str, heard, "b");
	hub_detach(&hub, &b);
	check(hub_hears(&hub), "it stays");
}

static const struct reg_desc *reached_reg;
static uint64_t reached_lane, reached_value;

static void on_reached(void *ctx, const struct reg_desc *reg, bool write, uint64_t lane,
		       uint64_t value)
{
	note(ctx);
	note(write ? "w" : "r");
	reached_reg = reg;
	reached_lane = lane;
	reached_value = value;
}

Test(observe, the_registers_that_are_reached_are_told_if_somebody_asks)
{
	struct observer asks = { .reached = on_reached, .ctx = name_c };
	static const struct reg_desc row = { .name = "ROW" };
	const struct reg_desc *reg = &row;

	hub_attach_everywhere(&e);
	check(!hub_everywhere.reached);
	hub_reached(reg, true, 0xff, 0x12);
	check_eq(str, heard, "");
	hub_attach_everywhere(&asks);
	hub_reached(reg, true, 0xff00, 0x1200);
	hub_reached(reg, false, 0xff, 0x34);
	check_eq(str, heard, "cwcr");
	check_eq(ptr, reached_reg, reg);
	check_eq(u64, reached_lane, 0xff);
	check_eq(u64, reached_value, 0x34);
}

Test(observe, without_a_clock_or_a_hub_nothing_breaks)
{
	struct hub hub = { 0 };
	struct access event = { .time_ns = 9, .pc = 9 };
	struct lint lint = { .desc = &bus_lints[BUS_LINT_UNCLAIMED_READ] };
	struct irq_event irq = { 0 };

	hub_access(NULL, &event);
	hub_lint(NULL, &lint);
	hub_irq(NULL, &irq);
	hub_attach(&hub, &a);
	hub_access(&hub, &event);
	check_eq(u64, last_access.time_ns, 0);
	check_eq(u64, last_access.pc, 0);
	check_eq(str, heard, "a");
}

Test(observe, lint_ids_name_device_register_and_rule)
{
	char buf[64];
	struct lint l = { .dev = "uart16550",
			  .reg = "IER",
			  .desc = &reg_lints[REG_LINT_RESERVED],
			  .instance = "com1" };

	check_eq(str, lint_id(&l, buf, sizeof buf), "uart16550.IER.reserved");
	l.reg = NULL;
	check_eq(str, lint_id(&l, buf, sizeof buf), "uart16550.reserved");
	l = (struct lint){ .dev = "bus", .desc = &bus_lints[BUS_LINT_UNCLAIMED_READ] };
	check_eq(str, lint_id(&l, buf, sizeof buf), "bus.unclaimed-read");
}

Test(observe, a_lint_id_is_cut_to_its_buffer)
{
	char buf[8];
	struct lint l = { .dev = "uart16550", .reg = "IER", .desc = &reg_lints[REG_LINT_RESERVED] };

	memset(buf, 'x', sizeof buf);
	check_eq(str, lint_id(&l, buf, 5), "uart");
	check_eq(chr, buf[5], 'x');
	l.dev = NULL;
	check_eq(str, lint_id(&l, buf, sizeof buf), ".IER.re");
}
