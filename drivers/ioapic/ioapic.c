/* SPDX-License-Identifier: MIT */
#include "bimetal/ioapic.h"

#include <stddef.h>

#define FLOATING UINT32_MAX
enum { READ_ONLY = IOAPIC_DELIVERY_STATUS | IOAPIC_REMOTE_IRR, MAX_ID = 15 };

/* ---- index and window; to be called with interrupts off ---- */

static uint32_t window_read(struct io io, uint32_t index)
{
	io_write(io, IOAPIC_IOREGSEL, index);
	return io_read(io, IOAPIC_IOWIN);
}

static void window_write(struct io io, uint32_t index, uint32_t value)
{
	io_write(io, IOAPIC_IOREGSEL, index);
	io_write(io, IOAPIC_IOWIN, value);
}

/* The index still selects what was read. */
static void window_update(struct io io, uint32_t index, uint32_t clear, uint32_t set)
{
	uint32_t old = window_read(io, index);
	io_write(io, IOAPIC_IOWIN, (old & ~clear) | set);
}

static uint32_t read_whole(const struct ioapic *ioapic, uint32_t index)
{
	bool on = wait_irq_save(&ioapic->wait);
	uint32_t value = window_read(ioapic->io, index);
	wait_irq_restore(&ioapic->wait, on);
	return value;
}

static uint32_t low_of(unsigned pin) { return IOAPIC_INDEX_TABLE + 2 * pin; }
static uint32_t high_of(unsigned pin) { return low_of(pin) + 1; }

/* ---- the whole ---- */

enum ioapic_status ioapic_init(struct ioapic *ioapic, struct io io, struct wait wait)
{
	if (!ioapic) return IOAPIC_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % sizeof(uint32_t))
		return IOAPIC_BAD_ARG;

	struct ioapic found = { .io = io, .wait = wait };
	uint32_t version = read_whole(&found, IOAPIC_INDEX_VERSION);
	if (version == FLOATING || version == 0) return IOAPIC_ABSENT;
	unsigned n = (version >> IOAPIC_MAX_ENTRY_LSB & IOAPIC_MAX_ENTRY) + 1;
	if (n > IOAPIC_MAX_ENTRIES) return IOAPIC_VARIANT;
	found.version = (uint8_t)(version & IOAPIC_VERSION);
	found.n_entries = (uint8_t)n;
	*ioapic = found;
	return IOAPIC_OK;
}

static void mask_entry(const struct ioapic *ioapic, unsigned pin)
{
	bool on = wait_irq_save(&ioapic->wait);
	uint32_t low = window_read(ioapic->io, low_of(pin));
	if (!(low & IOAPIC_MASK) && (low & IOAPIC_MODE) != IOAPIC_SMI << IOAPIC_MODE_LSB)
		io_write(ioapic->io, IOAPIC_IOWIN, (low & ~(uint32_t)READ_ONLY) | IOAPIC_MASK);
	wait_irq_restore(&ioapic->wait, on);
}

enum ioapic_status ioapic_mask_all(const struct ioapic *ioapic)
{
	if (!ioapic) return IOAPIC_NULL;
	for (unsigned pin = 0; pin < ioapic->n_entries; pin++) mask_entry(ioapic, pin);
	return IOAPIC_OK;
}

enum ioapic_status ioapic_id(const struct ioapic *ioapic, uint8_t *id)
{
	if (!ioapic || !id) return IOAPIC_NULL;
	*id = (uint8_t)((read_whole(ioapic, IOAPIC_INDEX_ID) & IOAPIC_ID) >> IOAPIC_ID_LSB);
	return IOAPIC_OK;
}

enum ioapic_status ioapic_set_id(const struct ioapic *ioapic, uint8_t id)
{
	if (!ioapic) return IOAPIC_NULL;
	if (id > MAX_ID) return IOAPIC_BAD_ARG;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, IOAPIC_INDEX_ID, IOAPIC_ID, (uint32_t)id << IOAPIC_ID_LSB);
	wait_irq_restore(&ioapic->wait, on);
	return IOAPIC_OK;
}

enum ioapic_status ioapic_eoi(const struct ioapic *ioapic, uint8_t vector)
{
	if (!ioapic) return IOAPIC_NULL;
	if (ioapic->version < IOAPIC_VERSION_EOI) return IOAPIC_NO_EOI;
	if (vector < IOAPIC_FIRST_VECTOR || vector > IOAPIC_LAST_VECTOR) return IOAPIC_BAD_ARG;
	io_write(ioapic->io, IOAPIC_EOIR, vector);
	return IOAPIC_OK;
}

/* ---- entries ---- */

static bool route_fits(const struct ioapic_route *route)
{
	switch (route->mode) {
	case IOAPIC_FIXED:
	case IOAPIC_LOWEST:
		return route->vector >= IOAPIC_FIRST_VECTOR && route->vector <= IOAPIC_LAST_VECTOR;
	case IOAPIC_SMI:
	case IOAPIC_NMI:
	case IOAPIC_INIT:
	case IOAPIC_EXTINT: return route->vector == 0 && !route->level;
	}
	return false;
}

static uint32_t low_half(const struct ioapic_route *route)
{
	uint32_t low = route->vector | (uint32_t)route->mode << IOAPIC_MODE_LSB;
	if (route->logical) low |= IOAPIC_LOGICAL;
	if (route->active_low) low |= IOAPIC_ACTIVE_LOW;
	if (route->level) low |= IOAPIC_LEVEL;
	return low;
}

/* Polarity and trigger change while it is masked, too: with them may come an edge. */
enum ioapic_status ioapic_route(const struct ioapic *ioapic, unsigned pin,
				const struct ioapic_route *route)
{
	if (!ioapic || !route) return IOAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOAPIC_NO_PIN;
	if (!route_fits(route)) return IOAPIC_BAD_ARG;

	uint32_t low = low_half(route);
	bool on = wait_irq_save(&ioapic->wait);
	window_write(ioapic->io, low_of(pin), low | IOAPIC_MASK);
	window_write(ioapic->io, high_of(pin),
		     (uint32_t)route->destination << IOAPIC_DESTINATION_LSB);
	if (!route->masked) window_write(ioapic->io, low_of(pin), low);
	wait_irq_restore(&ioapic->wait, on);
	return IOAPIC_OK;
}

enum ioapic_status ioapic_mask(const struct ioapic *ioapic, unsigned pin)
{
	if (!ioapic) return IOAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOAPIC_NO_PIN;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, low_of(pin), READ_ONLY, IOAPIC_MASK);
	(void)io_read(ioapic->io, IOAPIC_IOWIN); /* a bridge may hold the write back until then */
	wait_irq_restore(&ioapic->wait, on);
	return IOAPIC_OK;
}

enum ioapic_status ioapic_unmask(const struct ioapic *ioapic, unsigned pin)
{
	if (!ioapic) return IOAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOAPIC_NO_PIN;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, low_of(pin), READ_ONLY | IOAPIC_MASK, 0);
	wait_irq_restore(&ioapic->wait, on);
	return IOAPIC_OK;
}

static enum ioapic_status bit_of(const struct ioapic *ioapic, unsigned pin, uint32_t bit, bool *yes)
{
	if (!ioapic || !yes) return IOAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOAPIC_NO_PIN;
	*yes = read_whole(ioapic, low_of(pin)) & bit;
	return IOAPIC_OK;
}

enum ioapic_status ioapic_remote_irr(const struct ioapic *ioapic, unsigned pin, bool *yes)
{
	return bit_of(ioapic, pin, IOAPIC_REMOTE_IRR, yes);
}

enum ioapic_status ioapic_waiting(const struct ioapic *ioapic, unsigned pin, bool *yes)
{
	return bit_of(ioapic, pin, IOAPIC_DELIVERY_STATUS, yes);
}
