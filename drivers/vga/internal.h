/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_VGA_INTERNAL_H
#define DRIVERS_VGA_INTERNAL_H

#include <stddef.h>

#include "bimetal/vga.h"

/* The ports, from VGA_PORTS on (FreeVGA, External Registers and "Accessing the VGA Registers"). */
#define VGA_ATTRIBUTE_INDEX  ((struct io_rw8){ 0x10 }) /* 3C0: index, then data */
#define VGA_ATTRIBUTE_DATA   ((struct io_ro8){ 0x11 })
#define VGA_MISC_WRITE       ((struct io_wo8){ 0x12 })
#define VGA_SEQUENCER_INDEX  ((struct io_rw8){ 0x14 })
#define VGA_PALETTE_READ     ((struct io_wo8){ 0x17 })
#define VGA_PALETTE_WRITE    ((struct io_wo8){ 0x18 })
#define VGA_PALETTE_DATA     ((struct io_rw8){ 0x19 })
#define VGA_MISC_READ        ((struct io_ro8){ 0x1c })
#define VGA_GRAPHICS_INDEX   ((struct io_rw8){ 0x1e })
#define VGA_CRTC_INDEX_MONO  ((struct io_rw8){ 0x04 }) /* 3B4 */
#define VGA_CRTC_INDEX_COLOR ((struct io_rw8){ 0x24 }) /* 3D4 */
#define VGA_STATUS_MONO      ((struct io_ro8){ 0x0a }) /* 3BA */
#define VGA_STATUS_COLOR     ((struct io_ro8){ 0x2a }) /* 3DA */

enum vga_bits {
	VGA_MISC_COLOR = 0x01,      /* the CRT controller is at 3D4h */
	VGA_STATUS_RETRACE = 0x08,  /* vertical */
	VGA_ATTRIBUTE_SHOWN = 0x20, /* in the index: the palette belongs to the screen */
	VGA_SR00_SYNC_RESET = 0x01,
	VGA_SR00_RUN = 0x03,
	VGA_SR04_EXTENDED = 0x02, /* more than 64 KiB */
	VGA_SR04_SEQUENTIAL = 0x04,
	VGA_GR05_WRITE_0 = 0,
	VGA_GR05_WRITE_1 = 1,
	VGA_GR05_WRITE_2 = 2,
	VGA_GR06_GRAPHICS = 0x01,
	VGA_GR06_A0000_64K = 0x04,
	VGA_CR03_VERTICAL = 0x80, /* CR10 and CR11 are the vertical retrace, not the light pen */
	VGA_CR0A_CURSOR_OFF = 0x20,
	VGA_CR0A_CURSOR_START = 0x1f,
	VGA_CR0B_CURSOR_END = 0x1f,
	VGA_CR11_PROTECT = 0x80,
	VGA_ALL_PLANES = 0x0f,
	VGA_ALL_DOTS = 0xff
};

/* Indexed registers, as the manuals name them. */
enum vga_index {
	VGA_SR00 = 0,
	VGA_SR02_MAP_MASK = 2,
	VGA_SR04_MEMORY_MODE = 4,
	VGA_GR00_SET_RESET = 0,
	VGA_GR01_ENABLE_SET_RESET = 1,
	VGA_GR04_READ_MAP = 4,
	VGA_GR05_MODE = 5,
	VGA_GR06_MISC = 6,
	VGA_GR08_BIT_MASK = 8,
	VGA_CR03 = 0x03,
	VGA_CR0A_CURSOR = 0x0a,
	VGA_CR0B_CURSOR = 0x0b,
	VGA_CR0C_START_HIGH = 0x0c,
	VGA_CR0D_START_LOW = 0x0d,
	VGA_CR0E_CURSOR_HIGH = 0x0e,
	VGA_CR0F_CURSOR_LOW = 0x0f,
	VGA_CR11 = 0x11,
	VGA_AR_PALETTE = 16 /* how many of the attribute registers are palette */
};

enum { VGA_BYTE = 8, VGA_PLANES = 4, VGA_PLANE_SIZE = 0x10000 };

/* ---- registers; index and set are those of the enums above ---- */

uint8_t vga_get(const struct vga *vga, enum vga_set set, unsigned index);
void vga_put(const struct vga *vga, enum vga_set set, unsigned index, uint8_t value);
static inline void vga_put_graphics(const struct vga *vga, enum vga_index index, unsigned value)
{
	vga_put(vga, VGA_GRAPHICS, index, (uint8_t)value);
}

static inline void vga_map_mask(const struct vga *vga, unsigned planes)
{
	vga_put(vga, VGA_SEQUENCER, VGA_SR02_MAP_MASK, (uint8_t)planes);
}
/* Input status 1. Reading it makes the attribute controller expect an index. */
uint8_t vga_status(const struct vga *vga);
/* Load the planes' registers for sequential access to the whole of them at A0000h, with writes to
 * the planes `planes` and reads from plane `read`. vga_end_planes() restores what `saved` holds. */
enum { VGA_SAVED_SR = 2, VGA_SAVED_GR = 3 };
struct vga_saved {
	uint8_t sr[VGA_SAVED_SR], gr[VGA_SAVED_GR];
};
void vga_begin_planes(const struct vga *vga, struct vga_saved *saved, unsigned planes,
		      unsigned read);
void vga_end_planes(const struct vga *vga, const struct vga_saved *saved);

#endif
