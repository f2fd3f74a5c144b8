/* SPDX-License-Identifier: MIT */
/* Layouts: IBM PC/AT Technical Reference (ROM, vectors, data area), Ralf Brown's CMOS.LST. */
#include "harness/bios_state.h"

#include <string.h>

/* ---- ROM ---- */

enum { /* offsets in segment F000, where the AT's BIOS has them */
       ROM_SEGMENT = 0xf000,
       ROM_STUBS = 0xe000,
       ROM_POST = 0xe05b,
       ROM_IRET = 0xff53,
       ROM_RESET = 0xfff0,
       ROM_DATE = 0xfff5,
       ROM_MODEL = 0xfffe
};

/* The stubs, one after another; offsets are worked out once, the same for ROM and vectors. */
enum stub {
	STUB_EOI_MASTER,
	STUB_EOI_SLAVE,
	STUB_EQUIPMENT,
	STUB_MEMORY_SIZE,
	STUB_FAIL_DISK,
	STUB_FAIL_SYSTEM,
	STUB_FAIL_PCI,
	N_STUBS
};

enum {
	STUB_SIZE = 12, /* room for the longest */
	PIC_EOI = 0x20,
	PORT_MASTER = 0x20,
	PORT_SLAVE = 0xa0,
	BAD_COMMAND = 0x01, /* AH of INT 13h */
	UNSUPPORTED = 0x86, /* AH of INT 15h */
	PCI_BAD_FUNCTION = 0x81
};

/* x86, 16-bit. */
#define PUSH_AX                  0x50
#define POP_AX                   0x58
#define MOV_AL(v)                0xb0, (v)
#define MOV_AH(v)                0xb4, (v)
#define MOV_AX(v)                0xb8, (v)&0xff, (v) >> 8
#define OUT_AL(p)                0xe6, (p)
#define CLI                      0xfa
#define HLT                      0xf4
#define IRET                     0xcf
#define JMP_BACK(n)              0xeb, 0x100 - (n)
#define JMP_FAR(segment, offset) 0xea, (offset)&0xff, (offset) >> 8, (segment)&0xff, (segment) >> 8
/* Set carry in the caller's flags: push bp; mov bp, sp; or byte [bp+6], 1; pop bp */
#define FAIL_CALLER 0x55, 0x89, 0xe5, 0x80, 0x4e, 0x06, 0x01, 0x5d

static const uint8_t stubs[N_STUBS][STUB_SIZE] = {
	[STUB_EOI_MASTER] = { PUSH_AX, MOV_AL(PIC_EOI), OUT_AL(PORT_MASTER), POP_AX, IRET },
	[STUB_EOI_SLAVE] = { PUSH_AX, MOV_AL(PIC_EOI), OUT_AL(PORT_SLAVE), OUT_AL(PORT_MASTER),
			     POP_AX, IRET },
	[STUB_EQUIPMENT] = { MOV_AX(BIOS_EQUIPMENT), IRET },
	[STUB_MEMORY_SIZE] = { MOV_AX(BIOS_BASE_KIB), IRET },
	[STUB_FAIL_DISK] = { MOV_AH(BAD_COMMAND), FAIL_CALLER, IRET },
	[STUB_FAIL_SYSTEM] = { MOV_AH(UNSUPPORTED), FAIL_CALLER, IRET },
	[STUB_FAIL_PCI] = { MOV_AH(PCI_BAD_FUNCTION), FAIL_CALLER, IRET },
};

static uint16_t stub_offset(enum stub stub) { return (uint16_t)(ROM_STUBS + stub * STUB_SIZE); }

void bios_rom(uint8_t rom[BIOS_ROM_SIZE])
{
	static const uint8_t post[] = { CLI, HLT, JMP_BACK(4) };
	static const uint8_t reset[] = { JMP_FAR(ROM_SEGMENT, ROM_POST) };
	static const char date[] = "11/21/26";
	static const uint8_t model[] = { 0xfc, 0x00 }; /* PC/AT */

	memset(rom, 0xff, BIOS_ROM_SIZE);
	memcpy(rom + ROM_STUBS, stubs, sizeof(stubs));
	memcpy(rom + ROM_POST, post, sizeof(post));
	rom[ROM_IRET] = IRET;
	memcpy(rom + ROM_RESET, reset, sizeof(reset));
	memcpy(rom + ROM_DATE, date, strlen(date));
	memcpy(rom + ROM_MODEL, model, sizeof(model));
}

/* ---- interrupt vectors ---- */

enum { N_VECTORS = 256, VECTOR_SIZE = 4, IRQ_MASTER = 0x08, IRQ_SLAVE = 0x70, IRQS_PER_CHIP = 8 };

static uint16_t handler(unsigned vector)
{
	if (vector >= IRQ_MASTER && vector < IRQ_MASTER + IRQS_PER_CHIP)
		return stub_offset(STUB_EOI_MASTER);
	if (vector >= IRQ_SLAVE && vector < IRQ_SLAVE + IRQS_PER_CHIP)
		return stub_offset(STUB_EOI_SLAVE);
	switch (vector) {
	case 0x11: return stub_offset(STUB_EQUIPMENT);
	case 0x12: return stub_offset(STUB_MEMORY_SIZE);
	case 0x13: return stub_offset(STUB_FAIL_DISK);
	case 0x15: return stub_offset(STUB_FAIL_SYSTEM);
	case 0x18:
	case 0x19: return ROM_POST; /* nothing to boot from */
	case 0x1a: return stub_offset(STUB_FAIL_PCI);
	default: return ROM_IRET;
	}
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static bool lay_vectors(struct mem *mem)
{
	uint8_t table[N_VECTORS * VECTOR_SIZE];
	uint8_t *at = table;

	for (unsigned v = 0; v < N_VECTORS; v++, at += VECTOR_SIZE) {
		put16(at, handler(v));
		put16(at + 2, ROM_SEGMENT);
	}
	return mem_write(mem, 0, table, sizeof(table));
}

/* ---- BIOS data area ---- */

enum { BDA_BASE = 0x400, BDA_SIZE = 0x100 };

/* Offsets in the data area. */
enum {
	BDA_COM = 0x00, /* four port addresses */
	BDA_EBDA_SEGMENT = 0x0e,
	BDA_EQUIPMENT = 0x10,
	BDA_MEMORY_KIB = 0x13,
	BDA_KEYBOARD_HEAD = 0x1a, /* offsets of the ring from 0x400 */
	BDA_KEYBOARD_TAIL = 0x1c,
	BDA_VIDEO_MODE = 0x49,
	BDA_VIDEO_COLUMNS = 0x4a,
	BDA_VIDEO_PAGE_SIZE = 0x4c,
	BDA_CURSOR_SHAPE = 0x60,
	BDA_CRTC_PORT = 0x63,
	BDA_LPT_TIMEOUT = 0x78,
	BDA_COM_TIMEOUT = 0x7c,
	BDA_KEYBOARD_START = 0x80,
	BDA_KEYBOARD_END = 0x82,
	BDA_ROWS_LESS_ONE = 0x84,
	BDA_CHARACTER_HEIGHT = 0x85,
	BDA_VIDEO_CONTROL = 0x87,
	BDA_KEYBOARD_MODE = 0x96
};

enum {
	N_COM = 4,
	KEYBOARD_RING = 0x1e,
	KEYBOARD_RING_END = 0x3e,
	ENHANCED_KEYBOARD = 0x10,
	VIDEO_CONTROL_256K = 0x60
};

static void video_data(uint8_t bda[BDA_SIZE])
{
	bda[BDA_VIDEO_MODE] = 3;
	put16(bda + BDA_VIDEO_COLUMNS, 80);
	put16(bda + BDA_VIDEO_PAGE_SIZE, 0x1000);
	put16(bda + BDA_CURSOR_SHAPE, 0x0607);
	put16(bda + BDA_CRTC_PORT, 0x3d4);
	bda[BDA_ROWS_LESS_ONE] = 24;
	put16(bda + BDA_CHARACTER_HEIGHT, 16);
	bda[BDA_VIDEO_CONTROL] = VIDEO_CONTROL_256K;
}

static bool lay_data_area(struct mem *mem)
{
	static const uint16_t com[N_COM] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	uint8_t bda[BDA_SIZE] = { 0 };

	for (size_t i = 0; i < N_COM; i++) {
		put16(bda + BDA_COM + i * 2, com[i]);
		bda[BDA_COM_TIMEOUT + i] = 1;
		if (i + 1 < N_COM) bda[BDA_LPT_TIMEOUT + i] = 0x14;
	}
	put16(bda + BDA_EBDA_SEGMENT, BIOS_EBDA_BASE >> 4);
	put16(bda + BDA_EQUIPMENT, BIOS_EQUIPMENT);
	put16(bda + BDA_MEMORY_KIB, BIOS_BASE_KIB);
	put16(bda + BDA_KEYBOARD_HEAD, KEYBOARD_RING);
	put16(bda + BDA_KEYBOARD_TAIL, KEYBOARD_RING);
	put16(bda + BDA_KEYBOARD_START, KEYBOARD_RING);
	put16(bda + BDA_KEYBOARD_END, KEYBOARD_RING_END);
	bda[BDA_KEYBOARD_MODE] = ENHANCED_KEYBOARD;
	video_data(bda);
	return mem_write(mem, BDA_BASE, bda, sizeof(bda));
}

/* Its first byte is its size in KiB; the rest keeps the fill pattern. */
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
	CMOS_EQUIPMENT = 0x14,
	CMOS_BASE_KIB = 0x15,
	CMOS_EXTENDED_KIB = 0x17, /* above 1 MiB, as set up */
	CMOS_CHECKED_LAST = 0x2d,
	CMOS_CHECKSUM = 0x2e, /* high byte first */
	CMOS_EXTENDED_FOUND = 0x30,
	CMOS_ABOVE_16M = 0x34,    /* 64 KiB units, below the hole */
	CMOS_ABOVE_4G = 0x5b,     /* 64 KiB units, three bytes */
	MAX_EXTENDED_KIB = 0xfc00 /* 63 MiB: what two bytes hold, as BIOSes round it */
};

#define KIB      UINT64_C(1024)
#define MIB      (KIB * 1024)
#define UNIT_64K (KIB * 64)

static void set_cmos16(struct mc146818 *rtc, unsigned index, uint64_t value)
{
	mc146818_cmos_set(rtc, index, (uint8_t)value);
	mc146818_cmos_set(rtc, index + 1, (uint8_t)(value >> 8));
}

/* Of `size` bytes, those above `from`, in units, at most `max`. */
static uint64_t units_above(uint64_t size, uint64_t from, uint64_t unit, uint64_t max)
{
	uint64_t units = size > from ? (size - from) / unit : 0;
	return units < max ? units : max;
}

static void set_checksum(struct mc146818 *rtc)
{
	unsigned sum = 0;

	for (unsigned i = CMOS_CHECKED_FIRST; i <= CMOS_CHECKED_LAST; i++)
		sum += mc146818_cmos_get(rtc, i);
	mc146818_cmos_set(rtc, CMOS_CHECKSUM, (uint8_t)(sum >> 8));
	mc146818_cmos_set(rtc, CMOS_CHECKSUM + 1, (uint8_t)sum);
}

void bios_lay_cmos(struct mc146818 *rtc, const struct mem *mem)
{
	uint64_t extended = units_above(mem->ram_below_hole, MIB, KIB, MAX_EXTENDED_KIB);
	uint64_t above_4g = (mem->ram_size - mem->ram_below_hole) / UNIT_64K;

	mc146818_cmos_set(rtc, CMOS_SHUTDOWN, 0);
	mc146818_cmos_set(rtc, CMOS_EQUIPMENT, BIOS_EQUIPMENT & 0xff);
	set_cmos16(rtc, CMOS_BASE_KIB, 640);
	set_cmos16(rtc, CMOS_EXTENDED_KIB, extended);
	set_cmos16(rtc, CMOS_EXTENDED_FOUND, extended);
	set_cmos16(rtc, CMOS_ABOVE_16M,
		   units_above(mem->ram_below_hole, 16 * MIB, UNIT_64K, UINT16_MAX));
	set_cmos16(rtc, CMOS_ABOVE_4G, above_4g);
	mc146818_cmos_set(rtc, CMOS_ABOVE_4G + 2, (uint8_t)(above_4g >> 16));
	set_checksum(rtc);
}
