/* SPDX-License-Identifier: MIT */
/* Windows of the bus, onto devices that are found by the address. */
#include "tests/unit/emu/bus_fixture.h"

/* ---- windows ---- */

static struct device window;
static uint64_t seen_offset, seen_addr;
static unsigned seen_width, decoded;
static bool seen_write;
static struct device *answer;

static struct device *window_decode(struct device *dev, uint64_t *offset, unsigned width,
				    bool write)
{
	decoded++;
	seen_offset = *offset;
	seen_addr = dev->bus_addr;
	seen_width = width;
	seen_write = write;
	*offset = 1;
	return answer;
}

static const struct device_ops window_ops = { .name = "window", .decode = window_decode };

static void open_window(void)
{
	power_on();
	window = (struct device){ .ops = &window_ops, .instance = "window", .hub = &hub };
	require_eq(ptr, bus_map(&bus, BUS_MEMORY, 0x9000, 0x100, &window, 0x40), NULL);
}

TestSuite(bus_window, .init = open_window, .timeout = 60);

Test(bus_window, passes_an_access_on_to_the_device_that_it_names)
{
	answer = &chip;
	bus_write(&bus, BUS_MEMORY, 0x9003, 8, 0x5a);
	check_eq(u64, seen_offset, 0x43);
	check_eq(u64, seen_addr, 0x9003);
	check_eq(u32, seen_width, 8);
	check(seen_write);
	check_eq(u64, chip_slots[LATCH], 0x5a);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0x9003, 8), 0x5a);
	check(!seen_write);
	check_eq(u32, decoded, 2);
}

static const struct device *told_dev;
static const struct reg_desc *told_reg;

static void on_told(void *ctx, const struct access *acc)
{
	(void)ctx;
	told_dev = acc->dev;
	told_reg = acc->reg;
}

Test(bus_window, names_the_register_behind_it_in_reports)
{
	struct observer o = { .access = on_told };

	hub_attach(&hub, &o);
	answer = &chip;
	bus_write(&bus, BUS_MEMORY, 0x9000, 8, 1);
	check_eq(ptr, told_dev, &chip);
	check_eq(ptr, told_reg, &chip_regs[LATCH]);
	told_reg = NULL;
	(void)bus_read(&bus, BUS_MEMORY, 0x9000, 8);
	check_eq(ptr, told_reg, &chip_regs[LATCH]);
	hub_detach(&hub, &o);
}

static unsigned window_lints;
static void on_window_lint(void *ctx, const struct lint *l) { (void)ctx, (void)l, window_lints++; }

Test(bus_window, reads_as_ones_without_a_lint_where_it_names_no_device)
{
	struct observer o = { .access = on_told, .lint = on_window_lint };

	hub_detach(&hub, hub.first);
	hub_attach(&hub, &o);
	answer = NULL;
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0x9000, 32), 0xffffffff);
	bus_write(&bus, BUS_MEMORY, 0x9000, 32, 0);
	check_eq(ptr, told_dev, NULL);
	check_eq(u32, window_lints, 0);
	hub_detach(&hub, &o);
}
