/* SPDX-License-Identifier: MIT */
/* Parallel port and printer: each rule broken once, and just not. */
#include "tests/devices/lpt/model_fixture.h"

#include <stdio.h>

#include "devices/lpt/lints.h"

static void expect_lint(const char *id, uint64_t bits)
{
	check_eq(uint, lints.n, 1, "%s", id);
	check_eq(str, lints.last, id);
	check_eq(u64, lints.bits, bits, "%s", id);
	lints.n = 0;
}

Test(lpt, a_strobe_while_busy_loses_the_byte)
{
	strobe('a', ON);
	pass(500);
	strobe('b', ON);
	expect_lint("lpt.CONTROL.busy", 'b');
	settle();
	check_eq(str, paper, "a");
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_strobe_during_ack_is_one_while_busy)
{
	strobe('a', ON);
	pass(TBUSY + ENTRY);
	check(!(in(STATUS)&NACK));
	strobe('b', ON);
	expect_lint("lpt.CONTROL.busy", 'b');
	settle();
	strobe('c', ON);
	settle();
	check_eq(str, paper, "ac");
}

Test(lpt, a_strobe_with_a_full_buffer_is_one_while_busy)
{
	lpt_model_set_buffer_full(&lpt, true);
	strobe('a', ON);
	expect_lint("lpt.CONTROL.busy", 'a');
	lpt_model_set_buffer_full(&lpt, false);
	pass(START);
	check_eq(uint, n_paper, 0);
}

Test(lpt_reset, a_strobe_before_the_printer_is_ready_is_one_while_busy)
{
	strobe('a', SLCTIN);
	expect_lint("lpt.CONTROL.busy", 'a');
	pass(50 * US);
	out(CONTROL, ON);
	pass(START / 2);
	strobe('b', ON);
	expect_lint("lpt.CONTROL.busy", 'b');
	pass(START);
	check_eq(u8, in(STATUS), IDLE, "it starts all the same");
	check_eq(uint, n_paper, 0);
}

Test(lpt, a_strobe_to_a_printer_that_cannot_print_loses_the_byte)
{
	static void (*const set[])(struct lpt_model *, bool) = { lpt_model_set_off_line,
								 lpt_model_set_paper_end,
								 lpt_model_set_error };
	for (unsigned i = 0; i < 3; i++) {
		set[i](&lpt, true);
		strobe('a', ON);
		expect_lint("lpt.CONTROL.off-line", 'a');
		set[i](&lpt, false);
		pass(START);
	}
	check_eq(uint, n_paper, 0);
	strobe('b', ON);
	settle();
	check_eq(str, paper, "b");
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_strobe_without_slctin_loses_the_byte)
{
	out(CONTROL, NINIT);
	strobe('a', NINIT);
	expect_lint("lpt.CONTROL.unselected", 'a');
	settle();
	check_eq(uint, n_paper, 0);
	check_eq(u8, in(STATUS), IDLE);
}

Test(lpt, data_must_be_there_before_strobe)
{
	out(DATA, 'a');
	pass(499);
	out(CONTROL, ON | STROBE);
	expect_lint("lpt.CONTROL.setup", 'a');
	pass(US);
	check_eq(u8, in(STATUS), IDLE, "not seen");
	out(CONTROL, ON);
	settle();
	check_eq(uint, n_paper, 0);
	check_eq(uint, lints.n, 0);
}

Test(lpt, the_same_data_again_does_not_move_the_lines)
{
	out(DATA, 'a');
	pass(500);
	out(DATA, 'a');
	out(CONTROL, ON | STROBE);
	pass(US);
	out(DATA, 'a');
	out(CONTROL, ON);
	out(DATA, 'a');
	settle();
	check_eq(str, paper, "a");
	check_eq(uint, lints.n, 0);
}

Test(lpt, one_wide_access_cannot_hold_the_times)
{
	device_write(&lpt.dev, DATA, 32, (uint64_t)(ON | STROBE) << 16 | 'a', NULL, NULL);
	check_eq(uint, lints.n, 3, "its width, the setup time, and no register at 3");
	pass(US);
	out(CONTROL, ON);
	settle();
	check_eq(uint, n_paper, 0);
}

Test(lpt, a_short_strobe_is_not_seen)
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(499);
	out(CONTROL, ON);
	expect_lint("lpt.CONTROL.short", 499);
	check_eq(u8, in(STATUS), IDLE);
	check(!clock_armed(&vclock, lpt.timer));
	out(DATA, 'b'); /* nothing was read, nothing is to be held */
	settle();
	check_eq(uint, n_paper, 0);
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_long_strobe_is_noted)
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(500 * US);
	out(CONTROL, ON);
	check_eq(uint, lints.n, 0);
	settle();
	out(CONTROL, ON | STROBE);
	pass(500 * US + 1);
	out(CONTROL, ON);
	expect_lint("lpt.CONTROL.long", 500 * US + 1);
	check_eq(int, lints.severity, LINT_NOTE);
	settle();
	check_eq(str, paper, "aa");
}

Test(lpt, data_must_stay_during_strobe)
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(100);
	out(DATA, 'b');
	expect_lint("lpt.DATA.hold", 'b');
	pass(20 * US);
	out(DATA, 'c'); /* the byte is out; STROBE is not over */
	expect_lint("lpt.DATA.hold", 'c');
	out(CONTROL, ON);
	settle();
	check_eq(str, paper, "a");
}

Test(lpt, data_must_stay_after_strobe)
{
	strobe('a', ON);
	pass(499);
	out(DATA, 'b');
	expect_lint("lpt.DATA.hold", 'b');
	settle();
	check_eq(str, paper, "a");
}

Test(lpt, what_no_printer_read_need_not_stay)
{
	lpt_model_set_off_line(&lpt, true);
	strobe('a', ON);
	expect_lint("lpt.CONTROL.off-line", 'a');
	out(DATA, 'b');
	check_eq(uint, lints.n, 0);
}

Test(lpt, after_ninit_nothing_need_stay)
{
	strobe('a', ON);
	out(CONTROL, SLCTIN);
	out(DATA, 'b');
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_strobe_that_ninit_cut_off_reads_nothing)
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(100);
	out(CONTROL, SLCTIN | STROBE);
	out(DATA, 'b');
	pass(50 * US);
	out(CONTROL, ON | STROBE);
	pass(START + TACK);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY, "it waits for the end of STROBE");
	out(CONTROL, ON);
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
	check_eq(uint, n_paper, 0);
	expect_lint("lpt.CONTROL.long", 100 + 50 * US + START + TACK);
}

Test(lpt, ninit_must_be_low_for_50_us)
{
	out(CONTROL, SLCTIN);
	pass(50 * US - 1);
	out(CONTROL, ON);
	expect_lint("lpt.CONTROL.init", 50 * US - 1);
	pass(START + TACK);
	check_eq(u8, in(STATUS), IDLE);
	out(CONTROL, SLCTIN);
	pass(50 * US);
	out(CONTROL, ON);
	check_eq(uint, lints.n, 0);
}

Test(lpt_reset, power_on_is_a_reset_of_50_us_too)
{
	pass(20 * US);
	out(CONTROL, ON);
	expect_lint("lpt.CONTROL.init", 20 * US);
}

Test(lpt_reset, power_on_is_when_it_is_switched_on)
{
	pass(START);
	lpt_model_init(&lpt, "lpt1", &hub, &vclock, (struct irq){ .set = on_irq }, on_send, NULL);
	pass(20 * US);
	out(CONTROL, ON);
	expect_lint("lpt.CONTROL.init", 20 * US);
}

/* ---- the words ---- */

static char detail[160];

static void note_detail(void *ctx, const struct lint *l)
{
	(void)ctx;
	(void)snprintf(detail, sizeof detail, "%s", l->detail);
}

static struct observer reader = { .lint = note_detail };

#define expect_detail(text) check_eq(str, detail, text)

Test(lpt_reset, a_lost_byte_is_told_with_the_reason)
{
	hub_attach(&hub, &reader);
	strobe('a', SLCTIN);
	expect_detail("0x61 is lost: the printer is held in reset by nINIT");
	pass(50 * US);
	out(CONTROL, ON);
	strobe('b', ON);
	expect_detail("0x62 is lost: the printer is initialising itself");
	pass(START + TACK);
	strobe('c', ON);
	strobe('d', ON);
	expect_detail("0x64 is lost: the printer is busy");
	lpt_model_set_off_line(&lpt, true);
	strobe('e', ON);
	expect_detail("0x65 is lost: the printer is off-line");
	lpt_model_set_error(&lpt, true);
	strobe('f', ON);
	expect_detail("0x66 is lost: the printer is in an error");
	lpt_model_set_paper_end(&lpt, true);
	strobe('g', ON);
	expect_detail("0x67 is lost: the printer is out of paper");
}

Test(lpt_reset, every_lint_has_a_row)
{
	unsigned n = 0;
	while (lpt_lints[n].rule) n++;
	check_eq(uint, n, LPT_LINT_DIRECTION + 1);
}
