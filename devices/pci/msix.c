/* SPDX-License-Identifier: MIT */
#include "devices/pci/msix.h"

#include "devices/pci/lints.h"

enum { CONTROL_ENABLE = 0x8000, CONTROL_FUNCTION_MASK = 0x4000, ENTRY_MASK = 1 };
enum { BITS_PER_WORD = 64, UPPER_SHIFT = 32 };

static uint64_t control(const struct pci_model_function *fn)
{
	return fn->config.msix_row ? fn->dev.reg[fn->msix_slot + PCI_MODEL_MSIX_CONTROL] : 0;
}

static uint64_t *cell(const struct pci_model_msix *msix, enum pci_model_msix_table_row row,
		      unsigned n)
{
	return &msix->dev.reg[row * msix->entries + n];
}

static uint64_t *pending_word(const struct pci_model_msix *msix, unsigned vector)
{
	return cell(msix, PCI_MODEL_MSIX_PENDING, vector / BITS_PER_WORD);
}

static uint64_t pending_bit(unsigned vector) { return UINT64_C(1) << vector % BITS_PER_WORD; }

bool pci_model_msix_enabled(const struct pci_model_function *fn)
{
	return control(fn) & CONTROL_ENABLE;
}

static bool masked(const struct pci_model_msix *msix, unsigned vector)
{
	return control(msix->fn) & CONTROL_FUNCTION_MASK ||
	       *cell(msix, PCI_MODEL_MSIX_VECTOR_CONTROL, vector) & ENTRY_MASK;
}

static void deliver(const struct pci_model_msix *msix, unsigned vector)
{
	uint64_t addr = *cell(msix, PCI_MODEL_MSIX_MSG_ADDR, vector) |
			*cell(msix, PCI_MODEL_MSIX_MSG_UPPER_ADDR, vector) << UPPER_SHIFT;

	dma_message(&msix->fn->dma, addr, (uint32_t)*cell(msix, PCI_MODEL_MSIX_MSG_DATA, vector));
}

void pci_model_msix_send(struct pci_model_msix *msix, unsigned vector)
{
	if (!pci_model_msix_enabled(msix->fn) || vector >= msix->entries) return;
	if (masked(msix, vector))
		*pending_word(msix, vector) |= pending_bit(vector);
	else
		deliver(msix, vector);
}

void pci_model_msix_withdraw(struct pci_model_msix *msix, unsigned vector)
{
	if (vector < msix->entries) *pending_word(msix, vector) &= ~pending_bit(vector);
}

static void send_if_ready(struct pci_model_msix *msix, unsigned vector)
{
	if (!(*pending_word(msix, vector) & pending_bit(vector)) || masked(msix, vector)) return;
	pci_model_msix_withdraw(msix, vector);
	deliver(msix, vector);
}

void pci_model_msix_settle(struct pci_model_msix *msix)
{
	if (!pci_model_msix_enabled(msix->fn)) return;
	for (unsigned vector = 0; vector < msix->entries; vector++) send_if_ready(msix, vector);
}

/* If address or data change while the entry is unmasked, a mixture of old and new may be sent
 * (6.8.2: undefined). */
static void lint_live(const struct pci_model_msix *msix, unsigned reg, unsigned n,
		      const struct reg_write *w)
{
	const struct reg_desc *r = &msix->dev.ops->regs[reg];

	if (w->now == w->old || !pci_model_msix_enabled(msix->fn) || masked(msix, n)) return;
	device_lint(&msix->dev, &pci_msix_lints[PCI_MSIX_LINT_LIVE_ENTRY], r->name, w->now,
		    "entry %u changed while it is not masked", n);
}

void pci_model_msix_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pci_model_msix *msix = (struct pci_model_msix *)dev;

	if (reg == PCI_MODEL_MSIX_VECTOR_CONTROL) {
		if (pci_model_msix_enabled(msix->fn)) send_if_ready(msix, n);
		return;
	}
	lint_live(msix, reg, n, w);
}

void pci_model_msix_init(struct pci_model_msix *msix, struct pci_model_function *fn,
			 const struct device_ops *ops, const char *instance, const struct hub *hub,
			 uint64_t *slots, size_t state_size)
{
	*msix = (struct pci_model_msix){ .fn = fn,
					 .entries = ops->regs[PCI_MODEL_MSIX_MSG_ADDR].count };
	device_init_slots(&msix->dev, ops, instance, hub, slots, state_size, slots, state_size);
	fn->msix = msix;
}

void pci_model_msix_reset(struct pci_model_msix *msix)
{
	reg_table_reset(msix->dev.ops->regs, msix->dev.ops->n_regs, msix->dev.reg);
}
