/* SPDX-License-Identifier: MIT */
/* The standard modes of an IBM VGA, as its BIOS sets them: 00h to 07h and 0Dh to 13h. Only register
 * values are here; what a mode means to a program that calls the BIOS is in the firmware.
 *
 * The values are those of the parameter tables in VGA BIOSes. They were compared with the tables of
 * a Banshee's BIOS ("research/3dfx/bios" of riplin/hag, a disassembly) and with DOSEMU's dumps of
 * the CRT controller; unread: IBM's own, in its VGA's ROM. Text modes have 400 lines. */
#ifndef DEVICES_VGA_MODES_H
#define DEVICES_VGA_MODES_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/vga/model.h"

/* The colours that the DAC is loaded with. */
enum vga_model_dac {
	VGA_MODEL_DAC_64, /* rgbRGB: two bits a colour, for the 16-colour modes of 350 lines and
			     more */
	VGA_MODEL_DAC_16, /* RGB and intensity, dark yellow as brown, for the modes of 200 lines */
	VGA_MODEL_DAC_MONO, /* black, grey and white, for modes 07h and 0Fh */
	VGA_MODEL_DAC_256 /* mode 13h: the 16, 16 greys, 24 hues in 3 saturations and 3 intensities
			   */
};

struct vga_model_mode {
	uint8_t number;
	uint8_t columns, rows; /* of characters */
	uint8_t cell_rows;     /* scan lines of a character */
	uint16_t page_bytes;   /* size of a page, as the BIOS counts it */
	bool graphics;
	enum vga_model_dac dac;
	uint8_t misc;
	uint8_t sr[VGA_MODEL_N_SR], gr[VGA_MODEL_N_GR], cr[VGA_MODEL_N_CR];
	uint8_t ar[VGA_MODEL_N_AR];
};

/* The mode of this number; NULL: there is none. */
const struct vga_model_mode *vga_model_mode(unsigned number);
/* Program all registers, and load the font for a text mode. Memory and DAC do not change otherwise.
 */
void vga_model_set_mode(struct vga_model *v, const struct vga_model_mode *mode);
/* Load the DAC: 64 entries, or all in mode 13h. */
void vga_model_load_dac(struct vga_model *v, enum vga_model_dac dac);
/* Clear the memory that the mode shows: spaces, grey on black, or zeroes. */
void vga_model_clear(struct vga_model *v, const struct vga_model_mode *mode);

/* Set the state that a BIOS leaves after setting mode 3: 80x25 colour text in 9x16 cells, blank,
 * cursor at the top left, font in plane 2, standard palette, CR00..CR07 protected. */
void vga_model_set_text_mode(struct vga_model *v);

#endif
