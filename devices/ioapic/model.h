/* SPDX-License-Identifier: MIT */
/* An I/O APIC of 24 pins, version 0x20: the one of ICH9. Intel 82093AA (290566) and the ICH10
 * datasheet (319973), whose chapter 13.5 and table 5-16 are ICH9's but for small print.
 *
 * Lines: in 24 pins; out interrupt messages, at once.
 *
 * Polarity. As everywhere (emu/irq.h) a device says `true` for "I want an interrupt", whatever the
 * voltage. The board knows which of its lines say so by a low voltage (`active_low`: PCI's PIRQA#
 * to PIRQH#, pins 16 to 23 of ICH9); the guest must tell the same to the redirection entry's
 * ACTIVE_LOW. Where the two differ the pin is active while the line rests, as on hardware: an
 * interrupt without end if it is level-triggered, one at the wrong end of the pulse if it is by
 * edge. That is a lint when such an entry is unmasked.
 *
 * Edges are those of the pin; a masked pin's are lost, and a write to the entry makes none.
 *
 * Not modelled: the extended destination ID (it reads as zero), messages over the serial APIC bus,
 * arbitration (its ID reads as 0) and boot configuration (neither is in ICH9), the pin assertion
 * register (PRQ is 0), the write-once number of entries. */
#ifndef DEVICES_IOAPIC_MODEL_H
#define DEVICES_IOAPIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/ioapic/registers.h"
#include "devices/lapic/apic_bus.h"
#include "emu/regs.h"

#define IOAPIC_MODEL_BASE 0xfec00000u /* where chipsets put the first one */

struct ioapic_model_wiring {
	apic_send_fn *send; /* to the local APICs; never NULL */
	void *ctx;
	uint32_t active_low; /* bit n: the line at pin n interrupts by a low voltage */
};

struct ioapic_model_state { /* plain data */
	uint64_t reg[IOAPIC_MODEL_N_SLOTS];
	uint64_t inner[IOAPIC_MODEL_N_INNER_SLOTS];
	uint32_t lines; /* bit n: the device at pin n wants an interrupt */
};

struct ioapic_model {
	struct device dev; /* IOAPIC_MODEL_SIZE bytes of memory */
	struct ioapic_model_wiring wire;
	struct ioapic_model_state s;
};

/* Wire up and power on. `hub` must outlive it. */
void ioapic_model_init(struct ioapic_model *ioapic, const char *instance, const struct hub *hub,
		       const struct ioapic_model_wiring *wire);
/* Power-up state: every entry masked, ID 0. The lines keep their levels. */
void ioapic_model_reset(struct ioapic_model *ioapic);
/* What firmware programs before it starts anybody: the ID (0..15) that its tables tell. */
void ioapic_model_set_id(struct ioapic_model *ioapic, uint8_t id);

/* The line at pin n (0..23; others are ignored) goes to "wants an interrupt" or rests; `ioapic` is
 * a struct ioapic_model. Fits struct irq. */
void ioapic_model_set_irq(void *ioapic, unsigned n, bool level);
/* A local APIC told the end of a level-triggered interrupt: the entries with this vector forget
 * their remote IRR, and those whose pin is still active interrupt again (82093AA 3.2.4). */
void ioapic_model_eoi(struct ioapic_model *ioapic, uint8_t vector);

#endif
