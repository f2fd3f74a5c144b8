/* SPDX-License-Identifier: MIT */
#include "devices/pci/function.h"

#include <inttypes.h>

#include "devices/pci/host.h"
#include "devices/pci/lints.h"
#include "devices/pci/msix.h"

enum { /* of a BAR (PCI 3.0 6.2.5.1) */
       BAR_IO = 1,
       BAR_IO_FLAGS = 3,
       BAR_TYPE = 6,
       BAR_TYPE_64 = 4,
       BAR_MEMORY_FLAGS = 0xf,
       BAR_BITS = 32
};

enum { /* of MSI_CONTROL (6.8.1.3) */
       MSI_ENABLE = 1,
       MSI_GRANTED_LSB = 4,
       MSI_GRANTED = 7,
       MSI_MAX_LOG2 = 5
};

enum { HEADER_LAYOUT = 0x7f, HEADER_BRIDGE = 1, DMA_ADDRESS_BITS = 64 };

static bool is_bridge(const struct pci_model_function *fn)
{
	return (fn->dev.reg[PCI_MODEL_HEADER_TYPE] & HEADER_LAYOUT) == HEADER_BRIDGE;
}

static unsigned n_bars(const struct pci_model_function *fn)
{
	return is_bridge(fn) ? 2 : PCI_MODEL_N_BARS;
}

/* ---- base address registers ---- */

static const struct reg_desc *bar_row(const struct pci_model_function *fn, unsigned n)
{
	return &fn->config.ops->regs[PCI_MODEL_BAR0 + n];
}

static bool bar_is_io(const struct pci_model_function *fn, unsigned n)
{
	return bar_row(fn, n)->reset & BAR_IO;
}

static bool bar_is_wide(const struct pci_model_function *fn, unsigned n)
{
	uint64_t flags = bar_row(fn, n)->reset;

	return !(flags & BAR_IO) && (flags & BAR_TYPE) == BAR_TYPE_64 && n + 1 < n_bars(fn);
}

/* The bits that software can set; 0: there is no such BAR. */
static uint64_t bar_mask(const struct pci_model_function *fn, unsigned n)
{
	return reg_mask(bar_row(fn, n), 1u << REG_RW);
}

static uint64_t bar_base(const struct pci_model_function *fn, unsigned n)
{
	uint64_t base = fn->dev.reg[PCI_MODEL_BAR0 + n] & bar_mask(fn, n);

	if (bar_is_wide(fn, n)) base |= fn->dev.reg[PCI_MODEL_BAR0 + n + 1] << BAR_BITS;
	return base;
}

/* The size is the value of the lowest bit that can be set. The upper half of a 64-bit BAR is not a
 * BAR. */
static void bars_init(struct pci_model_function *fn)
{
	for (unsigned n = 0; n < n_bars(fn); n++) {
		uint64_t mask = bar_mask(fn, n);
		fn->bar[n].target = fn->config.bar[n];
		fn->bar[n].size = mask & (~mask + 1);
		if (fn->config.bar[n].size) fn->bar[n].size = fn->config.bar[n].size;
		if (bar_is_wide(fn, n)) n++;
	}
}

enum bus_space pci_model_bar_space(const struct pci_model_function *fn, unsigned n)
{
	return bar_is_io(fn, n) ? BUS_PORT : BUS_MEMORY;
}

bool pci_model_bar_wanted(const struct pci_model_function *fn, unsigned n, uint64_t *base)
{
	uint64_t enable = bar_is_io(fn, n) ? PCI_MODEL_COMMAND_IO : PCI_MODEL_COMMAND_MEMORY;

	*base = bar_base(fn, n);
	return fn->bar[n].size && fn->bar[n].target.dev && fn->dev.reg[PCI_MODEL_COMMAND] & enable;
}

/* Sizing a BAR while it is enabled maps it at the top of memory meanwhile. */
static void lint_live_sizing(const struct pci_model_function *fn, unsigned n,
			     const struct reg_write *w)
{
	uint64_t enable = bar_is_io(fn, n) ? PCI_MODEL_COMMAND_IO : PCI_MODEL_COMMAND_MEMORY;
	uint64_t flags = bar_is_io(fn, n) ? BAR_IO_FLAGS : BAR_MEMORY_FLAGS;

	if (!fn->bar[n].size || !(fn->dev.reg[PCI_MODEL_COMMAND] & enable)) return;
	if ((w->raw | flags) != UINT32_MAX) return;
	device_lint(&fn->dev, &pci_function_lints[PCI_FUNCTION_LINT_LIVE_SIZING],
		    bar_row(fn, n)->name, w->raw, "sized while its decoding is enabled in COMMAND");
}

static void bar_written(struct pci_model_function *fn, unsigned n, const struct reg_write *w)
{
	if (n >= n_bars(fn)) return;
	if (fn->config.bar[n].size)
		fn->dev.reg[PCI_MODEL_BAR0 + n] &= ~bar_mask(fn, n) | ~(fn->bar[n].size - 1);
	lint_live_sizing(fn, n, w);
	if (fn->dev.reg[PCI_MODEL_BAR0 + n] != w->old && fn->host) pci_model_host_remap(fn->host);
}

/* ---- INTx# ---- */

bool pci_model_intx_driven(const struct pci_model_function *fn)
{
	if (!(fn->dev.reg[PCI_MODEL_STATUS] & PCI_MODEL_STATUS_INTERRUPT)) return false;
	if (!fn->dev.reg[PCI_MODEL_INTERRUPT_PIN]) return false;
	if (fn->dev.reg[PCI_MODEL_COMMAND] & PCI_MODEL_COMMAND_INTX_DISABLE) return false;
	return !pci_model_msi_enabled(fn) && !pci_model_msix_enabled(fn);
}

static void intx_changed(const struct pci_model_function *fn)
{
	if (fn->host) pci_model_host_intx(fn->host, fn);
}

void pci_model_intx_set(struct pci_model_function *fn, bool level)
{
	uint64_t old = fn->dev.reg[PCI_MODEL_STATUS];
	uint64_t bit = PCI_MODEL_STATUS_INTERRUPT;

	fn->dev.reg[PCI_MODEL_STATUS] = level ? old | bit : old & ~bit;
	if (fn->dev.reg[PCI_MODEL_STATUS] != old) intx_changed(fn);
}

/* ---- MSI ---- */

static uint64_t *msi_reg(const struct pci_model_function *fn, enum pci_model_msi_row row)
{
	return &fn->dev.reg[fn->msi_slot + row];
}

bool pci_model_msi_enabled(const struct pci_model_function *fn)
{
	return fn->config.msi_row && *msi_reg(fn, PCI_MODEL_MSI_CONTROL) & MSI_ENABLE;
}

/* log2 of the vectors that software enabled; at most the number requested. */
static unsigned msi_granted_log2(const struct pci_model_function *fn)
{
	unsigned granted = *msi_reg(fn, PCI_MODEL_MSI_CONTROL) >> MSI_GRANTED_LSB & MSI_GRANTED;
	unsigned capable = *msi_reg(fn, PCI_MODEL_MSI_CONTROL) >> 1 & MSI_GRANTED;

	return granted < capable ? granted : capable;
}

static unsigned msi_reduced(const struct pci_model_function *fn, unsigned vector)
{
	return vector & ((1u << msi_granted_log2(fn)) - 1);
}

static void msi_deliver(const struct pci_model_function *fn, unsigned vector)
{
	uint64_t addr = *msi_reg(fn, PCI_MODEL_MSI_ADDRESS) |
			*msi_reg(fn, PCI_MODEL_MSI_UPPER_ADDRESS) << BAR_BITS;
	uint32_t low = (1u << msi_granted_log2(fn)) - 1;
	uint32_t data = (uint32_t)*msi_reg(fn, PCI_MODEL_MSI_DATA);

	dma_message(&fn->dma, addr, (data & ~low) | vector);
}

void pci_model_msi_send(struct pci_model_function *fn, unsigned vector)
{
	uint64_t bit;

	if (!pci_model_msi_enabled(fn)) return;
	vector = msi_reduced(fn, vector);
	bit = UINT64_C(1) << vector;
	if (*msi_reg(fn, PCI_MODEL_MSI_MASK) & bit)
		*msi_reg(fn, PCI_MODEL_MSI_PENDING) |= bit;
	else
		msi_deliver(fn, vector);
}

void pci_model_msi_withdraw(struct pci_model_function *fn, unsigned vector)
{
	if (fn->config.msi_row)
		*msi_reg(fn, PCI_MODEL_MSI_PENDING) &= ~(UINT64_C(1) << msi_reduced(fn, vector));
}

static void msi_send_pending(struct pci_model_function *fn)
{
	uint64_t ready;

	if (!pci_model_msi_enabled(fn)) return;
	ready = *msi_reg(fn, PCI_MODEL_MSI_PENDING) & ~*msi_reg(fn, PCI_MODEL_MSI_MASK);
	*msi_reg(fn, PCI_MODEL_MSI_PENDING) &= ~ready;
	for (unsigned vector = 0; ready >> vector; vector++)
		if (ready >> vector & 1) msi_deliver(fn, vector);
}

static void lint_msi_control(const struct pci_model_function *fn)
{
	uint64_t control = *msi_reg(fn, PCI_MODEL_MSI_CONTROL);
	uint64_t granted = control >> MSI_GRANTED_LSB & MSI_GRANTED;

	if (granted > MSI_MAX_LOG2)
		device_lint(&fn->dev, &pci_function_lints[PCI_FUNCTION_LINT_VECTORS], NULL, granted,
			    "MULTIPLE_ENABLE %" PRIu64 " is reserved", granted);
	else if (granted > (control >> 1 & MSI_GRANTED))
		device_lint(&fn->dev, &pci_function_lints[PCI_FUNCTION_LINT_VECTORS], NULL, granted,
			    "more vectors enabled than the function requests");
	if (control & MSI_ENABLE && pci_model_msix_enabled(fn))
		device_lint(&fn->dev, &pci_function_lints[PCI_FUNCTION_LINT_BOTH], NULL, control,
			    "MSI and MSI-X are both enabled");
}

static void msi_written(struct pci_model_function *fn, enum pci_model_msi_row row,
			const struct reg_write *w)
{
	if (row == PCI_MODEL_MSI_CONTROL) {
		lint_msi_control(fn);
		if ((w->now ^ w->old) & MSI_ENABLE) intx_changed(fn);
	}
	if (row == PCI_MODEL_MSI_CONTROL || row == PCI_MODEL_MSI_MASK) msi_send_pending(fn);
}

static void msix_written(struct pci_model_function *fn, enum pci_model_msix_row row)
{
	if (row != PCI_MODEL_MSIX_CONTROL) return;
	intx_changed(fn);
	if (fn->msix) pci_model_msix_settle(fn->msix);
}

/* ---- header ---- */

static void command_written(struct pci_model_function *fn, const struct reg_write *w)
{
	uint64_t changed = w->now ^ w->old;

	if (changed & (PCI_MODEL_COMMAND_IO | PCI_MODEL_COMMAND_MEMORY) && fn->host)
		pci_model_host_remap(fn->host);
	if (changed & PCI_MODEL_COMMAND_INTX_DISABLE) intx_changed(fn);
}

/* A bridge's windows decide which addresses reach the devices behind it. */
static bool is_window(unsigned reg)
{
	return reg == PCI_MODEL_IO_BASE || reg == PCI_MODEL_IO_LIMIT ||
	       (reg >= PCI_MODEL_MEMORY_BASE && reg <= PCI_MODEL_PREFETCH_LIMIT_UPPER);
}

void pci_model_function_write(struct device *dev, unsigned reg, unsigned n,
			      const struct reg_write *w)
{
	struct pci_model_function *fn = (struct pci_model_function *)dev;
	unsigned msi = fn->config.msi_row, msix = fn->config.msix_row;

	(void)n;
	if (reg == PCI_MODEL_COMMAND)
		command_written(fn, w);
	else if (is_bridge(fn) && is_window(reg) && fn->host)
		pci_model_host_remap(fn->host);
	else if (reg >= PCI_MODEL_BAR0 && reg < PCI_MODEL_BAR0 + PCI_MODEL_N_BARS)
		bar_written(fn, reg - PCI_MODEL_BAR0, w);
	else if (msi && reg >= msi && reg < msi + PCI_MODEL_MSI_N_ROWS)
		msi_written(fn, (enum pci_model_msi_row)(reg - msi), w);
	else if (msix && reg >= msix && reg < msix + PCI_MODEL_MSIX_N_ROWS)
		msix_written(fn, (enum pci_model_msix_row)(reg - msix));
}

/* ---- bus mastering ---- */

bool pci_model_function_masters(const struct pci_model_function *fn)
{
	for (; fn; fn = fn->config.bridge)
		if (!(fn->dev.reg[PCI_MODEL_COMMAND] & PCI_MODEL_COMMAND_MASTER)) return false;
	return true;
}

/* ---- initialisation and reset ---- */

void pci_model_function_init(struct pci_model_function *fn,
			     const struct pci_model_function_config *config, const struct hub *hub,
			     uint64_t *slots, void *state, size_t state_size)
{
	const struct device_ops *ops = config->ops;

	*fn = (struct pci_model_function){ .config = *config };
	if (!fn->config.address_bits) fn->config.address_bits = DMA_ADDRESS_BITS;
	device_init_slots(&fn->dev, ops, config->instance, hub, slots, 0, state, state_size);
	fn->msi_slot = (unsigned)reg_table_slot(ops->regs, config->msi_row);
	fn->msix_slot = (unsigned)reg_table_slot(ops->regs, config->msix_row);
	bars_init(fn);
}

void pci_model_function_reset(struct pci_model_function *fn)
{
	reg_table_reset(fn->config.ops->regs, fn->config.ops->n_regs, fn->dev.reg);
	if (!fn->host) return;
	pci_model_host_remap(fn->host);
	intx_changed(fn);
}
