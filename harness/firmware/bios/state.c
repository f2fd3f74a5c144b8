/* SPDX-License-Identifier: MIT */
/* Layouts: IBM PC/AT Technical Reference (vectors, data area), Ralf Brown's CMOS.LST. */
#include "harness/firmware/bios/state.h"

#include <string.h>

#include "emu/bytes.h"

/* ---- interrupt vectors ---- */

enum { N_VECTORS = 256, VECTOR_SIZE = 4 };

static bool lay_vectors(struct mem *mem)
{
	uint8_t table[N_VECTORS * VECTOR_SIZE];
	uint8_t *at = table;

	for (unsigned v = 0; v < N_VECTORS; v++, at += VECTOR_SIZE) {
		put_le16(at, bios_rom_handler(v));
		put_le16(at + 2, BIOS_ROM_SEGMENT);
	}
	return mem_write(mem, 0, table, sizeof(table));
}

/* ---- BIOS data area ---- */

enum {
	N_COM = 4,
	ENHANCED_KEYBOARD = 0x10,
	VIDEO_CONTROL_256K = 0x60,
	VIDEO_SWITCHES = 0x09, /* EGA's: enhanced colour display */
	VIDEO_FLAGS = 0x11,    /* VGA, 400 lines */
	DISPLAY_VGA_COLOUR = 0x0b
};

static void video_data(uint8_t bda[BDA_SIZE])
{
	bda[BDA_VIDEO_MODE] = 3;
	put_le16(bda + BDA_VIDEO_COLUMNS, 80);
	put_le16(bda + BDA_VIDEO_PAGE_SIZE, 0x1000);
	put_le16(bda + BDA_CURSOR_SHAPE, 0x0607);
	put_le16(bda + BDA_CRTC_PORT, 0x3d4);
	bda[BDA_CGA_MODE] = 0x29;
	bda[BDA_CGA_COLOUR] = 0x30;
	bda[BDA_ROWS_LESS_ONE] = 24;
	put_le16(bda + BDA_CHARACTER_HEIGHT, 16);
	bda[BDA_VIDEO_CONTROL] = VIDEO_CONTROL_256K;
	bda[BDA_VIDEO_SWITCHES] = VIDEO_SWITCHES;
	bda[BDA_VIDEO_FLAGS] = VIDEO_FLAGS;
	bda[BDA_DISPLAY_CODE] = DISPLAY_VGA_COLOUR;
}

static bool lay_data_area(struct mem *mem)
{
	static const uint16_t com[N_COM] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	uint8_t bda[BDA_SIZE] = { 0 };

	for (size_t i = 0; i < N_COM; i++) {
		put_le16(bda + BDA_COM + i * 2, com[i]);
		bda[BDA_COM_TIMEOUT + i] = 1;
		if (i + 1 < N_COM) bda[BDA_LPT_TIMEOUT + i] = 0x14;
	}
	put_le16(bda + BDA_EBDA_SEGMENT, BIOS_EBDA_BASE >> 4);
	put_le16(bda + BDA_EQUIPMENT, BIOS_EQUIPMENT | BIOS_EQUIPMENT_80_COLUMNS);
	put_le16(bda + BDA_MEMORY_KIB, BIOS_BASE_KIB);
	put_le16(bda + BDA_KEYBOARD_HEAD, BDA_KEYBOARD_RING);
	put_le16(bda + BDA_KEYBOARD_TAIL, BDA_KEYBOARD_RING);
	put_le16(bda + BDA_KEYBOARD_START, BDA_KEYBOARD_RING);
	put_le16(bda + BDA_KEYBOARD_END, BDA_KEYBOARD_RING_END);
	bda[BDA_KEYBOARD_MODE] = ENHANCED_KEYBOARD;
	video_data(bda);
	return mem_write(mem, BDA_BASE, bda, sizeof(bda));
}

/* The first byte is the size in KiB; the rest keeps RAM's fill pattern. */
static bool lay_extended_area(struct mem *mem)
{
	static const uint8_t kib = 1;
	return mem_write(mem, BIOS_EBDA_BASE, &kib, sizeof(kib));
}

bool bios_lay_memory(struct mem *mem)
{
	return lay_vectors(mem) && lay_data_area(mem) && lay_extended_area(mem);
}

/* ---- CMOS ---- */

enum {
	CMOS_SHUTDOWN = 0x0f,
	CMOS_CHECKED_FIRST = 0x10, /* the checksum's range */
	CMOS_BASE_KIB = 0x15,
	CMOS_EXTENDED_KIB = 0x17, /* memory above 1 MiB, as a setup program stores it */
	CMOS_CHECKED_LAST = 0x2d,
	CMOS_CHECKSUM = 0x2e, /* high byte first */
	CMOS_EXTENDED_FOUND = 0x30,
	CMOS_ABOVE_16M = 0x34,    /* 64 KiB units, below the hole */
	CMOS_ABOVE_4G = 0x5b,     /* 64 KiB units, three bytes */
	MAX_EXTENDED_KIB = 0xfc00 /* 63 MiB: the most that BIOSes store in two bytes */
};

#define KIB      UINT64_C(1024)
#define MIB      (KIB * 1024)
#define UNIT_64K (KIB * 64)

static void set_cmos16(struct rtc_mc146818_model *rtc, unsigned index, uint64_t value)
{
	rtc_mc146818_model_cmos_set(rtc, index, (uint8_t)value);
	rtc_mc146818_model_cmos_set(rtc, index + 1, (uint8_t)(value >> 8));
}

/* How much of `size` bytes is above `from`, in units of `unit`, at most `max`. */
static uint64_t units_above(uint64_t size, uint64_t from, uint64_t unit, uint64_t max)
{
	uint64_t units = size > from ? (size - from) / unit : 0;
	return units < max ? units : max;
}

void bios_checksum_cmos(struct rtc_mc146818_model *rtc)
{
	unsigned sum = 0;

	for (unsigned i = CMOS_CHECKED_FIRST; i <= CMOS_CHECKED_LAST; i++)
		sum += rtc_mc146818_model_cmos_get(rtc, i);
	rtc_mc146818_model_cmos_set(rtc, CMOS_CHECKSUM, (uint8_t)(sum >> 8));
	rtc_mc146818_model_cmos_set(rtc, CMOS_CHECKSUM + 1, (uint8_t)sum);
}

void bios_lay_cmos(struct rtc_mc146818_model *rtc, const struct mem *mem)
{
	uint64_t extended = units_above(mem->ram_below_hole, MIB, KIB, MAX_EXTENDED_KIB);
	uint64_t above_4g = (mem->ram_size - mem->ram_below_hole) / UNIT_64K;

	rtc_mc146818_model_cmos_set(rtc, CMOS_SHUTDOWN, 0);
	rtc_mc146818_model_cmos_set(rtc, BIOS_CMOS_EQUIPMENT, BIOS_EQUIPMENT & 0xff);
	set_cmos16(rtc, CMOS_BASE_KIB, 640);
	set_cmos16(rtc, CMOS_EXTENDED_KIB, extended);
	set_cmos16(rtc, CMOS_EXTENDED_FOUND, extended);
	set_cmos16(rtc, CMOS_ABOVE_16M,
		   units_above(mem->ram_below_hole, 16 * MIB, UNIT_64K, UINT16_MAX));
	set_cmos16(rtc, CMOS_ABOVE_4G, above_4g);
	rtc_mc146818_model_cmos_set(rtc, CMOS_ABOVE_4G + 2, (uint8_t)(above_4g >> 16));
	bios_checksum_cmos(rtc);
}
