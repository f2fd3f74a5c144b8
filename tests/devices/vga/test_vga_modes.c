/* SPDX-License-Identifier: MIT */
/* The standard modes: their register values must give the known sizes and frequencies. */
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "emu/array.h"
#include "tests/check.h"
#include "tests/devices/vga/model_memory.h"
#include "tests/quality/coverage/recorder.h"

static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct vga_model vga;

static void power_on(void)
{
	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	bus_init(&bus, &hub, &vclock);
	vga_model_init_alone(&vga, "vga", &hub, &vclock);
	require_eq(ptr, vga_model_map(&vga, &bus), NULL);
}

TestSuite(vga_modes, .init = power_on, .timeout = 60);

/* Dots and scan lines of each mode (RBIL table 00010). The monitor gets 400, 350 or 480 lines at
 * 31.5 kHz and 70 or 60 Hz. */
static const struct {
	uint8_t mode;
	unsigned characters, lines, hz;
	uint32_t window;
} standard[] = {
	{ 0x00, 40, 400, 70, 0xb8000 }, { 0x01, 40, 400, 70, 0xb8000 },
	{ 0x02, 80, 400, 70, 0xb8000 }, { 0x03, 80, 400, 70, 0xb8000 },
	{ 0x04, 40, 400, 70, 0xb8000 }, { 0x05, 40, 400, 70, 0xb8000 },
	{ 0x06, 80, 400, 70, 0xb8000 }, { 0x07, 80, 400, 70, 0xb0000 },
	{ 0x0d, 40, 400, 70, 0xa0000 }, { 0x0e, 80, 400, 70, 0xa0000 },
	{ 0x0f, 80, 350, 70, 0xa0000 }, { 0x10, 80, 350, 70, 0xa0000 },
	{ 0x11, 80, 480, 60, 0xa0000 }, { 0x12, 80, 480, 60, 0xa0000 },
	{ 0x13, 80, 400, 70, 0xa0000 },
};

enum { N_STANDARD = ARRAY_SIZE(standard) };

Test(vga_modes, each_shows_the_lines_that_it_is_known_for_at_its_frequency)
{
	for (unsigned i = 0; i < N_STANDARD; i++) {
		const struct vga_model_mode *m = vga_model_mode(standard[i].mode);
		struct vga_model_timing t;

		require_ne(ptr, m, NULL);
		vga_model_set_mode(&vga, m);
		vga_model_timing(&vga, &t);
		uint64_t frame_dots = (uint64_t)t.h_total * t.char_dots * t.v_total;
		check_eq(uint, t.h_displayed, standard[i].characters, "%02x", m->number);
		check_eq(uint, t.v_displayed, standard[i].lines, "%02x", m->number);
		check_eq(u64, (t.dot_hz + frame_dots / 2) / frame_dots, standard[i].hz, "%02x",
			 m->number);
		check(vga_model_displays(&vga), "%02x", m->number);
		check_eq(int, vga_model_graphics(&vga), m->graphics, "%02x", m->number);
		check_eq(uint, vga_model_line_compare(&vga), 0x3ff, "%02x: no split", m->number);
	}
}

Test(vga_modes, each_stores_a_byte_at_its_screens_address)
{
	for (unsigned i = 0; i < N_STANDARD; i++) {
		vga_model_set_mode(&vga, vga_model_mode(standard[i].mode));
		vga_model_clear(&vga, vga_model_mode(standard[i].mode));
		bus_write(&bus, BUS_MEMORY, standard[i].window, 8, 0xa5);
		check_eq(u8, vga_model_plane(&vga, 0, 0), 0xa5, "%02x", standard[i].mode);
		check_eq(u64, bus_read(&bus, BUS_MEMORY, standard[i].window, 8), 0xa5);
	}
}

Test(vga_modes, there_are_no_others)
{
	unsigned n = 0;

	for (unsigned mode = 0; mode < 0x200; mode++) n += vga_model_mode(mode) != NULL;
	check_eq(uint, n, N_STANDARD);
}

static uint32_t dac(unsigned i)
{
	const uint8_t *c = vga.s.palette[i];
	return (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
}

Test(vga_modes, the_16_colours_are_the_same_in_every_colour_mode)
{
	static const uint32_t colours[] = { 0x000000, 0x00002a, 0x002a00, 0x002a2a,
					    0x2a0000, 0x2a002a, 0x2a1500, 0x2a2a2a,
					    0x151515, 0x15153f, 0x153f15, 0x153f3f,
					    0x3f1515, 0x3f153f, 0x3f3f15, 0x3f3f3f };
	static const uint8_t modes[] = { 0x03, 0x0d, 0x0e, 0x10, 0x12, 0x13 };

	for (unsigned m = 0; m < sizeof(modes); m++) {
		vga_model_set_mode(&vga, vga_model_mode(modes[m]));
		vga_model_load_dac(&vga, vga_model_mode(modes[m])->dac);
		for (unsigned i = 0; i < 16; i++)
			check_eq(u32, dac((unsigned)vga.s.ar[i]), colours[i], "%02x: %u", modes[m],
				 i);
	}
}

Test(vga_modes, mode_13h_has_greys_and_hues)
{
	vga_model_load_dac(&vga, VGA_MODEL_DAC_256);
	check_eq(u32, dac(16), 0x000000);
	check_eq(u32, dac(23), 0x181818);
	check_eq(u32, dac(31), 0x3f3f3f);
	check_eq(u32, dac(32), 0x00003f);
	check_eq(u32, dac(33), 0x10003f);
	check_eq(u32, dac(40), 0x3f0000);
	check_eq(u32, dac(41), 0x3f1000);
	check_eq(u32, dac(48), 0x003f00);
	check_eq(u32, dac(55), 0x00103f);
	check_eq(u32, dac(56), 0x1f1f3f);
	check_eq(u32, dac(104), 0x00001c);
	check_eq(u32, dac(247), 0x0b0c10);
	check_eq(u32, dac(248), 0x000000);
	check_eq(u32, dac(255), 0x000000);
}

Test(vga_modes, the_monochrome_modes_are_black_grey_and_white)
{
	vga_model_set_mode(&vga, vga_model_mode(0x07));
	vga_model_load_dac(&vga, VGA_MODEL_DAC_MONO);
	check_eq(u32, dac((unsigned)vga.s.ar[0x0]), 0x000000);
	check_eq(u32, dac((unsigned)vga.s.ar[0x7]), 0x2a2a2a);
	check_eq(u32, dac((unsigned)vga.s.ar[0xf]), 0x3f3f3f);
}
