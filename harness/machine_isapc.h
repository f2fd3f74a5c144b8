/* SPDX-License-Identifier: MIT */
/* The machine "isapc": a PC of the ISA age. Only harness/machine.c includes this.
 *
 * port            device                     IRQ
 * 0x020, 0x0a0    8259A pair, 0x4d0 ELCR     INTR to LINT0 of the local APIC
 * 0x040           8254                       0
 * 0x060, 0x064    i8042                      1 (keyboard), 12 (mouse)
 * 0x070           MC146818                   8
 * 0x3f8, 0x2f8, 0x3e8, 0x2e8  16550A COM1-4  4, 3, 4, 3: COM3 and COM4 share
 * 0x3b0-0x3df     VGA, window 0xa0000
 * 0x061 0x080 0x092 0x0e9 0x0f0 0x0f4 0x402 0xcf9  board; 0xf0: IRQ 13
 * 0xfee00000      local APIC, in the CPU
 *
 * Memory: RAM from 0, with 0xa0000..0xfffff hidden and what exceeds 3 GiB at 4 GiB; the 64 KiB ROM
 * at 0xf0000 and again below 4 GiB, where a 32-bit CPU begins.
 *
 * Empty sockets: diskette, IDE, parallel and game ports, ISA network cards, option ROMs. There is
 * no PCI bus, no ACPI, no Plug and Play.
 *
 * Not modelled: the 8237 DMA controllers and their page registers (they float high; each access is
 * reported); the CPU's FERR# pin, so that IRQ 13 never comes. */
#ifndef HARNESS_MACHINE_ISAPC_H
#define HARNESS_MACHINE_ISAPC_H

struct machine;

/* Where the hole for devices below 4 GiB begins. */
#define ISAPC_HOLE (UINT64_C(3) << 30)

/* Add the ROMs to the memory: before the CPU is made, which looks at the regions only then. NULL or
 * a message. */
const char *isapc_add_roms(struct machine *m);
/* Add devices and wires to a machine that has memory, bus, clock and CPU. NULL or a message. */
const char *isapc_build(struct machine *m);
/* Reset every device, then lay down what a BIOS leaves:
 * PIC at vectors 08h and 70h with every line masked; PIT channel 0 at 18.2 Hz, channel 1 at the
 * refresh rate; COM ports 9600 8N1; RTC in BCD, 24 hours, no interrupts; keyboard scanning, its
 * codes translated, its interrupt on; VGA mode 3; A20 on (by port 0x92; the keyboard controller's
 * gate is off); local APIC in virtual wire mode. */
void isapc_reset(struct machine *m);
/* After a copy of all states: what follows from them outside of the devices. */
void isapc_settle(struct machine *m);

#endif
