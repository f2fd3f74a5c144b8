/* SPDX-License-Identifier: MIT */
#include "bimetal/ioapic.h"

#include <stddef.h>

#define FLOATING UINT32_MAX
enum { READ_ONLY = IOXAPIC_DELIVERY_STATUS | IOXAPIC_REMOTE_IRR, MAX_ID = 15 };

/* ---- index and window; to be called with interrupts off ---- */

static uint32_t window_read(struct io io, uint32_t index)
{
	io_write(io, IOXAPIC_IOREGSEL, index);
	return io_read(io, IOXAPIC_IOWIN);
}

static void window_write(struct io io, uint32_t index, uint32_t value)
{
	io_write(io, IOXAPIC_IOREGSEL, index);
	io_write(io, IOXAPIC_IOWIN, value);
}

/* The index still selects what was read. */
static void window_update(struct io io, uint32_t index, uint32_t clear, uint32_t set)
{
	uint32_t old = window_read(io, index);
	io_write(io, IOXAPIC_IOWIN, (old & ~clear) | set);
}

static uint32_t read_whole(const struct ioxapic *ioapic, uint32_t index)
{
	bool on = wait_irq_save(&ioapic->wait);
	uint32_t value = window_read(ioapic->io, index);
	wait_irq_restore(&ioapic->wait, on);
	return value;
}

static uint32_t low_of(unsigned pin) { return IOXAPIC_INDEX_TABLE + 2 * pin; }
static uint32_t high_of(unsigned pin) { return low_of(pin) + 1; }

/* ---- the whole ---- */

enum ioxapic_status ioxapic_init(struct ioxapic *ioapic, struct io io, struct wait wait)
{
	if (!ioapic) return IOXAPIC_NULL;
	if (io.space != IO_MEMORY || io.stride != 1 || io.base % sizeof(uint32_t))
		return IOXAPIC_BAD_ARG;

	struct ioxapic found = { .io = io, .wait = wait };
	uint32_t version = read_whole(&found, IOXAPIC_INDEX_VERSION);
	if (version == FLOATING || version == 0) return IOXAPIC_ABSENT;
	unsigned n = (version >> IOXAPIC_MAX_ENTRY_LSB & IOXAPIC_MAX_ENTRY) + 1;
	if (n > IOXAPIC_MAX_ENTRIES) return IOXAPIC_VARIANT;
	found.version = (uint8_t)(version & IOXAPIC_VERSION);
	found.n_entries = (uint8_t)n;
	*ioapic = found;
	return IOXAPIC_OK;
}

static void mask_entry(const struct ioxapic *ioapic, unsigned pin)
{
	bool on = wait_irq_save(&ioapic->wait);
	uint32_t low = window_read(ioapic->io, low_of(pin));
	if (!(low & IOXAPIC_MASK) && (low & IOXAPIC_MODE) != IOXAPIC_SMI << IOXAPIC_MODE_LSB)
		io_write(ioapic->io, IOXAPIC_IOWIN, (low & ~(uint32_t)READ_ONLY) | IOXAPIC_MASK);
	wait_irq_restore(&ioapic->wait, on);
}

enum ioxapic_status ioxapic_mask_all(const struct ioxapic *ioapic)
{
	if (!ioapic) return IOXAPIC_NULL;
	for (unsigned pin = 0; pin < ioapic->n_entries; pin++) mask_entry(ioapic, pin);
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_id(const struct ioxapic *ioapic, uint8_t *id)
{
	if (!ioapic || !id) return IOXAPIC_NULL;
	*id = (uint8_t)((read_whole(ioapic, IOXAPIC_INDEX_ID) & IOXAPIC_ID) >> IOXAPIC_ID_LSB);
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_set_id(const struct ioxapic *ioapic, uint8_t id)
{
	if (!ioapic) return IOXAPIC_NULL;
	if (id > MAX_ID) return IOXAPIC_BAD_ARG;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, IOXAPIC_INDEX_ID, IOXAPIC_ID, (uint32_t)id << IOXAPIC_ID_LSB);
	wait_irq_restore(&ioapic->wait, on);
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_eoi(const struct ioxapic *ioapic, uint8_t vector)
{
	if (!ioapic) return IOXAPIC_NULL;
	if (ioapic->version < IOXAPIC_VERSION_EOI) return IOXAPIC_NO_EOI;
	if (vector < IOXAPIC_FIRST_VECTOR || vector > IOXAPIC_LAST_VECTOR) return IOXAPIC_BAD_ARG;
	io_write(ioapic->io, IOXAPIC_EOIR, vector);
	return IOXAPIC_OK;
}

/* ---- entries ---- */

static bool route_fits(const struct ioxapic_route *route)
{
	switch (route->mode) {
	case IOXAPIC_FIXED:
	case IOXAPIC_LOWEST:
		return route->vector >= IOXAPIC_FIRST_VECTOR &&
		       route->vector <= IOXAPIC_LAST_VECTOR;
	case IOXAPIC_SMI:
	case IOXAPIC_NMI:
	case IOXAPIC_INIT:
	case IOXAPIC_EXTINT: return route->vector == 0 && !route->level;
	}
	return false;
}

static uint32_t low_half(const struct ioxapic_route *route)
{
	uint32_t low = route->vector | (uint32_t)route->mode << IOXAPIC_MODE_LSB;
	if (route->logical) low |= IOXAPIC_LOGICAL;
	if (route->active_low) low |= IOXAPIC_ACTIVE_LOW;
	if (route->level) low |= IOXAPIC_LEVEL;
	return low;
}

/* Polarity and trigger change while it is masked, too: with them may come an edge. */
enum ioxapic_status ioxapic_route(const struct ioxapic *ioapic, unsigned pin,
				  const struct ioxapic_route *route)
{
	if (!ioapic || !route) return IOXAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOXAPIC_NO_PIN;
	if (!route_fits(route)) return IOXAPIC_BAD_ARG;

	uint32_t low = low_half(route);
	bool on = wait_irq_save(&ioapic->wait);
	window_write(ioapic->io, low_of(pin), low | IOXAPIC_MASK);
	window_write(ioapic->io, high_of(pin),
		     (uint32_t)route->destination << IOXAPIC_DESTINATION_LSB);
	if (!route->masked) window_write(ioapic->io, low_of(pin), low);
	wait_irq_restore(&ioapic->wait, on);
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_mask(const struct ioxapic *ioapic, unsigned pin)
{
	if (!ioapic) return IOXAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOXAPIC_NO_PIN;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, low_of(pin), READ_ONLY, IOXAPIC_MASK);
	(void)io_read(ioapic->io, IOXAPIC_IOWIN); /* a bridge may hold the write back until then */
	wait_irq_restore(&ioapic->wait, on);
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_unmask(const struct ioxapic *ioapic, unsigned pin)
{
	if (!ioapic) return IOXAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOXAPIC_NO_PIN;
	bool on = wait_irq_save(&ioapic->wait);
	window_update(ioapic->io, low_of(pin), READ_ONLY | IOXAPIC_MASK, 0);
	wait_irq_restore(&ioapic->wait, on);
	return IOXAPIC_OK;
}

static enum ioxapic_status bit_of(const struct ioxapic *ioapic, unsigned pin, uint32_t bit,
				  bool *yes)
{
	if (!ioapic || !yes) return IOXAPIC_NULL;
	if (pin >= ioapic->n_entries) return IOXAPIC_NO_PIN;
	*yes = read_whole(ioapic, low_of(pin)) & bit;
	return IOXAPIC_OK;
}

enum ioxapic_status ioxapic_remote_irr(const struct ioxapic *ioapic, unsigned pin, bool *yes)
{
	return bit_of(ioapic, pin, IOXAPIC_REMOTE_IRR, yes);
}

enum ioxapic_status ioxapic_waiting(const struct ioxapic *ioapic, unsigned pin, bool *yes)
{
	return bit_of(ioapic, pin, IOXAPIC_DELIVERY_STATUS, yes);
}
