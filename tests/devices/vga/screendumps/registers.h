/* SPDX-License-Identifier: MIT */
/* Register values of the standard VGA modes for the kernel of the pictures, and a way to write
 * them. They are given here a second time, so that a mistake in the model's table is seen. */
#ifndef TESTS_DEVICES_VGA_SCREENDUMPS_REGISTERS_H
#define TESTS_DEVICES_VGA_SCREENDUMPS_REGISTERS_H

#include <stdint.h>

enum { N_SR = 5, N_CR = 25, N_GR = 9, N_AR = 21 };

struct registers {
	uint8_t misc, sr[N_SR], cr[N_CR], gr[N_GR], ar[N_AR];
};

enum vga_port {
	ATTRIBUTE = 0x3c0,
	MISC = 0x3c2,
	SEQ = 0x3c4,
	PEL_MASK = 0x3c6,
	DAC_WRITE = 0x3c8,
	DAC_DATA = 0x3c9,
	GC = 0x3ce
};

/* A standard mode, 00h to 07h and 0Dh to 13h. */
const struct registers *mode_registers(unsigned mode);
/* Write all registers; the CRT controller is at 3D4 or 3B4, by misc. */
void write_registers(const struct registers *r);
/* One register by index; the CRTC's of the mode that was written last. */
void sequencer(unsigned index, unsigned value);
void graphics(unsigned index, unsigned value);
void crtc(unsigned index, unsigned value);
void attribute(unsigned index, unsigned value);
/* 256 colours, all different. */
void load_colours(void);

#endif
