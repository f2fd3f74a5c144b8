/* SPDX-License-Identifier: MIT */
/* The tables of the MultiProcessor Specification 1.4: the floating pointer structure (4.1) and the
 * configuration table (4.2, 4.3), for operating systems that do not use ACPI. They describe the
 * same processor, I/O APIC and interrupts as acpi/tables.h. */
#ifndef HARNESS_FIRMWARE_MP_TABLE_H
#define HARNESS_FIRMWARE_MP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/mem.h"

enum {
	MP_POINTER_SIZE = 16,
	MP_POINTER_ALIGN = 16,
	MP_TABLE_MAX = 2048,
	MP_TABLE_ALIGN = 4,
	MP_MAX_PCI = 128 /* wires from PCI devices */
};

/* INTA#..INTD# (pin 0..3) of a device on PCI bus 0, and the I/O APIC's input it is connected to. */
struct mp_pci_wire {
	uint8_t device, pin, input;
};

struct mp_config {
	uint32_t lapic_base, ioapic_base;
	uint8_t lapic_id, lapic_version;
	uint8_t ioapic_id, ioapic_version;
	uint32_t cpu_signature, cpu_features; /* CPUID leaf 1: EAX, EDX */
	uint8_t sci_irq;                      /* level, active high */
	const struct mp_pci_wire *pci;
	size_t n_pci;     /* at most MP_MAX_PCI */
	uint32_t pointer; /* address of the floating pointer; section 4 lists the possible ranges */
	uint32_t table;   /* address of the configuration table */
};

/* Write both into RAM or ROM. ISA interrupts are connected as on a PC: IRQ 0 to input 2, the
 * 8259A's output to input 0, each other IRQ to the input of its number. False: no memory there, or
 * too many wires. */
__attribute__((warn_unused_result)) bool mp_table_lay(const struct mp_config *config,
						      struct mem *mem);

#endif
