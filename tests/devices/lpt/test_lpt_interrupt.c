/* SPDX-License-Identifier: MIT */
#include "tests/devices/lpt/driver_fixture.h"

#include <string.h>

#include "tests/unit/emu/random.h"

static uint8_t buffer[16];
static unsigned calls;
static enum lpt_status last;

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	require_eq(u8, vector, LPT_VECTOR);
	host_cpu_processor(&cpu).ops->set_intr(&cpu, false);
	calls++;
	last = lpt_interrupt(&lpt);
}

static void set_up(void)
{
	start_lpt();
	require_eq(int, lpt_flush(&lpt, LPT_PATIENCE_NS), LPT_OK);
	recorder_clear(&rec);
	cpu.dispatch = dispatch;
	wait_irq_enable(&wait);
	require_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof buffer), LPT_OK);
}

TestSuite(lpt_interrupt, .init = set_up, .fini = host_power_off, .timeout = 60);

static enum lpt_status send(const char *text)
{
	return lpt_send(&lpt, (const uint8_t *)text, strlen(text), 50 * MS, NULL);
}

Test(lpt_interrupt, one_interrupt_ends_each_byte)
{
	require_eq(int, send("four"), LPT_OK);
	check_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "four");
	check_eq(uint, calls, 4);
	check_eq(int, last, LPT_OK);
	check_eq(u32, lpt.counters.spurious, 0);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, the_first_byte_starts_at_once_and_the_others_wait)
{
	recorder_clear(&rec);
	require_eq(int, send("ab"), LPT_OK);
	check_eq(str, rec.trace, "STATUS?d8 DATA=61 CONTROL=1d CONTROL=1c ");
	recorder_clear(&rec);
	wait_ns(&wait, 15 * US);
	check_eq(str, rec.trace, "STATUS?d8 DATA=62 CONTROL=1d CONTROL=1c ");
}

Test(lpt_interrupt, more_than_the_buffer_holds_is_sent_in_order)
{
	static const char text[] = "a text that is a good deal longer than the buffer, so that its "
				   "sender has to wait for room";
	for (unsigned i = 0; i < 3; i++) {
		recorder_clear(&rec);
		require_eq(int, send(text), LPT_OK);
		require_eq(int, lpt_flush(&lpt, 2 * MS), LPT_OK);
		check_eq(str, rec.wire, text);
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, a_full_buffer_would_block)
{
	bool on = wait_irq_save(&wait);
	for (unsigned i = 0; i < 1 + sizeof buffer; i++) /* one is on its way */
		require_eq(int, lpt_try_send(&lpt, 'x'), LPT_OK);
	check_eq(int, lpt_try_send(&lpt, 'y'), LPT_WOULD_BLOCK);
	check_eq(int, send("y"), LPT_TIMEOUT, "nobody empties it with the CPU's interrupts off");
	wait_irq_restore(&wait, on);
	require_eq(int, send("z"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, 2 * MS), LPT_OK);
	check_eq(sz, rec.n_wire, sizeof buffer + 2);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, random_times_lose_nothing)
{
	static uint8_t sent[1000];
	uint64_t seed = 5;
	size_t n = 0;
	for (unsigned i = 0; i < sizeof sent; i++)
		sent[i] = (uint8_t)(1 + random_next(&seed) % 255);
	while (n < sizeof sent) {
		if (lpt_try_send(&lpt, sent[n]) == LPT_OK) n++;
		if (random_next(&seed) % 64 == 0) {
			lpt_model_set_buffer_full(&model, true);
			wait_ns(&wait, random_next(&seed) % (100 * US));
			lpt_model_set_buffer_full(&model, false);
		}
		wait_ns(&wait, random_next(&seed) % (20 * US));
	}
	require_eq(int, lpt_flush(&lpt, 2 * MS), LPT_OK);
	require_eq(sz, rec.n_wire, sizeof sent);
	check(memcmp(rec.wire, sent, sizeof sent) == 0);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, paper_end_stops_it_and_its_end_goes_on)
{
	require_eq(int, send("abcdef"), LPT_OK);
	wait_ns(&wait, 20 * US);
	lpt_model_set_paper_end(&model, true);
	check_eq(int, lpt_flush(&lpt, MS), LPT_PAPER_END);
	size_t before = rec.n_wire;
	check(before > 0 && before < 6);
	lpt_model_set_paper_end(&model, false);
	wait_ns(&wait, MS);
	check_eq(str, rec.wire, "abcdef", "nobody called the driver but the interrupt");
	check_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, a_full_buffer_waits_for_paper_too)
{
	lpt_model_set_paper_end(&model, true);
	check_eq(int, send("0123456789abcdef"), LPT_OK, "the buffer takes them");
	check_eq(int, send("g"), LPT_PAPER_END);
	lpt_model_set_paper_end(&model, false);
	check_eq(int, send("g"), LPT_OK);
	check_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "0123456789abcdefg");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, a_lost_interrupt_is_a_time_out_and_the_next_call_goes_on)
{
	require_eq(int, send("abc"), LPT_OK);
	model.irq.set = NULL;
	check_eq(int, lpt_flush(&lpt, MS), LPT_TIMEOUT);
	model.irq.set = on_lpt_irq;
	check_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "abc");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, what_no_byte_waited_for_is_spurious)
{
	check_eq(int, lpt_interrupt(&lpt), LPT_SPURIOUS);
	lpt_model_set_off_line(&model, true);
	lpt_model_set_off_line(&model, false);
	wait_ns(&wait, 10 * US);
	check_eq(uint, calls, 1, "the printer is ready again");
	check_eq(int, last, LPT_SPURIOUS);
	check_eq(u32, lpt.counters.spurious, 2);
	require_eq(int, send("a"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "a");
}

Test(lpt_interrupt, an_early_interrupt_waits_for_the_end_of_busy)
{
	require_eq(int, send("ab"), LPT_OK);
	bool on = wait_irq_save(&wait);
	check_eq(int, lpt_interrupt(&lpt), LPT_OK, "BUSY falls within 20 us");
	check_eq(u32, lpt.counters.sent, 2);
	lpt_model_set_buffer_full(&model, true);
	check_eq(int, lpt_interrupt(&lpt), LPT_WOULD_BLOCK, "but not for ever");
	check_eq(u32, lpt.counters.held, 1);
	lpt_model_set_buffer_full(&model, false);
	wait_irq_restore(&wait, on);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "ab");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, started_on_a_busy_printer_it_begins_when_that_is_ready)
{
	require_eq(int, lpt_interrupts_off(&lpt, MS), LPT_OK);
	require_eq(int, lpt_reset(&lpt), LPT_OK);
	require_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof buffer), LPT_OK);
	require_eq(int, send("abc"), LPT_OK);
	check_eq(u32, lpt.counters.sent, 0);
	require_eq(int, lpt_flush(&lpt, 2 * MS), LPT_OK);
	check_eq(str, rec.wire, "abc");
	check_eq(uint, calls, 4, "one for the end of initialisation");
}

Test(lpt_interrupt, off_sends_the_rest_and_polls_again)
{
	require_eq(int, send("abc"), LPT_OK);
	check_eq(int, lpt_interrupts_off(&lpt, MS), LPT_OK);
	check_eq(int, lpt_interrupts_off(&lpt, MS), LPT_OK, "they are off");
	calls = 0;
	require_eq(int, send("def"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "abcdef");
	check_eq(uint, calls, 0);
	check_eq(u8, io_read8(io_port(&cpu, LPT1), 2), 0x0c);
	check_eq(int, lpt_interrupt(&lpt), LPT_SPURIOUS);
}

Test(lpt_interrupt, off_without_paper_drops_the_rest)
{
	lpt_model_set_paper_end(&model, true);
	require_eq(int, send("abc"), LPT_OK);
	check_eq(int, lpt_interrupts_off(&lpt, MS), LPT_PAPER_END);
	lpt_model_set_paper_end(&model, false);
	wait_ns(&wait, MS);
	check_eq(int, lpt_interrupt(&lpt), LPT_SPURIOUS, "nothing is left to send");
	check_eq(sz, rec.n_wire, 0);
	check_eq(uint, calls, 0);
}

Test(lpt_interrupt, on_works_after_an_off_that_timed_out)
{
	require_eq(int, send("ab"), LPT_OK);
	lpt_model_set_buffer_full(&model, true);
	check_eq(int, lpt_interrupts_off(&lpt, MS), LPT_TIMEOUT);
	lpt_model_set_buffer_full(&model, false);
	wait_ns(&wait, MS);
	require_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof buffer), LPT_OK);
	require_eq(int, send("cd"), LPT_OK);
	check_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "acd");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_interrupt, what_needs_them_off_and_bad_buffers_are_refused)
{
	static const uint32_t sizes[] = { 0, 3, 12, 0x80000000 };
	check_eq(int, lpt_reset(&lpt), LPT_INTERRUPTS);
	check_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof buffer), LPT_INTERRUPTS);
	for (unsigned i = 0; i < 4; i++)
		check_eq(int, lpt_interrupts_on(&lpt, buffer, sizes[i]), LPT_BAD_BUFFER);
}
