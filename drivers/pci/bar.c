/* SPDX-License-Identifier: MIT */
/* Base address registers (PCI 3.0 6.2.5). */
#include "bimetal/pci_bar.h"

#include <stddef.h>

#include "internal.h"

enum {
	HALF = 32,
	BAR_BYTES = 4,
	BRIDGE_BARS = 2,
	DECODING = PCIBUS_COMMAND_IO | PCIBUS_COMMAND_MEMORY
};
#define ONES     UINT32_MAX
#define ROM_ONES (~(uint32_t)PCIBUS_BAR_ROM_FLAGS) /* not enabled */

static unsigned offset_of(unsigned n) { return PCIBUS_BAR0 + BAR_BYTES * n; }

static unsigned layout_of(const struct pcibus *pci, struct pcibus_place place)
{
	return pcibus_get8(pci, place, PCIBUS_HEADER) & PCIBUS_HEADER_LAYOUT;
}

static unsigned n_bars(unsigned layout)
{
	switch (layout) {
	case PCIBUS_HEADER_NORMAL: return PCIBUS_MAX_BARS;
	case PCIBUS_HEADER_BRIDGE: return BRIDGE_BARS;
	case PCIBUS_HEADER_CARDBUS: return 1;
	default: return 0;
	}
}

/* ---- silence while a BAR is not what it should be ---- */

struct silence {
	uint16_t command;
	bool interrupts;
};

static struct silence silence(const struct pcibus *pci, struct pcibus_place place)
{
	struct silence before = { .interrupts = wait_irq_save(&pci->wait) };

	before.command = pcibus_get16(pci, place, PCIBUS_COMMAND);
	if (before.command & DECODING)
		pcibus_put16(pci, place, PCIBUS_COMMAND, before.command & (uint16_t)~DECODING);
	return before;
}

static void speak(const struct pcibus *pci, struct pcibus_place place, struct silence before)
{
	if (before.command & DECODING) pcibus_put16(pci, place, PCIBUS_COMMAND, before.command);
	wait_irq_restore(&pci->wait, before.interrupts);
}

/* ---- sizes ---- */

/* A BAR's value before, and with every bit set that can be. */
struct sample {
	uint64_t before, ones;
};

static struct sample sample(const struct pcibus *pci, struct pcibus_place place, unsigned offset,
			    uint32_t ones, bool wide)
{
	struct silence quiet = silence(pci, place);
	uint32_t low = pcibus_get32(pci, place, offset), high = 0, high_ones = 0;

	pcibus_put32(pci, place, offset, ones);
	uint32_t low_ones = pcibus_get32(pci, place, offset);
	pcibus_put32(pci, place, offset, low);
	if (wide) {
		high = pcibus_get32(pci, place, offset + BAR_BYTES);
		pcibus_put32(pci, place, offset + BAR_BYTES, ONES);
		high_ones = pcibus_get32(pci, place, offset + BAR_BYTES);
		pcibus_put32(pci, place, offset + BAR_BYTES, high);
	}
	speak(pci, place, quiet);
	return (struct sample){ .before = (uint64_t)high << HALF | low,
				.ones = (uint64_t)high_ones << HALF | low_ones };
}

/* The address bits must be one run of ones; its lowest one is the size. It may end before the top:
 * at 16 bits for ports. */
static enum pcibus_status measure(struct sample found, uint64_t flags, struct pcibus_bar *bar)
{
	uint64_t bits = found.ones & ~flags;
	uint64_t size = bits & (~bits + 1), above = bits + size;

	if (!bits || above & (above - 1)) return PCIBUS_BROKEN;
	bar->size = size;
	bar->base = found.before & bits;
	return PCIBUS_OK;
}

static enum pcibus_status understand(struct sample found, bool wide, struct pcibus_bar *bar)
{
	bool ports = found.before & PCIBUS_BAR_IO;
	uint64_t flags = ports ? PCIBUS_BAR_IO_FLAGS : PCIBUS_BAR_MEMORY_FLAGS;

	if (found.before == 0 && found.ones == 0) return PCIBUS_OK; /* none */
	if ((found.before ^ found.ones) & flags) return PCIBUS_BROKEN;
	if (ports && found.before & PCIBUS_BAR_IO_RESERVED) return PCIBUS_BROKEN;
	enum pcibus_status status = measure(found, flags, bar);
	if (status) return status;
	bar->kind = ports ? PCIBUS_BAR_PORTS : wide ? PCIBUS_BAR_MEMORY_64 : PCIBUS_BAR_MEMORY_32;
	bar->prefetchable = !ports && found.before & PCIBUS_BAR_PREFETCHABLE;
	return PCIBUS_OK;
}

enum pcibus_status pcibus_bar(const struct pcibus *pci, struct pcibus_place place, unsigned n,
			      struct pcibus_bar *bar)
{
	struct pcibus_bar found = { .kind = PCIBUS_NO_BAR };

	if (!pci || !bar) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place) || n >= PCIBUS_MAX_BARS) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	unsigned bars = n_bars(layout_of(pci, place));
	if (n >= bars) return PCIBUS_BAD_ARG;

	uint32_t now = pcibus_get32(pci, place, offset_of(n));
	bool memory = !(now & PCIBUS_BAR_IO);
	if (memory && (now & PCIBUS_BAR_TYPE) == PCIBUS_BAR_TYPE_RESERVED) return PCIBUS_BROKEN;
	bool wide = memory && (now & PCIBUS_BAR_TYPE) == PCIBUS_BAR_TYPE_64;
	if (wide && n + 1 >= bars) return PCIBUS_BROKEN;
	enum pcibus_status status =
		understand(sample(pci, place, offset_of(n), ONES, wide), wide, &found);
	if (status == PCIBUS_OK) *bar = found;
	return status;
}

enum pcibus_status pcibus_rom(const struct pcibus *pci, struct pcibus_place place,
			      struct pcibus_bar *bar)
{
	struct pcibus_bar found = { .kind = PCIBUS_NO_BAR };

	if (!pci || !bar) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	unsigned layout = layout_of(pci, place);
	if (layout > PCIBUS_HEADER_BRIDGE) return PCIBUS_LACKS;

	unsigned offset = layout == PCIBUS_HEADER_BRIDGE ? PCIBUS_BRIDGE_ROM : PCIBUS_ROM;
	struct sample rom = sample(pci, place, offset, ROM_ONES, false);
	if (rom.ones & ~(uint64_t)PCIBUS_BAR_ROM_FLAGS) {
		enum pcibus_status status = measure(rom, PCIBUS_BAR_ROM_FLAGS, &found);
		if (status) return status;
		found.kind = PCIBUS_BAR_ROM;
	}
	*bar = found;
	return PCIBUS_OK;
}

/* ---- moving ---- */

static bool base_fits(const struct pcibus_bar *bar, unsigned n, uint64_t base)
{
	bool wide = bar->kind == PCIBUS_BAR_MEMORY_64;

	if (bar->kind == PCIBUS_NO_BAR || bar->kind == PCIBUS_BAR_ROM || !bar->size) return false;
	if (n >= PCIBUS_MAX_BARS || (wide && n + 1 >= PCIBUS_MAX_BARS)) return false;
	return !(base & (bar->size - 1)) && (wide || !(base >> HALF));
}

enum pcibus_status pcibus_bar_move(const struct pcibus *pci, struct pcibus_place place, unsigned n,
				   struct pcibus_bar *bar, uint64_t base)
{
	if (!pci || !bar) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place) || !base_fits(bar, n, base)) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;

	struct silence quiet = silence(pci, place);
	pcibus_put32(pci, place, offset_of(n), (uint32_t)base);
	if (bar->kind == PCIBUS_BAR_MEMORY_64)
		pcibus_put32(pci, place, offset_of(n + 1), (uint32_t)(base >> HALF));
	speak(pci, place, quiet);
	bar->base = base;
	return PCIBUS_OK;
}
