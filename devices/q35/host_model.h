/* SPDX-License-Identifier: MIT */
/* Host bridge of the 82G33/82Q35 MCH (8086:29c0): address of ECAM, size of memory, mapping of the
 * legacy segments. Intel 3 Series Express Chipset Family Datasheet (316966).
 *
 * Not modelled: PAM (accesses to 0xc0000..0xfffff go where the machine maps them, whatever PAM
 * holds; changing it is reported), SMRAM and TSEG (there is no SMM), MCHBAR, DMIBAR, PXPEPBAR
 * (enabling one is reported), graphics memory, remapping of memory above TOLUD by these registers.
 */
#ifndef DEVICES_Q35_HOST_MODEL_H
#define DEVICES_Q35_HOST_MODEL_H

#include "devices/pci/host.h"
#include "devices/q35/host_registers.h"

struct q35_host_model_state { /* plain data */
	uint64_t reg[Q35_N_SLOTS];
};

struct q35_host_model {
	struct pci_model_function fn;
	struct pci_model_host *host;
	const struct mem *mem;
	struct q35_host_model_state s;
};

/* Initialise, reset, and add it to `host` as 00:00.0. Returns NULL or a message. TOM, TOLUD and
 * TOUUD show the RAM of the host's memory. */
const char *q35_host_model_init(struct q35_host_model *q35, const char *instance,
				const struct hub *hub, struct pci_model_host *host);
/* Power-up state: ECAM off, PAM and SMRAM closed. Firmware writes Q35_OFFSET_PCIEXBAR. */
void q35_host_model_reset(struct q35_host_model *q35);
/* Call after all states were copied, before pci_model_host_settle(): maps ECAM where PCIEXBAR says.
 */
void q35_host_model_settle(struct q35_host_model *q35);
/* What it is, and how it answers. */
extern const struct device_about q35_host_about;
extern const struct device_ops q35_host_model_ops;

#endif
