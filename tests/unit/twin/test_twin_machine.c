/* SPDX-License-Identifier: MIT */
#include "harness/twin/machine.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/machine/host.h"
#include "harness/machine/pc.h"
#include "io.h"

enum { COM1 = 0x3f8, IER = 1, RESERVED = 0x80, MS = 1000000 };

static struct twin_machine twin;
static struct bimetal_cpu cpu;
static char told[2048], told_place[512];
static unsigned n_told;
static struct twin_setup setup;

static void tell(void *ctx, const char *place, const char *text)
{
	(void)ctx;
	snprintf(told_place, sizeof(told_place), "%s", place);
	snprintf(told, sizeof(told), "%s", text);
	n_told++;
}

static void build(void)
{
	setup = twin_setup_of(NULL, NULL, NULL);
	struct machine_config config = twin_machine_config(&setup);
	const char *fault = machine_host_init(&twin.machine, &config, &cpu);

	require_eq(ptr, fault, NULL, "%s", fault);
	twin.fail = tell;
}

static void set_up(void)
{
	build();
	require(twin_machine_prepare(&twin, "/proc/self/exe"), "%s", twin.stimuli.error);
	require(twin_machine_next(&twin, NULL, "suite.name"));
}

static void tear_down(void) { twin_machine_free(&twin); }

TestSuite(twin_machine, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- helpers ---- */

static void provoke(void) { io_write8(io_port(&cpu, COM1), IER, RESERVED); }

/* Expects this message as the verdict on the run, or none. */
static void expect_judgement(const char *want)
{
	n_told = 0;
	told[0] = '\0';
	twin_machine_judge(&twin);
	check_eq(uint, n_told, want[0] != '\0');
	check_eq(str, told, want);
}

/* ---- the machine ---- */

Test(twin_machine, it_is_a_pc_with_the_ram_and_card_that_tests_are_promised)
{
	check_eq(str, twin.machine.kind->name, "pc");
	check_eq(u64, twin.machine.config.memory, TWIN_RAM);
	check(machine_added_find(&twin.machine, "pci-test") != NULL);
	setup.cpu = "+x2apic";
	check_eq(str, twin_machine_config(&setup).cpu_features, "+x2apic");
	check_eq(int, twin_machine_config(&setup).tlb.use, TLB_LINT);
	check_lt(u64, TWIN_SHARED_BASE + TWIN_SHARED_SIZE, TWIN_RAM);
	check_eq(ptr, bus_find(&twin.machine.bus, BUS_PORT, TWIN_REPORT_PORT), NULL);
}

Test(twin_machine, accesses_are_recorded_while_the_body_runs)
{
	provoke();
	check_eq(sz, twin.trace.n, 0);
	twin_machine_begin(&twin);
	provoke();
	check_eq(sz, twin.trace.n, 1);
	twin_machine_end(&twin);
	provoke();
	check_eq(sz, twin.trace.n, 1);
}

Test(twin_machine, registers_of_the_processor_are_recorded)
{
	twin_machine_begin(&twin);
	host_cpu_write_msr(&cpu, 0x1b, 0xfee00900, 0x1234);
	require_eq(sz, twin.trace.n, 1);
	check_eq(int, twin.trace.access[0].space, BUS_MSR);
	check_eq(u64, twin.trace.access[0].addr, 0x1b);
	check_eq(u64, twin.trace.access[0].value, 0xfee00900);
	check_eq(u64, twin.trace.access[0].pc, 0x1234);
	check_eq(u8, twin.trace.access[0].width, 64);
	check(twin.trace.access[0].write);
}

/* ---- index and data ---- */

static uint8_t cmos(uint8_t index)
{
	io_write8(io_port(&cpu, 0x70), 0, index);
	return io_read8(io_port(&cpu, 0x70), 1);
}

Test(twin_machine, registers_behind_an_index_are_compared_as_their_own_rows_say)
{
	enum { SECONDS = 0, SECONDS_ALARM = 1, REGA = 0x0a, REGB = 0x0b, RAM = 0x40 };
	static const struct {
		uint8_t index, compare;
	} rows[] = { { SECONDS, REG_COMPARE_TIME },
		     { SECONDS_ALARM, REG_COMPARE_EXACT },
		     { REGA, REG_COMPARE_POLL },
		     { REGB, REG_COMPARE_EXACT },
		     { RAM, REG_COMPARE_EXACT } };

	twin_machine_begin(&twin);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)cmos(rows[i].index);
		require_eq(sz, twin.trace.n, 2 * (i + 1));
		check_eq(u8, twin.trace.access[2 * i].compare, REG_COMPARE_EXACT);
		check_eq(u8, twin.trace.access[2 * i + 1].compare, rows[i].compare);
	}
}

enum { CMOS_MINUTES = 2, CMOS_HOURS = 4, CMOS_REGA = 0x0a, CMOS_REGB = 0x0b, CMOS_UIP = 0x80 };

Test(twin_machine, polls_through_an_index_count_once)
{
	twin_machine_begin(&twin);
	for (unsigned i = 0; i < 5; i++) (void)cmos(CMOS_REGA);
	check_eq(sz, twin.trace.n, 2);
	(void)cmos(CMOS_REGB);
	(void)cmos(CMOS_REGB);
	check_eq(sz, twin.trace.n, 6, "these are no polls");
	(void)cmos(CMOS_REGA);
	check_eq(sz, twin.trace.n, 8, "another index lay between");
	(void)cmos(CMOS_MINUTES);
	(void)cmos(CMOS_HOURS);
	check_eq(sz, twin.trace.n, 12, "and here");
}

Test(twin_machine, waiting_for_the_end_of_an_update_is_two_polls)
{
	unsigned polls = 0;

	for (unsigned ms = 1; ms < 1500 && !(cmos(CMOS_REGA) & CMOS_UIP); ms++)
		clock_run_until(&twin.machine.clock, ms * (uint64_t)MS);
	twin_machine_begin(&twin);
	while (cmos(CMOS_REGA) & CMOS_UIP && polls < 5000) polls++;
	check_gt(u32, polls, 10);
	check_eq(sz, twin.trace.n, 4, "busy, and no more: %zu", twin.trace.n);
}

Test(twin_machine, stimuli_play_from_the_beginning_of_the_body)
{
	char path[] = "/tmp/bimetal-stimuli-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");

	fputs("[suite.name]\nat 1ms com1 receive 0x41\n", f);
	fclose(f);
	require(twin_machine_next(&twin, path, "suite.name"));
	unlink(path);
	clock_run_until(&twin.machine.clock, 5 * MS);
	check_eq(u8, io_read8(io_port(&cpu, COM1), 5) & 1, 0);
	twin_machine_begin(&twin);
	clock_run_until(&twin.machine.clock, 7 * MS);
	check_eq(u8, io_read8(io_port(&cpu, COM1), 0), 0x41);
}

Test(twin_machine, stimuli_that_cannot_be_read_are_refused)
{
	check(!twin_machine_next(&twin, "/no/such/file", "suite.name"));
	check_eq(str, twin.stimuli.error,
		 "/no/such/file: cannot open the file: No such file or directory");
}

static void nothing(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	(void)due_ns;
}

Test(twin_machine, nothing_of_one_test_is_known_to_the_next)
{
	twin_machine_begin(&twin);
	twin_machine_allow(&twin, "some.lint");
	provoke();
	provoke();
	twin_machine_expect_exit(&twin, 5);
	require(twin_machine_next(&twin, NULL, "suite.other"));
	check_eq(sz, twin.trace.n, 0);
	check(!twin.running && !twin.trace.on);
	check_eq(sz, twin.n_allowed, 0);
	n_told = 0;
	twin_machine_begin(&twin);
	provoke();
	check_eq(uint, n_told, 1, "as for the first time");
	check_eq(sz, twin.trace.n, 1);
	check_eq(str, twin_trace_name(&twin.trace, &twin.trace.access[0]), "com1.IER");
	twin_machine_end(&twin);
	check_eq(uint, n_told, 1, "none is left from the test before");
	expect_judgement("");
}

Test(twin_machine, a_machine_without_a_timer_for_stimuli_is_refused)
{
	twin_machine_free(&twin);
	memset(&twin, 0, sizeof(twin));
	build();
	while (twin.machine.clock.n_timers < CLOCK_MAX_TIMERS)
		clock_add_timer(&twin.machine.clock, "test", nothing, NULL);
	check(!twin_machine_prepare(&twin, ""));
	check_eq(str, twin.stimuli.error, "no timer is left for the stimuli");
}

/* ---- lints ---- */

Test(twin_machine, a_lint_of_the_body_is_a_fault_with_its_place)
{
	provoke();
	check_eq(uint, n_told, 0, "the body does not run yet");
	twin_machine_begin(&twin);
	provoke();
	require_eq(uint, n_told, 1);
	check_eq(int, strncmp(told, "lint uart16550.IER.reserved [com1]: ", 36), 0, "%s", told);
	check_ne(ptr, strstr(told, ", see "), NULL, "%s", told);
	check_eq(int, strncmp(told_place, "test_twin_machine.c:", 20), 0, "%s", told_place);
	twin_machine_end(&twin);
	provoke();
	check_eq(uint, n_told, 1);
}

Test(twin_machine, nobody_is_sent_to_a_document_that_was_not_read)
{
	struct lint l = { .dev = "acpi_pm",
			  .instance = "",
			  .reg = "DEVACT_STS",
			  .desc = &reg_lints[REG_LINT_RESERVED],
			  .spec = "unread: 82801IB (ICH9) 13.8.3.17",
			  .detail = "written" };

	twin_machine_begin(&twin);
	hub_lint(&twin.machine.hub, &l);
	check(strstr(told, "lint acpi_pm.DEVACT_STS.reserved: written; its document, which was not "
			   "compared with the model yet: 82801IB (ICH9) 13.8.3.17. ") == told,
	      "%s", told);
	twin_machine_end(&twin);
}

Test(twin_machine, the_first_lint_says_what_can_be_done)
{
	twin_machine_begin(&twin);
	provoke();
	check_ne(ptr, strstr(told, "`bimetal explain uart16550.IER.reserved` says more"), NULL,
		 "%s", told);
	check_ne(ptr, strstr(told, "twin_allow(\"uart16550.IER.reserved\")"), NULL, "%s", told);
	io_write8(io_port(&cpu, COM1), IER, RESERVED);
	require_eq(uint, n_told, 2);
	check_eq(ptr, strstr(told, "explain"), NULL, "once is enough: %s", told);
}

/* provoke() itself may be inlined, and so stand at several places. */
static __attribute__((noinline)) void provoke_here(void) { provoke(); }
/* Copies of one line at two addresses. */
static __attribute__((always_inline)) inline void provoke_copy(void)
{
	io_write8(io_port(&cpu, COM1), IER, RESERVED);
}

Test(twin_machine, a_lint_at_the_same_place_is_counted)
{
	twin_machine_begin(&twin);
	for (unsigned i = 0; i < 1000; i++) provoke_here();
	check_eq(uint, n_told, 1);
	twin_machine_end(&twin);
	require_eq(uint, n_told, 2);
	check_eq(str, told, "999 more lints, like those above");
	twin_machine_end(&twin);
	check_eq(uint, n_told, 2);
}

Test(twin_machine, a_line_of_which_there_are_several_copies_is_told_once)
{
	twin_machine_begin(&twin);
	provoke_copy();
	provoke_copy();
	check_eq(uint, n_told, 1);
	twin_machine_end(&twin);
	check_eq(str, told, "1 more lint, like those above");
}

Test(twin_machine, so_many_lints_are_told_and_the_others_counted)
{
	twin_machine_begin(&twin);
	for (uint64_t pc = 1; pc <= TWIN_MAX_TOLD + 5; pc++)
		host_cpu_write(&cpu, BUS_PORT, COM1 + IER, 8, RESERVED, pc);
	check_eq(uint, n_told, TWIN_MAX_TOLD);
	twin_machine_end(&twin);
	check_eq(str, told, "5 more lints, like those above");
}

Test(twin_machine, an_allowed_lint_is_no_fault)
{
	twin_machine_begin(&twin);
	twin_machine_allow(&twin, "uart16550.IER.reserve");
	provoke();
	check_eq(uint, n_told, 1, "the id is meant whole");
	twin_machine_allow(&twin, "uart16550.IER.reserved");
	provoke();
	check_eq(uint, n_told, 1);
	(void)io_read8(io_port(&cpu, 0x280), 0);
	check_eq(uint, n_told, 2, "but no other");
}

Test(twin_machine, a_note_is_no_fault_either)
{
	twin_machine_begin(&twin);
	io_write8(io_port(&cpu, 0xa0), 0, 0x20); /* an EOI before any interrupt */
	check_eq(uint, n_told, 0, "%s", told);
}

/* A truncated id would be that of another lint. */
Test(twin_machine, an_id_longer_than_any_is_refused)
{
	char id[TWIN_ID + 1];
	memset(id, 'x', TWIN_ID);
	id[TWIN_ID] = '\0';
	twin_machine_allow(&twin, id);
	check(strstr(told, "no lint has so long an id") != NULL, "%s", told);
	check_eq(sz, twin.n_allowed, 0);
}

Test(twin_machine, many_lints_can_be_allowed)
{
	char id[TWIN_ID];

	memset(id, 'x', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	for (unsigned i = 0; i < TWIN_MAX_ALLOWED; i++) twin_machine_allow(&twin, id);
	check_eq(uint, n_told, 0);
	check_eq(sz, strlen(twin.allowed[TWIN_MAX_ALLOWED - 1]), TWIN_ID - 1);
	twin_machine_allow(&twin, id);
	check_eq(str, told, "more than 16 lints allowed");
	check_eq(sz, twin.n_allowed, TWIN_MAX_ALLOWED);
}

/* ---- the verdict ---- */

Test(twin_machine, a_run_that_just_ends_passes)
{
	expect_judgement("");
	machine_quit(&twin.machine);
	expect_judgement("");
}

Test(twin_machine, a_reset_or_a_power_off_is_a_fault)
{
	io_write8(io_port(&cpu, 0xcf9), 0, 6);
	expect_judgement("the test reset the machine (port 0xcf9)");
	twin.machine.s.event = MACHINE_POWEROFF;
	expect_judgement("the test switched the machine off");
}

Test(twin_machine, an_announced_exit_is_no_fault)
{
	io_write32(io_port(&cpu, 0xf4), 0, 5);
	expect_judgement("the test wrote 0x5 to the debug exit port");
	twin_machine_expect_exit(&twin, 6);
	expect_judgement("0x5 was written to the debug exit port, expected 0x6");
	twin_machine_expect_exit(&twin, 5);
	expect_judgement("");
}

Test(twin_machine, an_exit_that_was_announced_must_come)
{
	twin_machine_expect_exit(&twin, 0);
	expect_judgement("the test did not write to the debug exit port");
	machine_quit(&twin.machine);
	expect_judgement("the test did not write to the debug exit port");
}

Test(twin_machine, what_was_not_played_or_not_recorded_is_a_fault)
{
	strcpy(twin.stimuli.error, "press: too many keys at once");
	expect_judgement("stimuli: press: too many keys at once");
	twin.stimuli.error[0] = '\0';
	twin.trace.lost = 1;
	expect_judgement("more than 1048576 accesses: too many to record");
}

/* ---- a wait in vain ---- */

Test(twin_machine, a_wait_in_vain_is_told_with_the_state_of_interrupts)
{
	io_write8(io_port(&cpu, 0x21), 0, 0xff);
	twin_machine_fail_wait(&twin, "a.c:1", "it waits", true);
	check_eq(str, told_place, "a.c:1");
	check(strstr(told, "it waits\ninterrupts: the processor takes them\n  8259A: masks (IMR) "
			   "0xffff") == told,
	      "%s", told);
	check(strstr(told, "\n  I/O APIC: ") != NULL, "%s", told);
	check_ne(int, told[strlen(told) - 1], '\n');
	twin_machine_fail_wait(&twin, "", "it waits", false);
	check(strstr(told, "it waits\ninterrupts: the processor takes none, its interrupt flag is "
			   "clear\n") == told,
	      "%s", told);
}

/* As on a board of a user's own. */
Test(twin_machine, a_machine_without_an_interrupt_controller_says_so)
{
	size_t n = twin.machine.n_devices;

	twin.machine.n_devices = 0;
	twin_machine_fail_wait(&twin, "", "it waits", true);
	twin.machine.n_devices = n;
	check_eq(str, told,
		 "it waits\ninterrupts: the processor takes them\n"
		 "  no device of this machine is an interrupt controller");
}
