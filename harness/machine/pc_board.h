/* SPDX-License-Identifier: MIT */
/* The devices that every PC has on its board, old or new. Only harness/machine/ includes this.
 *
 * port            device                     IRQ
 * 0x020, 0x0a0    8259A pair, 0x4d0 ELCR     INTR to LINT0 of the local APIC
 * 0x000, 0x0c0    8237A pair, 0x081 pages    (no device uses its DMA)
 * 0x040           8254                       0
 * 0x060, 0x064    i8042                      1 (keyboard), 12 (mouse)
 * 0x070           MC146818                   8
 * 0x3f8, 0x2f8, 0x3e8, 0x2e8  16550A COM1-4  4, 3, 4, 3: COM3 and COM4 share
 * 0x3b0-0x3df     VGA, window 0xa0000
 * 0x061 0x080 0x092 0x0e9 0x0f0 0x0f4 0x402  board; 0xf0: IRQ 13
 * 0x0ea           traps of the BIOS (firmware/bios/bios.h)
 * 0xfee00000      local APIC, in the CPU
 *
 * Memory: RAM from 0 on, except at 0xa0000..0xfffff; the 64 KiB ROM at 0xf0000, and again at the
 * top of the first 4 GiB, where the CPU starts after a reset.
 *
 * Not modelled: the CPU's FERR# pin, so IRQ 13 never comes. */
#ifndef HARNESS_MACHINE_BOARD_H
#define HARNESS_MACHINE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/irq.h"
#include "harness/machine/machine.h"

/* What differs between machines. All functions but build() may be NULL. */
struct machine_kind {
	const char *name;
	bool has_slots; /* for PCI devices */
	uint64_t hole;  /* RAM that would be at this address or above is at 4 GiB instead */
	/* Add devices and wires to a machine that has memory, bus, clock and CPU. NULL or a
	 * message. */
	const char *(*build)(struct machine *m);
	/* Reset the machine's own devices, after the board's, and write the tables and registers
	 * that its firmware leaves. */
	void (*reset)(struct machine *m);
	/* After a copy of all states: compute what follows from them outside of the devices. */
	void (*settle)(struct machine *m);
	/* The level of ISA line n changed. The 8259A has it already. */
	void (*isa_line)(struct machine *m, unsigned n, bool level);
	/* The 8259A's output changed. LINT0 has it already. */
	void (*pic_intr)(struct machine *m, bool level);
	/* The local APIC ended a level-triggered interrupt. */
	void (*eoi)(struct machine *m, uint8_t vector);
};

extern const struct machine_kind machine_isapc, machine_pc;

enum { BOARD_PHYSICAL_BITS = 40 };

/* What can raise an input of the 8259A. */
enum board_source { BOARD_ISA, BOARD_PIRQ, BOARD_SCI, BOARD_HPET, BOARD_TESTDEV };

/* Add the board's devices and wires. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_build(struct machine *m);
/* Make a model part of snapshots; without host memory for it, machine_build() fails. */
void board_add_device(struct machine *m, struct device *dev);
/* The wire of ISA interrupt line n. */
struct irq board_isa_line(struct machine *m, unsigned n);
/* Set the level that one source drives on input n of the 8259A; the sources are ORed. */
void board_drive_line(struct machine *m, unsigned n, enum board_source source, bool level);
/* Hold exactly these ISA lines low, whatever their devices drive. */
void board_cut_isa_lines(struct machine *m, uint16_t lines);

/* ---- address map (map.c) ---- */

/* Add the ROMs to the memory. This must happen before the CPU is made, as the CPU reads the list of
 * regions only once. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_add_roms(struct machine *m);
/* Connect the board's devices. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_map(struct machine *m);

/* The place of a device's ports. */
struct board_ports {
	struct device *dev;
	uint16_t base, size;
	uint16_t offset; /* in the device, of the port at `base` */
};
/* Connect each of these, up to the first that fails. NULL or a message. */
__attribute__((warn_unused_result)) const char *
board_map_ports(struct machine *m, const struct board_ports *map, size_t n);
/* A register moved a device's window, or switched it off. If the window overlaps another device, a
 * lint reports that this is not modelled; `spec` is the citation of the register. */
void board_remap(struct machine *m, enum bus_space space, struct device *dev, uint64_t base,
		 uint64_t size, bool enabled, const char *spec);
/* Add the empty sockets that drivers of old PCs probe: accesses there are allowed, and find
 * nothing. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_map_sockets(struct machine *m);

/* ---- events, errors, reset (board.c) ---- */

/* End the run with this event at the next block boundary. Only the first event of a block counts:
 * returns false if there was one already. */
bool board_begin_event(struct machine *m, enum machine_event event);
/* The guest asked for a reset; fits struct isa_ports_model_wiring; ctx is the machine. */
void board_guest_reset(void *ctx, const char *source);

/* Append a space and a name to the error message, for lists. */
void board_error_add(struct machine *m, const char *name);

/* Reset every device, then set the state that a BIOS leaves:
 * PIC at vectors 08h and 70h with every line masked; PIT channel 0 at 18.2 Hz, channel 1 at the
 * refresh rate; COM ports 9600 8N1; RTC in BCD, 24 hours, no interrupts; keyboard scanning, its
 * codes translated, its interrupt on; VGA mode 3; A20 on (by port 0x92; the keyboard controller's
 * gate is off); local APIC in virtual wire mode. */
void board_reset(struct machine *m);
/* After a copy of all states: compute what follows from them outside of the devices. */
void board_settle(struct machine *m);

#endif
