/* SPDX-License-Identifier: MIT */
/* INT 10h AH=4Fh: the VESA BIOS Extension. Its modes are those of the adapter of --device vga;
 * without it the list of modes is empty. vbe_display.c has what a program does in a mode.
 *
 * Facts: VBE 2.0 sections 4.4 to 4.13, parts of them, in SciTech's summary; RBIL tables 00077 to
 * 00082. unread: VBE 3.0; of it are the fields of the mode information that RBIL table 00079 has.
 */
#include <string.h>

#include "emu/array.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/vbe.h"
#include "harness/firmware/bios/video.h"

enum { PLANAR_BPP = 4, KEEP = 0x8000, LINEAR = 0x4000, NUMBER = 0x1ff, CHAR_WIDTH = 8 };

/* ---- the modes ---- */

enum { N_DEPTHS = 6 };

/* Numbers up to 11Bh are VESA's. The others are our own. */
static const uint8_t depths[N_DEPTHS] = { 4, 8, 15, 16, 24, 32 };
static const struct {
	uint16_t width, height;
	uint16_t number[N_DEPTHS]; /* by depth; 0: none */
} modes[] = {
	{ 320, 200, { 0, 0x146, 0x10d, 0x10e, 0x10f, 0x140 } },
	{ 320, 240, { 0, 0x150, 0x151, 0x152, 0x153, 0x154 } },
	{ 400, 300, { 0, 0x155, 0x156, 0x157, 0x158, 0x159 } },
	{ 512, 384, { 0, 0x15a, 0x15b, 0x15c, 0x15d, 0x15e } },
	{ 640, 400, { 0, 0x100, 0x15f, 0x160, 0x161, 0x141 } },
	{ 640, 480, { 0, 0x101, 0x110, 0x111, 0x112, 0x142 } },
	{ 800, 600, { 0x102, 0x103, 0x113, 0x114, 0x115, 0x143 } },
	{ 1024, 768, { 0x104, 0x105, 0x116, 0x117, 0x118, 0x144 } },
	{ 1152, 864, { 0, 0x148, 0x149, 0x14a, 0x14b, 0x14c } },
	{ 1280, 720, { 0, 0x162, 0x163, 0x18d, 0x18e, 0x18f } },
	{ 1280, 768, { 0, 0x164, 0x165, 0x175, 0x176, 0x177 } },
	{ 1280, 800, { 0, 0x166, 0x167, 0x178, 0x179, 0x17a } },
	{ 1280, 960, { 0, 0x168, 0x169, 0x17b, 0x17c, 0x17d } },
	{ 1280, 1024, { 0x106, 0x107, 0x119, 0x11a, 0x11b, 0x145 } },
	{ 1440, 900, { 0, 0x16a, 0x16b, 0x17e, 0x17f, 0x180 } },
	{ 1400, 1050, { 0, 0x16c, 0x16d, 0x181, 0x182, 0x183 } },
	{ 1600, 900, { 0, 0x193, 0x194, 0x195, 0x196, 0x197 } },
	{ 1680, 1050, { 0, 0x16e, 0x16f, 0x184, 0x185, 0x186 } },
	{ 1600, 1200, { 0, 0x11c, 0x11d, 0x11e, 0x11f, 0x147 } },
	{ 1920, 1080, { 0, 0x170, 0x171, 0x190, 0x191, 0x192 } },
	{ 1920, 1200, { 0, 0x172, 0x173, 0x187, 0x188, 0x189 } },
};

struct mode {
	unsigned width, height, bpp, number;
};

/* The mode that is at place `i` of the list; number 0: none. False: the list ends before. */
static bool listed(unsigned i, struct mode *m)
{
	unsigned row = i / N_DEPTHS, depth = i % N_DEPTHS;

	if (row >= ARRAY_SIZE(modes)) return false;
	*m = (struct mode){ .width = modes[row].width,
			    .height = modes[row].height,
			    .bpp = depths[depth],
			    .number = modes[row].number[depth] };
	return true;
}

static bool find(unsigned number, struct mode *m)
{
	for (unsigned i = 0; number && listed(i, m); i++)
		if (m->number == number) return true;
	return false;
}

bool bios_vbe_mode(unsigned number, unsigned *width, unsigned *height, unsigned *bits)
{
	struct mode m;

	if (!find(number, &m)) return false;
	*width = m.width;
	*height = m.height;
	*bits = m.bpp;
	return true;
}

unsigned bios_vbe_number(unsigned width, unsigned height, unsigned bits)
{
	struct mode m;

	for (unsigned i = 0; listed(i, &m); i++)
		if (m.width == width && m.height == height && m.bpp == bits) return m.number;
	return 0;
}

unsigned bios_vbe_list(uint8_t *at)
{
	unsigned n = 0;
	struct mode m;

	for (unsigned i = 0; listed(i, &m); i++) {
		if (!m.number) continue;
		put_le16(at + n, m.number);
		n += 2;
	}
	put_le16(at + n, 0xffff);
	return n + 2;
}

/* ---- reports ---- */

void bios_note_vbe(const struct bios *b, const struct bios_call *c, const char *what)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_VBE], NULL, bios_word(c, CPU_RAX),
		    "INT10 with AX=%04X: %s", bios_word(c, CPU_RAX), what);
}

static void lint_mode(const struct bios *b, const struct bios_call *c, unsigned mode)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_VBE_MODE], NULL, mode,
		    b->wire.display
			    ? "INT10 with AX=%04X: there is no mode %03Xh, or not with this memory "
			      "or without a linear framebuffer"
			    : "INT10 with AX=%04X: there is no mode %03Xh, only 00h to 07h and 0Dh "
			      "to 13h; --device vga adds modes",
		    bios_word(c, CPU_RAX), mode);
}

/* ---- AX=4F00h ---- */

static void far_pointer(uint8_t *at, unsigned offset)
{
	put_le16(at, offset);
	put_le16(at + 2, BIOS_ROM_SEGMENT);
}

/* What follows the first 20 bytes for a caller that asks for VBE 2.0. */
static void add_names(const struct bios *b, uint8_t *info)
{
	enum { REVISION = 0x0100 };

	if (b->wire.display) put_le16(info + 20, REVISION);
	far_pointer(info + 22, b->wire.display ? BIOS_ROM_VBE_VENDOR : BIOS_ROM_VBE_OEM);
	far_pointer(info + 26, b->wire.display ? BIOS_ROM_VBE_PRODUCT : BIOS_ROM_VBE_OEM);
	far_pointer(info + 30, b->wire.display ? BIOS_ROM_VBE_REVISION : BIOS_ROM_VBE_OEM);
}

/* 256 bytes at ES:DI, 512 if the caller asks for VBE 2.0. */
static void information(struct bios *b, struct bios_call *c)
{
	enum { SIZE_1 = 256, SIZE_2 = 512, VERSION_2 = 0x0200, VERSION_3 = 0x0300, UNITS = 4 };
	enum { SWITCHABLE_DAC = 1, UNIT = 0x10000 };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDI));
	const struct bochs_display_model *d = b->wire.display;
	uint8_t info[SIZE_2] = { 'V', 'E', 'S', 'A' }, asked[4];
	bool version_2;

	if (!d) bios_note_vbe(b, c, "the list of VBE modes is empty; --device vga adds modes");
	bios_read(b, c, at, asked, sizeof(asked));
	version_2 = memcmp(asked, "VBE2", sizeof(asked)) == 0;
	put_le16(info + 4, d ? VERSION_3 : VERSION_2);
	far_pointer(info + 6, BIOS_ROM_VBE_OEM);
	put_le32(info + 10, d ? SWITCHABLE_DAC : 0);
	far_pointer(info + 14, d ? BIOS_ROM_VBE_ALL_MODES : BIOS_ROM_VBE_MODES);
	put_le16(info + 18, d ? (unsigned)(d->memory->size / UNIT) : UNITS);
	if (version_2) add_names(b, info);
	bios_write(b, c, at, info, version_2 ? SIZE_2 : SIZE_1);
	bios_set_word(c, CPU_RAX, VBE_OK);
}

/* ---- AX=4F01h ---- */

static void put_masks(const struct bochs_display_model_pixel *p, uint8_t *at)
{
	const uint8_t masks[] = { p->red_size,  p->red_at,  p->green_size, p->green_at,
				  p->blue_size, p->blue_at, p->rest_size,  p->rest_at };

	memcpy(at, masks, sizeof(masks));
}

static unsigned attributes_of(const struct bochs_display_model *d, const struct mode *m)
{
	enum { SUPPORTED = 1, KNOWN = 2, TEXT = 4, COLOUR = 8, GRAPHICS = 0x10, FLAT = 0x80 };
	bool flat = m->bpp != PLANAR_BPP && bochs_display_model_framebuffer(d);

	return KNOWN | TEXT | COLOUR | GRAPHICS | (flat ? FLAT : 0u) |
	       (bochs_display_model_fits(d, m->width, m->height, m->bpp) ? SUPPORTED : 0u);
}

static unsigned model_of(unsigned bpp)
{
	enum { PLANAR = 3, PACKED = 4, DIRECT = 6 };

	if (bpp == PLANAR_BPP) return PLANAR;
	return bochs_display_model_pixel(bpp) ? DIRECT : PACKED;
}

/* How many pictures fit behind the first. */
static unsigned pages_behind(const struct bochs_display_model *d, const struct mode *m)
{
	uint64_t bytes = (uint64_t)bochs_display_model_pitch(m->width, m->bpp) * m->height;
	uint64_t pages = bochs_display_model_room(d, m->bpp) / bytes;

	return pages > 256 ? 255 : pages ? (unsigned)pages - 1 : 0;
}

static unsigned cell_height(unsigned height)
{
	enum { LOW = 300, HEIGHT_8 = 8, HEIGHT_16 = 16 };

	return height < LOW ? HEIGHT_8 : HEIGHT_16;
}

/* The window A: 64 KiB at A000, as the VGA's. */
static void put_window(uint8_t *info)
{
	enum { READ_AND_WRITE = 7, KIB = 64, SEGMENT = 0xa000 };

	info[2] = READ_AND_WRITE;
	put_le16(info + 4, KIB);
	put_le16(info + 6, KIB);
	put_le16(info + 8, SEGMENT);
	far_pointer(info + 12, BIOS_ROM_VBE_WINDOW);
}

static void describe(const struct bochs_display_model *d, const struct mode *m, uint8_t *info)
{
	enum { BANKS = 1, RESERVED = 1, REST_IS_FREE = 2, MODEL_PLANES = 4 };
	const struct bochs_display_model_pixel *pixel = bochs_display_model_pixel(m->bpp);
	unsigned pitch = bochs_display_model_pitch(m->width, m->bpp), pages = pages_behind(d, m);

	put_le16(info, attributes_of(d, m));
	put_window(info);
	put_le16(info + 16, pitch);
	put_le16(info + 18, m->width);
	put_le16(info + 20, m->height);
	info[22] = CHAR_WIDTH;
	info[23] = (uint8_t)cell_height(m->height);
	info[24] = m->bpp == PLANAR_BPP ? MODEL_PLANES : 1;
	info[25] = (uint8_t)m->bpp;
	info[26] = BANKS;
	info[27] = (uint8_t)model_of(m->bpp);
	info[29] = (uint8_t)pages;
	info[30] = RESERVED;
	if (pixel) {
		put_masks(pixel, info + 31);
		put_masks(pixel, info + 54);
		info[39] = pixel->rest_size ? REST_IS_FREE : 0;
	}
	if (m->bpp == PLANAR_BPP) return;
	put_le32(info + 40, (uint32_t)bochs_display_model_framebuffer(d));
	put_le16(info + 50, pitch);
	info[52] = info[53] = (uint8_t)pages;
}

static void mode_information(struct bios *b, struct bios_call *c)
{
	enum { SIZE = 256 };
	uint8_t info[SIZE] = { 0 };
	struct mode m;

	if (!b->wire.display || !find(bios_word(c, CPU_RCX) & ~(unsigned)(KEEP | LINEAR), &m)) {
		lint_mode(b, c, bios_word(c, CPU_RCX));
		bios_set_word(c, CPU_RAX, VBE_FAILED);
		return;
	}
	describe(b->wire.display, &m, info);
	bios_write(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RDI)), info, sizeof(info));
	bios_set_word(c, CPU_RAX, VBE_OK);
}

/* ---- AX=4F02h, 4F03h ---- */

static void set_data(struct bios *b, const struct mode *m, bool keep)
{
	enum { CRTC = 0x3d4 };
	unsigned height = cell_height(m->height);
	unsigned control = bda_byte(b, BDA_VIDEO_CONTROL) & ~(unsigned)BIOS_KEEP_MEMORY;

	bda_set_byte(b, BDA_VIDEO_MODE, BIOS_VBE_MODE_DATA);
	bda_set_word(b, BDA_VIDEO_COLUMNS, m->width / CHAR_WIDTH);
	bda_set_word(b, BDA_VIDEO_PAGE_SIZE, 0);
	bda_set_word(b, BDA_VIDEO_PAGE_START, 0);
	for (unsigned i = 0; i < BIOS_N_PAGES; i++) bda_set_word(b, BDA_CURSOR_POSITION + i * 2, 0);
	bda_set_word(b, BDA_CURSOR_SHAPE, 0);
	bda_set_byte(b, BDA_VIDEO_PAGE, 0);
	bda_set_word(b, BDA_CRTC_PORT, CRTC);
	bda_set_byte(b, BDA_ROWS_LESS_ONE, m->height / height - 1);
	bda_set_word(b, BDA_CHARACTER_HEIGHT, height);
	bda_set_byte(b, BDA_VIDEO_CONTROL, control | (keep ? BIOS_KEEP_MEMORY : 0u));
	bios_point_font(b, height);
}

/* Below the display's mode lies one of the VGA, which has the same colours and window. */
static void set_display_mode(struct bios *b, const struct mode *m, unsigned flags, bool keep)
{
	enum { PLANES = 0x12, BYTES = 0x13 };
	const struct vga_model_mode *below = vga_model_mode(m->bpp == PLANAR_BPP ? PLANES : BYTES);

	bios_leave_display_mode(b);
	vga_model_set_mode(b->wire.vga, below);
	bios_load_dac(b, below);
	(void)bochs_display_model_set_mode(b->wire.display, m->width, m->height, m->bpp, flags);
	set_data(b, m, keep);
}

/* The status, and the mode is set if it is VBE_OK. Timings of the caller (bit 11) have no effect:
 * the display has none. */
static unsigned set_mode(struct bios *b, unsigned asked)
{
	bool keep = asked & KEEP, linear = asked & LINEAR;
	const struct bochs_display_model *d = b->wire.display;
	struct mode m;

	if (!d || !find(asked & NUMBER, &m)) {
		if (linear) return VBE_FAILED;
		return bios_set_vga_mode(b, asked & ~(unsigned)KEEP, keep) ? VBE_OK : VBE_FAILED;
	}
	if (!bochs_display_model_fits(d, m.width, m.height, m.bpp)) return VBE_FAILED;
	if (linear && (m.bpp == PLANAR_BPP || !bochs_display_model_framebuffer(d)))
		return VBE_NOT_HERE;
	set_display_mode(b, &m,
			 (linear ? BOCHS_DISPLAY_MODEL_LFB_ENABLED : 0u) |
				 (keep ? BOCHS_DISPLAY_MODEL_NOCLEARMEM : 0u),
			 keep);
	return VBE_OK;
}

static void vbe_set_mode(struct bios *b, struct bios_call *c)
{
	unsigned mode = bios_word(c, CPU_RBX), status = set_mode(b, mode);

	if (status != VBE_OK) {
		b->wire.vga->s.no_mode = true;
		lint_mode(b, c, mode);
	}
	bios_set_word(c, CPU_RAX, status);
}

/* The number of the mode that the display is in; 0: of none in the list. */
static unsigned number_of(const struct bochs_display_model_mode *now)
{
	struct mode m;

	for (unsigned i = 0; listed(i, &m); i++)
		if (m.number && m.width == now->width && m.height == now->height &&
		    m.bpp == now->bpp)
			return m.number;
	return 0;
}

static void vbe_get_mode(const struct bios *b, struct bios_call *c)
{
	unsigned mode = bda_byte(b, BDA_VIDEO_MODE);
	struct bochs_display_model_mode now;

	if (b->wire.display && bochs_display_model_mode(b->wire.display, &now))
		mode = number_of(&now) | (now.lfb ? LINEAR : 0u);
	if (bda_byte(b, BDA_VIDEO_CONTROL) & BIOS_KEEP_MEMORY) mode |= KEEP;
	bios_set_word(c, CPU_RBX, mode);
	bios_set_word(c, CPU_RAX, VBE_OK);
}

/* ---- the function ---- */

static bool display_function(struct bios *b, struct bios_call *c)
{
	switch (bios_low(c, CPU_RAX)) {
	case 0x04: bios_vbe_state(b, c); return true;
	case 0x05: bios_vbe_window(b, c); return true;
	case 0x06: bios_vbe_line(b, c); return true;
	case 0x07: bios_vbe_start(b, c); return true;
	case 0x08: bios_vbe_dac(b, c); return true;
	case 0x09: bios_vbe_palette(b, c); return true;
	case 0x0a: bios_vbe_protected(b, c); return true;
	case 0x15: bios_vbe_ddc(b, c); return true;
	default: return false;
	}
}

void bios_vbe(struct bios *b, struct bios_call *c)
{
	switch (bios_low(c, CPU_RAX)) {
	case 0x00: information(b, c); return;
	case 0x01: mode_information(b, c); return;
	case 0x02: vbe_set_mode(b, c); return;
	case 0x03: vbe_get_mode(b, c); return;
	default: break;
	}
	if (b->wire.display && display_function(b, c)) return;
	bios_note_vbe(b, c, "the function is not supported");
	bios_set_word(c, CPU_RAX, VBE_UNKNOWN);
}
