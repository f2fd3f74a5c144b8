/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_VGA_TEXT_INTERNAL_H
#define DRIVERS_VGA_TEXT_INTERNAL_H

#include "bimetal/vga_text.h"

/* The CRT controller's index and data registers, from 3D4h on (IBM VGA: CRT Controller Registers).
 */
#define VGA_CRTC_INDEX ((struct io_rw8){ 0 })
#define VGA_CRTC_DATA  ((struct io_rw8){ 1 })

enum {
	VGA_CR_CURSOR_START = 0x0a,
	VGA_CR_CURSOR_OFF = 1 << 5,
	VGA_CR_CURSOR_HIGH = 0x0e,
	VGA_CR_CURSOR_LOW = 0x0f
};

uint8_t vga_text_read_crtc(const struct vga_text *vga, uint8_t index);
void vga_text_write_crtc(const struct vga_text *vga, uint8_t index, uint8_t value);
/* One cell, by its number: row * columns + column. */
uint16_t vga_text_load(const struct vga_text *vga, unsigned cell);
void vga_text_store(const struct vga_text *vga, unsigned cell, uint16_t value);
uint16_t vga_text_cell(uint8_t character, uint8_t attribute);
/* Show the hardware cursor where the writer is. */
void vga_text_place_cursor(const struct vga_text *vga);

#endif
