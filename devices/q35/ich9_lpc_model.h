/* SPDX-License-Identifier: MIT */
/* LPC bridge of the 82801I (ICH9, 8086:2918): where the power management block, the HPET and the
 * chipset registers lie, how PIRQs reach the 8259, what SCI is. Intel I/O Controller Hub 9 Family
 * Datasheet (316972).
 *
 * Not modelled: LPC decode ranges and BIOS protection (kept, without effect: the board's devices
 * answer always), GPIO, SMI, interrupt pin assignment by DxxIP (the functions' own pins hold),
 * chipset registers that ich9_rcrb_regs does not list (each access is reported). */
#ifndef DEVICES_Q35_ICH9_LPC_MODEL_H
#define DEVICES_Q35_ICH9_LPC_MODEL_H

#include "devices/pci/host.h"
#include "devices/q35/ich9_lpc_registers.h"
#include "devices/q35/pirq_router.h"

/* What the bridge tells the board. Members may be NULL. Told at every change, at reset and at
 * settle; the last value told holds. */
struct ich9_lpc_model_wiring {
	struct pirq_router_model *router;
	/* The power management block (128 ports) lies at `base`, or nowhere if not enabled. */
	void (*pm_moved)(void *ctx, uint16_t base, bool enabled);
	/* SCI is this interrupt: 9, 10, 11 (8259 and I/O APIC), 20..23 (I/O APIC alone). */
	void (*sci_routed)(void *ctx, unsigned irq);
	/* The HPET (1 KiB) lies at `base`, or nowhere if not enabled. */
	void (*hpet_moved)(void *ctx, uint64_t base, bool enabled);
	/* The I/O APIC answers, or not (OIC bit AEN). */
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

/* Fill in, reset and add itself to `host` as 00:1f.0. NULL or what is wrong. */
const char *ich9_lpc_model_init(struct ich9_lpc_model *lpc, const char *instance,
				const struct hub *hub, struct pci_model_host *host,
				const struct ich9_lpc_model_wiring *wire);
/* Power-up state: no block enabled, no PIRQ routed to the 8259. */
void ich9_lpc_model_reset(struct ich9_lpc_model *lpc);
/* After a copy of all states, before pci_model_host_settle(): tells the wiring where everything
 * lies. */
void ich9_lpc_model_settle(struct ich9_lpc_model *lpc);

#endif
