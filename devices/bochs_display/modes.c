/* SPDX-License-Identifier: MIT */
/* Which modes there are. */
#include "devices/bochs_display/model.h"
#include "devices/vga/planes.h"
#include "emu/array.h"

enum { BITS_PER_BYTE = 8, PLANAR_BPP = 4, X_STEP = 8 };

const struct bochs_display_model_resolution bochs_display_model_resolutions[] = {
	{ 320, 200 },   { 320, 240 },   { 400, 300 },   { 512, 384 },   { 640, 400 },
	{ 640, 480 },   { 800, 600 },   { 1024, 768 },  { 1280, 720 },  { 1280, 768 },
	{ 1152, 864 },  { 1280, 800 },  { 1280, 960 },  { 1440, 900 },  { 1280, 1024 },
	{ 1600, 900 },  { 1400, 1050 }, { 1680, 1050 }, { 1600, 1200 }, { 1920, 1080 },
	{ 1920, 1200 }, { 2560, 1440 }, { 2560, 1600 }, { 3840, 2160 },
};
const size_t bochs_display_model_n_resolutions = ARRAY_SIZE(bochs_display_model_resolutions);

const struct bochs_display_model_pixel *bochs_display_model_pixel(unsigned bpp)
{
	static const struct {
		uint8_t bpp;
		struct bochs_display_model_pixel pixel;
	} rows[] = { { 15, { 2, 5, 10, 5, 5, 5, 0, 1, 15 } },
		     { 16, { 2, 5, 11, 6, 5, 5, 0, 0, 0 } },
		     { 24, { 3, 8, 16, 8, 8, 8, 0, 0, 0 } },
		     { 32, { 4, 8, 16, 8, 8, 8, 0, 8, 24 } } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].bpp == bpp) return &rows[i].pixel;
	return NULL;
}

unsigned bochs_display_model_pitch(unsigned width, unsigned bpp)
{
	const struct bochs_display_model_pixel *pixel = bochs_display_model_pixel(bpp);

	if (pixel) return width * pixel->bytes;
	return bpp == PLANAR_BPP ? width / BITS_PER_BYTE : width;
}

uint64_t bochs_display_model_room(const struct bochs_display_model *d, unsigned bpp)
{
	return bpp == PLANAR_BPP ? VGA_MODEL_PLANE_SIZE : d->memory->size;
}

bool bochs_display_model_fits(const struct bochs_display_model *d, unsigned width, unsigned height,
			      unsigned bpp)
{
	if (bpp != PLANAR_BPP && bpp != BITS_PER_BYTE && !bochs_display_model_pixel(bpp))
		return false;
	if (!width || !height || width % X_STEP || width > BOCHS_DISPLAY_MODEL_MAX_XRES ||
	    height > BOCHS_DISPLAY_MODEL_MAX_YRES)
		return false;
	return (uint64_t)bochs_display_model_pitch(width, bpp) * height <=
	       bochs_display_model_room(d, bpp);
}
