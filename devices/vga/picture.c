/* SPDX-License-Identifier: MIT */
#include "devices/vga/picture.h"

#include <string.h>

#include "devices/vga/planes.h"

enum {
	BLANK_WIDTH = 720,
	BLANK_HEIGHT = 400,
	FONT_PLANE = 2,
	GLYPH_STRIDE = 32,
	GLYPH_DOTS = 8,
	LINE_GRAPHICS_FIRST =
		0xc0, /* characters whose eighth dot is repeated in the ninth column */
	LINE_GRAPHICS_LAST = 0xdf
};

/* Code page 437, with the glyphs of the control codes. */
static const uint16_t code_page_437[256] = {
	0x0020, 0x263a, 0x263b, 0x2665, 0x2666, 0x2663, 0x2660, 0x2022, 0x25d8, 0x25cb, 0x25d9,
	0x2642, 0x2640, 0x266a, 0x266b, 0x263c, 0x25ba, 0x25c4, 0x2195, 0x203c, 0x00b6, 0x00a7,
	0x25ac, 0x21a8, 0x2191, 0x2193, 0x2192, 0x2190, 0x221f, 0x2194, 0x25b2, 0x25bc, 0x0020,
	0x0021, 0x0022, 0x0023, 0x0024, 0x0025, 0x0026, 0x0027, 0x0028, 0x0029, 0x002a, 0x002b,
	0x002c, 0x002d, 0x002e, 0x002f, 0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036,
	0x0037, 0x0038, 0x0039, 0x003a, 0x003b, 0x003c, 0x003d, 0x003e, 0x003f, 0x0040, 0x0041,
	0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047, 0x0048, 0x0049, 0x004a, 0x004b, 0x004c,
	0x004d, 0x004e, 0x004f, 0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057,
	0x0058, 0x0059, 0x005a, 0x005b, 0x005c, 0x005d, 0x005e, 0x005f, 0x0060, 0x0061, 0x0062,
	0x0063, 0x0064, 0x0065, 0x0066, 0x0067, 0x0068, 0x0069, 0x006a, 0x006b, 0x006c, 0x006d,
	0x006e, 0x006f, 0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077, 0x0078,
	0x0079, 0x007a, 0x007b, 0x007c, 0x007d, 0x007e, 0x2302, 0x00c7, 0x00fc, 0x00e9, 0x00e2,
	0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8, 0x00ef, 0x00ee, 0x00ec, 0x00c4,
	0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9, 0x00ff, 0x00d6,
	0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa, 0x00f1,
	0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb,
	0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551,
	0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c,
	0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568,
	0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518, 0x250c, 0x2588,
	0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df, 0x0393, 0x03c0, 0x03a3, 0x03c3, 0x00b5,
	0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6, 0x03b5, 0x2229, 0x2261, 0x00b1,
	0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248, 0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f,
	0x00b2, 0x25a0, 0x00a0,
};

/* --- The beam, scan line by scan line --- */

struct beam {
	unsigned line; /* scan line on the screen */
	unsigned ma;   /* CRTC memory counter at the row's first character */
	unsigned scan; /* scan line within the row of characters */
	bool twice;    /* double scanning: the next line repeats this one */
};

static void beam_start(const struct vga_model *v, struct beam *b)
{
	*b = (struct beam){ .ma = (unsigned)(v->s.cr[0x0c] << 8 | v->s.cr[0x0d]),
			    .scan = (unsigned)v->s.cr[0x08] & 0x1f };
}

static void beam_next(const struct vga_model *v, struct beam *b)
{
	if (b->line++ == vga_model_line_compare(v)) {
		b->ma = b->scan = 0;
		b->twice = false;
		return;
	}
	if (v->s.cr[0x09] & VGA_MODEL_CR09_DOUBLE) {
		b->twice = !b->twice;
		if (b->twice) return;
	}
	if (b->scan++ < (v->s.cr[0x09] & 0x1f)) return;
	b->scan = 0;
	b->ma += (unsigned)v->s.cr[0x13] * 2;
}

static const uint8_t *cell_at(const struct vga_model *v, unsigned ma)
{
	return vga_model_planes_const(v) +
	       vga_model_plane_offset(vga_model_crtc_address(v, ma & 0xffff));
}

/* --- Text --- */

struct writer {
	char *out;
	size_t size, len; /* len includes bytes that do not fit */
	bool full;
};

static void put(struct writer *w, const char *bytes, size_t n)
{
	if (!w->full && w->len + n < w->size)
		memcpy(w->out + w->len, bytes, n);
	else if (!w->full && w->size) {
		w->out[w->len] = '\0';
		w->full = true;
	}
	w->len += n;
}

static void put_character(struct writer *w, uint8_t character)
{
	unsigned c = code_page_437[character];
	char utf8[3];

	if (c < 0x80) {
		utf8[0] = (char)c;
		put(w, utf8, 1);
	} else if (c < 0x800) {
		utf8[0] = (char)(0xc0 | c >> 6);
		utf8[1] = (char)(0x80 | (c & 0x3f));
		put(w, utf8, 2);
	} else {
		utf8[0] = (char)(0xe0 | c >> 12);
		utf8[1] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (c & 0x3f));
		put(w, utf8, 3);
	}
}

static bool is_blank(uint8_t character)
{
	return character == 0x00 || character == 0x20 || character == 0xff;
}

static void put_row(const struct vga_model *v, struct writer *w, unsigned ma, unsigned columns)
{
	while (columns > 0 && is_blank(cell_at(v, ma + columns - 1)[0])) columns--;
	for (unsigned i = 0; i < columns; i++) {
		uint8_t character = cell_at(v, ma + i)[0];
		put_character(w, is_blank(character) ? ' ' : character);
	}
}

size_t vga_model_text(const struct vga_model *v, char *out, size_t size)
{
	struct writer w = { .out = out, .size = size };
	struct vga_model_timing t;
	struct beam b;
	unsigned last = 0;

	if (size) out[0] = '\0';
	if (!vga_model_displays(v) || vga_model_graphics(v)) return 0;
	vga_model_timing(v, &t);
	for (beam_start(v, &b); b.line < t.v_displayed; beam_next(v, &b)) {
		if (b.line > 0 && b.ma == last) continue;
		if (b.line > 0) put(&w, "\n", 1);
		put_row(v, &w, b.ma, t.h_displayed);
		last = b.ma;
	}
	if (size && !w.full) out[w.len] = '\0';
	return w.len;
}

/* --- Pixels --- */

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

static bool cursor_on(const struct vga_model *v, const struct beam *b, unsigned ma)
{
	const uint64_t *cr = v->s.cr;

	if (cr[0x0a] & VGA_MODEL_CR0A_OFF || ma != (cr[0x0e] << 8 | cr[0x0f])) return false;
	return b->scan >= (cr[0x0a] & 0x1f) && b->scan <= (cr[0x0b] & 0x1f);
}

static bool underlined(const struct vga_model *v, const struct beam *b, uint8_t attribute)
{
	return v->s.ar[0x10] & VGA_MODEL_AR10_MONO && (attribute & 0x07) == 0x01 &&
	       b->scan == (v->s.cr[0x14] & 0x1f);
}

/* The dots of one scan line of a cell, leftmost in the highest of `char_dots` bits. */
static unsigned cell_dots(const struct vga_model *v, const struct beam *b, const uint8_t *cell,
			  unsigned char_dots)
{
	unsigned at = font_of(v, cell[1]) + cell[0] * (unsigned)GLYPH_STRIDE + b->scan;
	unsigned dots = vga_model_plane(v, at, FONT_PLANE);

	if (underlined(v, b, cell[1])) dots = 0xff;
	if (char_dots == GLYPH_DOTS) return dots;
	bool joins = v->s.ar[0x10] & VGA_MODEL_AR10_LINE_GRAPHICS &&
		     cell[0] >= LINE_GRAPHICS_FIRST && cell[0] <= LINE_GRAPHICS_LAST;
	return dots << 1 | (joins ? dots & 1 : 0);
}

static uint8_t *put_pixel(uint8_t *rgb, uint32_t colour)
{
	*rgb++ = (uint8_t)(colour >> 16);
	*rgb++ = (uint8_t)(colour >> 8);
	*rgb++ = (uint8_t)colour;
	return rgb;
}

static uint8_t *draw_line(const struct vga_model *v, const struct vga_model_timing *t,
			  const struct beam *b, const uint32_t colours[16], uint8_t *rgb)
{
	unsigned background_bits = v->s.ar[0x10] & VGA_MODEL_AR10_BLINK ? 7 : 15;

	for (unsigned i = 0; i < t->h_displayed; i++) {
		unsigned ma = (b->ma + i) & 0xffff;
		const uint8_t *cell = cell_at(v, ma);
		uint32_t ink = colours[cell[1] & 15];
		uint32_t paper = colours[cell[1] >> 4 & background_bits];
		unsigned dots = cell_dots(v, b, cell, t->char_dots);
		if (cursor_on(v, b, ma)) dots = ~0u;
		for (unsigned bit = t->char_dots; bit > 0; bit--)
			rgb = put_pixel(rgb, dots >> (bit - 1) & 1 ? ink : paper);
	}
	return rgb;
}

void vga_model_picture_size(const struct vga_model *v, unsigned *width, unsigned *height)
{
	struct vga_model_timing t;

	vga_model_timing(v, &t);
	*width = vga_model_displays(v) ? t.h_displayed * t.char_dots : BLANK_WIDTH;
	*height = vga_model_displays(v) ? t.v_displayed : BLANK_HEIGHT;
}

bool vga_model_picture(const struct vga_model *v, uint8_t *rgb, size_t size)
{
	unsigned width, height;
	struct vga_model_timing t;
	struct beam b;
	uint32_t colours[16];

	vga_model_picture_size(v, &width, &height);
	size_t need = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	if (size < need) return false;
	if (!vga_model_displays(v)) {
		memset(rgb, 0, need);
		return true;
	}
	if (vga_model_graphics(v)) return false;
	vga_model_timing(v, &t);
	for (unsigned i = 0; i < 16; i++) colours[i] = vga_model_colour(v, i);
	for (beam_start(v, &b); b.line < t.v_displayed; beam_next(v, &b))
		rgb = draw_line(v, &t, &b, colours, rgb);
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

static bool end_rgb(const void *ctx, uint8_t *rgb, size_t size)
{
	return vga_model_picture(ctx, rgb, size);
}

struct display_end vga_model_end(const struct vga_model *v)
{
	static const struct display_end_ops ops = { .text = end_text,
						    .size = end_size,
						    .rgb = end_rgb };

	return (struct display_end){ .ops = &ops, .ctx = v };
}
