/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "devices/lapic_model.h"
#include "emu/bus.h"

enum { TICK = 10, VECTOR = 0x41, HIGH = 0xd0 };

static const uint64_t BASE = LAPIC_DEFAULT_BASE;
enum {
	REG_ID = 0x20,
	REG_VERSION = 0x30,
	REG_TPR = 0x80,
	REG_PPR = 0xa0,
	REG_EOI = 0xb0,
	REG_LDR = 0xd0,
	REG_DFR = 0xe0,
	REG_SVR = 0xf0,
	REG_ISR = 0x100,
	REG_TMR = 0x180,
	REG_IRR = 0x200,
	REG_ESR = 0x280,
	REG_ICR_LO = 0x300,
	REG_ICR_HI = 0x310,
	REG_TIMER = 0x320,
	REG_LINT0 = 0x350,
	REG_LINT1 = 0x360,
	REG_ERROR = 0x370,
	REG_INITIAL = 0x380,
	REG_CURRENT = 0x390,
	REG_DIVIDE = 0x3e0
};
enum { MASKED = 0x10000, PERIODIC = 0x20000, DIVIDE_BY_1 = 0xb, DIVIDE_BY_2 = 0, EXTINT = 0x700 };

static struct lapic lapic;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct observer watcher;
static bool intr;
static unsigned nmis, inits, ext_acks, moves, lints;
static uint64_t moved_to;
static bool moved_enabled;
static char last_lint[64];

static void set_intr(void *ctx, unsigned n, bool level) { (void)ctx, (void)n, intr = level; }
static void nmi(void *ctx) { (void)ctx, nmis++; }
static void init(void *ctx) { (void)ctx, inits++; }
static int ext_ack(void *ctx)
{
	(void)ctx;
	return ext_acks++, 0x08;
}
static void moved(void *ctx, uint64_t base, bool enabled)
{
	(void)ctx;
	moves++;
	moved_to = base;
	moved_enabled = enabled;
}

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	lints++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static void power_on(void)
{
	struct lapic_wiring wire = { .intr = { .set = set_intr },
				     .nmi = nmi,
				     .ext_ack = ext_ack,
				     .init = init,
				     .moved = moved };
	clock_init(&vclock);
	hub.clock = &vclock;
	watcher.lint = on_lint;
	hub_attach(&hub, &watcher);
	bus_init(&bus, &hub, &vclock);
	lapic_init(&lapic, "lapic", &hub, &vclock, &wire);
	cr_assert(eq(ptr, (void *)bus_map(&bus, BUS_MEMORY, BASE, LAPIC_PAGE_SIZE, &lapic.dev, 0),
		     NULL));
}

static uint32_t rd(unsigned reg) { return (uint32_t)bus_read(&bus, BUS_MEMORY, BASE + reg, 32); }
static void wr(unsigned reg, uint32_t v) { bus_write(&bus, BUS_MEMORY, BASE + reg, 32, v); }
static void pass(uint64_t ns) { clock_run_until(&vclock, vclock.s.now_ns + ns); }

static void enable(void)
{
	wr(REG_SVR, 0x1ff);
	wr(REG_DIVIDE, DIVIDE_BY_1);
}

static void self_ipi(unsigned vector) { wr(REG_ICR_LO, 0x44000 | vector); }

static uint32_t errors(void)
{
	wr(REG_ESR, 0);
	return rd(REG_ESR);
}

TestSuite(lapic, .init = power_on, .timeout = 5);

Test(lapic, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(lapic_regs, LAPIC_N_REGS, &where);
	cr_expect(eq(ptr, (void *)fault, NULL), "%s: %s", where ? where->name : "", fault);
	cr_expect(eq(sz, reg_table_slots(lapic_regs, LAPIC_N_REGS), LAPIC_N_SLOTS));
}

Test(lapic, powers_on_globally_enabled_and_software_disabled)
{
	uint64_t base = 0;
	cr_expect(lapic_msr_read(&lapic, LAPIC_MSR_BASE, &base));
	cr_expect(eq(u64, base, 0xfee00900));
	cr_expect(eq(u32, rd(REG_ID), 0));
	cr_expect(eq(u32, rd(REG_VERSION), 0x50014));
	cr_expect(eq(u32, rd(REG_SVR), 0xff));
	cr_expect(eq(u32, rd(REG_DFR), 0xffffffff));
	for (unsigned reg = REG_TIMER; reg <= REG_ERROR; reg += 0x10)
		cr_expect(eq(u32, rd(reg), MASKED));
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, masks_cannot_be_cleared_while_software_disabled)
{
	wr(REG_LINT0, EXTINT);
	cr_expect(eq(u32, rd(REG_LINT0), MASKED | EXTINT));
	wr(REG_SVR, 0x1ff);
	wr(REG_LINT0, EXTINT);
	cr_expect(eq(u32, rd(REG_LINT0), EXTINT));
	wr(REG_SVR, 0xff);
	cr_expect(eq(u32, rd(REG_LINT0), MASKED | EXTINT));
}

Test(lapic, a_self_ipi_goes_through_irr_and_isr_to_eoi)
{
	enable();
	self_ipi(VECTOR);
	cr_expect(intr);
	cr_expect(eq(u32, rd(REG_IRR + 0x20), 1u << (VECTOR & 31)));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_IRR + 0x20), 0));
	cr_expect(eq(u32, rd(REG_ISR + 0x20), 1u << (VECTOR & 31)));
	cr_expect(eq(u32, rd(REG_TMR + 0x20), 0));
	cr_expect(eq(u32, rd(REG_PPR), VECTOR & 0xf0));
	wr(REG_EOI, 0);
	cr_expect(eq(u32, rd(REG_ISR + 0x20), 0));
	cr_expect(eq(u32, rd(REG_PPR), 0));
	cr_expect(eq(int, lapic_ack(&lapic), -1));
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, a_higher_class_interrupts_a_lower_one_but_not_the_same)
{
	enable();
	self_ipi(VECTOR);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	self_ipi(VECTOR + 1);
	cr_expect(not(intr), "same class must wait");
	self_ipi(HIGH);
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), HIGH));
	wr(REG_EOI, 0);
	cr_expect(eq(u32, rd(REG_ISR + 0x60), 0));
	cr_expect(not(intr));
	wr(REG_EOI, 0);
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR + 1));
}

Test(lapic, the_task_priority_holds_back_its_class_and_below)
{
	enable();
	wr(REG_TPR, VECTOR & 0xf0);
	self_ipi(VECTOR);
	cr_expect(not(intr));
	cr_expect(eq(u8, lapic_cr8(&lapic), VECTOR >> 4));
	lapic_set_cr8(&lapic, (VECTOR >> 4) - 1);
	cr_expect(intr);
	cr_expect(eq(u32, rd(REG_TPR), (VECTOR & 0xf0) - 0x10));
}

Test(lapic, the_processor_priority_takes_the_sub_class_of_a_higher_task_priority)
{
	enable();
	self_ipi(VECTOR);
	lapic_ack(&lapic);
	wr(REG_TPR, 0x53);
	cr_expect(eq(u32, rd(REG_PPR), 0x53));
	wr(REG_TPR, 0x33);
	cr_expect(eq(u32, rd(REG_PPR), 0x40));
}

Test(lapic, an_interrupt_that_became_masked_by_priority_is_spurious)
{
	enable();
	self_ipi(VECTOR);
	wr(REG_TPR, 0xf0);
	cr_expect(eq(int, lapic_ack(&lapic), 0xff));
	cr_expect(eq(u32, rd(REG_ISR + 0x70), 0));
	cr_expect(eq(u32, rd(REG_IRR + 0x20), 1u << (VECTOR & 31)), "it stays pending");
}

Test(lapic, one_shot_timer_fires_once_at_its_time)
{
	enable();
	wr(REG_TIMER, VECTOR);
	wr(REG_INITIAL, 1000);
	cr_expect(eq(u32, rd(REG_CURRENT), 1000));
	pass(400 * TICK);
	cr_expect(eq(u32, rd(REG_CURRENT), 600));
	pass(599 * TICK);
	cr_expect(not(intr));
	pass(TICK);
	cr_expect(intr);
	cr_expect(eq(u32, rd(REG_CURRENT), 0));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	pass(100000 * TICK);
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_INITIAL), 1000));
}

Test(lapic, periodic_timer_fires_every_period)
{
	unsigned fired = 0;
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_DIVIDE, DIVIDE_BY_2);
	wr(REG_INITIAL, 50);
	for (unsigned i = 0; i < 10; i++) {
		pass(100 * TICK);
		if (lapic_ack(&lapic) == VECTOR) fired++;
		wr(REG_EOI, 0);
	}
	cr_expect(eq(u32, fired, 10));
	pass(30 * TICK);
	cr_expect(eq(u32, rd(REG_CURRENT), 35));
}

Test(lapic, every_divide_code_has_its_factor, .description = "SDM Vol. 3A figure 10-10")
{
	static const struct {
		uint8_t code;
		unsigned factor;
	} divides[] = { { 0x0, 2 },  { 0x1, 4 },  { 0x2, 8 },   { 0x3, 16 },
			{ 0x8, 32 }, { 0x9, 64 }, { 0xa, 128 }, { 0xb, 1 } };
	enable();
	for (unsigned i = 0; i < sizeof(divides) / sizeof(divides[0]); i++) {
		wr(REG_DIVIDE, divides[i].code);
		wr(REG_INITIAL, 100);
		pass((uint64_t)divides[i].factor * TICK * 7);
		cr_expect(eq(u32, rd(REG_CURRENT), 93), "code %x", divides[i].code);
	}
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, a_masked_timer_counts_but_sets_no_deadline)
{
	enable();
	wr(REG_TIMER, PERIODIC | MASKED | VECTOR);
	wr(REG_INITIAL, 100);
	cr_expect(not(clock_armed(&vclock, lapic.timer)));
	pass(250 * TICK);
	cr_expect(eq(u32, rd(REG_CURRENT), 50));
	cr_expect(not(intr));
	wr(REG_TIMER, PERIODIC | VECTOR);
	pass(50 * TICK);
	cr_expect(intr);
}

Test(lapic, writing_zero_to_the_initial_count_stops_the_timer)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(50 * TICK);
	wr(REG_INITIAL, 0);
	pass(500 * TICK);
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_CURRENT), 0));
}

Test(lapic, a_change_to_one_shot_lets_the_running_count_finish)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(150 * TICK);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	wr(REG_TIMER, VECTOR);
	cr_expect(eq(u32, rd(REG_CURRENT), 50));
	pass(50 * TICK);
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	pass(500 * TICK);
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_CURRENT), 0));
}

Test(lapic, lint0_as_extint_passes_the_pic_through)
{
	lapic_virtual_wire(&lapic);
	lapic_set_lint(&lapic, 0, true);
	cr_expect(intr);
	wr(REG_TPR, 0xf0);
	cr_expect(intr, "priorities do not hold ExtINT back");
	cr_expect(eq(int, lapic_ack(&lapic), 0x08));
	cr_expect(eq(u32, ext_acks, 1));
	cr_expect(intr, "a level: the PIC drops it");
	lapic_set_lint(&lapic, 0, false);
	cr_expect(not(intr));
	cr_expect(eq(int, lapic_ack(&lapic), -1));
	cr_expect(eq(u32, ext_acks, 1));
}

Test(lapic, a_masked_lint0_blocks_the_pic)
{
	lapic_set_lint(&lapic, 0, true);
	cr_expect(not(intr), "at power-on all entries are masked");
	lapic_virtual_wire(&lapic);
	cr_expect(intr);
	wr(REG_LINT0, MASKED | EXTINT);
	cr_expect(not(intr));
}

Test(lapic, lint1_as_nmi_is_an_edge)
{
	lapic_virtual_wire(&lapic);
	lapic_set_lint(&lapic, 1, true);
	lapic_set_lint(&lapic, 1, true);
	cr_expect(eq(u32, nmis, 1));
	lapic_set_lint(&lapic, 1, false);
	cr_expect(eq(u32, nmis, 1));
	wr(REG_LINT1, MASKED | 0x400);
	lapic_set_lint(&lapic, 1, true);
	cr_expect(eq(u32, nmis, 1));
	lapic_set_lint(&lapic, 2, true);
	cr_expect(eq(u32, nmis, 1), "there is no third pin");
}

Test(lapic, a_level_triggered_lint0_is_remembered_until_eoi)
{
	enable();
	wr(REG_LINT0, 0x8000 | VECTOR);
	lapic_set_lint(&lapic, 0, true);
	cr_expect(eq(u32, rd(REG_LINT0), 0xc000 | VECTOR));
	cr_expect(eq(u32, rd(REG_TMR + 0x20), 1u << (VECTOR & 31)));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	cr_expect(not(intr));
	wr(REG_LINT0, 0x8000 | VECTOR);
	cr_expect(eq(u32, rd(REG_IRR + 0x20), 0), "not twice before the EOI");
	wr(REG_EOI, 0);
	cr_expect(intr, "still asserted: again");
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	lapic_set_lint(&lapic, 0, false);
	wr(REG_EOI, 0);
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_LINT0), 0x8000 | VECTOR));
}

Test(lapic, an_active_low_pin_triggers_when_it_falls)
{
	enable();
	lapic_set_lint(&lapic, 0, true);
	wr(REG_LINT0, 0x2000 | VECTOR);
	cr_expect(not(intr));
	lapic_set_lint(&lapic, 0, false);
	cr_expect(intr);
}

Test(lapic, an_illegal_vector_is_an_error_and_a_lint)
{
	enable();
	wr(REG_ERROR, HIGH);
	self_ipi(5);
	cr_expect(eq(str, last_lint, "lapic.ICR_LO.vector"));
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), HIGH));
	wr(REG_EOI, 0);
	cr_expect(eq(u32, rd(REG_ESR), 0), "nothing shows before a write");
	cr_expect(eq(u32, errors(), 0x60));
	cr_expect(eq(u32, errors(), 0));
	cr_expect(eq(u32, rd(REG_IRR), 0));
}

Test(lapic, the_error_interrupt_waits_for_a_write_to_esr)
{
	enable();
	wr(REG_ERROR, HIGH);
	self_ipi(5);
	cr_expect(eq(int, lapic_ack(&lapic), HIGH));
	wr(REG_EOI, 0);
	self_ipi(6);
	cr_expect(not(intr));
	wr(REG_ESR, 0);
	self_ipi(7);
	cr_expect(intr);
}

Test(lapic, an_unmasked_entry_with_an_illegal_vector_is_an_error)
{
	enable();
	wr(REG_TIMER, MASKED);
	cr_expect(eq(u32, lints, 0));
	wr(REG_TIMER, 0xf);
	cr_expect(eq(u32, lints, 1));
	cr_expect(eq(str, last_lint, "lapic.LVT_TIMER.vector"));
	cr_expect(eq(u32, errors(), 0x40));
}

Test(lapic, extint_and_nmi_entries_may_have_any_vector)
{
	enable();
	wr(REG_LINT0, EXTINT);
	wr(REG_LINT1, 0x400);
	cr_expect(eq(u32, lints, 0));
	cr_expect(eq(u32, errors(), 0));
}

Test(lapic, a_reserved_address_is_an_error_and_a_lint)
{
	cr_expect(eq(u32, rd(0x40), 0));
	cr_expect(eq(u32, lints, 1));
	cr_expect(eq(str, last_lint, "lapic.RSVD_040.illegal-address"));
	wr(0x2f0, 0);
	cr_expect(eq(u32, lints, 2));
	wr(0xff0, 0);
	cr_expect(eq(u32, lints, 3));
	cr_expect(eq(u32, errors(), 0x80));
}

Test(lapic, wrong_widths_and_unaligned_accesses_are_lints)
{
	bus_read(&bus, BUS_MEMORY, BASE + REG_VERSION, 8);
	cr_expect(eq(str, last_lint, "lapic.VERSION.width"));
	bus_read(&bus, BUS_MEMORY, BASE + REG_VERSION + 4, 32);
	cr_expect(eq(u32, lints, 2));
	bus_write(&bus, BUS_MEMORY, BASE + REG_EOI, 32, 1);
	cr_expect(eq(str, last_lint, "lapic.EOI.reserved"));
	bus_write(&bus, BUS_MEMORY, BASE + REG_VERSION, 32, 0);
	cr_expect(eq(str, last_lint, "lapic.VERSION.readonly"));
	bus_read(&bus, BUS_MEMORY, BASE + REG_EOI, 32);
	cr_expect(eq(str, last_lint, "lapic.EOI.writeonly"));
	wr(REG_SVR, 0x11ff);
	cr_expect(eq(str, last_lint, "lapic.SVR.reserved"));
}

Test(lapic, ipis_reach_us_by_physical_and_logical_address_only_if_they_name_us)
{
	enable();
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	wr(REG_ICR_HI, 1u << 24);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	cr_expect(not(intr), "nobody has ID 1");
	wr(REG_LDR, 0x02000000);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	cr_expect(not(intr));
	wr(REG_ICR_HI, 3u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	wr(REG_DFR, 0x0fffffff);
	wr(REG_LDR, 0x21000000);
	wr(REG_ICR_HI, 0x31u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	cr_expect(not(intr), "another cluster");
	wr(REG_ICR_HI, 0x23u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	cr_expect(intr);
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, the_others_shorthand_reaches_nobody)
{
	enable();
	wr(REG_ICR_LO, 0xc4000 | VECTOR);
	cr_expect(not(intr));
	wr(REG_ICR_LO, 0x84000 | VECTOR);
	cr_expect(intr);
}

Test(lapic, nmi_and_init_ipis_are_delivered_and_sipi_is_not)
{
	enable();
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4400);
	cr_expect(eq(u32, nmis, 1));
	wr(REG_ICR_LO, 0x4608);
	cr_expect(eq(u32, inits, 0));
	wr(REG_ICR_LO, 0x8500);
	cr_expect(eq(u32, inits, 0), "a de-assert does nothing");
	wr(REG_ICR_LO, 0x4500);
	cr_expect(eq(u32, inits, 1));
	cr_expect(eq(u32, lints, 0));
	wr(REG_ICR_LO, 0x44400);
	cr_expect(eq(str, last_lint, "lapic.ICR_LO.combination"));
	cr_expect(eq(u32, nmis, 1));
	wr(REG_ICR_LO, 0x4300);
	cr_expect(eq(str, last_lint, "lapic.ICR_LO.mode"));
}

Test(lapic, a_software_disabled_apic_takes_no_fixed_interrupt)
{
	self_ipi(VECTOR);
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_IRR + 0x20), 0));
}

Test(lapic, pending_interrupts_are_held_while_software_disabled)
{
	enable();
	self_ipi(VECTOR);
	wr(REG_SVR, 0xff);
	cr_expect(not(intr));
	cr_expect(eq(int, lapic_ack(&lapic), -1));
	wr(REG_SVR, 0x1ff);
	cr_expect(intr);
}

Test(lapic, the_base_msr_refuses_reserved_bits_and_x2apic)
{
	uint64_t value = 0;
	cr_expect(not(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfee00d00)));
	cr_expect(not(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfee00901)));
	cr_expect(not(lapic_msr_write(&lapic, LAPIC_MSR_BASE, (UINT64_C(1) << 36) | 0xfee00900)));
	cr_expect(not(lapic_msr_write(&lapic, 0x1c, 0)));
	cr_expect(not(lapic_msr_read(&lapic, 0x802, &value)));
	cr_expect(lapic_msr_read(&lapic, LAPIC_MSR_BASE, &value));
	cr_expect(eq(u64, value, 0xfee00900));
}

Test(lapic, relocation_is_told_to_the_machine)
{
	unsigned before = moves;
	cr_expect(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfed00900));
	cr_expect(eq(u32, moves, before + 1));
	cr_expect(eq(u64, moved_to, 0xfed00000));
	cr_expect(moved_enabled);
}

Test(lapic, a_globally_disabled_apic_is_a_wire_from_the_pic)
{
	enable();
	wr(REG_TPR, 0x20);
	lapic_set_lint(&lapic, 0, true);
	cr_expect(not(intr));
	cr_expect(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfee00100));
	cr_expect(not(moved_enabled));
	cr_expect(not(lapic_enabled(&lapic)));
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), 0x08));
	lapic_set_lint(&lapic, 1, true);
	cr_expect(eq(u32, nmis, 1));
	cr_expect(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfee00900));
	cr_expect(eq(u32, rd(REG_SVR), 0xff), "what was programmed is lost");
	cr_expect(eq(u32, rd(REG_TPR), 0));
	cr_expect(not(intr));
}

Test(lapic, reset_stops_the_timer_and_drops_the_line)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	self_ipi(VECTOR);
	lapic_reset(&lapic);
	cr_expect(not(intr));
	pass(1000 * TICK);
	cr_expect(not(intr));
	cr_expect(not(clock_armed(&vclock, lapic.timer)));
}

Test(lapic, software_may_set_its_own_id)
{
	enable();
	wr(REG_ID, 5u << 24);
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	cr_expect(not(intr));
	wr(REG_ICR_HI, 5u << 24);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	cr_expect(intr);
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, its_state_is_a_snapshot)
{
	struct lapic_state kept;
	struct clock_state kept_clock;
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(30 * TICK);
	kept = lapic.s;
	kept_clock = vclock.s;
	pass(500 * TICK);
	lapic_ack(&lapic);
	*(struct lapic_state *)lapic.dev.state = kept;
	vclock.s = kept_clock;
	cr_expect(eq(u32, rd(REG_CURRENT), 70));
	intr = false;
	pass(70 * TICK);
	cr_expect(intr);
	cr_expect(eq(sz, lapic.dev.state_size, sizeof(struct lapic_state)));
}
