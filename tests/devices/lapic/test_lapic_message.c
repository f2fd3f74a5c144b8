/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/model_fixture.h"

TestSuite(lapic_model_message, .init = power_on, .timeout = 60);

/* ---- destinations ---- */

Test(lapic_model_message, a_message_reaches_its_physical_destination_only)
{
	enable();
	check(!message((struct apic_message){ .destination = 1, .vector = VECTOR }));
	check(!intr);
	check(message((struct apic_message){ .destination = 0, .vector = VECTOR }));
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	check_eq(u32, rd(REG_TMR + 0x20), 0);
	check(message((struct apic_message){ .destination = 0xff, .vector = HIGH }));
	check_eq(int, lapic_model_ack(&lapic), HIGH);
	check_eq(u32, lints, 0);
}

Test(lapic_model_message, a_logical_message_is_matched_by_the_model_of_the_dfr)
{
	struct apic_message m = {
		.destination = 3, .logical = true, .mode = APIC_LOWEST, .vector = VECTOR
	};
	enable();
	check(!message(m), "no logical ID yet");
	m.destination = 0xff;
	check(!message(m), "nor for everybody who has one");
	m.destination = 3;
	wr(REG_LDR, 0x02000000);
	check(message(m));
	m.destination = 4;
	check(!message(m));
	wr(REG_DFR, 0x0fffffff);
	wr(REG_LDR, 0x21000000);
	m.destination = 0x31;
	check(!message(m));
	m.destination = 0xf1;
	check(message(m), "every cluster");
	m.destination = 0x23;
	check(message(m));
	check_eq(u32, lints, 0);
	wr(REG_DFR, 0x5fffffff);
	check_eq(str, last_lint, "lapic.DFR.model");
}

Test(lapic_model_message, software_may_set_its_own_id)
{
	enable();
	wr(REG_ID, 5u << 24);
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	check(!intr);
	wr(REG_ICR_HI, 5u << 24);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	check(intr);
	check_eq(u32, lints, 0);
}

/* ---- messages ---- */

Test(lapic_model_message, a_level_triggered_message_sets_tmr_and_its_eoi_is_broadcast)
{
	enable();
	check(message((struct apic_message){ .vector = VECTOR, .level_triggered = true }));
	check_eq(u32, rd(REG_TMR + 0x20), 1u << (VECTOR & 31));
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	check_eq(u32, eois, 0);
	wr(REG_EOI, 0);
	check_eq(u32, eois, 1);
	check_eq(u8, last_eoi, VECTOR);
	check(message((struct apic_message){ .vector = VECTOR }));
	check_eq(u32, rd(REG_TMR + 0x20), 0, "this one was by edge");
	lapic_model_ack(&lapic);
	wr(REG_EOI, 0);
	check_eq(u32, eois, 1);
	wr(REG_EOI, 0);
	check_eq(u32, eois, 1, "nothing was in service");
}

Test(lapic_model_message, the_deassertion_of_a_level_does_nothing)
{
	struct apic_message m = { .vector = VECTOR, .level_triggered = true };
	enable();
	check(lapic_model_message(&lapic, &m));
	check(!intr);
}

Test(lapic_model_message, a_disabled_apic_takes_no_message_but_nmi_and_init)
{
	check(!message((struct apic_message){ .vector = VECTOR }));
	check(!message((struct apic_message){ .mode = APIC_EXTINT }));
	check(message((struct apic_message){ .mode = APIC_NMI }));
	check(message((struct apic_message){ .mode = APIC_INIT }));
	check_eq(u32, nmis, 1);
	check_eq(u32, inits, 1);
	check(lapic_model_msr_write(&lapic, LAPIC_MODEL_MSR_BASE, 0xfee00100));
	check(!message((struct apic_message){ .mode = APIC_NMI }));
	check_eq(u32, nmis, 1);
}

Test(lapic_model_message, a_message_with_an_illegal_vector_is_received_as_an_error)
{
	enable();
	check(message((struct apic_message){ .vector = 7 }));
	check(!intr);
	check_eq(u32, errors(), 0x40);
	check_eq(u32, rd(REG_IRR), 0);
}

Test(lapic_model_message, messages_of_reserved_modes_and_smi_do_nothing)
{
	enable();
	check(!message((struct apic_message){ .mode = APIC_RESERVED_3, .vector = VECTOR }));
	check(!message((struct apic_message){ .mode = APIC_STARTUP, .vector = VECTOR }));
	check(message((struct apic_message){ .mode = APIC_SMI }));
	check_eq(str, last_lint, "lapic.smi");
	check(message((struct apic_message){
		.destination = 0xff, .mode = APIC_LOWEST, .vector = VECTOR }));
	check_eq(str, last_lint, "lapic.lowest-broadcast");
	check_eq(u32, lints, 2);
}

/* ---- x2APIC mode (10.12) ---- */

TestSuite(lapic_x2apic_message, .init = enter_x2apic, .timeout = 60);

Test(lapic_x2apic_message, a_message_of_8_bits_broadcasts_with_0xff)
{
	check(message((struct apic_message){ .destination = 0xff, .vector = VECTOR }));
	check(!message((struct apic_message){ .destination = X2_ID & 0xff, .vector = HIGH }));
	check(message((struct apic_message){ .destination = X2_ID, .vector = HIGH }));
}
