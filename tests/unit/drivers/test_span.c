/* SPDX-License-Identifier: MIT */
#include "bimetal/span.h"

#include <string.h>

#include "tests/unit/drivers/host_fixture.h"
#include "tests/unit/emu/random.h"

/* Device memory of 256 bytes at BASE that records its accesses. */
enum { BASE = 0xd0000000, SIZE = 256, MAX_SEEN = 512 };
static uint8_t cell[SIZE];
static struct {
	uint64_t offset;
	unsigned width;
	bool write;
} seen[MAX_SEEN];
static unsigned n_seen;

static void note(uint64_t offset, unsigned width, bool write)
{
	require(n_seen < MAX_SEEN);
	seen[n_seen].offset = offset;
	seen[n_seen].width = width;
	seen[n_seen++].write = write;
}

static uint64_t cell_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t value = 0;
	(void)dev;
	note(offset, width, false);
	for (unsigned i = 0; i < width / 8; i++) value |= (uint64_t)cell[offset + i] << 8 * i;
	return value;
}

static void cell_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	note(offset, width, true);
	for (unsigned i = 0; i < width / 8; i++) cell[offset + i] = (uint8_t)(value >> 8 * i);
}

static const struct device_ops ops = { .name = "cells",
				       .mem_read = cell_read,
				       .mem_write = cell_write };
static struct device dev;
static struct io io;

static void set_up(void)
{
	host_power_on();
	dev = (struct device){ .ops = &ops, .instance = "cells", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, BASE, SIZE, &dev, 0) == NULL);
	io = io_memory(&cpu, BASE, 1);
	n_seen = 0;
	for (unsigned i = 0; i < SIZE; i++) cell[i] = (uint8_t)i;
}

TestSuite(span, .init = set_up, .fini = host_power_off, .timeout = 60);

static struct span span_at(uint32_t at, uint32_t n, unsigned width)
{
	struct span span;
	require_eq(int, span_init(&span, io, at, n, width), SPAN_OK);
	return span;
}

Test(span, every_width_is_one_access_of_that_width)
{
	static const unsigned widths[] = { 8, 16, 32, 64 };
	for (unsigned w = 0; w < 4; w++) {
		struct span span = span_at(8, 3, widths[w]);
		uint64_t value = 0;
		n_seen = 0;
		require_eq(int, span_get(&span, 2, &value), SPAN_OK);
		require_eq(int, span_put(&span, 1, value), SPAN_OK);
		require_eq(u32, n_seen, 2);
		check_eq(u64, seen[0].offset, 8 + 2 * widths[w] / 8);
		check_eq(u64, seen[1].offset, 8 + widths[w] / 8);
		check(seen[0].width == widths[w] && seen[1].width == widths[w]);
		check(!seen[0].write);
		check(seen[1].write);
	}
}

Test(span, has_the_bounds_of_an_array)
{
	struct span span = span_at(0, 3, 8), part;
	uint64_t value;
	check_eq(int, span_part(&span, 3, 3, &part), SPAN_OK, "3.. of 3 is empty");
	check_eq(u32, part.n, 0);
	check_eq(int, span_part(&span, 4, 4, &part), SPAN_BOUNDS);
	check_eq(int, span_part(&span, 2, 1, &part), SPAN_BOUNDS);
	check_eq(int, span_part(&span, 0, 4, &part), SPAN_BOUNDS);
	check_eq(int, span_part(&span, 0, UINT32_MAX, &part), SPAN_BOUNDS);
	check_eq(int, span_get(&span, 3, &value), SPAN_BOUNDS);
	check_eq(int, span_put(&span, UINT32_MAX, 0), SPAN_BOUNDS);
	check_eq(u32, n_seen, 0, "nothing was touched");
}

Test(span, refuses_what_it_cannot_reach)
{
	struct span span;
	check_eq(int, span_init(NULL, io, 0, 1, 8), SPAN_NULL);
	check_eq(int, span_init(&span, io, 0, 1, 24), SPAN_WIDTH);
	check_eq(int, span_init(&span, io, 0, 1, 0), SPAN_WIDTH);
	check_eq(int, span_init(&span, io, 2, 1, 32), SPAN_PLACE, "not aligned");
	check_eq(int, span_init(&span, io, UINT32_MAX - 7, 2, 64), SPAN_PLACE, "wraps");
	check_eq(int, span_init(&span, io_port(&cpu, 0x80), 0, 1, 8), SPAN_PLACE);
	check_eq(int, span_init(&span, io_memory(&cpu, BASE, 4), 0, 1, 8), SPAN_PLACE);
}

Test(span, splits_in_two_and_in_chunks)
{
	struct span span = span_at(0, 10, 8), head, tail, chunk;
	require_eq(int, span_split(&span, 4, &head, &tail), SPAN_OK);
	check_eq(u32, head.n, 4);
	check_eq(u32, tail.n, 6);
	check_eq(u32, tail.at, 4);
	check_eq(int, span_split(&span, 11, &head, &tail), SPAN_BOUNDS);
	check_eq(u32, span_chunks(&span, 3), 3);
	check_eq(u32, span_chunks(&span, 0), 0);
	require_eq(int, span_chunk(&span, 3, 2, &chunk), SPAN_OK);
	check_eq(u32, chunk.at, 6);
	check_eq(u32, chunk.n, 3);
	check_eq(int, span_chunk(&span, 3, 3, &chunk), SPAN_BOUNDS);
	require_eq(int, span_split(&span, 4, &span, &tail), SPAN_OK, "in place");
	check_eq(u32, tail.n, 6);
}

Test(span, copies_whole_elements_in_order)
{
	struct span span = span_at(16, 4, 32);
	uint32_t values[4] = { 0 };
	require_eq(int, span_copy_in(&span, values, 4), SPAN_OK);
	check_eq(u32, values[0], 0x13121110);
	check_eq(u32, values[3], 0x1f1e1d1c);
	require_eq(u32, n_seen, 4);
	for (unsigned i = 0; i < 4; i++) check_eq(u64, seen[i].offset, 16 + 4 * i);
	for (unsigned i = 0; i < 4; i++) values[i] = ~values[i];
	require_eq(int, span_copy_out(&span, values, 4), SPAN_OK);
	check_eq(u32, n_seen, 8);
	for (unsigned i = 16; i < 32; i++) check_eq(u8, cell[i], (uint8_t)~i);
	check_eq(int, span_copy_in(&span, values, 3), SPAN_LENGTH);
	check_eq(int, span_copy_out(&span, values, 5), SPAN_LENGTH);
	check_eq(int, span_copy_out(&span, NULL, 4), SPAN_NULL);
	check_eq(u32, n_seen, 8);
}

Test(span, moves_as_if_by_way_of_a_buffer)
{
	uint64_t seed = 1;
	for (unsigned round = 0; round < 500; round++) {
		uint8_t want[SIZE];
		struct span span = span_at(0, 32, 8);
		uint32_t n = (uint32_t)(random_next(&seed) % 33);
		uint32_t to = (uint32_t)(random_next(&seed) % (33 - n));
		uint32_t from = (uint32_t)(random_next(&seed) % (33 - n));
		n_seen = 0;
		memcpy(want, cell, SIZE);
		memmove(want + to, want + from, n);
		require_eq(int, span_move(&span, to, from, n), SPAN_OK);
		require(memcmp(want, cell, SIZE) == 0, "%u to %u, %u elements", from, to, n);
		require_eq(u32, n_seen, 2 * n);
	}
	struct span span = span_at(0, 32, 8);
	check_eq(int, span_move(&span, 1, 0, 32), SPAN_BOUNDS);
	check_eq(int, span_move(&span, 0, 2, 31), SPAN_BOUNDS);
	check_eq(int, span_move(&span, 0, 0, UINT32_MAX), SPAN_BOUNDS);
}

Test(span, fills_with_the_value_cut_to_the_width)
{
	struct span span = span_at(2, 3, 16);
	require_eq(int, span_fill(&span, 0x12345), SPAN_OK);
	check_eq(u32, n_seen, 3);
	check(cell[2] == 0x45 && cell[3] == 0x23 && cell[7] == 0x23);
	check(cell[1] == 1 && cell[8] == 8);
}
