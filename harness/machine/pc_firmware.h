/* SPDX-License-Identifier: MIT */
/* The work of the firmware of the machine "pc" between reset and boot. */
#ifndef HARNESS_MACHINE_PC_FIRMWARE_H
#define HARNESS_MACHINE_PC_FIRMWARE_H

struct machine;

/* Put the MP table and SMBIOS into the ROM. Call this once, after all PCI functions were added.
 * Returns NULL, or a message that says why it failed. */
const char *pc_firmware_lay_rom(struct machine *m);
/* Write the ACPI tables into memory, and their places into m->firmware. Every call writes the same
 * bytes. Returns NULL, or a message that says why it failed (in m->error). */
const char *pc_firmware_lay_tables(struct machine *m);
/* Call this after every device was reset. It sets the MTRRs (write-back, except for the VGA window,
 * the ROM and the hole for devices); enables ECAM, PMBASE, HPET and I/O APIC at the addresses of
 * pc_addresses.h; routes the PIRQs to lines 10 and 11 of the 8259A, level-triggered, and the SCI to
 * 9; assigns BARs and an interrupt line to every function, with decoding on and bus mastering off;
 * selects legacy mode (SCI_EN clear); and writes the tables. */
void pc_firmware_run(struct machine *m);

#endif
