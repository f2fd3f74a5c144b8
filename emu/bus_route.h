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
/* One access by its route, or the long way if it must. */
uint64_t bus_route_read(struct bus *bus, const struct bus_route *r);
void bus_route_write(struct bus *bus, const struct bus_route *r, uint64_t value);

static inline uint16_t bus_route_kind(enum bus_space space, unsigned width)
{
	enum { SPACE_SHIFT = 7 };

	return (uint16_t)((unsigned)space << SPACE_SHIFT | width);
}

static inline struct bus_route *bus_route_at(struct bus *bus, bool write, uint64_t addr)
{
	return &bus->route[write][addr % BUS_ROUTES];
}

/* Whether it is for this access. */
static inline bool bus_route_holds(const struct bus_route *r, enum bus_space space, uint64_t addr,
				   unsigned width)
{
	return r->addr == addr && r->kind == bus_route_kind(space, width);
}

/* One access; due timers have fired. */
static inline uint64_t bus_read_due(struct bus *bus, enum bus_space space, uint64_t addr,
				    unsigned width)
{
	const struct bus_route *r = bus_route_at(bus, false, addr);

	if (__builtin_expect(!bus_route_holds(r, space, addr, width) || hub_everywhere.reached, 0))
		return bus_read_long(bus, space, addr, width);
	return bus_route_read(bus, r);
}

static inline void bus_write_due(struct bus *bus, enum bus_space space, uint64_t addr,
				 unsigned width, uint64_t value)
{
	const struct bus_route *r = bus_route_at(bus, true, addr);

	if (__builtin_expect(!bus_route_holds(r, space, addr, width) || hub_everywhere.reached, 0))
		bus_write_long(bus, space, addr, width, value);
	else
		bus_route_write(bus, r, value);
}

#endif
