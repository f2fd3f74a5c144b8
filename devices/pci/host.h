/* SPDX-License-Identifier: MIT */
/* The root of a PC's PCI: configuration mechanism 1, the memory-mapped one (ECAM), and the address
 * decoding of every function's BARs. PCI Local Bus Specification 3.0 3.2.2.3.2, PCI Express Base
 * Specification 1.1 7.2.2.
 *
 * A function that is not there reads as all ones without a lint: probing is how it is found. So do
 * byte accesses in 0xcf8..0xcfb but at 0xcf9: they are not the host bridge's (3.2.2.3.2), and
 * software that looks for mechanism 2 makes them.
 *
 * BARs that overlap each other: the function with the lower number wins, first BAR first; which of
 * two does not depend on the order in which they were programmed.
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
	PCI_MODEL_HOST_PORT_BASE = 0xcf8, /* CONFIG_ADDRESS; CONFIG_DATA is 4 up */
	PCI_MODEL_HOST_PORT_SIZE = 8,
	PCI_MODEL_HOST_MAX_FUNCTIONS = 32,
	PCI_MODEL_HOST_N_WINDOWS = 2,
	PCI_MODEL_N_DEVICES = 32, /* of a bus */
	PCI_MODEL_N_FUNCTIONS = 8,
	PCI_MODEL_N_PINS = 4
};

/* Addresses that the host bridge sends to the PCI bus. size 0: none. */
struct pci_model_window {
	uint64_t base, size;
};

struct pci_model_host_wiring {
	struct bus *bus;
	struct mem *mem;
	struct device *reset_port; /* byte accesses at 0xcf9, as its offset 1; NULL: nobody */
	struct pci_model_window memory[PCI_MODEL_HOST_N_WINDOWS], port[PCI_MODEL_HOST_N_WINDOWS];
	/* An interrupt message; false: the address is none, or nobody took it. May be NULL. */
	bool (*message)(void *ctx, uint64_t addr, uint32_t data);
	/* INTx# of a device on bus 0, pin 0..3 = INTA#..INTD#: asserted by any of its functions, or
	 * by those behind it. May be NULL. */
	void (*intx)(void *ctx, unsigned device, unsigned pin, bool asserted);
	void *ctx;
};

enum pci_model_host_reg { PCI_MODEL_HOST_CONFIG_ADDRESS, PCI_MODEL_HOST_N_REGS };

extern const struct reg_desc pci_host_regs[PCI_MODEL_HOST_N_REGS];

struct pci_model_host_state { /* plain data */
	uint64_t reg[PCI_MODEL_HOST_N_REGS];
};

struct pci_model_host {
	struct device dev;  /* ports 0xcf8..0xcff: hands on what is not CONFIG_ADDRESS */
	struct device ecam; /* no state of its own */
	struct pci_model_host_wiring wire;
	struct pci_model_function
		*function[PCI_MODEL_HOST_MAX_FUNCTIONS]; /* by device and function number */
	unsigned n_functions;
	/* Not state: where the host bridge's register puts it. */
	uint64_t ecam_base, ecam_size;
	struct pci_model_host_state s;
};

/* Fill in and power on. What `wire` points at must outlive it. */
void pci_model_host_init(struct pci_model_host *host, const char *instance, const struct hub *hub,
			 const struct pci_model_host_wiring *wire);
/* Claim ports 0xcf8..0xcff. NULL, or what is wrong (bus_map). */
__attribute__((warn_unused_result)) const char *pci_model_host_map(struct pci_model_host *host);
/* Put an initialised function in its place. NULL, or what is wrong (static): the place is taken,
 * too many functions. */
__attribute__((warn_unused_result)) const char *pci_model_host_add(struct pci_model_host *host,
								   struct pci_model_function *fn);
/* CONFIG_ADDRESS back to 0. The functions have resets of their own. */
void pci_model_host_reset(struct pci_model_host *host);
/* After a copy of all states: map what the registers say, silently. The host bridge must have said
 * where ECAM lies before. */
void pci_model_host_settle(struct pci_model_host *host);

/* The ECAM window of `size` bytes (1 MiB a bus; 0: none) lies at `base` from now on. NULL, or why
 * it is not mapped there (static). */
const char *pci_model_host_set_ecam(struct pci_model_host *host, uint64_t base, uint64_t size);
/* The function at this place, or NULL. Behind bridges it is found by their bus numbers. */
struct pci_model_function *pci_model_host_find(const struct pci_model_host *host, unsigned bus,
					       unsigned device, unsigned function);
/* For what the chipset itself moves about, which wins over BARs: call pci_model_host_yield(), map
 * it, call pci_model_host_remap(). In between no BAR answers. */
void pci_model_host_yield(struct pci_model_host *host);
/* BARs or COMMAND changed: map what the registers say. */
void pci_model_host_remap(struct pci_model_host *host);
/* For functions: INTx# may have changed. */
void pci_model_host_intx(struct pci_model_host *host, const struct pci_model_function *fn);

#endif
