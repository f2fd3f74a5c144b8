/* SPDX-License-Identifier: MIT */
/* The interrupt router of an ICH. INTA#..INTD# of every device on bus 0 are combined into eight
 * lines, PIRQA#..PIRQH#. Each is an I/O APIC input. Each may also be an input of the 8259 pair,
 * which the board then ORs with the ISA line of that number.
 *
 * Levels here mean "asserted", whatever the voltage: an asserted PIRQ# line is low, which is what
 * "active low" in a redirection entry means. */
#ifndef DEVICES_Q35_PIRQ_ROUTER_H
#define DEVICES_Q35_PIRQ_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/irq.h"

enum {
	PIRQ_N = 8,
	PIRQ_N_ISA = 16,
	PIRQ_N_DEVICES = 32,
	PIRQ_N_PINS = 4,
	PIRQ_NOT_ROUTED = 0x80 /* bit 7 of PIRQx_ROUT */
};

struct pirq_router_model_wiring {
	struct irq ioapic_pin[PIRQ_N]; /* PIRQA#.. to pins 16.. */
	struct irq isa[PIRQ_N_ISA];    /* to inputs of the 8259 pair */
};

struct pirq_router_model_state {                   /* plain data */
	uint8_t asserted[PIRQ_N_DEVICES];          /* bit: INTx# pin of this device */
	uint8_t wire[PIRQ_N_DEVICES][PIRQ_N_PINS]; /* the PIRQ that the pin is on */
	uint8_t rout[PIRQ_N];                      /* PIRQx_ROUT */
	uint8_t pirq;                              /* bit: level driven */
	uint16_t isa;                              /* bit: level driven */
};

struct pirq_router_model {
	struct pirq_router_model_wiring wire;
	struct pirq_router_model_state s;
};

/* Initialise: no source asserted, nothing routed to the 8259. Pin p of device d is on PIRQ E + (d +
 * p) modulo 4, which is the board's wiring; its ACPI tables must say the same. Devices 25..31 are
 * in the ICH, where registers decide (pirq_router_model_wire). Outputs are not driven: they start
 * low. */
void pirq_router_model_init(struct pirq_router_model *router,
			    const struct pirq_router_model_wiring *wire);
/* A device's INTx# (pin 0..3). Fits pci_model_host_wiring.intx. */
void pirq_router_model_intx(void *router, unsigned device, unsigned pin, bool asserted);
/* PIRQx_ROUT of PIRQ 0..7 was written. */
void pirq_router_model_rout(struct pirq_router_model *router, unsigned pirq, uint8_t value);
/* Set the PIRQ of a device's pin (registers D31IR .. D25IR). */
void pirq_router_model_wire(struct pirq_router_model *router, unsigned device, unsigned pin,
			    unsigned pirq);
/* The PIRQ of a device's pin; its I/O APIC pin is 16 higher. */
unsigned pirq_router_model_pirq(const struct pirq_router_model *router, unsigned device,
				unsigned pin);

#endif
