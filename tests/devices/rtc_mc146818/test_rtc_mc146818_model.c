/* SPDX-License-Identifier: MIT */
/* MC146818 real-time clock, against Motorola's MC146818A data sheet. */
#include "devices/rtc_mc146818/model.h"
#include "emu/array.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

/* Indices, typed apart from the register table. */
enum {
	SEC = 0,
	SECA = 1,
	MIN = 2,
	MINA = 3,
	HOUR = 4,
	HOURA = 5,
	DOW = 6,
	DAY = 7,
	MON = 8,
	YEAR = 9,
	A = 10,
	B = 11,
	C = 12,
	D = 13,
	CENTURY = 0x32
};

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)
#define S(n)  ((uint64_t)(n)*1000000000)

/* 2024-02-28 23:59:50 UTC, a Wednesday. */
#define EPOCH 1709164790

static struct hub hub;
static struct clock vclock;
static struct rtc_mc146818_model rtc;
static struct lint_log lints;
static bool irq;
static unsigned rises;

static void on_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	rises += level && !irq;
	irq = level;
}

static void power_on_at(int64_t epoch)
{
	hub = (struct hub){ 0 };
	clock_init(&vclock);
	irq = false;
	rises = 0;
	lint_log_start(&lints, &hub);
	rtc_mc146818_model_init(&rtc, "rtc", &hub, &vclock, (struct irq){ .set = on_irq }, epoch);
}

static void power_on(void) { power_on_at(EPOCH); }

static uint8_t in(struct rtc_mc146818_model *r, uint8_t index)
{
	device_write(&r->dev, 0, 8, index, NULL, NULL);
	return (uint8_t)device_read(&r->dev, 1, 8, NULL, NULL);
}

static uint8_t get(uint8_t index) { return in(&rtc, index); }

static void set(uint8_t index, uint8_t value)
{
	device_write(&rtc.dev, 0, 8, index, NULL, NULL);
	device_write(&rtc.dev, 1, 8, value, NULL, NULL);
}

static void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }

static uint32_t time_of_day(void)
{
	return (uint32_t)get(HOUR) << 16 | (uint32_t)get(MIN) << 8 | get(SEC);
}

static uint64_t date(void)
{
	return (uint64_t)get(CENTURY) << 32 | (uint32_t)get(YEAR) << 24 | (uint32_t)get(MON) << 16 |
	       (uint32_t)get(DAY) << 8 | get(DOW);
}

TestSuite(mc146818, .init = power_on, .timeout = 60);

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

static void expect_last(unsigned n, const char *id)
{
	check_eq(uint, lints.n, n, "%s", id);
	check_eq(str, lints.last, id);
}

Test(mc146818, a_byte_read_during_an_update_and_used_is_reported)
{
	pass(S(1) - US(1984));
	(void)get(SEC);
	check_eq(uint, lints.n, 0, "it may still be thrown away");
	(void)get(HOURA);
	expect_last(1, "mc146818.SECONDS.update");
	(void)device_read(&rtc.dev, 1, 8, NULL, NULL);
	expect_last(2, "mc146818.HOURS_ALARM.update");
	(void)get(D);
	check_eq(uint, lints.n, 3, "the byte that was read twice");
	(void)get(YEAR);
	set(0x10, 0);
	expect_last(4, "mc146818.YEAR.update");
	(void)get(CENTURY);
	(void)get(D);
	check_eq(uint, lints.n, 4, "the RAM is not concerned");
}

/* The ten bytes of the clock. */
static const struct {
	uint8_t index;
	const char *update;
} updated[] = {
	{ SEC, "mc146818.SECONDS.update" },     { SECA, "mc146818.SECONDS_ALARM.update" },
	{ MIN, "mc146818.MINUTES.update" },     { MINA, "mc146818.MINUTES_ALARM.update" },
	{ HOUR, "mc146818.HOURS.update" },      { HOURA, "mc146818.HOURS_ALARM.update" },
	{ DOW, "mc146818.DAY_OF_WEEK.update" }, { DAY, "mc146818.DAY_OF_MONTH.update" },
	{ MON, "mc146818.MONTH.update" },       { YEAR, "mc146818.YEAR.update" },
};
enum { N_UPDATED = ARRAY_SIZE(updated) };

Test(mc146818, none_of_the_ten_bytes_may_be_used_or_written_during_an_update)
{
	for (unsigned i = 0; i < N_UPDATED; i++) {
		pass(S(1) - vclock.s.now_ns % S(1) - US(1000));
		lints.n = 0;
		(void)get(updated[i].index);
		(void)get(D);
		expect_last(1, updated[i].update);
		set(updated[i].index, 0x01);
		expect_last(2, updated[i].update);
		pass(S(1));
	}
}

Test(mc146818, a_byte_read_during_an_update_and_thrown_away_is_in_order)
{
	pass(S(1) - US(1000));
	for (unsigned i = 0; i < 10; i++) {
		(void)get(SEC);
		check(get(A) == 0xa6);
	}
	(void)get(SEC);
	check_eq(u8, get(A | 0x80), 0xa6, "whether or not NMI is masked");
	pass(US(1000));
	(void)time_of_day();
	(void)date();
	pass(S(1) - US(1984) - US(1)); /* UIP is set, the update has not begun */
	(void)time_of_day();
	(void)date();
	check_eq(uint, lints.n, 0);
}

Test(mc146818, the_time_written_while_the_clock_runs_is_reported)
{
	static const struct {
		uint8_t index;
		const char *id;
	} t[] = { { SEC, "mc146818.SECONDS.running" },      { MIN, "mc146818.MINUTES.running" },
		  { HOUR, "mc146818.HOURS.running" },       { DOW, "mc146818.DAY_OF_WEEK.running" },
		  { DAY, "mc146818.DAY_OF_MONTH.running" }, { MON, "mc146818.MONTH.running" },
		  { YEAR, "mc146818.YEAR.running" } };
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		set(t[i].index, 0x01);
		expect_last(i + 1, t[i].id);
	}
	pass(S(1) - US(10));
	set(MIN, 0x01);
	expect_last(8, "mc146818.MINUTES.update");
	set(MINA, 0x01);
	expect_last(9, "mc146818.MINUTES_ALARM.update");
}

Test(mc146818, the_time_written_while_the_clock_is_held_is_in_order)
{
	set(SECA, 0x01);
	set(MINA, 0x01);
	set(HOURA, 0x01);
	set(CENTURY, 0x20);
	pass(S(1) - US(10));
	set(B, 0x82);
	for (unsigned i = SEC; i <= YEAR; i++) set(i, 0x01);
	set(A, 0x76);
	set(B, 0x02);
	for (unsigned i = SEC; i <= YEAR; i++) set(i, 0x01);
	check_eq(uint, lints.n, 0);
}

Test(mc146818, a_format_changed_on_the_running_clock_is_reported)
{
	set(B, 0x06);
	expect_last(1, "mc146818.REGB.mode");
	check_eq(u64, lints.bits, 0x04);
	set(B, 0x44);
	expect_last(2, "mc146818.REGB.mode");
	check_eq(u64, lints.bits, 0x02);
	set(B, 0x84);
	set(B, 0x82);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, 0x01);
	set(B, 0x06);
	set(B, 0x26);
	check_eq(uint, lints.n, 2, "with the clock held, or kept");
}

Test(mc146818, a_clock_started_with_what_is_no_time_is_reported)
{
	static const struct {
		uint8_t regb, index, wrong;
		const char *id;
	} t[] = {
		{ 0x02, SEC, 0x3b, "mc146818.SECONDS.range" },
		{ 0x02, MIN, 0x60, "mc146818.MINUTES.range" },
		{ 0x02, HOUR, 0x24, "mc146818.HOURS.range" },
		{ 0x00, HOUR, 0x80, "mc146818.HOURS.range" },
		{ 0x00, HOUR, 0x93, "mc146818.HOURS.range" },
		{ 0x06, HOUR, 24, "mc146818.HOURS.range" },
		{ 0x04, HOUR, 0x8d, "mc146818.HOURS.range" },
		{ 0x06, DOW, 0, "mc146818.DAY_OF_WEEK.range" },
		{ 0x02, DAY, 0x32, "mc146818.DAY_OF_MONTH.range" },
		{ 0x06, MON, 13, "mc146818.MONTH.range" },
		{ 0x02, YEAR, 0xa0, "mc146818.YEAR.range" },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		set(B, t[i].regb | 0x80);
		for (unsigned at = SEC; at <= YEAR; at++) set(at, 0x01);
		set(t[i].index, t[i].wrong);
		check_eq(uint, lints.n, i);
		set(B, t[i].regb);
		expect_last(i + 1, t[i].id);
		check_eq(u64, lints.bits, t[i].wrong);
	}
}

Test(mc146818, a_clock_started_with_a_time_is_in_order)
{
	static const uint8_t bcd[] = { 0x59, 0xff, 0x59, 0xff, 0x23, 0xff, 7, 0x31, 0x12, 0x99 };
	static const uint8_t binary[] = { 59, 0, 0, 0, 0x8c, 0, 1, 1, 1, 99 };
	set(B, 0x82);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, bcd[at]);
	set(B, 0x02);
	set(B, 0x84);
	for (unsigned at = SEC; at <= YEAR; at++) set(at, binary[at]);
	set(B, 0x04);
	set(B, 0x80);
	set(HOUR, 0x92);
	set(SEC, 0x00);
	set(YEAR, 0x00);
	set(B, 0x00);
	check_eq(uint, lints.n, 0);
}

Test(mc146818, nonsense_in_the_time_bytes_does_no_harm)
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
