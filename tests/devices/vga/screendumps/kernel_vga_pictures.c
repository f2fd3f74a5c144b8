/* SPDX-License-Identifier: MIT */
/* Pictures of a VGA: scripts of registers and memory. With "only=NAME" on the command line one is
 * made, and the kernel ends. Without, all are made, one after the other: the kernel says "READY
 * NAME" and goes on when a key was pressed and released, so that somebody may look. screendumps.sh
 * compares what two machines show. */
#include "k.h"
#include "registers.h"

enum {
	A0000 = 0xa0000,
	B0000 = 0xb0000,
	B8000 = 0xb8000,
	WINDOW = 0x10000,
	TEXT_WINDOW = 0x8000,
	GLYPHS = 256,
	GLYPH_STRIDE = 32
};

static uint32_t seed;

static uint32_t next_random(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void store8(uint32_t at, unsigned value) { *(volatile uint8_t *)at = (uint8_t)value; }
static void store16(uint32_t at, unsigned value) { *(volatile uint16_t *)at = (uint16_t)value; }
static uint8_t load8(uint32_t at) { return *(volatile uint8_t *)at; }

/* A mode with its registers and the colours of load_colours(). Memory is cleared by scripts. */
static void set_mode(unsigned mode)
{
	seed = mode + 1;
	write_registers(mode_registers(mode));
	load_colours();
}

/* ---- fonts and text ---- */

/* Any dots: glyph, row and font tell one from the other. */
static void load_font(unsigned place, unsigned rows, unsigned salt)
{
	sequencer(2, 0x04);
	sequencer(4, 0x06);
	graphics(5, 0x00);
	graphics(6, 0x05);
	for (unsigned glyph = 0; glyph < GLYPHS; glyph++)
		for (unsigned row = 0; row < GLYPH_STRIDE; row++)
			store8(A0000 + place + glyph * GLYPH_STRIDE + row,
			       row < rows ? glyph * 7 + row * 29 + salt : 0);
}

static void to_text(const struct registers *r)
{
	sequencer(2, r->sr[2]);
	sequencer(4, r->sr[4]);
	graphics(5, r->gr[5]);
	graphics(6, r->gr[6]);
}

enum { NO_CURSOR = 0x20, DIM = 0x7f };

/* A text mode with every character. Attributes have bit 7 clear, and characters below 176 follow
 * each other; line graphics are from C0h to DFh. */
static void text(unsigned mode, uint32_t window)
{
	const struct registers *r = mode_registers(mode);

	set_mode(mode);
	load_font(0, 16, 0);
	to_text(r);
	crtc(0x0a, NO_CURSOR);
	for (unsigned i = 0; i < TEXT_WINDOW / 2; i++) {
		unsigned character = i * 5 & 0xff;

		if (character >= 0xb0 && character < 0xc0) character -= 0x40;
		store16(window + i * 2, (i * 37 & DIM) << 8 | character);
	}
}

static void text_40(void) { text(0x00, B8000); }
static void text_80(void) { text(0x03, B8000); }
static void text_mono(void)
{
	text(0x07, B0000);
	crtc(0x14, 0x1f); /* no underline */
}

static void text_8_dots(void)
{
	text(0x03, B8000);
	sequencer(0, 0x01);
	sequencer(1, 0x01);
	sequencer(0, 0x03);
}

static void text_50_rows(void)
{
	text(0x03, B8000);
	crtc(0x09, 0x47);
}

static void text_two_fonts(void)
{
	text(0x03, B8000);
	load_font(0xa000, 16, 0x55);
	to_text(mode_registers(0x03));
	sequencer(3, 0x28); /* A: the seventh, at A000h; B: the first */
}

static void text_scrolled(void)
{
	text(0x03, B8000);
	crtc(0x0c, 0x02);
	crtc(0x0d, 0x13);
	crtc(0x13, 0x30);
}

static void text_underlined(void)
{
	text(0x07, B0000);
	crtc(0x14, 0x0d);
}

static void text_blinking(void)
{
	text(0x03, B8000);
	for (unsigned i = 0; i < 100; i++) store8(B8000 + i * 2 + 1, 0xf0 | i);
}

static void text_ninth_dot(void)
{
	text(0x03, B8000);
	for (unsigned i = 0; i < 16; i++) store16(B8000 + i * 2, 0x0700 | (0xb0 + i));
}

static void text_panned(void)
{
	text(0x03, B8000);
	attribute(0x33, 0x03);
	crtc(0x08, 0x25);
}

/* ---- CGA's graphics ---- */

static void fill_random(uint32_t window, uint32_t size)
{
	for (uint32_t i = 0; i < size; i += 2) store16(window + i, next_random());
}

static void cga_4(void)
{
	set_mode(0x04);
	fill_random(B8000, 0x4000);
}

static void cga_2(void)
{
	set_mode(0x06);
	fill_random(B8000, 0x4000);
}

static void cga_4_scrolled(void)
{
	cga_4();
	crtc(0x0c, 0x01);
	crtc(0x0d, 0x45);
}

/* ---- planar graphics ---- */

static void fill_planes(void)
{
	for (unsigned plane = 0; plane < 4; plane++) {
		sequencer(2, 1u << plane);
		fill_random(A0000, WINDOW);
	}
	sequencer(2, 0x0f);
}

/* Every write mode, function, rotation, and both read modes, at changing places. `mode` is GR05
 * without them. */
static void draw_with_latches(unsigned mode)
{
	for (unsigned i = 0; i < 4000; i++) {
		uint32_t from = A0000 + (next_random() & 0x7fff),
			 to = A0000 + (next_random() & 0x7fff);

		if (i % 8 == 0) {
			graphics(0, next_random() & 0x0f);
			graphics(1, next_random() & 0x0f);
			graphics(2, next_random() & 0x0f);
			graphics(3, next_random() & 0x1f);
			graphics(4, next_random() & 0x03);
			graphics(5, mode | (next_random() & 0x0b));
			graphics(7, next_random() & 0x0f);
			graphics(8, next_random() & 0xff);
			sequencer(2, next_random() & 0x0f);
		}
		uint8_t seen = load8(from);
		store8(to, i & 1 ? seen : next_random());
	}
}

static void planar(unsigned mode)
{
	set_mode(mode);
	fill_planes();
	draw_with_latches(0x00);
}

static void planar_0d(void) { planar(0x0d); }
static void planar_0e(void) { planar(0x0e); }
static void planar_0f(void) { planar(0x0f); }
static void planar_10(void) { planar(0x10); }
static void planar_11(void) { planar(0x11); }
static void planar_12(void) { planar(0x12); }

/* A split screen, a start address, and a line longer than the screen. */
static void planar_split(void)
{
	planar(0x12);
	crtc(0x0c, 0x12);
	crtc(0x0d, 0x35);
	crtc(0x13, 0x2b);
	crtc(0x18, 0x40); /* line compare 140h */
	crtc(0x07, 0x3e);
	crtc(0x09, 0x00);
}

/* A split where every line is shown twice. */
static void planar_split_twice(void)
{
	planar(0x0d);
	crtc(0x11, 0x0e);
	crtc(0x0c, 0x04);
	crtc(0x18, 0xa1);
	crtc(0x07, 0x0f);
	crtc(0x09, 0x80);
}

/* Rows of three scan lines. */
static void planar_tall(void)
{
	planar(0x10);
	crtc(0x09, 0x42);
}

/* Bits 4 to 7 of the colour from AR14, and a plane switched off. */
static void planar_palette(void)
{
	planar(0x12);
	attribute(0x30, 0x81);
	attribute(0x34, 0x0b);
	attribute(0x32, 0x0d);
}

static void planar_panned(void)
{
	planar(0x12);
	attribute(0x33, 0x05);
	crtc(0x08, 0x40);
}

/* ---- 256 colours ---- */

static void linear_13(void)
{
	set_mode(0x13);
	fill_random(A0000, WINDOW);
}

/* Chain-4 with the graphics controller between. */
static void linear_logic(void)
{
	linear_13();
	draw_with_latches(0x40);
}

static void mode_x_registers(void)
{
	static const uint8_t cr[][2] = { { 0x06, 0x0d }, { 0x07, 0x3e }, { 0x10, 0xea },
					 { 0x11, 0x2c }, { 0x12, 0xdf }, { 0x14, 0x00 },
					 { 0x15, 0xe7 }, { 0x16, 0x06 }, { 0x17, 0xe3 } };
	set_mode(0x13);
	sequencer(4, 0x06);
	outb(MISC, 0xe3);
	for (unsigned i = 0; i < sizeof(cr) / sizeof(cr[0]); i++) crtc(cr[i][0], cr[i][1]);
}

static void mode_x(void)
{
	mode_x_registers();
	fill_planes();
	draw_with_latches(0x40);
}

static void mode_x_page(void)
{
	mode_x();
	crtc(0x0c, 0x4b);
	crtc(0x09, 0x40); /* 480 lines */
}

/* 360x480, of 90 characters at the faster clock. */
static void mode_x_wide(void)
{
	static const uint8_t horizontal[] = { 0x6b, 0x59, 0x5a, 0x8e, 0x5e, 0x8a };

	mode_x_registers();
	sequencer(0, 0x01);
	outb(MISC, 0xe7);
	sequencer(0, 0x03);
	for (unsigned i = 0; i < sizeof(horizontal); i++) crtc(i, horizontal[i]);
	crtc(0x09, 0x40);
	crtc(0x13, 0x2d);
	fill_planes();
}

static void pel_mask(void)
{
	linear_13();
	outb(PEL_MASK, 0x3f);
}

/* Drawn in chain-4, shown without doubleword addresses: where the bytes are in the planes. */
static void unchained_view(void)
{
	linear_13();
	crtc(0x14, 0x00);
	crtc(0x17, 0xe3);
}

/* As after a register was read with bit 5 of its index clear. */
static void blank(void)
{
	planar(0x12);
	(void)inb(0x3da);
	outb(ATTRIBUTE, 0x10);
	(void)inb(ATTRIBUTE + 1);
}

static const struct {
	const char *name;
	void (*make)(void);
} pictures[] = {
	{ "text_40", text_40 },
	{ "text_80", text_80 },
	{ "text_mono", text_mono },
	{ "text_8_dots", text_8_dots },
	{ "text_50_rows", text_50_rows },
	{ "text_two_fonts", text_two_fonts },
	{ "text_scrolled", text_scrolled },
	{ "text_underlined", text_underlined },
	{ "text_blinking", text_blinking },
	{ "text_ninth_dot", text_ninth_dot },
	{ "text_panned", text_panned },
	{ "cga_4", cga_4 },
	{ "cga_2", cga_2 },
	{ "cga_4_scrolled", cga_4_scrolled },
	{ "planar_0d", planar_0d },
	{ "planar_0e", planar_0e },
	{ "planar_0f", planar_0f },
	{ "planar_10", planar_10 },
	{ "planar_11", planar_11 },
	{ "planar_12", planar_12 },
	{ "planar_split", planar_split },
	{ "planar_split_twice", planar_split_twice },
	{ "planar_tall", planar_tall },
	{ "planar_palette", planar_palette },
	{ "planar_panned", planar_panned },
	{ "linear_13", linear_13 },
	{ "linear_logic", linear_logic },
	{ "mode_x", mode_x },
	{ "mode_x_page", mode_x_page },
	{ "mode_x_wide", mode_x_wide },
	{ "pel_mask", pel_mask },
	{ "unchained_view", unchained_view },
	{ "blank", blank },
};

/* ---- which ---- */

static const char *command_line(void)
{
	enum { HAS_COMMAND_LINE = 1 << 2 };
	const struct multiboot_info *info = (const void *)(uintptr_t)multiboot_info_addr;

	return info->flags & HAS_COMMAND_LINE ? (const char *)(uintptr_t)info->cmdline : "";
}

/* The word behind "only=", or NULL. */
static const char *only(const char *s)
{
	static const char key[] = "only=";

	for (; *s; s++)
		if (strlen(s) >= sizeof(key) - 1 && memcmp(s, key, sizeof(key) - 1) == 0)
			return s + sizeof(key) - 1;
	return NULL;
}

static bool is_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strlen(s) >= n && memcmp(s, word, n) == 0 && (s[n] == '\0' || s[n] == ' ');
}

static void wait_for_key(void)
{
	enum { STATUS = 0x64, DATA = 0x60, FULL = 1, RELEASED = 0x80 };

	for (;;)
		if (inb(STATUS) & FULL && inb(DATA) & RELEASED) return;
}

void kernel_main(void)
{
	const char *wanted = only(command_line());
	unsigned made = 0;

	for (unsigned i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		if (wanted && !is_word(wanted, pictures[i].name)) continue;
		pictures[i].make();
		made++;
		print("READY %s\n", pictures[i].name);
		serial_drain();
		if (!wanted) wait_for_key();
	}
	check("pictures", made, wanted ? 1 : sizeof(pictures) / sizeof(pictures[0]));
}
