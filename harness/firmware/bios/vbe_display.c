/* SPDX-License-Identifier: MIT */
/* INT 10h AX=4F05h to 4F0Ah and 4F15h: windows, lines, the place of the picture, colours, and what
 * the screen says of itself. Facts: VBE 2.0 sections 4.8 to 4.13, parts of them; RBIL INT 10h
 * AX=4F15h. Only called if there is the display. */
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum { PLANAR_BPP = 4, DOTS_PER_BYTE = 8, SET_IN_RETRACE = 0x80 };

static void answer(struct bios_call *c, unsigned status) { bios_set_word(c, CPU_RAX, status); }

/* False, with the answer given: no mode of the display is on. */
static bool in_mode(const struct bios *b, struct bios_call *c,
		    struct bochs_display_model_mode *mode)
{
	if (bochs_display_model_mode(b->wire.display, mode)) return true;
	answer(c, VBE_NOT_NOW);
	return false;
}

/* ---- AX=4F05h ---- */

/* What is asked for the window A; the status. */
static unsigned window(struct bochs_display_model *d, const struct bochs_display_model_mode *mode,
		       struct bios_call *c)
{
	enum { SET, GET };
	uint64_t banks =
		mode->bpp == PLANAR_BPP ? 1 : d->memory->size / BOCHS_DISPLAY_MODEL_BANK_SIZE;
	unsigned function = bios_high(c, CPU_RBX), bank = bios_word(c, CPU_RDX);

	if (function == GET)
		bios_set_word(c, CPU_RDX, bochs_display_model_get(d, BOCHS_DISPLAY_MODEL_BANK));
	else if (function == SET && bank < banks)
		bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_BANK, (uint16_t)bank);
	else
		return VBE_FAILED;
	return VBE_OK;
}

void bios_vbe_window(struct bios *b, struct bios_call *c)
{
	enum { WINDOW_A = 0 };
	struct bochs_display_model_mode mode;

	if (!in_mode(b, c, &mode)) return;
	if (mode.lfb)
		answer(c, VBE_NOT_NOW);
	else if (bios_low(c, CPU_RBX) != WINDOW_A)
		answer(c, VBE_FAILED);
	else
		answer(c, window(b->wire.display, &mode, c));
}

/* ---- AX=4F06h ---- */

/* The longest line with which the memory holds the picture, in pixels. */
static unsigned longest_line(const struct bochs_display_model *d,
			     const struct bochs_display_model_mode *mode)
{
	uint64_t bytes = bochs_display_model_room(d, mode->bpp) / mode->height, pixels;

	pixels = mode->bpp == PLANAR_BPP ? bytes * DOTS_PER_BYTE
					 : bytes / bochs_display_model_pitch(1, mode->bpp);
	if (pixels > UINT16_MAX) pixels = UINT16_MAX;
	return (unsigned)pixels & ~(DOTS_PER_BYTE - 1u);
}

/* Pixels of a line of this many bytes, or more. */
static unsigned pixels_in(unsigned bytes, unsigned bpp)
{
	unsigned size = bpp == PLANAR_BPP ? 1 : bochs_display_model_pitch(1, bpp);

	return bpp == PLANAR_BPP ? bytes * DOTS_PER_BYTE : (bytes + size - 1) / size;
}

static void answer_line(struct bios_call *c, const struct bochs_display_model *d, unsigned bpp,
			unsigned pixels)
{
	unsigned pitch = bochs_display_model_pitch(pixels, bpp);
	uint64_t lines = bochs_display_model_room(d, bpp) / pitch;

	bios_set_word(c, CPU_RBX, pitch);
	bios_set_word(c, CPU_RCX, pixels);
	bios_set_word(c, CPU_RDX, lines > UINT16_MAX ? UINT16_MAX : (unsigned)lines);
	answer(c, VBE_OK);
}

static bool set_line(struct bochs_display_model *d, const struct bochs_display_model_mode *mode,
		     unsigned pixels)
{
	if (mode->bpp == PLANAR_BPP) pixels = (pixels + DOTS_PER_BYTE - 1) & ~(DOTS_PER_BYTE - 1u);
	if (pixels < mode->width) pixels = mode->width;
	if (pixels > longest_line(d, mode)) return false;
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_X_OFFSET, 0);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_Y_OFFSET, 0);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_VIRT_WIDTH, (uint16_t)pixels);
	return true;
}

void bios_vbe_line(struct bios *b, struct bios_call *c)
{
	enum { SET_PIXELS, GET, SET_BYTES, GET_LONGEST };
	struct bochs_display_model *d = b->wire.display;
	struct bochs_display_model_mode mode;
	unsigned function = bios_low(c, CPU_RBX), asked = bios_word(c, CPU_RCX);

	if (!in_mode(b, c, &mode)) return;
	switch (function) {
	case GET: break;
	case GET_LONGEST: answer_line(c, d, mode.bpp, longest_line(d, &mode)); return;
	case SET_PIXELS:
	case SET_BYTES:
		if (set_line(d, &mode, function == SET_BYTES ? pixels_in(asked, mode.bpp) : asked))
			break;
		answer(c, VBE_NOT_HERE);
		return;
	default: answer(c, VBE_FAILED); return;
	}
	(void)bochs_display_model_mode(d, &mode);
	answer_line(c, d, mode.bpp, mode.virt_width);
}

/* ---- AX=4F07h ---- */

/* Time until the next vertical retrace begins; 0: there is one now, or there are none. */
static uint64_t to_retrace_ns(const struct bios *b)
{
	const uint64_t second = UINT64_C(1000000000);
	struct vga_model_timing t;
	uint64_t line, frame, now, begin;

	vga_model_timing(b->wire.vga, &t);
	line = (uint64_t)t.h_total * t.char_dots;
	frame = line * t.v_total;
	begin = line * t.v_retrace;
	now = clock_ticks(clock_now(b->wire.clock), t.dot_hz) % frame;
	if (begin >= frame || (now >= begin && now < line * t.v_retrace_end)) return 0;
	return ((begin + frame - now) % frame) * second / t.dot_hz + 1;
}

/* True: call again, it is not time yet. */
static bool wait_for_retrace(struct bios *b, struct bios_call *c)
{
	uint64_t ns = c->again ? 0 : to_retrace_ns(b);

	return (c->again || ns) && bios_wait(b, c, ns, ns ? ns : UINT64_C(1000));
}

static bool set_start(struct bochs_display_model *d, const struct bochs_display_model_mode *mode,
		      unsigned x, unsigned y)
{
	if (x + mode->width > mode->virt_width || y + mode->height > mode->virt_height)
		return false;
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_X_OFFSET, (uint16_t)x);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_Y_OFFSET, (uint16_t)y);
	return true;
}

void bios_vbe_start(struct bios *b, struct bios_call *c)
{
	enum { SET, GET };
	struct bochs_display_model_mode mode;
	unsigned x = bios_word(c, CPU_RCX), y = bios_word(c, CPU_RDX);

	if (!in_mode(b, c, &mode)) return;
	switch (bios_low(c, CPU_RBX)) {
	case SET_IN_RETRACE:
		if (wait_for_retrace(b, c)) return;
		/* FALLTHROUGH */
	case SET: answer(c, set_start(b->wire.display, &mode, x, y) ? VBE_OK : VBE_FAILED); return;
	case GET:
		bios_set_high(c, CPU_RBX, 0);
		bios_set_word(c, CPU_RCX, mode.x_offset);
		bios_set_word(c, CPU_RDX, mode.y_offset);
		answer(c, VBE_OK);
		return;
	default: answer(c, VBE_FAILED); return;
	}
}

/* ---- AX=4F08h, 4F09h ---- */

/* The mode has the colours in its pixels. */
static bool is_direct(const struct bios *b)
{
	struct bochs_display_model_mode mode;

	return bochs_display_model_mode(b->wire.display, &mode) &&
	       bochs_display_model_pixel(mode.bpp);
}

void bios_vbe_dac(struct bios *b, struct bios_call *c)
{
	enum { SET, GET, BITS_6 = 6, BITS_8 = 8 };
	struct bochs_display_model *d = b->wire.display;
	unsigned function = bios_low(c, CPU_RBX), bits = bios_high(c, CPU_RBX);
	unsigned enable = bochs_display_model_get(d, BOCHS_DISPLAY_MODEL_ENABLE);

	if (is_direct(b)) {
		answer(c, VBE_NOT_NOW);
		return;
	}
	if (function > GET || (function == SET && bits < BITS_6)) {
		answer(c, VBE_FAILED);
		return;
	}
	if (function == SET) {
		enable = bits >= BITS_8 ? enable | BOCHS_DISPLAY_MODEL_8BIT_DAC
					: enable & ~(unsigned)BOCHS_DISPLAY_MODEL_8BIT_DAC;
		bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_ENABLE, (uint16_t)enable);
	}
	bios_set_high(c, CPU_RBX, b->wire.vga->s.dac_8bit ? BITS_8 : BITS_6);
	answer(c, VBE_OK);
}

/* An entry of the table has four bytes: blue, green, red, and one without meaning (unread: VBE 2.0
 * section 4.12). */
static void move_entry(struct bios *b, const struct bios_call *c, uint64_t at, unsigned i, bool set)
{
	enum { BLUE, GREEN, RED, SIZE = 4, BITS_6 = 0x3f, BITS_8 = 0xff };
	struct vga_model *v = b->wire.vga;
	unsigned bits = v->s.dac_8bit ? BITS_8 : BITS_6;
	uint8_t *rgb = v->s.palette[i], entry[SIZE] = { rgb[2], rgb[1], rgb[0], 0 };

	if (!set) {
		bios_write(b, c, at, entry, sizeof(entry));
		return;
	}
	bios_read(b, c, at, entry, sizeof(entry));
	rgb[0] = (uint8_t)(entry[RED] & bits);
	rgb[1] = (uint8_t)(entry[GREEN] & bits);
	rgb[2] = (uint8_t)(entry[BLUE] & bits);
}

void bios_vbe_palette(struct bios *b, struct bios_call *c)
{
	enum { SET, GET, SET_SECOND, GET_SECOND, ENTRY = 4 };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDI));
	unsigned function = bios_low(c, CPU_RBX);
	unsigned first = bios_word(c, CPU_RDX), n = bios_word(c, CPU_RCX);

	if (function == SET_SECOND || function == GET_SECOND) {
		answer(c, VBE_NOT_HERE);
	} else if (is_direct(b)) {
		answer(c, VBE_NOT_NOW);
	} else if ((function > GET && function != SET_IN_RETRACE) ||
		   first + n > VGA_MODEL_N_COLOURS) {
		answer(c, VBE_FAILED);
	} else {
		if (function == SET_IN_RETRACE && wait_for_retrace(b, c)) return;
		for (unsigned i = 0; i < n; i++)
			move_entry(b, c, at + (uint64_t)i * ENTRY, first + i, function != GET);
		answer(c, VBE_OK);
	}
}

/* ---- AX=4F0Ah ---- */

void bios_vbe_protected(struct bios *b, struct bios_call *c)
{
	(void)b;
	if (bios_low(c, CPU_RBX) != 0) {
		answer(c, VBE_FAILED);
		return;
	}
	bios_set_segment(c, CPU_ES, BIOS_ROM_SEGMENT);
	bios_set_word(c, CPU_RDI, BIOS_ROM_VBE_PROTECTED);
	bios_set_word(c, CPU_RCX, bios_rom_protected_size());
	answer(c, VBE_OK);
}

/* ---- AX=4F15h ---- */

void bios_vbe_ddc(struct bios *b, struct bios_call *c)
{
	enum { REPORT, READ, DDC2 = 0x02, SECONDS = 1 };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RDI));

	if (bios_low(c, CPU_RBX) == REPORT) {
		bios_set_word(c, CPU_RBX, SECONDS << 8 | DDC2);
		answer(c, VBE_OK);
	} else if (bios_low(c, CPU_RBX) == READ && bios_word(c, CPU_RDX) == 0) {
		bios_write(b, c, at, b->wire.display->edid, sizeof(b->wire.display->edid));
		answer(c, VBE_OK);
	} else {
		answer(c, VBE_FAILED);
	}
}
