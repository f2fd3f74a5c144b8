/* SPDX-License-Identifier: MIT */
/* Calls of the BIOS's video services, and the characters that they leave on the screen. */
#ifndef TESTS_UNIT_FIRMWARE_BIOS_VIDEO_FIXTURE_H
#define TESTS_UNIT_FIRMWARE_BIOS_VIDEO_FIXTURE_H

#include "bios_fixture.h"

static inline void call10(uint16_t ax, uint16_t bx, uint16_t cx, uint16_t dx)
{
	begin(ax);
	set(CPU_RBX, bx);
	set(CPU_RCX, cx);
	set(CPU_RDX, dx);
	service(0x10);
}

/* Writes the text by teletype, INT 10h AH=0Eh. */
static inline void type(const char *s)
{
	for (; *s; s++) call10((uint16_t)(0x0e00 | (uint8_t)*s), 0x0700, 0, 0);
}

/* In a text mode of 80 columns, page 0. */
static inline uint8_t character(unsigned row, unsigned column)
{
	return vga_model_plane(&vga, (row * 80 + column) * 2, 0);
}

#endif
