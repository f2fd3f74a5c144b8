/* SPDX-License-Identifier: MIT */
/* Shared by the tests of BIOS services: the board, its recorded output, and a call of a service
 * with given registers. */
#ifndef TESTS_UNIT_FIRMWARE_BIOS_FIXTURE_H
#define TESTS_UNIT_FIRMWARE_BIOS_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/unit/firmware/bios_board.h"

enum { MEMORY_MIB = 24, BUFFER = 0x20000, BUFFER_SEGMENT = 0x2000 };

static struct cpu_regs regs;
static struct bios_call call;
static const char *reset_source;
static unsigned stops, lints, not_modelled, notes;
static char last_lint[64];
static struct observer watcher;

static inline void fixture_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc->severity == LINT_GUEST)
		lints++;
	else if (l->desc->severity == LINT_NOTE)
		notes++;
	else
		not_modelled++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static inline void fixture_stop(void *ctx)
{
	(void)ctx;
	stops++;
}

static inline void fixture_reset(void *ctx, const char *source)
{
	(void)ctx;
	reset_source = source;
}

static inline void fixture_init(void)
{
	struct isa_ports_model_wiring wire = { .reset = fixture_reset };

	require_eq(ptr, bios_board_memory(MEMORY_MIB), NULL);
	require_eq(ptr, bios_board_power_on(&wire, fixture_stop), NULL);
	watcher = (struct observer){ .lint = fixture_lint };
	hub_attach(&hub, &watcher);
}

static inline void fixture_fini(void)
{
	bios_free(&bios);
	mem_free(&mem);
}

/* ---- a call ---- */

static inline void set(enum cpu_gpr r, uint64_t value) { regs.gpr[r] = value; }
static inline uint16_t get(enum cpu_gpr r) { return (uint16_t)regs.gpr[r]; }
static inline uint8_t low(enum cpu_gpr r) { return (uint8_t)regs.gpr[r]; }
static inline uint8_t high(enum cpu_gpr r) { return (uint8_t)(regs.gpr[r] >> 8); }

static inline void set_segment(enum cpu_segment s, uint16_t selector)
{
	regs.seg[s].selector = selector;
	regs.seg[s].base = (uint64_t)selector << 4;
}

/* Sets the registers for the next call: AX as given, the rest arbitrary; DS and ES point to BUFFER.
 */
static inline void begin(uint16_t ax)
{
	for (int i = 0; i < CPU_N_GPR; i++) regs.gpr[i] = 0x5a5a5a5a;
	for (int i = 0; i < CPU_N_SEGMENTS; i++) set_segment(i, BUFFER_SEGMENT);
	set(CPU_RAX, 0xaaaa0000u | ax);
}

/* Calls service `n`. Carry and zero are set before the call, so that it shows if a service clears
 * them. */
static inline void service(unsigned n)
{
	call = (struct bios_call){ .regs = &regs,
				   .flags = 0x0202 | BIOS_CF | BIOS_ZF,
				   .a20 = true };
	bios_dispatch(&bios, n, &call);
}

static inline bool carry(void) { return call.flags & BIOS_CF; }
static inline bool zero_flag(void) { return call.flags & BIOS_ZF; }

static inline uint8_t peek8(uint64_t pa)
{
	uint8_t v = 0;

	require(mem_read(&mem, pa, &v, sizeof(v)));
	return v;
}

static inline uint16_t peek16(uint64_t pa)
{
	uint16_t v = 0;

	require(mem_read(&mem, pa, &v, sizeof(v)));
	return v;
}

static inline uint32_t peek32(uint64_t pa)
{
	uint32_t v = 0;

	require(mem_read32(&mem, pa, &v));
	return v;
}

static inline uint64_t peek64(uint64_t pa)
{
	uint64_t v = 0;

	require(mem_read64(&mem, pa, &v));
	return v;
}

static inline void poke(uint64_t pa, const void *bytes, size_t n)
{
	require(mem_write(&mem, pa, bytes, n));
}

/* ---- disks ---- */

/* Inserts a disk whose sectors each begin with their number. */
static inline void insert(enum bios_slot slot, size_t bytes)
{
	struct disk_image image;
	char err[200];
	uint8_t *block = calloc(1, bytes);

	require_ne(ptr, block, NULL);
	for (size_t at = 0; at + 4 <= bytes; at += DISK_SECTOR_SIZE) {
		uint32_t n = (uint32_t)(at / DISK_SECTOR_SIZE);
		memcpy(block + at, &n, sizeof(n));
	}
	if (bytes >= DISK_SECTOR_SIZE) memcpy(block + 510, "\x55\xaa", 2);
	require(disk_image_take_bytes(&image, "disk", block, bytes, err, sizeof(err)), "%s", err);
	require_eq(ptr, bios_attach(&bios, slot, &image), NULL);
}

#endif
