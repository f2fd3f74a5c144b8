/* SPDX-License-Identifier: MIT */
/* The end for boot loaders: as firmware, they set modes with a linear framebuffer. */
#include <string.h>

#include "devices/bochs_display/model.h"

enum { PLANAR_BPP = 4 };

static void put_palette(const struct bochs_display_model *d, uint8_t *palette)
{
	for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++) {
		uint32_t colour = vga_model_dac_colour(d->vga, i);

		*palette++ = (uint8_t)(colour >> 16);
		*palette++ = (uint8_t)(colour >> 8);
		*palette++ = (uint8_t)colour;
	}
}

static bool set(void *ctx, unsigned width, unsigned height, unsigned bits,
		struct graphics_mode *out)
{
	struct bochs_display_model *d = ctx;
	const struct bochs_display_model_pixel *pixel = bochs_display_model_pixel(bits);
	struct bochs_display_model_mode mode;

	if (bits == PLANAR_BPP || !bochs_display_model_framebuffer(d)) return false;
	if (!bochs_display_model_set_mode(d, width, height, bits,
					  BOCHS_DISPLAY_MODEL_LFB_ENABLED) ||
	    !bochs_display_model_mode(d, &mode))
		return false;
	*out = (struct graphics_mode){ .address = bochs_display_model_framebuffer(d),
				       .size = d->memory->size,
				       .width = width,
				       .height = height,
				       .bits = bits,
				       .pitch = mode.pitch };
	put_palette(d, out->palette);
	if (!pixel) return true;
	out->red_size = pixel->red_size;
	out->red_at = pixel->red_at;
	out->green_size = pixel->green_size;
	out->green_at = pixel->green_at;
	out->blue_size = pixel->blue_size;
	out->blue_at = pixel->blue_at;
	out->rest_size = pixel->rest_size;
	out->rest_at = pixel->rest_at;
	return true;
}

static bool usual(unsigned n, unsigned *width, unsigned *height)
{
	if (n >= bochs_display_model_n_resolutions) return false;
	*width = bochs_display_model_resolutions[n].width;
	*height = bochs_display_model_resolutions[n].height;
	return true;
}

struct framebuffer_end bochs_display_model_framebuffer_end(struct bochs_display_model *d)
{
	static const struct framebuffer_end_ops ops = { .set = set, .usual = usual };

	return (struct framebuffer_end){ .ops = &ops, .ctx = d };
}
