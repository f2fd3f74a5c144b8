/* SPDX-License-Identifier: MIT */
/* HLT waits for the timer, and virtual time passes on both TSC and PIT. */
#include "k.h"

static volatile unsigned ticks;
static volatile uintptr_t tick_ip, tick_flags;

static void tick(struct trap_frame *f)
{
	ticks++;
	tick_ip = f->ip;
	tick_flags = f->flags;
	pic_eoi(0);
}

FRAG(wait_once, "sti", "hlt", "cli");
FRAG(wait_twice, "sti; hlt", "hlt", "cli");

static uint64_t cycles_of_hlts(unsigned n)
{
	uint64_t start;

	try_call(wait_once, 0); /* begins right behind a tick */
	start = rdtsc();
	for (unsigned i = 0; i < n; i++) try_call(wait_once, 0);
	return rdtsc() - start;
}

void kernel_main(void)
{
	uint64_t fast, slow;

	trap_hook[IRQ_BASE] = tick;
	pic_mask(0xfffe);
	pit_rate(PIT_HZ / 100);
	try_call(wait_once, 0);
	check("one interrupt wakes HLT", ticks, 1);
	check("the return address is behind HLT", tick_ip, (uintptr_t)wait_once_end);
	check("IF is set in the pushed flags", tick_flags & FLAG_IF, FLAG_IF);
	try_call(wait_twice, 0);
	check("two HLTs, two interrupts", ticks, 3);
	for (unsigned i = 0; i < 10; i++) try_call(wait_once, 0);
	check("ten more", ticks, 13);

	slow = cycles_of_hlts(5);
	pit_rate(PIT_HZ / 1000);
	fast = cycles_of_hlts(5);
	report(fast > 0, "the TSC advances while halted");
	/* In virtual time they take ten times as long. Where the host's clock drives the timer,
	 * nothing more than this is certain. */
	report(slow > fast, "five ticks of 10 ms take longer than five of 1 ms");
	pit_stop();
}
