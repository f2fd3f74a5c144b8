/* SPDX-License-Identifier: MIT */
/* INT 10h AH=00h and 0Fh: the modes of a VGA, and their entries in the data area. Facts: RBIL; IBM
 * PS/2 and PC BIOS Interface Technical Reference. The registers are in devices/vga/modes.h. */
#include <string.h>

#include "devices/vga/font.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum {
	MONO_TEXT = 0x07,
	MONO_GRAPHICS = 0x0f,
	LAST_40_COLUMNS = 0x01,
	CGA_640 = 0x06,
	LAST_CGA = 0x07
};

static void set_equipment(struct bios *b, const struct vga_model_mode *m)
{
	unsigned v = bda_word(b, BDA_EQUIPMENT) & ~(unsigned)BIOS_EQUIPMENT_SCREEN;

	if (m->number == MONO_TEXT || m->number == MONO_GRAPHICS)
		v |= BIOS_EQUIPMENT_MONO;
	else if (m->number <= LAST_40_COLUMNS)
		v |= BIOS_EQUIPMENT_40_COLUMNS;
	else
		v |= BIOS_EQUIPMENT_80_COLUMNS;
	bda_set_word(b, BDA_EQUIPMENT, v);
}

/* The values of the CGA's two registers, for the modes that a CGA has. */
static void set_cga_data(struct bios *b, unsigned mode)
{
	static const uint8_t mode_register[] = { 0x2c, 0x28, 0x2d, 0x29, 0x2a, 0x2e, 0x1e, 0x29 };

	if (mode > LAST_CGA) return;
	bda_set_byte(b, BDA_CGA_MODE, mode_register[mode]);
	bda_set_byte(b, BDA_CGA_COLOUR, mode == CGA_640 ? 0x3f : 0x30);
}

static void set_mode_data(struct bios *b, const struct vga_model_mode *m, bool keep)
{
	unsigned control = bda_byte(b, BDA_VIDEO_CONTROL) & ~(unsigned)BIOS_KEEP_MEMORY;

	bda_set_byte(b, BDA_VIDEO_MODE, m->number);
	bda_set_word(b, BDA_VIDEO_COLUMNS, m->columns);
	bda_set_word(b, BDA_VIDEO_PAGE_SIZE, m->page_bytes);
	bda_set_word(b, BDA_VIDEO_PAGE_START, 0);
	for (unsigned i = 0; i < BIOS_N_PAGES; i++) bda_set_word(b, BDA_CURSOR_POSITION + i * 2, 0);
	bda_set_word(b, BDA_CURSOR_SHAPE, m->graphics ? 0 : 0x0607);
	bda_set_byte(b, BDA_VIDEO_PAGE, 0);
	bda_set_word(b, BDA_CRTC_PORT, m->misc & VGA_MODEL_MISC_IOS ? 0x3d4 : 0x3b4);
	bda_set_byte(b, BDA_ROWS_LESS_ONE, m->rows - 1u);
	bda_set_word(b, BDA_CHARACTER_HEIGHT, m->cell_rows);
	bda_set_byte(b, BDA_VIDEO_CONTROL, control | (keep ? BIOS_KEEP_MEMORY : 0u));
	set_equipment(b, m);
	set_cga_data(b, m->number);
}

/* 30 % red, 59 % green, 11 % blue. */
void bios_make_grey(struct vga_model *v, unsigned first, unsigned n)
{
	for (unsigned i = first; i < VGA_MODEL_N_COLOURS && i - first < n; i++) {
		uint8_t *c = v->s.palette[i];
		unsigned grey = (c[0] * 30u + c[1] * 59u + c[2] * 11u + 50) / 100;

		memset(c, (int)grey, 3);
	}
}

void bios_load_dac(struct bios *b, const struct vga_model_mode *m)
{
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS);

	if (flags & BIOS_VIDEO_KEEP_DAC) return;
	vga_model_load_dac(b->wire.vga, m->dac);
	if (flags & BIOS_VIDEO_GREY) bios_make_grey(b->wire.vga, 0, VGA_MODEL_N_COLOURS);
}

/* ---- text modes of 200 and 350 lines ---- */

/* What differs from the modes of 400 lines: the EGA's modes, and with 200 lines the CGA's. A
 * monochrome mode has at least 350. The values are those of the parameter tables in VGA BIOSes;
 * unread: IBM's own. */
static void use_350_lines(struct vga_model_mode *m)
{
	enum { LINES_350 = 0x80, UNDERLINE = 0x0d };

	m->cell_rows = 14;
	m->misc = (uint8_t)((m->misc & 0x3f) | LINES_350);
	m->cr[0x09] = 0x4d;
	m->cr[0x0a] = 0x0b;
	m->cr[0x0b] = 0x0c;
	m->cr[0x10] = 0x83;
	m->cr[0x11] = 0x85;
	m->cr[0x12] = 0x5d;
	if (m->number == MONO_TEXT) m->cr[0x14] = UNDERLINE;
	m->cr[0x15] = 0x63;
	m->cr[0x16] = 0xba;
}

static void use_200_lines(struct vga_model_mode *m)
{
	static const uint8_t palette[VGA_MODEL_AR_PALETTE] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
							       0x06, 0x07, 0x10, 0x11, 0x12, 0x13,
							       0x14, 0x15, 0x16, 0x17 };

	m->cell_rows = 8;
	m->dac = VGA_MODEL_DAC_16;
	m->cr[0x09] = 0xc7; /* each line twice */
	m->cr[0x0a] = 0x06;
	m->cr[0x0b] = 0x07;
	memcpy(m->ar, palette, sizeof(palette));
}

/* Characters of 8 dots, from the slower clock. */
static void use_8_dots(struct vga_model_mode *m)
{
	m->misc &= (uint8_t)~VGA_MODEL_MISC_CS;
	m->sr[1] |= VGA_MODEL_SR01_8_DOT;
	m->ar[0x13] = 0;
}

static void choose_lines(const struct bios *b, struct vga_model_mode *m)
{
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS);

	if (m->graphics || flags & BIOS_VIDEO_400_LINES) return;
	if (flags & BIOS_VIDEO_200_LINES && m->number != MONO_TEXT)
		use_200_lines(m);
	else
		use_350_lines(m);
	if (m->number != MONO_TEXT) use_8_dots(m);
}

unsigned bios_text_lines(const struct bios *b)
{
	enum { TWICE = 0x80 };
	struct vga_model_timing t;

	vga_model_timing(b->wire.vga, &t);
	return b->wire.vga->s.cr[0x09] & TWICE ? t.v_displayed / 2 : t.v_displayed;
}

/* ---- setting a mode ---- */

static void load_fonts(struct bios *b, const struct vga_model_mode *m)
{
	if (!m->graphics && m->cell_rows != VGA_MODEL_FONT_ROWS)
		bios_load_rom_font(b, m->cell_rows, 0);
	bios_point_font(b, m->cell_rows);
}

void bios_leave_display_mode(const struct bios *b)
{
	if (b->wire.display)
		bochs_display_model_set(b->wire.display, BOCHS_DISPLAY_MODEL_ENABLE, 0);
}

/* If the program does not check that there is no such mode, its writes to the memory of the mode
 * that it wanted are lost. */
bool bios_set_vga_mode(struct bios *b, unsigned number, bool keep)
{
	const struct vga_model_mode *standard = vga_model_mode(number);
	struct vga_model_mode m;

	if (!standard) {
		b->wire.vga->s.no_mode = true;
		return false;
	}
	m = *standard;
	choose_lines(b, &m);
	bios_leave_display_mode(b);
	vga_model_set_mode(b->wire.vga, &m);
	bios_load_dac(b, &m);
	if (!keep) vga_model_clear(b->wire.vga, &m);
	load_fonts(b, &m);
	set_mode_data(b, &m, keep);
	return true;
}

void bios_video_set_mode(struct bios *b, struct bios_call *c)
{
	/* The value that BIOSes return in AL depends on the mode. */
	enum { TEXT = 0x30, CGA_640_DONE = 0x3f, ABOVE_7 = 0x20 };
	unsigned asked = bios_low(c, CPU_RAX), mode = asked & ~(unsigned)BIOS_KEEP_MEMORY;
	unsigned done = mode > LAST_CGA ? ABOVE_7 : mode == CGA_640 ? CGA_640_DONE : TEXT;

	if (bios_set_vga_mode(b, mode, asked & BIOS_KEEP_MEMORY))
		bios_set_low(c, CPU_RAX, done);
	else
		bios_unknown(b, c, "INT10");
}

void bios_video_get_mode(struct bios *b, struct bios_call *c)
{
	unsigned keep = bda_byte(b, BDA_VIDEO_CONTROL) & BIOS_KEEP_MEMORY;

	bios_set_low(c, CPU_RAX, bda_byte(b, BDA_VIDEO_MODE) | keep);
	bios_set_high(c, CPU_RAX, bda_word(b, BDA_VIDEO_COLUMNS));
	bios_set_high(c, CPU_RBX, bda_byte(b, BDA_VIDEO_PAGE));
}
