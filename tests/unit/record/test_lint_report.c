/* SPDX-License-Identifier: MIT */
#include "devices/lapic/lints.h"
#include "devices/vga/lints.h"
#include "emu/x86/lints.h"
#include "harness/catalogue/catalogue_lints.h"
#include "harness/record/lint_report.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static struct lint_report report;
static char *told;
static size_t told_len;
static FILE *out;

static const struct lint reserved = {
	.time_ns = 1500000000,
	.pc = 0x100010,
	.addr = 0x3f9,
	.bits = 0xf0,
	.dev = "uart16550",
	.instance = "com1",
	.reg = "IER",
	.desc = &reg_lints[REG_LINT_RESERVED],
	.spec = "PC16550D 8.7",
	.detail = "bits 7:4 must be zero",
};
static const struct lint lacking = {
	.dev = "vga",
	.instance = "vga",
	.reg = "MISC",
	.desc = &vga_lints[VGA_LINT_CLOCK],
	.spec = "FreeVGA External Registers, Miscellaneous Output Register",
};

static void open_out(void) { out = open_memstream(&told, &told_len); }

static void close_out(void)
{
	lint_report_free(&report);
	fclose(out);
	free(told);
}

static const char *text(void)
{
	fflush(out);
	return told;
}

static void start(enum lint_mode mode, const char *const *allow, size_t n)
{
	lint_report_init(&report, mode, allow, n, out);
	report.fault = catalogue_fault;
}

static void lint(const struct lint *l) { report.observer.lint(report.observer.ctx, l); }

TestSuite(lint_report, .init = open_out, .fini = close_out, .timeout = 60);

Test(lint_report, modes_have_names)
{
	enum lint_mode mode = LINT_MODE_OFF;
	require(lint_mode_parse("error", &mode));
	check_eq(int, (int)mode, LINT_MODE_ERROR);
	require(lint_mode_parse("off", &mode));
	check_eq(int, (int)mode, LINT_MODE_OFF);
	check(!lint_mode_parse("errors", &mode));
}

Test(lint_report, the_first_of_a_kind_is_reported_with_all_that_is_known)
{
	start(LINT_MODE_WARN, NULL, 0);
	lint(&reserved);
	check_eq(str, text(),
		 "bimetal: warning: uart16550.IER.reserved [com1]: bits 7:4 must be zero, "
		 "address 0x3f9, at 1.500000000 s, pc 0x100010 [PC16550D 8.7]\n");
}

static void describe_pc(void *ctx, uint64_t pc, char *buf, size_t size)
{
	(void)ctx;
	snprintf(buf, size, "f+0x%x (a.c:%u)", (unsigned)(pc & 0xf), (unsigned)pc);
}

Test(lint_report, both_places_are_told)
{
	struct lint stale = reserved;
	stale.cause = (struct lint_cause){ "the entry was written", 1250000000, 7 };
	start(LINT_MODE_WARN, NULL, 0);
	report.symbol = describe_pc;
	lint(&stale);
	check(strstr(text(),
		     "pc 0x100010 in f+0x0 (a.c:1048592); the entry was written at 1.250000000 s, "
		     "pc 0x7 in f+0x7 (a.c:7) [PC16550D 8.7]\n"),
	      "%s", text());
}

Test(lint_report, an_address_in_the_text_is_not_told_again)
{
	struct lint l = reserved;
	start(LINT_MODE_WARN, NULL, 0);
	l.detail = "8-bit write of 0x3f90 to port 0x3f9, where nothing answers";
	lint(&l);
	check(strstr(text(), "answers, at 1.500000000 s"), "%s", text());
	l.reg = "LCR";
	l.detail = "0x3f90 is another";
	lint(&l);
	check(strstr(text(), "another, address 0x3f9, at"), "%s", text());
}

Test(lint_report, the_second_of_a_kind_is_only_counted)
{
	start(LINT_MODE_WARN, NULL, 0);
	lint(&reserved);
	size_t len = strlen(text());
	lint(&reserved);
	check_eq(sz, strlen(text()), len);
	require_eq(sz, report.n, 1);
	check_eq(u64, report.entry[0].count, 2);
	check_eq(u64, report.entry[0].first.time_ns, 1500000000);
}

Test(lint_report, the_detail_is_kept_beyond_the_callback)
{
	char detail[] = "first";
	struct lint l = reserved;
	l.detail = detail;
	start(LINT_MODE_OFF, NULL, 0);
	lint(&l);
	strcpy(detail, "gone!");
	check_eq(str, report.entry[0].detail, "first");
}

Test(lint_report, what_is_not_modelled_is_no_error_of_the_guest)
{
	start(LINT_MODE_ERROR, NULL, 0);
	lint(&lacking);
	check_eq(u64, lint_report_errors(&report), 0);
	check_eq(u64, lint_report_total(&report), 1);
	check(strstr(text(), "not modelled: vga.MISC.clock") != NULL);
	lint(&reserved);
	check_eq(u64, lint_report_errors(&report), 1);
	check(strstr(text(), "error: uart16550.IER.reserved") != NULL);
}

Test(lint_report, a_note_is_reported_and_fails_nothing)
{
	struct lint note = reserved;
	note.dev = "lapic";
	note.instance = "lapic";
	note.reg = "EOI";
	note.desc = &lapic_lints[LAPIC_LINT_EARLY];
	note.spec = "SDM Vol. 3A 10.8.5";
	start(LINT_MODE_ERROR, NULL, 0);
	lint(&note);
	check(strstr(text(), "bimetal: note: lapic.EOI.early [lapic]") == text());
	check_eq(u64, lint_report_errors(&report), 0);
	check_eq(u64, lint_report_total(&report), 1);
	lint_report_summary(&report, out);
	check(strstr(text(), "a bug of bimetal") == NULL, "the catalogue knows it as a note");
}

Test(lint_report, an_allowed_id_is_counted_but_not_reported)
{
	static const char *const allow[] = { "bus.unclaimed", "uart16550.IER.reserved" };
	start(LINT_MODE_ERROR, allow, 2);
	lint(&reserved);
	lint(&reserved);
	check_eq(u64, lint_report_errors(&report), 0);
	check_eq(u64, lint_report_total(&report), 0);
	check_eq(u64, report.entry[0].count, 2);
	lint_report_summary(&report, out);
	check_eq(str, text(), "");
}

Test(lint_report, a_pattern_matches_every_id_that_begins_so)
{
	check(lint_id_matches("a.b.c", "a.b.c"));
	check(lint_id_matches("a.b*", "a.b.c"));
	check(lint_id_matches("a.b.c*", "a.b.c"));
	check(lint_id_matches("*", "a.b.c"));
	check(!lint_id_matches("a.b", "a.b.c"));
	check(!lint_id_matches("a.b.c.d*", "a.b.c"));
	check(!lint_id_matches("*c", "a.b.c"));
	check(!lint_id_matches("", "a.b.c"));
}

Test(lint_report, allowed_patterns_keep_ids_from_the_report)
{
	static const char *const allow[] = { "uart16550.*" };
	start(LINT_MODE_ERROR, allow, 1);
	lint(&reserved);
	lint(&lacking);
	check_eq(u64, lint_report_errors(&report), 0);
	check_eq(u64, lint_report_total(&report), 1);
}

Test(lint_report, a_lint_that_nobody_can_explain_is_our_bug)
{
	static const struct lint_desc seeded = { .rule = "seeded" };
	static const struct lint_desc copy = { .rule = "overrun" };
	struct lint unknown = reserved, uncited = reserved, copied = reserved;
	unknown.desc = &seeded;
	copied.reg = "THR";
	copied.desc = &copy;
	uncited.reg = "MCR";
	start(LINT_MODE_WARN, NULL, 0);
	lint(&reserved);
	lint_report_summary(&report, out);
	check(strstr(text(), "a bug of bimetal") == NULL);
	lint(&unknown);
	lint(&uncited);
	lint(&copied);
	lint_report_summary(&report, out);
	check(strstr(text(), "bimetal: a bug of bimetal: lint uart16550.IER.seeded is not in the "
			     "catalogue\n") != NULL);
	check(strstr(text(), "lint uart16550.MCR.reserved has another citation") != NULL);
	check(strstr(text(), "lint uart16550.THR.overrun has another description") != NULL);
}

Test(lint_report, off_is_silent_but_counts)
{
	start(LINT_MODE_OFF, NULL, 0);
	lint(&reserved);
	check_eq(str, text(), "");
	check_eq(u64, report.entry[0].count, 1);
}

Test(lint_report, the_summary_lists_repeats_most_frequent_first)
{
	struct lint other = reserved;
	other.reg = "MCR";
	other.spec = "PC16550D 8.8";
	start(LINT_MODE_OFF, NULL, 0);
	for (int i = 0; i < 2; i++) lint(&reserved);
	for (int i = 0; i < 3; i++) lint(&other);
	lint(&lacking);
	lint_report_summary(&report, out);
	check_eq(str, text(),
		 "bimetal: uart16550.MCR.reserved: 3 times\n"
		 "bimetal: uart16550.IER.reserved: 2 times\n"
		 "bimetal: 'bimetal explain ID' says what a lint means and what to do\n");
}

/* Makes lint number i of a guest that probes one MSR after the other. */
static struct lint numbered(uint64_t i)
{
	struct lint l = reserved;

	l.each = true;
	l.bits = i;
	return l;
}

Test(lint_report, many_kinds_are_kept_and_found_again)
{
	enum { MANY = 5000 };

	start(LINT_MODE_OFF, NULL, 0);
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < MANY; i++) {
			struct lint l = numbered(i);
			lint(&l);
		}
	require_eq(sz, report.n, MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		check_eq(u64, report.entry[i].first.bits, i);
		check_eq(u64, report.entry[i].count, 2);
	}
	check_eq(u64, report.overflow, 0);
	check_eq(u64, lint_report_errors(&report), 2 * MANY);
}

/* Neither allowed ids nor many others before it may hide an error. */
Test(lint_report, an_error_after_many_allowed_kinds_is_an_error)
{
	static const char *const allow[] = { "uart16550.R*" };
	static char names[1000][16];

	start(LINT_MODE_ERROR, allow, 1);
	for (int i = 0; i < 1000; i++) {
		struct lint l = reserved;
		snprintf(names[i], sizeof(names[i]), "R%d", i);
		l.reg = names[i];
		lint(&l);
	}
	check_eq(u64, lint_report_errors(&report), 0);
	check_eq(u64, lint_report_total(&report), 0);
	lint(&reserved);
	check_eq(u64, lint_report_errors(&report), 1);
	check(strstr(text(), "bimetal: error: uart16550.IER.reserved [com1]") != NULL);
}

static void fill(void)
{
	for (uint64_t i = 0; i < LINT_REPORT_MAX; i++) {
		struct lint l = numbered(i);
		lint(&l);
	}
	require_eq(sz, report.n, LINT_REPORT_MAX);
}

Test(lint_report, kinds_that_find_no_room_still_count)
{
	static const char *const allow[] = { "vga.*" };
	static const struct lint_desc guest = { .rule = "sleep", .severity = LINT_GUEST };
	static const struct lint_desc note = { .rule = "reserved", .severity = LINT_NOTE };
	struct lint vga = lacking, more = numbered(LINT_REPORT_MAX);

	start(LINT_MODE_OFF, allow, 1);
	fill();
	report.mode = LINT_MODE_ERROR;
	vga.desc = &guest;
	lint(&vga); /* allowed */
	for (int i = 0; i < 3; i++) lint(&more);
	more.desc = &note;
	lint(&more);
	check_eq(str, text(),
		 "bimetal: error: uart16550.IER.reserved [com1]: bits 7:4 must be zero, address "
		 "0x3f9, at 1.500000000 s, pc 0x100010 [PC16550D 8.7]\n",
		 "the first that is not allowed");
	check_eq(sz, report.n, LINT_REPORT_MAX);
	check_eq(u64, report.overflow, 5);
	check_eq(u64, lint_report_errors(&report), LINT_REPORT_MAX + 3);
	check_eq(u64, lint_report_total(&report), LINT_REPORT_MAX + 4);
	lint_report_summary(&report, out);
	check(strstr(text(), "bimetal: 4 lints of other kinds were counted and are not listed\n") !=
	      NULL);
}

Test(lint_report, a_freed_report_is_empty)
{
	start(LINT_MODE_OFF, NULL, 0);
	lint(&reserved);
	lint_report_free(&report);
	check_eq(u64, lint_report_total(&report), 0);
	lint(&lacking);
	check_eq(sz, report.n, 1);
}

static void name(void *ctx, uint64_t pc, char *buf, size_t size)
{
	(void)ctx;
	snprintf(buf, size, "f%llx", (unsigned long long)pc);
}

Test(lint_report, the_function_is_named_where_there_are_symbols)
{
	start(LINT_MODE_WARN, NULL, 0);
	report.symbol = name;
	lint(&reserved);
	check(strstr(text(), "pc 0x100010 in f100010 [") != NULL);
}

Test(lint_report, a_lint_that_asks_for_it_is_reported_for_each_value)
{
	struct lint msr = { .dev = "cpu",
			    .desc = &cpu_lints[CPU_LINT_UNKNOWN_MSR],
			    .instance = "",
			    .spec = "",
			    .bits = 0x10,
			    .detail = "sixteen",
			    .each = true };
	lint_report_init(&report, LINT_MODE_WARN, NULL, 0, out);
	report.fault = catalogue_fault;
	lint_report_add(&report, &msr);
	lint_report_add(&report, &msr);
	msr.bits = 0x11;
	msr.detail = "seventeen";
	lint_report_add(&report, &msr);
	fflush(out);
	check(strstr(told, "sixteen") != NULL);
	check(strstr(told, "seventeen") != NULL);
	check_eq(sz, report.n, 2);
	check_eq(u64, report.entry[0].count, 2);
}
