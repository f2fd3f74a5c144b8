/* SPDX-License-Identifier: MIT */
/* INT 10h AH=1Ch and AX=4F04h: the state of the adapter in a buffer of the caller. Facts: RBIL
 * tables 00048 to 00051; VBE 2.0 section 4.7.
 *
 * The buffer begins with the offsets of its parts. Restoring uses the offsets that saving wrote,
 * not those in the buffer, and only bits that the registers have. */
#include <string.h>

#include "devices/vga/window.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum {
	HARDWARE = 1,
	DATA = 2,
	DAC = 4,
	DISPLAY = 8, /* of VBE only */
	N_PARTS = 4,
	HEADER_SIZE = 0x20,
	UNIT = 64,
	MAX_SIZE = 0x600
};

/* Bytes that are saved or restored one after the other. */
struct cursor {
	uint8_t *at;
	bool save;
};

static void move(struct cursor *m, uint8_t *byte)
{
	if (m->save)
		*m->at = *byte;
	else
		*byte = *m->at;
	m->at++;
}

/* A slot of a register with these bits. */
static void move_slot(struct cursor *m, uint64_t *slot, uint64_t bits)
{
	uint8_t byte = (uint8_t)*slot;

	move(m, &byte);
	if (!m->save) *slot = byte & bits;
}

static void move_slots(struct cursor *m, const struct reg_desc *rows, uint64_t *slots,
		       unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) move_slot(m, &slots[i], reg_mask(&rows[i], ~0u));
}

/* ---- the parts ---- */

static void move_attributes(struct cursor *m, uint64_t *ar)
{
	enum { PALETTE_BITS = 0x3f, MODE = 0x10, SAVED = 4 };

	for (unsigned i = 0; i < VGA_MODEL_AR_PALETTE; i++) move_slot(m, &ar[i], PALETTE_BITS);
	for (unsigned i = 0; i < SAVED; i++)
		move_slot(m, &ar[MODE + i], reg_mask(&vga_model_ar[1 + i], ~0u));
}

/* In the order of RBIL table 00050; MISC and AR14, which are not in it, follow. */
static void move_hardware(struct bios *b, struct cursor *m)
{
	enum { INDEX = 0xff, FEATURE = 0x0b, MISC = 0xef, SELECT = 0x0f, CRTC_INDEX = 0x3f };
	struct vga_model_state *s = &b->wire.vga->s;
	uint8_t port[2], latches[4];

	put_le16(port, bda_word(b, BDA_CRTC_PORT));
	put_le32(latches, s->latches);
	move_slot(m, &s->reg[VGA_MODEL_SEQ_INDEX], INDEX);
	move(m, &s->crtc_index);
	move_slot(m, &s->reg[VGA_MODEL_GC_INDEX], INDEX);
	move(m, &s->attr_index);
	move_slot(m, &s->reg[VGA_MODEL_FCR], FEATURE);
	move_slots(m, vga_model_sr, s->sr, 1, VGA_MODEL_N_SR);
	move_slots(m, vga_model_sr, s->sr, 0, 1);
	move_slots(m, vga_model_cr, s->cr, 0, VGA_MODEL_N_CR);
	move_attributes(m, s->ar);
	move_slots(m, vga_model_gr, s->gr, 0, VGA_MODEL_N_GR);
	for (unsigned i = 0; i < sizeof(port); i++) move(m, &port[i]);
	for (unsigned i = 0; i < sizeof(latches); i++) move(m, &latches[i]);
	move_slot(m, &s->reg[VGA_MODEL_MISC], MISC);
	move_slot(m, &s->ar[0x14], SELECT);
	s->crtc_index &= CRTC_INDEX;
	s->attr_index &= CRTC_INDEX;
	s->latches = get_le32(latches);
	if (m->save) return;
	s->attr_use = VGA_MODEL_ATTR_SHOWN;
	s->attr_data = false;
}

/* The data area's entries of the screen, and the vectors of fonts. */
static void move_data(struct bios *b, struct cursor *m)
{
	static const struct {
		uint8_t at, n;
	} rows[] = { { BDA_VIDEO_MODE, 30 }, { BDA_ROWS_LESS_ONE, 7 } };
	static const uint8_t vectors[] = { BIOS_VECTOR_UPPER, BIOS_VECTOR_FONT };

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned j = 0; j < rows[i].n; j++) {
			uint8_t byte = bda_byte(b, rows[i].at + j);

			move(m, &byte);
			if (!m->save) bda_set_byte(b, rows[i].at + j, byte);
		}
	for (unsigned i = 0; i < sizeof(vectors) * 4; i++) {
		uint64_t at = vectors[i / 4] * 4u + i % 4;
		uint8_t byte = 0;

		(void)mem_read(b->wire.mem, at, &byte, 1);
		move(m, &byte);
		if (!m->save) (void)mem_write(b->wire.mem, at, &byte, 1);
	}
}

void bios_video_data(struct bios *b, uint8_t buffer[BIOS_VIDEO_DATA_SIZE], bool save)
{
	struct cursor m = { .save = save };

	m.at = buffer;
	move_data(b, &m);
}

static void move_dac(struct bios *b, struct cursor *m)
{
	enum { ALL = 0xff, BITS_6 = 0x3f, SELECT = 0x0f };
	struct vga_model_state *s = &b->wire.vga->s;
	uint8_t reading = s->dac_reading;

	move(m, &reading);
	s->dac_reading = reading;
	move(m, &s->dac_index);
	move_slot(m, &s->reg[VGA_MODEL_PEL_MASK], ALL);
	for (unsigned i = 0; i < VGA_MODEL_N_COLOURS; i++)
		for (unsigned part = 0; part < 3; part++) {
			move(m, &s->palette[i][part]);
			if (!s->dac_8bit) s->palette[i][part] &= BITS_6;
		}
	move_slot(m, &s->ar[0x14], SELECT);
	if (!m->save) s->dac_part = 0;
}

static const enum bochs_display_model_index display_registers[] = {
	BOCHS_DISPLAY_MODEL_XRES,     BOCHS_DISPLAY_MODEL_YRES,    BOCHS_DISPLAY_MODEL_BPP,
	BOCHS_DISPLAY_MODEL_ENABLE,   BOCHS_DISPLAY_MODEL_BANK,    BOCHS_DISPLAY_MODEL_VIRT_WIDTH,
	BOCHS_DISPLAY_MODEL_X_OFFSET, BOCHS_DISPLAY_MODEL_Y_OFFSET
};

enum { N_DISPLAY = sizeof(display_registers) / sizeof(display_registers[0]) };

static void restore_display(struct bochs_display_model *d, const uint16_t value[N_DISPLAY])
{
	enum { XRES, YRES, BPP, ENABLE, BANK };

	if (!(value[ENABLE] & BOCHS_DISPLAY_MODEL_ENABLED)) {
		bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_ENABLE, 0);
		return;
	}
	if (!bochs_display_model_set_mode(d, value[XRES], value[YRES], value[BPP],
					  value[ENABLE] | BOCHS_DISPLAY_MODEL_NOCLEARMEM))
		return;
	for (unsigned i = BANK; i < N_DISPLAY; i++)
		if (bochs_display_model_get(d, display_registers[i]) != value[i])
			bochs_display_model_set(d, display_registers[i], value[i]);
}

static void move_display(struct bios *b, struct cursor *m)
{
	struct bochs_display_model *d = b->wire.display;
	uint16_t value[N_DISPLAY] = { 0 };

	for (unsigned i = 0; i < N_DISPLAY; i++, m->at += 2) {
		if (m->save && d) value[i] = bochs_display_model_get(d, display_registers[i]);
		if (m->save)
			put_le16(m->at, value[i]);
		else
			value[i] = get_le16(m->at);
	}
	if (!m->save && d) restore_display(d, value);
}

/* ---- the buffer ---- */

/* The display first: it decides how wide the DAC is, and how the windows lie. */
static const struct {
	unsigned part, size, header; /* header: where its offset is */
	void (*move)(struct bios *b, struct cursor *m);
} parts[N_PARTS] = { { DISPLAY, 2 * N_DISPLAY, 6, move_display },
		     { HARDWARE, 0x48, 0, move_hardware },
		     { DATA, BIOS_VIDEO_DATA_SIZE, 2, move_data },
		     { DAC, 0x304, 4, move_dac } };

static unsigned size_of(unsigned states)
{
	unsigned size = HEADER_SIZE;

	for (unsigned i = 0; i < N_PARTS; i++)
		if (states & parts[i].part) size += parts[i].size;
	return size;
}

static void move_all(struct bios *b, unsigned states, uint8_t buffer[MAX_SIZE], bool save)
{
	unsigned at = HEADER_SIZE;

	for (unsigned i = 0; i < N_PARTS; i++) {
		struct cursor m = { .at = buffer + at, .save = save };

		if (!(states & parts[i].part)) continue;
		if (save) put_le16(buffer + parts[i].header, at);
		parts[i].move(b, &m);
		at += parts[i].size;
	}
	if (!save) vga_model_place_window(b->wire.vga);
}

/* False: there is no such function. */
static bool save_or_restore(struct bios *b, struct bios_call *c, unsigned function, unsigned states)
{
	enum { GET_SIZE, SAVE, RESTORE };
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBX));
	uint8_t buffer[MAX_SIZE] = { 0 };
	unsigned size = size_of(states);

	switch (function) {
	case GET_SIZE: bios_set_word(c, CPU_RBX, (size + UNIT - 1) / UNIT); return true;
	case SAVE:
		move_all(b, states, buffer, true);
		bios_write(b, c, at, buffer, size);
		return true;
	case RESTORE:
		bios_read(b, c, at, buffer, size);
		move_all(b, states, buffer, false);
		return true;
	default: return false;
	}
}

void bios_video_state(struct bios *b, struct bios_call *c)
{
	enum { SUPPORTED = 0x1c };
	unsigned states = bios_word(c, CPU_RCX) & (HARDWARE | DATA | DAC);

	if (states && save_or_restore(b, c, bios_low(c, CPU_RAX), states))
		bios_set_low(c, CPU_RAX, SUPPORTED);
	else
		bios_unknown(b, c, "INT10");
}

void bios_vbe_state(struct bios *b, struct bios_call *c)
{
	unsigned states = bios_word(c, CPU_RCX) & (HARDWARE | DATA | DAC | DISPLAY);
	bool done = save_or_restore(b, c, bios_low(c, CPU_RDX), states);

	bios_set_word(c, CPU_RAX, done ? VBE_OK : VBE_FAILED);
}
