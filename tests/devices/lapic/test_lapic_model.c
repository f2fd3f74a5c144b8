/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/model_fixture.h"

TestSuite(lapic, .init = power_on, .timeout = 60);

/* ---- registers ---- */

Test(lapic, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(lapic_regs, LAPIC_MODEL_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	check_eq(sz, reg_table_slots(lapic_regs, LAPIC_MODEL_N_REGS), LAPIC_MODEL_N_SLOTS);
}

Test(lapic, powers_on_globally_enabled_and_software_disabled)
{
	uint64_t base = 0;
	check(lapic_model_msr_read(&lapic, LAPIC_MODEL_MSR_BASE, &base));
	check_eq(u64, base, 0xfee00900);
	check_eq(u32, rd(REG_ID), 0);
	check_eq(u32, rd(REG_VERSION), 0x50014);
	check_eq(u32, rd(REG_SVR), 0xff);
	check_eq(u32, rd(REG_DFR), 0xffffffff);
	for (unsigned reg = REG_TIMER; reg <= REG_ERROR; reg += 0x10)
		check_eq(u32, rd(reg), MASKED);
	check_eq(u32, lints, 0);
}

Test(lapic, a_reserved_address_is_an_error_and_a_lint)
{
	check_eq(u32, rd(0x40), 0);
	check_eq(u32, lints, 1);
	check_eq(str, last_lint, "lapic.RSVD_040.illegal-address");
	wr(0x2f0, 0);
	check_eq(u32, lints, 2);
	wr(0xff0, 0);
	check_eq(u32, lints, 3);
	check_eq(u32, errors(), 0x80);
}

Test(lapic, wrong_widths_and_unaligned_accesses_are_lints)
{
	bus_read(&bus, BUS_MEMORY, BASE + REG_VERSION, 8);
	check_eq(str, last_lint, "lapic.VERSION.width");
	bus_read(&bus, BUS_MEMORY, BASE + REG_VERSION + 4, 32);
	check_eq(u32, lints, 2);
	enable();
	self_ipi(VECTOR);
	(void)lapic_model_ack(&lapic);
	bus_write(&bus, BUS_MEMORY, BASE + REG_EOI, 32, 1);
	check_eq(str, last_lint, "lapic.EOI.reserved");
	bus_write(&bus, BUS_MEMORY, BASE + REG_VERSION, 32, 0);
	check_eq(str, last_lint, "lapic.VERSION.readonly");
	bus_read(&bus, BUS_MEMORY, BASE + REG_EOI, 32);
	check_eq(str, last_lint, "lapic.EOI.writeonly");
	wr(REG_SVR, 0x11ff);
	check_eq(str, last_lint, "lapic.SVR.reserved");
}

Test(lapic, a_software_disabled_apic_takes_no_fixed_interrupt)
{
	self_ipi(VECTOR);
	check(!intr);
	check_eq(u32, rd(REG_IRR + 0x20), 0);
}

Test(lapic, pending_interrupts_are_held_while_software_disabled)
{
	enable();
	self_ipi(VECTOR);
	wr(REG_SVR, 0xff);
	check(!intr);
	check_eq(int, lapic_model_ack(&lapic), -1);
	wr(REG_SVR, 0x1ff);
	check(intr);
}

Test(lapic, reset_stops_the_timer_and_drops_the_line)
{
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	self_ipi(VECTOR);
	lapic_model_reset(&lapic);
	check(!intr);
	pass(1000 * TICK);
	check(!intr);
	check(!clock_armed(&vclock, lapic.timer));
}

Test(lapic, its_state_is_a_snapshot)
{
	struct lapic_model_state kept;
	struct clock_state kept_clock;
	enable();
	wr(REG_TIMER, PERIODIC | VECTOR);
	wr(REG_INITIAL, 100);
	pass(30 * TICK);
	kept = lapic.s;
	kept_clock = vclock.s;
	pass(500 * TICK);
	lapic_model_ack(&lapic);
	*(struct lapic_model_state *)lapic.dev.state = kept;
	vclock.s = kept_clock;
	check_eq(u32, rd(REG_CURRENT), 70);
	intr = false;
	pass(70 * TICK);
	check(intr);
	check_eq(sz, lapic.dev.state_size, sizeof(struct lapic_model_state));
}

/* ---- priorities ---- */

Test(lapic, a_self_ipi_goes_through_irr_and_isr_to_eoi)
{
	enable();
	self_ipi(VECTOR);
	check(intr);
	check_eq(u32, rd(REG_IRR + 0x20), 1u << (VECTOR & 31));
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	check(!intr);
	check_eq(u32, rd(REG_IRR + 0x20), 0);
	check_eq(u32, rd(REG_ISR + 0x20), 1u << (VECTOR & 31));
	check_eq(u32, rd(REG_TMR + 0x20), 0);
	check_eq(u32, rd(REG_PPR), VECTOR & 0xf0);
	wr(REG_EOI, 0);
	check_eq(u32, rd(REG_ISR + 0x20), 0);
	check_eq(u32, rd(REG_PPR), 0);
	check_eq(int, lapic_model_ack(&lapic), -1);
	check_eq(u32, lints, 0);
}

Test(lapic, a_higher_class_interrupts_a_lower_one_but_not_the_same)
{
	enable();
	self_ipi(VECTOR);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	self_ipi(VECTOR + 1);
	check(!intr, "same class must wait");
	self_ipi(HIGH);
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), HIGH);
	wr(REG_EOI, 0);
	check_eq(u32, rd(REG_ISR + 0x60), 0);
	check(!intr);
	wr(REG_EOI, 0);
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), VECTOR + 1);
}

Test(lapic, an_eoi_with_nothing_in_service_is_a_lint, .description = "10.8.5")
{
	enable();
	self_ipi(VECTOR);
	(void)lapic_model_ack(&lapic);
	self_ipi(HIGH);
	(void)lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	wr(REG_EOI, 0);
	check_eq(u32, lints, 0, "one for each is in order");
	wr(REG_EOI, 0);
	check_eq(u32, lints, 1);
	check_eq(str, last_lint, "lapic.EOI.not-in-service");
}

Test(lapic, an_eoi_before_the_first_interrupt_is_a_note, .description = "10.8.5")
{
	enable();
	wr(REG_EOI, 0);
	check_eq(str, last_lint, "lapic.EOI.early");
	self_ipi(VECTOR);
	(void)lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	wr(REG_EOI, 0);
	check_eq(str, last_lint, "lapic.EOI.not-in-service");
	enable(); /* as a kernel enables it */
	wr(REG_EOI, 0);
	check_eq(str, last_lint, "lapic.EOI.early");
}

Test(lapic, an_eoi_for_an_interrupt_of_the_8259a_is_a_lint, .description = "10.8.5")
{
	lapic_model_virtual_wire(&lapic);
	lapic_model_set_lint(&lapic, 0, true);
	check_eq(int, lapic_model_ack(&lapic), 0x08);
	wr(REG_EOI, 0);
	check_eq(u32, lints, 1);
	check_eq(str, last_lint, "lapic.EOI.not-in-service");
}

Test(lapic, an_eoi_for_a_spurious_interrupt_is_a_lint, .description = "10.9")
{
	enable();
	self_ipi(VECTOR);
	wr(REG_TPR, VECTOR);
	check_eq(int, lapic_model_ack(&lapic), 0xff);
	wr(REG_EOI, 0);
	check_eq(u32, lints, 1);
	check_eq(str, last_lint, "lapic.EOI.spurious");
	wr(REG_TPR, 0);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	check_eq(u32, lints, 1);
	wr(REG_EOI, 0);
	check_eq(str, last_lint, "lapic.EOI.not-in-service");
}

Test(lapic, the_task_priority_holds_back_its_class_and_below)
{
	enable();
	wr(REG_TPR, VECTOR & 0xf0);
	self_ipi(VECTOR);
	check(!intr);
	check_eq(u8, lapic_model_cr8(&lapic), VECTOR >> 4);
	lapic_model_set_cr8(&lapic, (VECTOR >> 4) - 1);
	check(intr);
	check_eq(u32, rd(REG_TPR), (VECTOR & 0xf0) - 0x10);
}

Test(lapic, the_processor_priority_takes_the_sub_class_of_a_higher_task_priority)
{
	enable();
	self_ipi(VECTOR);
	lapic_model_ack(&lapic);
	wr(REG_TPR, 0x53);
	check_eq(u32, rd(REG_PPR), 0x53);
	wr(REG_TPR, 0x33);
	check_eq(u32, rd(REG_PPR), 0x40);
}

Test(lapic, an_interrupt_that_became_masked_by_priority_is_spurious)
{
	enable();
	self_ipi(VECTOR);
	wr(REG_TPR, 0xf0);
	check_eq(int, lapic_model_ack(&lapic), 0xff);
	check_eq(u32, rd(REG_ISR + 0x70), 0);
	check_eq(u32, rd(REG_IRR + 0x20), 1u << (VECTOR & 31), "it stays pending");
}

/* ---- errors ---- */

Test(lapic, an_illegal_vector_is_an_error_and_a_lint)
{
	enable();
	wr(REG_ERROR, HIGH);
	self_ipi(5);
	check_eq(str, last_lint, "lapic.ICR_LO.vector");
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), HIGH);
	wr(REG_EOI, 0);
	check_eq(u32, rd(REG_ESR), 0, "nothing shows before a write");
	check_eq(u32, errors(), 0x60);
	check_eq(u32, errors(), 0);
	check_eq(u32, rd(REG_IRR), 0);
}

Test(lapic, the_error_interrupt_waits_for_a_write_to_esr)
{
	enable();
	wr(REG_ERROR, HIGH);
	self_ipi(5);
	check_eq(int, lapic_model_ack(&lapic), HIGH);
	wr(REG_EOI, 0);
	self_ipi(6);
	check(!intr);
	wr(REG_ESR, 0);
	self_ipi(7);
	check(intr);
}

/* ---- acknowledgement ---- */

Test(lapic, lint0_as_extint_passes_the_pic_through)
{
	lapic_model_virtual_wire(&lapic);
	lapic_model_set_lint(&lapic, 0, true);
	check(intr);
	wr(REG_TPR, 0xf0);
	check(intr, "priorities do not hold ExtINT back");
	check_eq(int, lapic_model_ack(&lapic), 0x08);
	check_eq(u32, ext_acks, 1);
	check(intr, "a level: the PIC drops it");
	lapic_model_set_lint(&lapic, 0, false);
	check(!intr);
	check_eq(int, lapic_model_ack(&lapic), -1);
	check_eq(u32, ext_acks, 1);
}

Test(lapic, an_extint_message_is_acknowledged_at_the_pic_once)
{
	enable();
	wr(REG_TPR, 0xf0);
	check(message((struct apic_message){ .mode = APIC_EXTINT }));
	check(intr, "priorities do not hold it back");
	check_eq(int, lapic_model_ack(&lapic), 0x08);
	check_eq(u32, ext_acks, 1);
	check(!intr);
	check_eq(u32, rd(REG_ISR), 0);
	check_eq(int, lapic_model_ack(&lapic), -1);
}

Test(lapic, eoi_suppression_is_reserved_where_it_is_not_advertised)
{
	wr(REG_SVR, 0x11ff);
	check_eq(str, last_lint, "lapic.SVR.reserved");
	check_eq(u32, rd(REG_SVR), 0x1ff);
	check(message((struct apic_message){ .vector = VECTOR, .level_triggered = true }));
	lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	check_eq(u32, eois, 1);
}

Test(lapic, eoi_suppression_sends_no_eoi_message_where_it_is_advertised, .init = power_on_x2apic)
{
	check_eq(u32, rd(REG_VERSION), 0x01050014);
	wr(REG_SVR, 0x11ff);
	check_eq(u32, lints, 0);
	check_eq(u32, rd(REG_SVR), 0x11ff);
	check(message((struct apic_message){
		.destination = 0xff, .vector = VECTOR, .level_triggered = true }));
	lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	check_eq(u32, eois, 0);
}
