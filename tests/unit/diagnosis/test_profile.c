/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/profile.h"
#include "tests/check.h"

static struct profile p;
static struct cpu_stats cpu;

static void start(void)
{
	cpu = (struct cpu_stats){ .halted_ns = 100 };
	profile_start(&p, 1000, &cpu, 0);
}

static void enter(uint64_t linear, uint32_t instructions)
{
	struct cpu_block b = {
		.linear = linear, .size = 4, .instructions = instructions, .ns = instructions
	};
	profile_on_block(&p, &b);
}

static void access(uint64_t addr, bool write, uint64_t value, uint64_t pc)
{
	struct access a = { .addr = addr, .width = 8, .write = write, .value = value, .pc = pc };
	p.observer.access(p.observer.ctx, &a);
}

static void event(enum irq_event_kind kind, uint8_t vector, uint64_t pc, uint64_t fault_addr)
{
	struct irq_event e = { .kind = kind, .vector = vector, .pc = pc, .fault_addr = fault_addr };
	p.observer.irq(p.observer.ctx, &e);
}

TestSuite(profile, .init = start, .timeout = 60);

Test(profile, blocks_are_summed_up_and_sorted)
{
	const struct profile_block *hot[4];
	enter(0x1000, 2);
	for (unsigned i = 0; i < 5; i++) enter(0x2000, 3);
	require_eq(sz, profile_hottest(&p, hot, 4), 2);
	check_eq(u64, hot[0]->linear, 0x2000);
	check_eq(u64, hot[0]->entries, 5);
	check_eq(u64, hot[0]->instructions, 15);
	check_eq(u64, p.instructions, 17);
	check_eq(sz, profile_hottest(&p, hot, 1), 1);
}

Test(profile, a_block_is_found_by_an_address_inside_it)
{
	enter(0x1000, 1);
	require(profile_block_at(&p, 0x1003) != NULL);
	check_eq(u64, profile_block_at(&p, 0x1003)->linear, 0x1000);
	check(profile_block_at(&p, 0x1004) == NULL);
	check(profile_block_at(&p, 0xfff) == NULL);
}

Test(profile, more_blocks_than_there_is_room_are_still_counted)
{
	for (uint64_t i = 0; i < PROFILE_MAX_BLOCKS + 100; i++) enter(i * 16, 1);
	check_eq(sz, p.n_blocks, PROFILE_MAX_BLOCKS);
	check_eq(u64, p.entries, PROFILE_MAX_BLOCKS + 100);
	check_eq(u64, p.other_entries, 100);
}

Test(profile, accesses_are_told_apart_by_direction_and_address)
{
	const struct profile_access *a[4];
	access(0x60, false, 1, 0x10);
	access(0x60, true, 1, 0x10);
	for (unsigned i = 0; i < 3; i++) access(0x64, false, i, i == 1 ? 0x99 : 0x20);
	require_eq(sz, profile_accesses(&p, a, 4), 3);
	check_eq(u64, a[0]->addr, 0x64);
	check_eq(u64, a[0]->count, 3);
	check_eq(u64, a[0]->changes, 2);
	check_eq(u64, a[0]->last_value, 2);
	check_eq(u64, a[0]->pc, 0x20, "where most came from");
	check_eq(u64, p.reads, 4);
	check_eq(u64, p.writes, 1);
}

Test(profile, the_most_frequent_place_wins_however_late_it_comes)
{
	const struct profile_access *a[1];
	access(0x64, false, 0, 0x99);
	for (unsigned i = 0; i < 3; i++) access(0x64, false, 0, 0x20);
	require_eq(sz, profile_accesses(&p, a, 1), 1);
	check_eq(u64, a[0]->pc, 0x20);
}

Test(profile, too_many_registers_are_only_counted)
{
	const struct profile_access *a[1];
	for (unsigned i = 0; i < PROFILE_MAX_ACCESSES + 10; i++) access(i, false, 0, 0);
	check_eq(sz, p.n_accesses, PROFILE_MAX_ACCESSES);
	check_eq(u64, p.reads, PROFILE_MAX_ACCESSES + 10);
	check_eq(u64, p.other_accesses, 10);
	check_eq(sz, profile_accesses(&p, a, 1), 1);
}

Test(profile, too_many_places_of_exceptions_are_only_counted)
{
	for (unsigned i = 0; i < PROFILE_MAX_EVENTS + 10; i++)
		event(IRQ_EVENT_EXCEPTION, 14, 0x10 * i, 0);
	check_eq(sz, p.n_events, PROFILE_MAX_EVENTS);
	check_eq(u64, p.exceptions, PROFILE_MAX_EVENTS + 10);
	check_eq(u64, p.other_events, 10);
}

Test(profile, exceptions_are_told_apart_by_place_and_interrupts_are_not)
{
	const struct profile_event *e[4];
	event(IRQ_EVENT_EXCEPTION, 14, 0x10, 0x5000);
	event(IRQ_EVENT_EXCEPTION, 14, 0x10, 0x6000);
	event(IRQ_EVENT_EXCEPTION, 14, 0x20, 0x5000);
	for (unsigned i = 0; i < 3; i++) event(IRQ_EVENT_TAKEN, 0x20, i, 0);
	require_eq(sz, profile_events(&p, e, 4), 3);
	check_eq(u64, e[0]->count, 3);
	check_eq(u64, e[1]->count, 2);
	check_eq(u64, e[1]->changes, 1);
	check_eq(u64, p.exceptions, 3);
	check_eq(u64, p.interrupts, 3);
}

Test(profile, the_window_begins_and_ends)
{
	cpu.halted_ns = 160;
	profile_stop(&p, 1500, &cpu);
	check_eq(u64, profile_window_ns(&p), 500);
	check_eq(u64, p.halted_ns, 60);
	enter(0x1000, 1);
	access(0x60, false, 1, 0);
	event(IRQ_EVENT_TAKEN, 0x20, 0, 0);
	check_eq(u64, p.entries + p.reads + p.interrupts, 0, "it is over");
	profile_stop(&p, 9999, &cpu);
	check_eq(u64, profile_window_ns(&p), 500, "and stays over");
}

Test(profile, a_limit_makes_it_full)
{
	p.limit = 3;
	for (unsigned i = 0; i < 5; i++) enter(0x1000, 1);
	check(p.full);
	check_eq(u64, p.entries, 3);
}
