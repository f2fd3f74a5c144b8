/* SPDX-License-Identifier: MIT */
/* MC146818 real-time clock, against Motorola's MC146818A data sheet. */
#include "tests/devices/rtc_mc146818/model_fixture.h"

Test(mc146818, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(rtc_mc146818_model_ports, RTC_MC146818_MODEL_N_PORTS, &where),
		 NULL);
	check_eq(ptr, reg_table_fault(rtc_mc146818_regs, RTC_MC146818_MODEL_N_ROWS, &where), NULL);
	check_eq(sz, reg_table_slots(rtc_mc146818_regs, RTC_MC146818_MODEL_N_ROWS),
		 RTC_MC146818_MODEL_N_BYTES);
}

Test(mc146818, shows_the_epoch_in_bcd_and_24_hours_at_power_on)
{
	check_eq(u32, time_of_day(), 0x235950);
	check_eq(u64, date(), 0x2024022804);
	check_eq(u8, get(A), 0x26);
	check_eq(u8, get(B), 0x02);
	check_eq(u8, get(C), 0x00);
	check_eq(u8, get(D), 0x80);
}

Test(mc146818, moves_with_virtual_time_and_no_other)
{
	pass(S(1) - 1);
	check_eq(u8, get(SEC), 0xff, "off the bus while the update runs");
	pass(1);
	check_eq(u32, time_of_day(), 0x235951);
	pass(S(9));
	check_eq(u32, time_of_day(), 0x000000);
	check_eq(u64, date(), 0x2024022905, "a leap day");
	pass(S(86400));
	check_eq(u64, date(), 0x2024030106);
}

Test(mc146818, counts_years_and_centuries_on)
{
	power_on_at(946684799); /* 1999-12-31 23:59:59 */
	check_eq(u64, date(), 0x1999123106);
	pass(S(1));
	check_eq(u64, date(), 0x2000010107);
	pass(S(86400) * 366);
	check_eq(u64, date(), 0x2001010102);
}

Test(mc146818, every_day_of_four_years_follows_the_calendar)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year = 24, month = 1, day = 1, weekday = 2;

	power_on_at(1704067200); /* 2024-01-01 00:00:00, a Monday */
	set(B, 0x06);
	set(DOW, 2);
	set(DAY, 1);
	set(MON, 1);
	set(YEAR, 24);
	for (unsigned i = 0; i < 1461; i++) {
		require_eq(uint, get(DAY), day, "%u-%u-%u", year, month, day);
		require_eq(uint, get(MON), month);
		require_eq(uint, get(YEAR), year);
		require_eq(uint, get(DOW), weekday);
		pass(S(86400));
		weekday = weekday % 7 + 1;
		if (day++ < days[month - 1] + (month == 2 && year == 24 ? 1u : 0u)) continue;
		day = 1;
		if (month++ < 12) continue;
		month = 1;
		year++;
	}
}

Test(mc146818, uip_rises_244_us_before_an_update_of_1984_us)
{
	pass(S(1) - US(1984) - US(244) - 1);
	check_eq(u8, get(A), 0x26);
	pass(1);
	check_eq(u8, get(A), 0xa6);
	check_eq(u8, get(SEC), 0x50, "still readable for 244 us");
	pass(US(244));
	check_eq(u8, get(SEC), 0xff);
	check_eq(u8, get(YEAR), 0xff);
	check_eq(u8, get(CENTURY), 0x20, "RAM stays on the bus");
	pass(US(1984));
	check_eq(u8, get(A), 0x26);
	check_eq(u8, get(SEC), 0x51);
}

Test(mc146818, twelve_hours_and_binary_are_how_the_bytes_are_kept)
{
	set(B, 0x84); /* SET, binary, 12-hour */
	set(HOUR, 0x80 | 11);
	set(MIN, 59);
	set(SEC, 59);
	set(B, 0x04);
	check_eq(u32, time_of_day(), 0x8b3b3b);
	pass(S(1));
	check_eq(u32, time_of_day(), 0x0c0000, "midnight is 12 AM");
	pass(S(3600));
	check_eq(u32, time_of_day(), 0x010000);
	pass(S(11 * 3600));
	check_eq(u32, time_of_day(), 0x8c0000, "noon is 12 PM");
}

Test(mc146818, set_stops_the_time_and_the_guest_can_set_it)
{
	set(B, 0x82);
	pass(S(100));
	check_eq(u8, get(A), 0x26, "no update, no UIP");
	check_eq(u32, time_of_day(), 0x235950);
	set(HOUR, 0x12);
	set(B, 0x02);
	pass(S(1));
	check_eq(u32, time_of_day(), 0x125951);
}

Test(mc146818, set_clears_the_update_interrupt_enable)
{
	set(B, 0x12);
	set(B, 0x92);
	check_eq(u8, get(B), 0x82);
}

Test(mc146818, the_first_update_begins_half_a_second_after_the_divider_reset)
{
	set(A, 0x76);
	pass(S(10));
	check_eq(u32, time_of_day(), 0x235950, "the divider is held");
	set(A, 0x26);
	pass(MS(500) - 1);
	check_eq(u8, get(SEC), 0x50);
	pass(1);
	check_eq(u8, get(SEC), 0xff);
	pass(US(1984));
	check_eq(u8, get(SEC), 0x51);
}

Test(mc146818, the_flags_come_up_without_enables_and_reading_clears_them)
{
	pass(S(1));
	check_eq(u8, get(C), 0x50, "UF and PF, no IRQF");
	check_eq(u8, get(C), 0x00);
	check(!irq);
	check(!clock_armed(&vclock, rtc.timer), "nothing is enabled, nothing is awaited");
}

Test(mc146818, the_update_ended_interrupt_comes_once_a_second)
{
	set(B, 0x12);
	pass(S(1) - 1);
	check(!irq);
	pass(1);
	check(irq);
	pass(S(5));
	check_eq(uint, rises, 1, "the line stays up until register C is read");
	check_eq(u8, get(C), 0xd0);
	check(!irq);
	pass(S(1));
	check_eq(uint, rises, 2);
}

Test(mc146818, the_periodic_interrupt_has_the_rate_selected)
{
	static const unsigned hz[] = { 0,   256, 128, 8192, 4096, 2048, 1024, 512,
				       256, 128, 64,  32,   16,   8,    4,    2 };

	for (uint8_t rs = 0; rs < 16; rs++) {
		power_on();
		set(A, 0x20 | rs);
		set(B, 0x42);
		(void)get(C);
		rises = 0;
		for (unsigned i = 0; i < 8192; i++) {
			pass(S(1) / 8192);
			if (irq) (void)get(C);
		}
		pass(US(5)); /* the loop's steps are shorter than a second in all */
		check_eq(uint, rises, hz[rs], "rate select %u", rs);
	}
}

Test(mc146818, an_alarm_fires_at_its_second)
{
	set(HOURA, 0x00);
	set(MINA, 0x00);
	set(SECA, 0x05);
	set(B, 0x22);
	pass(S(15) - 1);
	check(!irq);
	pass(1);
	check(irq);
	check_eq(u8, get(C), 0xf0);
	pass(S(86400) - 1);
	check(!irq);
	pass(1);
	check(irq, "and a day later");
}

Test(mc146818, dont_care_makes_the_alarm_come_every_minute_or_second)
{
	set(HOURA, 0xff);
	set(MINA, 0xc0);
	set(SECA, 0x30);
	set(B, 0x22);
	pass(S(40));
	check(irq);
	(void)get(C);
	pass(S(60));
	check(irq);
	(void)get(C);
	set(SECA, 0xc5);
	pass(S(1));
	check(irq);
}

Test(mc146818, an_alarm_that_can_not_match_never_fires)
{
	set(SECA, 0x7f);
	set(B, 0x22);
	check(!clock_armed(&vclock, rtc.timer));
	pass(S(200000));
	check_eq(u8, get(C) & 0x20, 0);
}

Test(mc146818, the_alarm_flag_is_seen_even_if_many_seconds_went_by_unlooked)
{
	set(HOURA, 0x00);
	set(MINA, 0x10);
	set(SECA, 0x00);
	(void)get(C);
	pass(S(609));
	check_eq(u8, get(C) & 0x20, 0);
	pass(S(86400));
	check_eq(u8, get(C) & 0x20, 0x20);
}

Test(mc146818, enabling_an_interrupt_whose_flag_is_up_raises_it_at_once)
{
	pass(S(1));
	set(B, 0x12);
	check(irq);
	set(B, 0x02);
	check(!irq);
}

Test(mc146818, reset_disables_interrupts_and_keeps_time_and_ram)
{
	set(0x40, 0x5a);
	set(B, 0x7a);
	pass(S(1));
	check(irq);
	rtc_mc146818_model_reset(&rtc);
	check(!irq);
	check_eq(u8, get(B), 0x02);
	check_eq(u8, get(C), 0x00);
	check_eq(u8, get(0x40), 0x5a);
	check_eq(u32, time_of_day(), 0x235951);
}

Test(mc146818, ram_reads_back_and_registers_c_and_d_do_not)
{
	for (unsigned i = 0x0e; i < 0x80; i++) set((uint8_t)i, (uint8_t)(i ^ 0xa5));
	for (unsigned i = 0x0e; i < 0x80; i++) require_eq(u8, get((uint8_t)i), i ^ 0xa5);
	check_eq(uint, lints.n, 0);
	set(C, 0xff);
	check_eq(str, lints.last, "mc146818.REGC.readonly");
	set(D, 0x00);
	check_eq(str, lints.last, "mc146818.REGD.readonly");
	check_eq(u8, get(D), 0x80);
}

Test(mc146818, the_index_port_is_write_only_and_its_top_bit_masks_nmi)
{
	check(!rtc_mc146818_model_nmi_masked(&rtc));
	device_write(&rtc.dev, 0, 8, 0x8d, NULL, NULL);
	check(rtc_mc146818_model_nmi_masked(&rtc));
	check_eq(u64, device_read(&rtc.dev, 1, 8, NULL, NULL), 0x80, "index 0x0d");
	check_eq(u64, device_read(&rtc.dev, 0, 8, NULL, NULL), 0xff);
	check_eq(str, lints.last, "mc146818.INDEX.writeonly");
}

Test(mc146818, what_is_not_modelled_is_reported)
{
	set(B, 0x03);
	check_eq(str, lints.last, "mc146818.REGB.dse");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	set(A, 0x06);
	check_eq(str, lints.last, "mc146818.REGA.divider");
	pass(S(3));
	check_eq(u8, get(SEC), 0x50);
}

Test(mc146818, garbage_in_the_time_bytes_does_no_harm)
{
	for (uint8_t i = 0; i < 10; i++) set(i, 0xff);
	set(CENTURY, 0xff);
	set(B, 0x22);
	pass(S(86400) * 400);
	for (uint8_t i = 0; i < 10; i++) (void)get(i);
	check_eq(u8, get(D), 0x80);
}

Test(mc146818, the_machine_builder_sets_bytes_without_side_effects)
{
	rtc_mc146818_model_cmos_set(&rtc, 0x10, 0x40);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x10), 0x40);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x90), 0x40, "the index wraps");
	pass(S(1));
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, C), 0);
}

Test(mc146818, a_copied_state_runs_on_alike)
{
	static struct clock clock2;
	static struct rtc_mc146818_model copy;

	set(A, 0x2a);
	set(B, 0x72);
	pass(MS(1234));
	clock_init(&clock2);
	rtc_mc146818_model_init(&copy, "rtc", NULL, &clock2, (struct irq){ .set = NULL }, 0);
	copy.s = rtc.s;
	clock2.s = vclock.s;
	for (unsigned i = 0; i < 50; i++) {
		pass(MS(77));
		clock_run_until(&clock2, clock_now(&vclock));
		for (uint8_t reg = 0; reg < 14; reg++)
			require_eq(u8, in(&copy, reg), get(reg), "register %u", reg);
	}
	check_eq(int, copy.s.irq, irq);
}
