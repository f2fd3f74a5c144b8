/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/backtrace.h"
#include "tests/check.h"

#include "guest_fixture.h"
#include "tests/unit/emu/random.h"

enum { CALL_A = 0x1050, CALL_B = 0x1060 }; /* return addresses */

static struct guest_view g;
static struct backtrace b;

/* Puts a call that ends at `after`. */
static void put_call(uint64_t after)
{
	static const uint8_t call[] = { 0xe8, 0, 0, 0, 0 };
	put(after - sizeof(call), call, sizeof(call));
}

static void start(void)
{
	long_mode();
	put_call(CALL_A);
	put_call(CALL_B);
	memset(memory + 0x200, 0, SIZE - 0x200);
	g = view_of_guest();
}

static void print(void)
{
	FILE *out = open_text();
	backtrace_print(&b, &g, out);
	fclose(out);
}

TestSuite(backtrace, .init = start, .fini = forget_text, .timeout = 60);

Test(backtrace, frame_pointers_give_the_callers)
{
	regs.gpr[CPU_RBP] = 0x1210;
	put64(0x1210, 0x1230);
	put64(0x1218, CALL_A);
	put64(0x1230, 0);
	put64(0x1238, CALL_B);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 3);
	check_eq(u64, b.frame[0].address, 0x1100);
	check_eq(u64, b.frame[1].address, CALL_A);
	check_eq(u64, b.frame[2].address, CALL_B);
	check_eq(int, b.end, CHAIN_ENDED);
	print();
	check(says("    0000000000001050  sym_104f\n    0000000000001060  sym_105f\n"), "%s", text);
	check(!says("?"));
}

Test(backtrace, a_chain_that_loops_ends_and_the_rest_is_searched)
{
	regs.gpr[CPU_RBP] = 0x1210;
	put64(0x1210, 0x1210);
	put64(0x1218, CALL_A);
	put64(0x1240, CALL_B);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 3);
	check_eq(int, b.end, CHAIN_BROKEN);
	check_eq(int, b.frame[2].source, FRAME_SCANNED);
	print();
	check(says("breaks at 0x1210"), "%s", text);
	check(says("  ? 0000000000001060"));
}

Test(backtrace, without_frame_pointers_the_stack_is_searched)
{
	regs.gpr[CPU_RBP] = 0xdeadc0de;
	put64(0x1208, 0x1080); /* code, but not after a call */
	put64(0x1220, CALL_B);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 2);
	check_eq(int, b.end, CHAIN_NONE);
	check_eq(u64, b.frame[1].address, CALL_B);
	print();
	check(says("(from here on, each word of the stack that looks like a return"));
}

Test(backtrace, recursion_is_one_line)
{
	for (unsigned i = 0; i < 40; i++) put64(0x1208 + i * 8, CALL_A);
	put64(0x1350, CALL_B);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 3);
	check_eq(uint, b.frame[1].times, 40);
	print();
	check(says("sym_104f  (40 times)\n"), "%s", text);
}

Test(backtrace, a_pc_that_is_no_code_was_called_from_the_top_of_the_stack)
{
	regs.rip = 0xd0000000;
	put64(0x1200, CALL_A);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 2);
	check_eq(int, b.frame[1].source, FRAME_CALLED);
	check_eq(u64, b.frame[1].address, CALL_A);
}

Test(backtrace, a_stack_that_ran_into_its_guard_page_is_searched_above_it)
{
	regs.gpr[CPU_RSP] = BASE - 16;
	memset(memory, 0, 0x40);
	put64(BASE + 8, CALL_A);
	backtrace_take(&b, &g);
	require_eq(sz, b.n, 2);
	check_eq(u64, b.frame[1].address, CALL_A);
}

Test(backtrace, sixteen_bit_code_has_no_frames)
{
	regs = (struct cpu_regs){ .rip = 0x1100 };
	backtrace_take(&b, &g);
	check_eq(sz, b.n, 1);
	check_eq(int, b.end, CHAIN_NONE);
}

Test(backtrace, the_walk_of_any_stack_ends)
{
	uint64_t random = 3;
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 0x200; i < SIZE; i++)
			memory[i] =
				(uint8_t)(random_next(&random) % 4 ? random_next(&random) : 0x10);
		regs.gpr[CPU_RSP] = BASE + 0x200 + random_next(&random) % 0x200;
		regs.gpr[CPU_RBP] = round & 1 ? regs.gpr[CPU_RSP] & ~7ull : random_next(&random);
		regs.rip = round & 2 ? random_next(&random) : 0x1100;
		backtrace_take(&b, &g);
		require(b.n >= 1 && b.n <= BACKTRACE_MAX_FRAMES);
		print();
	}
}
