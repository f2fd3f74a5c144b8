/* SPDX-License-Identifier: MIT */
/* What the firmware of an old PC leaves behind when it starts an operating system: its ROM, the
 * interrupt vectors, the BIOS data area and the configuration in CMOS.
 *
 * There is no BIOS here yet. INT 11h (equipment) and INT 12h (memory size) answer; disk, system
 * and PCI services (13h, 15h, 1Ah) fail with carry set; hardware interrupts are acknowledged;
 * everything else returns at once. The reset vector and INT 18h, 19h halt: nothing to boot. */
#ifndef HARNESS_BIOS_STATE_H
#define HARNESS_BIOS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/mc146818_model.h"
#include "emu/mem.h"

enum {
	BIOS_ROM_BASE = 0xf0000,
	BIOS_ROM_SIZE = 0x10000,
	BIOS_EBDA_BASE = 0x9fc00, /* extended BIOS data area: 1 KiB */
	BIOS_BASE_KIB = 639,      /* conventional memory below it */
	/* Floating-point unit, PS/2 pointer, VGA, four serial ports, no diskette. */
	BIOS_EQUIPMENT = 0x0806
};

/* Fill in the ROM: the reset vector at its end, stubs, date and model byte. */
void bios_rom(uint8_t rom[BIOS_ROM_SIZE]);
/* Lay interrupt vectors, BIOS data area and its extension in RAM. False: no such memory. */
bool bios_lay_memory(struct mem *mem);
/* Equipment, memory sizes and checksum, as setup programs store them. */
void bios_lay_cmos(struct mc146818 *rtc, const struct mem *mem);

#endif
