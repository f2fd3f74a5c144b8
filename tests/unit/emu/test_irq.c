/* SPDX-License-Identifier: MIT */
#include "emu/irq.h"
#include "tests/check.h"

static unsigned calls, line;
static bool state;

static void listen(void *ctx, unsigned n, bool level)
{
	calls += *(unsigned *)ctx;
	line = n;
	state = level;
}

TestSuite(irq, .timeout = 60);

Test(irq, a_line_drives_the_input_it_is_connected_to)
{
	unsigned one = 1;
	struct irq wire = { .set = listen, .ctx = &one, .n = 4 };

	irq_set(&wire, true);
	check_eq(uint, line, 4);
	check(state);
	irq_set(&wire, false);
	check(!state);
	check_eq(uint, calls, 2);
}

Test(irq, an_unconnected_line_does_nothing)
{
	struct irq wire = { 0 };

	irq_set(&wire, true);
	check_eq(uint, calls, 0);
}
