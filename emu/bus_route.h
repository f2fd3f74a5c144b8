/* SPDX-License-Identifier: MIT */
/* Accesses at the speed of a driver's loop: one that was made before is carried out as it was
 * decided then (struct bus_route). Everything that may differ is looked at again: the bank,
 * reserved bits, who receives accesses. Whatever is unusual goes the long way, which is right in
 * any case. */
#ifndef EMU_BUS_ROUTE_H
#define EMU_BUS_ROUTE_H

#include "emu/access_ring.h"
#include "emu/bus.h"
#include "emu/clock.h"

/* For bus_read_due() and bus_write_due(): the long way, which leaves a route if there can be one.
 */
uint64_t bus_read_long(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width);
void bus_write_long(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width,
		    uint64_t value);
/* Tell the observers that are called for each access. */
void bus_route_tell(const struct bus *bus, const struct bus_route *r, bool write, uint64_t addr,
		    uint64_t value);

static inline uint64_t bus_route_key(enum bus_space space, uint64_t addr, unsigned width)
{
	enum { WIDTH_SHIFT = 56, SPACE_SHIFT = 53 };

	return addr ^ (uint64_t)width << WIDTH_SHIFT ^ (uint64_t)(space + 1) << SPACE_SHIFT;
}

static inline struct bus_route *bus_route_at(struct bus *bus, bool write, uint64_t addr)
{
	return &bus->route[write][addr % BUS_ROUTES];
}

/* A register of one bank may have been replaced by that of another. */
static inline bool bus_route_holds(const struct bus_route *r, uint64_t key)
{
	if (r->key != key) return false;
	return !r->reg->bank || r->dev->ops->bank(r->dev) == r->reg->bank;
}

static inline void bus_route_record(const struct bus *bus, const struct bus_route *r, bool write,
				    uint64_t addr, uint64_t value)
{
	const struct hub *hub = bus->hub;

	if (hub->ring) access_ring_add(hub->ring, r->head, bus->clock->s.now_ns, addr, value);
	if (__builtin_expect(hub->access_called, 0)) bus_route_tell(bus, r, write, addr, value);
}

/* One access; due timers have fired. */
static inline uint64_t bus_read_due(struct bus *bus, enum bus_space space, uint64_t addr,
				    unsigned width)
{
	struct bus_route *r = bus_route_at(bus, false, addr);
	uint64_t value;

	if (__builtin_expect(!bus_route_holds(r, bus_route_key(space, addr, width)) ||
				     hub_everywhere.reached,
			     0))
		return bus_read_long(bus, space, addr, width);
	r->range->accesses++;
	value = *r->slot;
	if (r->masks.rc) *r->slot = value & ~r->masks.rc;
	if (r->dev->ops->read) {
		r->dev->bus_addr = addr;
		value = r->dev->ops->read(r->dev, r->row, r->n, value);
		r->dev->bus_addr = 0;
	}
	value &= r->lane;
	bus_route_record(bus, r, false, addr, value);
	return value;
}

static inline void bus_write_due(struct bus *bus, enum bus_space space, uint64_t addr,
				 unsigned width, uint64_t value)
{
	struct bus_route *r = bus_route_at(bus, true, addr);
	struct reg_write w;

	if (__builtin_expect(!bus_route_holds(r, bus_route_key(space, addr, width)) ||
				     hub_everywhere.reached,
			     0)) {
		bus_write_long(bus, space, addr, width, value);
		return;
	}
	w = (struct reg_write){ .raw = value & r->lane, .old = *r->slot, .lane = r->lane };
	if ((w.raw & r->masks.reserved) | ((w.raw ^ w.old) & r->masks.preserve)) {
		bus_write_long(bus, space, addr, width, value); /* it is told */
		return;
	}
	r->range->accesses++;
	bus_route_record(bus, r, true, addr, w.raw); /* before its effects */
	w.now = reg_stored_after(&r->masks, w.old, w.raw, r->lane);
	*r->slot = w.now;
	if (!r->dev->ops->write) return;
	struct device *dev = r->dev; /* the write may remap, and forget the route */
	dev->bus_addr = addr;
	dev->ops->write(dev, r->row, r->n, &w);
	dev->bus_addr = 0;
}

#endif
