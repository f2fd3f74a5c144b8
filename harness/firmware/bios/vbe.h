/* SPDX-License-Identifier: MIT */
/* The numbers that INT 10h AH=4Fh gives to graphics modes, for loaders that speak of them. */
#ifndef HARNESS_FIRMWARE_BIOS_VBE_H
#define HARNESS_FIRMWARE_BIOS_VBE_H

#include <stdbool.h>

/* The mode of a number. False: there is none, whatever the display. */
bool bios_vbe_mode(unsigned number, unsigned *width, unsigned *height, unsigned *bits);
/* The number of a mode; 0: it has none. */
unsigned bios_vbe_number(unsigned width, unsigned height, unsigned bits);

#endif
