/* SPDX-License-Identifier: MIT */
/* Functions: finding them, command and status. */
#include <stddef.h>

#include "internal.h"

enum {
	FUNCTIONS = 8,
	PLACES = 256, /* on a bus */
	WORD = 32,
	BYTE = 8,
	COMMAND_BITS = 0x077f
};

bool pci_present(const struct pci *pci, struct pci_place place)
{
	return pci_get16(pci, place, PCI_VENDOR) != PCI_NO_VENDOR;
}

/* ---- one function ---- */

static bool look(const struct pci *pci, struct pci_place place, struct pci_function *found)
{
	uint32_t ids = pci_get32(pci, place, PCI_VENDOR);
	if ((uint16_t)ids == PCI_NO_VENDOR) return false;
	uint32_t classes = pci_get32(pci, place, PCI_REVISION);
	uint8_t header = pci_get8(pci, place, PCI_HEADER);
	uint8_t layout = header & PCI_HEADER_LAYOUT;
	bool bridge = layout == PCI_HEADER_BRIDGE || layout == PCI_HEADER_CARDBUS;

	found->place = place;
	found->vendor = (uint16_t)ids;
	found->device = (uint16_t)(ids >> 2 * BYTE);
	found->revision = (uint8_t)classes;
	found->interface = (uint8_t)(classes >> BYTE);
	found->subclass = (uint8_t)(classes >> 2 * BYTE);
	found->class = (uint8_t)(classes >> 3 * BYTE);
	found->header = layout;
	found->several = header & PCI_HEADER_FUNCTIONS;
	found->secondary = bridge ? pci_get8(pci, place, PCI_SECONDARY) : 0;
	return true;
}

enum pci_status pci_look(const struct pci *pci, struct pci_place place,
			 struct pci_function *function)
{
	if (!pci || !function) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	return look(pci, place, function) ? PCI_OK : PCI_ABSENT;
}

/* ---- all of them ---- */

static void await(struct pci_walk *walk, uint8_t bus)
{
	uint32_t bit = UINT32_C(1) << bus % WORD;

	if (bus < walk->pci->first || bus > walk->pci->last) return;
	if (walk->known[bus / WORD] & bit) return;
	walk->known[bus / WORD] |= bit;
	walk->waiting[bus / WORD] |= bit;
}

/* Go on with the lowest bus that is still waiting. */
static bool next_bus(struct pci_walk *walk)
{
	for (unsigned i = 0; i < PCI_BUS_WORDS; i++) {
		if (!walk->waiting[i]) continue;
		walk->bus = (uint8_t)(i * WORD + (unsigned)__builtin_ctz(walk->waiting[i]));
		walk->waiting[i] &= walk->waiting[i] - 1;
		walk->next = 0;
		return true;
	}
	return false;
}

/* At the start only the first bus is waiting. */
enum pci_status pci_walk(const struct pci *pci, struct pci_walk *walk)
{
	if (!pci || !walk) return PCI_NULL;
	walk->pci = pci;
	for (unsigned i = 0; i < PCI_BUS_WORDS; i++) walk->known[i] = walk->waiting[i] = 0;
	await(walk, pci->first);
	walk->bus = pci->first;
	walk->next = PLACES;
	walk->several = false;
	return PCI_OK;
}

/* A device without function 0 has no functions. Otherwise numbers may be missing. */
static bool next_on_bus(struct pci_walk *walk, struct pci_function *found)
{
	while (walk->next < PLACES) {
		struct pci_place place = { .bus = walk->bus,
					   .device = (uint8_t)(walk->next / FUNCTIONS),
					   .function = (uint8_t)(walk->next % FUNCTIONS) };
		bool present = look(walk->pci, place, found);

		if (place.function == 0) walk->several = present && found->several;
		walk->next = (uint16_t)(walk->next + (walk->several ? 1 : FUNCTIONS));
		if (present) return true;
	}
	return false;
}

enum pci_status pci_walk_next(struct pci_walk *walk, struct pci_function *function)
{
	struct pci_function found;

	if (!walk || !function) return PCI_NULL;
	while (!next_on_bus(walk, &found))
		if (!next_bus(walk)) return PCI_END;
	if (found.secondary) await(walk, found.secondary);
	*function = found;
	return PCI_OK;
}

/* ---- command and status ---- */

enum pci_status pci_command(const struct pci *pci, struct pci_place place, uint16_t clear,
			    uint16_t set)
{
	if (!pci) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	if ((clear | set) & ~COMMAND_BITS) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	unsigned old = pci_get16(pci, place, PCI_COMMAND);
	pci_put16(pci, place, PCI_COMMAND, (uint16_t)((old & ~(unsigned)clear) | set));
	return PCI_OK;
}

enum pci_status pci_status(const struct pci *pci, struct pci_place place, uint16_t *status)
{
	if (!pci || !status) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	*status = pci_get16(pci, place, PCI_STATUS);
	return PCI_OK;
}

enum pci_status pci_clear_errors(const struct pci *pci, struct pci_place place, uint16_t errors)
{
	if (!pci) return PCI_NULL;
	if (!pci_place_fits(pci, place)) return PCI_BAD_ARG;
	if (errors & ~PCI_STATUS_ERRORS) return PCI_BAD_ARG;
	if (!pci_present(pci, place)) return PCI_ABSENT;
	pci_put16(pci, place, PCI_STATUS, errors);
	return PCI_OK;
}
