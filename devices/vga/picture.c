/* SPDX-License-Identifier: MIT */
#include "devices/vga/picture.h"

#include <string.h>

#include "devices/vga/dots.h"
#include "devices/vga/lints.h"
#include "devices/vga/scan.h"

enum { BLANK_WIDTH = 720, BLANK_HEIGHT = 400, N_ATTRIBUTES = 16, MAX_COLUMNS = 256 };

/* What is the same for all lines of a picture. */
struct canvas {
	const struct vga_model *v;
	struct vga_model_timing t;
	bool graphics;
	bool pairs;         /* two inputs of the attribute controller are one of 256 colours */
	unsigned dot_width; /* pixels */
	uint32_t colours[VGA_MODEL_N_COLOURS];
};

static void prepare(struct canvas *c, const struct vga_model *v)
{
	c->v = v;
	vga_model_timing(v, &c->t);
	c->graphics = vga_model_graphics(v);
	c->pairs = v->s.ar[0x10] & VGA_MODEL_AR10_256;
	c->dot_width = v->s.sr[1] & VGA_MODEL_SR01_HALF_CLOCK ? 2 : 1;
	for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++)
		c->colours[i] = c->pairs ? vga_model_colour_256(v, i)
					 : vga_model_colour(v, i % N_ATTRIBUTES);
}

/* How many dots AR13 shifts the line to the left (FreeVGA, Attribute Controller, 13h). With 9 dots
 * a character, 8 is none and 0 is one; with 256 colours a step is two dots. Where line compare has
 * ended panning the register counts as 0 (10h), which is one dot of 9. */
static unsigned pan(const struct canvas *c, const struct vga_model_scan *s)
{
	enum { NONE_OF_9 = 8 };
	bool pans = vga_model_scan_pans(c->v, s);
	unsigned value = pans ? (unsigned)c->v->s.ar[0x13] & 0xf : 0;

	if (c->t.char_dots == 9) return value >= NONE_OF_9 ? 0 : value + 1;
	if (value >= NONE_OF_9) return 0;
	return c->pairs ? value & ~1u : value;
}

static uint8_t *put_dot(uint8_t *rgb, uint32_t colour, unsigned width)
{
	for (; width > 0; width--) {
		*rgb++ = (uint8_t)(colour >> 16);
		*rgb++ = (uint8_t)(colour >> 8);
		*rgb++ = (uint8_t)colour;
	}
	return rgb;
}

static uint8_t *draw_line(const struct canvas *c, const struct vga_model_scan *s, uint8_t *rgb)
{
	/* One character more is fetched, of which panning shows a part. */
	uint8_t dots[(MAX_COLUMNS + 1) * VGA_MODEL_MAX_CHAR_DOTS + VGA_MODEL_DOTS_SLACK];
	unsigned n = c->t.h_displayed * c->t.char_dots;
	const uint8_t *at = dots + pan(c, s);

	for (unsigned i = 0; i <= c->t.h_displayed; i++)
		vga_model_character_dots(c->v, s, i, c->graphics,
					 dots + (size_t)i * c->t.char_dots);
	if (!c->pairs) {
		for (unsigned i = 0; i < n; i++)
			rgb = put_dot(rgb, c->colours[at[i]], c->dot_width);
		return rgb;
	}
	for (unsigned i = 0; i < n; i += 2) {
		unsigned width = i + 1 < n ? c->dot_width * 2 : c->dot_width;
		rgb = put_dot(rgb, c->colours[at[i] << 4 | at[i + 1]], width);
	}
	return rgb;
}

void vga_model_picture_size(const struct vga_model *v, unsigned *width, unsigned *height)
{
	struct vga_model_timing t;

	*width = BLANK_WIDTH;
	*height = BLANK_HEIGHT;
	if (!vga_model_displays(v)) return;
	vga_model_timing(v, &t);
	*width = t.h_displayed * t.char_dots * (v->s.sr[1] & VGA_MODEL_SR01_HALF_CLOCK ? 2 : 1);
	*height = t.v_displayed;
}

bool vga_model_picture(const struct vga_model *v, uint8_t *rgb, size_t size)
{
	unsigned width, height;
	struct canvas c;
	struct vga_model_scan s;

	vga_model_picture_size(v, &width, &height);
	size_t need = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	if (size < need) return false;
	if (!vga_model_displays(v)) {
		memset(rgb, 0, need);
		return true;
	}
	prepare(&c, v);
	for (vga_model_scan_start(v, &s); s.line < height; vga_model_scan_next(v, &s))
		rgb = draw_line(&c, &s, rgb);
	return true;
}

/* --- The end --- */

static size_t end_text(const void *ctx, char *out, size_t size)
{
	return vga_model_text(ctx, out, size);
}

static void end_size(const void *ctx, unsigned *width, unsigned *height)
{
	vga_model_picture_size(ctx, width, height);
}

/* Somebody looks at a screen that was shown once, and is blank only because bit 5 of the attribute
 * index is clear. */
static void note_dark(const struct vga_model *v)
{
	if (v->s.attr_index & VGA_MODEL_ATTR_PAS || vga_model_off(v)) return;
	if (v->s.attr_use == VGA_MODEL_ATTR_SHOWN) return;
	device_lint(&v->dev, &vga_lints[VGA_LINT_DARK], NULL, v->s.attr_index,
		    "the picture is black: the attribute index was last written as 0x%02x",
		    v->s.attr_index);
}

static bool end_rgb(const void *ctx, uint8_t *rgb, size_t size)
{
	note_dark(ctx);
	return vga_model_picture(ctx, rgb, size);
}

struct display_end vga_model_end(const struct vga_model *v)
{
	static const struct display_end_ops ops = { .text = end_text,
						    .size = end_size,
						    .rgb = end_rgb };

	return (struct display_end){ .ops = &ops, .ctx = v };
}
