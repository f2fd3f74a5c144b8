/* SPDX-License-Identifier: MIT */
/* Configuration accesses by both mechanisms. */
#include <stddef.h>

#include "internal.h"

enum {
	DEVICES = 32,
	FUNCTIONS = 8,
	DWORD = 3, /* address bits that select a byte of the doubleword */
	ECAM_FUNCTION_LSB = 12,
	ECAM_DEVICE_LSB = 15,
	ECAM_BUS_LSB = 20,
	ECAM_ALIGN = 1 << ECAM_BUS_LSB,
	LAST_BUS = 255
};

/* Only the address register is tested; no function is accessed. */
enum pci_status pci_init_ports(struct pci *pci, struct io io, struct wait wait)
{
	if (!pci) return PCI_NULL;
	if (io.space != IO_PORT || io.stride != 1) return PCI_BAD_ARG;

	bool on = wait_irq_save(&wait);
	uint32_t before = io_read(io, PCI_CONFIG_ADDRESS);
	io_write(io, PCI_CONFIG_ADDRESS, PCI_CONFIG_ENABLE);
	uint32_t kept = io_read(io, PCI_CONFIG_ADDRESS);
	io_write(io, PCI_CONFIG_ADDRESS, before);
	wait_irq_restore(&wait, on);
	if (kept != PCI_CONFIG_ENABLE) return PCI_ABSENT;
	*pci = (struct pci){ .io = io, .wait = wait, .ports = true, .last = LAST_BUS };
	return PCI_OK;
}

enum pci_status pci_init_ecam(struct pci *pci, struct io io, struct wait wait, uint8_t first,
			      uint8_t last)
{
	if (!pci) return PCI_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % ECAM_ALIGN) return PCI_BAD_ARG;
	if (first > last) return PCI_BAD_ARG;
	*pci = (struct pci){ .io = io, .wait = wait, .first = first, .last = last };
	return PCI_OK;
}

/* ---- addresses ---- */

bool pci_place_fits(const struct pci *pci, struct pci_place place)
{
	return place.bus >= pci->first && place.bus <= pci->last && place.device < DEVICES &&
	       place.function < FUNCTIONS;
}

static uint32_t config_address(struct pci_place place, unsigned offset)
{
	return PCI_CONFIG_ENABLE | (uint32_t)place.bus << PCI_BUS_LSB |
	       (uint32_t)place.device << PCI_DEVICE_LSB |
	       (uint32_t)place.function << PCI_FUNCTION_LSB | (offset & ~(uint32_t)DWORD);
}

static uint32_t ecam_offset(const struct pci *pci, struct pci_place place, unsigned offset)
{
	return (uint32_t)(place.bus - pci->first) << ECAM_BUS_LSB |
	       (uint32_t)place.device << ECAM_DEVICE_LSB |
	       (uint32_t)place.function << ECAM_FUNCTION_LSB | offset;
}

static enum pci_status check(const struct pci *pci, struct pci_place place, unsigned offset,
			     unsigned bytes)
{
	if (!pci) return PCI_NULL;
	unsigned space = pci->ports ? PCI_SPACE : PCI_EXTENDED_SPACE;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	return offset < space && offset % bytes == 0 ? PCI_OK : PCI_BAD_ARG;
}

/* ---- accesses, one function per width ---- */

#define DEFINE_ACCESS(bits)                                                                        \
	uint##bits##_t pci_get##bits(const struct pci *pci, struct pci_place place,                \
				     unsigned offset)                                              \
	{                                                                                          \
		if (!pci->ports) return io_read##bits(pci->io, ecam_offset(pci, place, offset));   \
		bool on = wait_irq_save(&pci->wait);                                               \
		io_write(pci->io, PCI_CONFIG_ADDRESS, config_address(place, offset));              \
		uint##bits##_t value = io_read##bits(pci->io, PCI_CONFIG_DATA + (offset & DWORD)); \
		wait_irq_restore(&pci->wait, on);                                                  \
		return value;                                                                      \
	}                                                                                          \
	void pci_put##bits(const struct pci *pci, struct pci_place place, unsigned offset,         \
			   uint##bits##_t value)                                                   \
	{                                                                                          \
		if (!pci->ports) {                                                                 \
			io_write##bits(pci->io, ecam_offset(pci, place, offset), value);           \
			return;                                                                    \
		}                                                                                  \
		bool on = wait_irq_save(&pci->wait);                                               \
		io_write(pci->io, PCI_CONFIG_ADDRESS, config_address(place, offset));              \
		io_write##bits(pci->io, PCI_CONFIG_DATA + (offset & DWORD), value);                \
		wait_irq_restore(&pci->wait, on);                                                  \
	}                                                                                          \
	enum pci_status pci_read##bits(const struct pci *pci, struct pci_place place,              \
				       unsigned offset, uint##bits##_t *value)                     \
	{                                                                                          \
		if (!value) return PCI_NULL;                                                       \
		enum pci_status status = check(pci, place, offset, (bits) / 8);                    \
		if (status) return status;                                                         \
		*value = pci_get##bits(pci, place, offset);                                        \
		return PCI_OK;                                                                     \
	}                                                                                          \
	enum pci_status pci_write##bits(const struct pci *pci, struct pci_place place,             \
					unsigned offset, uint##bits##_t value)                     \
	{                                                                                          \
		enum pci_status status = check(pci, place, offset, (bits) / 8);                    \
		if (status) return status;                                                         \
		pci_put##bits(pci, place, offset, value);                                          \
		return PCI_OK;                                                                     \
	}

DEFINE_ACCESS(8)
DEFINE_ACCESS(16)
DEFINE_ACCESS(32)
