/* SPDX-License-Identifier: MIT */
/* INT 10h AH=11h: the character generator of text modes, and the glyphs of graphics modes. Facts:
 * RBIL INT 10h AX=1100h to 1130h. */
#include "devices/vga/font.h"

#include <string.h>

#include "devices/vga/planes.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum {
	FONT_PLANE = 2,
	N_BLOCKS = 8,
	POINTER_SIZE = 4,
	UPPER_HALF = 0x80, /* the first character that has its glyph by the vector 1Fh */
	HEIGHT_8 = 8,
	HEIGHT_14 = 14,
	HEIGHT_16 = 16
};

/* ---- glyphs ---- */

static uint64_t pointer_to(struct bios *b, const struct bios_call *c, unsigned vector)
{
	uint8_t pointer[POINTER_SIZE] = { 0 };

	bios_read(b, c, vector * sizeof(pointer), pointer, sizeof(pointer));
	return ((uint64_t)get_le16(pointer + 2) << 4) + get_le16(pointer);
}

void bios_glyph(struct bios *b, const struct bios_call *c, const struct bios_screen *s,
		unsigned character, uint8_t glyph[BIOS_MAX_CELL_ROWS])
{
	bool cga = s->surface == BIOS_SURFACE_CGA_4 || s->surface == BIOS_SURFACE_CGA_2;
	bool upper = cga && character >= UPPER_HALF;
	unsigned index = upper ? character - UPPER_HALF : character;
	uint64_t at = pointer_to(b, c, upper ? BIOS_VECTOR_UPPER : BIOS_VECTOR_FONT);

	memset(glyph, 0, BIOS_MAX_CELL_ROWS);
	bios_read(b, c, at + (uint64_t)index * s->cell_rows, glyph, s->cell_rows);
}

static void set_vector(struct bios *b, unsigned vector, uint16_t segment, uint16_t offset)
{
	uint8_t pointer[POINTER_SIZE];

	put_le16(pointer, offset);
	put_le16(pointer + 2, segment);
	(void)mem_write(b->wire.mem, vector * sizeof(pointer), pointer, sizeof(pointer));
}

void bios_point_font(struct bios *b, unsigned height)
{
	switch (height) {
	case HEIGHT_8: set_vector(b, BIOS_VECTOR_FONT, BIOS_ROM_SEGMENT, BIOS_ROM_FONT_8); break;
	case HEIGHT_14: set_vector(b, BIOS_VECTOR_FONT, BIOS_ROM_SEGMENT, BIOS_ROM_FONT_14); break;
	case HEIGHT_16: set_vector(b, BIOS_VECTOR_FONT, BIOS_ROM_SEGMENT, BIOS_ROM_FONT_16); break;
	default: break;
	}
}

/* ---- the character generator ---- */

static void load_glyph(struct bios *b, unsigned block, unsigned character, const uint8_t *rows,
		       unsigned n)
{
	/* Blocks 0..3 are 16 KiB apart, 4..7 are halfway between them. */
	unsigned base = (block & 3) * 0x4000 + (block >> 2 & 1) * 0x2000;

	for (unsigned row = 0; row < BIOS_MAX_CELL_ROWS; row++)
		vga_model_set_plane(b->wire.vga, base + character * BIOS_MAX_CELL_ROWS + row,
				    FONT_PLANE, row < n ? rows[row] : 0);
}

static const uint8_t *rom_glyph(unsigned height, unsigned character)
{
	if (height == HEIGHT_8) return vga_model_font_8[character];
	if (height == HEIGHT_14) return vga_model_font[character] + VGA_MODEL_FONT_14_FIRST;
	return vga_model_font[character];
}

void bios_load_rom_font(struct bios *b, unsigned height, unsigned block)
{
	for (unsigned i = 0; i < VGA_MODEL_FONT_GLYPHS; i++)
		load_glyph(b, block % N_BLOCKS, i, rom_glyph(height, i), height);
}

/* CX glyphs of BH bytes at ES:BP, for the characters from DX on. */
static void load_user_font(struct bios *b, const struct bios_call *c)
{
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBP));
	unsigned n = bios_word(c, CPU_RCX), first = bios_word(c, CPU_RDX);
	unsigned rows = bios_high(c, CPU_RBX);

	if (rows > BIOS_MAX_CELL_ROWS) rows = BIOS_MAX_CELL_ROWS;
	for (unsigned i = first; i < VGA_MODEL_FONT_GLYPHS && i - first < n; i++, at += rows) {
		uint8_t glyph[BIOS_MAX_CELL_ROWS] = { 0 };

		bios_read(b, c, at, glyph, rows);
		load_glyph(b, bios_low(c, CPU_RBX) % N_BLOCKS, i, glyph, rows);
	}
}

/* ---- as many rows as fit ---- */

static void set_display_end(struct vga_model *v, unsigned last_line)
{
	enum { VDE8 = 0x02, VDE9 = 0x40 };
	uint64_t overflow = v->s.cr[0x07] & ~(uint64_t)(VDE8 | VDE9);

	v->s.cr[0x12] = last_line & 0xff;
	v->s.cr[0x07] = overflow | (last_line & 0x100 ? VDE8 : 0) | (last_line & 0x200 ? VDE9 : 0);
}

/* AL=1xh: characters of another height. The CRTC shows as many whole rows as the scan lines hold;
 * those of 200-line modes are shown twice. */
static void change_height(struct bios *b, unsigned height)
{
	enum { TWICE = 0x80, HEIGHT_BITS = 0x1f, PAGE_UNIT = 0x800, CELL_BYTES = 2, MONO_TEXT = 7 };
	struct vga_model *v = b->wire.vga;
	unsigned twice = v->s.cr[0x09] & TWICE ? 2 : 1, lines = bios_text_lines(b), rows;
	unsigned bytes;

	if (height == 0 || height > BIOS_MAX_CELL_ROWS) height = BIOS_MAX_CELL_ROWS;
	rows = lines / height;
	v->s.cr[0x09] = (v->s.cr[0x09] & ~(uint64_t)HEIGHT_BITS) | (height - 1);
	set_display_end(v, rows * height * twice - 1);
	if (bda_byte(b, BDA_VIDEO_MODE) == MONO_TEXT) v->s.cr[0x14] = height - 1; /* underline */
	bytes = bda_word(b, BDA_VIDEO_COLUMNS) * rows * CELL_BYTES;
	bda_set_word(b, BDA_VIDEO_PAGE_SIZE, (bytes + PAGE_UNIT - 1) / PAGE_UNIT * PAGE_UNIT);
	bda_set_byte(b, BDA_ROWS_LESS_ONE, rows - 1);
	bda_set_word(b, BDA_CHARACTER_HEIGHT, height);
	bios_shape_cursor(b, bda_word(b, BDA_CURSOR_SHAPE));
}

/* AL=00h to 04h, 10h to 14h. False: another function. */
static bool text_font(struct bios *b, const struct bios_call *c)
{
	enum { CHANGE = 0x10, ANY = 0x1f };
	static const uint8_t heights[] = { 0, HEIGHT_14, HEIGHT_8, 0, HEIGHT_16 };
	unsigned al = bios_low(c, CPU_RAX), font = al & ~(unsigned)CHANGE, height;

	if (al > ANY || font >= sizeof(heights) || al == (CHANGE | 3)) return false;
	if (font == 3) {
		b->wire.vga->s.sr[3] = bios_low(c, CPU_RBX) & 0x3f;
		return true;
	}
	height = font ? heights[font] : bios_high(c, CPU_RBX);
	if (font)
		bios_load_rom_font(b, height, bios_low(c, CPU_RBX));
	else
		load_user_font(b, c);
	if (al & CHANGE) change_height(b, height);
	return true;
}

/* ---- glyphs of graphics modes ---- */

static void set_rows(struct bios *b, const struct bios_call *c, unsigned height)
{
	static const uint8_t rows[] = { 0, 14, 25, 43 };
	unsigned which = bios_low(c, CPU_RBX), n = bios_low(c, CPU_RDX);

	if (which && which < sizeof(rows)) n = rows[which];
	bda_set_byte(b, BDA_ROWS_LESS_ONE, n ? n - 1 : 0);
	bda_set_word(b, BDA_CHARACTER_HEIGHT, height);
}

/* AL=20h to 24h. */
static bool graphics_font(struct bios *b, const struct bios_call *c)
{
	static const uint8_t heights[] = { 0, 0, HEIGHT_14, HEIGHT_8, HEIGHT_16 };
	enum { FIRST = 0x20, UPPER = 0x20, USER = 0x21 };
	unsigned al = bios_low(c, CPU_RAX);
	uint16_t segment = c->regs->seg[CPU_ES].selector, offset = bios_word(c, CPU_RBP);

	if (al < FIRST || al - FIRST >= sizeof(heights)) return false;
	if (al == UPPER) {
		set_vector(b, BIOS_VECTOR_UPPER, segment, offset);
	} else if (al == USER) {
		set_vector(b, BIOS_VECTOR_FONT, segment, offset);
		set_rows(b, c, bios_word(c, CPU_RCX));
	} else {
		bios_point_font(b, heights[al - FIRST]);
		set_rows(b, c, heights[al - FIRST]);
	}
	return true;
}

/* AX=1130h: where a font is, by BH. CX and DL are about the screen. */
static bool get_font(struct bios *b, struct bios_call *c)
{
	enum { BY_UPPER, BY_FONT, FIRST_OF_ROM };
	static const uint16_t tables[] = { BIOS_ROM_FONT_14,      BIOS_ROM_FONT_8,
					   BIOS_ROM_FONT_8_UPPER, BIOS_ROM_NO_GLYPHS,
					   BIOS_ROM_FONT_16,      BIOS_ROM_NO_GLYPHS };
	unsigned which = bios_high(c, CPU_RBX);
	uint8_t pointer[POINTER_SIZE] = { 0 };

	if (which >= FIRST_OF_ROM + sizeof(tables) / sizeof(tables[0])) return false;
	if (which >= FIRST_OF_ROM) {
		put_le16(pointer, tables[which - FIRST_OF_ROM]);
		put_le16(pointer + 2, BIOS_ROM_SEGMENT);
	} else {
		unsigned vector = which == BY_FONT ? BIOS_VECTOR_FONT : BIOS_VECTOR_UPPER;

		bios_read(b, c, vector * sizeof(pointer), pointer, sizeof(pointer));
	}
	bios_set_word(c, CPU_RCX, bda_word(b, BDA_CHARACTER_HEIGHT));
	bios_set_low(c, CPU_RDX, bda_byte(b, BDA_ROWS_LESS_ONE));
	bios_set_word(c, CPU_RBP, get_le16(pointer));
	bios_set_segment(c, CPU_ES, get_le16(pointer + 2));
	return true;
}

void bios_fonts(struct bios *b, struct bios_call *c)
{
	enum { GET = 0x30 };

	if (bios_low(c, CPU_RAX) == GET ? get_font(b, c) : text_font(b, c) || graphics_font(b, c))
		return;
	bios_unknown(b, c, "INT10");
}
