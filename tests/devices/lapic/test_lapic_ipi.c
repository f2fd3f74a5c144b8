/* SPDX-License-Identifier: MIT */
#include "tests/devices/lapic/model_fixture.h"

TestSuite(lapic_ipi, .init = power_on, .timeout = 60);

Test(lapic_ipi, ipis_reach_us_by_physical_and_logical_address_only_if_they_name_us)
{
	enable();
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	wr(REG_ICR_HI, 1u << 24);
	wr(REG_ICR_LO, 0x4000 | VECTOR);
	check(!intr, "nobody has ID 1");
	wr(REG_LDR, 0x02000000);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	check(!intr);
	wr(REG_ICR_HI, 3u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	wr(REG_EOI, 0);
	wr(REG_DFR, 0x0fffffff);
	wr(REG_LDR, 0x21000000);
	wr(REG_ICR_HI, 0x31u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	check(!intr, "another cluster");
	wr(REG_ICR_HI, 0x23u << 24);
	wr(REG_ICR_LO, 0x4800 | VECTOR);
	check(intr);
	check_eq(u32, lints, 0);
}

Test(lapic_ipi, the_others_shorthand_reaches_nobody)
{
	enable();
	wr(REG_ICR_LO, 0xc4000 | VECTOR);
	check(!intr);
	wr(REG_ICR_LO, 0x84000 | VECTOR);
	check(intr);
}

Test(lapic_ipi, nmi_and_init_ipis_are_delivered_and_sipi_is_not)
{
	enable();
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4400);
	check_eq(u32, nmis, 1);
	wr(REG_ICR_LO, 0x4608);
	check_eq(u32, inits, 0);
	wr(REG_ICR_LO, 0x8500);
	check_eq(u32, inits, 0, "a de-assert does nothing");
	wr(REG_ICR_LO, 0x88500);
	check_eq(u32, lints, 0, "for a de-assert 10.6.1 asks for this shorthand");
	check_eq(u32, inits, 0);
	wr(REG_ICR_LO, 0x4500);
	check_eq(u32, inits, 1);
	check_eq(u32, lints, 0);
	wr(REG_ICR_LO, 0x8c500);
	check_eq(str, last_lint, "lapic.ICR_LO.combination", "not for an assert");
	wr(REG_ICR_LO, 0x80500);
	check_eq(u32, lints, 2, "nor for an edge");
	wr(REG_ICR_LO, 0x48500);
	check_eq(u32, lints, 3, "and not to itself alone");
	check_eq(u32, inits, 1);
	wr(REG_ICR_LO, 0x44400);
	check_eq(str, last_lint, "lapic.ICR_LO.combination");
	check_eq(u32, nmis, 1);
	wr(REG_ICR_LO, 0x4300);
	check_eq(str, last_lint, "lapic.ICR_LO.mode");
}

Test(lapic_ipi, an_smi_is_not_modelled)
{
	enable();
	wr(REG_ICR_HI, 0);
	wr(REG_ICR_LO, 0x4000 | SMI);
	check_eq(str, last_lint, "lapic.ICR_LO.smi");
	check(!intr);
	check_eq(u32, nmis + inits, 0);
}

Test(lapic_ipi, lowest_priority_to_itself_is_reported)
{
	enable();
	wr(REG_ICR_LO, 0x44100 | VECTOR);
	check_eq(str, last_lint, "lapic.ICR_LO.combination");
	check(!intr);
	wr(REG_ICR_LO, 0x4100 | VECTOR);
	check(intr, "but for a destination");
	check_eq(u32, lints, 1);
}

/* ---- x2APIC mode (10.12) ---- */

TestSuite(lapic_x2apic_ipi, .init = enter_x2apic, .timeout = 60);

Test(lapic_x2apic_ipi, the_self_ipi_goes_through_irr_and_isr)
{
	set_msr(X2_SELF, VECTOR);
	check(intr);
	check_eq(u64, msr(X2_IRR2), 1u << (VECTOR & 31));
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	check_eq(u64, msr(X2_ISR2), 1u << (VECTOR & 31));
	set_msr(X2_EOI, 0);
	check_eq(u64, msr(X2_ISR2), 0);
	set_msr(X2_SELF, 3);
	check_eq(str, last_lint, "lapic.SELF_IPI.vector");
	set_msr(X2_ESR, 0);
	check_eq(u64, msr(X2_ESR), 0x60);
}

Test(lapic_x2apic_ipi, the_icr_is_one_register_with_a_32_bit_destination)
{
	set_msr(X2_ICR, (uint64_t)X2_ID << 32 | 0x4000 | VECTOR);
	check(intr);
	check_eq(u64, msr(X2_ICR), (uint64_t)X2_ID << 32 | 0x4000 | VECTOR);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, (uint64_t)(X2_ID & 0xff) << 32 | 0x4000 | VECTOR);
	check(!intr, "the low byte is not enough");
	set_msr(X2_ICR, UINT64_C(0xff) << 32 | 0x4000 | VECTOR);
	check(!intr, "not the broadcast of this mode");
	set_msr(X2_ICR, UINT64_C(0xffffffff) << 32 | 0x4000 | VECTOR);
	check(intr);
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, UINT64_C(0x0012000f) << 32 | 0x4800 | VECTOR);
	check(intr, "a set of its cluster");
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	set_msr(X2_EOI, 0);
	set_msr(X2_ICR, UINT64_C(0x0013000f) << 32 | 0x4800 | VECTOR);
	check(!intr, "another cluster");
	check_eq(u32, lints, 0);
	set_msr(X2_ICR, (uint64_t)X2_ID << 32 | 0x4100 | VECTOR);
	check(!intr);
	check_eq(str, last_lint, "lapic.ICR_LO.mode");
	set_msr(X2_ESR, 0);
	check_eq(u64, msr(X2_ESR), 0x10);
}
