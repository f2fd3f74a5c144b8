/* SPDX-License-Identifier: MIT */
/* The display with its VGA on a PCI bus; the BARs are mapped. */
#ifndef TESTS_DEVICES_BOCHS_DISPLAY_MODEL_FIXTURE_H
#define TESTS_DEVICES_BOCHS_DISPLAY_MODEL_FIXTURE_H

#include "devices/bochs_display/model.h"
#include "tests/devices/pci/model_fixture.h"

enum { DEV = 4, IO = 1, MEMORY = 2, LFB = BOCHS_DISPLAY_MODEL_LFB_ENABLED };
#define FRAMEBUFFER UINT64_C(0xc0000000)
#define REGISTERS   UINT64_C(0xd0000000)
#define WINDOW      UINT64_C(0xa0000)

static struct vga_model vga;
static struct bochs_display_model display;

static inline void power_on_with(unsigned mebibytes)
{
	fixture_start(NULL);
	expect_fine(vga_model_init(&vga, "vga", &hub, &vclock, &mem));
	expect_fine(vga_model_map(&vga, &bus));
	expect_fine(
		bochs_display_model_init(&display, "display", &hub, &host, DEV, &vga, mebibytes));
	expect_fine(bus_map(&bus, BUS_PORT, BOCHS_DISPLAY_MODEL_PORT_BASE,
			    BOCHS_DISPLAY_MODEL_PORTS_SIZE, &display.ports, 0));
	cfg_set(DEV, 0x10, 32, FRAMEBUFFER);
	cfg_set(DEV, 0x18, 32, REGISTERS);
	cfg_set(DEV, 0x04, 16, IO | MEMORY);
	vga.s.reg[VGA_MODEL_VSE] = 1;
	vga.s.reg[VGA_MODEL_MISC] = VGA_MODEL_MISC_ERAM | VGA_MODEL_MISC_IOS;
	vga.s.attr_index = VGA_MODEL_ATTR_PAS;
	vga.s.reg[VGA_MODEL_PEL_MASK] = 0xff;
}

static inline void power_on(void) { power_on_with(16); }
static inline void power_off(void) { fixture_stop(); }

/* A register by the ports, as most programs reach it. */
static inline void set(enum bochs_display_model_index index, unsigned value)
{
	bus_write(&bus, BUS_PORT, 0x1ce, 16, index);
	bus_write(&bus, BUS_PORT, 0x1cf, 16, value);
}

static inline unsigned get(enum bochs_display_model_index index)
{
	bus_write(&bus, BUS_PORT, 0x1ce, 16, index);
	return (unsigned)bus_read(&bus, BUS_PORT, 0x1cf, 16);
}

static inline void mode(unsigned width, unsigned height, unsigned bpp, unsigned flags)
{
	set(BOCHS_DISPLAY_MODEL_ENABLE, 0);
	set(BOCHS_DISPLAY_MODEL_XRES, width);
	set(BOCHS_DISPLAY_MODEL_YRES, height);
	set(BOCHS_DISPLAY_MODEL_BPP, bpp);
	set(BOCHS_DISPLAY_MODEL_ENABLE, BOCHS_DISPLAY_MODEL_ENABLED | flags);
}

static inline void expect_one(const char *id)
{
	check_eq(str, lints.last, id);
	check_eq(u32, lints.n, 1, "%u lints, the last %s", lints.n, lints.last);
	lints.n = 0;
}

static inline void expect_silence(void)
{
	check_eq(u32, lints.n, 0, "%u lints, the last %s", lints.n, lints.last);
	lints.n = 0;
}

#endif
