/* SPDX-License-Identifier: MIT */
/* Registers of the IBM VGA: the ports, and behind four of them the sequencer, the graphics
 * controller, the attribute controller and the CRT controller. */
#ifndef DEVICES_VGA_REGISTERS_H
#define DEVICES_VGA_REGISTERS_H

#include "emu/regs.h"

enum {
	VGA_MODEL_PORT_BASE = 0x3b0,
	VGA_MODEL_MEMORY_BASE = 0xa0000,
	VGA_MODEL_MEMORY_SIZE = 0x20000
};

/* Rows of the port table; offsets from port 0x3b0. */
enum vga_model_port {
	VGA_MODEL_CRTC_INDEX_MONO, /* 3B4, while MISC.IOS is 0 */
	VGA_MODEL_CRTC_DATA_MONO,
	VGA_MODEL_ST01_MONO,
	VGA_MODEL_FCR_MONO,
	VGA_MODEL_ATTR_INDEX, /* 3C0: index, then data */
	VGA_MODEL_ATTR_DATA,
	VGA_MODEL_ST00,
	VGA_MODEL_MISC,
	VGA_MODEL_VSE,
	VGA_MODEL_SEQ_INDEX,
	VGA_MODEL_SEQ_DATA,
	VGA_MODEL_PEL_MASK,
	VGA_MODEL_DAC_STATE,
	VGA_MODEL_DAC_READ_INDEX,
	VGA_MODEL_DAC_WRITE_INDEX,
	VGA_MODEL_DAC_DATA,
	VGA_MODEL_FCR_READ,
	VGA_MODEL_MISC_READ,
	VGA_MODEL_GC_INDEX,
	VGA_MODEL_GC_DATA,
	VGA_MODEL_CRTC_INDEX, /* 3D4, while MISC.IOS is 1 */
	VGA_MODEL_CRTC_DATA,
	VGA_MODEL_ST01,
	VGA_MODEL_FCR,
	VGA_MODEL_N_PORTS
};

/* Windows of the port table. */
enum { VGA_MODEL_BANK_MONO = 1, VGA_MODEL_BANK_COLOUR = 2 };

/* Indexed registers. The slot is the index, except of rows that can only be read, which follow. */
enum {
	VGA_MODEL_N_SR = 5,
	VGA_MODEL_N_GR = 9,
	VGA_MODEL_AR_PALETTE = 16, /* AR00..AR0F, one row */
	VGA_MODEL_N_AR = 21,       /* slots */
	VGA_MODEL_N_AR_ROWS = 6,
	VGA_MODEL_N_CR = 25,
	VGA_MODEL_CR22 = VGA_MODEL_N_CR, /* rows; they have no slots */
	VGA_MODEL_CR24,
	VGA_MODEL_N_CR_ROWS
};

extern const struct reg_desc vga_model_ports[VGA_MODEL_N_PORTS];
extern const struct reg_desc vga_model_sr[VGA_MODEL_N_SR];
extern const struct reg_desc vga_model_gr[VGA_MODEL_N_GR];
extern const struct reg_desc vga_model_ar[VGA_MODEL_N_AR_ROWS];
extern const struct reg_desc vga_model_cr[VGA_MODEL_N_CR_ROWS];

enum vga_model_bits {
	VGA_MODEL_MISC_IOS = 0x01, /* 1: CRTC at 3D4 */
	VGA_MODEL_MISC_ERAM = 0x02,
	VGA_MODEL_MISC_CS = 0x0c, /* clock: 0: 25.175 MHz, 1: 28.322 MHz */
	VGA_MODEL_MISC_CS_28 = 0x04,
	VGA_MODEL_MISC_PAGE = 0x20,

	VGA_MODEL_ST00_SENSE = 0x10,
	VGA_MODEL_ST00_INTERRUPT = 0x80, /* a vertical interrupt is pending */
	VGA_MODEL_ST01_DE = 0x01,        /* 1: not displaying */
	VGA_MODEL_ST01_VR = 0x08,        /* vertical retrace */

	VGA_MODEL_ATTR_PAS = 0x20, /* index bit: palette belongs to the screen */

	VGA_MODEL_SR00_RESETS = 0x03, /* both 1: the sequencer works */
	VGA_MODEL_SR00_ASYNCHRONOUS = 0x01,
	VGA_MODEL_SR00_SYNCHRONOUS = 0x02,
	VGA_MODEL_SR01_8_DOT = 0x01,
	VGA_MODEL_SR01_HALF_CLOCK = 0x08,
	VGA_MODEL_SR01_OFF = 0x20,
	VGA_MODEL_SR04_SEQUENTIAL = 0x04, /* 0: odd/even */
	VGA_MODEL_SR04_CHAIN4 = 0x08,

	VGA_MODEL_GR03_ROTATE = 0x07,
	VGA_MODEL_GR03_FUNCTION = 0x18,
	VGA_MODEL_GR03_AND = 0x08,
	VGA_MODEL_GR03_OR = 0x10,
	VGA_MODEL_GR03_XOR = 0x18,
	VGA_MODEL_GR05_WRITE_MODE = 0x03,
	VGA_MODEL_GR05_READ_MODE = 0x08,
	VGA_MODEL_GR05_ODD_EVEN = 0x10,
	VGA_MODEL_GR05_INTERLEAVE = 0x20,
	VGA_MODEL_GR05_256 = 0x40,
	VGA_MODEL_GR06_GRAPHICS = 0x01,
	VGA_MODEL_GR06_CHAIN = 0x02,
	VGA_MODEL_GR06_MAP = 0x0c,

	VGA_MODEL_AR10_GRAPHICS = 0x01,
	VGA_MODEL_AR10_LINE_GRAPHICS = 0x04,
	VGA_MODEL_AR10_BLINK = 0x08,
	VGA_MODEL_AR10_PAN_RESET = 0x20, /* line compare ends panning */
	VGA_MODEL_AR10_256 = 0x40,
	VGA_MODEL_AR10_P54 = 0x80,

	VGA_MODEL_CR07_LC8 = 0x10,
	VGA_MODEL_CR08_BYTE_PAN = 0x60,
	VGA_MODEL_CR09_LC9 = 0x40,
	VGA_MODEL_CR09_DOUBLE = 0x80,
	VGA_MODEL_CR0A_OFF = 0x20,
	VGA_MODEL_CR0B_SKEW = 0x60,
	VGA_MODEL_CR11_CVI = 0x10, /* 0: the vertical interrupt is held clear */
	VGA_MODEL_CR11_DVI = 0x20, /* 0: the vertical interrupt is enabled */
	VGA_MODEL_CR11_PROTECT = 0x80,
	VGA_MODEL_CR14_DIV4 = 0x20,
	VGA_MODEL_CR14_DOUBLEWORD = 0x40,
	VGA_MODEL_CR17_MAP13 = 0x01, /* 0: bit 0 of the scan line becomes address bit 13 */
	VGA_MODEL_CR17_MAP14 = 0x02, /* 0: bit 1 becomes address bit 14 */
	VGA_MODEL_CR17_SLDIV = 0x04, /* the vertical counter counts every second scan line */
	VGA_MODEL_CR17_DIV2 = 0x08,
	VGA_MODEL_CR17_WRAP = 0x20, /* word mode: 1: MA15 becomes A0, 0: MA13 */
	VGA_MODEL_CR17_BYTE = 0x40,
	VGA_MODEL_CR17_RUN = 0x80 /* 0: retraces held in reset */
};

#endif
