/* SPDX-License-Identifier: MIT */
#include "devices/pc_testdev/model.h"
#include "tests/check.h"

#include "emu/bus.h"

static struct hub hub;
static struct bus bus;
static struct pc_testdev_model t;
static uint32_t lines;

static void set_line(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	lines = level ? lines | 1u << n : lines & ~(1u << n);
}

static void power_on(void)
{
	bus_init(&bus, &hub, NULL);
	pc_testdev_model_init(&t, &hub, set_line, NULL);
	require(bus_map(&bus, BUS_PORT, PC_TESTDEV_MODEL_BASE, PC_TESTDEV_MODEL_PORTS, &t.dev, 0) ==
		NULL);
	require(bus_map(&bus, BUS_PORT, PC_TESTDEV_MODEL_LINES_BASE, PC_TESTDEV_MODEL_N_LINES,
			&t.lines, 0) == NULL);
	require(bus_map(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE,
			PC_TESTDEV_MODEL_MEMORY_SIZE, &t.memory, 0) == NULL);
}
TestSuite(pc_testdev, .init = power_on);

static uint64_t in(uint64_t port, unsigned width) { return bus_read(&bus, BUS_PORT, port, width); }
static void out(uint64_t port, unsigned width, uint64_t value)
{
	bus_write(&bus, BUS_PORT, port, width, value);
}

Test(pc_testdev, the_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	check(reg_table_fault(pc_testdev_regs, PC_TESTDEV_MODEL_N_REGS, &where) == NULL);
	check(reg_table_fault(pc_testdev_line_regs, PC_TESTDEV_MODEL_N_LINE_REGS, &where) == NULL);
	check_eq(sz, reg_table_slots(pc_testdev_regs, PC_TESTDEV_MODEL_N_REGS),
		 PC_TESTDEV_MODEL_SLOTS);
	check_eq(sz, reg_table_slots(pc_testdev_line_regs, PC_TESTDEV_MODEL_N_LINE_REGS),
		 PC_TESTDEV_MODEL_N_LINES);
}

Test(pc_testdev, the_data_port_keeps_what_is_written_in_each_width)
{
	check_eq(u64, in(0xe0, 32), 0);
	out(0xe0, 32, 0x12345678);
	check_eq(u64, in(0xe0, 32), 0x12345678);
	out(0xe0, 16, 0x9abc);
	out(0xe3, 8, 0xde);
	check_eq(u64, in(0xe0, 32), 0xde349abc);
	check_eq(u64, in(0xe2, 16), 0xde34);
	check_eq(u64, in(0xe8, 8), 0xbc);
	out(0xe8, 8, 0x55);
	check_eq(u64, in(0xe0, 16), 0x9a55);
	out(0xe4, 32, 0x100000);
	check_eq(u64, in(0xe0, 32), 0xde349a55, "the flush port keeps nothing");
}

Test(pc_testdev, each_line_port_drives_its_line)
{
	out(0x2000, 8, 1);
	out(0x2000 + 23, 8, 0x80);
	check_eq(u32, lines, 1u << 23 | 1u);
	out(0x2000, 8, 0);
	check_eq(u32, lines, 1u << 23);
	out(0x2004, 32, 0x00010001);
	check_eq(u32, lines, 1u << 23 | 1u << 6 | 1u << 4, "a wider write is bytes");
	pc_testdev_model_reset(&t);
	check_eq(u32, lines, 0);
}

Test(pc_testdev, its_memory_keeps_what_is_written)
{
	bus_write(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE + 0xfff8, 64,
		  UINT64_C(0x1122334455667788));
	check_eq(u64, bus_read(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE + 0xfffc, 32),
		 0x11223344);
	bus_write(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE + 0xfffd, 8, 0xaa);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE + 0xfffc, 16),
		 0xaa44);
	pc_testdev_model_reset(&t);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE + 0xfff8, 64), 0);
}
