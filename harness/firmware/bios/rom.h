/* SPDX-License-Identifier: MIT */
/* The BIOS's ROM at F000: stubs that lead to the services (bios.h), handlers of hardware
 * interrupts, tables and the character generator. */
#ifndef HARNESS_FIRMWARE_BIOS_ROM_H
#define HARNESS_FIRMWARE_BIOS_ROM_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BIOS_ROM_BASE = 0xf0000,
	BIOS_ROM_SIZE = 0x10000,
	BIOS_ROM_SEGMENT = 0xf000,
	/* Offsets of tables to which software gets pointers. Below 0xa000 the ROM is empty, or has
	 * tables of other firmware. */
	BIOS_ROM_FONT_14 = 0xa000,      /* 256 glyphs of 14 rows */
	BIOS_ROM_FONT_8 = 0xb000,       /* 256 glyphs of 8 rows */
	BIOS_ROM_FONT_8_UPPER = 0xb400, /* its second half */
	BIOS_ROM_NO_GLYPHS = 0xb800,    /* glyphs that differ in cells of 9 dots: an empty list */
	BIOS_ROM_VIDEO_FACTS = 0xb810,  /* what INT 10h AH=1Bh points to */
	BIOS_ROM_FONT_16 = 0xc000,      /* 256 glyphs of 16 rows */
	BIOS_ROM_VBE_OEM = 0xd000,      /* a NUL-terminated name */
	BIOS_ROM_VBE_MODES = 0xd020,    /* an empty list of VBE modes */
	BIOS_ROM_VBE_VENDOR = 0xd030,   /* NUL-terminated names of vendor, product and revision */
	BIOS_ROM_VBE_PRODUCT = 0xd040,
	BIOS_ROM_VBE_REVISION = 0xd060,
	BIOS_ROM_VBE_WINDOW = 0xd080,    /* code: AX=4F05h by a far call */
	BIOS_ROM_VBE_PROTECTED = 0xd100, /* the table of AX=4F0Ah, with its code */
	BIOS_ROM_VBE_ALL_MODES = 0xd400, /* the list of VBE modes with --device vga */
	BIOS_ROM_CONFIGURATION = 0xe6f5, /* INT 15h AH=C0h; at the same place as in an AT */
	BIOS_ROM_DISKETTE = 0xefc7,      /* diskette parameters, INT 1Eh; at the same place */
	BIOS_ROM_FONT_8_OLD = 0xfa6e,    /* the first half of the 8x8 font; at the same place */
	BIOS_ROM_RESET = 0xfff0
};

/* Fill in the ROM. */
void bios_rom(uint8_t rom[BIOS_ROM_SIZE]);
/* The offset of an interrupt's handler (or table) in F000. */
uint16_t bios_rom_handler(unsigned vector);

/* Offsets in the stub of a service: where the CPU is after the trap, and, in stubs that can wait,
 * where it halts or polls. False: no stub has this number. */
struct bios_stub {
	uint16_t trapped, halt, poll;
	bool has_frame; /* the caller's AX, IP, CS and flags are on the stack, in this order */
};
bool bios_rom_stub(unsigned service, struct bios_stub *stub);
/* The offset of the code that halts the CPU for good. */
uint16_t bios_rom_halt(void);

#endif
