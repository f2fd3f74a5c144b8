/* SPDX-License-Identifier: MIT */
#include "tests/unit/emu/bus_fixture.h"

#include <inttypes.h>

/* ---- the map ---- */

Test(bus, an_address_belongs_to_its_range_and_no_further)
{
	must_map(BUS_PORT, 0x3f8, 8, &a.dev);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x3f7), NULL);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x3f8)->dev, &a.dev);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x3ff)->dev, &a.dev);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x400), NULL);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0x3f8), NULL);
}

Test(bus, overlap_is_an_error_that_names_both)
{
	static const struct {
		uint64_t base, size;
	} bad[] = { { 0x3f8, 8 },  { 0x3f8, 1 },   { 0x3ff, 1 }, { 0x3f0, 9 },
		    { 0x3ff, 16 }, { 0, 0x10000 }, { 0x3fa, 2 } };

	must_map(BUS_PORT, 0x3f8, 8, &a.dev);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *error = bus_map(&bus, BUS_PORT, bad[i].base, bad[i].size, &chip, 0);
		require(error != NULL, "case %zu", i);
		check(strstr(error, "chip0") != NULL, "%s", error);
		check(strstr(error, "overlaps a at 0x3f8..0x3ff") != NULL, "%s", error);
	}
	check_eq(sz, bus.port.n, 1);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x3f8)->dev, &a.dev);
}

Test(bus, neighbours_do_not_overlap)
{
	must_map(BUS_PORT, 0x3f8, 8, &a.dev);
	must_map(BUS_PORT, 0x3f0, 8, &b.dev);
	must_map(BUS_PORT, 0x400, 1, &b.dev);
	must_map(BUS_MEMORY, 0x3f8, 8, &b.dev);
	check_eq(u64, bus.port.range[0].base, 0x3f0);
	check_eq(u64, bus.port.range[1].base, 0x3f8);
	check_eq(u64, bus.port.range[2].base, 0x400);
}

Test(bus, ranges_that_are_empty_or_wrap_are_refused)
{
	check(bus_map(&bus, BUS_PORT, 0x80, 0, &a.dev, 0) != NULL);
	check(bus_map(&bus, BUS_PORT, 0xfff0, 0x11, &a.dev, 0) != NULL);
	check(bus_map(&bus, BUS_PORT, 0x10000, 1, &a.dev, 0) != NULL);
	check(bus_map(&bus, BUS_MEMORY, UINT64_MAX, 2, &a.dev, 0) != NULL);
	check(bus_map(&bus, BUS_MEMORY, 1, UINT64_MAX, &a.dev, 0) == NULL); /* 1 .. 2^64-1 */
	check(bus_map_absent(&bus, BUS_PORT, 0x378, 0, "lpt1") != NULL);
	check_eq(sz, bus.port.n, 0);
}

Test(bus, a_socket_leaves_devices_in_its_range_to_themselves)
{
	must_map(BUS_PORT, 0x376, 4, &a.dev);
	must_map(BUS_PORT, 0x37c, 1, &b.dev);
	must_map(BUS_MEMORY, UINT64_MAX, 1, &b.dev);
	require(bus_map_absent(&bus, BUS_PORT, 0x378, 8, "lpt1") == NULL);
	require(bus_map_absent(&bus, BUS_PORT, 0x376, 4, "none left") == NULL);
	require(bus_map_absent(&bus, BUS_MEMORY, UINT64_MAX - 4, 4, "the end") == NULL);
	for (uint64_t at = 0x376; at < 0x380; at++) {
		const struct device *dev = at < 0x37a ? &a.dev : at == 0x37c ? &b.dev : NULL;
		const struct bus_range *r = bus_find(&bus, BUS_PORT, at);

		require(r != NULL, "port 0x%" PRIx64, at);
		check_eq(ptr, r->dev, dev, "port 0x%" PRIx64, at);
		if (!dev) check_eq(str, r->name, "lpt1");
	}
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x380), NULL);
	check_eq(sz, bus.port.n, 4);
	check_eq(sz, bus.memory.n, 2);
}

Test(bus, the_last_port_and_the_last_byte_can_be_claimed)
{
	must_map(BUS_PORT, 0xffff, 1, &a.dev);
	must_map(BUS_MEMORY, UINT64_MAX, 1, &b.dev);
	bus_write(&bus, BUS_PORT, 0xffff, 8, 0x12);
	bus_write(&bus, BUS_MEMORY, UINT64_MAX, 8, 0x34);
	check_eq(u8, a.byte[0], 0x12);
	check_eq(u8, b.byte[0], 0x34);
}

Test(bus, a_full_table_is_an_error)
{
	for (unsigned i = 0; i < BUS_MAX_RANGES; i++) must_map(BUS_PORT, i * 2, 1, &a.dev);
	check(bus_map(&bus, BUS_PORT, 0x8000, 1, &b.dev, 0) != NULL);
	must_map(BUS_MEMORY, 0x8000, 1, &b.dev);
}

Test(bus, unmapping_gives_up_every_range_of_the_device_in_that_space)
{
	must_map(BUS_PORT, 0x10, 2, &a.dev);
	must_map(BUS_PORT, 0x20, 2, &b.dev);
	must_map(BUS_PORT, 0x30, 2, &a.dev);
	must_map(BUS_MEMORY, 0x10, 2, &a.dev);
	bus_read(&bus, BUS_PORT, 0x30, 8); /* remembered as the last hit */
	bus_unmap(&bus, BUS_PORT, &a.dev);
	check_eq(sz, bus.port.n, 1);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x10), NULL);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x30, 8), 0xff);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x21)->dev, &b.dev);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0x11)->dev, &a.dev);
	must_map(BUS_PORT, 0x30, 2, &b.dev);
}

/* ---- accesses ---- */

Test(bus, the_device_sees_its_own_offset_and_the_width)
{
	require(bus_map(&bus, BUS_MEMORY, 0xfee00000, 0x20, &a.dev, 0x10) == NULL);
	bus_write(&bus, BUS_MEMORY, 0xfee00004, 32, 0xfffffff012345678);
	check_eq(u64, a.last_offset, 0x14);
	check_eq(uint, a.last_width, 32);
	check_eq(u64, a.last_addr, 0xfee00004);
	check_eq(u64, a.dev.bus_addr, 0);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xfee00004, 64), 0x12345678);
	check_eq(uint, a.last_width, 64);
	check_eq(u64, bus.memory.range[0].accesses, 2);
}

Test(bus, an_unclaimed_address_reads_as_ones_and_is_reported)
{
	static const unsigned widths[] = { 8, 16, 32, 64 };

	for (unsigned i = 0; i < 4; i++)
		check_eq(u64, bus_read(&bus, BUS_PORT, 0x2e8, widths[i]),
			 UINT64_MAX >> (64 - widths[i]));
	check_eq(sz, recorder_lint_count(&rec, "bus.unclaimed-read"), 4);
	bus_write(&bus, BUS_MEMORY, 0xd0000000, 16, 0xabcd);
	check_eq(sz, recorder_lint_count(&rec, "bus.unclaimed-write"), 1);
	check_eq(u64, bus.unclaimed, 5);
	check_eq(u64, rec.lint[4].addr, 0xd0000000);
	check_eq(u64, rec.lint[4].bits, 0xabcd);
	check(strstr(rec.lint[4].detail, "physical address 0xd0000000") != NULL, "%s",
	      rec.lint[4].detail);
	check(strstr(rec.lint[0].detail, "port 0x2e8") != NULL, "%s", rec.lint[0].detail);
	check_eq(str, rec.trace,
		 "@2e8?ff @2e8?ffff @2e8?ffffffff @2e8?ffffffffffffffff @d0000000=abcd ");
}

Test(bus, an_empty_socket_floats_high_without_a_lint)
{
	require(bus_map_absent(&bus, BUS_PORT, 0x378, 8, "lpt1") == NULL);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x379, 8), 0xff);
	bus_write(&bus, BUS_PORT, 0x378, 8, 0x55);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x378, 32), 0xffffffff);
	check_eq(sz, rec.n_lints, 0);
	check_eq(u64, bus.unclaimed, 0);
	check_eq(str, rec.trace, "@379?ff @378=55 @378?ffffffff ");
	check_eq(str, bus_find(&bus, BUS_PORT, 0x378)->name, "lpt1");
}

Test(bus, the_trace_names_registers)
{
	must_map(BUS_PORT, 0x60, 3, &chip);
	bus_write(&bus, BUS_PORT, 0x60, 8, 1);
	bus_read(&bus, BUS_PORT, 0x60, 8);
	bus_write(&bus, BUS_PORT, 0x62, 8, 0xa5);
	bus_read(&bus, BUS_PORT, 0x61, 8);
	check_eq(str, rec.trace, "CTRL=01 CTRL?01 LATCH[1]=a5 LATCH[0]?00 ");
	check_eq(sz, rec.n_lints, 0);
}

static char order[32];

static void order_access(void *ctx, const struct access *x)
{
	(void)ctx;
	strncat(order, x->write ? "w" : "r", sizeof order - strlen(order) - 1);
}

static void order_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	(void)l;
	strncat(order, "!", sizeof order - strlen(order) - 1);
}

Test(bus, a_write_is_traced_before_what_it_causes)
{
	struct observer o = { .access = order_access, .lint = order_lint };

	must_map(BUS_PORT, 0x60, 2, &chip);
	hub_attach(&hub, &o);
	bus_write(&bus, BUS_PORT, 0x60, 8, 0xff);
	check_eq(str, order, "w!");
	check_eq(u64, recorder_lint_find(&rec, "chip.CTRL.reserved")->addr, 0x60);
}

static const struct reg_desc *told_reg;

static void note_reg(void *ctx, const struct access *x)
{
	(void)ctx;
	told_reg = x->reg;
}

Test(bus, a_register_that_no_observer_wants_is_not_looked_up)
{
	struct observer o = { .access = note_reg, .access_without_reg = true };

	must_map(BUS_PORT, 0x60, 3, &chip);
	recorder_detach(&rec);
	hub_attach(&hub, &o);
	told_reg = &chip_regs[0];
	bus_write(&bus, BUS_PORT, 0x60, 8, 1);
	check_eq(ptr, told_reg, NULL);
	recorder_attach(&rec, &hub);
	bus_write(&bus, BUS_PORT, 0x60, 8, 1);
	check_eq(ptr, told_reg, &chip_regs[CTRL]);
}

Test(bus, a_bus_without_ranges_remembers_none)
{
	must_map(BUS_PORT, 0x30, 2, &a.dev);
	bus_read(&bus, BUS_PORT, 0x30, 8);
	bus_unmap(&bus, BUS_PORT, &a.dev);
	bus_read(&bus, BUS_PORT, 0x30, 8);
	check_eq(uint, a.accesses, 1);
	check_eq(u64, bus.unclaimed, 1);
}

Test(bus, a_bus_without_observers_behaves_the_same)
{
	uint64_t heard;

	must_map(BUS_PORT, 0x60, 3, &chip);
	bus_write(&bus, BUS_PORT, 0x61, 16, 0xbeef);
	heard = bus_read(&bus, BUS_PORT, 0x60, 32);
	recorder_detach(&rec);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x60, 32), heard);
	bus.hub = NULL;
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x60, 32), heard);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x70, 32), 0xffffffff);
	bus_write(&bus, BUS_PORT, 0x70, 32, 0);
}

/* ---- splitting ---- */

Test(bus, an_access_over_the_end_of_a_range_becomes_bytes)
{
	must_map(BUS_PORT, 0x10, 2, &a.dev);
	must_map(BUS_PORT, 0x12, 2, &b.dev);
	bus_write(&bus, BUS_PORT, 0x11, 16, 0x2211);
	check_eq(u8, a.byte[1], 0x11);
	check_eq(u8, b.byte[0], 0x22);
	check_eq(uint, a.last_width, 8);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x10, 32), 0x00221100);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x12, 32), 0xffff0022);
	check_eq(sz, recorder_lint_count(&rec, "bus.unclaimed-read"), 2);
	check_eq(u64, bus.unclaimed, 2);
}

Test(bus, an_access_that_ends_with_its_range_stays_whole)
{
	must_map(BUS_PORT, 0x10, 4, &a.dev);
	must_map(BUS_PORT, 0x14, 4, &b.dev);
	bus_write(&bus, BUS_PORT, 0x12, 16, 0x2211);
	check_eq(uint, a.last_width, 16);
	bus_read(&bus, BUS_PORT, 0x10, 32);
	check_eq(uint, a.last_width, 32);
	check_eq(uint, a.accesses, 2);
}

Test(bus, an_access_that_begins_before_a_range_becomes_bytes)
{
	must_map(BUS_PORT, 0x12, 2, &a.dev);
	a.byte[0] = 0x5a;
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x11, 16), 0x5aff);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x10, 16), 0xffff);
	check_eq(u64, bus.unclaimed, 2); /* one byte, then one word */
}

Test(bus, ports_wrap_at_64_kib)
{
	must_map(BUS_PORT, 0, 1, &a.dev);
	must_map(BUS_PORT, 0xffff, 1, &b.dev);
	bus_write(&bus, BUS_PORT, 0xffff, 16, 0x1122);
	check_eq(u8, b.byte[0], 0x22);
	check_eq(u8, a.byte[0], 0x11);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xffff, 16), 0x1122);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x1ffff, 8), 0x22);
}

Test(bus, an_unclaimed_access_at_the_very_end_wraps_quietly)
{
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xfffe, 32), 0xffffffff);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, UINT64_MAX - 2, 64), UINT64_MAX);
	must_map(BUS_MEMORY, 0, 4, &a.dev);
	bus_write(&bus, BUS_MEMORY, UINT64_MAX, 16, 0x7788);
	check_eq(u8, a.byte[0], 0x77);
}

Test(bus, no_width_can_break_it)
{
	must_map(BUS_PORT, 0x10, 16, &a.dev);
	must_map(BUS_PORT, 0x20, 3, &chip);
	for (unsigned width = 0; width < 300; width++)
		for (uint64_t addr = 0x08; addr < 0x28; addr++) {
			bus_write(&bus, BUS_PORT, addr, width, UINT64_MAX);
			bus_read(&bus, BUS_PORT, addr, width);
		}
	check_gt(u64, bus.unclaimed, 0);
}

/* ---- time ---- */

static unsigned fired;
static uint64_t at_fire;

static void fire(void *ctx, uint64_t due)
{
	struct ram *r = ctx;

	fired++;
	at_fire = due;
	r->byte[0]++;
	bus_read(&bus, BUS_PORT, 0x11, 8); /* as DMA would: it must not run the clock again */
}

Test(bus, deadlines_that_are_due_fire_before_the_access)
{
	unsigned id = clock_add_timer(&clock_of_bus, "t", fire, &a);

	must_map(BUS_PORT, 0x10, 2, &a.dev);
	clock_arm(&clock_of_bus, id, 100);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x10, 8), 0);
	clock_advance(&clock_of_bus, 100);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x10, 8), 1);
	check_eq(uint, fired, 1);
	check_eq(u64, at_fire, 100);
}

Test(bus, a_bus_without_a_clock_fires_nothing)
{
	unsigned id = clock_add_timer(&clock_of_bus, "t", fire, &a);

	must_map(BUS_PORT, 0x10, 2, &a.dev);
	clock_arm(&clock_of_bus, id, 0);
	bus.clock = NULL;
	bus_read(&bus, BUS_PORT, 0x10, 8);
	check_eq(uint, fired, 0);
}

/* ---- remapping in the middle of an access ---- */

static void move_away(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)offset;
	(void)width;
	bus_unmap(&bus, BUS_PORT, dev);
	require_eq(ptr, bus_map(&bus, BUS_PORT, value, 4, dev, 0), NULL);
}

Test(bus, a_device_may_move_itself_while_it_is_written)
{
	static const struct device_ops ops = { .name = "bar",
					       .mem_read = ram_read,
					       .mem_write = move_away };

	a.dev.ops = &ops;
	must_map(BUS_PORT, 0x10, 4, &b.dev);
	must_map(BUS_PORT, 0x20, 4, &a.dev);
	bus_write(&bus, BUS_PORT, 0x20, 16, 0x8);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x20), NULL);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0x8)->dev, &a.dev);
	check_eq(u64, a.dev.bus_addr, 0);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x10, 8), 0);
}

/* ---- against a linear search ---- */

Test(bus, random_maps_decode_as_a_linear_search_does)
{
	uint64_t rng = 0x6c62272e07bb0142;

	for (unsigned round = 0; round < 50; round++) {
		struct bus_range made[BUS_MAX_RANGES] = { 0 };
		size_t n = 0;
		bus_init(&bus, NULL, NULL);
		for (unsigned i = 0; i < 200; i++) {
			uint64_t base = random_next(&rng) % 1024, size = 1 + random_next(&rng) % 24;
			bool free_here = n < BUS_MAX_RANGES;
			for (size_t j = 0; j < n; j++)
				if (base < made[j].base + made[j].size &&
				    made[j].base < base + size)
					free_here = false;
			require_eq(int, bus_map(&bus, BUS_PORT, base, size, &a.dev, base) == NULL,
				   free_here);
			if (free_here) made[n++] = (struct bus_range){ .base = base, .size = size };
		}
		for (unsigned i = 0; i < 2000; i++) {
			uint64_t addr = random_next(&rng) % 1100;
			bool claimed = false;
			for (size_t j = 0; j < n; j++)
				claimed |= addr - made[j].base < made[j].size;
			require_eq(int, bus_find(&bus, BUS_PORT, addr) != NULL, claimed);
			a.accesses = 0;
			bus_read(&bus, BUS_PORT, addr, 8);
			require_eq(uint, a.accesses, claimed);
			if (claimed) require_eq(u64, a.last_offset, addr);
		}
	}
}
