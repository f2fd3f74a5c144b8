/* SPDX-License-Identifier: MIT */
/* The four planes of a VGA, as they lie in its memory: the only way to them.
 *
 * A plane address has four bytes, one of each plane; as a 32-bit word, plane 0 is the low byte. The
 * words are not in the order of their addresses, but in that of chain-4: a host address's bits 15
 * to 2 stay where they are, and A14 and A15 take the place of A0 and A1, which select the plane
 * (devices/vga/window.c). So the bytes of the window in mode 13h lie in memory as a program sees
 * them there, from offset 0; the words that chain-4 does not reach follow. */
#ifndef DEVICES_VGA_PLANES_H
#define DEVICES_VGA_PLANES_H

#include "devices/vga/model.h"
#include "emu/mem_device.h"

enum { VGA_MODEL_PLANES_SIZE = VGA_MODEL_PLANE_SIZE * VGA_MODEL_N_PLANES };

/* Where the word of plane address `address` (its low 16 bits count) begins in the memory, in bytes.
 * Plane p is p bytes behind. */
static inline unsigned vga_model_plane_offset(unsigned address)
{
	return (address >> 2 & 0x3fff) << 2 | ((address ^ address >> 14) & 3) << 16;
}

/* The byte of plane 0..3 at a plane address. */
static inline uint8_t vga_model_plane(const struct vga_model *v, unsigned address, unsigned plane)
{
	return mem_device_byte(v->memory, vga_model_plane_offset(address) + plane);
}

static inline void vga_model_set_plane(struct vga_model *v, unsigned address, unsigned plane,
				       uint8_t value)
{
	mem_device_set_byte(v->memory, vga_model_plane_offset(address) + plane, value);
}

/* All four planes at a plane address, plane 0 in the low byte. */
static inline uint32_t vga_model_word(const struct vga_model *v, unsigned address)
{
	return mem_device_word(v->memory, vga_model_plane_offset(address));
}

static inline void vga_model_set_word(struct vga_model *v, unsigned address, uint32_t word)
{
	mem_device_set_word(v->memory, vga_model_plane_offset(address), word);
}

#endif
