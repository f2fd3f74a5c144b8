/* SPDX-License-Identifier: MIT */
/* A bus with two devices of memory and a chip with registers. */
#ifndef TESTS_UNIT_EMU_BUS_FIXTURE_H
#define TESTS_UNIT_EMU_BUS_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "emu/array.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "harness/record/recorder.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

/* Device memory that remembers its last access: the bus is tested, not the registers. */
struct ram {
	struct device dev;
	uint8_t byte[64];
	uint64_t last_offset, last_addr;
	unsigned last_width, accesses;
};

static inline uint64_t ram_read(struct device *dev, uint64_t offset, unsigned width)
{
	struct ram *r = (struct ram *)dev;
	uint64_t v = 0;

	r->last_offset = offset;
	r->last_width = width;
	r->last_addr = dev->bus_addr;
	r->accesses++;
	for (unsigned i = 0; i < width / 8; i++) v |= (uint64_t)r->byte[(offset + i) % 64] << 8 * i;
	return v;
}

static inline void ram_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	struct ram *r = (struct ram *)dev;

	r->last_offset = offset;
	r->last_width = width;
	r->last_addr = dev->bus_addr;
	r->accesses++;
	for (unsigned i = 0; i < width / 8; i++)
		r->byte[(offset + i) % 64] = (uint8_t)(value >> 8 * i);
}

static const struct device_ops ram_ops = { .name = "ram",
					   .mem_read = ram_read,
					   .mem_write = ram_write };

enum { CTRL, LATCH };

static const struct reg_desc chip_regs[] = {
	[CTRL] = { .name = "CTRL",
		   .offset = 0,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .spec = "T 1",
		   REG_FIELDS({ "EN", 0, 0, REG_RW }) },
	[LATCH] = { .name = "LATCH",
		    .offset = 1,
		    .width = 8,
		    .dir = REG_DIR_RW,
		    .spec = "T 2",
		    .count = 2,
		    .stride = 1,
		    REG_FIELDS({ "V", 7, 0, REG_RW }) },
};

static const struct device_ops chip_ops = { .name = "chip", .regs = chip_regs, .n_regs = 2 };

static struct bus bus;
static struct hub hub;
static struct clock clock_of_bus;
static struct recorder rec;
static struct ram a, b;
static struct device chip;
static uint64_t chip_slots[3];

static inline void power_on(void)
{
	clock_init(&clock_of_bus);
	hub = (struct hub){ .clock = &clock_of_bus };
	bus_init(&bus, &hub, &clock_of_bus);
	recorder_init(&rec);
	recorder_attach(&rec, &hub);
	device_init(&a.dev, &ram_ops, "a", &hub, NULL, NULL, 0);
	device_init(&b.dev, &ram_ops, "b", &hub, NULL, NULL, 0);
	device_init(&chip, &chip_ops, "chip0", &hub, chip_slots, chip_slots, sizeof chip_slots);
}

TestSuite(bus, .init = power_on, .timeout = 60);

static inline void must_map(enum bus_space space, uint64_t base, uint64_t size, struct device *dev)
{
	const char *error = bus_map(&bus, space, base, size, dev, 0);

	require(error == NULL, "%s", error);
}

#endif
