/* SPDX-License-Identifier: MIT */
/* What a monitor shows while DISPI is enabled. */
#include <stdlib.h>
#include <string.h>

#include "devices/bochs_display/internal.h"
#include "devices/vga/lints.h"
#include "devices/vga/picture.h"
#include "devices/vga/planes.h"

enum {
	PLANAR_BPP = 4,
	PALETTE_BPP = 8,
	BITS_PER_BYTE = 8,
	ROW_MAX = 4 * BOCHS_DISPLAY_MODEL_MAX_XRES
};

/* ---- colours ---- */

static uint8_t *put_rgb(uint8_t *rgb, uint32_t colour)
{
	rgb[0] = (uint8_t)(colour >> 16);
	rgb[1] = (uint8_t)(colour >> 8);
	rgb[2] = (uint8_t)colour;
	return rgb + DISPLAY_BYTES_PER_PIXEL;
}

/* Five or six bits as eight: the high bits are repeated in the low ones. */
struct widened {
	uint8_t five[32], green[64]; /* green has five or six */
	unsigned green_bits;
};

static void widen(struct widened *w, unsigned green_bits)
{
	w->green_bits = green_bits;
	for (unsigned i = 0; i < sizeof(w->five); i++) w->five[i] = (uint8_t)(i << 3 | i >> 2);
	for (unsigned i = 0; i < 1u << green_bits; i++)
		w->green[i] = (uint8_t)(i << (8 - green_bits) | i >> (2 * green_bits - 8));
}

/* ---- rows ---- */

static void draw_planar(const struct bochs_display_model *d, uint32_t at, unsigned shift,
			unsigned width, const uint32_t *colours, uint8_t *rgb)
{
	for (unsigned x = shift; x < shift + width; x++) {
		uint32_t planes = vga_model_word(d->vga, at + x / BITS_PER_BYTE);
		unsigned bit = BITS_PER_BYTE - 1 - x % BITS_PER_BYTE, colour = 0;

		for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
			colour |= (planes >> (p * BITS_PER_BYTE + bit) & 1) << p;
		rgb = put_rgb(rgb, colours[colour]);
	}
}

static void draw_palette(const uint8_t *from, unsigned width, const uint32_t *colours, uint8_t *rgb)
{
	for (unsigned x = 0; x < width; x++) rgb = put_rgb(rgb, colours[from[x]]);
}

static void draw_16(const uint8_t *from, unsigned width, const struct widened *w, bool big,
		    uint8_t *rgb)
{
	unsigned high = big ? 0 : 1, red_at = 5 + w->green_bits;
	unsigned green_mask = (1u << w->green_bits) - 1;

	for (unsigned x = 0; x < width; x++, from += 2, rgb += DISPLAY_BYTES_PER_PIXEL) {
		unsigned pixel = (unsigned)from[high] << 8 | from[1 - high];

		rgb[0] = w->five[pixel >> red_at & 0x1f];
		rgb[1] = w->green[pixel >> 5 & green_mask];
		rgb[2] = w->five[pixel & 0x1f];
	}
}

static void draw_bytes(const uint8_t *from, unsigned width, unsigned bytes, bool big, uint8_t *rgb)
{
	unsigned red = big ? bytes - 3 : 2, blue = big ? bytes - 1 : 0;
	unsigned green = big ? bytes - 2 : 1;

	for (unsigned x = 0; x < width; x++, from += bytes, rgb += DISPLAY_BYTES_PER_PIXEL) {
		rgb[0] = from[red];
		rgb[1] = from[green];
		rgb[2] = from[blue];
	}
}

static void draw_row(const struct bochs_display_model_mode *mode, const uint8_t *from,
		     const uint32_t *colours, const struct widened *w, bool big, uint8_t *rgb)
{
	const struct bochs_display_model_pixel *pixel = bochs_display_model_pixel(mode->bpp);

	if (!pixel)
		draw_palette(from, mode->width, colours, rgb);
	else if (pixel->bytes == 2)
		draw_16(from, mode->width, w, big, rgb);
	else
		draw_bytes(from, mode->width, pixel->bytes, big, rgb);
}

/* ---- the whole ---- */

/* Bit 5 of the attribute index is easily forgotten; the sequencer's bit is set on purpose. */
static void note_dark(const struct vga_model *v)
{
	if (v->s.attr_index & VGA_MODEL_ATTR_PAS) return;
	device_lint(&v->dev, &vga_lints[VGA_LINT_DARK], NULL, v->s.attr_index,
		    "the picture of the Bochs display is black: the attribute index was last "
		    "written as 0x%02x",
		    v->s.attr_index);
}

static void look_up(const struct bochs_display_model *d, unsigned bpp,
		    uint32_t colours[VGA_MODEL_N_COLOURS])
{
	if (bpp == PLANAR_BPP)
		for (unsigned i = 0; i < 1u << PLANAR_BPP; i++)
			colours[i] = vga_model_colour(d->vga, i);
	else if (bpp == PALETTE_BPP)
		for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++)
			colours[i] = vga_model_dac_colour(d->vga, i);
}

/* As of the VGA: PAS of the attribute controller's index, and the sequencer. */
static bool blanked(const struct vga_model *v)
{
	return !(v->s.attr_index & VGA_MODEL_ATTR_PAS) || v->s.sr[1] & VGA_MODEL_SR01_OFF;
}

static void draw(const struct bochs_display_model *d, const struct bochs_display_model_mode *mode,
		 uint8_t *rgb)
{
	uint32_t colours[VGA_MODEL_N_COLOURS] = { 0 };
	const struct bochs_display_model_pixel *pixel = bochs_display_model_pixel(mode->bpp);
	struct widened wide;
	uint8_t row[ROW_MAX];
	unsigned bytes = bochs_display_model_pitch(mode->width, mode->bpp);
	bool big = bochs_display_model_big_endian(d);
	uint64_t at = mode->start;

	look_up(d, mode->bpp, colours);
	widen(&wide, pixel && pixel->green_size == 6 ? 6 : 5);
	for (unsigned y = 0; y < mode->height; y++, at += mode->pitch) {
		if (mode->bpp == PLANAR_BPP) {
			draw_planar(d, (uint32_t)at, mode->x_offset % BITS_PER_BYTE, mode->width,
				    colours, rgb);
		} else {
			mem_device_read(d->memory, at, row, bytes);
			draw_row(mode, row, colours, &wide, big, rgb);
		}
		rgb += (size_t)mode->width * DISPLAY_BYTES_PER_PIXEL;
	}
}

static size_t end_text(const void *ctx, char *out, size_t size)
{
	const struct bochs_display_model *d = ctx;
	struct bochs_display_model_mode mode;

	if (!bochs_display_model_mode(d, &mode)) return vga_model_text(d->vga, out, size);
	if (size) out[0] = '\0';
	return 0;
}

static void end_size(const void *ctx, unsigned *width, unsigned *height)
{
	const struct bochs_display_model *d = ctx;
	struct bochs_display_model_mode mode;

	if (!bochs_display_model_mode(d, &mode)) {
		vga_model_picture_size(d->vga, width, height);
		return;
	}
	*width = mode.width;
	*height = mode.height;
}

static bool end_rgb(const void *ctx, uint8_t *rgb, size_t size)
{
	const struct bochs_display_model *d = ctx;
	struct bochs_display_model_mode mode;
	size_t need;

	if (!bochs_display_model_mode(d, &mode)) return vga_model_picture(d->vga, rgb, size);
	need = (size_t)mode.width * mode.height * DISPLAY_BYTES_PER_PIXEL;
	if (size < need) return false;
	if (blanked(d->vga)) {
		note_dark(d->vga);
		memset(rgb, 0, need);
	} else {
		draw(d, &mode, rgb);
	}
	return true;
}

struct display_end bochs_display_model_end(const struct bochs_display_model *d)
{
	static const struct display_end_ops ops = { .text = end_text,
						    .size = end_size,
						    .rgb = end_rgb };

	return (struct display_end){ .ops = &ops, .ctx = d };
}
