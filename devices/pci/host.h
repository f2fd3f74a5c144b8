/* SPDX-License-Identifier: MIT */
/* The root of a PC's PCI: configuration mechanism 1, the memory-mapped one (ECAM), and the mapping
 * of every function's BARs. PCI Local Bus Specification 3.0 3.2.2.3.2, PCI Express Base
 * Specification 1.1 7.2.2.
 *
 * A function that does not exist reads as all ones without a lint, because software finds functions
 * by probing. The same holds for byte accesses in 0xcf8..0xcfb other than 0xcf9. They do not belong
 * to the host bridge (3.2.2.3.2), and software that looks for mechanism 2 makes them.
 *
 * If BARs overlap, the function with the lower number wins, and in one function the lower BAR. The
 * order in which they were programmed does not matter.
 *
 * Not modelled: configuration mechanism 2, special cycles, a bridge's ISA and VGA enable bits. */
#ifndef DEVICES_PCI_HOST_H
#define DEVICES_PCI_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pci/function.h"
#include "emu/bus.h"
#include "emu/mem.h"

enum {
	PCI_MODEL_HOST_PORT_BASE = 0xcf8, /* CONFIG_ADDRESS; CONFIG_DATA is 4 above */
	PCI_MODEL_HOST_PORT_SIZE = 8,
	PCI_MODEL_HOST_MAX_FUNCTIONS = 32,
	PCI_MODEL_HOST_N_WINDOWS = 2,
	PCI_MODEL_N_DEVICES = 32, /* of a bus */
	PCI_MODEL_N_FUNCTIONS = 8,
	PCI_MODEL_N_PINS = 4
};

/* Addresses that the host bridge passes to the PCI bus. size 0: none. */
struct pci_model_window {
	uint64_t base, size;
};

struct pci_model_host_wiring {
	struct bus *bus;
	struct mem *mem;
	struct device
		*reset_port; /* receives byte accesses at 0xcf9, at its offset 1; NULL: none */
	struct pci_model_window memory[PCI_MODEL_HOST_N_WINDOWS], port[PCI_MODEL_HOST_N_WINDOWS];
	/* Send an interrupt message. False: it is not a message address, or no APIC accepted it.
	 * May be NULL. */
	bool (*message)(void *ctx, uint64_t addr, uint32_t data);
	/* INTx# of a device on bus 0 changed; pin 0..3 = INTA#..INTD#. It is asserted if any of its
	 * functions, or of those behind it, asserts it. May be NULL. */
	void (*intx)(void *ctx, unsigned device, unsigned pin, bool asserted);
	void *ctx;
};

enum pci_model_host_reg { PCI_MODEL_HOST_CONFIG_ADDRESS, PCI_MODEL_HOST_N_REGS };

extern const struct reg_desc pci_host_regs[PCI_MODEL_HOST_N_REGS];

struct pci_model_host_state { /* plain data */
	uint64_t reg[PCI_MODEL_HOST_N_REGS];
};

struct pci_model_host {
	struct device dev;  /* ports 0xcf8..0xcff: CONFIG_ADDRESS; passes on all other accesses */
	struct device ecam; /* no state of its own */
	struct pci_model_host_wiring wire;
	struct pci_model_function
		*function[PCI_MODEL_HOST_MAX_FUNCTIONS]; /* by device and function number */
	unsigned n_functions;
	/* Not state: follows from the host bridge's register. */
	uint64_t ecam_base, ecam_size;
	struct pci_model_host_state s;
};

/* Initialise and power on. What `wire` points to must outlive it. */
void pci_model_host_init(struct pci_model_host *host, const char *instance, const struct hub *hub,
			 const struct pci_model_host_wiring *wire);
/* Map ports 0xcf8..0xcff. Returns NULL or the message of bus_map(). */
__attribute__((warn_unused_result)) const char *pci_model_host_map(struct pci_model_host *host);
/* Add an initialised function at its place. Returns NULL or a static message: the place is
 * occupied, or there are too many functions. */
__attribute__((warn_unused_result)) const char *pci_model_host_add(struct pci_model_host *host,
								   struct pci_model_function *fn);
/* Reset CONFIG_ADDRESS to 0. The functions are reset separately. */
void pci_model_host_reset(struct pci_model_host *host);
/* Call after all states were copied: maps what the registers say, without reports. The host bridge
 * must have set ECAM before. */
void pci_model_host_settle(struct pci_model_host *host);

/* Place the ECAM window of `size` bytes (1 MiB per bus; 0: none) at `base`. Returns NULL, or a
 * static message that says why it is not mapped. */
const char *pci_model_host_set_ecam(struct pci_model_host *host, uint64_t base, uint64_t size);
/* The function at this place, or NULL. Functions behind bridges are found by their bus numbers. */
struct pci_model_function *pci_model_host_find(const struct pci_model_host *host, unsigned bus,
					       unsigned device, unsigned function);
/* For windows that the chipset itself moves, and that win over BARs: call pci_model_host_yield(),
 * map the window, call pci_model_host_remap(). In between no BAR is mapped. */
void pci_model_host_yield(struct pci_model_host *host);
/* Call after BARs or COMMAND changed: maps what the registers say. */
void pci_model_host_remap(struct pci_model_host *host);
/* For functions: call when INTx# may have changed. */
void pci_model_host_intx(struct pci_model_host *host, const struct pci_model_function *fn);
/* What it is, and how it answers. */
extern const struct device_about pci_ecam_about, pci_host_about;
extern const struct device_ops pci_model_ecam_ops, pci_model_host_ops;

#endif
