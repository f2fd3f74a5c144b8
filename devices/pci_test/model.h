/* SPDX-License-Identifier: MIT */
/* The function "pci-test"; devices/pci_test/registers.h describes it.
 *
 * Its vendor ID is not assigned in the PCI ID list at the time of writing, so no driver of another
 * device takes it. */
#ifndef DEVICES_PCI_TEST_MODEL_H
#define DEVICES_PCI_TEST_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pci/host.h"
#include "devices/pci/msix.h"
#include "devices/pci_test/registers.h"
#include "emu/clock.h"
#include "emu/model.h"

enum {
	PCI_TEST_MODEL_CONFIG_SLOTS = 1152, /* at most */
	PCI_TEST_MODEL_SETUP_NS = 1000      /* per transfer, plus 1 ns for each byte */
};

struct pci_test_model_state { /* plain data */
	uint64_t reg[PCI_TEST_MODEL_CONFIG_SLOTS];
	uint64_t mmio[PCI_TEST_MODEL_N_REGS];
	uint64_t port[PCI_TEST_MODEL_N_PORTS];
	uint64_t msix[PCI_MODEL_MSIX_TABLE_SLOTS(PCI_TEST_MODEL_N_VECTORS)];
	uint64_t source, destination; /* of the current transfer */
	uint32_t length;
	uint8_t raised; /* bits of enabled conditions whose messages were sent */
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

/* Initialise, reset, and add it to `host` on bus 0. Returns NULL or a message. Adds one timer to
 * the clock. */
const char *pci_test_model_init(struct pci_test_model *test, const char *instance,
				const struct hub *hub, struct clock *clock,
				struct pci_model_host *host, unsigned device, unsigned function);
/* Hardware reset; the current transfer is dropped. */
void pci_test_model_reset(struct pci_test_model *test);
/* What it is, and how it answers. */
/* The function that --device adds. */
extern const struct model model_pci_test;
extern const struct device_about pci_test_about, pci_test_buffer_about, pci_test_config_about,
	pci_test_msix_about;
extern const struct device_ops pci_test_model_mmio_ops, pci_test_model_port_ops,
	pci_test_model_buffer_ops, pci_test_model_config_ops, pci_test_model_msix_ops;

#endif
