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

bool pcibus_present(const struct pcibus *pci, struct pcibus_place place)
{
	return pcibus_get16(pci, place, PCIBUS_VENDOR) != PCIBUS_NO_VENDOR;
}

/* ---- one function ---- */

static bool look(const struct pcibus *pci, struct pcibus_place place, struct pcibus_function *found)
{
	uint32_t ids = pcibus_get32(pci, place, PCIBUS_VENDOR);
	if ((uint16_t)ids == PCIBUS_NO_VENDOR) return false;
	uint32_t classes = pcibus_get32(pci, place, PCIBUS_REVISION);
	uint8_t header = pcibus_get8(pci, place, PCIBUS_HEADER);
	uint8_t layout = header & PCIBUS_HEADER_LAYOUT;
	bool bridge = layout == PCIBUS_HEADER_BRIDGE || layout == PCIBUS_HEADER_CARDBUS;

	found->place = place;
	found->vendor = (uint16_t)ids;
	found->device = (uint16_t)(ids >> 2 * BYTE);
	found->revision = (uint8_t)classes;
	found->interface = (uint8_t)(classes >> BYTE);
	found->subclass = (uint8_t)(classes >> 2 * BYTE);
	found->class = (uint8_t)(classes >> 3 * BYTE);
	found->header = layout;
	found->several = header & PCIBUS_HEADER_FUNCTIONS;
	found->secondary = bridge ? pcibus_get8(pci, place, PCIBUS_SECONDARY) : 0;
	return true;
}

enum pcibus_status pcibus_look(const struct pcibus *pci, struct pcibus_place place,
			       struct pcibus_function *function)
{
	if (!pci || !function) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	return look(pci, place, function) ? PCIBUS_OK : PCIBUS_ABSENT;
}

/* ---- all of them ---- */

static void await(struct pcibus_walk *walk, uint8_t bus)
{
	uint32_t bit = UINT32_C(1) << bus % WORD;

	if (bus < walk->pci->first || bus > walk->pci->last) return;
	if (walk->known[bus / WORD] & bit) return;
	walk->known[bus / WORD] |= bit;
	walk->waiting[bus / WORD] |= bit;
}

/* Go on with the lowest bus that waits. */
static bool next_bus(struct pcibus_walk *walk)
{
	for (unsigned i = 0; i < PCIBUS_BUS_WORDS; i++) {
		if (!walk->waiting[i]) continue;
		walk->bus = (uint8_t)(i * WORD + (unsigned)__builtin_ctz(walk->waiting[i]));
		walk->waiting[i] &= walk->waiting[i] - 1;
		walk->next = 0;
		return true;
	}
	return false;
}

/* The first bus waits, and none is being walked. */
enum pcibus_status pcibus_walk(const struct pcibus *pci, struct pcibus_walk *walk)
{
	if (!pci || !walk) return PCIBUS_NULL;
	walk->pci = pci;
	for (unsigned i = 0; i < PCIBUS_BUS_WORDS; i++) walk->known[i] = walk->waiting[i] = 0;
	await(walk, pci->first);
	walk->bus = pci->first;
	walk->next = PLACES;
	walk->several = false;
	return PCIBUS_OK;
}

/* A device without function 0 has none; others may have holes. */
static bool next_on_bus(struct pcibus_walk *walk, struct pcibus_function *found)
{
	while (walk->next < PLACES) {
		struct pcibus_place place = { .bus = walk->bus,
					      .device = (uint8_t)(walk->next / FUNCTIONS),
					      .function = (uint8_t)(walk->next % FUNCTIONS) };
		bool present = look(walk->pci, place, found);

		if (place.function == 0) walk->several = present && found->several;
		walk->next = (uint16_t)(walk->next + (walk->several ? 1 : FUNCTIONS));
		if (present) return true;
	}
	return false;
}

enum pcibus_status pcibus_walk_next(struct pcibus_walk *walk, struct pcibus_function *function)
{
	struct pcibus_function found;

	if (!walk || !function) return PCIBUS_NULL;
	while (!next_on_bus(walk, &found))
		if (!next_bus(walk)) return PCIBUS_END;
	if (found.secondary) await(walk, found.secondary);
	*function = found;
	return PCIBUS_OK;
}

/* ---- command and status ---- */

enum pcibus_status pcibus_command(const struct pcibus *pci, struct pcibus_place place,
				  uint16_t clear, uint16_t set)
{
	if (!pci) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	if ((clear | set) & ~COMMAND_BITS) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	unsigned old = pcibus_get16(pci, place, PCIBUS_COMMAND);
	pcibus_put16(pci, place, PCIBUS_COMMAND, (uint16_t)((old & ~(unsigned)clear) | set));
	return PCIBUS_OK;
}

enum pcibus_status pcibus_status(const struct pcibus *pci, struct pcibus_place place,
				 uint16_t *status)
{
	if (!pci || !status) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	*status = pcibus_get16(pci, place, PCIBUS_STATUS);
	return PCIBUS_OK;
}

enum pcibus_status pcibus_clear_errors(const struct pcibus *pci, struct pcibus_place place,
				       uint16_t errors)
{
	if (!pci) return PCIBUS_NULL;
	if (!pcibus_place_fits(pci, place)) return PCIBUS_BAD_ARG;
	if (errors & ~PCIBUS_STATUS_ERRORS) return PCIBUS_BAD_ARG;
	if (!pcibus_present(pci, place)) return PCIBUS_ABSENT;
	pcibus_put16(pci, place, PCIBUS_STATUS, errors);
	return PCIBUS_OK;
}
