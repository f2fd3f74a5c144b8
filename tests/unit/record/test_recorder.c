/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "devices/lapic/lints.h"
#include "emu/regs.h"
#include "harness/record/recorder.h"
#include "tests/check.h"

static struct recorder rec;
static struct hub hub;

static const struct reg_desc ier = { .name = "IER", .width = 8 };
static const struct reg_desc portsc = { .name = "PORTSC", .width = 32, .count = 4, .stride = 16 };

static void start(void)
{
	hub = (struct hub){ 0 };
	recorder_init(&rec);
	recorder_attach(&rec, &hub);
}

TestSuite(recorder, .init = start, .timeout = 60);

static void access(const struct reg_desc *reg, uint32_t n, bool write, unsigned width,
		   uint64_t value)
{
	struct access a = { .addr = 0x3f6,
			    .reg = reg,
			    .n = n,
			    .write = write,
			    .width = (uint8_t)width,
			    .value = value };

	hub_access(&hub, &a);
}

static void lint(const char *reg, const char *rule)
{
	struct lint_desc desc = { .rule = rule };
	struct lint l = { .dev = "uart",
			  .instance = "com1",
			  .reg = reg,
			  .desc = &desc,
			  .spec = "PC16550D",
			  .detail = "what happened",
			  .bits = 0xf0,
			  .addr = 0x3f9 };

	hub_lint(&hub, &l);
}

Test(recorder, accesses_are_traced_by_register_name)
{
	access(&ier, 0, true, 8, 0x5);
	access(&ier, 0, false, 8, 0x5);
	access(&portsc, 3, true, 32, 0x2a0);
	access(NULL, 0, false, 16, 0xffff);
	check_eq(str, rec.trace, "IER=05 IER?05 PORTSC[3]=000002a0 @3f6?ffff ");
	check_eq(u64, rec.n_writes, 2);
	check_eq(u64, rec.n_reads, 2);
}

Test(recorder, registers_of_the_processor_are_traced_too)
{
	struct access a = { .addr = 0x1b, .value = 0xfee00900, .width = 64, .space = BUS_MSR };

	hub_msr(&hub, &a);
	a.reg = &ier;
	a.write = true;
	hub_msr(&hub, &a);
	check_eq(str, rec.trace, "@1b?00000000fee00900 IER=00000000fee00900 ");
}

Test(recorder, a_full_trace_ends_with_a_whole_word_and_takes_nothing_more)
{
	size_t word = strlen("PORTSC[2]=00000001 ");

	for (unsigned i = 0; i < RECORDER_TRACE; i++) access(&portsc, 2, true, 32, 1);
	check(rec.trace_full);
	check_eq(u64, rec.n_writes, RECORDER_TRACE);
	check_eq(sz, strlen(rec.trace), rec.n_trace);
	check_eq(sz, rec.n_trace % word, 0);
	check_gt(sz, rec.n_trace + word, RECORDER_TRACE - 1);
	/* There would be room for this. */
	require_gt(sz, RECORDER_TRACE - rec.n_trace, strlen("IER=01 "));
	access(&ier, 0, true, 8, 1);
	check_eq(sz, rec.n_trace % word, 0);
	check_eq(sz, strlen(rec.trace), rec.n_trace);
}

Test(recorder, lints_are_kept_with_their_ids)
{
	lint("IER", "reserved");
	lint(NULL, "no-register");
	lint("IER", "reserved");
	check_eq(sz, rec.n_lints, 3);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.reserved"), 2);
	check_eq(sz, recorder_lint_count(&rec, "uart.no-register"), 1);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER"), 0);
	check_eq(ptr, recorder_lint_find(&rec, "uart.IER.reserved"), &rec.lint[2]);
	check_eq(ptr, recorder_lint_find(&rec, "nothing"), NULL);
	check_eq(str, rec.lint[0].detail, "what happened");
	check_eq(str, rec.lint[0].instance, "com1");
	check_eq(u64, rec.lint[0].addr, 0x3f9);
}

Test(recorder, more_lints_than_room_are_counted)
{
	for (unsigned i = 0; i < 2 * RECORDER_LINTS; i++) lint("IER", "reserved");
	check_eq(sz, rec.n_lints, 2 * RECORDER_LINTS);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.reserved"), 2 * RECORDER_LINTS);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.width"), 0, "none was lost");
	/* A lint that finds no room is counted too, so that no test takes it for absent. */
	lint("IER", "width");
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.width"), 1);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.reserved"), 2 * RECORDER_LINTS);
	recorder_clear(&rec);
	check_eq(sz, recorder_lint_count(&rec, "uart.IER.width"), 0);
	lint("IER", "width");
}

static char complaint[512];
static unsigned complaints;

static void fail(void *ctx, const char *text)
{
	complaints++;
	snprintf(complaint, sizeof complaint, "%s%s", (const char *)ctx, text);
}

Test(recorder, an_unexpected_lint_fails_at_once_and_says_all)
{
	lint("LCR", "early");
	recorder_expect_no_lint(&rec, fail, "! ");
	check_eq(uint, complaints, 0);
	lint("IER", "reserved");
	check_eq(uint, complaints, 1);
	check(strstr(complaint, "! unexpected lint uart.IER.reserved (com1): what happened") ==
		      complaint,
	      "%s", complaint);
	check(strstr(complaint, "bits 0xf0") != NULL, "%s", complaint);
	check(strstr(complaint, "PC16550D") != NULL, "%s", complaint);
}

Test(recorder, a_note_is_recorded_and_no_fault)
{
	struct lint note = { .dev = "lapic",
			     .instance = "lapic",
			     .reg = "EOI",
			     .desc = &lapic_lints[LAPIC_LINT_EARLY],
			     .spec = "SDM Vol. 3A 10.8.5",
			     .detail = "" };

	recorder_expect_no_lint(&rec, fail, "");
	hub_lint(&hub, &note);
	check_eq(uint, complaints, 0);
	check_eq(sz, rec.n_lints, 1);
}

Test(recorder, an_allowed_id_does_not_fail_but_is_recorded)
{
	recorder_expect_no_lint(&rec, fail, "");
	require(recorder_allow(&rec, "uart.IER.reserved"));
	lint("IER", "reserved");
	check_eq(uint, complaints, 0);
	check_eq(sz, rec.n_lints, 1);
	lint("IER", "reserve");
	lint("IER", "reserved-too");
	check_eq(uint, complaints, 2);
	recorder_expect_no_lint(&rec, NULL, NULL);
	lint("IER", "width");
	check_eq(uint, complaints, 2);
}

Test(recorder, the_list_of_allowed_ids_has_an_end)
{
	for (unsigned i = 0; i < RECORDER_ALLOWED; i++) require(recorder_allow(&rec, "x"));
	check(!recorder_allow(&rec, "y"));
}

static jmp_buf out;

static void leave(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
	longjmp(out, 1);
}

Test(recorder, failing_may_leave_by_longjmp)
{
	recorder_expect_no_lint(&rec, leave, NULL);
	if (setjmp(out) == 0) {
		lint("IER", "reserved");
		require_fail("came back");
	}
	check_eq(sz, rec.n_lints, 1);
}

Test(recorder, it_records_only_while_attached_and_from_one_hub)
{
	struct hub other = { 0 };
	struct hub *first = &hub;

	recorder_attach(&rec, &other);
	check_eq(ptr, first->first, NULL);
	access(&ier, 0, true, 8, 1);
	check_eq(u64, rec.n_writes, 0);
	recorder_attach(&rec, &hub);
	recorder_detach(&rec);
	recorder_detach(&rec);
	access(&ier, 0, true, 8, 1);
	check_eq(u64, rec.n_writes, 0);
}

Test(recorder, interrupts_taken_are_counted)
{
	struct irq_event e = { .vector = 0x24 };

	hub_irq(&hub, &e);
	check_eq(u64, rec.n_irq_events, 1);
	check_eq(u8, rec.last_irq.vector, 0x24);
}

Test(recorder, clearing_forgets_events_but_not_the_wiring)
{
	recorder_expect_no_lint(&rec, fail, "");
	recorder_allow(&rec, "uart.IER.reserved");
	recorder_irq(&rec, 4, true);
	recorder_tx(&rec, 'x');
	access(&ier, 0, true, 8, 1);
	lint("IER", "reserved");
	recorder_clear(&rec);
	check_eq(str, rec.trace, "");
	check_eq(str, rec.wire, "");
	check_eq(sz, rec.n_lints, 0);
	check_eq(uint, rec.raised[4], 0);
	check(rec.level[4]);
	access(&ier, 0, false, 8, 2);
	lint("IER", "reserved");
	check_eq(str, rec.trace, "IER?02 ");
	check_eq(uint, complaints, 0);
}

Test(recorder, a_wire_keeps_what_was_sent)
{
	for (const char *s = "hello"; *s; s++) recorder_tx(&rec, (uint8_t)*s);
	check_eq(str, rec.wire, "hello");
	for (unsigned i = 0; i < 2 * RECORDER_WIRE; i++) recorder_tx(&rec, 'x');
	check_eq(sz, strlen(rec.wire), RECORDER_WIRE - 1);
}

Test(recorder, interrupt_wires_have_a_level_and_count_rising_edges)
{
	recorder_irq(&rec, 4, true);
	recorder_irq(&rec, 4, true);
	recorder_irq(&rec, 4, false);
	recorder_irq(&rec, 4, true);
	recorder_irq(&rec, RECORDER_LINES, true);
	check(rec.level[4]);
	check_eq(uint, rec.raised[4], 2);
	check(!rec.level[3]);
}
