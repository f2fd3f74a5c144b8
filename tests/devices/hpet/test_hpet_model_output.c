/* SPDX-License-Identifier: MIT */
/* HPET: legacy replacement, routes, levels and messages. */
#include "tests/devices/hpet/model_fixture.h"

Test(hpet, legacy_replacement_takes_irq_0_and_8_while_enabled)
{
	check_eq(u32, legacy_calls, 1, "told at power-on");
	wr(T0_COMP, 1000);
	wr32(T1_COMP, 2000);
	wr32(T0_CONF, INT);
	wr32(T1_CONF, INT);
	wr(CONF, LEGACY);
	check(!legacy, "both bits are needed");
	wr(CONF, ENABLE | LEGACY);
	check(legacy);
	check(hpet_model_legacy(&hpet));
	check_eq(u32, lints.n, 0, "the route of 0 is not used");
	pass(1000);
	check_eq(u32, rises[2], 1);
	check_eq(u32, rises[8], 0);
	pass(1000);
	check_eq(u32, rises[8], 1);
	wr(CONF, ENABLE);
	check(!legacy);
	check(!pins[2]);
	check(!pins[8]);
	check_eq(u32, lints.n, 2, "now timers 0 and 1 are routed to input 0");
	check_eq(str, lints.last, "hpet.TIM1_CONF.route");
}

Test(hpet, timer_2_keeps_its_route_under_legacy_replacement)
{
	wr32(T2_COMP, 10);
	wr32(T2_CONF, INT | ROUTE(11));
	wr(CONF, ENABLE | LEGACY);
	pass(10);
	check_eq(u32, rises[11], 1);
	check_eq(u32, lints.n, 0);
}

Test(hpet, a_level_stays_until_its_status_is_cleared)
{
	wr32(T1_COMP, 100);
	wr32(T1_CONF, INT | LEVEL | ROUTE(22));
	wr(CONF, ENABLE);
	pass(100);
	check(pins[22]);
	check_eq(u64, rd(STATUS), 2);
	wr(STATUS, 0);
	wr32(STATUS + 4, 0);
	check(pins[22]);
	wr(STATUS, 2);
	check(!pins[22]);
	check_eq(u64, rd(STATUS), 0);
	check_eq(u32, rises[22], 1);
	check_eq(u32, lints.n, 0);
}

Test(hpet, a_level_is_noted_even_if_the_interrupt_is_disabled)
{
	wr32(T1_COMP, 100);
	wr32(T1_CONF, LEVEL | ROUTE(22));
	wr(CONF, ENABLE);
	pass(200);
	check(!clock_armed(&vclock, hpet.timer));
	check_eq(u64, rd(STATUS), 2);
	check(!pins[22]);
	wr32(T1_CONF, LEVEL | INT | ROUTE(22));
	check(pins[22]);
	wr(CONF, 0);
	check(!pins[22], "disabled as a whole");
}

Test(hpet, two_level_timers_share_an_input)
{
	wr32(T1_COMP, 100);
	wr32(T2_COMP, 200);
	wr32(T1_CONF, INT | LEVEL | ROUTE(22));
	wr32(T2_CONF, INT | LEVEL | ROUTE(22));
	wr(CONF, ENABLE);
	pass(300);
	check_eq(u64, rd(STATUS), 6);
	wr(STATUS, 2);
	check(pins[22]);
	wr(STATUS, 4);
	check(!pins[22]);
}

Test(hpet, no_deadline_is_armed_without_need)
{
	wr32(T1_COMP, 100);
	wr(CONF, ENABLE);
	check(!clock_armed(&vclock, hpet.timer), "interrupt disabled");
	wr32(T1_CONF, INT | ROUTE(5));
	check(!clock_armed(&vclock, hpet.timer), "routed to nowhere");
	wr32(T1_CONF, INT | LEVEL | ROUTE(20));
	check(clock_armed(&vclock, hpet.timer));
	pass(100);
	check(!clock_armed(&vclock, hpet.timer), "already asserted");
	wr(STATUS, 2);
	check(clock_armed(&vclock, hpet.timer));
	wr(CONF, 0);
	check(!clock_armed(&vclock, hpet.timer));
}

Test(hpet, a_route_beyond_the_capability_is_a_lint_once_it_counts)
{
	wr32(T1_CONF, INT | ROUTE(19));
	check_eq(u32, lints.n, 0);
	wr(CONF, ENABLE);
	lint_is("hpet.TIM1_CONF.route");
	wr32(T1_CONF, INT | ROUTE(11));
	lint_is("hpet.TIM1_CONF.route");
	wr32(T1_CONF, INT | ROUTE(20));
	wr32(T2_CONF, INT | ROUTE(11));
	wr32(T3_CONF, INT | ROUTE(12));
	check_eq(u32, lints.n, 0);
}

Test(hpet, a_changed_configuration_drops_the_old_output)
{
	wr32(T1_COMP, 10);
	wr32(T1_CONF, INT | ROUTE(20));
	wr(CONF, ENABLE);
	pass(10);
	check(pins[20]);
	wr32(T1_CONF, INT | ROUTE(21));
	check(!pins[20]);
	check(!pins[21], "an edge is not moved");
}

Test(hpet, each_timer_has_a_message_of_its_own)
{
	build(true);
	for (unsigned n = 0; n < 4; n++) {
		unsigned at = 0x20 * n;
		wr(T0_FSB + at, UINT64_C(0xfee0000000000030) + n);
		wr(T0_COMP + at, 100 * (n + 1));
		wr32(T0_CONF + at, INT | FSB);
	}
	wr(CONF, ENABLE);
	for (unsigned n = 0; n < 4; n++) {
		pass(100);
		check_eq(u32, messages, n + 1);
		check_eq(u32, message_data, 0x30 + n);
		check_eq(u64, rd(T0_FSB + 0x20 * n), UINT64_C(0xfee0000000000030) + n);
	}
	check_eq(u32, lints.n, 0);
	wr32(T3_CONF, INT | FSB | LEVEL);
	lint_is("hpet.TIM3_CONF.fsb-level");
}

Test(hpet, messages_replace_the_pin)
{
	build(true);
	check_eq(u32, rd32(T0_CONF) & 0x8000, 0x8000);
	wr(T0_FSB, UINT64_C(0xfee0100000000041));
	check_eq(u64, rd(T0_FSB), UINT64_C(0xfee0100000000041));
	wr(T0_COMP, 100);
	wr32(T0_CONF, INT | FSB);
	wr(CONF, ENABLE | LEGACY);
	pass(100);
	check_eq(u32, messages, 1);
	check_eq(u32, message_addr, 0xfee01000);
	check_eq(u32, message_data, 0x41);
	check_eq(u32, rises[2], 0, "not even with legacy replacement");
	check_eq(u32, lints.n, 0);
	wr32(T0_CONF, INT | FSB | LEVEL);
	lint_is("hpet.TIM0_CONF.fsb-level");
	wr(T0_COMP, 150);
	pass(50);
	check_eq(u32, messages, 2);
	check_eq(u64, rd(STATUS), 1);
	wr32(STATUS + 4, 0);
	check(!pins[2], "its level goes nowhere");
	wr32(T0_CONF, FSB);
	wr(T0_COMP, 200);
	pass(200);
	check_eq(u32, messages, 2, "disabled");
}
