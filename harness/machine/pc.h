/* SPDX-License-Identifier: MIT */
/* The models of a PC, old or new: the board of the machines "pc" and "isapc". Boards, and tests of
 * them, include this; others know a machine by its devices and ends. */
#ifndef HARNESS_MACHINE_PC_H
#define HARNESS_MACHINE_PC_H

#include "devices/acpi_pm/model.h"
#include "devices/bochs_display/model.h"
#include "devices/dma_8237/model.h"
#include "devices/fw_cfg/model.h"
#include "devices/hpet/model.h"
#include "devices/ioapic/model.h"
#include "devices/isa_ports/model.h"
#include "devices/lapic/model.h"
#include "devices/pc_testdev/model.h"
#include "devices/pci/host.h"
#include "devices/pic_8259/model.h"
#include "devices/pit_8254/model.h"
#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "devices/q35/host_model.h"
#include "devices/q35/ich9_lpc_model.h"
#include "devices/q35/pirq_router.h"
#include "devices/rtc_mc146818/model.h"
#include "devices/uart_16550/model.h"
#include "devices/vga/model.h"
#include "harness/firmware/bios/bios.h"
#include "harness/machine/machine.h"

enum {
	PC_N_UARTS = 4,
	PC_N_LINES = 16, /* inputs of the 8259A pair */
	PC_N_PINS = 24   /* of the I/O APIC */
};

struct pc {
	struct uart_16550_model uart[PC_N_UARTS];
	struct pic_8259_model pic; /* both chips and the ELCR */
	struct pit_8254_model pit;
	struct rtc_mc146818_model rtc;
	struct ps2_controller_model kbc;
	struct ps2_keyboard_model keyboard;
	struct ps2_mouse_model mouse;
	struct vga_model vga;
	struct lapic_model lapic;
	struct isa_ports_model misc; /* ports 0x61, 0x80, 0x92, 0xf0, 0xf4, 0xe9, 0x402, 0xcf9 */
	struct bios bios;
	struct dma_8237_model dma; /* both DMA controllers and their page registers */

	/* Only in the machine "pc". */
	struct ioapic_model ioapic;
	struct hpet_model hpet;
	struct acpi_pm_model pm;
	struct pci_model_host pci;
	struct q35_host_model q35;
	struct ich9_lpc_model lpc;
	struct pirq_router_model pirq;
	struct fw_cfg_model fw_cfg;
	struct pc_testdev_model testdev;
	bool has_testdev;
	struct bochs_display_model display; /* --device vga */
	bool has_display;

	/* So that the router's state and that of the wires are part of snapshots. */
	struct device pirq_state, wires;

	struct pc_serial { /* the context of each UART's callbacks */
		struct machine *machine;
		unsigned n, line;
	} serial[PC_N_UARTS];
	uint8_t line_uarts[PC_N_LINES]; /* which UARTs drive each ISA line: bit 0 is COM1 */

	/* plain data: part of a snapshot */
	struct pc_state {
		uint8_t uart_irqs; /* levels that COM1..COM4 drive; pairs share a line */
		/* Which sources raise each input of the 8259A: bits by enum pc_source. */
		uint8_t line_sources[PC_N_LINES];
		/* The same for the pins of the I/O APIC. */
		uint8_t pin_sources[PC_N_PINS];
		uint8_t sci_irq;
		bool sci_level;
		uint16_t isa_levels; /* what the devices on the ISA lines drive */
		uint16_t isa_cut;    /* lines that pc_cut_isa_lines() holds low */
		bool kbc_a20;        /* the keyboard controller's half of the A20 gate */
	} s;
};

static inline struct pc *pc_of(const struct machine *m) { return m->board; }

#endif
