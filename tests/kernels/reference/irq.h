/* SPDX-License-Identifier: MIT */
/* Interrupt lines and the timer: by I/O APIC and local APIC where ACPI's tables name them, else by
 * the 8259A pair and the 8254. */
#ifndef REFERENCE_IRQ_H
#define REFERENCE_IRQ_H

#include <stdbool.h>
#include <stdint.h>

enum { IRQ_TIMER = 0, IRQ_KEYBOARD = 1, IRQ_COM1 = 4, IRQ_LINES = 16, TICKS_PER_SECOND = 100 };

struct irq {
	bool apic;
	bool without_eoi; /* for a test: forget the timer's */
	uint8_t pins;     /* of the I/O APIC */
	uint32_t timer_hz;
	volatile uint64_t ticks, eois, spurious;
};
extern struct irq irq;

/* `force_pic`: do not look for an I/O APIC. False: `*why` says what is missing. */
bool irq_init(bool force_pic, const char **why);
/* Begin to count `irq.ticks`, 100 a second. */
bool irq_start_timer(const char **why);
/* Serve an ISA line from now on; the EOI is sent behind `fn`. */
bool irq_serve(unsigned line, void (*fn)(void));

#endif
