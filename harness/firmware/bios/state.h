/* SPDX-License-Identifier: MIT */
/* The data that the firmware of an old PC leaves for an operating system: the interrupt vectors,
 * the BIOS data area and its extension, and the configuration in CMOS. The ROM is in rom.h, the
 * services are in bios.h. */
#ifndef HARNESS_FIRMWARE_BIOS_STATE_H
#define HARNESS_FIRMWARE_BIOS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/rtc_mc146818/model.h"
#include "emu/mem.h"
#include "harness/firmware/bios/rom.h"

enum {
	BIOS_EBDA_BASE = 0x9fc00, /* extended BIOS data area: 1 KiB */
	BIOS_BASE_KIB = 639,      /* conventional memory below it */
	/* Floating-point unit, PS/2 pointer, VGA, four serial ports, no diskette. */
	BIOS_EQUIPMENT = 0x0806,
	BIOS_EQUIPMENT_DISKETTE = 0x0001,
	BIOS_EQUIPMENT_SECOND_DISKETTE = 0x0040,
	/* The screen's mode; set only in the data area, not in CMOS. */
	BIOS_EQUIPMENT_SCREEN = 0x0030,
	BIOS_EQUIPMENT_40_COLUMNS = 0x0010,
	BIOS_EQUIPMENT_80_COLUMNS = 0x0020,
	BIOS_EQUIPMENT_MONO = 0x0030,
	/* Bits of the video flags, 40:89h. */
	BIOS_VIDEO_GREY = 0x02,      /* a mode set loads the DAC with greys */
	BIOS_VIDEO_KEEP_DAC = 0x08,  /* a mode set does not load the DAC */
	BIOS_VIDEO_400_LINES = 0x10, /* text modes have 400 lines; without this and the next, 350 */
	BIOS_VIDEO_200_LINES = 0x80
};

/* The BIOS data area, by offset from BDA_BASE (IBM PC/AT Technical Reference; RBIL MEMORY.LST). */
enum {
	BDA_BASE = 0x400,
	BDA_SIZE = 0x100,
	BDA_COM = 0x00, /* four port addresses */
	BDA_LPT = 0x08, /* three */
	BDA_EBDA_SEGMENT = 0x0e,
	BDA_EQUIPMENT = 0x10,
	BDA_MEMORY_KIB = 0x13,
	BDA_SHIFT_1 = 0x17,
	BDA_SHIFT_2 = 0x18,
	BDA_ALT_KEYPAD = 0x19,
	BDA_KEYBOARD_HEAD = 0x1a, /* offsets of the ring from 0x400 */
	BDA_KEYBOARD_TAIL = 0x1c,
	BDA_KEYBOARD_RING = 0x1e,
	BDA_KEYBOARD_RING_END = 0x3e,
	BDA_DISKETTE_STATUS = 0x41,
	BDA_VIDEO_MODE = 0x49,
	BDA_VIDEO_COLUMNS = 0x4a,
	BDA_VIDEO_PAGE_SIZE = 0x4c,
	BDA_VIDEO_PAGE_START = 0x4e,
	BDA_CURSOR_POSITION = 0x50, /* of eight pages: column, row */
	BDA_CURSOR_SHAPE = 0x60,
	BDA_VIDEO_PAGE = 0x62,
	BDA_CRTC_PORT = 0x63,
	BDA_CGA_MODE =
		0x65, /* what the mode register of a CGA would hold; next: the colour register */
	BDA_CGA_COLOUR = 0x66,
	BDA_TICKS = 0x6c,
	BDA_MIDNIGHT = 0x70,
	BDA_BREAK = 0x71,
	BDA_DISK_STATUS = 0x74,
	BDA_N_DISKS = 0x75,
	BDA_LPT_TIMEOUT = 0x78,
	BDA_COM_TIMEOUT = 0x7c,
	BDA_KEYBOARD_START = 0x80,
	BDA_KEYBOARD_END = 0x82,
	BDA_ROWS_LESS_ONE = 0x84,
	BDA_CHARACTER_HEIGHT = 0x85,
	BDA_VIDEO_CONTROL = 0x87,
	BDA_VIDEO_SWITCHES = 0x88,
	BDA_VIDEO_FLAGS = 0x89,
	BDA_DISPLAY_CODE = 0x8a,
	BDA_KEYBOARD_MODE = 0x96,
	BDA_KEYBOARD_LEDS = 0x97
};

/* CMOS bytes that the BIOS keeps (RBIL CMOS.LST). */
enum {
	BIOS_CMOS_DISKETTES = 0x10, /* the types of A: and B: */
	BIOS_CMOS_DISKS = 0x12,     /* the types of C: and D:; 0xf: see 0x19, 0x1a */
	BIOS_CMOS_EQUIPMENT = 0x14,
	BIOS_CMOS_DISK0_TYPE = 0x19,
	BIOS_CMOS_DISK1_TYPE = 0x1a
};

/* Write interrupt vectors, BIOS data area and its extension to RAM. False: there is no RAM there.
 */
bool bios_lay_memory(struct mem *mem);
/* Write equipment, memory sizes and checksum to CMOS, as setup programs do. */
void bios_lay_cmos(struct rtc_mc146818_model *rtc, const struct mem *mem);
/* Update the checksum after a change of CMOS bytes. */
void bios_checksum_cmos(struct rtc_mc146818_model *rtc);

#endif
