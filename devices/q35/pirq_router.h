/* SPDX-License-Identifier: MIT */
/* The interrupt router of an ICH: INTA#..INTD# of every device on bus 0 are gathered on eight
 * wires, PIRQA#..PIRQH#. Each is an I/O APIC input, and each may also be an input of the 8259 pair,
 * which the board then ORs with the ISA line of that number.
 *
 * Levels here are "asserted", whatever the voltage: a PIRQ# wire is low when it is true, which is
 * what "active low" in a redirection entry means. */
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

/* Fill in: no source asserted, nothing routed to the 8259; pin p of device d on PIRQE and up, by
 * (d + p) modulo 4: the board's wiring, which its ACPI tables must tell. Devices 25..31 are in the
 * ICH, where registers say it (pirq_router_model_wire). Outputs are not driven: they begin low. */
void pirq_router_model_init(struct pirq_router_model *router,
			    const struct pirq_router_model_wiring *wire);
/* A device's INTx# (pin 0..3). Fits pci_model_host_wiring.intx. */
void pirq_router_model_intx(void *router, unsigned device, unsigned pin, bool asserted);
/* PIRQx_ROUT of PIRQ 0..7 was written. */
void pirq_router_model_rout(struct pirq_router_model *router, unsigned pirq, uint8_t value);
/* Which PIRQ a device's pin is on from now on (the D31IR .. D25IR registers). */
void pirq_router_model_wire(struct pirq_router_model *router, unsigned device, unsigned pin,
			    unsigned pirq);
/* The PIRQ that a device's pin is on: its I/O APIC pin is 16 more. */
unsigned pirq_router_model_pirq(const struct pirq_router_model *router, unsigned device,
				unsigned pin);

#endif
