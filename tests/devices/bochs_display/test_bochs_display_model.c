/* SPDX-License-Identifier: MIT */
#include "devices/vga/planes.h"
#include "tests/devices/bochs_display/model_fixture.h"

TestSuite(bochs_display, .init = power_on, .fini = power_off, .timeout = 60);

#define ID               BOCHS_DISPLAY_MODEL_ID
#define XRES             BOCHS_DISPLAY_MODEL_XRES
#define YRES             BOCHS_DISPLAY_MODEL_YRES
#define BPP              BOCHS_DISPLAY_MODEL_BPP
#define ENABLE           BOCHS_DISPLAY_MODEL_ENABLE
#define BANK             BOCHS_DISPLAY_MODEL_BANK
#define VIRT_WIDTH       BOCHS_DISPLAY_MODEL_VIRT_WIDTH
#define VIRT_HEIGHT      BOCHS_DISPLAY_MODEL_VIRT_HEIGHT
#define X_OFFSET         BOCHS_DISPLAY_MODEL_X_OFFSET
#define Y_OFFSET         BOCHS_DISPLAY_MODEL_Y_OFFSET
#define VIDEO_MEMORY_64K BOCHS_DISPLAY_MODEL_VIDEO_MEMORY_64K

Test(bochs_display, the_tables_are_sound_and_configuration_space_has_no_holes)
{
	expect_table(bochs_display_config_regs, BOCHS_DISPLAY_MODEL_CONFIG_N_REGS,
		     BOCHS_DISPLAY_MODEL_CONFIG_SLOTS);
	expect_table(bochs_display_regs, BOCHS_DISPLAY_MODEL_N_ROWS,
		     BOCHS_DISPLAY_MODEL_N_ROWS + BOCHS_DISPLAY_MODEL_EDID_SIZE);
	expect_table(bochs_display_model_ports, BOCHS_DISPLAY_MODEL_N_PORTS,
		     BOCHS_DISPLAY_MODEL_N_PORTS);
	expect_whole(&display.fn.dev, PCI_MODEL_CONFIG_SIZE);
}

Test(bochs_display, it_is_the_function_that_drivers_look_for)
{
	check_eq(u32, cfg(DEV, 0x00, 32), 0x11111234);
	check_eq(u32, cfg(DEV, 0x08, 32), 0x03000002);
	check_eq(u32, cfg(DEV, 0x2c, 32), 0x11001af4);
	check_eq(u32, cfg(DEV, 0x10, 32), FRAMEBUFFER | 8); /* prefetchable */
	check_eq(u32, cfg(DEV, 0x18, 32), REGISTERS);
	check_eq(u32, cfg(DEV, 0x3d, 8), 0); /* it does not interrupt */
	expect_silence();
}

Test(bochs_display, the_size_of_the_framebuffer_bar_is_that_of_the_memory, .init = NULL)
{
	for (unsigned mebibytes = 1; mebibytes <= 256; mebibytes *= 2) {
		power_on_with(mebibytes);
		cfg_set(DEV, 0x04, 16, 0);
		cfg_set(DEV, 0x10, 32, UINT32_MAX);
		check_eq(u32, cfg(DEV, 0x10, 32), (0u - mebibytes * 0x100000u) | 8);
		cfg_set(DEV, 0x10, 32, 0xc01fffff);
		check_eq(u32, cfg(DEV, 0x10, 32), (0xc01fffffu & (0u - mebibytes * 0x100000u)) | 8);
		check_eq(u32, get(VIDEO_MEMORY_64K), mebibytes * 16);
		if (mebibytes < 256) power_off();
	}
}

Test(bochs_display, index_and_data_are_word_ports_one_apart)
{
	bus_write(&bus, BUS_PORT, 0x1ce, 16, XRES);
	bus_write(&bus, BUS_PORT, 0x1cf, 16, 0x280);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x1ce, 16), XRES);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x1cf, 16), 0x280);
	expect_silence();
	(void)bus_read(&bus, BUS_PORT, 0x1cf, 8);
	expect_one("bochs_display.DATA.width");
	bus_write(&bus, BUS_PORT, 0x1ce, 8, 2);
	expect_one("bochs_display.INDEX.width");
	bus_write(&bus, BUS_PORT, 0x1ce, 16, 11);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x1cf, 16), 0);
	expect_one("bochs_display.DATA.index");
	bus_write(&bus, BUS_PORT, 0x1cf, 16, 1);
	expect_one("bochs_display.DATA.index");
}

Test(bochs_display, traces_name_the_register_behind_data)
{
	const struct device_ops *ops = &bochs_display_model_port_ops;
	const struct reg_desc *data = &bochs_display_model_ports[BOCHS_DISPLAY_MODEL_PORT_DATA];

	bus_write(&bus, BUS_PORT, 0x1ce, 16, BANK);
	check_eq(str, ops->behind(&display.ports, data)->name, "BANK");
	check_eq(ptr, ops->behind(&display.ports, data - 1), NULL);
	bus_write(&bus, BUS_PORT, 0x1ce, 16, 11);
	check_eq(ptr, ops->behind(&display.ports, data), NULL);
}

Test(bochs_display, the_registers_are_in_bar2_too)
{
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x502, 16, 800);
	check_eq(u32, get(XRES), 800);
	set(YRES, 600);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x504, 16), 600);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x500, 16), 0xb0c5);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x514, 16), 256);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x600, 32), 8);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x604, 32), 0x1e1e1e1e);
	expect_silence();
	(void)bus_read(&bus, BUS_MEMORY, REGISTERS + 0x516, 16);
	expect_one("bochs_display.no-register");
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x604, 32, 1);
	expect_one("bochs_display.ENDIANNESS.endianness");
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x604, 32), 0x1e1e1e1e);
}

Test(bochs_display, the_ports_of_the_vga_are_in_bar2)
{
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x408, 8, 5); /* DAC write index */
	for (unsigned i = 1; i <= 3; i++) bus_write(&bus, BUS_MEMORY, REGISTERS + 0x409, 8, i);
	check_eq(u32, vga.s.palette[5][0], 1);
	check_eq(u32, vga.s.palette[5][2], 3);
	bus_write(&bus, BUS_MEMORY, REGISTERS + 0x404, 16, 0x0f02); /* index and data at once */
	check_eq(u64, vga.s.sr[2], 0x0f);
	expect_silence();
}

Test(bochs_display, id_takes_the_versions_that_there_were)
{
	for (unsigned id = 0xb0c0; id <= 0xb0c5; id++) {
		set(ID, id);
		check_eq(u32, get(ID), id);
	}
	expect_silence();
	set(ID, 0xb0c6);
	expect_one("bochs_display.ID.id");
	check_eq(u32, get(ID), 0xb0c5);
}

Test(bochs_display, functions_are_reported_that_the_chosen_version_does_not_have)
{
	static const struct {
		unsigned id;
		enum bochs_display_model_index index;
		unsigned value;
		const char *lint;
	} rows[] = {
		{ 0xb0c0, X_OFFSET, 0, "bochs_display.X_OFFSET.version" },
		{ 0xb0c1, BPP, 32, "bochs_display.BPP.version" },
		{ 0xb0c1, ENABLE, 0x40, "bochs_display.ENABLE.version" },
		{ 0xb0c2, ENABLE, 0x02, "bochs_display.ENABLE.version" },
		{ 0xb0c2, ENABLE, 0x20, "bochs_display.ENABLE.version" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set(ENABLE, 0);
		set(ID, rows[i].id);
		set(rows[i].index, rows[i].value);
		expect_one(rows[i].lint);
		set(ENABLE, 0);
		set(ID, rows[i].id + 1);
		set(rows[i].index, rows[i].value);
		expect_silence();
	}
	set(ID, 0xb0c4);
	(void)get(VIDEO_MEMORY_64K);
	expect_one("bochs_display.VIDEO_MEMORY_64K.version");
}

Test(bochs_display, a_mode_is_set_while_disabled)
{
	struct bochs_display_model_mode m;

	check(!bochs_display_model_mode(&display, &m));
	mode(1024, 768, 32, LFB);
	expect_silence();
	check_eq(u32, get(VIRT_WIDTH), 1024);
	check_eq(u32, get(VIRT_HEIGHT), 4096);
	check_eq(u32, get(ENABLE), 0x41);
	require(bochs_display_model_mode(&display, &m));
	check_eq(u32, m.pitch, 4096);
	check(m.lfb && m.start == 0);
	set(XRES, 800);
	expect_one("bochs_display.XRES.enabled");
	set(YRES, 600);
	expect_one("bochs_display.YRES.enabled");
	set(BPP, 8);
	expect_one("bochs_display.BPP.enabled");
	check_eq(u32, get(XRES), 1024);
	check_eq(u32, get(BPP), 32);
	set(XRES, 1024); /* what it has already */
	set(ENABLE, 0);
	check(!bochs_display_model_mode(&display, &m));
	expect_silence();
}

Test(bochs_display, values_out_of_range_leave_the_register_as_it_was)
{
	set(XRES, 640);
	set(XRES, 4104);
	expect_one("bochs_display.XRES.range");
	check_eq(u32, get(XRES), 640);
	set(YRES, 0xffff);
	expect_one("bochs_display.YRES.range");
	set(BPP, 12);
	expect_one("bochs_display.BPP.range");
	set(XRES, 1366);
	expect_one("bochs_display.XRES.multiple");
	check_eq(u32, get(XRES), 1360);
	set(ENABLE, BOCHS_DISPLAY_MODEL_GETCAPS);
	check_eq(u32, get(XRES), 4096);
	check_eq(u32, get(YRES), 4096);
	check_eq(u32, get(BPP), 32);
	set(ENABLE, 0);
	check_eq(u32, get(XRES), 1360);
	expect_silence();
}

Test(bochs_display, a_mode_that_is_none_or_too_large_is_not_enabled)
{
	set(ENABLE, 1);
	expect_one("bochs_display.ENABLE.mode");
	check_eq(u32, get(ENABLE), 0);
	mode(2560, 1600, 32, LFB); /* 16,384,000 of 16,777,216 bytes */
	expect_silence();
	mode(2560, 1664, 32, LFB);
	expect_one("bochs_display.ENABLE.memory");
	check_eq(u32, get(ENABLE), LFB);
	mode(1920, 1200, 32, LFB);
	expect_silence();
	mode(800, 600, 4, 0);
	expect_silence();
	mode(1024, 768, 4, 0); /* 96 KiB of each plane */
	expect_one("bochs_display.ENABLE.memory");
	set(BPP, 0); /* means 8 */
	set(ENABLE, 1);
	check_eq(u32, get(ENABLE), 1);
	expect_silence();
}

Test(bochs_display, enabling_clears_the_screen_unless_it_is_told_not_to)
{
	mem_wr(FRAMEBUFFER, 0x12345678);
	mem_wr(FRAMEBUFFER + 640 * 480 * 4 - 4, 0x12345678);
	mem_wr(FRAMEBUFFER + 640 * 480 * 4, 0x12345678);
	mode(640, 480, 32, LFB | BOCHS_DISPLAY_MODEL_NOCLEARMEM);
	check_eq(u32, mem_rd(FRAMEBUFFER), 0x12345678);
	mode(640, 480, 32, LFB);
	check_eq(u32, mem_rd(FRAMEBUFFER), 0);
	check_eq(u32, mem_rd(FRAMEBUFFER + 640 * 480 * 4 - 4), 0);
	check_eq(u32, mem_rd(FRAMEBUFFER + 640 * 480 * 4), 0x12345678); /* behind the screen */
	mem_wr(FRAMEBUFFER, 1);
	set(ENABLE, BOCHS_DISPLAY_MODEL_ENABLED | LFB); /* it is enabled: nothing happens */
	check_eq(u32, mem_rd(FRAMEBUFFER), 1);
	expect_silence();
}

Test(bochs_display, the_virtual_screen_stays_inside_the_memory)
{
	mode(800, 600, 8, LFB);
	set(VIRT_WIDTH, 1024);
	check_eq(u32, get(VIRT_WIDTH), 1024);
	check_eq(u32, get(VIRT_HEIGHT), 16384);
	set(X_OFFSET, 224);
	set(Y_OFFSET, 15784);
	expect_silence();
	check_eq(u32, get(X_OFFSET), 224);
	set(X_OFFSET, 225);
	expect_one("bochs_display.X_OFFSET.offset");
	check_eq(u32, get(X_OFFSET), 224);
	set(Y_OFFSET, 15785);
	expect_one("bochs_display.Y_OFFSET.offset");
	set(VIRT_WIDTH, 700);
	check_eq(u32, get(VIRT_WIDTH), 800);
	check_eq(u32, get(X_OFFSET), 0);
	check_eq(u32, lints.n, 2); /* the width, and the offset that it no longer has room for */
	lints.n = 0;
	set(Y_OFFSET, 0);
	set(VIRT_WIDTH, 65535);
	expect_one("bochs_display.VIRT_WIDTH.virtual");
	check_eq(u32, get(VIRT_WIDTH), 16 * 0x100000 / 600);
	check_eq(u32, get(VIRT_HEIGHT), 600);
}

Test(bochs_display, a_wider_virtual_screen_has_fewer_rows)
{
	mode(800, 600, 8, LFB);
	set(Y_OFFSET, 20000);
	set(VIRT_WIDTH, 8192);
	expect_one("bochs_display.Y_OFFSET.offset");
	check_eq(u32, get(VIRT_HEIGHT), 2048);
	check_eq(u32, get(Y_OFFSET), 1448);
}

Test(bochs_display, four_bits_clear_the_planes)
{
	vga_model_set_word(&vga, 0, 0x12345678);
	vga_model_set_word(&vga, 0xffff, 0x12345678);
	mode(800, 600, 4, 0);
	check_eq(u32, vga_model_word(&vga, 0), 0);
	check_eq(u32, vga_model_word(&vga, 0xffff), 0);
}

Test(bochs_display, what_is_written_too_early_is_reported)
{
	set(XRES, 640);
	set(VIRT_WIDTH, 640); /* as it will be */
	set(X_OFFSET, 0);
	expect_silence();
	set(VIRT_WIDTH, 1024);
	expect_one("bochs_display.VIRT_WIDTH.disabled");
	set(X_OFFSET, 8);
	expect_one("bochs_display.X_OFFSET.disabled");
	set(Y_OFFSET, 8);
	expect_one("bochs_display.Y_OFFSET.disabled");
	mode(640, 480, 8, LFB);
	check_eq(u32, get(VIRT_WIDTH), 640);
	check_eq(u32, get(X_OFFSET), 0);
	check_eq(u32, get(Y_OFFSET), 0);
	bus_write(&bus, BUS_PORT, 0x1ce, 16, VIRT_HEIGHT);
	bus_write(&bus, BUS_PORT, 0x1cf, 16, 480);
	expect_one("bochs_display.VIRT_HEIGHT.readonly");
}

Test(bochs_display, a_bank_is_at_a0000_while_a_mode_is_on)
{
	mode(1024, 768, 8, 0);
	set(BANK, 3);
	bus_write(&bus, BUS_MEMORY, WINDOW + 0x1234, 32, 0xcafebabe);
	check_eq(u64, mem_device_load(display.memory, 0x31234, 32), 0xcafebabe);
	require(mem_write32(&mem, WINDOW + 0x8000, 0x600d)); /* as the CPU writes */
	check_eq(u64, mem_device_load(display.memory, 0x38000, 32), 0x600d);
	set(BANK, 5);
	bus_write(&bus, BUS_MEMORY, WINDOW + 0xfffe, 16, 0x55aa);
	check_eq(u64, mem_device_load(display.memory, 0x5fffe, 16), 0x55aa);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, WINDOW + 0xfffe, 16), 0x55aa);
	set(BANK, 3);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, WINDOW + 0x1234, 32), 0xcafebabe);
	expect_silence();
	(void)bus_read(&bus, BUS_MEMORY, WINDOW + 0x18000, 8); /* behind the window */
	lints.n = 0;
	set(BANK, 256);
	expect_one("bochs_display.BANK.bank");
	check_eq(u32, get(BANK), 3);
	check_eq(u32, mem_rd(FRAMEBUFFER + 0x31234), 0xcafebabe);
	expect_one("bochs_display_framebuffer.banked");
	mem_wr(FRAMEBUFFER + 0x31234, 0xcafebabe); /* told once for a mode */
	expect_silence();
	mode(1024, 768, 8, BOCHS_DISPLAY_MODEL_NOCLEARMEM);
	mem_wr(FRAMEBUFFER + 0x31234, 0xcafebabe);
	expect_one("bochs_display_framebuffer.banked");
	set(ENABLE, 0);
	check_eq(u32, mem_rd(FRAMEBUFFER + 0x31234), 0xcafebabe);
	expect_silence();
}

Test(bochs_display, an_access_that_crosses_the_end_of_a_bank_reaches_no_other)
{
	mode(1024, 768, 8, 0);
	mem_device_store(display.memory, 0x40000, 16, 0x1234);
	set(BANK, 3);
	bus_write(&bus, BUS_MEMORY, WINDOW + 0xfffe, 32, 0x55667788);
	check_eq(u64, mem_device_load(display.memory, 0x3fffe, 16), 0x7788);
	check_eq(u64, mem_device_load(display.memory, 0x40000, 16), 0x1234);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, WINDOW + 0xfffe, 32), 0xffff7788);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, WINDOW + 0xfffc, 32), 0x77880000);
	set(BANK, 255); /* the last one: the memory ends there */
	bus_write(&bus, BUS_MEMORY, WINDOW + 0xffff, 16, 0x99aa);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, WINDOW + 0xffff, 16), 0xffaa);
	expect_silence();
}

/* The CPU, and loaders, reach the memory through windows that follow BAR0 and the mode. */
static bool shown(uint64_t pa) { return mem_window_at(&mem, pa, MEM_WINDOW_READ) != NULL; }

Test(bochs_display, the_window_follows_the_bar_and_the_mode)
{
	uint64_t at = 0x1000;

	check(shown(FRAMEBUFFER + at));
	check(!shown(WINDOW));
	mode(1024, 768, 8, 0);
	check(!shown(FRAMEBUFFER + at));
	check(shown(WINDOW));
	(void)mem_rd(FRAMEBUFFER);
	expect_one("bochs_display_framebuffer.banked");
	check(shown(FRAMEBUFFER + at));
	mode(640, 480, 4, 0);
	check(!shown(WINDOW));
	mode(1024, 768, 8, LFB);
	check(shown(FRAMEBUFFER + at));
	require(mem_write32(&mem, FRAMEBUFFER + at, 0x600d));
	cfg_set(DEV, 0x10, 32, 0xc8000000);
	check(!shown(FRAMEBUFFER + at));
	check(shown(0xc8000000 + at));
	check_eq(u32, mem_rd(0xc8000000 + at), 0x600d);
	cfg_set(DEV, 0x04, 16, IO);
	check(!shown(0xc8000000 + at));
	cfg_set(DEV, 0x04, 16, IO | MEMORY);
	cfg_set(DEV, 0x10, 32, 0); /* over RAM */
	check(!shown(at));
	expect_one("bochs_display_config.BAR0.over-ram");
}

Test(bochs_display, the_dac_has_eight_bits_if_it_is_asked_to)
{
	vga.s.palette[7][0] = 0x3f;
	vga.s.palette[7][1] = 0x15;
	mode(640, 480, 8, LFB | BOCHS_DISPLAY_MODEL_8BIT_DAC);
	check_eq(u32, vga_model_dac_colour(&vga, 7) >> 8, 0xff55);
	bus_write(&bus, BUS_PORT, 0x3c8, 8, 9);
	for (unsigned i = 0; i < 3; i++) bus_write(&bus, BUS_PORT, 0x3c9, 8, 0x81 + i);
	check_eq(u32, vga_model_dac_colour(&vga, 9), 0x818283);
	set(ENABLE, BOCHS_DISPLAY_MODEL_ENABLED | LFB);
	check_eq(u32, vga_model_dac_colour(&vga, 9), 0x828282);
	check_eq(u32, vga_model_dac_colour(&vga, 7) >> 8, 0xff55);
	expect_silence();
}

Test(bochs_display, edid_is_a_block_with_a_right_checksum)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 128; i++)
		sum += (unsigned)bus_read(&bus, BUS_MEMORY, REGISTERS + i, 8);
	check_eq(u32, sum % 256, 0);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS, 64), UINT64_C(0x00ffffffffffff00));
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 24, 8), 0x0e); /* RGB, sRGB */
	/* The preferred mode: 71.00 MHz, 1280 + 160, 800 + 23. */
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 54, 16), 7100);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 56, 32), UINT64_C(0x2050a000));
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 60, 16), 0x3017);
	/* The first standard timing is the largest: 1920x1200, 16:10, 60 Hz. */
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 38, 16), 0x00d1);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 128, 8), 0);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, REGISTERS + 0x3ff, 8), 0);
	expect_silence();
}

Test(bochs_display, a_reset_disables_it_and_fills_the_memory)
{
	mode(640, 480, 32, LFB | BOCHS_DISPLAY_MODEL_8BIT_DAC);
	mem_wr(FRAMEBUFFER + 0x80000, 0);
	vga_model_reset(&vga); /* as the board does */
	bochs_display_model_reset(&display);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x1ce, 16), 0);
	check_eq(u32, get(ENABLE), 0);
	check(!vga.s.dac_8bit);
	check_eq(u64, mem_device_load(display.memory, 0x80000, 32), 0xcccccccc);
	check_eq(u64, bochs_display_model_framebuffer(&display), 0);
}

Test(bochs_display, firmware_sets_modes_without_the_ports)
{
	check_eq(u64, bochs_display_model_framebuffer(&display), FRAMEBUFFER);
	check(!bochs_display_model_set_mode(&display, 1000, 600, 7, LFB));
	check(bochs_display_model_set_mode(&display, 800, 600, 16, LFB));
	check_eq(u32, get(XRES), 800);
	check(!bochs_display_model_set_mode(&display, 4096, 4096, 32, LFB));
	check_eq(u32, get(XRES), 800);
	check_eq(u32, get(ENABLE), 0x41);
	expect_silence();
}
