/* SPDX-License-Identifier: MIT */
/* The two mechanisms. */
#include <stddef.h>

#include "internal.h"

enum {
	DEVICES = 32,
	FUNCTIONS = 8,
	DWORD = 3, /* the bits that choose a byte in it */
	ECAM_FUNCTION_LSB = 12,
	ECAM_DEVICE_LSB = 15,
	ECAM_BUS_LSB = 20,
	ECAM_ALIGN = 1 << ECAM_BUS_LSB,
	LAST_BUS = 255
};

/* Bits of the address alone: no function is accessed. */
enum pcibus_status pcibus_init_ports(struct pcibus *pci, struct io io, struct wait wait)
{
	if (!pci) return PCIBUS_NULL;
	if (io.space != IO_PORT || io.stride != 1) return PCIBUS_BAD_ARG;

	bool on = wait_irq_save(&wait);
	uint32_t before = io_read(io, PCIBUS_CONFIG_ADDRESS);
	io_write(io, PCIBUS_CONFIG_ADDRESS, PCIBUS_CONFIG_ENABLE);
	uint32_t kept = io_read(io, PCIBUS_CONFIG_ADDRESS);
	io_write(io, PCIBUS_CONFIG_ADDRESS, before);
	wait_irq_restore(&wait, on);
	if (kept != PCIBUS_CONFIG_ENABLE) return PCIBUS_ABSENT;
	*pci = (struct pcibus){ .io = io, .wait = wait, .ports = true, .last = LAST_BUS };
	return PCIBUS_OK;
}

enum pcibus_status pcibus_init_ecam(struct pcibus *pci, struct io io, struct wait wait,
				    uint8_t first, uint8_t last)
{
	if (!pci) return PCIBUS_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % ECAM_ALIGN) return PCIBUS_BAD_ARG;
	if (first > last) return PCIBUS_BAD_ARG;
	*pci = (struct pcibus){ .io = io, .wait = wait, .first = first, .last = last };
	return PCIBUS_OK;
}

/* ---- where ---- */

bool pcibus_place_fits(const struct pcibus *pci, struct pcibus_place place)
{
	return place.bus >= pci->first && place.bus <= pci->last && place.device < DEVICES &&
	       place.function < FUNCTIONS;
}

static uint32_t config_address(struct pcibus_place place, unsigned offset)
{
	return PCIBUS_CONFIG_ENABLE | (uint32_t)place.bus << PCIBUS_BUS_LSB |
	       (uint32_t)place.device << PCIBUS_DEVICE_LSB |
	       (uint32_t)place.function << PCIBUS_FUNCTION_LSB | (offset & ~(uint32_t)DWORD);
}

static uint32_t ecam_offset(const struct pcibus *pci, struct pcibus_place place, unsigned offset)
{
	return (uint32_t)(place.bus - pci->first) << ECAM_BUS_LSB |
	       (uint32_t)place.device << ECAM_DEVICE_LSB |
	       (uint32_t)place.function << ECAM_FUNCTION_LSB | offset;
}

static enum pcibus_status check(const struct pcibus *pci, struct pcibus_place place,
				unsigned offset, unsigned bytes)
{
	if (!pci) return PCIBUS_NULL;
	unsigned space = pci->ports ? PCIBUS_SPACE : PCIBUS_EXTENDED_SPACE;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	return offset < space && offset % bytes == 0 ? PCIBUS_OK : PCIBUS_BAD_ARG;
}

/* ---- accesses, one width each ---- */

#define DEFINE_ACCESS(bits)                                                                        \
	uint##bits##_t pcibus_get##bits(const struct pcibus *pci, struct pcibus_place place,       \
					unsigned offset)                                           \
	{                                                                                          \
		if (!pci->ports) return io_read##bits(pci->io, ecam_offset(pci, place, offset));   \
		bool on = wait_irq_save(&pci->wait);                                               \
		io_write(pci->io, PCIBUS_CONFIG_ADDRESS, config_address(place, offset));           \
		uint##bits##_t value =                                                             \
			io_read##bits(pci->io, PCIBUS_CONFIG_DATA + (offset & DWORD));             \
		wait_irq_restore(&pci->wait, on);                                                  \
		return value;                                                                      \
	}                                                                                          \
	void pcibus_put##bits(const struct pcibus *pci, struct pcibus_place place,                 \
			      unsigned offset, uint##bits##_t value)                               \
	{                                                                                          \
		if (!pci->ports) {                                                                 \
			io_write##bits(pci->io, ecam_offset(pci, place, offset), value);           \
			return;                                                                    \
		}                                                                                  \
		bool on = wait_irq_save(&pci->wait);                                               \
		io_write(pci->io, PCIBUS_CONFIG_ADDRESS, config_address(place, offset));           \
		io_write##bits(pci->io, PCIBUS_CONFIG_DATA + (offset & DWORD), value);             \
		wait_irq_restore(&pci->wait, on);                                                  \
	}                                                                                          \
	enum pcibus_status pcibus_read##bits(const struct pcibus *pci, struct pcibus_place place,  \
					     unsigned offset, uint##bits##_t *value)               \
	{                                                                                          \
		if (!value) return PCIBUS_NULL;                                                    \
		enum pcibus_status status = check(pci, place, offset, (bits) / 8);                 \
		if (status) return status;                                                         \
		*value = pcibus_get##bits(pci, place, offset);                                     \
		return PCIBUS_OK;                                                                  \
	}                                                                                          \
	enum pcibus_status pcibus_write##bits(const struct pcibus *pci, struct pcibus_place place, \
					      unsigned offset, uint##bits##_t value)               \
	{                                                                                          \
		enum pcibus_status status = check(pci, place, offset, (bits) / 8);                 \
		if (status) return status;                                                         \
		pcibus_put##bits(pci, place, offset, value);                                       \
		return PCIBUS_OK;                                                                  \
	}

DEFINE_ACCESS(8)
DEFINE_ACCESS(16)
DEFINE_ACCESS(32)
