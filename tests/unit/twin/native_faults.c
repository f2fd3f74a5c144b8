/* SPDX-License-Identifier: MIT */
/* Faults that the native side must name, with their lines: none of these tests may pass. native.sh
 * finds the lines by their comments. */
#define BIMETAL_OUTB_PORT_VALUE
#include "bimetal/portio.h"
#include "bimetal/twin.h"

#include <stdlib.h>

#define COM1 0x3f8

struct thing {
	int n;
};

static struct thing *volatile nothing;
static volatile int zero;
static void (*volatile no_function)(void);
static volatile bool flag;

static __attribute__((noinline)) void store(struct thing *thing)
{
	thing->n = 5; /* a null pointer */
	flag = false;
}

TWIN_HERE(native, a_write_through_a_null_pointer)
{
	store(nothing); /* its caller */
	flag = false;
}

TWIN_HERE(native, a_read_through_a_null_pointer) { flag = nothing->n; /* a read */ }

TWIN_HERE(native, a_call_through_a_null_pointer)
{
	no_function(); /* a call */
	flag = false;
}

TWIN_HERE(native, a_plain_pointer) { *(volatile uint16_t *)0xb8000 = 0x0741; /* the screen */ }

TWIN_HERE(native, a_division_by_zero) { zero = 100 / zero; /* a division */ }

static __attribute__((noinline)) unsigned recurse(unsigned depth)
{
	volatile unsigned room[64];
	return flag ? 0 : (room[depth % 64] = depth) + recurse(depth + 1); /* a recursion */
}

TWIN_HERE(native, an_endless_recursion) { flag = recurse(0); }

TWIN_HERE(native, a_loop_without_accesses)
{
	while (!flag) continue; /* a loop */
}

TWIN_HERE(native, a_loop_of_accesses)
{
	while (!(io_read8(twin_port(COM1), 5) & 1)) continue; /* a poll */
}

TWIN_HERE(native, a_loop_of_waits)
{
	while (!flag) wait_ns(twin_wait(), 1000000); /* a wait */
}

TWIN_HERE(native, a_loop_over_memory)
{
	struct dma ring = twin_dma(64);
	dma_store32(&ring, 0, 0);
	while (!dma_load32(&ring, 0)) continue; /* a ring */
}

static void on_timer(void *ctx)
{
	(void)ctx;
	while (!flag) continue; /* in a handler */
}

TWIN_HERE(native, a_loop_in_a_handler)
{
	twin_on_interrupt(13, on_timer, NULL);
	msr_store(twin_msrs(), 0x1b, 1); /* a reserved bit: exception 13 */
}

TWIN_HERE(native, a_wrong_value)
{
	twin_expect_eq(io_read8(twin_port(COM1), 7), 0x123); /* a value */
}

TWIN_HERE(native, a_wrong_number) { twin_expect_eq(zero - 1, INT64_MIN); /* a number */ }

TWIN_HERE(native, a_wrong_condition) { twin_assert(COM1 == 5); /* a condition */ }

TWIN_HERE(native, more_memory_than_there_is) /* this test */ { (void)twin_dma(0x100001); }

TWIN_HERE(native, a_lint) { io_write8(twin_port(COM1), 1, 0x80); /* a reserved bit */ }

TWIN_HERE(native, an_interrupt_without_a_handler)
{
	msr_store(twin_msrs(), 0x1b, 1); /* nobody handles it */
}

TWIN_HERE(native, an_exit_that_does_not_come) /* the test itself */ { twin_expect_exit(5); }

/* ---- drivers by bimetal/portio.h ---- */

__attribute__((constructor)) static void before_main(void)
{
	if (getenv("DRIVER_BEFORE_MAIN")) outb(COM1 + 7, 1); /* no machine */
}

TWIN_HERE(native, an_instruction_of_its_own)
{
	__asm__ volatile("outb %%al, %%dx" /* by hand */ : : "a"(0), "d"(COM1 + 7));
}

TWIN_HERE(native, an_instruction_of_a_kernel) { __asm__ volatile("cli"); /* by hand too */ }

TWIN_HERE(native, a_lint_by_the_customary_name)
{
	outb(COM1 + 7, 0);
	outb(COM1 + 1, 0x80); /* reserved too */
	outb(COM1 + 7, 0);
}

TWIN_HERE(native, a_halt_with_interrupts_off)
{
	sti();
	cli();
	hlt(); /* for ever */
}

TWIN_HERE(native, a_halt_that_nothing_ends)
{
	outb(0x21, 0xff);
	sti();
	hlt(); /* all lines are masked */
}

/* ---- exit(), and native_model.c ---- */

enum { FAULTY = 0x300, MODEL_ENDS = 1, MODEL_ENDS_LATER = 2, MODEL_ARMS_NOTHING = 3 };

TWIN_HERE(native, an_exit_of_the_test) { exit(0); /* the test leaves */ }

static __attribute__((noinline)) void leave(void) { exit(1); /* the driver leaves */ }

TWIN_HERE(native, an_exit_of_the_driver) { leave(); /* the driver's caller */ }

TWIN_HERE(native, an_exit_of_a_model) { outb(FAULTY, MODEL_ENDS); /* the model's */ }

TWIN_HERE(native, a_timer_of_a_model_that_was_not_added) /* arms none */
{
	outb(FAULTY, MODEL_ARMS_NOTHING);
}

TWIN_HERE(native, an_exit_of_a_timer)
{
	outb(FAULTY, MODEL_ENDS_LATER);
	wait_ns(twin_wait(), 2000000); /* it passes */
}
