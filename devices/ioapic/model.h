/* SPDX-License-Identifier: MIT */
/* An I/O APIC with 24 pins, version 0x20, as in the ICH9. Intel 82093AA (290566) and the ICH10
 * datasheet (319973), whose chapter 13.5 and table 5-16 match the ICH9 in all but details.
 *
 * Lines: in 24 pins; out interrupt messages, sent at once.
 *
 * Polarity. As everywhere (emu/irq.h), a device sets its line to `true` for "I want an interrupt",
 * whatever the voltage. The board knows which lines are active low (`active_low`: PCI's PIRQA# to
 * PIRQH#, pins 16 to 23 of the ICH9). The guest must set ACTIVE_LOW in the redirection entry
 * accordingly. If the two differ, the pin is active while the line is idle, as on hardware: a
 * level-triggered interrupt never ends, an edge-triggered one comes at the wrong edge. Unmasking
 * such an entry is a lint.
 *
 * Edges are those of the pin. Edges of a masked pin are lost, and writing an entry makes none.
 *
 * Not modelled: the extended destination ID (it reads as zero), messages over the serial APIC bus,
 * arbitration (its ID reads as 0) and boot configuration (neither is in the ICH9), the pin
 * assertion register (PRQ is 0), the write-once number of entries. */
#ifndef DEVICES_IOAPIC_MODEL_H
#define DEVICES_IOAPIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/ioapic/registers.h"
#include "devices/lapic/apic_bus.h"
#include "emu/regs.h"

#define IOAPIC_MODEL_BASE 0xfec00000u /* the usual address of the first one */

struct ioapic_model_wiring {
	apic_send_fn *send; /* to the local APICs; never NULL */
	void *ctx;
	uint32_t active_low; /* bit n: the line at pin n is active low */
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

/* Connect and power on. `hub` must outlive it. */
void ioapic_model_init(struct ioapic_model *ioapic, const char *instance, const struct hub *hub,
		       const struct ioapic_model_wiring *wire);
/* Power-up state: every entry masked, ID 0. The input lines keep their levels. */
void ioapic_model_reset(struct ioapic_model *ioapic);
/* Set the ID (0..15) as firmware does before it starts a kernel: the one in its tables. */
void ioapic_model_set_id(struct ioapic_model *ioapic, uint8_t id);

/* The device at pin n (0..23; others are ignored) wants an interrupt, or no longer. `ioapic` is a
 * struct ioapic_model. Fits struct irq. */
void ioapic_model_set_irq(void *ioapic, unsigned n, bool level);
/* A local APIC reports the end of a level-triggered interrupt. Remote IRR of the entries with this
 * vector is cleared, and those whose pin is still active interrupt again (82093AA 3.2.4). */
void ioapic_model_eoi(struct ioapic_model *ioapic, uint8_t vector);
/* What the requests are, for a report (struct device_ops). */
void ioapic_model_report(const struct device *dev, FILE *out);
bool ioapic_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size);
/* What it is, and how it answers. */
extern const struct device_about ioapic_about;
extern const struct device_ops ioapic_model_ops;

#endif
