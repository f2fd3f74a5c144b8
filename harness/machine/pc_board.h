/* SPDX-License-Identifier: MIT */
/* The devices that every PC has on its board, old or new. Only boards include this.
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
#ifndef HARNESS_MACHINE_PC_BOARD_H
#define HARNESS_MACHINE_PC_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/irq.h"
#include "harness/machine/board.h"
#include "harness/machine/pc.h"

enum { PC_PHYSICAL_BITS = 40 };

/* What can raise an input of the 8259A. */
enum pc_source {
	PC_SOURCE_ISA,
	PC_SOURCE_PIRQ,
	PC_SOURCE_SCI,
	PC_SOURCE_HPET,
	PC_SOURCE_TESTDEV,
	PC_SOURCE_ADDED
};

/* A machine with this board, and the wires by which a newer chipset extends it; they may be NULL.
 */
struct pc_kind {
	struct machine_kind kind;
	/* The level of ISA line n changed. The 8259A has it already. */
	void (*isa_line)(struct machine *m, unsigned n, bool level);
	/* The same of a line that an added device drives. */
	void (*added_line)(struct machine *m, unsigned n, bool level);
	/* The 8259A's output changed. LINT0 has it already. */
	void (*pic_intr)(struct machine *m, bool level);
	/* The local APIC ended a level-triggered interrupt. */
	void (*eoi)(struct machine *m, uint8_t vector);
};

static inline const struct pc_kind *pc_kind_of(const struct machine *m)
{
	return (const struct pc_kind *)m->kind;
}

/* A row of a table of parts: a member of struct pc, and what it is; or a device that is only state,
 * for snapshots. */
#define PC_PART(member, what) .device = offsetof(struct pc, member), .ops = &(what)
#define PC_STATE(member)      .device = offsetof(struct pc, member)
/* The place of a part. */
#define PC_PORTS(at, n, first) .space = BUS_PORT, .base = (at), .size = (n), .offset = (first)
#define PC_MEMORY(at, bytes)   .space = BUS_MEMORY, .base = (at), .size = (bytes)

/* What both kinds have: pc_parts.c. */
enum { PC_N_PARTS = 34, PC_N_SOCKETS = 13 };
extern const struct part pc_parts[PC_N_PARTS];
extern const struct part_socket pc_sockets[PC_N_SOCKETS];
const char *pc_add_roms(struct machine *m);
#define PC_PINS                                                                                    \
	{                                                                                          \
		.intr_ack = pc_intr_ack, .msr_read = pc_msr_read, .msr_write = pc_msr_write,       \
		.tsc_written = pc_tsc_written, .cr8_read = pc_cr8_read, .cr8_write = pc_cr8_write, \
		.pmc_overflow = pc_pmc_overflow                                                    \
	}

/* The pins of the processor, at its local APIC. */
int pc_intr_ack(void *ctx);
bool pc_msr_read(void *ctx, uint32_t msr, uint64_t *value);
bool pc_msr_write(void *ctx, uint32_t msr, uint64_t value);
void pc_tsc_written(void *ctx);
uint8_t pc_cr8_read(void *ctx);
void pc_cr8_write(void *ctx, uint8_t value);
void pc_pmc_overflow(void *ctx);

/* The makers of the parts: pc_board.c. */
const char *pc_make_interrupts(struct machine *m, const struct part *part);
const char *pc_make_uart(struct machine *m, const struct part *part);
const char *pc_make_pit(struct machine *m, const struct part *part);
const char *pc_make_rtc(struct machine *m, const struct part *part);
const char *pc_make_misc(struct machine *m, const struct part *part);
const char *pc_make_dma(struct machine *m, const struct part *part);
const char *pc_make_keyboard(struct machine *m, const struct part *part);
const char *pc_make_vga(struct machine *m, const struct part *part);
const char *pc_make_bios(struct machine *m, const struct part *part);

/* The wire of ISA interrupt line n. */
struct irq pc_isa_line(struct machine *m, unsigned n);
/* The line of a device that the user adds. False: those on the board have it for themselves. */
bool pc_added_line(struct machine *m, unsigned n, struct irq *irq);
/* Set the level that one source drives on input n of the 8259A; the sources are ORed. */
void pc_drive_line(struct machine *m, unsigned n, enum pc_source source, bool level);
/* Hold exactly these ISA lines low, whatever their devices drive. */
void pc_cut_isa_lines(struct machine *m, uint16_t lines);
/* A20 is open if port 0x92 or the keyboard controller opens it. */
void pc_drive_a20(struct machine *m);

/* What a BIOS leaves after a reset: pc_bios.c.
 * PIC at vectors 08h and 70h with every line masked; PIT channel 0 at 18.2 Hz, channel 1 at the
 * refresh rate; COM ports 9600 8N1; RTC in BCD, 24 hours, no interrupts; keyboard scanning, its
 * codes translated, its interrupt on; VGA mode 3; A20 on (by port 0x92; the keyboard controller's
 * gate is off); local APIC in virtual wire mode. */
void pc_bios_reset(struct machine *m);
bool pc_bios_pending(const struct machine *m);
void pc_bios_serve(struct machine *m);
void pc_bios_guest_starts(struct machine *m, bool calls);
bool pc_bios_waits(const struct machine *m, char *buf, size_t size, bool *asleep);
bool pc_bios_copy(struct machine *to, struct machine *from);
const char *pc_bios_mark_fault(const struct machine *m);
void *pc_bios_mark(struct machine *m);
bool pc_bios_restore(struct machine *m, const void *mark);
void pc_bios_mark_free(void *mark);
bool pc_bios_save(const struct machine *m, const struct piece_sink *to);
bool pc_bios_load(struct machine *m, const char *name, const void *data, size_t size);
void pc_bios_free(struct machine *m);
/* A table of firmware with these; power_on() and reset() are the machine's. */
#define PC_FIRMWARE(once, again)                                                                  \
	{                                                                                         \
		.power_on = (once), .reset = (again), .pending = pc_bios_pending,                 \
		.serve = pc_bios_serve, .guest_starts = pc_bios_guest_starts,                     \
		.waits = pc_bios_waits, .copy = pc_bios_copy, .mark_fault = pc_bios_mark_fault,   \
		.mark = pc_bios_mark, .restore = pc_bios_restore, .mark_free = pc_bios_mark_free, \
		.save = pc_bios_save, .load = pc_bios_load, .free = pc_bios_free                  \
	}

#endif
