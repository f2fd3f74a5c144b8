/* SPDX-License-Identifier: MIT */
/* LPC bridge of the 82801I (ICH9, 8086:2918): addresses of the power management block, the HPET and
 * the chipset registers; routing of PIRQs to the 8259 and of SCI. Intel I/O Controller Hub 9 Family
 * Datasheet (316972).
 *
 * Not modelled: LPC decode ranges and BIOS protection (stored, without effect: the board's devices
 * always answer), GPIO, SMI, interrupt pin assignment by DxxIP (the functions' own pins are used),
 * chipset registers that ich9_rcrb_regs does not list (each access is reported). */
#ifndef DEVICES_Q35_ICH9_LPC_MODEL_H
#define DEVICES_Q35_ICH9_LPC_MODEL_H

#include "devices/pci/host.h"
#include "devices/q35/ich9_lpc_registers.h"
#include "devices/q35/pirq_router.h"

/* Functions that the bridge calls on the board, at every change, at reset and at settle. The last
 * values are in effect. Members may be NULL. */
struct ich9_lpc_model_wiring {
	struct pirq_router_model *router;
	/* The power management block (128 ports) is at `base`, or not mapped if disabled. */
	void (*pm_moved)(void *ctx, uint16_t base, bool enabled);
	/* SCI is routed to this interrupt: 9, 10, 11 (8259 and I/O APIC), 20..23 (only I/O APIC).
	 */
	void (*sci_routed)(void *ctx, unsigned irq);
	/* The HPET (1 KiB) is at `base`, or not mapped if disabled. */
	void (*hpet_moved)(void *ctx, uint64_t base, bool enabled);
	/* The I/O APIC is enabled or not (OIC bit AEN). */
	void (*ioapic_enabled)(void *ctx, bool enabled);
	void *ctx;
};

struct ich9_lpc_model_state { /* plain data */
	uint64_t reg[ICH9_LPC_MODEL_N_SLOTS];
	uint64_t rcrb[ICH9_RCRB_N_REGS];
};

struct ich9_lpc_model {
	struct pci_model_function fn;
	struct device rcrb; /* in memory at RCBA; shares the state of fn.dev */
	struct pci_model_host *host;
	struct ich9_lpc_model_wiring wire;
	struct ich9_lpc_model_state s;
};

/* Initialise, reset, and add it to `host` as 00:1f.0. Returns NULL or a message. */
const char *ich9_lpc_model_init(struct ich9_lpc_model *lpc, const char *instance,
				const struct hub *hub, struct pci_model_host *host,
				const struct ich9_lpc_model_wiring *wire);
/* Power-up state: no block enabled, no PIRQ routed to the 8259. */
void ich9_lpc_model_reset(struct ich9_lpc_model *lpc);
/* Call after all states were copied, before pci_model_host_settle(): calls the functions of the
 * wiring with all addresses. */
void ich9_lpc_model_settle(struct ich9_lpc_model *lpc);
/* What it is, and how it answers. */
extern const struct device_about ich9_lpc_about, ich9_rcrb_about;
extern const struct device_ops ich9_lpc_model_ops, ich9_lpc_model_rcrb_ops;

#endif
