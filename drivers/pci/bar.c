/* SPDX-License-Identifier: MIT */
/* Base address registers (PCI 3.0 6.2.5). */
#include "bimetal/pci_bar.h"

#include <stddef.h>

#include "internal.h"

enum { HALF = 32, BAR_BYTES = 4, BRIDGE_BARS = 2, DECODING = PCI_COMMAND_IO | PCI_COMMAND_MEMORY };
#define ONES     UINT32_MAX
#define ROM_ONES (~(uint32_t)PCI_BAR_ROM_FLAGS) /* not enabled */

static unsigned offset_of(unsigned n) { return PCI_BAR0 + BAR_BYTES * n; }

static unsigned layout_of(const struct pci *pci, struct pci_place place)
{
	return pci_get8(pci, place, PCI_HEADER) & PCI_HEADER_LAYOUT;
}

static unsigned n_bars(unsigned layout)
{
	switch (layout) {
	case PCI_HEADER_NORMAL: return PCI_MAX_BARS;
	case PCI_HEADER_BRIDGE: return BRIDGE_BARS;
	case PCI_HEADER_CARDBUS: return 1;
	default: return 0;
	}
}

/* ---- decoding is disabled while a BAR is changed ---- */

struct silence {
	uint16_t command;
	bool interrupts;
};

static struct silence silence(const struct pci *pci, struct pci_place place)
{
	struct silence before = { .interrupts = wait_irq_save(&pci->wait) };

	before.command = pci_get16(pci, place, PCI_COMMAND);
	if (before.command & DECODING)
		pci_put16(pci, place, PCI_COMMAND, before.command & (uint16_t)~DECODING);
	return before;
}

static void speak(const struct pci *pci, struct pci_place place, struct silence before)
{
	if (before.command & DECODING) pci_put16(pci, place, PCI_COMMAND, before.command);
	wait_irq_restore(&pci->wait, before.interrupts);
}

/* ---- sizes ---- */

/* A BAR: its value, and what it reads after all ones were written. */
struct sample {
	uint64_t before, ones;
};

static struct sample sample(const struct pci *pci, struct pci_place place, unsigned offset,
			    uint32_t ones, bool wide)
{
	struct silence quiet = silence(pci, place);
	uint32_t low = pci_get32(pci, place, offset), high = 0, high_ones = 0;

	pci_put32(pci, place, offset, ones);
	uint32_t low_ones = pci_get32(pci, place, offset);
	pci_put32(pci, place, offset, low);
	if (wide) {
		high = pci_get32(pci, place, offset + BAR_BYTES);
		pci_put32(pci, place, offset + BAR_BYTES, ONES);
		high_ones = pci_get32(pci, place, offset + BAR_BYTES);
		pci_put32(pci, place, offset + BAR_BYTES, high);
	}
	speak(pci, place, quiet);
	return (struct sample){ .before = (uint64_t)high << HALF | low,
				.ones = (uint64_t)high_ones << HALF | low_ones };
}

/* The writable address bits must be one run of ones. The lowest one gives the size. For ports the
 * run may end at bit 15. */
static enum pci_status measure(struct sample found, uint64_t flags, struct pci_bar *bar)
{
	uint64_t bits = found.ones & ~flags;
	uint64_t size = bits & (~bits + 1), above = bits + size;

	if (!bits || above & (above - 1)) return PCI_BROKEN;
	bar->size = size;
	bar->base = found.before & bits;
	return PCI_OK;
}

static enum pci_status understand(struct sample found, bool wide, struct pci_bar *bar)
{
	bool ports = found.before & PCI_BAR_IO;
	uint64_t flags = ports ? PCI_BAR_IO_FLAGS : PCI_BAR_MEMORY_FLAGS;

	if (found.before == 0 && found.ones == 0) return PCI_OK; /* not implemented */
	if ((found.before ^ found.ones) & flags) return PCI_BROKEN;
	if (ports && found.before & PCI_BAR_IO_RESERVED) return PCI_BROKEN;
	enum pci_status status = measure(found, flags, bar);
	if (status) return status;
	bar->kind = ports ? PCI_BAR_PORTS : wide ? PCI_BAR_MEMORY_64 : PCI_BAR_MEMORY_32;
	bar->prefetchable = !ports && found.before & PCI_BAR_PREFETCHABLE;
	return PCI_OK;
}

enum pci_status pci_bar(const struct pci *pci, struct pci_place place, unsigned n,
			struct pci_bar *bar)
{
	struct pci_bar found = { .kind = PCI_NO_BAR };

	if (!pci || !bar) return PCI_NULL;
	if (!pci_place_fits(pci, place) || n >= PCI_MAX_BARS) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	unsigned bars = n_bars(layout_of(pci, place));
	if (n >= bars) return PCI_BAD_ARG;

	uint32_t now = pci_get32(pci, place, offset_of(n));
	bool memory = !(now & PCI_BAR_IO);
	if (memory && (now & PCI_BAR_TYPE) == PCI_BAR_TYPE_RESERVED) return PCI_BROKEN;
	bool wide = memory && (now & PCI_BAR_TYPE) == PCI_BAR_TYPE_64;
	if (wide && n + 1 >= bars) return PCI_BROKEN;
	enum pci_status status =
		understand(sample(pci, place, offset_of(n), ONES, wide), wide, &found);
	if (status == PCI_OK) *bar = found;
	return status;
}

enum pci_status pci_rom(const struct pci *pci, struct pci_place place, struct pci_bar *bar)
{
	struct pci_bar found = { .kind = PCI_NO_BAR };

	if (!pci || !bar) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	unsigned layout = layout_of(pci, place);
	if (layout > PCI_HEADER_BRIDGE) return PCI_LACKS;

	unsigned offset = layout == PCI_HEADER_BRIDGE ? PCI_BRIDGE_ROM : PCI_ROM;
	struct sample rom = sample(pci, place, offset, ROM_ONES, false);
	if (rom.ones & ~(uint64_t)PCI_BAR_ROM_FLAGS) {
		enum pci_status status = measure(rom, PCI_BAR_ROM_FLAGS, &found);
		if (status) return status;
		found.kind = PCI_BAR_ROM;
	}
	*bar = found;
	return PCI_OK;
}

/* ---- moving ---- */

static bool base_fits(const struct pci_bar *bar, unsigned n, uint64_t base)
{
	bool wide = bar->kind == PCI_BAR_MEMORY_64;

	if (bar->kind == PCI_NO_BAR || bar->kind == PCI_BAR_ROM || !bar->size) return false;
	if (n >= PCI_MAX_BARS || (wide && n + 1 >= PCI_MAX_BARS)) return false;
	return !(base & (bar->size - 1)) && (wide || !(base >> HALF));
}

enum pci_status pci_bar_move(const struct pci *pci, struct pci_place place, unsigned n,
			     struct pci_bar *bar, uint64_t base)
{
	if (!pci || !bar) return PCI_NULL;
	if (!pci_place_fits(pci, place) || !base_fits(bar, n, base)) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;

	struct silence quiet = silence(pci, place);
	pci_put32(pci, place, offset_of(n), (uint32_t)base);
	if (bar->kind == PCI_BAR_MEMORY_64)
		pci_put32(pci, place, offset_of(n + 1), (uint32_t)(base >> HALF));
	speak(pci, place, quiet);
	bar->base = base;
	return PCI_OK;
}
