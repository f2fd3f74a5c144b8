/* SPDX-License-Identifier: MIT */
/* An access that was made before goes a shorter way. It must be the same access. */
#include "emu/bus_route.h"

#include "emu/bits.h"
#include "tests/unit/emu/regs_fixture.h"

enum { BASE = 0x1000, ROUNDS = 100000, SPAN = 0x70 };

static struct bus bus;
static struct clock clock_of_bus;
static struct toy plain; /* accessed without a bus, and so without routes */
static struct recorder plain_rec;
static struct hub plain_hub;

static void begin(void)
{
	clock_init(&clock_of_bus);
	hub.clock = &clock_of_bus;
	bus_init(&bus, &hub, &clock_of_bus);
	require_eq(ptr, bus_map(&bus, BUS_MEMORY, BASE, SPAN, &toy.dev, 0), NULL);
}

static uint64_t get(uint64_t offset, unsigned width)
{
	return bus_read(&bus, BUS_MEMORY, BASE + offset, width);
}

static void put(uint64_t offset, unsigned width, uint64_t value)
{
	bus_write(&bus, BUS_MEMORY, BASE + offset, width, value);
}

/* Is the next access of this kind a short one? */
static bool routed(uint64_t offset, unsigned width, bool write)
{
	uint64_t addr = BASE + offset;

	const struct bus_route *r = bus_route_at(&bus, write, addr);

	return bus_route_holds(r, BUS_MEMORY, addr, width);
}

Test(regs, the_second_access_of_a_register_is_routed)
{
	begin();
	check(!routed(0x28, 64, true));
	put(0x28, 64, 5);
	check(routed(0x28, 64, true));
	check(!routed(0x28, 64, false));
	check(!routed(0x28, 32, true));
	put(0x28, 64, 6);
	check_eq(u64, get(0x28, 64), 6);
	check_eq(u64, get(0x28, 64), 6);
	put(0x38, 8, 1); /* a lane of a register: not all of it */
	check(!routed(0x38, 8, true));
}

Test(regs, a_bank_switch_leads_to_the_other_register)
{
	begin();
	for (unsigned i = 0; i < 3; i++) {
		toy.s.window = 1;
		put(6, 8, 0x11);
		toy.s.window = 2;
		put(6, 8, 0x22);
		check_eq(u64, get(6, 8), 0x22);
		toy.s.window = 1;
		check_eq(u64, get(6, 8), 0x11);
	}
	toy.s.window = 0;
	recorder_clear(&rec);
	check_eq(u64, get(6, 8), 0xff);
	expect_lint("toy.no-register", 6);
}

Test(regs, a_map_that_changes_forgets_routes)
{
	static struct toy other;

	begin();
	device_init(&other.dev, &toy_ops, "toy1", &hub, other.s.reg, &other.s, sizeof other.s);
	put(0x28, 64, 5);
	check_eq(u64, get(0x28, 64), 5);
	check(routed(0x28, 64, false));
	bus_unmap(&bus, BUS_MEMORY, &toy.dev);
	check_eq(u64, get(0x28, 64), UINT64_MAX);
	require_eq(ptr, bus_map(&bus, BUS_MEMORY, BASE, SPAN, &other.dev, 0), NULL);
	put(0x28, 64, 7);
	check_eq(u64, *slot(QWORD), 5);
	check_eq(u64, get(0x28, 64), 7);
}

Test(regs, reserved_bits_are_told_each_time)
{
	begin();
	for (unsigned i = 0; i < 3; i++) {
		put(0, 8, 0x21);
		expect_silence();
		put(0, 8, 0x61);
		expect_lint("toy.CTRL.reserved", 0x40);
		put(0, 8, 0x31);
		expect_lint("toy.CTRL.preserve", 0x10);
	}
}

Test(regs, a_routed_read_clears_what_reading_clears)
{
	begin();
	for (unsigned i = 0; i < 3; i++) {
		*slot(STATUS) = 0x8f;
		check_eq(u64, get(2, 8), 0x8f);
		check_eq(u64, *slot(STATUS), 0x80);
	}
}

static unsigned heard;
static uint64_t heard_value;

static void hear(void *ctx, const struct access *a)
{
	(void)ctx;
	heard++;
	heard_value = a->value;
	check_eq(str, a->reg->name, "QWORD");
	check_eq(uint, a->width, 64);
}

Test(regs, an_observer_that_comes_later_receives_routed_accesses)
{
	struct observer late = { .access = hear };

	begin();
	put(0x28, 64, 5);
	put(0x28, 64, 6);
	hub_attach(&hub, &late);
	put(0x28, 64, 7);
	check_eq(uint, heard, 1);
	check_eq(u64, heard_value, 7);
	(void)get(0x28, 64);
	(void)get(0x28, 64);
	check_eq(uint, heard, 3);
	hub_detach(&hub, &late);
	put(0x28, 64, 8);
	check_eq(uint, heard, 3);
}

static uint8_t bytes[3 * ACCESS_RECORD_SIZE];
static unsigned n_full;
static size_t n_records;

static void count_records(void *ctx, const struct access *a)
{
	struct access_ring *ring = ctx;

	access_ring_add(ring, access_record_head(a->space == BUS_MEMORY, a->width, a->write),
			a->time_ns, a->addr, a->value);
}

static void make_room(struct access_ring *ring)
{
	n_full++;
	n_records += ring->n / ACCESS_RECORD_SIZE;
	ring->n = 0;
}

/* As the digest does: a record each, whichever way the access goes. */
Test(regs, the_ring_gets_each_access_once)
{
	struct access_ring ring = { .bytes = bytes,
				    .size = 2 * ACCESS_RECORD_SIZE,
				    .full = make_room };
	struct observer digest = { .access = count_records, .ring = &ring, .ctx = &ring };

	begin();
	hub_attach(&hub, &digest);
	for (unsigned i = 0; i < 10; i++) put(0x28, 64, i);
	put(0x38, 8, 3);
	check_eq(sz, n_records + ring.n / ACCESS_RECORD_SIZE, 11);
	check_eq(uint, n_full, 5);
	check_eq(u8, bytes[0], ACCESS_RECORD);
	check_eq(u8, bytes[3], 8);
	check_eq(u64, get_le64(bytes + 12), BASE + 0x38);
	check_eq(u64, get_le64(bytes + 20), 3);
	hub_detach(&hub, &digest);
}

/* Two devices that are alike, the other without a bus: every value, every hook and every lint. */
Test(regs, random_accesses_are_the_same_without_routes)
{
	static const unsigned widths[] = { 8, 16, 32, 64 };
	uint64_t r = 7;

	begin();
	memset(&plain, 0, sizeof plain);
	device_init(&plain.dev, &toy_ops, "toy0", &plain_hub, plain.s.reg, &plain.s,
		    sizeof plain.s);
	recorder_init(&plain_rec);
	recorder_attach(&plain_rec, &plain_hub);
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t offset = random_next(&r) % (SPAN - 8);
		unsigned width = widths[random_next(&r) % 4];
		if (random_next(&r) % 8 == 0) toy.s.window = plain.s.window = random_next(&r) % 3;
		if (random_next(&r) % 2) {
			uint64_t value = random_any_size(&r);
			put(offset, width, value);
			device_write(&plain.dev, offset, width, value & low_bits(width), NULL,
				     NULL);
		} else {
			check_eq(u64, get(offset, width),
				 device_read(&plain.dev, offset, width, NULL, NULL));
		}
		require_eq(int, memcmp(&toy.s, &plain.s, sizeof toy.s), 0, "round %u", i);
		check_eq(uint, toy.reads, plain.reads);
		check_eq(uint, toy.writes, plain.writes);
		require_eq(sz, rec.n_lints, plain_rec.n_lints, "round %u: offset %lx", i, offset);
	}
}
