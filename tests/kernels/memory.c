/* SPDX-License-Identifier: MIT */
/* Addresses without RAM: reads return all ones, writes there and to ROM change nothing. RAM stores
 * what is written. */
#include "k.h"

static volatile uint8_t *const hole = (volatile uint8_t *)0xd0000000u;
static volatile uint8_t *const rom = (volatile uint8_t *)0xffff0;
static volatile uint8_t *const ram = (volatile uint8_t *)0x300000;
static volatile uint8_t *const low_ram = (volatile uint8_t *)0x10000;

static void nothing(void)
{
	check("byte of nothing", hole[1], 0xff);
	check("word of nothing", *(volatile uint16_t *)(hole + 2), 0xffff);
	check("dword of nothing", *(volatile uint32_t *)(hole + 4), 0xffffffff);
	*(volatile uint32_t *)(hole + 8) = 0;
	check("a write to nothing is gone", *(volatile uint32_t *)(hole + 8), 0xffffffff);
	check("byte of an absent port", inb(0x2f0), 0xff);
}

static void read_only(void)
{
	for (unsigned i = 0; i < 16; i += 5) {
		uint8_t before = rom[i];
		rom[i] = (uint8_t)~before;
		check("ROM keeps its byte", rom[i], before);
	}
}

static void memory(volatile uint8_t *at)
{
	for (unsigned i = 0; i < 16; i++) at[i] = (uint8_t)(i * 17 + 1);
	check("dword of RAM", *(volatile uint32_t *)at, 0x34231201);
	check("unaligned dword of RAM", *(volatile uint32_t *)(at + 3), 0x67564534);
	*(volatile uint16_t *)(at + 1) = 0xbeef;
	check("bytes beside an unaligned word", (uint32_t)at[0] << 8 | at[3], 0x0134);
	check("the word", *(volatile uint16_t *)(at + 1), 0xbeef);
}

void kernel_main(void)
{
	nothing();
	read_only();
	memory(ram);
	memory(low_ram);
	memory(ram + 0xffd);
}
