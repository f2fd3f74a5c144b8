/* SPDX-License-Identifier: MIT */
/* The driver of the Bochs display on its model, by ports and by registers in memory. */
#include "bimetal/bochs_display.h"

#include "bimetal/pci_bar.h"
#include "bimetal/vga_draw.h"
#include "devices/bochs_display/model.h"
#include "tests/devices/pci/driver_fixture.h"

enum { SLOT = 4, IO_AND_MEMORY = 3 };
#define FRAMEBUFFER UINT64_C(0xc0000000)
#define REGISTERS   UINT64_C(0xd0000000)

static struct vga_model vga_model;
static struct bochs_display_model model;
static struct bochs_display display;
static struct framebuffer fb;

static void map_bars(void)
{
	const struct pci_place place = { 0, SLOT, 0 };
	struct pci_bar bar;
	require_eq(int, pci_bar(&ports, place, 0, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ports, place, 0, &bar, FRAMEBUFFER), PCI_OK);
	require_eq(int, pci_bar(&ports, place, 2, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ports, place, 2, &bar, REGISTERS), PCI_OK);
}

static void plug(void)
{
	pci_power_on();
	expect_fine(vga_model_init(&vga_model, "vga", &hub, &vclock, &mem));
	expect_fine(vga_model_map(&vga_model, &bus));
	expect_fine(bochs_display_model_init(&model, "display", &hub, &host, SLOT, &vga_model, 16));
	expect_fine(bus_map(&bus, BUS_PORT, BOCHS_DISPLAY_MODEL_PORT_BASE,
			    BOCHS_DISPLAY_MODEL_PORTS_SIZE, &model.ports, 0));
	vga_model.s.reg[VGA_MODEL_VSE] = 1;
	vga_model.s.reg[VGA_MODEL_MISC] = VGA_MODEL_MISC_ERAM | VGA_MODEL_MISC_IOS;
}

static void unplug(void) { host_power_off(); }

static void find(void)
{
	struct bochs_display_place place;
	map_bars();
	require_eq(int, bochs_display_find(&ports, &place), BOCHS_DISPLAY_OK);
	check_eq(u64, place.framebuffer, FRAMEBUFFER);
	check_eq(u64, place.framebuffer_size, 16 << 20);
	check_eq(u64, place.registers, REGISTERS);
	check_eq(u32, place.place.device, SLOT);
}

static void start(bool in_memory)
{
	const struct io memory = io_memory(&cpu, FRAMEBUFFER, 1);
	find();
	require_eq(int,
		   in_memory ? bochs_display_init_memory(&display, io_memory(&cpu, REGISTERS, 1),
							 memory)
			     : bochs_display_init_ports(&display,
							io_port(&cpu, BOCHS_DISPLAY_PORTS), memory),
		   BOCHS_DISPLAY_OK);
	recorder_clear(&rec);
}

TestSuite(bochs_display_driver, .init = plug, .fini = unplug, .timeout = 60);

Test(bochs_display_driver, finds_the_function_and_its_version)
{
	start(false);
	check_eq(uint, display.version, BOCHS_DISPLAY_ID5);
	check_eq(u32, display.memory, 16 << 20);
	check_eq(uint, display.width, 0);
}

Test(bochs_display_driver, is_absent_where_it_is_not)
{
	struct bochs_display_place place;
	const struct io memory = io_memory(&cpu, FRAMEBUFFER, 1);
	recorder_expect_no_lint(&rec, NULL, NULL);
	check_eq(int, bochs_display_find(&ports, &place), BOCHS_DISPLAY_PCI,
		 "BARs without an address");
	check_eq(int, bochs_display_init_ports(&display, io_port(&cpu, 0x2e0), memory),
		 BOCHS_DISPLAY_ABSENT);
	check_eq(int, bochs_display_init_memory(&display, io_memory(&cpu, 0xe0000000, 1), memory),
		 BOCHS_DISPLAY_ABSENT);
	check_eq(int, bochs_display_init_ports(&display, memory, memory), BOCHS_DISPLAY_BAD_BASE);
	check_eq(int, bochs_display_init_ports(&display, io_port(&cpu, 0xffff), memory),
		 BOCHS_DISPLAY_BAD_BASE);
	check_eq(int, bochs_display_init_memory(&display, io_memory(&cpu, REGISTERS, 2), memory),
		 BOCHS_DISPLAY_BAD_BASE);
	check_eq(int, bochs_display_init_ports(NULL, memory, memory), BOCHS_DISPLAY_NULL);
	check_eq(int, bochs_display_find(NULL, &place), BOCHS_DISPLAY_NULL);
}

static void old_version(uint16_t version, enum bochs_display_status want)
{
	start(false);
	require_eq(int, bochs_display_write(&display, BOCHS_DISPLAY_INDEX_ID, version),
		   BOCHS_DISPLAY_OK);
	check_eq(int,
		 bochs_display_init_ports(&display, io_port(&cpu, BOCHS_DISPLAY_PORTS),
					  io_memory(&cpu, FRAMEBUFFER, 1)),
		 want);
}

Test(bochs_display_driver, an_older_version_is_told)
{
	old_version(BOCHS_DISPLAY_ID0, BOCHS_DISPLAY_TOO_OLD);
}

Test(bochs_display_driver, every_depth_is_set_and_drawn_in)
{
	static const uint16_t depths[] = { 8, 15, 16, 24, 32 };

	for (unsigned in_memory = 0; in_memory < 2; in_memory++) {
		if (in_memory) {
			unplug();
			plug();
		}
		start(in_memory);
		for (unsigned i = 0; i < 5; i++) {
			struct bochs_display_model_mode mode;
			uint32_t dot = 0;
			require_eq(int, bochs_display_set_mode(&display, 640, 480, depths[i], &fb),
				   BOCHS_DISPLAY_OK);
			require(bochs_display_model_mode(&model, &mode));
			check_eq(uint, mode.width, 640);
			check_eq(uint, mode.height, 480);
			check_eq(uint, mode.bpp, depths[i]);
			check(mode.lfb);
			check_eq(u32, fb.format.pitch, mode.pitch);
			require_eq(int, framebuffer_read_pixel(&fb, 639, 479, &dot),
				   FRAMEBUFFER_OK);
			check_eq(u32, dot, 0, "a new mode is black");
			require_eq(int, framebuffer_set_pixel(&fb, 639, 479, 0x5a), FRAMEBUFFER_OK);
			require_eq(int, framebuffer_read_pixel(&fb, 639, 479, &dot),
				   FRAMEBUFFER_OK);
			check_eq(u32, dot, 0x5a);
			const struct bochs_display_model_pixel *pixel =
				bochs_display_model_pixel(depths[i]);
			if (pixel) {
				check_eq(uint, fb.format.red.at, pixel->red_at);
				check_eq(uint, fb.format.red.bits, pixel->red_size);
				check_eq(uint, fb.format.green.at, pixel->green_at);
				check_eq(uint, fb.format.green.bits, pixel->green_size);
				check_eq(uint, fb.format.blue.at, pixel->blue_at);
				check_eq(uint, fb.format.blue.bits, pixel->blue_size);
			}
		}
		require_eq(int, bochs_display_off(&display), BOCHS_DISPLAY_OK);
		struct bochs_display_model_mode mode;
		check(!bochs_display_model_mode(&model, &mode));
		check_eq(uint, display.width, 0);
	}
}

Test(bochs_display_driver, limits_are_told_and_kept)
{
	uint16_t width = 0, height = 0, bits = 0;
	struct bochs_display_model_mode mode;
	start(false);
	require_eq(int, bochs_display_set_mode(&display, 800, 600, 16, &fb), BOCHS_DISPLAY_OK);
	require_eq(int, bochs_display_limits(&display, &width, &height, &bits), BOCHS_DISPLAY_OK);
	check_ge(uint, width, 1920);
	check_ge(uint, height, 1200);
	check_eq(uint, bits, 32);
	require(bochs_display_model_mode(&model, &mode), "asking leaves the mode on");
	check_eq(uint, mode.width, 800);
	static const uint16_t bad[][3] = { { 0, 600, 16 },       { 800, 0, 16 },
					   { 800, 600, 4 },      { 800, 600, 17 },
					   { UINT16_MAX, 1, 8 }, { 8, UINT16_MAX, 8 },
					   { 4096, 4096, 32 } };
	for (unsigned i = 0; i < 7; i++)
		check_eq(int,
			 bochs_display_set_mode(&display, bad[i][0], bad[i][1], bad[i][2], &fb),
			 BOCHS_DISPLAY_BAD_MODE, "%u", i);
	require(bochs_display_model_mode(&model, &mode), "the mode stays");
	check_eq(uint, mode.width, 800);
	check_eq(int, bochs_display_set_mode(&display, 800, 600, 16, NULL), BOCHS_DISPLAY_NULL);
	check_eq(int, bochs_display_limits(&display, NULL, &height, &bits), BOCHS_DISPLAY_NULL);
}

Test(bochs_display_driver, pages_are_drawn_apart_and_flipped)
{
	struct bochs_display_model_mode mode;
	struct framebuffer page[2];
	uint32_t dot = 0;
	start(false);
	check_eq(int, bochs_display_page(&display, 0, &page[0]), BOCHS_DISPLAY_BAD_MODE);
	require_eq(int, bochs_display_set_mode(&display, 640, 480, 32, &fb), BOCHS_DISPLAY_OK);
	for (unsigned i = 0; i < 2; i++) {
		require_eq(int, bochs_display_page(&display, i, &page[i]), BOCHS_DISPLAY_OK);
		require_eq(int, framebuffer_set_pixel(&page[i], 5, 7, 0x111 * (i + 1)),
			   FRAMEBUFFER_OK);
	}
	for (unsigned i = 0; i < 2; i++) {
		require_eq(int, framebuffer_read_pixel(&page[i], 5, 7, &dot), FRAMEBUFFER_OK);
		check_eq(u32, dot, 0x111 * (i + 1));
		require_eq(int, bochs_display_flip(&display, i), BOCHS_DISPLAY_OK);
		require(bochs_display_model_mode(&model, &mode));
		check_eq(uint, mode.y_offset, i * 480);
		check_eq(u64, mode.start, (uint64_t)i * 480 * 640 * 4);
	}
	/* 16 MiB hold 13 pages of 1,228,800 bytes. */
	check_eq(int, bochs_display_page(&display, 12, &page[0]), BOCHS_DISPLAY_OK);
	check_eq(int, bochs_display_page(&display, 13, &page[0]), BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_flip(&display, 13), BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_page(&display, 0, NULL), BOCHS_DISPLAY_NULL);
}

Test(bochs_display_driver, the_virtual_screen_is_wider_than_the_mode)
{
	struct bochs_display_model_mode mode;
	start(true);
	check_eq(int, bochs_display_set_line(&display, 1024, &fb), BOCHS_DISPLAY_BAD_MODE);
	check_eq(int, bochs_display_show(&display, 0, 0), BOCHS_DISPLAY_BAD_MODE);
	require_eq(int, bochs_display_set_mode(&display, 640, 480, 16, &fb), BOCHS_DISPLAY_OK);
	check_eq(int, bochs_display_set_line(&display, 632, &fb), BOCHS_DISPLAY_BAD_MODE);
	require_eq(int, bochs_display_set_line(&display, 1024, &fb), BOCHS_DISPLAY_OK);
	check_eq(u32, fb.format.width, 1024);
	check_eq(u32, fb.format.pitch, 2048);
	check_eq(uint, display.lines, 8192);
	require(bochs_display_model_mode(&model, &mode));
	check_eq(uint, mode.virt_width, 1024);
	check_eq(uint, mode.pitch, 2048);
	require_eq(int, bochs_display_show(&display, 384, 100), BOCHS_DISPLAY_OK);
	require(bochs_display_model_mode(&model, &mode));
	check_eq(uint, mode.x_offset, 384);
	check_eq(uint, mode.y_offset, 100);
	check_eq(int, bochs_display_show(&display, 385, 0), BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_show(&display, 0, 8192 - 479), BOCHS_DISPLAY_BOUNDS);
	require_eq(int, framebuffer_set_pixel(&fb, 1023, 8191, 1), FRAMEBUFFER_OK);
}

Test(bochs_display_driver, edid_names_the_preferred_mode)
{
	uint16_t width = 0, height = 0;
	uint8_t block[BOCHS_DISPLAY_EDID_BLOCK];
	start(true);
	require_eq(int, bochs_display_preferred(&display, &width, &height), BOCHS_DISPLAY_OK);
	check_eq(uint, width, BOCHS_DISPLAY_MODEL_PREFERRED_WIDTH);
	check_eq(uint, height, BOCHS_DISPLAY_MODEL_PREFERRED_HEIGHT);
	require_eq(int, bochs_display_read_edid(&display, 0, block, sizeof(block)),
		   BOCHS_DISPLAY_OK);
	check_eq(int, memcmp(block, model.edid, sizeof(block)), 0);
	check_eq(int, bochs_display_read_edid(&display, BOCHS_DISPLAY_EDID_SIZE, block, 1),
		 BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_read_edid(&display, 0, NULL, 1), BOCHS_DISPLAY_NULL);
	model.edid[60]++;
	check_eq(int, bochs_display_preferred(&display, &width, &height), BOCHS_DISPLAY_BAD_EDID);
	model.edid[60]--;
	model.edid[0]++;
	model.edid[127]--;
	check_eq(int, bochs_display_preferred(&display, &width, &height), BOCHS_DISPLAY_BAD_EDID);
}

Test(bochs_display_driver, edid_is_only_in_memory)
{
	uint16_t width = 0, height = 0;
	start(false);
	check_eq(int, bochs_display_preferred(&display, &width, &height), BOCHS_DISPLAY_LACKS);
}

Test(bochs_display_driver, registers_have_bounds)
{
	uint16_t value = 0;
	start(false);
	check_eq(int, bochs_display_read(&display, BOCHS_DISPLAY_REGISTERS, &value),
		 BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_write(&display, BOCHS_DISPLAY_REGISTERS, 0),
		 BOCHS_DISPLAY_BOUNDS);
	check_eq(int, bochs_display_read(&display, BOCHS_DISPLAY_INDEX_ID, NULL),
		 BOCHS_DISPLAY_NULL);
	check_eq(int, bochs_display_read(&display, BOCHS_DISPLAY_INDEX_MEMORY_64K, &value),
		 BOCHS_DISPLAY_OK);
	check_eq(uint, value, 256);
}

Test(bochs_display_driver, the_vgas_registers_lie_in_memory_too)
{
	struct vga vga;
	start(true);
	require_eq(int, vga_init(&vga, bochs_display_vga(&display), io_memory(&cpu, VGA_MEMORY, 1)),
		   VGA_OK);
	require_eq(int, vga_set_mode(&vga, VGA_MODE_320X200X256), VGA_OK);
	check_eq(int, vga_compare(&vga, VGA_MODE_320X200X256, NULL), VGA_OK);
	check_eq(u64, vga_model.s.cr[0x13], 0x28);
}
