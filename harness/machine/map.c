/* SPDX-License-Identifier: MIT */
/* The board's address map: devices, ROMs and empty sockets. board.h has a table of it. */
#include "emu/array.h"
#include "harness/firmware/bios/rom.h"
#include "harness/machine/board.h"

enum { UART_PORTS = 8 };

/* The second address of the ROM, which contains the reset vector of a 32-bit CPU. */
#define ROM_TOP_BASE (UINT64_C(0x100000000) - BIOS_ROM_SIZE)

/* ---- connecting ---- */

const char *board_map_ports(struct machine *m, const struct board_ports *map, size_t n)
{
	const char *fault = NULL;

	for (size_t i = 0; !fault && i < n; i++)
		fault = bus_map(&m->bus, BUS_PORT, map[i].base, map[i].size, map[i].dev,
				map[i].offset);
	return fault;
}

void board_remap(struct machine *m, enum bus_space space, struct device *dev, uint64_t base,
		 uint64_t size, bool enabled, const char *spec)
{
	const char *fault = NULL;

	bus_unmap(&m->bus, space, dev);
	if (enabled) fault = bus_map(&m->bus, space, base, size, dev, 0);
	if (fault) device_not_modelled(dev, NULL, "base", spec, base, "%s", fault);
}

/* ---- devices and ROMs ---- */

static const char *map_board(struct machine *m)
{
	struct board_ports map[ISA_PORTS_MODEL_N_REGS];

	for (unsigned i = 0; i < ISA_PORTS_MODEL_N_REGS; i++) {
		const struct reg_desc *r = &isa_ports_regs[i];
		uint16_t port = (uint16_t)r->offset;

		map[i] = (struct board_ports){ &m->misc.dev, port, r->width / 8, port };
	}
	return board_map_ports(m, map, ISA_PORTS_MODEL_N_REGS);
}

static const char *map_devices(struct machine *m)
{
	const struct board_ports map[] = {
		{ &m->pic.master, 0x20, 2, 0 },
		{ &m->pic.slave, 0xa0, 2, 0 },
		{ &m->pic.elcr, 0x4d0, 2, 0 },
		{ &m->pit.dev, 0x40, 4, 0 },
		{ &m->rtc.dev, 0x70, 2, 0 },
		{ &m->kbc.dev, 0x60, 1, PS2_CONTROLLER_MODEL_DATA_OFFSET },
		{ &m->kbc.dev, 0x64, 1, PS2_CONTROLLER_MODEL_STATUS_OFFSET },
		{ &m->bios.dev, BIOS_PORT, 1, 0 },
		{ &m->dma.chip1, 0x00, DMA_8237_MODEL_PORTS1, 0 },
		{ &m->dma.page, DMA_8237_MODEL_PAGE_BASE, DMA_8237_MODEL_PAGE_PORTS, 1 },
		{ &m->dma.chip2, 0xc0, DMA_8237_MODEL_PORTS2, 0 },
		{ &m->uart[0].dev, 0x3f8, UART_PORTS, 0 },
		{ &m->uart[1].dev, 0x2f8, UART_PORTS, 0 },
		{ &m->uart[2].dev, 0x3e8, UART_PORTS, 0 },
		{ &m->uart[3].dev, 0x2e8, UART_PORTS, 0 },
	};

	return board_map_ports(m, map, ARRAY_SIZE(map));
}

const char *board_map(struct machine *m)
{
	const char *fault = map_devices(m);

	if (!fault) fault = map_board(m);
	if (!fault) fault = vga_model_map(&m->vga, &m->bus);
	return fault;
}

const char *board_add_roms(struct machine *m)
{
	uint8_t rom[BIOS_ROM_SIZE];
	const char *fault;

	bios_rom(rom);
	fault = mem_add_rom(&m->mem, BIOS_ROM_BASE, BIOS_ROM_SIZE, rom, sizeof(rom));
	if (fault) return fault;
	return mem_add_rom(&m->mem, ROM_TOP_BASE, BIOS_ROM_SIZE, rom, sizeof(rom));
}

/* ---- empty sockets ---- */

struct socket {
	enum bus_space space;
	uint32_t base, size;
	const char *name;
};

static const struct socket sockets[] = {
	{ BUS_PORT, 0x170, 8, "ide2" },
	{ BUS_PORT, 0x1f0, 8, "ide1" },
	{ BUS_PORT, 0x200, 8, "game" },
	{ BUS_PORT, 0x278, 8, "lpt2" },
	{ BUS_PORT, 0x300, 0x20, "network" },
	{ BUS_PORT, 0x376, 2, "ide2" },
	{ BUS_PORT, 0x378, 8, "lpt1" },
	{ BUS_PORT, 0x3bc, 4, "lpt3" },
	{ BUS_PORT, 0x3f0, 6, "fdc" },
	{ BUS_PORT, 0x3f6, 1, "ide1" },
	{ BUS_PORT, 0x3f7, 1, "fdc" },
	{ BUS_PORT, 0xa79, 1, "plug-and-play" },
	{ BUS_MEMORY, 0xc0000, 0x30000, "option-rom" },
};

const char *board_map_sockets(struct machine *m)
{
	const char *fault = NULL;

	for (unsigned i = 0; !fault && i < ARRAY_SIZE(sockets); i++)
		fault = bus_map_absent(&m->bus, sockets[i].space, sockets[i].base, sockets[i].size,
				       sockets[i].name);
	return fault;
}
