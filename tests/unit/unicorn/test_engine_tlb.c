/* SPDX-License-Identifier: MIT */
/* The size of the engine's TLB: it grows with what is used, and with nothing else. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/units.h"
#include "tests/unit/unicorn/cpu_fixture.h"

enum {
	PAGE_20 = HOLE_AT + 20 * MEM_PAGE,
	LAPS = 8 * CPU_FILLS_PER_FLUSH,
	/* 70 % of half of it are not yet CPU_FILLS_PER_FLUSH. */
	ENOUGH = 4096
};
/* 512 GiB apart: the same place in a TLB of any size. */
#define RIVAL (UINT64_C(1) << 39 | PAGE_20)

static uint64_t flushes;

static size_t entries_after(const uint8_t *code, size_t size, uint64_t rsi)
{
	struct cpu_regs r = { .rflags = 0 };

	r.gpr[CPU_RSI] = rsi;
	r.gpr[CPU_RDI] = RIVAL;
	r.gpr[CPU_RCX] = LAPS;
	make_cpu(false);
	start_long(code, size, &r);
	put_entry(TABLES_AT, 1, (TABLES_AT + MEM_PAGE) | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	size_t entries = cpu->engine_tlb.entries;
	flushes = cpu_stats(cpu).tlb_flushes;
	free_cpu();
	return entries;
}

/* Each lap has a miss, so the engine has had its chances to grow. */
static void grows_not(const uint8_t *code, size_t size)
{
	check_le(sz, entries_after(code, size, PAGE_20), ENOUGH);
	check_ge(u64, flushes, LAPS / CPU_FILLS_PER_FLUSH - 1);
}

/* The first page moves to the victim TLB, is invalidated there, and is counted down twice. */
Test(engine_tlb, invalidating_in_the_victim_tlb_does_not_let_it_grow)
{
	/* mov eax, [rsi]; mov eax, [rdi]; invlpg [rsi]; dec ecx; jnz; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0x8b, 0x07, 0x0f, 0x01,
					0x3e, 0xff, 0xc9, 0x75, 0xf5, 0xf4 };

	grows_not(code, sizeof code);
}

/* It comes back from the victim TLB to the place that the second page has left, and is not counted.
 */
Test(engine_tlb, coming_back_to_an_empty_place_does_not_let_it_grow)
{
	/* mov eax, [rsi]; mov eax, [rdi]; invlpg [rdi]; dec ecx; jnz; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0x8b, 0x07, 0x0f, 0x01,
					0x3f, 0xff, 0xc9, 0x75, 0xf5, 0xf4 };

	grows_not(code, sizeof code);
}

/* 1024 pages by turns. With room for all of them there are no more misses. */
Test(engine_tlb, it_grows_until_all_pages_in_use_have_room)
{
	/* mov eax, [rsi]; add esi, 0x1000; and esi, 0x3fffff; dec ecx; jnz; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0x81, 0xc6, 0x00, 0x10, 0x00, 0x00, 0x81, 0xe6,
					0xff, 0xff, 0x3f, 0x00, 0xff, 0xc9, 0x75, 0xee, 0xf4 };

	check_eq(sz, entries_after(code, sizeof code, 0), 1024);
}
