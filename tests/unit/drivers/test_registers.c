/* SPDX-License-Identifier: MIT */
#include "bimetal/registers.h"

#include "tests/unit/drivers/host_fixture.h"
#include "tests/unit/emu/random.h"

/* Eight bytes of registers that store what is written, and record the last access. */
enum { PORTS = 0x300, MEMORY = 0xd0000000, SIZE = 64 };
static uint64_t stored[SIZE];
static unsigned n_reads, n_writes;
static uint64_t last_offset;
static unsigned last_width;

static uint64_t on_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	n_reads++;
	last_offset = offset;
	last_width = width;
	return stored[offset];
}

static void on_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	n_writes++;
	last_offset = offset;
	last_width = width;
	stored[offset] = value;
}

static const struct device_ops ops = { .name = "cells",
				       .mem_read = on_read,
				       .mem_write = on_write };
static struct device ports, memory;
static struct io port_io, memory_io;

static void set_up(void)
{
	host_power_on();
	ports = memory = (struct device){ .ops = &ops, .instance = "cells", .hub = &hub };
	require(bus_map(&bus, BUS_PORT, PORTS, SIZE, &ports, 0) == NULL);
	require(bus_map(&bus, BUS_MEMORY, MEMORY, SIZE, &memory, 0) == NULL);
	port_io = io_port(&cpu, PORTS);
	memory_io = io_memory(&cpu, MEMORY, 1);
	n_reads = n_writes = 0;
}

TestSuite(registers, .init = set_up, .fini = host_power_off, .timeout = 60);

#define width_read(reg)    (last_width = 0, (void)io_read(memory_io, reg), last_width)
#define width_written(reg) (last_width = 0, io_write(memory_io, reg, 0), last_width)

Test(registers, keep_their_width_with_fewer_rights)
{
	check_eq(u32, width_read(io_as_ro(((struct io_rw8){ 0 }))), 8);
	check_eq(u32, width_read(io_as_ro(((struct io_rw16){ 0 }))), 16);
	check_eq(u32, width_read(io_as_ro(((struct io_rw32){ 0 }))), 32);
	check_eq(u32, width_read(io_as_ro(((struct io_rw64){ 0 }))), 64);
	check_eq(u32, width_read(io_as_ro(((struct io_ro8){ 0 }))), 8);
	check_eq(u32, width_read(io_as_ro(((struct io_ro16){ 0 }))), 16);
	check_eq(u32, width_read(io_as_ro(((struct io_ro32){ 0 }))), 32);
	check_eq(u32, width_read(io_as_ro(((struct io_ro64){ 0 }))), 64);
	check_eq(u32, width_written(io_as_wo(((struct io_rw8){ 0 }))), 8);
	check_eq(u32, width_written(io_as_wo(((struct io_rw16){ 0 }))), 16);
	check_eq(u32, width_written(io_as_wo(((struct io_rw32){ 0 }))), 32);
	check_eq(u32, width_written(io_as_wo(((struct io_rw64){ 0 }))), 64);
	check_eq(u32, width_written(io_as_wo(((struct io_wo8){ 0 }))), 8);
	check_eq(u32, width_written(io_as_wo(((struct io_wo16){ 0 }))), 16);
	check_eq(u32, width_written(io_as_wo(((struct io_wo32){ 0 }))), 32);
	check_eq(u32, width_written(io_as_wo(((struct io_wo64){ 0 }))), 64);
}

Test(registers, have_the_width_of_the_member_they_stand_for)
{
	struct every {
		struct io_cell_ro64 ro64;
		struct io_cell_wo64 wo64;
		struct io_cell_rw64 rw64;
		struct io_cell_ro32 ro32;
		struct io_cell_wo32 wo32;
		struct io_cell_rw32 rw32;
		struct io_cell_ro16 ro16;
		struct io_cell_wo16 wo16;
		struct io_cell_rw16 rw16;
		struct io_cell_ro8 ro8;
		struct io_cell_wo8 wo8;
		struct io_cell_rw8 rw8;
	};
	check_eq(u32, width_read(IO_MEMBER(struct every, ro8)), 8);
	check_eq(u32, width_read(IO_MEMBER(struct every, rw8)), 8);
	check_eq(u32, width_read(IO_MEMBER(struct every, ro16)), 16);
	check_eq(u32, width_read(IO_MEMBER(struct every, rw16)), 16);
	check_eq(u32, width_read(IO_MEMBER(struct every, ro32)), 32);
	check_eq(u32, width_read(IO_MEMBER(struct every, rw32)), 32);
	check_eq(u32, width_read(IO_MEMBER(struct every, ro64)), 64);
	check_eq(u32, width_read(IO_MEMBER(struct every, rw64)), 64);
	check_eq(u32, width_written(IO_MEMBER(struct every, wo8)), 8);
	check_eq(u32, width_written(IO_MEMBER(struct every, wo16)), 16);
	check_eq(u32, width_written(IO_MEMBER(struct every, wo32)), 32);
	check_eq(u32, width_written(IO_MEMBER(struct every, wo64)), 64);
}

Test(registers, have_the_width_of_their_type)
{
	struct io_rw8 r8 = { 1 };
	struct io_rw16 r16 = { 2 };
	struct io_rw32 r32 = { 4 };
	struct io_rw64 r64 = { 8 };
	io_write(memory_io, r8, 0x12);
	check(last_width == 8 && last_offset == 1);
	io_write(memory_io, r16, 0x1234);
	check(last_width == 16 && last_offset == 2);
	io_write(memory_io, r32, 0x12345678);
	check(last_width == 32 && last_offset == 4);
	io_write(memory_io, r64, 0x123456789abcdef0);
	check(last_width == 64 && last_offset == 8);
	check_eq(u64, io_read(memory_io, r64), 0x123456789abcdef0);
	check_eq(u32, io_read(memory_io, r32), 0x12345678);
	check_eq(u16, io_read(memory_io, r16), 0x1234);
	check_eq(u8, io_read(memory_io, r8), 0x12);
	check_eq(u32, n_reads, 4);
	check_eq(u32, n_writes, 4);
	check(sizeof(io_read(memory_io, r16)) == 2, "and so has what is read");
}

Test(registers, lie_in_ports_or_in_memory_at_their_stride)
{
	struct io_ro8 r = { 5 };
	(void)io_read(port_io, r);
	check_eq(u64, last_offset, 5);
	(void)io_read(io_memory(&cpu, MEMORY, 4), r);
	check_eq(u64, last_offset, 20);
	(void)io_read(io_elsewhere(memory_io, IO_PORT, PORTS + 8, 1), r);
	check_eq(u64, last_offset, 13);
}

Test(registers, an_update_is_one_read_and_one_write_that_keeps_all_other_bits)
{
	struct io_rw32 r = { 4 };
	uint64_t seed = 7;
	for (unsigned i = 0; i < 1000; i++) {
		uint32_t old = (uint32_t)random_next(&seed), clear = (uint32_t)random_next(&seed);
		uint32_t set = (uint32_t)random_next(&seed);
		stored[4] = old;
		n_reads = n_writes = 0;
		require_eq(u32, io_update(memory_io, r, clear, set), old);
		require_eq(u32, (uint32_t)stored[4], (old & ~clear) | set);
		require(n_reads == 1 && n_writes == 1);
	}
}

Test(registers, arrays_are_indexed_at_any_stride)
{
	struct io_rw16 first = { 8 };
	(void)io_read(memory_io, io_nth(first, 3, 4));
	check_eq(u64, last_offset, 20);
}

Test(registers, can_be_handed_on_with_fewer_rights)
{
	struct io_rw8 r = { 2 };
	struct io_ro8 looking = io_as_ro(r);
	struct io_wo8 telling = io_as_wo(r);
	io_write(port_io, telling, 9);
	check_eq(u8, io_read(port_io, looking), 9);
	check_eq(u8, io_read(port_io, io_as_ro(looking)), 9);
}

Test(registers, of_a_struct_have_its_members_place_width_and_rights)
{
	struct block {
		struct io_cell_ro32 id;
		struct io_cell_rw16 mode, spare;
		struct io_cell_rw64 count[2];
	};
	io_write(memory_io, IO_MEMBER(struct block, mode), 3);
	check(last_offset == 4 && last_width == 16);
	io_write(memory_io, IO_MEMBER(struct block, count[1]), 4);
	check(last_offset == 16 && last_width == 64);
	(void)io_read(memory_io, IO_MEMBER(struct block, id));
	check(last_offset == 0 && last_width == 32);
	check_eq(u32, IO_OFFSET(struct block, spare), 6);
}

Test(registers, fields_are_taken_out_and_put_in)
{
	check_eq(u64, IO_FIELD(63, 0), UINT64_MAX);
	check_eq(u64, IO_FIELD(0, 0), 1);
	check_eq(u64, IO_FIELD(7, 4), 0xf0);
	check_eq(u64, IO_FIELD(63, 63), UINT64_C(1) << 63);
	check_eq(u64, io_field_get(0xf0, 0x1234), 3);
	check_eq(u64, io_field_put(0xf0, 0x1234, 0xab), 0x12b4, "what is too wide is cut");
	check_eq(u64, io_field_get(0, 5), 0);
	check_eq(u64, io_field_put(0, 5, 1), 5);
}

Test(registers, no_port_has_64_bits)
{
	struct io_rw64 r = { 0 };
	io_write(port_io, r, 5);
	check_eq(u64, io_read(port_io, r), UINT64_MAX);
	check(n_reads == 0 && n_writes == 0);
}
