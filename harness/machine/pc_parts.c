/* SPDX-License-Identifier: MIT */
/* The PC's board as a table: parts, empty sockets and ROMs. pc_board.h has it in words. */
#include "harness/firmware/bios/rom.h"
#include "harness/machine/pc_board.h"

/* The second address of the ROM, which contains the reset vector of a 32-bit CPU. */
#define ROM_TOP_BASE (UINT64_C(0x100000000) - BIOS_ROM_SIZE)

#define UART(number, at, irq)                                                                   \
	{                                                                                       \
		PC_PART(uart[number].dev, uart_16550_model_ops), PC_PORTS(at, 8, 0),            \
			.init = pc_make_uart, .shares_line = true, .line = (irq), .n = (number) \
	}
/* The ports of these devices are their offsets, counted from a base. */
#define MISC(at, n) PC_PART(misc.dev, isa_ports_model_ops), PC_PORTS(at, n, at)
#define VGA(at, n)  PC_PART(vga.dev, vga_model_ops), PC_PORTS(at, n, (at)-VGA_MODEL_PORT_BASE)

const struct part pc_parts[PC_N_PARTS] = {
	{ PC_PART(pic.master, pic_8259_model_master_ops), PC_PORTS(0x20, 2, 0),
	  .init = pc_make_interrupts },
	{ PC_PART(pic.slave, pic_8259_model_slave_ops), PC_PORTS(0xa0, 2, 0) },
	{ PC_PART(pic.elcr, pic_8259_model_elcr_ops), PC_PORTS(0x4d0, 2, 0) },
	{ PC_PART(lapic.dev, lapic_model_ops), PC_MEMORY(0xfee00000, LAPIC_MODEL_PAGE_SIZE),
	  .self_placed = true }, /* IA32_APIC_BASE moves it */
	UART(0, 0x3f8, 4),
	UART(1, 0x2f8, 3),
	UART(2, 0x3e8, 4),
	UART(3, 0x2e8, 3),
	{ PC_PART(pit.dev, pit_8254_model_ops), PC_PORTS(0x40, 4, 0), .init = pc_make_pit,
	  .line = 0 },
	{ PC_PART(rtc.dev, rtc_mc146818_model_ops), PC_PORTS(0x70, 2, 0), .init = pc_make_rtc,
	  .line = 8 },
	{ MISC(0x61, 1), .init = pc_make_misc },
	{ MISC(0x80, 1) },
	{ MISC(0x92, 1) },
	{ MISC(0xe9, 1) },
	{ MISC(0xf0, 1) },
	{ MISC(0xf4, 4) },
	{ MISC(0x402, 1) },
	{ PC_PART(dma.chip1, dma_8237_model_chip1_ops), PC_PORTS(0x00, DMA_8237_MODEL_PORTS1, 0),
	  .init = pc_make_dma },
	{ PC_PART(dma.page, dma_8237_model_page_ops),
	  PC_PORTS(DMA_8237_MODEL_PAGE_BASE, DMA_8237_MODEL_PAGE_PORTS, 1) },
	{ PC_PART(dma.chip2, dma_8237_model_chip2_ops), PC_PORTS(0xc0, DMA_8237_MODEL_PORTS2, 0) },
	{ PC_PART(keyboard.dev, ps2_keyboard_model_ops), .init = pc_make_keyboard },
	{ PC_PART(mouse.dev, ps2_mouse_model_ops) },
	{ PC_PART(kbc.dev, ps2_controller_model_ops),
	  PC_PORTS(0x60, 1, PS2_CONTROLLER_MODEL_DATA_OFFSET) },
	{ PC_PART(kbc.dev, ps2_controller_model_ops),
	  PC_PORTS(0x64, 1, PS2_CONTROLLER_MODEL_STATUS_OFFSET) },
	{ VGA(0x3b4, 2), .init = pc_make_vga },
	{ VGA(0x3ba, 1) },
	{ VGA(0x3c0, 11) },
	{ VGA(0x3cc, 1) },
	{ VGA(0x3ce, 2) },
	{ VGA(0x3d4, 2) },
	{ VGA(0x3da, 1) },
	{ PC_PART(vga.mem, vga_model_window_ops),
	  PC_MEMORY(VGA_MODEL_MEMORY_BASE, VGA_MODEL_MEMORY_SIZE) },
	{ PC_PART(bios.dev, bios_ops), PC_PORTS(BIOS_PORT, 1, 0), .init = pc_make_bios },
	{ PC_STATE(wires) },
};

/* ---- ROMs ---- */

const char *pc_add_roms(struct machine *m)
{
	uint8_t rom[BIOS_ROM_SIZE];
	const char *fault;

	bios_rom(rom);
	fault = mem_add_rom(&m->mem, BIOS_ROM_BASE, BIOS_ROM_SIZE, rom, sizeof(rom));
	if (fault) return fault;
	return mem_add_rom(&m->mem, ROM_TOP_BASE, BIOS_ROM_SIZE, rom, sizeof(rom));
}

/* ---- empty sockets ---- */

const struct part_socket pc_sockets[PC_N_SOCKETS] = {
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
