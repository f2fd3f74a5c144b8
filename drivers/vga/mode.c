/* SPDX-License-Identifier: MIT */
/* Setting a mode: registers in the order that hardware needs, then palette, font and memory. */
#include "internal.h"

enum {
	TEXT_AT = 0x18000, /* of B8000h, from A0000h on */
	TEXT_BYTES = 0x8000,
	WORD = 4
};
#define BLANKS UINT32_C(0x07200720) /* two cells: a space, light grey on black */

/* ---- registers ---- */

/* The dot clock and the memory's mode change only while the sequencer stands still. */
static void load_sequencer(struct vga *vga, const struct vga_registers *mode)
{
	vga_put(vga, VGA_SEQUENCER, VGA_SR00, VGA_SR00_SYNC_RESET);
	vga_put(vga, VGA_MISC, 0, mode->misc);
	vga->mono = !(mode->misc & VGA_MISC_COLOR);
	for (unsigned i = 1; i < VGA_SEQUENCER_REGISTERS; i++)
		vga_put(vga, VGA_SEQUENCER, i, mode->sequencer[i]);
	vga_put(vga, VGA_SEQUENCER, VGA_SR00, mode->sequencer[0]);
}

static enum vga_status load_crtc(const struct vga *vga, const struct vga_registers *mode)
{
	const enum vga_status status = vga_unlock_crtc(vga);

	if (status != VGA_OK) return status;
	/* CR11, which protects again, comes after what it protects. */
	for (unsigned i = 0; i < VGA_CRTC_REGISTERS; i++) vga_put(vga, VGA_CRTC, i, mode->crtc[i]);
	return VGA_OK;
}

/* With the screen off: of two accesses each, as nobody reads in between. */
static void load_attributes(const struct vga *vga, const struct vga_registers *mode)
{
	vga_status(vga);
	for (unsigned i = 0; i < VGA_ATTRIBUTE_REGISTERS; i++) {
		io_write(vga->ports, VGA_ATTRIBUTE_INDEX, (uint8_t)i);
		io_write(vga->ports, VGA_ATTRIBUTE_INDEX, mode->attribute[i]);
	}
}

static enum vga_status load(struct vga *vga, enum vga_mode mode)
{
	const struct vga_registers *values = vga_mode_registers(mode);

	enum vga_status status = vga_show(vga, false);
	if (status != VGA_OK) return status;
	load_sequencer(vga, values);
	status = load_crtc(vga, values);
	if (status != VGA_OK) return status;
	for (unsigned i = 0; i < VGA_GRAPHICS_REGISTERS; i++)
		vga_put(vga, VGA_GRAPHICS, i, values->graphics[i]);
	load_attributes(vga, values);
	vga->mode = mode;
	vga->set = true;
	vga->page_start = 0;
	return VGA_OK;
}

enum vga_status vga_set_registers(struct vga *vga, enum vga_mode mode)
{
	if (!vga) return VGA_NULL;
	if ((unsigned)mode >= VGA_MODES) return VGA_BAD_MODE;
	const enum vga_status status = load(vga, mode);
	return status == VGA_OK ? vga_show(vga, true) : status;
}

/* ---- the rest ---- */

static enum vga_status load_colours(const struct vga *vga, enum vga_mode mode)
{
	enum vga_status status = VGA_OK;

	for (unsigned i = 0; i < VGA_COLOURS && status == VGA_OK; i++) {
		const struct vga_rgb colour = vga_default_colour(mode, i);
		status = vga_load_palette(vga, i, 1, &colour);
	}
	return status;
}

static void fill(const struct vga *vga, uint32_t at, uint32_t bytes, uint32_t word)
{
	for (uint32_t i = 0; i < bytes; i += WORD) io_write32(vga->memory, at + i, word);
}

static void clear_planes(const struct vga *vga)
{
	struct vga_saved saved;

	vga_begin_planes(vga, &saved, VGA_ALL_PLANES, 0);
	fill(vga, 0, VGA_PLANE_SIZE, 0);
	vga_end_planes(vga, &saved);
}

static enum vga_status clear_text(const struct vga *vga, unsigned cell_height)
{
	const struct font *font = cell_height == VGA_BYTE ? font_8x8() : font_8x16();

	fill(vga, TEXT_AT, TEXT_BYTES, BLANKS);
	return vga_load_font(vga, 0, font, 0, FONT_GLYPHS);
}

enum vga_status vga_set_mode(struct vga *vga, enum vga_mode mode)
{
	struct vga_size size;

	if (!vga) return VGA_NULL;
	enum vga_status status = vga_mode_size(mode, &size);
	if (status == VGA_OK) status = load(vga, mode);
	if (status == VGA_OK) status = load_colours(vga, mode);
	if (status != VGA_OK) return status;
	if (size.graphics)
		clear_planes(vga);
	else
		status = clear_text(vga, size.cell_height);
	return status == VGA_OK ? vga_show(vga, true) : status;
}
