/* SPDX-License-Identifier: MIT */
/* A BIOS, and a bus with the chips that its services access, without a CPU; for tests and fuzzers.
 * Functions return NULL or a message. */
#ifndef TESTS_UNIT_FIRMWARE_BIOS_BOARD_H
#define TESTS_UNIT_FIRMWARE_BIOS_BOARD_H

#include "devices/isa_ports/model.h"
#include "devices/pic_8259/model.h"
#include "devices/ps2_controller/model.h"
#include "devices/uart_16550/model.h"
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "emu/array.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

#define MIB   (UINT64_C(1) << 20)
#define EPOCH INT64_C(1767323045) /* 2026-01-02 03:04:05 UTC */

static struct hub hub;
static struct clock vclock;
static struct mem mem;
static struct bus bus;
static struct vga_model vga;
static struct rtc_mc146818_model rtc;
static struct pic_8259_model pic;
static struct ps2_controller_model kbc;
static struct isa_ports_model misc;
static struct uart_16550_model com1;
static struct bios bios;

/* Makes RAM and the BIOS's ROM: once, before the rest. */
static inline const char *bios_board_memory(unsigned mib)
{
	static uint8_t rom[BIOS_ROM_SIZE];
	const char *fault = mem_init(&mem, mib * MIB, UINT64_C(3) << 30);

	if (fault) return fault;
	bios_rom(rom);
	return mem_add_rom(&mem, BIOS_ROM_BASE, BIOS_ROM_SIZE, rom, sizeof(rom));
}

static inline const char *bios_board_chips(const struct isa_ports_model_wiring *wire)
{
	const char *fault = vga_model_init(&vga, "vga", &hub, &vclock, &mem);

	if (fault) return fault;
	vga_model_set_text_mode(&vga);
	rtc_mc146818_model_init(&rtc, "rtc", &hub, &vclock, (struct irq){ 0 }, EPOCH);
	pic_8259_model_init(&pic, "pic", &hub, &vclock, (struct irq){ 0 });
	ps2_controller_model_init(&kbc, "kbc", &hub, &vclock,
				  &(struct ps2_controller_model_wiring){ 0 });
	ps2_controller_model_bios_state(&kbc);
	isa_ports_model_init(&misc, &hub, &vclock, wire);
	uart_16550_model_init(&com1, "com1", &hub, &vclock, (struct irq){ 0 }, NULL, NULL);
	return NULL;
}

static inline const char *bios_board_map(void)
{
	const struct {
		uint64_t base, size;
		struct device *dev;
		uint64_t offset;
	} map[] = { { 0x20, 2, &pic.master, 0 },
		    { 0x60, 1, &kbc.dev, 0 },
		    { 0x64, 1, &kbc.dev, 4 },
		    { 0x70, 2, &rtc.dev, 0 },
		    { 0x92, 1, &misc.dev, 0x92 },
		    { 0xa0, 2, &pic.slave, 0 },
		    { 0x3f8, 8, &com1.dev, 0 },
		    { ISA_PORTS_MODEL_RST_BASE, ISA_PORTS_MODEL_RST_SIZE, &misc.rst, 0 },
		    { BIOS_PORT, 1, &bios.dev, 0 } };
	const char *fault = vga_model_map(&vga, &bus);

	for (size_t i = 0; !fault && i < ARRAY_SIZE(map); i++)
		fault = bus_map(&bus, BUS_PORT, map[i].base, map[i].size, map[i].dev,
				map[i].offset);
	return fault;
}

/* Sets up the board as a machine does, with memory, but without drives. `misc_wire` may be all
 * zero, `stop` may be NULL. */
static inline const char *bios_board_power_on(const struct isa_ports_model_wiring *misc_wire,
					      void (*stop)(void *ctx))
{
	struct bios_wiring wire = { .mem = &mem,
				    .bus = &bus,
				    .clock = &vclock,
				    .vga = &vga,
				    .rtc = &rtc,
				    .kbc = &kbc,
				    .pic = &pic };
	const char *fault;

	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	bus_init(&bus, &hub, &vclock);
	fault = bios_board_chips(misc_wire);
	if (fault) return fault;
	bios_init(&bios, &hub, &wire, stop, NULL);
	fault = bios_board_map();
	if (fault) return fault;
	if (!bios_lay_memory(&mem)) return "no memory for the data area";
	bios_lay_cmos(&rtc, &mem);
	bios_reset(&bios);
	return NULL;
}

#endif
