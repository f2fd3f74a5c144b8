/* SPDX-License-Identifier: MIT */
/* Faults that the emulated side must find: none of these tests may pass. */
#include "bimetal/twin.h"

#define COM1 0x3f8
#define SCR  ((struct io_rw8){ 7 })
#define IER  ((struct io_rw8){ 1 })

enum { VGA_TEXT = 0xb8000 };

struct cell_row {
	uint64_t cells[2];
};

TWIN_HERE(seeded, a_plain_pointer) { *(volatile uint16_t *)VGA_TEXT = 0x0741; }

TWIN_HERE(seeded, a_loop_over_plain_pointers)
{
	volatile uint16_t *text = (volatile uint16_t *)VGA_TEXT;
	for (uint32_t i = 0; i < 25; i++) text[i] = 0x0741;
}

TWIN_HERE(seeded, a_struct_wide_copy)
{
	struct cell_row row = *(volatile struct cell_row *)VGA_TEXT;
	twin_expect(row.cells[0] != 1);
}

TWIN_HERE(seeded, a_port_instruction_of_its_own)
{
	__asm__ volatile("outb %%al, $0x80" : : "a"(0));
}

TWIN_HERE(seeded, an_msr_instruction_of_its_own)
{
	__asm__ volatile("wrmsr" : : "c"(0x6e0), "a"(0), "d"(0)); /* IA32_TSC_DEADLINE */
}

TWIN_HERE(seeded, a_reserved_bit_of_an_msr) { msr_store(twin_msrs(), 0x1b, 1); }

TWIN_HERE(seeded, a_reserved_bit) { io_write(twin_port(COM1), IER, 0x80); }

TWIN_HERE(seeded, a_wrong_value) { twin_expect_eq(io_read(twin_port(COM1), SCR), 0x123); }

static volatile int zero;

TWIN_HERE(seeded, a_wrong_number) { twin_expect_eq(zero - 1, INT64_MIN); }

TWIN_HERE(seeded, an_invalid_instruction) { __asm__ volatile("ud2"); }

static volatile uint32_t *volatile nothing;
static void (*volatile no_function)(void);

TWIN_HERE(seeded, a_write_through_a_null_pointer) { nothing[0] = 5; }

TWIN_HERE(seeded, a_read_through_a_null_pointer) { twin_expect(nothing[1] != 5); }

/* A field of a large struct is not in page 0. */
TWIN_HERE(seeded, a_write_far_behind_a_null_pointer) { nothing[0x3000] = 5; }

TWIN_HERE(seeded, a_call_through_a_null_pointer)
{
	no_function();
	wait_relax(twin_wait()); /* the call is not the last */
}

TWIN_HERE(seeded, a_write_where_no_memory_is) { *(volatile char *)0x4000000000 = 5; }

TWIN_HERE(seeded, an_exit_that_was_not_announced)
{
	io_write32(twin_port(0xf4), 0, 5);
	for (;;) wait_relax(twin_wait());
}

TWIN_HERE(seeded, an_announced_exit_that_does_not_come) { twin_expect_exit(5); }

TWIN_HERE(seeded, a_condition_that_does_not_hold) { twin_assert(COM1 == 5); }

TWIN_HERE(seeded, more_memory_than_there_is) { (void)twin_dma(0x100001); }

/* The 8259A's vectors are the BIOS's: the timer's is 8, that of #DF. */
static void unmask_timer(void)
{
	io_write8(twin_port(0x21), 0, 0xfe);
	wait_irq_enable(twin_wait());
	wait_ns(twin_wait(), 100000000);
}

TWIN_HERE(seeded, an_interrupt_with_the_vector_of_an_exception) { unmask_timer(); }

static void take_timer(void *ctx)
{
	++*(unsigned *)ctx;
	io_write8(twin_port(0x20), 0, 0x20);
}

/* The handler returns, as it would not if an error code were expected. */
TWIN_HERE(seeded, a_handler_with_the_vector_of_an_exception)
{
	unsigned ticks = 0;
	twin_on_interrupt(8, take_timer, &ticks);
	unmask_timer();
	twin_expect(ticks < 2);
}

TWIN_HERE(seeded, a_sleep_that_nothing_ends)
{
	io_write8(twin_port(0x21), 0, 0xff); /* all lines are masked */
	wait_for_irq(twin_wait());
}
