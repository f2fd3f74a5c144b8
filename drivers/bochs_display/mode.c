/* SPDX-License-Identifier: MIT */
/* Modes, the virtual screen, pages. */
#include "internal.h"

enum { BYTE = 8, MAX_LINES = 0xffff, ON = BOCHS_DISPLAY_ENABLED | BOCHS_DISPLAY_LINEAR };

static uint32_t pitch_of(const struct bochs_display *display, uint16_t line)
{
	const uint32_t bytes = (display->bits + BYTE - 1u) / BYTE;

	return line * bytes;
}

/* What to draw on: `height` rows of the virtual screen from `row` on, `width` dots of each. */
static enum bochs_display_status make(const struct bochs_display *display, uint16_t width,
				      uint32_t row, uint32_t height, struct framebuffer *fb)
{
	struct framebuffer_format format = framebuffer_format(width, height, display->bits);

	format.pitch = pitch_of(display, display->line);
	const struct io memory =
		io_elsewhere(display->framebuffer, IO_MEMORY,
			     display->framebuffer.base + (uint64_t)row * format.pitch, 1);
	return framebuffer_init(fb, memory, &format) == FRAMEBUFFER_OK ? BOCHS_DISPLAY_OK
								       : BOCHS_DISPLAY_BAD_MODE;
}

/* ---- modes ---- */

enum bochs_display_status bochs_display_limits(const struct bochs_display *display, uint16_t *width,
					       uint16_t *height, uint16_t *bits)
{
	if (!display || !width || !height || !bits) return BOCHS_DISPLAY_NULL;
	const uint16_t before = bochs_display_get(display, BOCHS_DISPLAY_INDEX_ENABLE);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE,
			  (uint16_t)(before | BOCHS_DISPLAY_GET_CAPS));
	*width = bochs_display_get(display, BOCHS_DISPLAY_INDEX_XRES);
	*height = bochs_display_get(display, BOCHS_DISPLAY_INDEX_YRES);
	*bits = bochs_display_get(display, BOCHS_DISPLAY_INDEX_BPP);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE,
			  (uint16_t)(before & ~BOCHS_DISPLAY_GET_CAPS));
	return BOCHS_DISPLAY_OK;
}

static bool valid(const struct bochs_display *display, uint16_t width, uint16_t height,
		  uint16_t bits)
{
	uint16_t max_width = 0, max_height = 0, max_bits = 0;

	if (bits != 8 && bits != 15 && bits != 16 && bits != 24 && bits != 32) return false;
	if (width == 0 || height == 0) return false;
	if (bochs_display_limits(display, &max_width, &max_height, &max_bits) != BOCHS_DISPLAY_OK)
		return false;
	return width <= max_width && height <= max_height && bits <= max_bits;
}

static bool holds(const struct bochs_display *display, uint16_t width, uint16_t height,
		  uint16_t bits)
{
	const uint64_t row = (uint64_t)width * ((bits + BYTE - 1u) / BYTE);

	return row * height <= display->memory;
}

static bool taken(const struct bochs_display *display, uint16_t width, uint16_t height,
		  uint16_t bits)
{
	return bochs_display_get(display, BOCHS_DISPLAY_INDEX_XRES) == width &&
	       bochs_display_get(display, BOCHS_DISPLAY_INDEX_YRES) == height &&
	       bochs_display_get(display, BOCHS_DISPLAY_INDEX_BPP) == bits &&
	       bochs_display_get(display, BOCHS_DISPLAY_INDEX_ENABLE) & BOCHS_DISPLAY_ENABLED;
}

/* A size may be written only while the display is off. */
static void switch_on(const struct bochs_display *display, uint16_t width, uint16_t height,
		      uint16_t bits)
{
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE, 0);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_XRES, width);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_YRES, height);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_BPP, bits);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE, ON);
}

static void forget(struct bochs_display *display)
{
	display->width = display->height = display->bits = display->line = display->lines = 0;
}

/* The virtual screen's height is what the memory holds. */
static void keep_line(struct bochs_display *display, uint16_t line)
{
	const uint32_t lines = display->memory / pitch_of(display, line);

	display->line = line;
	display->lines = (uint16_t)(lines < MAX_LINES ? lines : MAX_LINES);
}

enum bochs_display_status bochs_display_set_mode(struct bochs_display *display, uint16_t width,
						 uint16_t height, uint16_t bits,
						 struct framebuffer *fb)
{
	if (!display || !fb) return BOCHS_DISPLAY_NULL;
	if (!valid(display, width, height, bits) || !holds(display, width, height, bits))
		return BOCHS_DISPLAY_BAD_MODE;
	switch_on(display, width, height, bits);
	if (!taken(display, width, height, bits)) {
		bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE, 0);
		forget(display);
		return BOCHS_DISPLAY_BAD_MODE;
	}
	display->width = width;
	display->height = height;
	display->bits = bits;
	keep_line(display, width);
	return make(display, width, 0, height, fb);
}

enum bochs_display_status bochs_display_off(struct bochs_display *display)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_ENABLE, 0);
	forget(display);
	return BOCHS_DISPLAY_OK;
}

/* ---- the virtual screen ---- */

enum bochs_display_status bochs_display_set_line(struct bochs_display *display, uint16_t line,
						 struct framebuffer *fb)
{
	if (!display || !fb) return BOCHS_DISPLAY_NULL;
	if (display->width == 0 || line < display->width ||
	    !holds(display, line, display->height, display->bits))
		return BOCHS_DISPLAY_BAD_MODE;
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_VIRT_WIDTH, line);
	if (bochs_display_get(display, BOCHS_DISPLAY_INDEX_VIRT_WIDTH) != line) {
		bochs_display_put(display, BOCHS_DISPLAY_INDEX_VIRT_WIDTH, display->line);
		return BOCHS_DISPLAY_BAD_MODE;
	}
	keep_line(display, line);
	const uint32_t rows =
		display->lines < FRAMEBUFFER_MAX_SIDE ? display->lines : FRAMEBUFFER_MAX_SIDE;
	return make(display, line, 0, rows, fb);
}

enum bochs_display_status bochs_display_show(const struct bochs_display *display, uint16_t x,
					     uint16_t y)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	if (display->width == 0) return BOCHS_DISPLAY_BAD_MODE;
	if (x > display->line - display->width || display->lines < display->height ||
	    y > display->lines - display->height)
		return BOCHS_DISPLAY_BOUNDS;
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_X_OFFSET, x);
	bochs_display_put(display, BOCHS_DISPLAY_INDEX_Y_OFFSET, y);
	return BOCHS_DISPLAY_OK;
}

/* ---- pages ---- */

static enum bochs_display_status row_of(const struct bochs_display *display, unsigned page,
					uint32_t *row)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	if (display->width == 0) return BOCHS_DISPLAY_BAD_MODE;
	if (page >= (unsigned)display->lines / display->height) return BOCHS_DISPLAY_BOUNDS;
	*row = page * display->height;
	return BOCHS_DISPLAY_OK;
}

enum bochs_display_status bochs_display_page(const struct bochs_display *display, unsigned page,
					     struct framebuffer *fb)
{
	uint32_t row = 0;

	if (!fb) return BOCHS_DISPLAY_NULL;
	const enum bochs_display_status status = row_of(display, page, &row);
	return status == BOCHS_DISPLAY_OK ? make(display, display->width, row, display->height, fb)
					  : status;
}

enum bochs_display_status bochs_display_flip(const struct bochs_display *display, unsigned page)
{
	uint32_t row = 0;
	const enum bochs_display_status status = row_of(display, page, &row);

	return status == BOCHS_DISPLAY_OK ? bochs_display_show(display, 0, (uint16_t)row) : status;
}
