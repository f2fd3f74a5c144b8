/* SPDX-License-Identifier: MIT */
/* The picture of the Bochs display: a linear framebuffer, with a console in it. */
#include "bimetal/bochs_display.h"
#include "bimetal/framebuffer_console.h"
#include "bimetal/vga.h"
#include "machine.h"
#include "memory.h"
#include "picture.h"

enum { PAGE = 4096, STEP = 8, FULL = 255 };

static struct bochs_display display;
static struct bochs_display_place place;
static bool found;
static uint64_t mapped; /* bytes of the framebuffer */

/* ---- the picture ---- */

static uint32_t colour(const struct framebuffer *fb, unsigned red, unsigned green, unsigned blue)
{
	enum { LEVELS = 5, FIRST = 32, CUBE = 36, ROW = 6 };

	if (fb->format.bits != 8)
		return framebuffer_colour(fb, (uint8_t)red, (uint8_t)green, (uint8_t)blue);
	return FIRST + red * LEVELS / FULL * CUBE + green * LEVELS / FULL * ROW +
	       blue * LEVELS / FULL;
}

/* A gradient in squares of eight dots. */
static bool gradient(const struct framebuffer *fb)
{
	const uint32_t width = fb->format.width / STEP, height = fb->format.height / STEP;

	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			const uint32_t dot = colour(fb, x * FULL / width, y * FULL / height,
						    FULL - (x + y) * FULL / (width + height));
			if (framebuffer_fill_rectangle(fb, x * STEP, y * STEP, x * STEP + STEP - 1,
						       y * STEP + STEP - 1, dot) != FRAMEBUFFER_OK)
				return false;
		}
	return true;
}

/* A console in a part of the screen, which scrolls. */
static bool text(const struct framebuffer *fb)
{
	enum { ROWS = 5, COLUMNS = 34, LINES = 7 };
	struct framebuffer part;
	struct framebuffer_console console;
	struct framebuffer_format format = fb->format;

	format.width = COLUMNS * FONT_WIDTH;
	format.height = ROWS * 16;
	const uint32_t at = 32 * fb->format.pitch + 24 * fb->dot_bytes;
	if (framebuffer_init(&part, io_memory(fb->memory.base + at, 1), &format) !=
		    FRAMEBUFFER_OK ||
	    framebuffer_console_init(&console, &part, font_8x16()) != FRAMEBUFFER_OK)
		return false;
	console.background = colour(fb, 0, 0, 51);
	console.foreground = colour(fb, FULL, FULL, 204);
	if (framebuffer_console_clear(&console) != FRAMEBUFFER_OK) return false;
	for (unsigned i = 0; i < LINES; i++) {
		const char line[] = { '1' + (char)i, ':', ' ', 0 };
		if (framebuffer_console_print(&console, i ? "\n" : "") != FRAMEBUFFER_OK ||
		    framebuffer_console_print(&console, line) != FRAMEBUFFER_OK ||
		    framebuffer_console_print(&console, "a linear framebuffer's console") !=
			    FRAMEBUFFER_OK)
			return false;
	}
	return true;
}

bool picture_paint_framebuffer(const struct framebuffer *fb)
{
	const uint32_t right = fb->format.width - 1, bottom = fb->format.height - 1;
	const uint32_t white = colour(fb, FULL, FULL, FULL);

	return gradient(fb) && text(fb) &&
	       framebuffer_draw_rectangle(fb, 0, 0, right, bottom, white) == FRAMEBUFFER_OK &&
	       framebuffer_draw_line(fb, 0, bottom, right, 0, white) == FRAMEBUFFER_OK &&
	       framebuffer_draw_line(fb, right, bottom, right / 2, bottom / 2, 0) == FRAMEBUFFER_OK;
}

/* ---- the display ---- */

/* Page by page; what has once been mapped stays. */
static bool map(uint64_t bytes)
{
	for (; mapped < bytes; mapped += PAGE)
		if (!memory_map_device(place.framebuffer + mapped)) return false;
	return true;
}

static bool find(const char **why)
{
	struct pci pci;

	if (found) return true;
	*why = "no PCI";
	if (pci_init_ports(&pci, io_port(PCI_PORTS), kernel.wait) != PCI_OK) return false;
	*why = "there is no such display";
	if (bochs_display_find(&pci, &place) != BOCHS_DISPLAY_OK) return false;
	const struct io framebuffer = io_memory(PHYS_WINDOW + place.framebuffer, 1);
	*why = "it does not answer";
	found = bochs_display_init_ports(&display, io_port(BOCHS_DISPLAY_PORTS), framebuffer) ==
		BOCHS_DISPLAY_OK;
	return found;
}

/* Dots of eight bits are entries of the VGA's palette. */
static bool load_palette(void)
{
	struct vga vga;

	if (vga_init(&vga, io_port(VGA_PORTS), io_memory(VGA_MEMORY, 1)) != VGA_OK) return false;
	for (unsigned i = 0; i < VGA_COLOURS; i++) {
		const struct vga_rgb rgb = vga_default_colour(VGA_MODE_320X200X256, i);
		if (vga_load_palette(&vga, i, 1, &rgb) != VGA_OK) return false;
	}
	return true;
}

/* On the second page, which is then shown. */
bool picture_display(unsigned width, unsigned height, unsigned bits, const char **why)
{
	const uint16_t columns = (uint16_t)width, rows = (uint16_t)height;
	struct framebuffer fb;

	if (!find(why)) return false;
	*why = "the display refuses this mode";
	if (bochs_display_set_mode(&display, columns, rows, (uint16_t)bits, &fb) !=
	    BOCHS_DISPLAY_OK)
		return false;
	*why = "the framebuffer cannot be mapped";
	if (!map(UINT64_C(2) * fb.format.pitch * height)) return false;
	*why = "a driver refused to draw";
	return (bits != 8 || load_palette()) &&
	       bochs_display_page(&display, 1, &fb) == BOCHS_DISPLAY_OK &&
	       picture_paint_framebuffer(&fb) &&
	       bochs_display_flip(&display, 1) == BOCHS_DISPLAY_OK;
}

bool picture_display_off(void) { return !found || bochs_display_off(&display) == BOCHS_DISPLAY_OK; }
