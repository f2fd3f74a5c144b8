/* SPDX-License-Identifier: MIT */
/* `--device pci-test`. */
#include <stddef.h>

#include "devices/pci_test/model.h"
#include "emu/array.h"
#include "emu/model.h"

/* Firmware places the BARs. */
static const struct model_part parts[] = {
	{ .device = offsetof(struct pci_test_model, fn.dev), .ops = &pci_test_model_config_ops },
	{ .device = offsetof(struct pci_test_model, mmio), .ops = &pci_test_model_mmio_ops },
	{ .device = offsetof(struct pci_test_model, port), .ops = &pci_test_model_port_ops },
	{ .device = offsetof(struct pci_test_model, buffer), .ops = &pci_test_model_buffer_ops },
	{ .device = offsetof(struct pci_test_model, msix.dev), .ops = &pci_test_model_msix_ops },
};

static const char *init(void *model, const struct model_wiring *wiring)
{
	return pci_test_model_init(model, wiring->instance, wiring->hub, wiring->clock, wiring->pci,
				   wiring->pci_device, 0);
}

const struct model model_pci_test = {
	.name = "pci-test",
	.size = sizeof(struct pci_test_model),
	.part = parts,
	.n_parts = ARRAY_SIZE(parts),
	.pci = true,
	.init = init,
};
