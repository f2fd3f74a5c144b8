/* SPDX-License-Identifier: MIT */
#include "devices/q35/ich9_lpc_model.h"

#include <stddef.h>

#include "devices/q35/lints.h"
#include "emu/array.h"

enum { LPC_DEVICE = 31, PIRQS_PER_ROW = 4 };
enum { /* of PMBASE, ACPI_CNTL, RCBA, HPTC, OIC */
       PM_BASE = 0xff80,
       SCI_SELECT = 7,
       ACPI_EN = 0x80,
       RCBA_EN = 1,
       HPTC_SELECT = 3,
       HPTC_EN = 0x80,
       OIC_AEN = 0x100
};
enum { ROUTE_BITS = 4, ROUTE_MASK = 7, ROUT_IRQ = 0x0f, ROUT_OFF = 0x80 };
/* IRQs that PIRQx_ROUT can select. */
enum { ROUTABLE = 0xdef8 };

#define RCBA_BASE       UINT64_C(0xffffc000)
#define HPET_MODEL_BASE UINT64_C(0xfed00000)
#define HPET_STEP       UINT64_C(0x1000)

/* Indexed by SCI_IRQ_SEL; 0: reserved. */
static const uint8_t sci_irq[SCI_SELECT + 1] = { 9, 10, 11, 0, 20, 21, 22, 23 };

/* Devices whose pins D31IR .. D25IR route. */
static const struct {
	enum ich9_rcrb_reg row;
	unsigned device;
} routes[] = {
	{ ICH9_D31IR, 31 }, { ICH9_D30IR, 30 }, { ICH9_D29IR, 29 }, { ICH9_D28IR, 28 },
	{ ICH9_D27IR, 27 }, { ICH9_D26IR, 26 }, { ICH9_D25IR, 25 },
};
enum { N_ROUTES = ARRAY_SIZE(routes) };

static uint64_t reg(const struct ich9_lpc_model *lpc, enum ich9_lpc_model_reg row)
{
	return lpc->s.reg[reg_table_slot(ich9_lpc_regs, row)];
}

/* ---- calls of the board ---- */

static void tell_pm(const struct ich9_lpc_model *lpc)
{
	uint16_t base = (uint16_t)(reg(lpc, ICH9_PMBASE) & PM_BASE);
	bool enabled = reg(lpc, ICH9_ACPI_CNTL) & ACPI_EN;

	if (lpc->wire.pm_moved) lpc->wire.pm_moved(lpc->wire.ctx, base, enabled && base);
}

static void tell_sci(const struct ich9_lpc_model *lpc)
{
	uint8_t irq = sci_irq[reg(lpc, ICH9_ACPI_CNTL) & SCI_SELECT];

	if (irq && lpc->wire.sci_routed) lpc->wire.sci_routed(lpc->wire.ctx, irq);
}

static void tell_hpet(const struct ich9_lpc_model *lpc)
{
	uint64_t hptc = lpc->s.rcrb[ICH9_HPTC];

	if (lpc->wire.hpet_moved)
		lpc->wire.hpet_moved(lpc->wire.ctx,
				     HPET_MODEL_BASE + HPET_STEP * (hptc & HPTC_SELECT),
				     hptc & HPTC_EN);
}

static void tell_ioapic(const struct ich9_lpc_model *lpc)
{
	if (lpc->wire.ioapic_enabled)
		lpc->wire.ioapic_enabled(lpc->wire.ctx, lpc->s.rcrb[ICH9_OIC] & OIC_AEN);
}

static void tell_rout(const struct ich9_lpc_model *lpc, enum ich9_lpc_model_reg row, unsigned n)
{
	unsigned first = row == ICH9_PIRQ_ROUT_AD ? 0 : PIRQS_PER_ROW;
	uint64_t value = lpc->s.reg[reg_table_slot(ich9_lpc_regs, row) + n];

	if (lpc->wire.router) pirq_router_model_rout(lpc->wire.router, first + n, (uint8_t)value);
}

static void tell_route(const struct ich9_lpc_model *lpc, unsigned i)
{
	uint64_t value = lpc->s.rcrb[routes[i].row];

	for (unsigned pin = 0; lpc->wire.router && pin < PCI_MODEL_N_PINS; pin++)
		pirq_router_model_wire(lpc->wire.router, routes[i].device, pin,
				       (unsigned)(value >> pin * ROUTE_BITS) & ROUTE_MASK);
}

/* ---- the chipset block ---- */

/* Map the block. False: it cannot be mapped there. */
static bool place_rcrb(struct ich9_lpc_model *lpc)
{
	uint64_t rcba = reg(lpc, ICH9_RCBA), base = rcba & RCBA_BASE;
	struct bus *bus = lpc->host->wire.bus;

	bus_unmap(bus, BUS_MEMORY, &lpc->rcrb);
	if (!(rcba & RCBA_EN)) return true;
	if (lpc->host->wire.mem && mem_region_at(lpc->host->wire.mem, base)) return false;
	return !bus_map(bus, BUS_MEMORY, base, ICH9_RCRB_SIZE, &lpc->rcrb, 0);
}

static void rcba_written(struct ich9_lpc_model *lpc, const struct reg_write *w)
{
	bool placed;

	if (w->now == w->old) return;
	pci_model_host_yield(lpc->host);
	placed = place_rcrb(lpc);
	pci_model_host_remap(lpc->host);
	if (!placed)
		device_lint(&lpc->fn.dev, &ich9_lpc_lints[ICH9_LPC_LINT_PLACEMENT], NULL, w->now,
			    "the chipset registers at 0x%llx lie over memory or another device",
			    (unsigned long long)(w->now & RCBA_BASE));
}

static struct ich9_lpc_model *of_rcrb(struct device *dev)
{
	return (struct ich9_lpc_model *)((char *)dev - offsetof(struct ich9_lpc_model, rcrb));
}

static void rcrb_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	const struct ich9_lpc_model *lpc = of_rcrb(dev);

	(void)n;
	if (w->now == w->old) return;
	pci_model_host_yield(lpc->host);
	if (row == ICH9_HPTC) tell_hpet(lpc);
	if (row == ICH9_OIC) tell_ioapic(lpc);
	pci_model_host_remap(lpc->host);
	for (unsigned i = 0; i < N_ROUTES; i++)
		if (routes[i].row == row) tell_route(lpc, i);
}

/* The block has many more registers than the table. The type is device_ops.decode's:
 * NOLINTNEXTLINE(readability-non-const-parameter) */
static struct device *rcrb_decode(struct device *dev, uint64_t *offset, unsigned width, bool write)
{
	(void)width;
	if (device_find(dev, *offset, write, NULL)) return dev;
	device_lint(dev, &ich9_rcrb_lints[ICH9_RCRB_LINT_CHIPSET_REGISTER], NULL, *offset,
		    "chipset register at offset 0x%llx", (unsigned long long)*offset);
	return NULL;
}

const struct device_ops ich9_lpc_model_rcrb_ops = {
	.name = "ich9_rcrb",
	.about = &ich9_rcrb_about,
	.regs = ich9_rcrb_regs,
	.n_regs = ICH9_RCRB_N_REGS,
	.write = rcrb_write,
	.decode = rcrb_decode,
};

/* ---- configuration space ---- */

static void move_pm(const struct ich9_lpc_model *lpc)
{
	pci_model_host_yield(lpc->host);
	tell_pm(lpc);
	pci_model_host_remap(lpc->host);
}

static void acpi_cntl_written(const struct ich9_lpc_model *lpc, const struct reg_write *w)
{
	if (!sci_irq[w->now & SCI_SELECT])
		device_lint(&lpc->fn.dev, &ich9_lpc_lints[ICH9_LPC_LINT_SCI], NULL, w->now,
			    "SCI_IRQ_SEL %u is reserved", (unsigned)w->now & SCI_SELECT);
	if ((w->now ^ w->old) & SCI_SELECT) tell_sci(lpc);
	if ((w->now ^ w->old) & ACPI_EN) move_pm(lpc);
}

static void rout_written(const struct ich9_lpc_model *lpc, unsigned row, unsigned n,
			 const struct reg_write *w)
{
	unsigned irq = w->now & ROUT_IRQ;

	if (!(w->now & ROUT_OFF) && !(ROUTABLE >> irq & 1))
		device_lint(&lpc->fn.dev, &ich9_lpc_lints[ICH9_LPC_LINT_IRQ],
			    ich9_lpc_regs[row].name, w->now, "IRQ %u is reserved", irq);
	tell_rout(lpc, row, n);
}

static void lpc_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	struct ich9_lpc_model *lpc = (struct ich9_lpc_model *)dev;

	pci_model_function_write(dev, row, n, w);
	switch (row) {
	case ICH9_PMBASE:
		if (w->now != w->old) move_pm(lpc);
		break;
	case ICH9_ACPI_CNTL: acpi_cntl_written(lpc, w); break;
	case ICH9_PIRQ_ROUT_AD:
	case ICH9_PIRQ_ROUT_EH: rout_written(lpc, row, n, w); break;
	case ICH9_RCBA: rcba_written(lpc, w); break;
	default: break;
	}
}

static void reset_device(struct device *dev) { ich9_lpc_model_reset((struct ich9_lpc_model *)dev); }

static void settle_device(struct device *dev)
{
	ich9_lpc_model_settle((struct ich9_lpc_model *)dev);
}

const struct device_ops ich9_lpc_model_ops = {
	.name = "ich9_lpc",
	.about = &ich9_lpc_about,
	.regs = ich9_lpc_regs,
	.n_regs = ICH9_N_REGS,
	.write = lpc_write,
	.reset = reset_device,
	.settle = settle_device,
};

/* ---- initialisation and reset ---- */

void ich9_lpc_model_settle(struct ich9_lpc_model *lpc)
{
	pci_model_host_yield(lpc->host);
	(void)place_rcrb(lpc);
	tell_pm(lpc);
	tell_sci(lpc);
	tell_hpet(lpc);
	tell_ioapic(lpc);
	for (unsigned n = 0; n < PIRQS_PER_ROW; n++) {
		tell_rout(lpc, ICH9_PIRQ_ROUT_AD, n);
		tell_rout(lpc, ICH9_PIRQ_ROUT_EH, n);
	}
	for (unsigned i = 0; i < N_ROUTES; i++) tell_route(lpc, i);
}

void ich9_lpc_model_reset(struct ich9_lpc_model *lpc)
{
	pci_model_function_reset(&lpc->fn);
	reg_table_reset(ich9_rcrb_regs, ICH9_RCRB_N_REGS, lpc->s.rcrb);
	ich9_lpc_model_settle(lpc);
	pci_model_host_remap(lpc->host);
}

const char *ich9_lpc_model_init(struct ich9_lpc_model *lpc, const char *instance,
				const struct hub *hub, struct pci_model_host *host,
				const struct ich9_lpc_model_wiring *wire)
{
	const struct pci_model_function_config config = { .ops = &ich9_lpc_model_ops,
							  .instance = instance,
							  .device = LPC_DEVICE };
	const char *fault;

	*lpc = (struct ich9_lpc_model){ .host = host, .wire = *wire };
	pci_model_function_init(&lpc->fn, &config, hub, lpc->s.reg, &lpc->s, sizeof(lpc->s));
	device_init(&lpc->rcrb, &ich9_lpc_model_rcrb_ops, "rcrb", hub, lpc->s.rcrb, &lpc->s,
		    sizeof(lpc->s));
	fault = pci_model_host_add(host, &lpc->fn);
	if (!fault) ich9_lpc_model_reset(lpc);
	return fault;
}
