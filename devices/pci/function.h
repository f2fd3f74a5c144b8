/* SPDX-License-Identifier: MIT */
/* One function on a PCI bus: its configuration space, where its BARs lie, its interrupts and its
 * way to memory. A device model embeds a struct pci_model_function, gives it a table made of the
 * rows in devices/pci/registers.h, and calls pci_model_function_write() from its write hook.
 *
 * Its whole state is its registers: where BARs are mapped, what INTx# drives and who may master the
 * bus follows from them. PCI Local Bus Specification 3.0.
 *
 * Not modelled: expansion ROMs, power management, built-in self test, parity and system errors. */
#ifndef DEVICES_PCI_FUNCTION_H
#define DEVICES_PCI_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/pci/registers.h"
#include "emu/dma.h"
#include "emu/regs.h"

struct pci_model_host;
struct pci_model_msix;

/* Who answers in a BAR. Its size, kind and width are in the table. */
struct pci_model_bar_target {
	struct device *dev; /* NULL: nobody, the BAR is not mapped */
	uint64_t offset;    /* of the BAR's first byte in the device */
};

struct pci_model_function_config {
	const struct device_ops *ops; /* of configuration space; its table begins with a header */
	const char *instance;
	unsigned device, function;         /* 0..31, 0..7 */
	struct pci_model_function *bridge; /* whose secondary bus it is on; NULL: bus 0 */
	struct pci_model_bar_target bar[PCI_MODEL_N_BARS];
	unsigned msi_row, msix_row; /* first rows of these capabilities; 0: there is none */
	bool extended;              /* the table goes on to 4 KiB, which only ECAM reaches */
	unsigned address_bits;      /* that its DMA drives; 0: 64 */
};

struct pci_model_bar {
	struct pci_model_bar_target target;
	/* Not state, they follow from the registers: */
	uint64_t base, size;
	bool enabled, mapped;
};

struct pci_model_function {
	struct device dev; /* configuration space */
	struct pci_model_function_config config;
	struct pci_model_host *host; /* NULL until pci_model_host_add() */
	struct pci_model_bar bar[PCI_MODEL_N_BARS];
	struct pci_model_msix *msix;  /* its table; NULL: none */
	unsigned msi_slot, msix_slot; /* of the first rows */
	struct dma_port dma;          /* valid after pci_model_host_add() */
};

/* Fill in and reset. `slots` lies inside `state`, as device_init() asks. */
void pci_model_function_init(struct pci_model_function *fn,
			     const struct pci_model_function_config *config, const struct hub *hub,
			     uint64_t *slots, void *state, size_t state_size);
/* All registers back to their reset values, BARs unmapped, INTx# released. */
void pci_model_function_reset(struct pci_model_function *fn);
/* To be called from the write hook of the configuration space (it is one itself): does what a write
 * to the header, the MSI and the MSI-X capability brings about. */
void pci_model_function_write(struct device *dev, unsigned reg, unsigned n,
			      const struct reg_write *w);

/* The function's interrupt condition, as its Interrupt Status bit shows it. Drives INTx# unless
 * that is disabled, or MSI or MSI-X is enabled (PCI 3.0 6.2.2, 6.8.1.3). */
void pci_model_intx_set(struct pci_model_function *fn, bool level);
/* What INTx# drives now. */
bool pci_model_intx_driven(const struct pci_model_function *fn);

bool pci_model_msi_enabled(const struct pci_model_function *fn);
/* Send message `vector` (0 ..; reduced to what software granted, PCI 3.0 6.8.3.1). If masked it is
 * pending, and sent when unmasked. Does nothing while MSI is not enabled. */
void pci_model_msi_send(struct pci_model_function *fn, unsigned vector);
/* The condition behind a masked vector went away: it is pending no more (6.8.3.5). */
void pci_model_msi_withdraw(struct pci_model_function *fn, unsigned vector);

/* BAR n's address space; and whether it is to answer now, with its base. For the host. */
enum bus_space pci_model_bar_space(const struct pci_model_function *fn, unsigned n);
bool pci_model_bar_wanted(const struct pci_model_function *fn, unsigned n, uint64_t *base);

/* May it start transactions? Its own and every bridge's Bus Master bit. */
bool pci_model_function_masters(const struct pci_model_function *fn);

#endif
