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
	/* Offsets of what software is given pointers to. Below 0xc000 the ROM is empty. */
	BIOS_ROM_FONT_16 = 0xc000,       /* 256 glyphs of 16 rows */
	BIOS_ROM_VBE_OEM = 0xd000,       /* a NUL-terminated name */
	BIOS_ROM_VBE_MODES = 0xd020,     /* an empty list of VBE modes */
	BIOS_ROM_CONFIGURATION = 0xe6f5, /* INT 15h AH=C0h; where the AT has it */
	BIOS_ROM_DISKETTE = 0xefc7,      /* diskette parameters, INT 1Eh; where the AT has them */
	BIOS_ROM_RESET = 0xfff0
};

/* Fill in the ROM. */
void bios_rom(uint8_t rom[BIOS_ROM_SIZE]);
/* The offset of an interrupt's handler (or table) in F000. */
uint16_t bios_rom_handler(unsigned vector);

/* The places in a service's stub that the host must know: where the trap is taken, and, in stubs
 * that can wait, where they go to sleep or to poll. False: no stub knocks with this number. */
struct bios_stub {
	uint16_t trapped, halt, poll;
	bool has_frame; /* the caller's AX, IP, CS and flags lie on the stack, in this order */
};
bool bios_rom_stub(unsigned service, struct bios_stub *stub);
/* Where the CPU stops for good. */
uint16_t bios_rom_halt(void);

#endif
