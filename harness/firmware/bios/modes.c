/* SPDX-License-Identifier: MIT */
/* INT 10h AH=00h and 0Fh: the modes of a VGA, and their entries in the data area. AH=4Fh: the VESA
 * BIOS Extension, with an empty list of modes. Facts: RBIL; IBM PS/2 and PC BIOS Interface
 * Technical Reference; VBE 2.0. The registers are in devices/vga/modes.h. */
#include <string.h>

#include "devices/vga/modes.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"

enum {
	N_PAGES = 8,
	KEEP_MEMORY = 0x80, /* bit in a mode number, and in the data area */
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
	unsigned control = bda_byte(b, BDA_VIDEO_CONTROL) & ~(unsigned)KEEP_MEMORY;

	bda_set_byte(b, BDA_VIDEO_MODE, m->number);
	bda_set_word(b, BDA_VIDEO_COLUMNS, m->columns);
	bda_set_word(b, BDA_VIDEO_PAGE_SIZE, m->page_bytes);
	bda_set_word(b, BDA_VIDEO_PAGE_START, 0);
	for (unsigned i = 0; i < N_PAGES; i++) bda_set_word(b, BDA_CURSOR_POSITION + i * 2, 0);
	bda_set_word(b, BDA_CURSOR_SHAPE, m->graphics ? 0 : 0x0607);
	bda_set_byte(b, BDA_VIDEO_PAGE, 0);
	bda_set_word(b, BDA_CRTC_PORT, m->misc & VGA_MODEL_MISC_IOS ? 0x3d4 : 0x3b4);
	bda_set_byte(b, BDA_ROWS_LESS_ONE, m->rows - 1u);
	bda_set_word(b, BDA_CHARACTER_HEIGHT, m->cell_rows);
	bda_set_byte(b, BDA_VIDEO_CONTROL, control | (keep ? KEEP_MEMORY : 0u));
	set_equipment(b, m);
	set_cga_data(b, m->number);
}

/* 30 % red, 59 % green, 11 % blue. */
static void make_grey(struct vga_model *v)
{
	for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++) {
		uint8_t *c = v->s.palette[i];
		unsigned grey = (c[0] * 30u + c[1] * 59u + c[2] * 11u + 50) / 100;

		memset(c, (int)grey, 3);
	}
}

static void load_dac(struct bios *b, const struct vga_model_mode *m)
{
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS);

	if (flags & BIOS_VIDEO_KEEP_DAC) return;
	vga_model_load_dac(b->wire.vga, m->dac);
	if (flags & BIOS_VIDEO_GREY) make_grey(b->wire.vga);
}

/* Returns false if there is no such mode: the old one stays. If the program does not check this,
 * its writes to the memory of the mode that it wanted are lost. */
static bool set_mode(struct bios *b, unsigned number, bool keep)
{
	const struct vga_model_mode *m = vga_model_mode(number);

	if (!m) {
		b->wire.vga->s.no_mode = true;
		return false;
	}
	vga_model_set_mode(b->wire.vga, m);
	load_dac(b, m);
	if (!keep) vga_model_clear(b->wire.vga, m);
	set_mode_data(b, m, keep);
	return true;
}

void bios_video_set_mode(struct bios *b, struct bios_call *c)
{
	/* The value that BIOSes return in AL depends on the mode. */
	enum { TEXT = 0x30, CGA_640_DONE = 0x3f, ABOVE_7 = 0x20 };
	unsigned asked = bios_low(c, CPU_RAX), mode = asked & ~(unsigned)KEEP_MEMORY;
	unsigned done = mode > LAST_CGA ? ABOVE_7 : mode == CGA_640 ? CGA_640_DONE : TEXT;

	if (set_mode(b, mode, asked & KEEP_MEMORY))
		bios_set_low(c, CPU_RAX, done);
	else
		bios_unknown(b, c, "INT10");
}

void bios_video_get_mode(struct bios *b, struct bios_call *c)
{
	unsigned keep = bda_byte(b, BDA_VIDEO_CONTROL) & KEEP_MEMORY;

	bios_set_low(c, CPU_RAX, bda_byte(b, BDA_VIDEO_MODE) | keep);
	bios_set_high(c, CPU_RAX, bda_word(b, BDA_VIDEO_COLUMNS));
	bios_set_high(c, CPU_RBX, bda_byte(b, BDA_VIDEO_PAGE));
}

/* ---- VBE: an adapter without VBE modes ---- */

enum { VBE_OK = 0x004f, VBE_FAILED = 0x014f, VBE_UNSUPPORTED = 0x0100 };

static void far_pointer(uint8_t *at, unsigned offset)
{
	put_le16(at, offset);
	put_le16(at + 2, BIOS_ROM_SEGMENT);
}

static void note_vbe(const struct bios *b, const struct bios_call *c, const char *what)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_VBE], NULL, bios_word(c, CPU_RAX),
		    "INT10 with AX=%04X: %s", bios_word(c, CPU_RAX), what);
}

static void lint_vbe_mode(const struct bios *b, const struct bios_call *c, unsigned mode)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_VBE_MODE], NULL, mode,
		    "INT10 with AX=%04X: there is no mode %03Xh, only 00h to 07h and 0Dh "
		    "to 13h",
		    bios_word(c, CPU_RAX), mode);
}

/* AX=4F00h: 256 bytes at ES:DI, 512 if the caller asks for VBE 2.0. */
static void vbe_information(struct bios *b, struct bios_call *c)
{
	enum { SIZE_1 = 256, SIZE_2 = 512, VERSION = 0x0200, MEMORY_64K = 4 };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDI));
	uint8_t info[SIZE_2] = { 'V', 'E', 'S', 'A' }, asked[4];
	bool version_2;

	note_vbe(b, c, "the list of VBE modes is empty");
	bios_read(b, c, at, asked, sizeof(asked));
	version_2 = memcmp(asked, "VBE2", sizeof(asked)) == 0;
	put_le16(info + 4, VERSION);
	far_pointer(info + 6, BIOS_ROM_VBE_OEM);
	far_pointer(info + 14, BIOS_ROM_VBE_MODES);
	put_le16(info + 18, MEMORY_64K);
	if (version_2)
		for (unsigned name = 22; name < 34; name += 4) /* vendor, product, revision */
			far_pointer(info + name, BIOS_ROM_VBE_OEM);
	bios_write(b, c, at, info, version_2 ? SIZE_2 : SIZE_1);
	bios_set_word(c, CPU_RAX, VBE_OK);
}

/* AX=4F01h */
static void vbe_mode_information(const struct bios *b, struct bios_call *c)
{
	lint_vbe_mode(b, c, bios_word(c, CPU_RCX));
	bios_set_word(c, CPU_RAX, VBE_FAILED);
}

/* AX=4F02h: accepts the standard modes. Bit 14 requests a linear frame buffer, bit 15 keeps the
 * contents of the memory. */
static void vbe_set_mode(struct bios *b, struct bios_call *c)
{
	enum { KEEP = 0x8000, LINEAR = 0x4000, NUMBER = 0x3fff };
	unsigned mode = bios_word(c, CPU_RBX), number = mode & NUMBER;
	bool linear = mode & LINEAR;

	if (!linear && set_mode(b, number, mode & KEEP)) {
		bios_set_word(c, CPU_RAX, VBE_OK);
		return;
	}
	b->wire.vga->s.no_mode = true;
	lint_vbe_mode(b, c, mode);
	bios_set_word(c, CPU_RAX, VBE_FAILED);
}

/* AX=4F03h */
static void vbe_get_mode(const struct bios *b, struct bios_call *c)
{
	unsigned keep = bda_byte(b, BDA_VIDEO_CONTROL) & KEEP_MEMORY;

	bios_set_word(c, CPU_RBX, bda_byte(b, BDA_VIDEO_MODE) | keep << 8);
	bios_set_word(c, CPU_RAX, VBE_OK);
}

void bios_vbe(struct bios *b, struct bios_call *c)
{
	switch (bios_low(c, CPU_RAX)) {
	case 0x00: vbe_information(b, c); return;
	case 0x01: vbe_mode_information(b, c); return;
	case 0x02: vbe_set_mode(b, c); return;
	case 0x03: vbe_get_mode(b, c); return;
	default:
		note_vbe(b, c, "the function is not supported");
		bios_set_word(c, CPU_RAX, VBE_UNSUPPORTED);
		return;
	}
}
