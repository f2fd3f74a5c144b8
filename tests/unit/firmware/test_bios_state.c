/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"

TestSuite(bios_state, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static unsigned cmos16(unsigned index)
{
	return rtc_mc146818_model_cmos_get(&rtc, index) |
	       (unsigned)rtc_mc146818_model_cmos_get(&rtc, index + 1) << 8;
}

Test(bios_state, every_vector_leads_into_the_rom)
{
	for (unsigned v = 0; v < 256; v++) {
		check_eq(u16, peek16(v * 4 + 2), 0xf000);
		check_eq(u16, peek16(v * 4), bios_rom_handler(v));
	}
}

Test(bios_state, the_data_area_describes_the_machine)
{
	check_eq(u16, peek16(0x400), 0x3f8);
	check_eq(u16, peek16(0x406), 0x2e8);
	check_eq(u16, peek16(0x408), 0, "no printer");
	check_eq(u16, peek16(0x40e), 0x9fc0);
	check_eq(u16, peek16(0x410), 0x0826);
	check_eq(u16, peek16(0x413), 639);
	check_eq(u16, peek16(0x41a), 0x1e);
	check_eq(u16, peek16(0x480), 0x1e);
	check_eq(u16, peek16(0x482), 0x3e);
	check_eq(u8, peek8(0x449), 3);
	check_eq(u8, peek8(0x484), 24);
	check_eq(u16, peek16(0x485), 16);
	check_eq(u8, peek8(0x9fc00), 1, "the extension's size");
}

Test(bios_state, the_cmos_knows_the_memory_and_its_checksum)
{
	unsigned sum = 0;

	check_eq(uint, cmos16(0x15), 640);
	check_eq(uint, cmos16(0x17), (MEMORY_MIB - 1) * 1024);
	check_eq(uint, cmos16(0x34), (MEMORY_MIB - 16) * 16);
	for (unsigned i = 0x10; i <= 0x2d; i++) sum += rtc_mc146818_model_cmos_get(&rtc, i);
	check_eq(uint,
		 (unsigned)rtc_mc146818_model_cmos_get(&rtc, 0x2e) << 8 |
			 rtc_mc146818_model_cmos_get(&rtc, 0x2f),
		 sum);
}

Test(bios_state, the_checksum_follows_the_drives)
{
	unsigned sum = 0;

	insert(BIOS_DISK0, 512);
	for (unsigned i = 0x10; i <= 0x2d; i++) sum += rtc_mc146818_model_cmos_get(&rtc, i);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x12), 0xf0);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x2f), sum & 0xff);
}

Test(bios_state, memory_that_does_not_exist_is_reported)
{
	struct mem none = { 0 };

	check(!bios_lay_memory(&none));
}
