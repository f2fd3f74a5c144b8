/* SPDX-License-Identifier: MIT */
/* Configuration space of bus 0: mechanism 1, ECAM, functions that exist and that do not, BAR sizes,
 * capability lists. PCI Local Bus Specification 3.0. */
#include "pci.h"

static const struct pci mch = { 0, 0 }, lpc = { 31, 0 }, nobody = { 23, 5 };

static void mechanism_1(void)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE);
	check("CONFIG_ADDRESS reads back", in32(CONFIG_ADDRESS), CONFIG_ENABLE);
	outb(CONFIG_ADDRESS + 3, 0x01);
	check("a byte does not reach CONFIG_ADDRESS", in32(CONFIG_ADDRESS), CONFIG_ENABLE);
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | 0x0000f803);
	check("CONFIG_ADDRESS bits 1:0 are zero", in32(CONFIG_ADDRESS), CONFIG_ENABLE | 0xf800);
	check("host bridge", pci_read32(mch, VENDOR_ID), 0x29c08086);
	check("host bridge: class", pci_read32(mch, CLASS) >> 8, 0x060000);
	check("ISA bridge", pci_read32(lpc, VENDOR_ID), 0x29188086);
	check("ISA bridge: class", pci_read32(lpc, CLASS) >> 8, 0x060100);
	check("ISA bridge: one of several functions", pci_read8(lpc, HEADER_TYPE), 0x80);
	check("nobody, 32 bits", pci_read32(nobody, VENDOR_ID), 0xffffffff);
	check("nobody, 16 bits", pci_read16(nobody, COMMAND), 0xffff);
	check("nobody, 8 bits", pci_read8(nobody, HEADER_TYPE), 0xff);
}

/* Accesses of three widths see the same register. */
static void widths(void)
{
	uint32_t whole = pci_read32(lpc, VENDOR_ID);

	check("16 bits at 2", pci_read16(lpc, 2), whole >> 16);
	check("8 bits at 1", pci_read8(lpc, 1), whole >> 8 & 0xff);
	check("8 bits at 3", pci_read8(lpc, 3), whole >> 24);
}

static unsigned ecam_differences(uintptr_t base, struct pci f)
{
	unsigned n = 0;

	for (unsigned reg = 0; reg < 0x100; reg += 4) {
		uintptr_t at = pci_ecam(base, f, reg);
		uint32_t want = pci_read32(f, reg);
		if (*(volatile uint32_t *)at != want) n++;
		if (*(volatile uint16_t *)(at + 2) != want >> 16) n++;
		if (*(volatile uint8_t *)(at + 1) != (want >> 8 & 0xff)) n++;
	}
	return n;
}

static void ecam(void)
{
	uintptr_t base = pci_ecam_base();
	uint8_t line;

	if (!base) {
		skip("ECAM", "PCIEXBAR is off");
		return;
	}
	check("ECAM: host bridge as by mechanism 1", ecam_differences(base, mch), 0);
	check("ECAM: ISA bridge as by mechanism 1", ecam_differences(base, lpc), 0);
	check("ECAM: nobody", *(volatile uint32_t *)pci_ecam(base, nobody, 0), 0xffffffff);
	check("ECAM: beyond a function of PCI", *(volatile uint32_t *)pci_ecam(base, lpc, 0x100),
	      0xffffffff);
	line = pci_read8(lpc, INTERRUPT_LINE);
	*(volatile uint8_t *)pci_ecam(base, lpc, INTERRUPT_LINE) = (uint8_t)(line ^ 0x5);
	check("ECAM: a write is seen by mechanism 1", pci_read8(lpc, INTERRUPT_LINE), line ^ 0x5u);
	pci_write8(lpc, INTERRUPT_LINE, line);
	check("mechanism 1: a write is seen by ECAM",
	      *(volatile uint8_t *)pci_ecam(base, lpc, INTERRUPT_LINE), line);
}

/* The size is sound if it is a power of two: the bits that can be set are the highest ones. */
static bool size_is_sound(uint32_t mask, uint32_t flags)
{
	uint32_t size = ~(mask & ~flags) + 1;

	return !(mask & ~flags) || (size & (size - 1)) == 0;
}

/* Sizes a BAR; returns its number of registers: a 64-bit BAR has two. */
static unsigned size_bar(struct pci f, unsigned n)
{
	unsigned reg = BAR0 + 4 * n;
	uint32_t old = pci_read32(f, reg), flags = old & 1 ? 3 : 15, mask;

	pci_write32(f, reg, 0xffffffff);
	mask = pci_read32(f, reg);
	pci_write32(f, reg, old);
	if (!size_is_sound(mask, flags) || pci_read32(f, reg) != old || (old & ~flags & ~mask) ||
	    (mask & flags) != (old & flags))
		fail("BAR", "%x.%x BAR%u: was %x, mask %x", f.device, f.function, n, old, mask);
	return (old & 7) == 4 ? 2 : 1;
}

static void bars_of(struct pci f, unsigned *n_bars)
{
	uint16_t command = pci_read16(f, COMMAND);

	/* A function whose decoding cannot be disabled has no BARs to size. */
	pci_write16(f, COMMAND, (uint16_t)(command & ~(COMMAND_IO | COMMAND_MEMORY)));
	for (unsigned n = 0; n < N_BARS; n += size_bar(f, n)) (*n_bars)++;
	pci_write16(f, COMMAND, command);
}

static void bars(void)
{
	unsigned n = 0;

	for (unsigned d = 0; d < 32; d++)
		for (unsigned fn = 0; fn < 8; fn++) {
			struct pci f = { d, fn };
			if (pci_present(f) && (pci_read8(f, HEADER_TYPE) & 0x7f) == 0)
				bars_of(f, &n);
		}
	check_range("BARs sized", n, 2 * N_BARS, 256 * N_BARS);
}

static void capabilities(void)
{
	for (unsigned d = 0; d < 32; d++)
		for (unsigned fn = 0; fn < 8; fn++) {
			struct pci f = { d, fn };
			unsigned at, n = 0;
			if (!pci_present(f) || !(pci_read16(f, STATUS) & STATUS_CAPABILITIES))
				continue;
			at = pci_read8(f, CAP_POINTER);
			for (; at >= 0x40 && !(at & 3) && n < 48; n++) at = pci_read8(f, at + 1);
			if (at) fail("capabilities", "%x.%x: the list does not end", d, fn);
		}
	report(true, "capability lists end");
}

void kernel_main(void)
{
	mechanism_1();
	widths();
	ecam();
	bars();
	capabilities();
}
