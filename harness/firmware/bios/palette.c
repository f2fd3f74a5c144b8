/* SPDX-License-Identifier: MIT */
/* INT 10h AH=10h: palette, border, blinking and the DAC's colours; AH=0Bh, the colours of a CGA. */
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

static void set_blink(struct vga_model *v, bool blink)
{
	v->s.ar[0x10] = blink ? v->s.ar[0x10] | VGA_MODEL_AR10_BLINK
			      : v->s.ar[0x10] & ~(uint64_t)VGA_MODEL_AR10_BLINK;
}

enum { OVERSCAN = 0x11, N_PALETTE = 17, MASK_6 = 0x3f };

/* AX=1002h, 1009h: sixteen palette registers and the overscan at ES:DX. */
static void write_palette(struct bios *b, const struct bios_call *c)
{
	uint8_t all[N_PALETTE];

	bios_read(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RDX)), all, sizeof(all));
	for (unsigned i = 0; i < VGA_MODEL_AR_PALETTE; i++) b->wire.vga->s.ar[i] = all[i] & MASK_6;
	b->wire.vga->s.ar[OVERSCAN] = all[VGA_MODEL_AR_PALETTE];
}

static void read_palette(struct bios *b, const struct bios_call *c)
{
	uint8_t all[N_PALETTE];

	for (unsigned i = 0; i < VGA_MODEL_AR_PALETTE; i++) all[i] = (uint8_t)b->wire.vga->s.ar[i];
	all[VGA_MODEL_AR_PALETTE] = (uint8_t)b->wire.vga->s.ar[OVERSCAN];
	bios_write(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RDX)), all, sizeof(all));
}

/* The bits of a component. */
static unsigned dac_bits(const struct vga_model *v)
{
	enum { MASK_8 = 0xff };

	return v->s.dac_8bit ? MASK_8 : MASK_6;
}

/* AX=1012h, 1017h: CX colours from BX on at ES:DX. */
static void move_colours(struct bios *b, const struct bios_call *c, bool write)
{
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDX));
	unsigned first = bios_word(c, CPU_RBX), n = bios_word(c, CPU_RCX);

	for (unsigned i = first; i < VGA_MODEL_N_COLOURS && i - first < n; i++, at += 3) {
		uint8_t *rgb = b->wire.vga->s.palette[i];

		if (!write) {
			bios_write(b, c, at, rgb, 3);
			continue;
		}
		bios_read(b, c, at, rgb, 3);
		for (unsigned part = 0; part < 3; part++)
			rgb[part] &= (uint8_t)dac_bits(b->wire.vga);
	}
}

static void set_colour(struct vga_model *v, const struct bios_call *c)
{
	uint8_t *rgb = v->s.palette[bios_low(c, CPU_RBX)];

	rgb[0] = (uint8_t)(bios_high(c, CPU_RDX) & dac_bits(v));
	rgb[1] = (uint8_t)(bios_high(c, CPU_RCX) & dac_bits(v));
	rgb[2] = (uint8_t)(bios_low(c, CPU_RCX) & dac_bits(v));
}

static void get_colour(const struct vga_model *v, struct bios_call *c)
{
	const uint8_t *rgb = v->s.palette[bios_low(c, CPU_RBX)];

	bios_set_high(c, CPU_RDX, rgb[0]);
	bios_set_high(c, CPU_RCX, rgb[1]);
	bios_set_low(c, CPU_RCX, rgb[2]);
}

/* ---- pages of colours: the DAC has 4 of 64 colours or 16 of 16 (AR10.P54S), chosen by AR14 ----
 */

enum { COLOUR_SELECT = 0x14, SELECT_54 = 0x03, SELECT_76 = 0x0c, SELECT_AT = 2 };

/* AX=1013h */
static void choose_page(struct vga_model *v, const struct bios_call *c)
{
	enum { SET_SIZE = 0, SET_PAGE = 1 };
	unsigned value = bios_high(c, CPU_RBX);
	bool of_16 = v->s.ar[0x10] & VGA_MODEL_AR10_P54;

	if (bios_low(c, CPU_RBX) == SET_SIZE)
		v->s.ar[0x10] = value & 1 ? v->s.ar[0x10] | VGA_MODEL_AR10_P54
					  : v->s.ar[0x10] & ~(uint64_t)VGA_MODEL_AR10_P54;
	else if (bios_low(c, CPU_RBX) == SET_PAGE)
		v->s.ar[COLOUR_SELECT] =
			of_16 ? value & (SELECT_76 | SELECT_54) : value << SELECT_AT & SELECT_76;
}

/* AX=101Ah */
static void read_page(const struct vga_model *v, struct bios_call *c)
{
	bool of_16 = v->s.ar[0x10] & VGA_MODEL_AR10_P54;
	unsigned select = (unsigned)v->s.ar[COLOUR_SELECT];

	bios_set_low(c, CPU_RBX, of_16);
	bios_set_high(c, CPU_RBX, of_16 ? select : select >> SELECT_AT);
}

static void get_register(struct bios_call *c, const struct vga_model *v, unsigned index)
{
	bios_set_high(c, CPU_RBX, index < VGA_MODEL_N_AR ? (unsigned)v->s.ar[index] : 0);
}

static bool read_function(struct bios *b, struct bios_call *c)
{
	struct vga_model *v = b->wire.vga;

	switch (bios_low(c, CPU_RAX)) {
	case 0x07: get_register(c, v, bios_low(c, CPU_RBX) % VGA_MODEL_AR_PALETTE); return true;
	case 0x08: get_register(c, v, OVERSCAN); return true;
	case 0x09: read_palette(b, c); return true;
	case 0x15: get_colour(v, c); return true;
	case 0x17: move_colours(b, c, false); return true;
	case 0x1a: read_page(v, c); return true;
	case 0x19: bios_set_low(c, CPU_RBX, (unsigned)v->s.reg[VGA_MODEL_PEL_MASK]); return true;
	default: return false;
	}
}

static bool write_function(struct bios *b, struct bios_call *c)
{
	struct vga_model *v = b->wire.vga;

	switch (bios_low(c, CPU_RAX)) {
	case 0x00:
		if (bios_low(c, CPU_RBX) < VGA_MODEL_AR_PALETTE)
			v->s.ar[bios_low(c, CPU_RBX)] = bios_high(c, CPU_RBX) & MASK_6;
		return true;
	case 0x01: v->s.ar[OVERSCAN] = bios_high(c, CPU_RBX); return true;
	case 0x02: write_palette(b, c); return true;
	case 0x03: set_blink(v, bios_low(c, CPU_RBX)); return true;
	case 0x10: set_colour(v, c); return true;
	case 0x12: move_colours(b, c, true); return true;
	case 0x13: choose_page(v, c); return true;
	case 0x1b: bios_make_grey(v, bios_word(c, CPU_RBX), bios_word(c, CPU_RCX)); return true;
	case 0x18: v->s.reg[VGA_MODEL_PEL_MASK] = bios_low(c, CPU_RBX); return true;
	default: return false;
	}
}

void bios_palette(struct bios *b, struct bios_call *c)
{
	if (!read_function(b, c) && !write_function(b, c)) bios_unknown(b, c, "INT10");
}

/* ---- AH=0Bh ---- */

enum { CGA_COLOURS = 3, CGA_INTENSITY = 0x10, CGA_PALETTE = 0x20 };

/* Registers 1 to 3 keep their intensity, or their colours. */
static void change_cga_colours(struct vga_model *v, unsigned keep, unsigned first, unsigned step)
{
	for (unsigned i = 1; i <= CGA_COLOURS; i++)
		v->s.ar[i] = (v->s.ar[i] & keep) | (first + step * (i - 1));
}

/* BH=00h: border, and in graphics modes background; bit 4 makes the other colours bright. */
static void set_cga_border(struct vga_model *v, unsigned colour, bool graphics)
{
	enum { RGB = 0x07, BRIGHT = 0x08 };
	unsigned value = (colour & RGB) | (colour & BRIGHT) << 1;

	v->s.ar[OVERSCAN] = value;
	if (!graphics) return;
	v->s.ar[0] = value;
	change_cga_colours(v, (unsigned)~CGA_INTENSITY, colour & CGA_INTENSITY, 0);
}

/* BH=01h: green, red and brown, or cyan, magenta and white. */
static void set_cga_palette(struct vga_model *v, unsigned palette)
{
	enum { GREEN = 2, STEP = 2 };

	change_cga_colours(v, CGA_INTENSITY, GREEN + palette, STEP);
}

void bios_cga_palette(struct bios *b, struct bios_call *c)
{
	enum { LAST_CGA = 0x06, CGA_640 = 0x06, BORDER = 0, PALETTE = 1, BORDER_BITS = 0x1f };
	const struct vga_model_mode *mode = vga_model_mode(bda_byte(b, BDA_VIDEO_MODE));
	unsigned kept = bda_byte(b, BDA_CGA_COLOUR), value = bios_low(c, CPU_RBX);
	bool graphics = mode && mode->graphics && mode->number <= LAST_CGA;

	switch (bios_high(c, CPU_RBX)) {
	case BORDER:
		set_cga_border(b->wire.vga, value, graphics);
		kept = (kept & ~(unsigned)BORDER_BITS) | (value & BORDER_BITS);
		break;
	case PALETTE:
		if (graphics && mode->number != CGA_640) set_cga_palette(b->wire.vga, value & 1);
		kept = value & 1 ? kept | CGA_PALETTE : kept & ~(unsigned)CGA_PALETTE;
		break;
	default: bios_unknown(b, c, "INT10"); return;
	}
	bda_set_byte(b, BDA_CGA_COLOUR, kept);
}
