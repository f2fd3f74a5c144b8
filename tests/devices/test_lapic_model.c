/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "devices/lapic_model.h"
#include "emu/bus.h"
#include "tests/emu/random.h"

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
enum { X2_ID = 0x123, MSR_DEADLINE = 0x6e0, TSC_DEADLINE = 0x40000 };
enum { MASKED = 0x10000, PERIODIC = 0x20000, DIVIDE_BY_1 = 0xb, DIVIDE_BY_2 = 0, EXTINT = 0x700 };

static struct lapic lapic;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct observer watcher;
static bool intr;
static unsigned eois;
static uint8_t last_eoi;
static uint64_t tsc_ahead;
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

static void eoi_broadcast(void *ctx, uint8_t vector)
{
	(void)ctx;
	eois++;
	last_eoi = vector;
}

/* A TSC that stands `tsc_ahead` before virtual time. */
static uint64_t tsc_time(void *ctx, uint64_t tsc)
{
	(void)ctx;
	return tsc > tsc_ahead ? tsc - tsc_ahead : 0;
}

static void power_on_with(struct lapic_wiring features)
{
	struct lapic_wiring wire = { .intr = { .set = set_intr },
				     .nmi = nmi,
				     .ext_ack = ext_ack,
				     .init = init,
				     .moved = moved,
				     .eoi = eoi_broadcast,
				     .tsc_time = tsc_time,
				     .id = features.id,
				     .has_tsc_deadline = features.has_tsc_deadline,
				     .has_x2apic = features.has_x2apic,
				     .has_eoi_suppression = features.has_eoi_suppression };
	clock_init(&vclock);
	hub.clock = &vclock;
	watcher.lint = on_lint;
	hub_attach(&hub, &watcher);
	bus_init(&bus, &hub, &vclock);
	lapic_init(&lapic, "lapic", &hub, &vclock, &wire);
	cr_assert(eq(ptr, (void *)bus_map(&bus, BUS_MEMORY, BASE, LAPIC_PAGE_SIZE, &lapic.dev, 0),
		     NULL));
}

static void power_on(void) { power_on_with((struct lapic_wiring){ 0 }); }
static void power_on_deadline(void)
{
	power_on_with((struct lapic_wiring){ .has_tsc_deadline = true });
}
static void power_on_x2apic(void)
{
	power_on_with((struct lapic_wiring){ .id = X2_ID,
					     .has_tsc_deadline = true,
					     .has_x2apic = true,
					     .has_eoi_suppression = true });
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

/* ---- messages ---- */

static bool message(struct apic_message m)
{
	m.assert = true;
	return lapic_message(&lapic, &m);
}

Test(lapic, a_message_reaches_its_physical_destination_only)
{
	enable();
	cr_expect(not(message((struct apic_message){ .destination = 1, .vector = VECTOR })));
	cr_expect(not(intr));
	cr_expect(message((struct apic_message){ .destination = 0, .vector = VECTOR }));
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	cr_expect(eq(u32, rd(REG_TMR + 0x20), 0));
	cr_expect(message((struct apic_message){ .destination = 0xff, .vector = HIGH }));
	cr_expect(eq(int, lapic_ack(&lapic), HIGH));
	cr_expect(eq(u32, lints, 0));
}

Test(lapic, a_logical_message_is_matched_by_the_model_of_the_dfr)
{
	struct apic_message m = {
		.destination = 3, .logical = true, .mode = APIC_LOWEST, .vector = VECTOR
	};
	enable();
	cr_expect(not(message(m)), "no logical ID yet");
	m.destination = 0xff;
	cr_expect(not(message(m)), "nor for everybody who has one");
	m.destination = 3;
	wr(REG_LDR, 0x02000000);
	cr_expect(message(m));
	m.destination = 4;
	cr_expect(not(message(m)));
	wr(REG_DFR, 0x0fffffff);
	wr(REG_LDR, 0x21000000);
	m.destination = 0x31;
	cr_expect(not(message(m)));
	m.destination = 0xf1;
	cr_expect(message(m), "every cluster");
	m.destination = 0x23;
	cr_expect(message(m));
	cr_expect(eq(u32, lints, 0));
	wr(REG_DFR, 0x5fffffff);
	cr_expect(eq(str, last_lint, "lapic.DFR.model"));
}

Test(lapic, a_level_triggered_message_sets_tmr_and_its_eoi_is_broadcast)
{
	enable();
	cr_expect(message((struct apic_message){ .vector = VECTOR, .level_triggered = true }));
	cr_expect(eq(u32, rd(REG_TMR + 0x20), 1u << (VECTOR & 31)));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	cr_expect(eq(u32, eois, 0));
	wr(REG_EOI, 0);
	cr_expect(eq(u32, eois, 1));
	cr_expect(eq(u8, last_eoi, VECTOR));
	cr_expect(message((struct apic_message){ .vector = VECTOR }));
	cr_expect(eq(u32, rd(REG_TMR + 0x20), 0), "this one was by edge");
	lapic_ack(&lapic);
	wr(REG_EOI, 0);
	cr_expect(eq(u32, eois, 1));
	wr(REG_EOI, 0);
	cr_expect(eq(u32, eois, 1), "nothing was in service");
}

Test(lapic, the_deassertion_of_a_level_does_nothing)
{
	struct apic_message m = { .vector = VECTOR, .level_triggered = true };
	enable();
	cr_expect(lapic_message(&lapic, &m));
	cr_expect(not(intr));
}

Test(lapic, a_disabled_apic_takes_no_message_but_nmi_and_init)
{
	cr_expect(not(message((struct apic_message){ .vector = VECTOR })));
	cr_expect(not(message((struct apic_message){ .mode = APIC_EXTINT })));
	cr_expect(message((struct apic_message){ .mode = APIC_NMI }));
	cr_expect(message((struct apic_message){ .mode = APIC_INIT }));
	cr_expect(eq(u32, nmis, 1));
	cr_expect(eq(u32, inits, 1));
	cr_expect(lapic_msr_write(&lapic, LAPIC_MSR_BASE, 0xfee00100));
	cr_expect(not(message((struct apic_message){ .mode = APIC_NMI })));
	cr_expect(eq(u32, nmis, 1));
}

Test(lapic, an_extint_message_is_acknowledged_at_the_pic_once)
{
	enable();
	wr(REG_TPR, 0xf0);
	cr_expect(message((struct apic_message){ .mode = APIC_EXTINT }));
	cr_expect(intr, "priorities do not hold it back");
	cr_expect(eq(int, lapic_ack(&lapic), 0x08));
	cr_expect(eq(u32, ext_acks, 1));
	cr_expect(not(intr));
	cr_expect(eq(u32, rd(REG_ISR), 0));
	cr_expect(eq(int, lapic_ack(&lapic), -1));
}

Test(lapic, a_message_with_an_illegal_vector_is_received_as_an_error)
{
	enable();
	cr_expect(message((struct apic_message){ .vector = 7 }));
	cr_expect(not(intr));
	cr_expect(eq(u32, errors(), 0x40));
	cr_expect(eq(u32, rd(REG_IRR), 0));
}

Test(lapic, messages_of_reserved_modes_and_smi_do_nothing)
{
	enable();
	cr_expect(not(message((struct apic_message){ .mode = APIC_RESERVED_3, .vector = VECTOR })));
	cr_expect(not(message((struct apic_message){ .mode = APIC_STARTUP, .vector = VECTOR })));
	cr_expect(message((struct apic_message){ .mode = APIC_SMI }));
	cr_expect(eq(str, last_lint, "lapic.smi"));
	cr_expect(message((struct apic_message){
		.destination = 0xff, .mode = APIC_LOWEST, .vector = VECTOR }));
	cr_expect(eq(str, last_lint, "lapic.lowest-broadcast"));
	cr_expect(eq(u32, lints, 2));
}

Test(lapic, eoi_suppression_is_reserved_where_it_is_not_advertised)
{
	wr(REG_SVR, 0x11ff);
	cr_expect(eq(str, last_lint, "lapic.SVR.reserved"));
	cr_expect(eq(u32, rd(REG_SVR), 0x1ff));
	cr_expect(message((struct apic_message){ .vector = VECTOR, .level_triggered = true }));
	lapic_ack(&lapic);
	wr(REG_EOI, 0);
	cr_expect(eq(u32, eois, 1));
}

Test(lapic, eoi_suppression_keeps_the_eoi_to_itself_where_it_is, .init = power_on_x2apic)
{
	cr_expect(eq(u32, rd(REG_VERSION), 0x01050014));
	wr(REG_SVR, 0x11ff);
	cr_expect(eq(u32, lints, 0));
	cr_expect(eq(u32, rd(REG_SVR), 0x11ff));
	cr_expect(message((struct apic_message){
		.destination = 0xff, .vector = VECTOR, .level_triggered = true }));
	lapic_ack(&lapic);
	wr(REG_EOI, 0);
	cr_expect(eq(u32, eois, 0));
}

Test(lapic, an_entry_with_the_spurious_vector_is_a_lint)
{
	wr(REG_SVR, 0x1d0);
	wr(REG_TIMER, MASKED | 0xd0);
	cr_expect(eq(u32, lints, 0));
	wr(REG_TIMER, 0xd0);
	cr_expect(eq(str, last_lint, "lapic.LVT_TIMER.spurious-vector"));
}

Test(lapic, lint1_is_never_by_level)
{
	enable();
	wr(REG_LINT1, MASKED | 0x8000 | VECTOR);
	cr_expect(eq(str, last_lint, "lapic.LVT_LINT1.trigger"));
}

Test(lapic, the_lowest_priority_is_not_for_oneself)
{
	enable();
	wr(REG_ICR_LO, 0x44100 | VECTOR);
	cr_expect(eq(str, last_lint, "lapic.ICR_LO.combination"));
	cr_expect(not(intr));
	wr(REG_ICR_LO, 0x4100 | VECTOR);
	cr_expect(intr, "but for a destination");
	cr_expect(eq(u32, lints, 1));
}

/* ---- TSC-deadline mode (10.5.4.1) ---- */

static uint64_t msr(uint32_t n)
{
	uint64_t value = UINT64_MAX;
	cr_expect(lapic_msr_read(&lapic, n, &value), "MSR %x", n);
	return value;
}

static void set_msr(uint32_t n, uint64_t value)
{
	cr_expect(lapic_msr_write(&lapic, n, value), "MSR %x", n);
}

TestSuite(lapic_deadline, .init = power_on_deadline, .timeout = 5);

Test(lapic_deadline, the_timer_fires_when_the_tsc_gets_there_and_disarms_itself)
{
	tsc_ahead = 1000000;
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1005000);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 1005000));
	pass(4999);
	cr_expect(not(intr));
	pass(1);
	cr_expect(intr);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	wr(REG_EOI, 0);
	pass(1000000);
	cr_expect(not(intr));
	cr_expect(eq(u32, lints, 0));
}

Test(lapic_deadline, a_deadline_in_the_past_interrupts_at_once)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	pass(5000);
	set_msr(MSR_DEADLINE, 4000);
	cr_expect(intr);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	cr_expect(not(clock_armed(&vclock, lapic.timer)));
}

Test(lapic_deadline, zero_disarms_and_another_value_moves_it)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	set_msr(MSR_DEADLINE, 0);
	cr_expect(not(clock_armed(&vclock, lapic.timer)));
	set_msr(MSR_DEADLINE, 1000);
	set_msr(MSR_DEADLINE, 3000);
	pass(2999);
	cr_expect(not(intr));
	pass(1);
	cr_expect(intr);
}

Test(lapic_deadline, masked_it_passes_without_an_interrupt_or_a_wakeup)
{
	enable();
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	cr_expect(not(clock_armed(&vclock, lapic.timer)));
	pass(500);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 1000));
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	cr_expect(clock_armed(&vclock, lapic.timer));
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	pass(500);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	pass(1000);
	cr_expect(not(intr));
}

Test(lapic_deadline, masked_a_deadline_in_the_past_is_only_gone)
{
	enable();
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	pass(5000);
	set_msr(MSR_DEADLINE, 4000);
	cr_expect(not(intr));
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
}

Test(lapic_deadline, in_the_other_modes_the_msr_reads_zero_and_ignores_writes)
{
	enable();
	wr(REG_TIMER, VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	pass(2000);
	cr_expect(not(intr));
}

Test(lapic_deadline, in_this_mode_the_count_registers_stand_still)
{
	enable();
	wr(REG_INITIAL, 77);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	cr_expect(eq(u32, rd(REG_CURRENT), 0), "the change stopped the count");
	wr(REG_INITIAL, 100);
	cr_expect(eq(u32, rd(REG_CURRENT), 0));
	cr_expect(eq(u32, rd(REG_INITIAL), 77));
	pass(10000);
	cr_expect(not(intr));
}

Test(lapic_deadline, leaving_the_mode_disarms)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	wr(REG_TIMER, VECTOR);
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	pass(2000);
	cr_expect(not(intr));
}

Test(lapic_deadline, a_written_tsc_moves_the_deadline)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 10000);
	tsc_ahead = 5000;
	lapic_tsc_written(&lapic);
	pass(4999);
	cr_expect(not(intr));
	pass(1);
	cr_expect(intr);
	lapic_ack(&lapic);
	wr(REG_EOI, 0);
	set_msr(MSR_DEADLINE, 20000);
	tsc_ahead = 50000;
	lapic_tsc_written(&lapic);
	cr_expect(intr, "it jumped over the deadline");
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
}

Test(lapic_deadline, a_deadline_at_the_end_of_time_never_comes)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, UINT64_MAX);
	pass(1000000000);
	cr_expect(not(intr));
	cr_expect(eq(u64, msr(MSR_DEADLINE), UINT64_MAX));
}

Test(lapic_deadline, a_disabled_apic_disarms_it)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	wr(REG_SVR, 0xff);
	pass(2000);
	cr_expect(not(intr));
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0), "masked, it has passed");
}

Test(lapic_deadline, the_fourth_mode_is_a_lint)
{
	enable();
	wr(REG_TIMER, 0x60000 | VECTOR);
	cr_expect(eq(str, last_lint, "lapic.LVT_TIMER.mode"));
	wr(REG_INITIAL, 10);
	pass(1000 * TICK);
	cr_expect(eq(u32, rd(REG_CURRENT), 0));
}

Test(lapic_deadline, what_is_due_comes_before_an_msr_is_read)
{
	enable();
	wr(REG_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, 1000);
	clock_advance(&vclock, 1000);
	cr_expect(eq(u64, msr(MSR_DEADLINE), 0));
	cr_expect(intr);
}

Test(lapic, without_the_mode_there_is_no_msr_and_its_bit_is_reserved)
{
	uint64_t value = 0;
	cr_expect(not(lapic_msr_read(&lapic, MSR_DEADLINE, &value)));
	cr_expect(not(lapic_msr_write(&lapic, MSR_DEADLINE, 0)));
	wr(REG_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	cr_expect(eq(str, last_lint, "lapic.LVT_TIMER.reserved"));
	cr_expect(eq(u32, rd(REG_TIMER), MASKED | VECTOR));
}

/* ---- x2APIC mode (10.12) ---- */

enum {
	BASE_X2APIC = 0xc00,
	X2_ID_MSR = 0x802,
	X2_VERSION = 0x803,
	X2_TPR = 0x808,
	X2_PPR = 0x80a,
	X2_EOI = 0x80b,
	X2_LDR = 0x80d,
	X2_SVR = 0x80f,
	X2_ISR2 = 0x812,
	X2_IRR2 = 0x822,
	X2_ESR = 0x828,
	X2_ICR = 0x830,
	X2_TIMER = 0x832,
	X2_LINT0 = 0x835,
	X2_INITIAL = 0x838,
	X2_CURRENT = 0x839,
	X2_DIVIDE = 0x83e,
	X2_SELF = 0x83f
};
static const uint64_t X2APIC_BASE = 0xfee00900 | BASE_X2APIC;

static void enter_x2apic(void)
{
	power_on_x2apic();
	set_msr(LAPIC_MSR_BASE, X2APIC_BASE);
	set_msr(X2_SVR, 0x1ff);
	set_msr(X2_DIVIDE, DIVIDE_BY_1);
}

static void refused(uint32_t n, uint64_t value)
{
	cr_expect(not(lapic_msr_write(&lapic, n, value)), "MSR %x takes %llx", n,
		  (unsigned long long)value);
}

static void unreadable(uint32_t n)
{
	uint64_t value = 0;
	cr_expect(not(lapic_msr_read(&lapic, n, &value)), "MSR %x can be read", n);
}

TestSuite(lapic_x2apic, .init = enter_x2apic, .timeout = 5);

Test(lapic_x2apic, the_page_is_gone_and_the_registers_are_msrs)
{
	cr_expect(not(moved_enabled));
	cr_expect(lapic_enabled(&lapic));
	cr_expect(not(lapic_mapped(&lapic)));
	cr_expect(eq(u64, msr(LAPIC_MSR_BASE), X2APIC_BASE));
	cr_expect(eq(u64, msr(X2_VERSION), 0x01050014));
	cr_expect(eq(u64, msr(X2_SVR), 0x1ff));
	cr_expect(eq(u64, msr(X2_LINT0), MASKED));
	set_msr(X2_TPR, 0x50);
	cr_expect(eq(u64, msr(X2_PPR), 0x50));
	cr_expect(eq(u8, lapic_cr8(&lapic), 5));
	cr_expect(eq(u32, lints, 0));
}

Test(lapic_x2apic, the_id_has_32_bits_and_the_logical_id_follows_from_it)
{
	cr_expect(eq(u64, msr(X2_ID_MSR), X2_ID));
	cr_expect(eq(u64, msr(X2_LDR), (X2_ID >> 4) << 16 | 1u << (X2_ID & 0xf)));
	refused(X2_ID_MSR, X2_ID);
	refused(X2_LDR, 0);
}

Test(lapic_x2apic, only_the_registers_of_the_table_exist)
{
	static const uint32_t none[] = { 0x800, 0x801, 0x804, 0x809, 0x80c, 0x80e,
					 0x82f, 0x831, 0x83a, 0x840, 0x8ff, 0xbff };
	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		unreadable(none[i]);
		refused(none[i], 0);
	}
	unreadable(X2_EOI);
	unreadable(X2_SELF);
	refused(X2_VERSION, 0);
	refused(X2_PPR, 0);
	refused(X2_ISR2, 0);
	refused(X2_CURRENT, 0);
	cr_expect(eq(u32, lints, 0), "#GP is enough");
}

Test(lapic_x2apic, reserved_bits_are_refused)
{
	refused(X2_TPR, 0x100);
	refused(X2_TPR, UINT64_C(1) << 32);
	refused(X2_EOI, 1);
	refused(X2_SVR, 0x3ff);
	refused(X2_ESR, 1);
	refused(X2_ICR, 0x2000);
	refused(X2_ICR, 0x100000);
	refused(X2_TIMER, 0x100);
	refused(X2_DIVIDE, 4);
	refused(X2_SELF, 0x100);
	set_msr(X2_SVR, 0x11ff);
	set_msr(X2_ESR, 0);
	set_msr(X2_EOI, 0);
	set_msr(X2_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	cr_expect(eq(u32, lints, 0));
}

Test(lapic_x2apic, the_self_ipi_goes_through_irr_and_isr)
{
	set_msr(X2_SELF, VECTOR);
	cr_expect(intr);
	cr_expect(eq(u64, msr(X2_IRR2), 1u << (VECTOR & 31)));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	cr_expect(eq(u64, msr(X2_ISR2), 1u << (VECTOR & 31)));
	set_msr(X2_EOI, 0);
	cr_expect(eq(u64, msr(X2_ISR2), 0));
	set_msr(X2_SELF, 3);
	cr_expect(eq(str, last_lint, "lapic.SELF_IPI.vector"));
	set_msr(X2_ESR, 0);
	cr_expect(eq(u64, msr(X2_ESR), 0x60));
}

Test(lapic_x2apic, the_icr_is_one_register_with_a_32_bit_destination)
{
	set_msr(X2_ICR, (uint64_t)X2_ID << 32 | 0x4000 | VECTOR);
	cr_expect(intr);
	cr_expect(eq(u64, msr(X2_ICR), (uint64_t)X2_ID << 32 | 0x4000 | VECTOR));
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, (uint64_t)(X2_ID & 0xff) << 32 | 0x4000 | VECTOR);
	cr_expect(not(intr), "the low byte is not enough");
	set_msr(X2_ICR, UINT64_C(0xff) << 32 | 0x4000 | VECTOR);
	cr_expect(not(intr), "not the broadcast of this mode");
	set_msr(X2_ICR, UINT64_C(0xffffffff) << 32 | 0x4000 | VECTOR);
	cr_expect(intr);
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, UINT64_C(0x0012000f) << 32 | 0x4800 | VECTOR);
	cr_expect(intr, "a set of its cluster");
	cr_expect(eq(int, lapic_ack(&lapic), VECTOR));
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, UINT64_C(0x0013000f) << 32 | 0x4800 | VECTOR);
	cr_expect(not(intr), "another cluster");
	cr_expect(eq(u32, lints, 0));
	set_msr(X2_ICR, (uint64_t)X2_ID << 32 | 0x4100 | VECTOR);
	cr_expect(not(intr));
	cr_expect(eq(str, last_lint, "lapic.ICR_LO.mode"));
	set_msr(X2_ESR, 0);
	cr_expect(eq(u64, msr(X2_ESR), 0x10));
}

Test(lapic_x2apic, the_timer_works_by_msr)
{
	set_msr(X2_TIMER, VECTOR);
	set_msr(X2_INITIAL, 100);
	pass(40 * TICK);
	cr_expect(eq(u64, msr(X2_CURRENT), 60));
	clock_advance(&vclock, 60 * TICK);
	cr_expect(eq(u64, msr(X2_CURRENT), 0));
	cr_expect(intr, "what is due comes first");
	set_msr(X2_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, clock_now(&vclock) + 500);
	cr_expect(clock_armed(&vclock, lapic.timer));
}

Test(lapic_x2apic, a_message_of_8_bits_broadcasts_with_0xff)
{
	cr_expect(message((struct apic_message){ .destination = 0xff, .vector = VECTOR }));
	cr_expect(
		not(message((struct apic_message){ .destination = X2_ID & 0xff, .vector = HIGH })));
	cr_expect(message((struct apic_message){ .destination = X2_ID, .vector = HIGH }));
}

Test(lapic_x2apic, the_modes_follow_each_other_only_as_the_figure_shows)
{
	refused(LAPIC_MSR_BASE, 0xfee00900); /* back to xAPIC */
	refused(LAPIC_MSR_BASE, 0xfee00500); /* EXTD without EN */
	set_msr(LAPIC_MSR_BASE, X2APIC_BASE);
	set_msr(LAPIC_MSR_BASE, 0xfee00100);
	cr_expect(not(lapic_enabled(&lapic)));
	unreadable(X2_ID_MSR);
	refused(LAPIC_MSR_BASE, X2APIC_BASE);
	refused(LAPIC_MSR_BASE, 0xfee00500);
	set_msr(LAPIC_MSR_BASE, 0xfee00900);
	cr_expect(moved_enabled);
	unreadable(X2_ID_MSR);
	cr_expect(eq(u32, rd(REG_SVR), 0xff), "what was programmed is lost");
	cr_expect(eq(u32, rd(REG_ID), (X2_ID & 0xffu) << 24));
	refused(LAPIC_MSR_BASE, 0xfee00500);
	set_msr(LAPIC_MSR_BASE, X2APIC_BASE);
}

Test(lapic_x2apic, entering_keeps_what_was_programmed)
{
	power_on_x2apic();
	enable();
	wr(REG_TPR, 0x30);
	wr(REG_TIMER, VECTOR);
	set_msr(LAPIC_MSR_BASE, X2APIC_BASE);
	cr_expect(eq(u64, msr(X2_TPR), 0x30));
	cr_expect(eq(u64, msr(X2_TIMER), VECTOR));
	cr_expect(eq(u64, msr(X2_SVR), 0x1ff));
}

Test(lapic_x2apic, reset_leads_back_to_xapic_mode)
{
	lapic_reset(&lapic);
	cr_expect(moved_enabled);
	cr_expect(eq(u64, msr(LAPIC_MSR_BASE), 0xfee00900));
	unreadable(X2_ID_MSR);
}

/* Whatever a guest does, an end comes, and vectors 0 to 15 are never pending. */
Test(lapic_x2apic, random_garbage_is_survived)
{
	uint64_t seed = 0x5eed, value = 0;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t r = random_next(&seed), v = random_any_size(&seed);
		uint32_t n = r & 2   ? 0x800 + (r >> 8 & 0x7f)
			     : r & 4 ? MSR_DEADLINE
				     : LAPIC_MSR_BASE;
		struct apic_message m = { .destination = (uint32_t)(r >> 32 & 0xff),
					  .logical = r & 8,
					  .mode = (enum apic_delivery)(r >> 40 & 7),
					  .vector = (uint8_t)(r >> 48),
					  .level_triggered = r & 16,
					  .assert = r & 32 };
		if (r & 1) (void)lapic_msr_write(&lapic, n, n == LAPIC_MSR_BASE ? v | 0x800 : v);
		(void)lapic_msr_read(&lapic, n, &value);
		(void)lapic_message(&lapic, &m);
		bus_write(&bus, BUS_MEMORY, BASE + (r >> 20 & 0xfff), 8u << (r >> 16 & 3), v);
		if (r & 64) lapic_ack(&lapic);
		if (r & 128) lapic_set_lint(&lapic, r >> 9 & 1, r >> 10 & 1);
		pass(r >> 12 & 0x3fff);
		cr_assert(eq(u64, lapic.s.reg[lapic.slot[LAPIC_IRR]] & 0xffff, 0));
	}
}
