/* SPDX-License-Identifier: MIT */
/* The parallel port, polled and by interrupts: MODEL lpt AT port=0x378 IRQ 7. */
#include "bimetal/lpt.h"
#include "bimetal/pic_8259.h"
#include "bimetal/twin.h"

enum {
	LPT1 = 0x378,
	NOWHERE = 0x3e0, /* ports that nobody decodes */
	LPT_LINE = 7,
	MASTER_VECTOR = 0x20,
	SLAVE_VECTOR = 0x28,
	US = 1000,
	MS = 1000 * US,
	BUFFER = 16,
	/* The registers and bits that the tests of bad strobes use. */
	DATA = 0,
	STATUS = 1,
	CONTROL = 2,
	STROBE = 0x01,
	NINIT = 0x04,
	SLCTIN = 0x08,
	READY = 0xd8,
	BUSY = 0x58
};

static struct lpt lpt;
static struct pic pic;
static uint8_t buffer[BUFFER];
static unsigned interrupts;
static enum lpt_status last_interrupt;

static void start(void)
{
	twin_assert_eq(lpt_init(&lpt, twin_port(LPT1), *twin_wait()), LPT_OK);
	twin_assert_eq(lpt_flush(&lpt, LPT_PATIENCE_NS), LPT_OK);
}

static void send(const char *text, enum lpt_status expected)
{
	size_t n = 0;
	while (text[n]) n++;
	twin_expect_eq(lpt_send(&lpt, (const uint8_t *)text, n, 5 * MS, NULL), expected);
}

/* ---- polled ---- */

TWIN_HERE(lpt, init_finds_the_port_and_waits_for_no_printer)
{
	twin_assert_eq(lpt_init(&lpt, twin_port(LPT1), *twin_wait()), LPT_OK);
	twin_expect_eq(lpt_check(&lpt), LPT_WOULD_BLOCK);
	twin_expect_eq(lpt_flush(&lpt, 2 * MS), LPT_OK);
}

TWIN_HERE(lpt, no_port_is_found_where_the_bus_floats)
{
	twin_allow("bus.unclaimed-read");
	twin_allow("bus.unclaimed-write");
	twin_expect_eq(lpt_init(&lpt, twin_port(NOWHERE), *twin_wait()), LPT_ABSENT);
}

TWIN_HERE(lpt, a_text_is_sent_by_polling)
{
	start();
	send("a text by polling\r\n", LPT_OK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
	twin_expect_eq(lpt.counters.sent, 19);
}

TWIN_HERE(lpt, a_printer_busy_with_a_byte_takes_no_other)
{
	start();
	twin_expect_eq(lpt_try_send(&lpt, 'a'), LPT_OK);
	twin_expect_eq(lpt_try_send(&lpt, 'b'), LPT_WOULD_BLOCK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
	twin_expect_eq(lpt_try_send(&lpt, 'b'), LPT_OK);
}

TWIN_HERE(lpt, a_full_buffer_times_out_and_sending_goes_on)
{
	start();
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_TIMEOUT);
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_OK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
}

TWIN_HERE(lpt, what_the_printer_needs_is_told)
{
	start();
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_PAPER_END);
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_FAULT);
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_OFF_LINE);
	wait_ns(twin_wait(), 10 * MS);
	send("a", LPT_OK);
	twin_expect_eq(lpt.counters.sent, 1);
}

TWIN_HERE(lpt, a_reset_drops_the_byte_under_way)
{
	start();
	send("ab", LPT_OK);
	twin_expect_eq(lpt_reset(&lpt), LPT_OK);
	twin_expect_eq(lpt_check(&lpt), LPT_WOULD_BLOCK);
	send("c", LPT_OK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
}

/* ---- by interrupts ---- */

static void on_lpt(void *ctx)
{
	(void)ctx;
	twin_expect_eq(pic_begin(&pic, LPT_LINE), PIC_OK);
	last_interrupt = lpt_interrupt(&lpt);
	interrupts++;
	twin_expect_eq(pic_end(&pic, LPT_LINE), PIC_OK);
}

static void interrupts_on(void)
{
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	start();
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_assert_eq(pic_unmask(&pic, LPT_LINE), PIC_OK);
	twin_on_interrupt(MASTER_VECTOR + LPT_LINE, on_lpt, NULL);
	twin_assert_eq(lpt_interrupts_on(&lpt, buffer, sizeof(buffer)), LPT_OK);
	wait_irq_enable(twin_wait());
}

static void interrupts_off(enum lpt_status expected)
{
	twin_expect_eq(lpt_interrupts_off(&lpt, 5 * MS), expected);
	wait_irq_disable(twin_wait());
}

TWIN_HERE(lpt, interrupts_send_what_is_in_the_buffer)
{
	interrupts_on();
	send("interrupts", LPT_OK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
	interrupts_off(LPT_OK);
	twin_expect_eq(interrupts, 10);
	twin_expect_eq(last_interrupt, LPT_OK);
	twin_expect_eq(lpt.counters.spurious, 0);
}

TWIN_HERE(lpt, interrupts_send_more_than_the_buffer_holds)
{
	interrupts_on();
	send("a text that is a good deal longer than the buffer is", LPT_OK);
	interrupts_off(LPT_OK);
	twin_expect_eq(interrupts, 52);
	twin_expect_eq(lpt.counters.held, 0);
}

TWIN_HERE(lpt, without_paper_interrupts_stop_and_with_it_go_on)
{
	interrupts_on();
	wait_ns(twin_wait(), 10 * MS);
	send("paper", LPT_OK);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_PAPER_END);
	twin_expect_eq(lpt.counters.sent, 0);
	wait_ns(twin_wait(), 10 * MS);
	twin_expect_eq(lpt.counters.sent, 5);
	interrupts_off(LPT_OK);
}

/* ---- what a driver must not do ---- */

TWIN_HERE(lpt, a_strobe_while_busy_is_a_lint)
{
	struct io io = twin_port(LPT1);
	start();
	twin_allow("lpt.CONTROL.busy");
	send("a", LPT_OK);
	io_write8(io, DATA, 'b');
	io_write8(io, CONTROL, SLCTIN | NINIT | STROBE);
	io_write8(io, CONTROL, SLCTIN | NINIT);
	wait_ns(twin_wait(), 100 * US);
	twin_expect_eq(io_read8(io, STATUS), READY);
}

TWIN_HERE(lpt, a_strobe_without_slctin_is_a_lint)
{
	struct io io = twin_port(LPT1);
	start();
	twin_allow("lpt.CONTROL.unselected");
	io_write8(io, DATA, 'a');
	io_write8(io, CONTROL, NINIT | STROBE);
	twin_expect_eq(io_read8(io, STATUS), READY);
	io_write8(io, CONTROL, NINIT);
	twin_expect_eq(io_read8(io, STATUS), READY);
}

TWIN_HERE(lpt, data_changed_during_strobe_is_a_lint)
{
	struct io io = twin_port(LPT1);
	start();
	twin_allow("lpt.DATA.hold");
	io_write8(io, DATA, 'a');
	io_write8(io, CONTROL, SLCTIN | NINIT | STROBE);
	io_write8(io, DATA, 'b');
	io_write8(io, CONTROL, SLCTIN | NINIT);
	twin_expect_eq(io_read8(io, STATUS), BUSY);
	twin_expect_eq(lpt_flush(&lpt, MS), LPT_OK);
}

TWIN_HERE(lpt, a_short_reset_is_a_lint)
{
	struct io io = twin_port(LPT1);
	start();
	twin_allow("lpt.CONTROL.init");
	io_write8(io, CONTROL, SLCTIN);
	io_write8(io, CONTROL, SLCTIN | NINIT);
	twin_expect_eq(io_read8(io, STATUS), BUSY);
	twin_expect_eq(lpt_flush(&lpt, 2 * MS), LPT_OK);
}
