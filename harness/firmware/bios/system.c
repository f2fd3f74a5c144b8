/* SPDX-License-Identifier: MIT */
/* INT 11h, 12h and 15h: equipment, memory map, A20, moving memory, waiting.
 * Facts: RBIL; ACPI 4.0, 14.1 (E820). */
#include <string.h>

#include "emu/bytes.h"
#include "emu/units.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/memory_map.h"

enum { UNSUPPORTED = 0x86, KIB = 1024, MIB = 1024 * 1024 };

void bios_equipment(struct bios *b, struct bios_call *c)
{
	bios_set_word(c, CPU_RAX, bda_word(b, BDA_EQUIPMENT));
}

void bios_memory_size(struct bios *b, struct bios_call *c)
{
	bios_set_word(c, CPU_RAX, bda_word(b, BDA_MEMORY_KIB));
}

/* ---- memory ---- */

/* The number of bytes from 1 MiB on that are available without a gap. */
static uint64_t extended_bytes(const struct bios *b)
{
	struct memory_map map;

	memory_map_with(&map, b->wire.mem, b->wire.firmware);
	for (size_t i = 0; i < map.n; i++)
		if (map.range[i].base == MEMORY_HIGH_BASE && map.range[i].type == MEMORY_AVAILABLE)
			return map.range[i].size;
	return 0;
}

/* AH=88h: KiB from 1 MiB on, at most 63 MiB. */
static void extended_memory(const struct bios *b, struct bios_call *c)
{
	enum { MAX_KIB = 0xfc00 };
	uint64_t kib = extended_bytes(b) / KIB;

	bios_set_word(c, CPU_RAX, kib < MAX_KIB ? (unsigned)kib : MAX_KIB);
	bios_set_flag(c, BIOS_CF, false);
}

/* AX=E801h: KiB between 1 MiB and 16 MiB, then units of 64 KiB; twice. */
static void extended_memory_two(const struct bios *b, struct bios_call *c)
{
	enum { BELOW_16M = 15 * MIB, UNIT = 64 * KIB };
	uint64_t bytes = extended_bytes(b);
	uint64_t low = bytes < BELOW_16M ? bytes : BELOW_16M;
	uint64_t high = (bytes - low) / UNIT;

	if (high > UINT16_MAX) high = UINT16_MAX;
	bios_set_word(c, CPU_RAX, (unsigned)(low / KIB));
	bios_set_word(c, CPU_RBX, (unsigned)high);
	bios_set_word(c, CPU_RCX, (unsigned)(low / KIB));
	bios_set_word(c, CPU_RDX, (unsigned)high);
	bios_set_flag(c, BIOS_CF, false);
}

/* AX=E820h: copy entry number EBX to ES:DI, 20 bytes, or 24 if the caller has room. */
static void memory_map_entry(struct bios *b, struct bios_call *c)
{
	enum { SHORT = 20, LONG = 24, ENABLED = 1 };
	static const uint32_t smap = 0x534d4150;
	uint32_t index = (uint32_t)c->regs->gpr[CPU_RBX], room = (uint32_t)c->regs->gpr[CPU_RCX];
	unsigned size = room >= LONG ? LONG : SHORT;
	uint8_t entry[LONG];
	struct memory_map map;

	memory_map_with(&map, b->wire.mem, b->wire.firmware);
	if ((uint32_t)c->regs->gpr[CPU_RDX] != smap || room < SHORT || index >= map.n) {
		bios_fail(c, UNSUPPORTED);
		return;
	}
	put_le64(entry, map.range[index].base);
	put_le64(entry + 8, map.range[index].size);
	put_le32(entry + 16, map.range[index].type);
	put_le32(entry + 20, ENABLED);
	bios_write(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RDI)), entry, size);
	bios_set_dword(c, CPU_RAX, smap);
	bios_set_dword(c, CPU_RBX, index + 1 < map.n ? index + 1 : 0);
	bios_set_dword(c, CPU_RCX, size);
	bios_set_flag(c, BIOS_CF, false);
}

/* AH=87h: move CX words between two segments of the table at ES:SI, with the A20 gate open. */
static void move_block(struct bios *b, struct bios_call *c)
{
	enum { SOURCE = 0x10, TARGET = 0x18, TABLE = 0x30, MAX_WORDS = 0x8000, CHUNK = 0x1000 };
	enum { EXCEPTION = 2, NS_PER_WORD = 2 };
	uint8_t table[TABLE], buf[CHUNK];
	uint64_t from, to, left = (uint64_t)bios_word(c, CPU_RCX) * 2;
	bool a20 = c->a20;

	bios_read(b, c, bios_linear(c, CPU_ES, bios_word(c, CPU_RSI)), table, sizeof(table));
	from = (get_le32(table + SOURCE + 2) & 0xffffff) | (uint64_t)table[SOURCE + 7] << 24;
	to = (get_le32(table + TARGET + 2) & 0xffffff) | (uint64_t)table[TARGET + 7] << 24;
	bios_set_flag(c, BIOS_ZF, false);
	/* As on a real CPU, the move fails with a fault if it exceeds a segment's limit. */
	if (left / 2 > MAX_WORDS || get_le16(table + SOURCE) + UINT64_C(1) < left ||
	    get_le16(table + TARGET) + UINT64_C(1) < left) {
		bios_fail(c, EXCEPTION);
		return;
	}
	c->cost_ns += left / 2 * NS_PER_WORD;
	c->a20 = true;
	for (uint64_t n; left; left -= n, from += n, to += n) {
		n = left < CHUNK ? left : CHUNK;
		bios_read(b, c, from, buf, (size_t)n);
		bios_write(b, c, to, buf, (size_t)n);
	}
	c->a20 = a20;
	bios_set_flag(c, BIOS_ZF, true);
	bios_succeed(c);
}

/* ---- A20 ---- */

/* AX=2400h..2403h */
static void a20_gate(struct bios *b, struct bios_call *c)
{
	enum { PORT_92 = 0x92, GATE = 0x02, INIT_NOW = 0x01, BY_KBC_AND_92 = 3 };
	unsigned port = bios_in(b, PORT_92) & ~(unsigned)INIT_NOW;

	switch (bios_low(c, CPU_RAX)) {
	case 0x00: bios_out(b, PORT_92, port & ~(unsigned)GATE); break;
	case 0x01: bios_out(b, PORT_92, port | GATE); break;
	case 0x02: bios_set_low(c, CPU_RAX, c->a20); break;
	case 0x03: bios_set_word(c, CPU_RBX, BY_KBC_AND_92); break;
	default: bios_fail(c, UNSUPPORTED); return;
	}
	bios_succeed(c);
}

/* ---- the rest ---- */

/* AH=86h: CX:DX microseconds. */
static void wait(struct bios *b, struct bios_call *c)
{
	enum { STEP_NS = 500000 };
	uint64_t us = (uint64_t)bios_word(c, CPU_RCX) << 16 | bios_word(c, CPU_RDX);

	if (!bios_wait(b, c, us * NS_PER_US, STEP_NS)) bios_succeed(c);
}

/* AH=C0h */
static void configuration(struct bios_call *c)
{
	bios_set_segment(c, CPU_ES, BIOS_ROM_SEGMENT);
	bios_set_word(c, CPU_RBX, BIOS_ROM_CONFIGURATION);
	bios_succeed(c);
}

/* Calls that this machine lacks, as many others do. Programs only ask, so no lint is needed. */
static bool absent(const struct bios_call *c)
{
	switch (bios_high(c, CPU_RAX)) {
	case 0x53: /* APM */
	case 0xd8: /* EISA */
	case 0xe8: /* other ways to ask for the memory's size */
	case 0xe9: /* SpeedStep */
	case 0xec: /* the operating system says which mode it will run in */ return true;
	default: return false;
	}
}

static bool memory_function(struct bios *b, struct bios_call *c)
{
	switch (bios_word(c, CPU_RAX)) {
	case 0xe820: memory_map_entry(b, c); return true;
	case 0xe801: extended_memory_two(b, c); return true;
	default: return false;
	}
}

void bios_system(struct bios *b, struct bios_call *c)
{
	enum { EBDA_SEGMENT = BIOS_EBDA_BASE >> 4 };

	if (memory_function(b, c)) return;
	switch (bios_high(c, CPU_RAX)) {
	case 0x24: a20_gate(b, c); return;
	case 0x4f: bios_set_flag(c, BIOS_CF, true); return; /* keep the key */
	case 0x52:                                          /* may the medium be taken out? */
	case 0x80:                                          /* device opened, closed, ... */
	case 0x81:
	case 0x82:
	case 0x85: /* SysRq */
	case 0x90: /* a device begins to wait; ends */
	case 0x91: bios_succeed(c); return;
	case 0x86: wait(b, c); return;
	case 0x87: move_block(b, c); return;
	case 0x88: extended_memory(b, c); return;
	case 0xc0: configuration(c); return;
	case 0xc1:
		bios_set_segment(c, CPU_ES, EBDA_SEGMENT);
		bios_set_flag(c, BIOS_CF, false);
		return;
	default: break;
	}
	if (!absent(c)) bios_unknown(b, c, "INT15");
	bios_fail(c, UNSUPPORTED);
}
