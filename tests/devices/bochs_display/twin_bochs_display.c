/* SPDX-License-Identifier: MIT */
/* The driver of the Bochs display: found on PCI, by ports and by registers in memory. */
#include "bimetal/bochs_display.h"
#include "bimetal/twin.h"
#include "bimetal/vga_draw.h"

static struct bochs_display display;
static struct framebuffer fb;

static void start(bool in_memory)
{
	struct bochs_display_place place;
	struct pci pci;

	twin_assert_eq(pci_init_ports(&pci, twin_port(PCI_PORTS), *twin_wait()), PCI_OK);
	twin_assert_eq(bochs_display_find(&pci, &place), BOCHS_DISPLAY_OK);
	const struct io memory = twin_memory(place.framebuffer, 1);
	if (in_memory)
		twin_assert_eq(bochs_display_init_memory(&display, twin_memory(place.registers, 1),
							 memory),
			       BOCHS_DISPLAY_OK);
	else
		twin_assert_eq(
			bochs_display_init_ports(&display, twin_port(BOCHS_DISPLAY_PORTS), memory),
			BOCHS_DISPLAY_OK);
}

static void draw(uint16_t bits)
{
	const uint32_t white = bits == 8 ? 15 : framebuffer_colour(&fb, 255, 255, 255);
	uint32_t dot = 0;

	twin_assert_eq(bochs_display_set_mode(&display, 64, 48, bits, &fb), BOCHS_DISPLAY_OK);
	twin_expect_eq(framebuffer_draw_line(&fb, 0, 47, 63, 0, white), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_fill_rectangle(&fb, 10, 10, 20, 20, white), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_scroll(&fb, 4, 0), FRAMEBUFFER_OK);
	twin_expect_eq(framebuffer_read_pixel(&fb, 20, 16, &dot), FRAMEBUFFER_OK);
	twin_expect_eq(dot, white);
	twin_expect_eq(framebuffer_read_pixel(&fb, 21, 17, &dot), FRAMEBUFFER_OK);
	twin_expect_eq(dot, 0);
	twin_expect_eq(framebuffer_read_pixel(&fb, 0, 43, &dot), FRAMEBUFFER_OK);
	twin_expect_eq(dot, white);
}

static void draw_in_every_depth(void)
{
	draw(8);
	draw(15);
	draw(16);
	draw(24);
	draw(32);
	twin_expect_eq(bochs_display_off(&display), BOCHS_DISPLAY_OK);
}

TWIN_HERE(bochs_display, every_depth_by_ports)
{
	start(false);
	draw_in_every_depth();
}

TWIN_HERE(bochs_display, every_depth_by_registers_in_memory)
{
	start(true);
	draw_in_every_depth();
}

TWIN_HERE(bochs_display, pages_are_flipped)
{
	struct framebuffer back;
	uint16_t row = 0;

	start(false);
	twin_assert_eq(bochs_display_set_mode(&display, 320, 200, 32, &fb), BOCHS_DISPLAY_OK);
	twin_assert_eq(bochs_display_page(&display, 1, &back), BOCHS_DISPLAY_OK);
	twin_expect_eq(framebuffer_set_pixel(&back, 0, 0, 0x123456), FRAMEBUFFER_OK);
	twin_expect_eq(bochs_display_flip(&display, 1), BOCHS_DISPLAY_OK);
	twin_expect_eq(bochs_display_read(&display, BOCHS_DISPLAY_INDEX_Y_OFFSET, &row),
		       BOCHS_DISPLAY_OK);
	twin_expect_eq(row, 200);
	twin_expect_eq(bochs_display_set_line(&display, 640, &fb), BOCHS_DISPLAY_OK);
	twin_expect_eq(bochs_display_show(&display, 320, 10), BOCHS_DISPLAY_OK);
	twin_expect_eq(bochs_display_off(&display), BOCHS_DISPLAY_OK);
}

TWIN_HERE(bochs_display, edid_and_limits)
{
	uint16_t width = 0, height = 0, bits = 0;

	start(true);
	twin_expect_eq(bochs_display_preferred(&display, &width, &height), BOCHS_DISPLAY_OK);
	twin_expect(width >= 640);
	twin_expect(height >= 480);
	twin_expect_eq(bochs_display_limits(&display, &width, &height, &bits), BOCHS_DISPLAY_OK);
	twin_expect(width >= 1920);
	twin_expect_eq(bits, 32);
	twin_expect_eq(bochs_display_set_mode(&display, 0, 48, 8, &fb), BOCHS_DISPLAY_BAD_MODE);
}

TWIN_HERE(bochs_display, the_vga_is_reached_in_memory)
{
	struct vga vga;

	start(true);
	twin_assert_eq(vga_init(&vga, bochs_display_vga(&display), twin_memory(VGA_MEMORY, 1)),
		       VGA_OK);
	twin_assert_eq(vga_set_registers(&vga, VGA_MODE_80X25), VGA_OK);
	twin_expect_eq(vga_compare(&vga, VGA_MODE_80X25, NULL), VGA_OK);
}
