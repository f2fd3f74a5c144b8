/* SPDX-License-Identifier: MIT */
/* INT 10h AH=12h, 1Ah and 1Bh: choices and facts about the adapter. Facts: RBIL tables 00040 to
 * 00047 (INT 10h AH=1Bh); stanislavs.org/helppc int_10-1b. */
#include <string.h>

#include "devices/vga/window.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

bool bios_video_is_mono(const struct bios *b)
{
	return !(b->wire.vga->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_IOS);
}

/* ---- AH=12h ---- */

static void change_flag(struct bios *b, unsigned flag, bool set)
{
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS);

	bda_set_byte(b, BDA_VIDEO_FLAGS, set ? flags | flag : flags & ~flag);
}

/* BL=30h: the scan lines of text modes, from the next mode set on. */
static bool choose_lines(struct bios *b, unsigned which)
{
	enum { LINES_200, LINES_350, LINES_400 };

	if (which > LINES_400) return false;
	change_flag(b, BIOS_VIDEO_200_LINES, which == LINES_200);
	change_flag(b, BIOS_VIDEO_400_LINES, which == LINES_400);
	return true;
}

static void enable_cursor_emulation(struct bios *b, bool on)
{
	unsigned control = bda_byte(b, BDA_VIDEO_CONTROL) & ~(unsigned)BIOS_NO_CURSOR_EMULATION;

	bda_set_byte(b, BDA_VIDEO_CONTROL, control | (on ? 0u : BIOS_NO_CURSOR_EMULATION));
}

static void set_bit(uint64_t *slot, uint64_t bit, bool on)
{
	*slot = on ? *slot | bit : *slot & ~bit;
}

static void inform(const struct bios *b, struct bios_call *c)
{
	enum { MEMORY_256K = 3, SWITCHES = 0xf };

	bios_set_high(c, CPU_RBX, bios_video_is_mono(b));
	bios_set_low(c, CPU_RBX, MEMORY_256K);
	bios_set_high(c, CPU_RCX, 0); /* feature bits */
	bios_set_low(c, CPU_RCX, bda_byte(b, BDA_VIDEO_SWITCHES) & SWITCHES);
}

static void let_answer(struct bios *b, bool on)
{
	set_bit(&b->wire.vga->s.reg[VGA_MODEL_VSE], 1, on);
	vga_model_place_window(b->wire.vga);
}

/* BL=35h: of a PS/2 with a card, one of its two adapters answers. An adapter leaves its data in the
 * caller's buffer of 128 bytes at ES:DX, and takes it from there. Here both are the same one. */
static bool switch_display(struct bios *b, const struct bios_call *c)
{
	enum { INITIAL_OFF, PLANAR_ON, ACTIVE_OFF, INACTIVE_ON, SIZE = 128 };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDX));
	unsigned what = bios_low(c, CPU_RAX);
	uint8_t buffer[SIZE] = { 0 };

	if (what > INACTIVE_ON) return false;
	if (what == INITIAL_OFF || what == ACTIVE_OFF) {
		bios_video_data(b, buffer, true);
		bios_write(b, c, at, buffer, sizeof(buffer));
	} else if (what == INACTIVE_ON) {
		bios_read(b, c, at, buffer, sizeof(buffer));
		bios_video_data(b, buffer, false);
	}
	let_answer(b, what == PLANAR_ON || what == INACTIVE_ON);
	return true;
}

/* By BL; in AL 0 means on, but for BL=30h and 35h. False: there is no such function. */
static bool choose(struct bios *b, const struct bios_call *c)
{
	struct vga_model *v = b->wire.vga;
	bool off = bios_low(c, CPU_RAX);

	switch (bios_low(c, CPU_RBX)) {
	case 0x30: return choose_lines(b, bios_low(c, CPU_RAX));
	case 0x31: change_flag(b, BIOS_VIDEO_KEEP_DAC, off); return true;
	case 0x32: let_answer(b, !off); return true;
	case 0x33: change_flag(b, BIOS_VIDEO_GREY, !off); return true;
	case 0x34: enable_cursor_emulation(b, !off); return true;
	case 0x35: return switch_display(b, c);
	case 0x36: set_bit(&v->s.sr[1], VGA_MODEL_SR01_OFF, off); return true; /* refresh */
	default: return false;
	}
}

void bios_video_alternate(struct bios *b, struct bios_call *c)
{
	enum { INFORMATION = 0x10, PRINT_SCREEN = 0x20, SUPPORTED = 0x12 };

	if (bios_low(c, CPU_RBX) == INFORMATION)
		inform(b, c);
	else if (bios_low(c, CPU_RBX) == PRINT_SCREEN)
		return; /* of two routines at INT 05h; here it has none, whatever is chosen */
	else if (choose(b, c))
		bios_set_low(c, CPU_RAX, SUPPORTED);
	else
		bios_unknown(b, c, "INT10");
}

/* ---- AH=1Ah ---- */

enum { VGA_MONO = 7, VGA_COLOUR = 8 };

void bios_video_combination(struct bios *b, struct bios_call *c)
{
	enum { SUPPORTED = 0x1a };

	if (bios_low(c, CPU_RAX) == 0)
		bios_set_word(c, CPU_RBX, bios_video_is_mono(b) ? VGA_MONO : VGA_COLOUR);
	bios_set_low(c, CPU_RAX, SUPPORTED);
}

/* ---- AH=1Bh ---- */

/* Colours (0: monochrome) and pages of a mode. */
static void count(unsigned mode, unsigned *colours, unsigned *pages)
{
	static const struct {
		uint8_t mode, pages;
		uint16_t colours;
	} rows[] = { { 0x04, 1, 4 },  { 0x05, 1, 4 },  { 0x06, 1, 2 },  { 0x07, 8, 0 },
		     { 0x0d, 8, 16 }, { 0x0e, 4, 16 }, { 0x0f, 2, 0 },  { 0x10, 2, 16 },
		     { 0x11, 1, 2 },  { 0x12, 1, 16 }, { 0x13, 1, 256 } };

	*colours = 16;
	*pages = BIOS_N_PAGES;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].mode != mode) continue;
		*colours = rows[i].colours;
		*pages = rows[i].pages;
	}
}

/* 200, 350, 400 or 480 lines. */
static unsigned lines_code(const struct bios *b, unsigned mode)
{
	static const uint16_t lines[] = { 200, 350, 400, 480 };
	const struct vga_model_mode *m = vga_model_mode(mode);
	unsigned n = m && m->graphics ? (unsigned)m->rows * m->cell_rows : bios_text_lines(b);

	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (n <= lines[i]) return i;
	return sizeof(lines) / sizeof(lines[0]) - 1;
}

static unsigned state_flags(const struct bios *b)
{
	enum { ALL = 0x01, GREY = 0x02, MONO = 0x04, KEEP = 0x08, EMULATE = 0x10, BLINK = 0x20 };
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS), control = bda_byte(b, BDA_VIDEO_CONTROL);

	return ALL | (flags & BIOS_VIDEO_GREY ? GREY : 0u) | (bios_video_is_mono(b) ? MONO : 0u) |
	       (flags & BIOS_VIDEO_KEEP_DAC ? KEEP : 0u) |
	       (control & BIOS_NO_CURSOR_EMULATION ? 0u : EMULATE) |
	       (b->wire.vga->s.ar[0x10] & VGA_MODEL_AR10_BLINK ? BLINK : 0u);
}

/* The block of glyphs that SR03 selects; `at` is the place of its low two bits. */
static unsigned block(uint64_t sr03, unsigned at, unsigned high)
{
	return (unsigned)((sr03 >> at & 3) | (sr03 >> high & 1) << 2);
}

void bios_video_facts(struct bios *b, struct bios_call *c)
{
	enum { SIZE = 64, COPIED = 30, SUPPORTED = 0x1b, MEMORY_256K = 3 };
	uint8_t facts[SIZE] = { 0 };
	unsigned mode = bda_byte(b, BDA_VIDEO_MODE), colours, pages;
	uint64_t sr03 = b->wire.vga->s.sr[3];

	if (bios_word(c, CPU_RBX) != 0) {
		bios_unknown(b, c, "INT10");
		return;
	}
	count(mode, &colours, &pages);
	put_le16(facts, BIOS_ROM_VIDEO_FACTS);
	put_le16(facts + 2, BIOS_ROM_SEGMENT);
	for (unsigned i = 0; i < COPIED; i++) facts[4 + i] = bda_byte(b, BDA_VIDEO_MODE + i);
	facts[0x22] = (uint8_t)(bda_byte(b, BDA_ROWS_LESS_ONE) + 1);
	put_le16(facts + 0x23, bda_word(b, BDA_CHARACTER_HEIGHT));
	facts[0x25] = bios_video_is_mono(b) ? VGA_MONO : VGA_COLOUR;
	put_le16(facts + 0x27, colours);
	facts[0x29] = (uint8_t)pages;
	facts[0x2a] = (uint8_t)lines_code(b, mode);
	facts[0x2b] = (uint8_t)block(sr03, 0, 4);
	facts[0x2c] = (uint8_t)block(sr03, 2, 5);
	facts[0x2d] = (uint8_t)state_flags(b);
	facts[0x31] = MEMORY_256K;
	bios_write(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RDI)), facts, sizeof(facts));
	bios_set_low(c, CPU_RAX, SUPPORTED);
}
