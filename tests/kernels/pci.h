/* SPDX-License-Identifier: MIT */
/* PCI configuration space, by both mechanisms. */
#ifndef TESTS_KERNELS_PCI_H
#define TESTS_KERNELS_PCI_H

#include "k.h"

enum { CONFIG_ADDRESS = 0xcf8, CONFIG_DATA = 0xcfc };
#define CONFIG_ENABLE 0x80000000u

enum {
	VENDOR_ID = 0x00,
	COMMAND = 0x04,
	STATUS = 0x06,
	CLASS = 0x08,
	HEADER_TYPE = 0x0e,
	BAR0 = 0x10,
	CAP_POINTER = 0x34,
	INTERRUPT_LINE = 0x3c,
	INTERRUPT_PIN = 0x3d,
	PCIEXBAR = 0x60 /* of 00:00.0 */
};
enum {
	COMMAND_IO = 1 << 0,
	COMMAND_MEMORY = 1 << 1,
	COMMAND_MASTER = 1 << 2,
	COMMAND_INTX_DISABLE = 1 << 10,
	STATUS_INTERRUPT = 1 << 3,
	STATUS_CAPABILITIES = 1 << 4,
	STATUS_MASTER_ABORT = 1 << 13,
	N_BARS = 6
};

/* A function of bus 0. */
struct pci {
	unsigned device, function;
};

static inline void out32(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t v;
	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline void out16(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint16_t in16(uint16_t port)
{
	uint16_t v;
	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline void pci_point(struct pci f, unsigned reg)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | f.device << 11 | f.function << 8 | (reg & 0xfc));
}

static inline uint32_t pci_read32(struct pci f, unsigned reg)
{
	pci_point(f, reg);
	return in32(CONFIG_DATA);
}

static inline uint16_t pci_read16(struct pci f, unsigned reg)
{
	pci_point(f, reg);
	return in16((uint16_t)(CONFIG_DATA + (reg & 2)));
}

static inline uint8_t pci_read8(struct pci f, unsigned reg)
{
	pci_point(f, reg);
	return inb((uint16_t)(CONFIG_DATA + (reg & 3)));
}

static inline void pci_write32(struct pci f, unsigned reg, uint32_t v)
{
	pci_point(f, reg);
	out32(CONFIG_DATA, v);
}

static inline void pci_write16(struct pci f, unsigned reg, uint16_t v)
{
	pci_point(f, reg);
	out16((uint16_t)(CONFIG_DATA + (reg & 2)), v);
}

static inline void pci_write8(struct pci f, unsigned reg, uint8_t v)
{
	pci_point(f, reg);
	outb((uint16_t)(CONFIG_DATA + (reg & 3)), v);
}

static inline bool pci_present(struct pci f) { return pci_read16(f, VENDOR_ID) != 0xffff; }

/* The address of ECAM; 0: it is off, or above 4 GiB. */
static inline uintptr_t pci_ecam_base(void)
{
	struct pci mch = { 0, 0 };
	uint32_t low = pci_read32(mch, PCIEXBAR);

	return low & 1 && !pci_read32(mch, PCIEXBAR + 4) ? low & 0xf0000000u : 0;
}

static inline uintptr_t pci_ecam(uintptr_t base, struct pci f, unsigned reg)
{
	return base + (f.device << 15 | f.function << 12) + reg;
}

/* The capability with this ID, or 0; at most 48 fit. */
static inline unsigned pci_capability(struct pci f, uint8_t id)
{
	unsigned at = pci_read8(f, CAP_POINTER) & 0xfc;

	if (!(pci_read16(f, STATUS) & STATUS_CAPABILITIES)) return 0;
	for (unsigned n = 0; at && n < 48; n++) {
		if (pci_read8(f, at) == id) return at;
		at = pci_read8(f, at + 1) & 0xfc;
	}
	return 0;
}

#endif
