/* SPDX-License-Identifier: MIT */
/* Interrupts by I/O APIC and local APIC, for irq.c. */
#ifndef REFERENCE_IRQ_APIC_H
#define REFERENCE_IRQ_APIC_H

#include <stdbool.h>
#include <stdint.h>

enum { IRQ_APIC_SPURIOUS = 0xff };

/* Find them by ACPI's tables, and set them up. False: there is none. */
bool irq_apic_init(uint8_t *pins);
/* Let an ISA line come as this vector. */
bool irq_apic_route(unsigned line, uint8_t vector);
/* A tick so many times a second; *hz: what the timer counts. */
bool irq_apic_start_timer(uint8_t vector, unsigned per_second, uint32_t *hz);
void irq_apic_end(void);

#endif
