/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"

TestSuite(bios_time, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

#define SECOND UINT64_C(1000000000)

static void call1a(uint8_t ah)
{
	begin((uint16_t)(ah << 8));
	service(0x1a);
}

Test(bios_time, the_tick_is_counted)
{
	for (unsigned i = 0; i < 3; i++) service(0x08);
	call1a(0x00);
	check(!carry());
	check_eq(u16, get(CPU_RCX), 0);
	check_eq(u16, get(CPU_RDX), 3);
	check_eq(u8, low(CPU_RAX), 0);
}

Test(bios_time, midnight_is_reported_once)
{
	bda_set_dword(&bios, 0x6c, 0x1800af);
	begin(0);
	service(0x08);
	call1a(0x00);
	check_eq(u8, low(CPU_RAX), 1);
	check_eq(u16, get(CPU_RDX), 0);
	call1a(0x00);
	check_eq(u8, low(CPU_RAX), 0);
	bda_set_dword(&bios, 0x6c, 0x1800b5);
	service(0x08);
	check_eq(u32, peek32(0x46c), 0, "a count that a program has set too high");
	bda_set_dword(&bios, 0x6c, 0xffffffff);
	service(0x08);
	check_eq(u32, peek32(0x46c), 0);
}

Test(bios_time, ticks_are_set)
{
	begin(0x0100);
	set(CPU_RCX, 0x12);
	set(CPU_RDX, 0x3456);
	service(0x1a);
	check(!carry());
	check_eq(u32, peek32(0x46c), 0x123456);
}

Test(bios_time, the_clock_is_read_also_while_it_updates)
{
	call1a(0x02);
	check(!carry());
	check_eq(u16, get(CPU_RCX), 0x0304);
	check_eq(u8, high(CPU_RDX), 0x05);
	call1a(0x04);
	check_eq(u16, get(CPU_RCX), 0x2026);
	check_eq(u16, get(CPU_RDX), 0x0102);
	clock_advance(&vclock, 2 * SECOND - 1000); /* in the middle of an update */
	call1a(0x02);
	check_eq(u8, high(CPU_RDX), 0x06);
}

Test(bios_time, the_clock_is_set_and_goes_on)
{
	begin(0x0300);
	set(CPU_RCX, 0x2359);
	set(CPU_RDX, 0x5800);
	service(0x1a);
	begin(0x0500);
	set(CPU_RCX, 0x2030);
	set(CPU_RDX, 0x1231);
	service(0x1a);
	clock_advance(&vclock, 3 * SECOND);
	call1a(0x02);
	check_eq(u16, get(CPU_RCX), 0x0000);
	call1a(0x04);
	check_eq(u16, get(CPU_RCX), 0x2031);
	check_eq(u16, get(CPU_RDX), 0x0101);
	check_eq(uint, lints, 0);
}

Test(bios_time, one_alarm_can_be_set_and_unmasks_its_line)
{
	static const uint8_t icw[] = { 0x70, 0x02, 0x01, 0xff };

	bus_write(&bus, BUS_PORT, 0xa0, 8, 0x11);
	for (unsigned i = 0; i < sizeof(icw); i++) bus_write(&bus, BUS_PORT, 0xa1, 8, icw[i]);
	begin(0x0600);
	set(CPU_RCX, 0x0405);
	set(CPU_RDX, 0x0600);
	service(0x1a);
	check(!carry());
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, RTC_MC146818_MODEL_HOURS_ALARM), 0x04);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, RTC_MC146818_MODEL_SECONDS_ALARM), 0x06);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xa1, 8), 0xfe);
	call1a(0x06);
	check(carry(), "there is one");
	call1a(0x07);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, RTC_MC146818_MODEL_REGB) & 0x20, 0);
	call1a(0x06);
	check(!carry());
}

Test(bios_time, an_unknown_function_fails_and_is_reported)
{
	call1a(0x33);
	check(carry());
	check_eq(str, last_lint, "bios.INT1A.function");
}

Test(bios_time, without_pci_there_is_no_pci_bios)
{
	begin(0xb101);
	service(0x1a);
	check(carry());
	check_eq(u8, high(CPU_RAX), 0x81);
	check_eq(uint, not_modelled, 0);
}
