/* SPDX-License-Identifier: MIT */
/* Registers, interrupts and RAM. */
#include "drivers/rtc_mc146818/registers.h"

#include <string.h>

#include "emu/array.h"
#include "tests/devices/rtc_mc146818/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(rtc_mc146818, .init = rtc_power_on, .fini = host_power_off, .timeout = 60);

static struct rtc_mc146818 made; /* a handle that the tests initialise */

static int init_at(uint16_t port, uint8_t century, bool nmi_masked)
{
	return (int)rtc_mc146818_init(&made, io_port(&cpu, port), wait, century, nmi_masked);
}

Test(rtc_mc146818, constants_agree_with_the_models_table)
{
	static const unsigned index[][2] = {
		{ RTC_SECONDS, RTC_MC146818_MODEL_SECONDS },
		{ RTC_SECONDS_ALARM, RTC_MC146818_MODEL_SECONDS_ALARM },
		{ RTC_MINUTES, RTC_MC146818_MODEL_MINUTES },
		{ RTC_MINUTES_ALARM, RTC_MC146818_MODEL_MINUTES_ALARM },
		{ RTC_HOURS, RTC_MC146818_MODEL_HOURS },
		{ RTC_HOURS_ALARM, RTC_MC146818_MODEL_HOURS_ALARM },
		{ RTC_DAY_OF_WEEK, RTC_MC146818_MODEL_DAY_OF_WEEK },
		{ RTC_DAY_OF_MONTH, RTC_MC146818_MODEL_DAY_OF_MONTH },
		{ RTC_MONTH, RTC_MC146818_MODEL_MONTH },
		{ RTC_YEAR, RTC_MC146818_MODEL_YEAR },
		{ RTC_A, RTC_MC146818_MODEL_REGA },
		{ RTC_B, RTC_MC146818_MODEL_REGB },
		{ RTC_C, RTC_MC146818_MODEL_REGC },
		{ RTC_D, RTC_MC146818_MODEL_REGD },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(index); i++)
		check_eq(u32, index[i][0], rtc_mc146818_regs[index[i][1]].offset);
	check_eq(u32, RTC_INDEX.at, rtc_mc146818_model_ports[RTC_MC146818_MODEL_INDEX].offset);
	check_eq(u32, RTC_DATA.at, rtc_mc146818_model_ports[RTC_MC146818_MODEL_DATA].offset);

	static const struct {
		unsigned row;
		const char *field;
		unsigned mask;
	} fields[] = {
		{ RTC_MC146818_MODEL_REGA, "UIP", RTC_A_UIP },
		{ RTC_MC146818_MODEL_REGA, "DV", RTC_A_DV },
		{ RTC_MC146818_MODEL_REGA, "RS", RTC_A_RS },
		{ RTC_MC146818_MODEL_REGB, "SET", RTC_B_SET },
		{ RTC_MC146818_MODEL_REGB, "PIE", RTC_B_PIE },
		{ RTC_MC146818_MODEL_REGB, "AIE", RTC_B_AIE },
		{ RTC_MC146818_MODEL_REGB, "UIE", RTC_B_UIE },
		{ RTC_MC146818_MODEL_REGB, "DM", RTC_B_DM_BINARY },
		{ RTC_MC146818_MODEL_REGB, "24_12", RTC_B_24_HOURS },
		{ RTC_MC146818_MODEL_REGC, "PF", RTC_C_PF },
		{ RTC_MC146818_MODEL_REGC, "AF", RTC_C_AF },
		{ RTC_MC146818_MODEL_REGC, "UF", RTC_C_UF },
		{ RTC_MC146818_MODEL_REGD, "VRT", RTC_D_VRT },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct reg_field *f = rtc_mc146818_regs[fields[i].row].fields;
		while (f->name && strcmp(f->name, fields[i].field) != 0) f++;
		require(f->name != NULL, "%s", fields[i].field);
		check_eq(u32, fields[i].mask, (2u << f->msb) - (1u << f->lsb), "%s", f->name);
	}
	check_eq(u32, RTC_INDEX_NMI_MASK, RTC_MC146818_MODEL_NMI_MASK);
	check_eq(u32, RTC_A_DV_32768_HZ, RTC_MC146818_MODEL_DV_32768);
	check_eq(u32, RTC_HOURS_PM, RTC_MC146818_MODEL_HOURS_PM);
	check_eq(u32, RTC_DONT_CARE, RTC_MC146818_MODEL_DONT_CARE);
}

/* ---- init ---- */

Test(rtc_mc146818, init_reads_one_register_and_writes_none)
{
	require_eq(int, init_at(RTC_MC146818_PORT, RTC_CENTURY, false), RTC_MC146818_OK);
	check_eq(str, rec.trace, "INDEX=0d DATA?80 ");
	check(rtc_mc146818_powered(&made));
}

Test(rtc_mc146818, init_reports_a_lost_battery)
{
	cmos(RTC_D, 0x00);
	require_eq(int, init_at(RTC_MC146818_PORT, RTC_CENTURY, false), RTC_MC146818_OK);
	check(!rtc_mc146818_powered(&made));
	check(!rtc_mc146818_powered(NULL));
}

Test(rtc_mc146818, init_finds_an_empty_socket)
{
	require(bus_map_absent(&bus, BUS_PORT, 0x170, 2, "no clock") == NULL);
	check_eq(int, init_at(0x170, RTC_CENTURY, false), RTC_MC146818_ABSENT);
}

Test(rtc_mc146818, init_refuses_a_century_among_the_clocks_registers)
{
	check_eq(int, init_at(RTC_MC146818_PORT, 0x0d, false), RTC_MC146818_BAD_ARG);
	check_eq(int, init_at(RTC_MC146818_PORT, 0x80, false), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_init(NULL, io_port(&cpu, RTC_MC146818_PORT), wait, 0, false),
		 RTC_MC146818_NULL);
	check_eq(str, rec.trace, "");
	check_eq(int, init_at(RTC_MC146818_PORT, RTC_MC146818_NO_CENTURY, false), RTC_MC146818_OK);
	check_eq(int, init_at(RTC_MC146818_PORT, 0x7f, false), RTC_MC146818_OK);
}

/* ---- the NMI mask ---- */

Test(rtc_mc146818, every_access_keeps_the_nmi_mask)
{
	struct rtc_mc146818_time time;
	require_eq(int, init_at(RTC_MC146818_PORT, RTC_CENTURY, true), RTC_MC146818_OK);
	check(rtc_mc146818_model_nmi_masked(&chip));
	require_eq(int, rtc_mc146818_read_time(&made, &time), RTC_MC146818_OK);
	check(rtc_mc146818_model_nmi_masked(&chip));
	require_eq(int, rtc_mc146818_set_time(&made, &time), RTC_MC146818_OK);
	check(rtc_mc146818_model_nmi_masked(&chip));
	require_eq(int, rtc_mc146818_mask_nmi(&made, false), RTC_MC146818_OK);
	check(!rtc_mc146818_model_nmi_masked(&chip), "at once");
	require_eq(int, rtc_mc146818_read_time(&made, &time), RTC_MC146818_OK);
	check(!rtc_mc146818_model_nmi_masked(&chip));
	require_eq(int, rtc_mc146818_mask_nmi(&made, true), RTC_MC146818_OK);
	check(rtc_mc146818_model_nmi_masked(&chip));
	check_eq(int, rtc_mc146818_mask_nmi(NULL, true), RTC_MC146818_NULL);
}

/* ---- RAM ---- */

Test(rtc_mc146818, bytes_are_read_and_written)
{
	uint8_t value = 0;
	cmos(0x10, 0xa5);
	require_eq(int, rtc_mc146818_read_byte(&rtc, 0x10, &value), RTC_MC146818_OK);
	check_eq(u8, value, 0xa5);
	require_eq(int, rtc_mc146818_write_byte(&rtc, 0x7f, 0xc3), RTC_MC146818_OK);
	check_eq(u8, cmos_of(0x7f), 0xc3);
	check_eq(str, rec.trace, "INDEX=10 DATA?a5 INDEX=7f DATA=c3 ");
}

Test(rtc_mc146818, the_clocks_registers_are_no_ram)
{
	uint8_t value;
	check_eq(int, rtc_mc146818_read_byte(&rtc, RTC_C, &value), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_read_byte(&rtc, 0x80, &value), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_read_byte(&rtc, 0x10, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_read_byte(NULL, 0x10, &value), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_write_byte(&rtc, RTC_A, 0), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_write_byte(&rtc, UINT32_MAX, 0), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_write_byte(NULL, 0x10, 0), RTC_MC146818_NULL);
	check_eq(str, rec.trace, "");
}

/* ---- rates and sources ---- */

Test(rtc_mc146818, rates_are_the_powers_of_two_that_the_chip_has)
{
	static const unsigned rates[][2] = { { 0, 0 },    { 2, 15 },   { 4, 14 },
					     { 64, 10 },  { 256, 8 },  { 512, 7 },
					     { 1024, 6 }, { 4096, 4 }, { 8192, 3 } };
	for (unsigned i = 0; i < ARRAY_SIZE(rates); i++) {
		require_eq(int, rtc_mc146818_set_rate(&rtc, rates[i][0]), RTC_MC146818_OK);
		check_eq(u8, cmos_of(RTC_A), RTC_A_DV_32768_HZ | rates[i][1]);
	}
	static const unsigned bad[] = { 1, 3, 1000, 16384, 1u << 31, UINT32_MAX };
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, rtc_mc146818_set_rate(&rtc, bad[i]), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_set_rate(NULL, 2), RTC_MC146818_NULL);
	check_eq(str, rec.trace, "");
}

Test(rtc_mc146818, a_rate_set_while_an_update_is_announced_leaves_its_bit_alone)
{
	wait_ns(&wait, S(1) - US(200) - clock_now(&vclock)); /* UIP is set */
	require_eq(int, rtc_mc146818_set_rate(&rtc, 2), RTC_MC146818_OK);
	check_eq(str, rec.trace, "INDEX=0a DATA?a6 INDEX=0a DATA=2f ");
}

Test(rtc_mc146818, changing_a_source_keeps_the_other_bits)
{
	uint64_t seed = 5;
	for (unsigned i = 0; i < 200; i++) {
		uint8_t b = (uint8_t)(random_next(&seed) & 0x7e); /* neither SET nor DSE */
		unsigned sources = (unsigned)random_next(&seed) & 0x70;
		cmos(RTC_B, b);
		require_eq(int, rtc_mc146818_enable(&rtc, sources), RTC_MC146818_OK);
		require_eq(u8, cmos_of(RTC_B), b | sources);
		require_eq(int, rtc_mc146818_disable(&rtc, sources), RTC_MC146818_OK);
		require_eq(u8, cmos_of(RTC_B), b & ~sources);
	}
	check_eq(int, rtc_mc146818_enable(&rtc, 0x80), RTC_MC146818_BAD_ARG, "SET");
	check_eq(int, rtc_mc146818_disable(&rtc, 0x0f), RTC_MC146818_BAD_ARG);
	check_eq(int, rtc_mc146818_enable(NULL, 0), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_disable(NULL, 0), RTC_MC146818_NULL);
}

/* ---- interrupts ---- */

static unsigned taken, seen; /* the number of interrupts, and the union of their sources */

static void handler(void *ctx, uint8_t vector)
{
	unsigned sources = 0;
	(void)ctx;
	require_eq(u8, vector, RTC_VECTOR);
	require_eq(int, rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
	taken++;
	seen |= sources;
}

static void listen(void)
{
	cpu.dispatch = handler;
	wait_irq_enable(&wait);
}

Test(rtc_mc146818, an_old_flag_does_not_interrupt)
{
	listen();
	wait_ns(&wait, S(3)); /* UF and PF are set by now */
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_UPDATE), RTC_MC146818_OK);
	wait_ns(&wait, US(100));
	check_eq(u32, taken, 0);
	wait_ns(&wait, S(2));
	check_eq(u32, taken, 2);
	check_eq(u32, seen & RTC_MC146818_UPDATE, RTC_MC146818_UPDATE);
}

Test(rtc_mc146818, periodic_interrupts_come_at_their_rate_as_long_as_they_are_acknowledged)
{
	listen();
	require_eq(int, rtc_mc146818_set_rate(&rtc, 1024), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
	wait_ns(&wait, S(1));
	check(taken >= 1023 && taken <= 1025, "%u", taken);
	require_eq(int, rtc_mc146818_disable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
	taken = 0;
	wait_ns(&wait, S(1));
	check_eq(u32, taken, 0);
}

Test(rtc_mc146818, the_alarm_rings)
{
	struct rtc_mc146818_alarm alarm = { 0, 0, 5 };
	listen();
	require_eq(int, rtc_mc146818_set_alarm(&rtc, &alarm), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_ALARM), RTC_MC146818_OK);
	wait_ns(&wait, S(14) - clock_now(&vclock));
	check_eq(u32, taken, 0);
	wait_ns(&wait, S(2));
	check_eq(u32, taken, 1);
	check_eq(u32, seen & RTC_MC146818_ALARM, RTC_MC146818_ALARM);
}

Test(rtc_mc146818, an_alarm_without_a_minute_rings_every_minute)
{
	struct rtc_mc146818_alarm alarm = { RTC_MC146818_ANY, RTC_MC146818_ANY, 7 };
	listen();
	require_eq(int, rtc_mc146818_set_alarm(&rtc, &alarm), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_ALARM), RTC_MC146818_OK);
	wait_ns(&wait, S(180));
	check_eq(u32, taken, 3);
}

Test(rtc_mc146818, acknowledging_without_a_request_returns_no_source)
{
	unsigned sources;
	require_eq(int, rtc_mc146818_set_rate(&rtc, 0), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
	check_eq(u32, sources, 0);
	check_eq(int, rtc_mc146818_acknowledge(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_acknowledge(NULL, &sources), RTC_MC146818_NULL);
}

Test(rtc_mc146818, a_pair_of_accesses_is_not_torn_by_an_interrupt)
{
	uint8_t value = 0;
	cmos(0x20, 0x5a);
	require_eq(int, rtc_mc146818_set_rate(&rtc, 8192), RTC_MC146818_OK);
	require_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
	listen();
	for (unsigned i = 0; i < 2000; i++) { /* the handler uses the same index port */
		require_eq(int, rtc_mc146818_read_byte(&rtc, 0x20, &value), RTC_MC146818_OK);
		require_eq(u8, value, 0x5a);
	}
	check_gt(u32, taken, 8);
	check(cpu.s.interrupts_on);
}

Test(rtc_mc146818, says_whether_the_time_moves)
{
	bool running = false;
	require_eq(int, rtc_mc146818_running(&rtc, &running), RTC_MC146818_OK);
	check(running);
	cmos(RTC_B, RTC_B_SET);
	require_eq(int, rtc_mc146818_running(&rtc, &running), RTC_MC146818_OK);
	check(!running);
	cmos(RTC_B, 0);
	cmos(RTC_A, 0x70);
	require_eq(int, rtc_mc146818_running(&rtc, &running), RTC_MC146818_OK);
	check(!running);
	check_eq(int, rtc_mc146818_running(&rtc, NULL), RTC_MC146818_NULL);
	check_eq(int, rtc_mc146818_running(NULL, &running), RTC_MC146818_NULL);
}
