/* SPDX-License-Identifier: MIT */
/* What the tests of BIOS services share: memory, a bus with the chips that the services touch, and
 * one call of a service on given registers, without a CPU. */
#ifndef TESTS_HARNESS_BIOS_FIXTURE_H
#define TESTS_HARNESS_BIOS_FIXTURE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "devices/i8259a_model.h"
#include "devices/isa_misc_model.h"
#include "devices/uart_16550_model.h"
#include "harness/bios_internal.h"
#include "harness/bios_state.h"

#define MIB   (UINT64_C(1) << 20)
#define EPOCH INT64_C(1767323045) /* 2026-01-02 03:04:05 UTC */

enum { MEMORY_MIB = 24, BUFFER = 0x20000, BUFFER_SEGMENT = 0x2000 };

static struct hub hub;
static struct clock vclock;
static struct mem mem;
static struct bus bus;
static struct vga vga;
static struct mc146818 rtc;
static struct i8259a pic;
static struct isa_misc misc;
static struct uart_16550 com1;
static struct bios bios;
static struct cpu_regs regs;
static struct bios_call call;
static const char *reset_source;
static unsigned stops, lints, not_modelled;
static char last_lint[64];
static struct observer watcher;

static inline void fixture_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->severity == LINT_GUEST)
		lints++;
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

static inline void fixture_map(uint64_t base, uint64_t size, struct device *dev, uint64_t offset)
{
	cr_assert(eq(ptr, (void *)bus_map(&bus, BUS_PORT, base, size, dev, offset), NULL));
}

static inline void fixture_chips(void)
{
	struct isa_misc_wiring wire = { .reset = fixture_reset };

	vga_init(&vga, "vga", &hub, &vclock);
	vga_set_text_mode(&vga);
	cr_assert(eq(ptr, (void *)vga_map(&vga, &bus), NULL));
	mc146818_init(&rtc, "rtc", &hub, &vclock, (struct irq){ 0 }, EPOCH);
	fixture_map(0x70, 2, &rtc.dev, 0);
	i8259a_init(&pic, "pic", &hub, &vclock, (struct irq){ 0 });
	fixture_map(0x20, 2, &pic.master, 0);
	fixture_map(0xa0, 2, &pic.slave, 0);
	isa_misc_init(&misc, &hub, &vclock, &wire);
	fixture_map(0x92, 1, &misc.dev, 0x92);
	fixture_map(ISA_MISC_RST_BASE, ISA_MISC_RST_SIZE, &misc.rst, 0);
	uart_16550_init(&com1, "com1", &hub, &vclock, (struct irq){ 0 }, NULL, NULL);
	fixture_map(0x3f8, 8, &com1.dev, 0);
}

/* The bytes of an OCW or ICW are none of the tests' business. */
static inline void fixture_init(void)
{
	struct bios_wiring wire = {
		.mem = &mem, .bus = &bus, .clock = &vclock, .vga = &vga, .rtc = &rtc
	};
	static uint8_t rom[BIOS_ROM_SIZE];

	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	cr_assert(eq(ptr, (void *)mem_init(&mem, MEMORY_MIB * MIB, UINT64_C(3) << 30), NULL));
	bios_rom(rom);
	cr_assert(eq(ptr,
		     (void *)mem_add_rom(&mem, BIOS_ROM_BASE, BIOS_ROM_SIZE, rom, BIOS_ROM_SIZE),
		     NULL));
	bus_init(&bus, &hub, &vclock);
	fixture_chips();
	bios_init(&bios, &hub, &wire, fixture_stop, NULL);
	fixture_map(BIOS_PORT, 1, &bios.dev, 0);
	cr_assert(bios_lay_memory(&mem));
	bios_lay_cmos(&rtc, &mem);
	bios_reset(&bios);
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

/* Registers for the next call: AX given, the rest garbage; DS and ES point to BUFFER. */
static inline void begin(uint16_t ax)
{
	for (int i = 0; i < CPU_N_GPR; i++) regs.gpr[i] = 0x5a5a5a5a;
	for (int i = 0; i < CPU_N_SEGMENTS; i++) set_segment(i, BUFFER_SEGMENT);
	set(CPU_RAX, 0xaaaa0000u | ax);
}

/* Carry and zero are set before, so that a service must clear what it clears. */
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

	cr_assert(mem_read(&mem, pa, &v, sizeof(v)));
	return v;
}

static inline uint16_t peek16(uint64_t pa)
{
	uint16_t v = 0;

	cr_assert(mem_read(&mem, pa, &v, sizeof(v)));
	return v;
}

static inline uint32_t peek32(uint64_t pa)
{
	uint32_t v = 0;

	cr_assert(mem_read32(&mem, pa, &v));
	return v;
}

static inline uint64_t peek64(uint64_t pa)
{
	uint64_t v = 0;

	cr_assert(mem_read64(&mem, pa, &v));
	return v;
}

static inline void poke(uint64_t pa, const void *bytes, size_t n)
{
	cr_assert(mem_write(&mem, pa, bytes, n));
}

/* ---- disks ---- */

/* A disk whose sectors each begin with their number. */
static inline void insert(enum bios_slot slot, size_t bytes)
{
	struct disk_image image;
	char err[200];
	uint8_t *block = calloc(1, bytes);

	cr_assert(ne(ptr, block, NULL));
	for (size_t at = 0; at + 4 <= bytes; at += DISK_SECTOR_SIZE) {
		uint32_t n = (uint32_t)(at / DISK_SECTOR_SIZE);
		memcpy(block + at, &n, sizeof(n));
	}
	if (bytes >= DISK_SECTOR_SIZE) memcpy(block + 510, "\x55\xaa", 2);
	cr_assert(disk_image_take_bytes(&image, "disk", block, bytes, err, sizeof(err)), "%s", err);
	cr_assert(eq(ptr, (void *)bios_attach(&bios, slot, &image), NULL));
}

#endif
