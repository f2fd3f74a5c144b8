/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/devices/lapic/model_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(lapic_msr, .init = power_on, .timeout = 60);

Test(lapic_msr, the_base_msr_refuses_reserved_bits_and_x2apic)
{
	uint64_t value = 0;
	check(!lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfee00d00));
	check(!lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfee00901));
	check(!lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE,
				     (UINT64_C(1) << 36) | 0xfee00900));
	check(!lapic_model_msr_write(&lapic, 0x1c, 0));
	check(!lapic_model_msr_read(&lapic, 0x802, &value));
	check(lapic_model_msr_read(&lapic, LAPIC_MODEL_MSR_BASE, &value));
	check_eq(u64, value, 0xfee00900);
}

Test(lapic_msr, the_machine_learns_of_relocation)
{
	unsigned before = moves;
	check(lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfed00900));
	check_eq(u32, moves, before + 1);
	check_eq(u64, moved_to, 0xfed00000);
	check(moved_enabled);
}

Test(lapic_msr, a_globally_disabled_apic_passes_the_line_of_the_pic_through)
{
	enable();
	wr(REG_TPR, 0x20);
	lapic_model_set_lint(&lapic, 0, true);
	check(!intr);
	check(lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfee00100));
	check(!moved_enabled);
	check(!lapic_model_enabled(&lapic));
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), 0x08);
	lapic_model_set_lint(&lapic, 1, true);
	check_eq(u32, nmis, 1);
	check(lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfee00900));
	check_eq(u32, rd(REG_SVR), 0xff, "what was programmed is lost");
	check_eq(u32, rd(REG_TPR), 0);
	check(!intr);
}

/* ---- x2APIC mode (10.12) ---- */

TestSuite(lapic_model_x2apic, .init = enter_x2apic, .timeout = 60);

Test(lapic_model_x2apic, the_page_is_gone_and_the_registers_are_msrs)
{
	check(!moved_enabled);
	check(lapic_model_enabled(&lapic));
	check(!lapic_model_mapped(&lapic));
	check_eq(u64, msr(LAPIC_MODEL_MSR_BASE), X2APIC_BASE);
	check_eq(u64, msr(X2_VERSION), 0x01050014);
	check_eq(u64, msr(X2_SVR), 0x1ff);
	check_eq(u64, msr(X2_LINT0), MASKED);
	set_msr(X2_TPR, 0x50);
	check_eq(u64, msr(X2_PPR), 0x50);
	check_eq(u8, lapic_model_cr8(&lapic), 5);
	check_eq(u32, lints, 0);
}

Test(lapic_model_x2apic, the_id_has_32_bits_and_the_logical_id_follows_from_it)
{
	check_eq(u64, msr(X2_ID_MSR), X2_ID);
	check_eq(u64, msr(X2_LDR), (X2_ID >> 4) << 16 | 1u << (X2_ID & 0xf));
	refused(X2_ID_MSR, X2_ID);
	refused(X2_LDR, 0);
}

Test(lapic_model_x2apic, only_the_registers_of_the_table_exist)
{
	static const uint32_t none[] = { 0x800, 0x801, 0x804, 0x809, 0x80c, 0x80e,
					 0x82f, 0x831, 0x83a, 0x840, 0x8ff, 0xbff };
	for (unsigned i = 0; i < ARRAY_SIZE(none); i++) {
		unreadable(none[i]);
		refused(none[i], 0);
	}
	unreadable(X2_EOI);
	unreadable(X2_SELF);
	refused(X2_VERSION, 0);
	refused(X2_PPR, 0);
	refused(X2_ISR2, 0);
	refused(X2_CURRENT, 0);
	check_eq(u32, lints, 0, "#GP is enough");
}

Test(lapic_model_x2apic, reserved_bits_are_refused)
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
	set_msr(X2_SELF, VECTOR);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	set_msr(X2_EOI, 0);
	set_msr(X2_TIMER, MASKED | TSC_DEADLINE | VECTOR);
	check_eq(u32, lints, 0);
}

Test(lapic_model_x2apic, the_timer_works_by_msr)
{
	set_msr(X2_TIMER, VECTOR);
	set_msr(X2_INITIAL, 100);
	pass(40 * TICK);
	check_eq(u64, msr(X2_CURRENT), 60);
	clock_advance(&vclock, 60 * TICK);
	check_eq(u64, msr(X2_CURRENT), 0);
	check(intr, "what is due comes first");
	set_msr(X2_TIMER, TSC_DEADLINE | VECTOR);
	set_msr(MSR_DEADLINE, clock_now(&vclock) + 500);
	check(clock_armed(&vclock, lapic.timer));
}

Test(lapic_model_x2apic, the_modes_follow_each_other_only_as_the_figure_shows)
{
	refused(LAPIC_MODEL_MSR_BASE, 0xfee00900); /* back to xAPIC */
	refused(LAPIC_MODEL_MSR_BASE, 0xfee00500); /* EXTD without EN */
	set_msr(LAPIC_MODEL_MSR_BASE, X2APIC_BASE);
	set_msr(LAPIC_MODEL_MSR_BASE, 0xfee00100);
	check(!lapic_model_enabled(&lapic));
	unreadable(X2_ID_MSR);
	refused(LAPIC_MODEL_MSR_BASE, X2APIC_BASE);
	refused(LAPIC_MODEL_MSR_BASE, 0xfee00500);
	set_msr(LAPIC_MODEL_MSR_BASE, 0xfee00900);
	check(moved_enabled);
	unreadable(X2_ID_MSR);
	check_eq(u32, rd(REG_SVR), 0xff, "what was programmed is lost");
	check_eq(u32, rd(REG_ID), (X2_ID & 0xffu) << 24);
	refused(LAPIC_MODEL_MSR_BASE, 0xfee00500);
	set_msr(LAPIC_MODEL_MSR_BASE, X2APIC_BASE);
}

Test(lapic_model_x2apic, entering_keeps_what_was_programmed)
{
	power_on_x2apic();
	enable();
	wr(REG_TPR, 0x30);
	wr(REG_TIMER, VECTOR);
	set_msr(LAPIC_MODEL_MSR_BASE, X2APIC_BASE);
	check_eq(u64, msr(X2_TPR), 0x30);
	check_eq(u64, msr(X2_TIMER), VECTOR);
	check_eq(u64, msr(X2_SVR), 0x1ff);
}

Test(lapic_model_x2apic, reset_leads_back_to_xapic_mode)
{
	lapic_model_reset(&lapic);
	check(moved_enabled);
	check_eq(u64, msr(LAPIC_MODEL_MSR_BASE), 0xfee00900);
	unreadable(X2_ID_MSR);
}

/* Whatever a guest does, no loop is endless, and vectors 0 to 15 are never pending. */
Test(lapic_model_x2apic, random_garbage_is_survived)
{
	uint64_t seed = 0x5eed, value = 0;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t r = random_next(&seed), v = random_any_size(&seed);
		uint32_t n = r & 2   ? 0x800 + (r >> 8 & 0x7f)
			     : r & 4 ? MSR_DEADLINE
				     : LAPIC_MODEL_MSR_BASE;
		struct apic_message m = { .destination = (uint32_t)(r >> 32 & 0xff),
					  .logical = r & 8,
					  .mode = (enum apic_delivery)(r >> 40 & 7),
					  .vector = (uint8_t)(r >> 48),
					  .level_triggered = r & 16,
					  .assert = r & 32 };
		if (r & 1)
			(void)lapic_model_msr_write(&lapic, n,
						    n == LAPIC_MODEL_MSR_BASE ? v | 0x800 : v);
		(void)lapic_model_msr_read(&lapic, n, &value);
		(void)lapic_model_message(&lapic, &m);
		bus_write(&bus, BUS_MEMORY, BASE + (r >> 20 & 0xfff), 8u << (r >> 16 & 3), v);
		if (r & 64) lapic_model_ack(&lapic);
		if (r & 128) lapic_model_set_lint(&lapic, r >> 9 & 1, r >> 10 & 1);
		pass(r >> 12 & 0x3fff);
		require_eq(u64, lapic.s.reg[lapic.slot[LAPIC_MODEL_IRR]] & 0xffff, 0);
	}
}
