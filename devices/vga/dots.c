/* SPDX-License-Identifier: MIT */
#include "devices/vga/dots.h"

#include "devices/vga/planes.h"

enum {
	FONT_PLANE = 2,
	GLYPH_STRIDE = 32,
	GLYPH_DOTS = 8,
	LINE_GRAPHICS_FIRST =
		0xc0, /* characters whose eighth dot is repeated in the ninth column */
	LINE_GRAPHICS_LAST = 0xdf,
	NIBBLE = 4,
	LOW_NIBBLE = 0x0f
};

/* ---- text ---- */

struct cell {
	uint8_t character, attribute;
};

static unsigned font_address(unsigned select, unsigned high)
{
	return (select & 3) << 14 | (high & 1) << 13;
}

/* Plane 2 address of the font an attribute selects: if there are two, its bit 3 chooses A. */
static unsigned font_of(const struct vga_model *v, uint8_t attribute)
{
	unsigned map = (unsigned)v->s.sr[3];
	unsigned a = font_address(map >> 2, map >> 5), b = font_address(map, map >> 4);

	return attribute & 0x08 ? a : b;
}

/* The cursor's skew is added to its location (FreeVGA, CRT Controller, 0Bh). */
static bool cursor_on(const struct vga_model *v, const struct vga_model_scan *s, unsigned ma)
{
	const uint64_t *cr = v->s.cr;
	uint64_t skew = (cr[0x0b] & VGA_MODEL_CR0B_SKEW) >> 5;

	if (cr[0x0a] & VGA_MODEL_CR0A_OFF) return false;
	if (ma != (((cr[0x0e] << 8 | cr[0x0f]) + skew) & 0xffff)) return false;
	return s->scan >= (cr[0x0a] & 0x1f) && s->scan <= (cr[0x0b] & 0x1f);
}

/* As on an MDA: foreground 1 on background 0, with or without intensity and blinking. Colour modes
 * have underlines too, in blue (RBIL, INT 10h AX=CD07h: colours 01h and 09h); the BIOS keeps them
 * off by a scan line that no character has. AR10.ME changes nothing (FreeVGA, Attribute Controller,
 * 10h). */
static bool underlined(const struct vga_model *v, const struct vga_model_scan *s, uint8_t attribute)
{
	enum { COLOURS = 0x77, BLUE_ON_BLACK = 0x01 };

	return (attribute & COLOURS) == BLUE_ON_BLACK && s->scan == (v->s.cr[0x14] & 0x1f);
}

/* The glyph's scan line in nine bits, the leftmost dot in the highest. */
static unsigned glyph_dots(const struct vga_model *v, const struct vga_model_scan *s, struct cell c)
{
	unsigned at = font_of(v, c.attribute) + c.character * (unsigned)GLYPH_STRIDE + s->scan;
	unsigned dots = vga_model_plane(v, at, FONT_PLANE);

	if (underlined(v, s, c.attribute)) dots = 0xff;
	bool joins = v->s.ar[0x10] & VGA_MODEL_AR10_LINE_GRAPHICS &&
		     c.character >= LINE_GRAPHICS_FIRST && c.character <= LINE_GRAPHICS_LAST;
	return dots << 1 | (joins ? dots & 1 : 0);
}

static void text_dots(const struct vga_model *v, const struct vga_model_scan *s, unsigned ma,
		      uint8_t *out)
{
	uint32_t word = vga_model_word(v, vga_model_crtc_address(v, ma, s->scan));
	struct cell c = { (uint8_t)word, (uint8_t)(word >> 8) };
	unsigned background_bits = v->s.ar[0x10] & VGA_MODEL_AR10_BLINK ? 7 : 15;
	uint8_t ink = c.attribute & 15, paper = (uint8_t)(c.attribute >> 4 & background_bits);
	unsigned dots = cursor_on(v, s, ma) ? ~0u : glyph_dots(v, s, c);

	for (unsigned i = 0; i < VGA_MODEL_MAX_CHAR_DOTS; i++)
		out[i] = dots >> (VGA_MODEL_MAX_CHAR_DOTS - 1 - i) & 1 ? ink : paper;
}

/* ---- graphics ---- */

/* The bits of a byte in eight bytes of 0 or 1; bit 7 comes first in memory. */
static uint64_t spread_bits(uint32_t byte)
{
	uint64_t each = (byte & 0xff) * UINT64_C(0x0101010101010101);

	each &= UINT64_C(0x0102040810204080);
	return (each + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
}

/* Each plane gives one bit of a dot. */
static void planar_dots(uint32_t word, uint8_t *out)
{
	put_le64(out, spread_bits(word) | spread_bits(word >> 8) << 1 |
			      spread_bits(word >> 16) << 2 | spread_bits(word >> 24) << 3);
}

/* GR05.SR: two bits of a dot lie side by side, in the even planes for the first four dots, in the
 * odd planes for the others. Planes 2 and 3 give the high two bits. */
static void interleaved_dots(uint32_t word, uint8_t *out)
{
	enum { DOTS = 4, BITS = 2 };

	for (unsigned i = 0; i < GLYPH_DOTS; i++) {
		uint32_t pair = word >> (i < DOTS ? 0 : 8); /* the two planes' bytes */
		unsigned shift = (DOTS - 1 - i % DOTS) * BITS;

		out[i] = (uint8_t)((pair >> shift & 3) | (pair >> (16 + shift) & 3) << BITS);
	}
}

/* GR05.256: a plane's byte gives two dots, which the attribute controller joins. */
static void nibble_dots(uint32_t word, uint8_t *out)
{
	for (unsigned i = 0; i < GLYPH_DOTS; i += 2, word >>= 8) {
		out[i] = word >> NIBBLE & LOW_NIBBLE;
		out[i + 1] = word & LOW_NIBBLE;
	}
}

static void graphics_dots(const struct vga_model *v, const struct vga_model_scan *s, unsigned ma,
			  uint8_t *out)
{
	uint32_t word = vga_model_word(v, vga_model_crtc_address(v, ma, s->scan));

	if (v->s.gr[5] & VGA_MODEL_GR05_256)
		nibble_dots(word, out);
	else if (v->s.gr[5] & VGA_MODEL_GR05_INTERLEAVE)
		interleaved_dots(word, out);
	else
		planar_dots(word, out);
	out[GLYPH_DOTS] = 0; /* the shift registers are empty */
}

void vga_model_character_dots(const struct vga_model *v, const struct vga_model_scan *s,
			      unsigned column, bool graphics, uint8_t *dots)
{
	unsigned ma = vga_model_scan_ma(v, s, column);

	if (graphics)
		graphics_dots(v, s, ma, dots);
	else
		text_dots(v, s, ma, dots);
}
