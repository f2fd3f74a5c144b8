/* SPDX-License-Identifier: MIT */
/* A jump to itself: its repetitions pass at once, and time, counts and events are as if each had
 * been run. An observer of blocks sees each one, so a run with an observer is what to compare with.
 */
#include "cpu_fixture.h"

#define SECOND UINT64_C(1000000000)
#define YEAR   (UINT64_C(365) * 24 * 3600 * SECOND)

enum { IVT_ENTRY = 4, TIMER_VECTOR = 0x20, TICK_NS = 12345, WINDOW_NS = 100000 };

static const uint8_t short_jump[] = { 0xeb, 0xfe };                  /* jmp short . */
static const uint8_t near_jump[] = { 0xe9, 0xfb, 0xff, 0xff, 0xff }; /* jmp near ., 32 bits */

static void count_block(void *ctx, const struct cpu_block *block)
{
	uint64_t *blocks = ctx;
	(void)block;
	(*blocks)++;
}

TestSuite(self_jump, .timeout = 20);

Test(self_jump, a_year_passes_at_once)
{
	make_cpu(false);
	start_protected(short_jump, sizeof short_jump);
	require_eq(int, cpu_run(cpu, YEAR), CPU_STOP_TIME);
	check_eq(u64, clock_now(&clk), YEAR);
	check_eq(u64, cpu_stats(cpu).instructions, YEAR);
	free_cpu();
}

Test(self_jump, a_near_jump_passes_at_once_too)
{
	make_cpu(false);
	start_protected(near_jump, sizeof near_jump);
	require_eq(int, cpu_run(cpu, YEAR), CPU_STOP_TIME);
	check_eq(u64, cpu_stats(cpu).instructions, YEAR);
	free_cpu();
}

/* The state after a few runs that end in the middle of the loop. */
static struct cpu_stats counts(bool step, bool each)
{
	static const uint64_t until[] = { 1, 2, 3, 1000, 1001, WINDOW_NS };
	static const struct cpu_block_observer none;
	uint64_t seen = 0;
	struct cpu_block_observer observer = { .block = count_block, .ctx = &seen };
	make_cpu(step);
	start_protected(short_jump, sizeof short_jump);
	cpu_observe_blocks(cpu, each ? &observer : &none);
	for (size_t i = 0; i < sizeof(until) / sizeof(until[0]); i++) {
		require_eq(int, cpu_run(cpu, until[i]), CPU_STOP_TIME);
		check_eq(u64, clock_now(&clk), until[i]);
	}
	struct cpu_stats stats = cpu_stats(cpu);
	if (each) check_eq(u64, seen, stats.blocks);
	free_cpu();
	return stats;
}

Test(self_jump, the_counts_are_those_of_a_run_of_each)
{
	struct cpu_stats all = counts(false, true), skipped = counts(false, false),
			 stepped = counts(true, false);
	check_eq(u64, skipped.blocks, all.blocks);
	check_eq(u64, skipped.instructions, all.instructions);
	check_eq(u64, skipped.engine_starts, all.engine_starts);
	check_eq(u64, stepped.blocks, all.blocks);
	check_eq(u64, stepped.instructions, all.instructions);
}

static unsigned timer;

static void on_timer(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	next_vector = TIMER_VECTOR;
	cpu_set_intr(cpu, true);
	clock_arm(&clk, timer, due_ns + TICK_NS);
}

/* Runs a loop that a timer interrupts, and stores the time of the OUT in each handler. Returns
 * their number. */
static unsigned ticks(bool each, uint64_t *time)
{
	/* sti; jmp .  and at 7C10h: out 80h, al; iret */
	static const uint8_t code[] = { 0xfb, 0xeb, 0xfe }, handler[] = { 0xe6, 0x80, 0xcf };
	static const uint8_t vector[IVT_ENTRY] = { 0x10, 0x7c, 0, 0 };
	uint64_t seen = 0;
	struct cpu_block_observer observer = { .block = count_block, .ctx = &seen };
	make_cpu(false);
	timer = clock_add_timer(&clk, "timer", on_timer, NULL);
	start_real(code, sizeof code);
	require(mem_write(&mem, 0x7c10, handler, sizeof handler));
	require(mem_write(&mem, (uint64_t)TIMER_VECTOR * IVT_ENTRY, vector, sizeof vector));
	if (each) cpu_observe_blocks(cpu, &observer);
	clock_arm(&clk, timer, TICK_NS);
	require_eq(int, cpu_run(cpu, WINDOW_NS), CPU_STOP_TIME);
	for (unsigned i = 0; i < n_written; i++) time[i] = written[i].time;
	free_cpu();
	return n_written;
}

Test(self_jump, an_interrupt_comes_at_the_same_time)
{
	uint64_t all[MAX_WRITES], skipped[MAX_WRITES];
	unsigned n = ticks(true, all);
	require_eq(uint, ticks(false, skipped), n);
	check_eq(uint, n, WINDOW_NS / TICK_NS);
	for (unsigned i = 0; i < n; i++) check_eq(u64, skipped[i], all[i], "tick %u", i);
}

/* #DB after each instruction, so no two are run without an exception between them. */
Test(self_jump, a_single_step_stops_it)
{
	/* push 0102h (TF); popf; jmp .  with the handler of #DB at 7C10h: hlt */
	static const uint8_t code[] = { 0x68, 0x02, 0x01, 0x9d, 0xeb, 0xfe }, handler[] = { 0xf4 };
	static const uint8_t vector[IVT_ENTRY] = { 0x10, 0x7c, 0, 0 };
	make_cpu(false);
	start_real(code, sizeof code);
	require(mem_write(&mem, 0x7c10, handler, sizeof handler));
	require(mem_write(&mem, 1 * IVT_ENTRY, vector, sizeof vector));
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_le(u64, clock_now(&clk), 4);
	free_cpu();
}

/* LOOP jumps to itself too, but changes ECX, and goes on when that is 0. */
Test(self_jump, a_loop_instruction_is_run)
{
	/* mov ecx, 1000; loop .; hlt */
	static const uint8_t code[] = { 0xb9, 0xe8, 0x03, 0, 0, 0xe2, 0xfe, 0xf4 };
	make_cpu(false);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u64, cpu_stats(cpu).instructions, 1002);
	free_cpu();
}

/* Another device changes the jump, between two runs. */
Test(self_jump, a_changed_jump_is_left)
{
	static const uint8_t hlt[] = { 0xf4 };
	make_cpu(false);
	start_protected(short_jump, sizeof short_jump);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TIME);
	require(mem_write(&mem, CODE_AT, hlt, sizeof hlt));
	require_eq(int, cpu_run(cpu, 2 * SECOND), CPU_STOP_HALTED);
	free_cpu();
}
