/* SPDX-License-Identifier: MIT */
/* The address decoder: finds the device at a port or physical address. Access widths are kept. An
 * access that no device claims reads as all ones. RAM is not on this bus (emu/mem.h). */
#ifndef EMU_BUS_H
#define EMU_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"
#include "emu/regs.h"

/* Of each space. bus_map() of one more fails, and a device that moves gives up its range first. */
enum { BUS_MAX_RANGES = 128 };

struct bus_range {
	uint64_t base, size;
	uint64_t offset; /* device offset of the first byte */
	struct device
		*dev; /* NULL: an empty socket called `name`; reads as all ones without a lint */
	const char *name;  /* instance name of the device, or name of the socket */
	uint64_t accesses; /* since start; statistics only */
};

struct bus_decoder {
	struct bus_range range[BUS_MAX_RANGES]; /* sorted by base */
	size_t n, last;                         /* last: index of the last range hit, a cache */
};

/* An access that was made before, with all that was decided about it: it reaches the whole of one
 * register. Not for windows onto other devices. */
struct bus_route {
	uint64_t addr;
	struct device *dev;
	struct bus_range *range;
	uint64_t *slot; /* of the register's cell */
	uint64_t lane;  /* the register's bits */
	uint32_t row, n;
	uint32_t head; /* access_record_head() */
	uint16_t kind; /* bus_route_kind(); 0: none */
	uint8_t bank;  /* of the register; 0: it is in all */
	struct reg_masks masks;
	/* The model's, of which one is NULL or both. */
	uint64_t (*read)(struct device *dev, unsigned row, unsigned n, uint64_t stored);
	void (*write)(struct device *dev, unsigned row, unsigned n, const struct reg_write *w);
	const struct reg_desc *reg;
};
enum { BUS_ROUTES = 32 };

struct bus {
	struct bus_decoder port, memory;
	const struct hub *hub;
	struct clock *clock; /* if set, due timers fire before each access */
	uint64_t unclaimed;  /* accesses without a device; statistics only */
	char error[192];     /* message of the last bus_map() failure */
	/* Of reads and of writes. Not state; forgotten when the map changes (bus_route.h). */
	struct bus_route route[2][BUS_ROUTES];
	bool routed; /* there may be one */
};

void bus_init(struct bus *bus, const struct hub *hub, struct clock *clock);
/* Map a device at [base, base + size). Returns NULL, or the reason of a failure: overlap (with the
 * other's name), empty, wraps, table full. The message is static or stored in the bus. */
__attribute__((warn_unused_result)) const char *bus_map(struct bus *bus, enum bus_space space,
							uint64_t base, uint64_t size,
							struct device *dev, uint64_t offset);
/* Name a range where a device could be but is not (FDC, IDE, LPT). It reads as all ones, without a
 * lint. Addresses in it where a device is stay the device's. */
__attribute__((warn_unused_result)) const char *bus_map_absent(struct bus *bus,
							       enum bus_space space, uint64_t base,
							       uint64_t size, const char *name);
/* Unmap every range of this device in this space. */
void bus_unmap(struct bus *bus, enum bus_space space, const struct device *dev);
/* The range that holds this address; NULL: none. */
const struct bus_range *bus_find(const struct bus *bus, enum bus_space space, uint64_t addr);
/* One access of `width` bits (8, 16, 32, 64). An access that crosses the end of a range is split
 * into bytes, as on the ISA bus. */
uint64_t bus_read(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width);
void bus_write(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width,
	       uint64_t value);

#endif
