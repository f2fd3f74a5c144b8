/* SPDX-License-Identifier: MIT */
/* Video memory in mode 13h's addressing (chain-4): plain writes, reads that load the latches, and
 * what changes when a register ends or begins it. The window's bytes lie in the planes in turn: an
 * address's low bits select the plane (IBM PS/2 Hardware Interface Technical Reference, Video
 * Subsystem, "Chain 4"; FreeVGA, "Sequencer Memory Mode"). */
#include "k.h"

enum {
	SEQ = 0x3c4,
	GC = 0x3ce,
	ATTRIBUTE = 0x3c0,
	STATUS = 0x3da,
	MAP_MASK = 2,
	MEMORY_MODE = 4,
	CHAIN_4 = 0x0e,
	UNCHAINED = 0x06,
	READ_MAP = 4,
	MODE = 5,
	MODE_256 = 0x40,
	WRITE_1 = 0x41,
	READ_1 = 0x48,
	WINDOW = 6,
	AT_A0000 = 0x05,
	BIT_MASK = 8,
	SIZE = 0x10000
};

static volatile uint8_t *const memory = (volatile uint8_t *)(uintptr_t)0xa0000;

static void set(uint16_t port, uint8_t index, uint8_t value)
{
	outb(port, index);
	outb((uint16_t)(port + 1), value);
}

static void chain4(void)
{
	set(SEQ, MAP_MASK, 0x0f);
	set(SEQ, MEMORY_MODE, CHAIN_4);
	set(GC, 0, 0);
	set(GC, 1, 0);
	set(GC, 3, 0);
	set(GC, MODE, MODE_256);
	set(GC, WINDOW, AT_A0000);
	set(GC, BIT_MASK, 0xff);
	(void)inb(STATUS);
	outb(ATTRIBUTE, 0x20);
}

static uint8_t pattern(uint32_t i) { return (uint8_t)(i * 7 + (i >> 8)); }

static void fill(void)
{
	for (uint32_t i = 0; i < SIZE; i++) memory[i] = pattern(i);
}

static uint32_t differing(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < SIZE; i++) n += memory[i] != pattern(i);
	return n;
}

static uint32_t at32(uint32_t offset) { return *(volatile uint32_t *)(memory + offset); }
static void put32(uint32_t offset, uint32_t v) { *(volatile uint32_t *)(memory + offset) = v; }

static void plain_memory(void)
{
	fill();
	check("64 KiB hold what was written", differing(), 0);
	for (uint32_t i = 0; i < 1000; i++) memory[0x1234]++;
	check("read and written by turns", memory[0x1234], (uint8_t)(pattern(0x1234) + 1000));
	memory[0x1234] = pattern(0x1234);
	put32(0x2ffe, 0x44332211);
	check("across two pages", at32(0x2ffe), 0x44332211);
	check("its first byte", memory[0x2ffe], 0x11);
	check("its last byte", memory[0x3001], 0x44);
	for (uint32_t i = 0x2ffe; i < 0x3002; i++) memory[i] = pattern(i);
	/* Down by a line, within the window. */
	for (uint32_t i = SIZE - 320; i-- > 0;) memory[i + 320] = memory[i];
	check("moved within it", memory[64000], pattern(64000 - 320));
	fill();
	check("and written again", differing(), 0);
}

static void latches(void)
{
	memory[0x104] = 0x55;
	put32(0x200, 0xa4a3a2a1);
	(void)memory[0x200];
	memory[0x300] = 0x77; /* no read: the latches stay */
	set(GC, MODE, WRITE_1);
	put32(0x104, 0);
	check("write mode 1 writes the latches of the last read", at32(0x104), 0xa4a3a2a1);
	set(GC, MODE, MODE_256);
	put32(0x104, 0x01020304);
	check("mode 0 again", at32(0x104), 0x01020304);
	(void)memory[0x200];
	set(GC, BIT_MASK, 0x0f);
	put32(0x104, 0);
	check("bits outside the mask come from the latches", at32(0x104), 0xa0a0a0a0);
	set(GC, BIT_MASK, 0xff);
	set(GC, 3, 0x18);
	(void)memory[0x200];
	put32(0x104, 0xffffffff);
	check("exclusive or with the latches", at32(0x104), ~0xa4a3a2a1u);
	set(GC, 3, 0);
}

static void planes(void)
{
	fill();
	set(SEQ, MAP_MASK, 0x01);
	put32(0x400, 0);
	set(SEQ, MAP_MASK, 0x0f);
	check("the map mask protects three planes of four", at32(0x400) & 0xffffff00,
	      (uint32_t)(pattern(0x403) << 24 | pattern(0x402) << 16 | pattern(0x401) << 8));
	check("and not the first", memory[0x400], 0);
	set(SEQ, MEMORY_MODE, UNCHAINED);
	for (uint8_t plane = 0; plane < 4; plane++) {
		set(GC, READ_MAP, plane);
		check("a plane without chain-4", memory[0x1000], pattern(0x1000u + plane));
	}
	memory[0x1000] = 0xee; /* all planes */
	set(SEQ, MEMORY_MODE, CHAIN_4);
	check("written to all planes at once", at32(0x1000), 0xeeeeeeee);
	put32(0x1000, 0x04030201);
	check("and one by one again", at32(0x1000), 0x04030201);
}

static void compares(void)
{
	set(GC, 2, 0x0f); /* compare with all bits set */
	set(GC, 7, 0x0f); /* in all planes */
	put32(0x500, 0xffffff7f);
	set(GC, MODE, READ_1);
	check("read mode 1 compares four planes", memory[0x500], 0x7f);
	set(GC, MODE, MODE_256);
	check("read mode 0 again", memory[0x500], 0x7f);
	check("of its own plane", memory[0x501], 0xff);
}

void kernel_main(void)
{
	chain4();
	plain_memory();
	latches();
	planes();
	compares();
}
