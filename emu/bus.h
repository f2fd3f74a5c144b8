/* SPDX-License-Identifier: MIT */
/* The address decoder: which device answers at which port or physical address. Widths are kept;
 * an access nobody claims floats high. RAM is not on this bus (emu/mem.h). */
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
	uint64_t offset;    /* device offset of the first byte */
	struct device *dev; /* NULL: an empty socket, known by `name`, floats high without a lint */
	const char *name;   /* instance name, or the socket's */
	uint64_t accesses;  /* since start; statistics only */
};

struct bus_decoder {
	struct bus_range range[BUS_MAX_RANGES]; /* sorted by base */
	size_t n, last;                         /* last: hit cache */
};

struct bus {
	struct bus_decoder port, memory;
	const struct hub *hub;
	struct clock *clock; /* if set, deadlines that are due fire before each access */
	uint64_t unclaimed;  /* accesses nobody claimed; statistics only */
	char error[192];     /* text of the last bus_map() failure */
};

void bus_init(struct bus *bus, const struct hub *hub, struct clock *clock);
/* Claim [base, base + size). Returns NULL, or what is wrong: overlap (names the other), empty,
 * wraps, table full. The message is static or lives in the bus. */
__attribute__((warn_unused_result)) const char *bus_map(struct bus *bus, enum bus_space space,
							uint64_t base, uint64_t size,
							struct device *dev, uint64_t offset);
/* Name a range where a device could sit but none does (FDC, IDE, LPT): reads float high. */
__attribute__((warn_unused_result)) const char *bus_map_absent(struct bus *bus,
							       enum bus_space space, uint64_t base,
							       uint64_t size, const char *name);
/* Give up every range of this device in this space. */
void bus_unmap(struct bus *bus, enum bus_space space, const struct device *dev);
/* Who claims this address; NULL: nobody. */
const struct bus_range *bus_find(const struct bus *bus, enum bus_space space, uint64_t addr);
/* One access of `width` bits (8, 16, 32, 64). An access that runs over a range's end is split
 * into bytes, as the ISA bus does. */
uint64_t bus_read(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width);
void bus_write(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width,
	       uint64_t value);

#endif
