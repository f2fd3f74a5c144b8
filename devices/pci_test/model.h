/* SPDX-License-Identifier: MIT */
/* The function "pci-test": its behaviour, in words, is in devices/pci_test/registers.h.
 *
 * Its vendor ID is assigned to nobody in the PCI ID list of its day, so that no driver of another
 * device takes it for its own. */
#ifndef DEVICES_PCI_TEST_MODEL_H
#define DEVICES_PCI_TEST_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pci/host.h"
#include "devices/pci/msix.h"
#include "devices/pci_test/registers.h"
#include "emu/clock.h"

enum {
	PCI_TEST_MODEL_CONFIG_SLOTS = 1152, /* at most */
	PCI_TEST_MODEL_SETUP_NS = 1000      /* of a transfer, besides 1 ns for each byte */
};

struct pci_test_model_state { /* plain data */
	uint64_t reg[PCI_TEST_MODEL_CONFIG_SLOTS];
	uint64_t mmio[PCI_TEST_MODEL_N_REGS];
	uint64_t port[PCI_TEST_MODEL_N_PORTS];
	uint64_t msix[PCI_MODEL_MSIX_TABLE_SLOTS(PCI_TEST_MODEL_N_VECTORS)];
	uint64_t source, destination; /* of the transfer that goes on */
	uint32_t length;
	uint8_t raised; /* conditions, enabled, whose messages were sent */
	uint8_t buffer[PCI_TEST_MODEL_BAR_SIZE];
};

struct pci_test_model {
	struct pci_model_function fn;
	struct device mmio, port, buffer; /* share the state of fn.dev */
	struct pci_model_msix msix;
	struct clock *clock;
	unsigned timer;
	struct pci_test_model_state s;
};

/* Fill in, reset and add itself to `host` on bus 0. NULL or what is wrong. Adds one timer to the
 * clock. */
const char *pci_test_model_init(struct pci_test_model *test, const char *instance,
				const struct hub *hub, struct clock *clock,
				struct pci_model_host *host, unsigned device, unsigned function);
/* State after a hardware reset; a transfer that goes on is dropped. */
void pci_test_model_reset(struct pci_test_model *test);

#endif
