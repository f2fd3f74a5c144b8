/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/devices/lapic/model_fixture.h"

TestSuite(lapic_lvt, .init = power_on, .timeout = 60);

/* ---- pins ---- */

Test(lapic_lvt, a_masked_lint0_blocks_the_pic)
{
	lapic_model_set_lint(&lapic, 0, true);
	check(!intr, "at power-on all entries are masked");
	lapic_model_virtual_wire(&lapic);
	check(intr);
	wr(REG_LINT0, MASKED | EXTINT);
	check(!intr);
}

Test(lapic_lvt, lint1_as_nmi_is_an_edge)
{
	lapic_model_virtual_wire(&lapic);
	lapic_model_set_lint(&lapic, 1, true);
	lapic_model_set_lint(&lapic, 1, true);
	check_eq(u32, nmis, 1);
	lapic_model_set_lint(&lapic, 1, false);
	check_eq(u32, nmis, 1);
	wr(REG_LINT1, MASKED | 0x400);
	lapic_model_set_lint(&lapic, 1, true);
	check_eq(u32, nmis, 1);
	lapic_model_set_lint(&lapic, 2, true);
	check_eq(u32, nmis, 1, "there is no third pin");
}

Test(lapic_lvt, a_level_triggered_lint0_is_remembered_until_eoi)
{
	enable();
	wr(REG_LINT0, 0x8000 | VECTOR);
	lapic_model_set_lint(&lapic, 0, true);
	check_eq(u32, rd(REG_LINT0), 0xc000 | VECTOR);
	check_eq(u32, rd(REG_TMR + 0x20), 1u << (VECTOR & 31));
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	check(!intr);
	wr(REG_LINT0, 0x8000 | VECTOR);
	check_eq(u32, rd(REG_IRR + 0x20), 0, "not twice before the EOI");
	wr(REG_EOI, 0);
	check(intr, "still asserted: again");
	check_eq(int, lapic_model_ack(&lapic), VECTOR);
	lapic_model_set_lint(&lapic, 0, false);
	wr(REG_EOI, 0);
	check(!intr);
	check_eq(u32, rd(REG_LINT0), 0x8000 | VECTOR);
}

Test(lapic_lvt, an_active_low_pin_triggers_when_it_falls)
{
	enable();
	lapic_model_set_lint(&lapic, 0, true);
	wr(REG_LINT0, 0x2000 | VECTOR);
	check(!intr);
	lapic_model_set_lint(&lapic, 0, false);
	check(intr);
}

/* ---- entries ---- */

Test(lapic_lvt, masks_cannot_be_cleared_while_software_disabled)
{
	wr(REG_LINT0, EXTINT);
	check_eq(u32, rd(REG_LINT0), MASKED | EXTINT);
	wr(REG_SVR, 0x1ff);
	wr(REG_LINT0, EXTINT);
	check_eq(u32, rd(REG_LINT0), EXTINT);
	wr(REG_SVR, 0xff);
	check_eq(u32, rd(REG_LINT0), MASKED | EXTINT);
}

Test(lapic_lvt, an_unmasked_entry_with_an_illegal_vector_is_an_error)
{
	enable();
	wr(REG_TIMER, MASKED);
	check_eq(u32, lints, 0);
	wr(REG_TIMER, 0xf);
	check_eq(u32, lints, 1);
	check_eq(str, last_lint, "lapic.LVT_TIMER.vector");
	check_eq(u32, errors(), 0x40);
}

Test(lapic_lvt, extint_and_nmi_entries_may_have_any_vector)
{
	enable();
	wr(REG_LINT0, EXTINT);
	wr(REG_LINT1, 0x400);
	check_eq(u32, lints, 0);
	check_eq(u32, errors(), 0);
}

Test(lapic_lvt, an_entry_with_the_spurious_vector_is_a_lint)
{
	static const struct {
		unsigned reg;
		char *id;
	} t[] = { { REG_TIMER, "lapic.LVT_TIMER.spurious-vector" },
		  { REG_THERMAL, "lapic.LVT_THERMAL.spurious-vector" },
		  { REG_PERF, "lapic.LVT_PERF.spurious-vector" },
		  { REG_LINT0, "lapic.LVT_LINT0.spurious-vector" },
		  { REG_LINT1, "lapic.LVT_LINT1.spurious-vector" },
		  { REG_ERROR, "lapic.LVT_ERROR.spurious-vector" } };

	wr(REG_SVR, 0x1d0);
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		wr(t[i].reg, MASKED | 0xd0);
		check_eq(u32, lints, i);
		wr(t[i].reg, 0xd0);
		check_eq(u32, lints, i + 1);
		check_eq(str, last_lint, t[i].id);
	}
}

Test(lapic_lvt, an_smi_of_a_pin_is_not_modelled)
{
	enable();
	wr(REG_LINT1, SMI);
	check_eq(u32, lints, 0, "nothing yet");
	lapic_model_set_lint(&lapic, 1, true);
	check_eq(str, last_lint, "lapic.LVT_LINT1.smi");
	wr(REG_LINT0, SMI);
	lapic_model_set_lint(&lapic, 0, true);
	check_eq(str, last_lint, "lapic.LVT_LINT0.smi");
	check(!intr);
	check_eq(u32, nmis, 0);
}

Test(lapic_lvt, lint1_is_always_edge_triggered)
{
	enable();
	wr(REG_LINT1, MASKED | 0x8000 | VECTOR);
	check_eq(str, last_lint, "lapic.LVT_LINT1.trigger");
}
