/* SPDX-License-Identifier: MIT */
/* What firmware does on the machine "pc" between reset and boot. */
#ifndef HARNESS_MACHINE_PC_FIRMWARE_H
#define HARNESS_MACHINE_PC_FIRMWARE_H

struct machine;

/* Put the MP table and SMBIOS, tables of the time before ACPI, into the ROM: once, when all
 * functions are plugged in. NULL, or why they cannot be. */
const char *pc_firmware_lay_rom(struct machine *m);
/* Lay the ACPI tables, of which m->firmware tells then. NULL, or why they cannot be (m->error). The
 * same every time. */
const char *pc_firmware_lay_tables(struct machine *m);
/* After every device was reset: MTRRs (write-back but for VGA window, ROM and the hole for
 * devices); ECAM, PMBASE, HPET and I/O APIC enabled where machine_pc.h has them; PIRQs on 8259A
 * lines 10 and 11, level-triggered, as SCI on 9; BARs and interrupt lines of every function
 * assigned, decoding on, bus mastering off; legacy mode (SCI_EN clear); tables laid. */
void pc_firmware_run(struct machine *m);

#endif
