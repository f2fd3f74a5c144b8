/* SPDX-License-Identifier: MIT */
/* Tests that wait in vain: both sides must say what the interrupt controllers know of it. waits.sh
 * compares what they say. The 8259A's vectors are the BIOS's: 8 for the timer, 70h for the RTC. */
#include "bimetal/twin.h"

enum {
	MASTER = 0x20,
	SLAVE = 0xa0,
	MASKS = 1,
	EOI = 0x20,
	CMOS = 0x70,
	CMOS_STATUS_B = 0x0b,
	PERIODIC = 1 << 6,
	VECTOR_TIMER = 8,
	VECTOR_RTC = 0x70
};

static volatile unsigned ticks;

static void count(void *ctx)
{
	(void)ctx;
	ticks++;
}

/* Wait for so many interrupts of these lines. */
static void wait_for(unsigned n, uint8_t master_masks, uint8_t slave_masks)
{
	io_write8(twin_port(MASTER), MASKS, master_masks);
	io_write8(twin_port(SLAVE), MASKS, slave_masks);
	while (ticks < n) wait_for_irq(twin_wait()); /* in vain */
}

TWIN_HERE(waits, a_forgotten_eoi)
{
	twin_on_interrupt(VECTOR_TIMER, count, NULL);
	wait_for(2, 0xfe, 0xff);
}

TWIN_HERE(waits, a_masked_line)
{
	twin_on_interrupt(VECTOR_TIMER, count, NULL);
	wait_for(1, 0xff, 0xff);
}

static void end_rtc(void *ctx)
{
	count(ctx);
	io_write8(twin_port(SLAVE), 0, EOI);
	io_write8(twin_port(MASTER), 0, EOI);
}

/* The RTC lowers its line when status register C is read. */
TWIN_HERE(waits, an_interrupt_that_is_not_cleared)
{
	twin_on_interrupt(VECTOR_RTC, end_rtc, NULL);
	io_write8(twin_port(CMOS), 0, CMOS_STATUS_B);
	io_write8(twin_port(CMOS), 1, io_read8(twin_port(CMOS), 1) | PERIODIC);
	wait_for(2, 0xfb, 0xfe);
}

/* For the machine none. */
TWIN_HERE(waits, nothing_is_there) { wait_for_irq(twin_wait()); /* for nothing */ }
