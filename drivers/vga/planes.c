/* SPDX-License-Identifier: MIT */
/* Access to whole planes, whatever the mode: for fonts, and for clearing memory. */
#include "internal.h"

static const enum vga_index saved_sr[VGA_SAVED_SR] = { VGA_SR02_MAP_MASK, VGA_SR04_MEMORY_MODE };
enum { OF_GR06 = 2 }; /* in saved_gr */
static const enum vga_index saved_gr[VGA_SAVED_GR] = { VGA_GR04_READ_MAP,
						       VGA_GR05_MODE, [OF_GR06] = VGA_GR06_MISC };

static void load_sequencer(const struct vga *vga, const uint8_t *values)
{
	vga_put(vga, VGA_SEQUENCER, VGA_SR00, VGA_SR00_SYNC_RESET);
	for (unsigned i = 0; i < VGA_SAVED_SR; i++)
		vga_put(vga, VGA_SEQUENCER, saved_sr[i], values[i]);
	vga_put(vga, VGA_SEQUENCER, VGA_SR00, VGA_SR00_RUN);
}

void vga_begin_planes(const struct vga *vga, struct vga_saved *saved, unsigned planes,
		      unsigned read)
{
	const uint8_t sr[VGA_SAVED_SR] = { (uint8_t)planes,
					   VGA_SR04_EXTENDED | VGA_SR04_SEQUENTIAL };

	for (unsigned i = 0; i < VGA_SAVED_SR; i++)
		saved->sr[i] = vga_get(vga, VGA_SEQUENCER, saved_sr[i]);
	for (unsigned i = 0; i < VGA_SAVED_GR; i++)
		saved->gr[i] = vga_get(vga, VGA_GRAPHICS, saved_gr[i]);
	load_sequencer(vga, sr);
	vga_put_graphics(vga, VGA_GR04_READ_MAP, (unsigned)read);
	vga_put_graphics(vga, VGA_GR05_MODE, VGA_GR05_WRITE_0);
	vga_put_graphics(vga, VGA_GR06_MISC,
			 VGA_GR06_A0000_64K | (saved->gr[OF_GR06] & VGA_GR06_GRAPHICS));
}

void vga_end_planes(const struct vga *vga, const struct vga_saved *saved)
{
	load_sequencer(vga, saved->sr);
	for (unsigned i = 0; i < VGA_SAVED_GR; i++)
		vga_put_graphics(vga, saved_gr[i], saved->gr[i]);
}
