/* SPDX-License-Identifier: MIT */
/* One function on a PCI bus: its configuration space, BAR addresses, interrupts and bus mastering.
 * A device model embeds a struct pci_model_function, gives it a table made of the rows in
 * devices/pci/registers.h, and calls pci_model_function_write() from its write hook.
 *
 * Its whole state is its registers. The mapping of BARs, the level of INTx# and the right to master
 * the bus follow from them. PCI Local Bus Specification 3.0.
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

/* The device behind a BAR. Kind and width of the BAR are in the table, and its least size. */
struct pci_model_bar_target {
	struct device *dev; /* NULL: none, the BAR is not mapped */
	uint64_t offset;    /* offset in the device of the BAR's first byte */
	/* Of a memory BAR whose size is chosen when the machine is built: a power of two, at least
	 * that of the table. The address bits below it read as 0. 0: the size of the table. */
	uint64_t size;
};

struct pci_model_function_config {
	const struct device_ops *ops; /* for configuration space; its table begins with a header */
	const char *instance;
	unsigned device, function; /* 0..31, 0..7 */
	struct pci_model_function
		*bridge; /* the bridge on whose secondary bus it is; NULL: bus 0 */
	struct pci_model_bar_target bar[PCI_MODEL_N_BARS];
	unsigned msi_row, msix_row; /* first rows of these capabilities; 0: not present */
	bool extended;              /* the table has 4 KiB, of which ECAM reaches all */
	unsigned address_bits;      /* address width of its DMA; 0: 64 */
	/* Its BARs may have moved, appeared or gone: see `bar` of the function. NULL: it need not
	 * know. */
	void (*moved)(struct pci_model_function *fn);
};

struct pci_model_bar {
	struct pci_model_bar_target target;
	/* Not state: they follow from the registers. */
	uint64_t base, size;
	bool enabled, mapped;
};

struct pci_model_function {
	struct device dev; /* configuration space */
	struct pci_model_function_config config;
	struct pci_model_host *host; /* NULL until pci_model_host_add() */
	struct pci_model_bar bar[PCI_MODEL_N_BARS];
	struct pci_model_msix *msix;  /* its MSI-X structures; NULL: none */
	unsigned msi_slot, msix_slot; /* slots of these first rows */
	struct dma_port dma;          /* valid after pci_model_host_add() */
};

/* Initialise and reset. `slots` is inside `state`, as device_init() requires. */
void pci_model_function_init(struct pci_model_function *fn,
			     const struct pci_model_function_config *config, const struct hub *hub,
			     uint64_t *slots, void *state, size_t state_size);
/* Set all registers to their reset values: BARs are unmapped, INTx# is released. */
void pci_model_function_reset(struct pci_model_function *fn);
/* Carries out the effects of a write to the header, the MSI and the MSI-X capability. Call it from
 * the write hook of configuration space, or use it as the hook. */
void pci_model_function_write(struct device *dev, unsigned reg, unsigned n,
			      const struct reg_write *w);

/* Set the function's interrupt condition, shown by its Interrupt Status bit. It drives INTx# unless
 * that is disabled, or MSI or MSI-X is enabled (PCI 3.0 6.2.2, 6.8.1.3). */
void pci_model_intx_set(struct pci_model_function *fn, bool level);
/* The level that INTx# drives. */
bool pci_model_intx_driven(const struct pci_model_function *fn);

bool pci_model_msi_enabled(const struct pci_model_function *fn);
/* Send message `vector` (from 0; reduced to the number that software enabled, PCI 3.0 6.8.3.1). If
 * it is masked it becomes pending, and is sent when unmasked. Does nothing while MSI is disabled.
 */
void pci_model_msi_send(struct pci_model_function *fn, unsigned vector);
/* The condition of a masked vector ended: it is no longer pending (6.8.3.5). */
void pci_model_msi_withdraw(struct pci_model_function *fn, unsigned vector);

/* For the host: the address space of BAR n; and whether it is mapped now, with its base. */
enum bus_space pci_model_bar_space(const struct pci_model_function *fn, unsigned n);
bool pci_model_bar_wanted(const struct pci_model_function *fn, unsigned n, uint64_t *base);

/* May it master the bus? Needs the Bus Master bit of the function and of every bridge above it. */
bool pci_model_function_masters(const struct pci_model_function *fn);

#endif
