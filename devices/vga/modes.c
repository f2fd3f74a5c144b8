/* SPDX-License-Identifier: MIT */
#include "devices/vga/modes.h"

#include <string.h>

#include "devices/vga/planes.h"
#include "devices/vga/window.h"
#include "emu/array.h"

enum { DAC_PARTS = 3 };

/* clang-format off: keep the columns of the table */

/* The attribute controller: palette, then mode, overscan, plane enable, panning, colour select. */
#define AR_64                                                                                     \
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, \
		0x3f
#define AR_16                                                                                     \
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, \
		0x17
#define AR_CGA4                                                                                   \
	0x00, 0x13, 0x15, 0x17, 0x02, 0x04, 0x06, 0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, \
		0x17
#define AR_CGA2                                                                                   \
	0x00, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, \
		0x17
#define AR_MONO                                                                                   \
	0x00, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x10, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, \
		0x18
#define AR_MONO4                                                                                  \
	0x00, 0x08, 0x00, 0x00, 0x18, 0x18, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x18, 0x00, \
		0x00
#define AR_2                                                                                      \
	0x00, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, \
		0x3f
#define AR_256                                                                                    \
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, \
		0x0f

#define CR_H40_TEXT 0x2d, 0x27, 0x28, 0x90, 0x2b, 0xa0
#define CR_H40      0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80
#define CR_H80_TEXT 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81
#define CR_H80      0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80
/* CR06 to CR09; `line` is CR09, with the scan lines of a row. Then CR0A to CR0F: the cursor's
 * shape; start address and cursor position are 0. */
#define CR_TOTAL_449(line) 0xbf, 0x1f, 0x00, (line)
#define CR_TOTAL_525(line) 0x0b, 0x3e, 0x00, (line)
#define CR_CURSOR          0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00
#define CR_NO_CURSOR       0x00, 0x00, 0x00, 0x00, 0x00, 0x00
/* CR10 to CR18. */
#define CR_400(offset, underline, mode) \
	0x9c, 0x8e, 0x8f, (offset), (underline), 0x96, 0xb9, (mode), 0xff
#define CR_350(offset, underline, mode) \
	0x83, 0x85, 0x5d, (offset), (underline), 0x63, 0xba, (mode), 0xff
#define CR_480(offset, underline, mode) \
	0xea, 0x8c, 0xdf, (offset), (underline), 0xe7, 0x04, (mode), 0xff

#define GR(mode, misc, dont_care)                                               \
	{                                                                       \
		0x00, 0x00, 0x00, 0x00, 0x00, (mode), (misc), (dont_care), 0xff \
	}

#define TEXT_40(n)                                                                                \
	{                                                                                         \
		n, 40, 25, 16, 0x0800, false, VGA_MODEL_DAC_64, 0x67,                             \
			{ 0x03, 0x08, 0x03, 0x00, 0x02 }, GR(0x10, 0x0e, 0x00),                   \
			{ CR_H40_TEXT, CR_TOTAL_449(0x4f), CR_CURSOR, CR_400(0x14, 0x1f, 0xa3) }, \
		{                                                                                 \
			AR_64, 0x0c, 0x00, 0x0f, 0x08, 0x00                                       \
		}                                                                                 \
	}
#define TEXT_80(n)                                                                                \
	{                                                                                         \
		n, 80, 25, 16, 0x1000, false, VGA_MODEL_DAC_64, 0x67,                             \
			{ 0x03, 0x00, 0x03, 0x00, 0x02 }, GR(0x10, 0x0e, 0x00),                   \
			{ CR_H80_TEXT, CR_TOTAL_449(0x4f), CR_CURSOR, CR_400(0x28, 0x1f, 0xa3) }, \
		{                                                                                 \
			AR_64, 0x0c, 0x00, 0x0f, 0x08, 0x00                                       \
		}                                                                                 \
	}
#define CGA_4(n)                                                                                \
	{                                                                                       \
		n, 40, 25, 8, 0x4000, true, VGA_MODEL_DAC_16, 0x63,                             \
			{ 0x03, 0x09, 0x03, 0x00, 0x02 }, GR(0x30, 0x0f, 0x00),                 \
			{ CR_H40, CR_TOTAL_449(0xc1), CR_NO_CURSOR, CR_400(0x14, 0x00, 0xa2) }, \
		{                                                                               \
			AR_CGA4, 0x01, 0x00, 0x03, 0x00, 0x00                                   \
		}                                                                               \
	}

static const struct vga_model_mode modes[] = {
	TEXT_40(0x00),
	TEXT_40(0x01),
	TEXT_80(0x02),
	TEXT_80(0x03),
	CGA_4(0x04),
	CGA_4(0x05),
	{ 0x06,
	  80,
	  25,
	  8,
	  0x4000,
	  true,
	  VGA_MODEL_DAC_16,
	  0x63,
	  { 0x03, 0x01, 0x01, 0x00, 0x06 },
	  GR(0x00, 0x0d, 0x00),
	  { CR_H80, CR_TOTAL_449(0xc1), CR_NO_CURSOR, CR_400(0x28, 0x00, 0xc2) },
	  { AR_CGA2, 0x01, 0x00, 0x01, 0x00, 0x00 } },
	{ 0x07,
	  80,
	  25,
	  16,
	  0x1000,
	  false,
	  VGA_MODEL_DAC_MONO,
	  0x66,
	  { 0x03, 0x00, 0x03, 0x00, 0x02 },
	  GR(0x10, 0x0a, 0x00),
	  { CR_H80_TEXT, CR_TOTAL_449(0x4f), CR_CURSOR, CR_400(0x28, 0x0f, 0xa3) },
	  { AR_MONO, 0x0e, 0x00, 0x0f, 0x08, 0x00 } },
	{ 0x0d,
	  40,
	  25,
	  8,
	  0x2000,
	  true,
	  VGA_MODEL_DAC_16,
	  0x63,
	  { 0x03, 0x09, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x0f),
	  { CR_H40, CR_TOTAL_449(0xc0), CR_NO_CURSOR, CR_400(0x14, 0x00, 0xe3) },
	  { AR_16, 0x01, 0x00, 0x0f, 0x00, 0x00 } },
	{ 0x0e,
	  80,
	  25,
	  8,
	  0x4000,
	  true,
	  VGA_MODEL_DAC_16,
	  0x63,
	  { 0x03, 0x01, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x0f),
	  { CR_H80, CR_TOTAL_449(0xc0), CR_NO_CURSOR, CR_400(0x28, 0x00, 0xe3) },
	  { AR_16, 0x01, 0x00, 0x0f, 0x00, 0x00 } },
	{ 0x0f,
	  80,
	  25,
	  14,
	  0x8000,
	  true,
	  VGA_MODEL_DAC_MONO,
	  0xa2,
	  { 0x03, 0x01, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x05),
	  { CR_H80, CR_TOTAL_449(0x40), CR_NO_CURSOR, CR_350(0x28, 0x0f, 0xe3) },
	  { AR_MONO4, 0x0b, 0x00, 0x05, 0x00, 0x00 } },
	{ 0x10,
	  80,
	  25,
	  14,
	  0x8000,
	  true,
	  VGA_MODEL_DAC_64,
	  0xa3,
	  { 0x03, 0x01, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x0f),
	  { CR_H80, CR_TOTAL_449(0x40), CR_NO_CURSOR, CR_350(0x28, 0x0f, 0xe3) },
	  { AR_64, 0x01, 0x00, 0x0f, 0x00, 0x00 } },
	{ 0x11,
	  80,
	  30,
	  16,
	  0xa000,
	  true,
	  VGA_MODEL_DAC_64,
	  0xe3,
	  { 0x03, 0x01, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x01),
	  { CR_H80, CR_TOTAL_525(0x40), CR_NO_CURSOR, CR_480(0x28, 0x00, 0xc3) },
	  { AR_2, 0x01, 0x00, 0x0f, 0x00, 0x00 } },
	{ 0x12,
	  80,
	  30,
	  16,
	  0xa000,
	  true,
	  VGA_MODEL_DAC_64,
	  0xe3,
	  { 0x03, 0x01, 0x0f, 0x00, 0x06 },
	  GR(0x00, 0x05, 0x0f),
	  { CR_H80, CR_TOTAL_525(0x40), CR_NO_CURSOR, CR_480(0x28, 0x00, 0xe3) },
	  { AR_64, 0x01, 0x00, 0x0f, 0x00, 0x00 } },
	{ 0x13,
	  40,
	  25,
	  8,
	  0x2000,
	  true,
	  VGA_MODEL_DAC_256,
	  0x63,
	  { 0x03, 0x01, 0x0f, 0x00, 0x0e },
	  GR(0x40, 0x05, 0x0f),
	  { CR_H80, CR_TOTAL_449(0x41), CR_NO_CURSOR, CR_400(0x28, 0x40, 0xa3) },
	  { AR_256, 0x41, 0x00, 0x0f, 0x00, 0x00 } },
};
/* clang-format on */

const struct vga_model_mode *vga_model_mode(unsigned number)
{
	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++)
		if (modes[i].number == number) return &modes[i];
	return NULL;
}

/* ---- the DAC ---- */

enum {
	DARK = 0x2a, /* two thirds of 3fh, full intensity */
	DIM = 0x15,  /* added by intensity */
	RED = 0,
	GREEN = 1,
	BLUE = 2,
	N_64 = 64,
	RGB_BITS = 7,
	BROWN = 6
};

static void colour(struct vga_model *v, unsigned i, unsigned red, unsigned green, unsigned blue)
{
	v->s.palette[i][RED] = (uint8_t)red;
	v->s.palette[i][GREEN] = (uint8_t)green;
	v->s.palette[i][BLUE] = (uint8_t)blue;
}

/* Two bits per colour, rgbRGB; the weaker bits are the high ones. */
static void load_64(struct vga_model *v)
{
	for (unsigned i = 0; i < N_64; i++)
		for (unsigned part = 0; part < DAC_PARTS; part++) {
			unsigned strong = i >> (2 - part) & 1, weak = i >> (5 - part) & 1;
			v->s.palette[i][part] = (uint8_t)(strong * DARK + weak * DIM);
		}
}

static void load_rgbi(struct vga_model *v, unsigned i, unsigned rgb, bool bright)
{
	unsigned more = bright ? DIM : 0, green = rgb >> 1 & 1 ? DARK : 0;

	if (rgb == BROWN && !bright) green = DIM;
	colour(v, i, (rgb >> 2 & 1) * DARK + more, green + more, (rgb & 1) * DARK + more);
}

/* Bits 2:0 are RGB, bit 4 is intensity; the others have no effect. */
static void load_16(struct vga_model *v)
{
	enum { INTENSITY = 0x10 };

	for (unsigned i = 0; i < N_64; i++) load_rgbi(v, i, i & RGB_BITS, i & INTENSITY);
}

/* Bit 3 gives grey; with bit 4 it is white. */
static void load_mono(struct vga_model *v)
{
	enum { VIDEO = 0x08, INTENSITY = 0x10, WHITE = 0x3f };

	for (unsigned i = 0; i < N_64; i++) {
		unsigned lit = i & INTENSITY ? WHITE : DARK, grey = i & VIDEO ? lit : 0;

		colour(v, i, grey, grey, grey);
	}
}

/* 24 hues around the colour wheel, from blue through red and green. Each colour component takes
 * four steps up through the five levels, stays for eight, takes four steps down, and stays for
 * eight. */
static void load_hues(struct vga_model *v, unsigned at, const uint8_t level[5])
{
	enum { HUES = 24, STEPS = 4, LENGTH = 8 };
	static const unsigned top_at[DAC_PARTS] = { [RED] = 8, [GREEN] = 16, [BLUE] = 0 };

	for (unsigned i = 0; i < HUES; i++)
		for (unsigned part = 0; part < DAC_PARTS; part++) {
			/* The distance from the middle of the component's strongest range, at most
			 * half a turn. */
			unsigned from = (i + HUES - top_at[part]) % HUES;
			unsigned away = from > HUES / 2 ? HUES - from : from;
			unsigned down = away <= STEPS ? 0 : away >= LENGTH ? STEPS : away - STEPS;

			v->s.palette[at + i][part] = level[STEPS - down];
		}
}

static void load_256(struct vga_model *v)
{
	enum { N_16 = 16, N_GREYS = 16, N_HUES = 24, N_WHEELS = 9 };
	static const uint8_t greys[N_GREYS] = { 0x00, 0x05, 0x08, 0x0b, 0x0e, 0x11, 0x14, 0x18,
						0x1c, 0x20, 0x24, 0x28, 0x2d, 0x32, 0x38, 0x3f };
	static const uint8_t wheels[N_WHEELS][5] = {
		{ 0x00, 0x10, 0x1f, 0x2f, 0x3f }, { 0x1f, 0x27, 0x2f, 0x37, 0x3f },
		{ 0x2d, 0x31, 0x36, 0x3a, 0x3f }, { 0x00, 0x07, 0x0e, 0x15, 0x1c },
		{ 0x0e, 0x11, 0x15, 0x18, 0x1c }, { 0x14, 0x16, 0x18, 0x1a, 0x1c },
		{ 0x00, 0x04, 0x08, 0x0c, 0x10 }, { 0x08, 0x0a, 0x0c, 0x0e, 0x10 },
		{ 0x0b, 0x0c, 0x0d, 0x0f, 0x10 }
	};

	memset(v->s.palette, 0, sizeof(v->s.palette)); /* the last eight are black */
	for (unsigned i = 0; i < N_16; i++) load_rgbi(v, i, i & RGB_BITS, i > RGB_BITS);
	for (unsigned i = 0; i < N_GREYS; i++) colour(v, N_16 + i, greys[i], greys[i], greys[i]);
	for (unsigned i = 0; i < N_WHEELS; i++)
		load_hues(v, N_16 + N_GREYS + i * N_HUES, wheels[i]);
}

void vga_model_load_dac(struct vga_model *v, enum vga_model_dac dac)
{
	switch (dac) {
	case VGA_MODEL_DAC_64: load_64(v); break;
	case VGA_MODEL_DAC_16: load_16(v); break;
	case VGA_MODEL_DAC_MONO: load_mono(v); break;
	case VGA_MODEL_DAC_256: load_256(v); break;
	}
}

/* ---- setting a mode ---- */

static void widen(uint64_t *slots, const uint8_t *bytes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) slots[i] = bytes[i];
}

void vga_model_set_mode(struct vga_model *v, const struct vga_model_mode *mode)
{
	widen(v->s.sr, mode->sr, VGA_MODEL_N_SR);
	widen(v->s.gr, mode->gr, VGA_MODEL_N_GR);
	widen(v->s.ar, mode->ar, VGA_MODEL_N_AR);
	widen(v->s.cr, mode->cr, VGA_MODEL_N_CR);
	v->s.reg[VGA_MODEL_MISC] = mode->misc;
	v->s.reg[VGA_MODEL_PEL_MASK] = 0xff;
	v->s.attr_index = VGA_MODEL_ATTR_PAS;
	v->s.attr_data = false;
	v->s.attr_use = VGA_MODEL_ATTR_SHOWN;
	v->s.no_mode = false;
	vga_model_place_window(v);
	if (!mode->graphics) vga_model_load_font(v);
}

/* Each cell has a character in plane 0 and its attribute in plane 1, at an even address. */
static void clear_text(struct vga_model *v)
{
	enum { TEXT_SIZE = 0x8000, BLANK = 0x20, GREY_ON_BLACK = 0x07 };

	for (unsigned i = 0; i < TEXT_SIZE; i += 2) {
		vga_model_set_plane(v, i, 0, BLANK);
		vga_model_set_plane(v, i, 1, GREY_ON_BLACK);
	}
}

/* The CGA modes have 16 KiB, in the planes that the processor writes; the fonts stay unchanged. */
static void clear_graphics(struct vga_model *v, const struct vga_model_mode *mode)
{
	enum { LAST_CGA = 0x06, CGA_SIZE = 0x4000, PLANES_01 = 0x3 };
	unsigned planes = mode->number > LAST_CGA ? mode->sr[2] : mode->sr[2] & PLANES_01;
	unsigned size = mode->number > LAST_CGA ? VGA_MODEL_PLANE_SIZE : CGA_SIZE;

	for (unsigned i = 0; i < size; i++)
		for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
			if (planes >> p & 1) vga_model_set_plane(v, i, p, 0);
}

void vga_model_clear(struct vga_model *v, const struct vga_model_mode *mode)
{
	if (mode->graphics)
		clear_graphics(v, mode);
	else
		clear_text(v);
}

void vga_model_set_text_mode(struct vga_model *v)
{
	const struct vga_model_mode *mode = vga_model_mode(3);

	vga_model_set_mode(v, mode);
	vga_model_load_dac(v, mode->dac);
	vga_model_clear(v, mode);
}
