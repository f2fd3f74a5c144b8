/* SPDX-License-Identifier: MIT */
/* The native side of twin tests: each is a Criterion test with its own machine. Environment
 * variables: BIMETAL_TWIN_TRACE, the file to write the trace to; BIMETAL_TWIN_STIMULI, the file
 * with the stimuli; BIMETAL_TWIN_CPU, features of the CPU, as in --cpu; BIMETAL_TWIN_SECONDS, how
 * much processor time a test may take; BIMETAL_TWIN_COVERAGE, the file in which all tests that run
 * record their coverage. Without a variable there is no trace, there are no stimuli, the CPU has
 * its default features, a test may take 10 s, and nothing is recorded. */
#include <criterion/event.h>

#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bimetal/twin.h"
#include "harness/catalogue/catalogue.h"
#include "harness/catalogue/coverage_recorder.h"
#include "harness/machine/host.h"
#include "harness/twin/host/here.h"
#include "harness/twin/host/leave.h"
#include "harness/twin/host/watch.h"
#include "harness/twin/machine.h"
#include "harness/twin/program.h"

enum {
	N_VECTORS = 256,
	PAGE = 4096,
	MAX_TEXT = 1024,
	VALUE_TEXT = 48,
	MAX_SECONDS = 60,
	PROCESSOR_SECONDS = 10,
	MAX_PROCESSOR_SECONDS = 86400,
	DECIMAL = 10
};
#define NS_PER_S UINT64_C(1000000000)

/* One set of globals is enough, as Criterion runs each test in its own process. */
static const struct twin_case *current;
static struct twin_machine twin;
static struct twin_setup setup;
static struct bimetal_cpu cpu;
static struct wait host_wait;
static struct {
	void (*fn)(void *ctx);
	void *ctx;
} handler[N_VECTORS];
static uint32_t shared_used;
static jmp_buf ended;

/* ---- failures: the first place in a message is one in the user's files ---- */

static void send(const char *file, unsigned line, const char *text)
{
	struct criterion_assert_stats failure = {
		.message = text, .passed = false, .line = line, .file = file
	};
	criterion_send_assert(&failure);
}

static _Noreturn void give_up(void)
{
	watch_end();
	leave_end();
	criterion_abort_test();
	abort(); /* it does not return, but its header does not say so */
}

/* `place` is "FILE:LINE", what program_place() says, or empty: then it is the test's. */
static void fail_at(void *ctx, const char *place, const char *text)
{
	char file[PROGRAM_PLACE];
	const char *colon = strchr(place, ':');

	(void)ctx;
	if (!colon) {
		send(current->file, current->line, text);
		return;
	}
	snprintf(file, sizeof(file), "%.*s", (int)(colon - place), place);
	send(file, (unsigned)strtoul(colon + 1, NULL, 10), text);
}

/* A failure that has no place of its own. */
__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...)
{
	char text[MAX_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fail_at(NULL, "", text);
}

/* A failure of the driver, where it made its last access or wait. */
static void fail_in_driver(const char *text)
{
	char place[PROGRAM_PLACE];

	program_place(twin.program, cpu.s.pc, place, sizeof(place));
	fail_at(NULL, place, text);
}

/* Likewise, of one that waits in vain. */
static void fail_in_wait(const char *text)
{
	char place[PROGRAM_PLACE];

	program_place(twin.program, cpu.s.pc, place, sizeof(place));
	twin_machine_fail_wait(&twin, place, text, cpu.s.interrupts_on);
}

/* ---- the processor ---- */

static void stuck(void *ctx, const char *why)
{
	(void)ctx;
	fail_in_wait(why);
	give_up();
}

static void dispatch(void *ctx, uint8_t vector)
{
	char text[64];

	(void)ctx;
	if (handler[vector].fn) {
		handler[vector].fn(handler[vector].ctx);
		return;
	}
	snprintf(text, sizeof(text), "interrupt without a handler: %u", vector);
	fail_in_driver(text);
	give_up();
}

static void stop(void *ctx)
{
	(void)ctx;
	longjmp(ended, 1);
}

/* Models and a board of the user's own, and where they are: bimetal_add_twin_test() writes these,
 * if the test has any. */
__attribute__((weak)) extern const char *const twin_native_device[], *const twin_native_machine;
__attribute__((weak)) extern const struct model *const twin_native_model[];
__attribute__((weak)) extern const struct machine_kind *const twin_native_board;

static void read_setup(void)
{
	bool has = &twin_native_machine != NULL;
	char error[COVERAGE_ERROR_SIZE];

	setup = twin_setup_of(getenv("BIMETAL_TWIN_CPU"), has ? twin_native_machine : NULL,
			      has ? twin_native_board : NULL);
	for (size_t i = 0; has && twin_native_device[i]; i++) {
		if (twin_native_model[i]) catalogue_add_model(twin_native_model[i]);
		if (twin_setup_add(&setup, twin_native_device[i], twin_native_model[i])) continue;
		fail("a test can have %d models at most", TWIN_MAX_DEVICES - 1);
		give_up();
	}
	if (has && twin_native_board) catalogue_add_board(twin_native_board);
	if (coverage_record_models(error)) return;
	fail("%s", error);
	give_up();
}

/* Before Criterion makes the processes of the tests. */
__attribute__((constructor)) static void record_coverage(void)
{
	const char *path = getenv("BIMETAL_TWIN_COVERAGE");
	char error[COVERAGE_ERROR_SIZE];

	if (!path || !*path || coverage_record(path, error)) return;
	fprintf(stderr, "%s\n", error);
	exit(EXIT_FAILURE);
}

static void build(const char *test, const char *program)
{
	read_setup();
	struct machine_config config = twin_machine_config(&setup);
	const char *fault = machine_host_init(&twin.machine, &config, &cpu);

	twin.fail = fail_at;
	if (!fault && !twin_machine_prepare(&twin, program, getenv("BIMETAL_TWIN_STIMULI"), test))
		fault = twin.stimuli.error;
	if (fault) {
		fail("%s", fault);
		give_up();
	}
	cpu.dispatch = dispatch;
	cpu.stop = stop;
	cpu.stuck = stuck;
	cpu.end_ns = MAX_SECONDS * NS_PER_S;
	host_wait = wait_of_host(&cpu);
}

/* How much processor time a test may take. */
static unsigned processor_seconds(void)
{
	const char *text = getenv("BIMETAL_TWIN_SECONDS");
	char *end;

	if (!text) return PROCESSOR_SECONDS;
	unsigned long seconds = strtoul(text, &end, DECIMAL);
	if (*text < '0' || *text > '9' || *end || !seconds || seconds > MAX_PROCESSOR_SECONDS) {
		fail("BIMETAL_TWIN_SECONDS=%s: expected a whole number from 1 to %d", text,
		     MAX_PROCESSOR_SECONDS);
		give_up();
	}
	return (unsigned)seconds;
}

/* Too much processor time passed: it ends at the next access or wait. */
static void be_late(void *ctx)
{
	(void)ctx;
	cpu.end_ns = 0;
}

static void judge(unsigned seconds)
{
	bool late = clock_now(&twin.machine.clock) >= cpu.end_ns;
	char text[128] = "the test did not end within 60 s of virtual time: an endless loop?";

	if (!cpu.end_ns)
		snprintf(text, sizeof(text),
			 "the test did not end within %u s of processor time: an endless loop?",
			 seconds);
	if (late && twin.machine.s.event == MACHINE_RUNNING)
		fail_in_wait(text);
	else
		twin_machine_judge(&twin);
}

static void write_trace(void)
{
	const char *path = getenv("BIMETAL_TWIN_TRACE");
	char error[512];

	if (path && !twin_trace_write(&twin.trace, path, error, sizeof(error))) fail("%s", error);
}

void twin_host_run(const struct twin_case *test, void (*body)(void))
{
	char name[256], program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	current = test;
	program[n > 0 ? n : 0] = '\0';
	snprintf(name, sizeof(name), "%s.%s", test->suite, test->name);
	unsigned seconds = processor_seconds();
	watch_begin(name, program, seconds, be_late, NULL);
	leave_begin(name, program, &twin.machine, &setup, fail_at);
	build(name, program);
	twin_machine_begin(&twin);
	here_set(&cpu);
	if (!setjmp(ended)) body();
	here_set(NULL);
	twin_machine_end(&twin);
	watch_end();
	judge(seconds);
	write_trace();
	twin_machine_free(&twin);
	leave_end();
}

/* ---- functions of bimetal/twin.h ---- */

struct io twin_port(uint16_t base) { return io_port(&cpu, base); }
struct io twin_memory(uint64_t base, uint32_t stride) { return io_memory(&cpu, base, stride); }
const struct wait *twin_wait(void) { return &host_wait; }
struct msrs twin_msrs(void) { return msrs_of_host(&cpu); }
struct x86_cpu twin_x86(void) { return x86_of_host(&cpu); }
struct linear twin_linear(void) { return linear_all(&cpu); }

struct dma twin_dma(uint32_t size)
{
	uint32_t at = shared_used;

	if (size > TWIN_SHARED_SIZE || at > TWIN_SHARED_SIZE - size) {
		fail("twin_dma(): a test may allocate 1 MiB in all");
		give_up();
	}
	shared_used = (at + size + PAGE - 1) & ~(uint32_t)(PAGE - 1);
	return dma_memory(&cpu, TWIN_SHARED_BASE + at, size);
}

struct dma twin_ram(uint32_t physical, uint32_t size) { return dma_memory(&cpu, physical, size); }

void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx)
{
	handler[vector].fn = fn;
	handler[vector].ctx = ctx;
}

void twin_allow(const char *id) { twin_machine_allow(&twin, id); }
void twin_expect_exit(uint32_t value) { twin_machine_expect_exit(&twin, value); }

void twin_check(bool holds, const char *text, const char *file, int line, bool fatal)
{
	char why[MAX_TEXT];

	if (holds) return;
	snprintf(why, sizeof(why), "%s is false", text);
	send(file, (unsigned)line, why);
	if (fatal) give_up();
}

/* In hexadecimal; with the top bit set it may have been a negative number. */
static const char *value_text(uint64_t value, char text[VALUE_TEXT])
{
	int n = snprintf(text, VALUE_TEXT, "0x%" PRIx64, value);

	if (value > INT64_MAX)
		snprintf(text + n, VALUE_TEXT - (size_t)n, " (-%" PRIu64 ")", 0 - value);
	return text;
}

void twin_check_equal(uint64_t got, uint64_t want, const char *text, const char *file, int line,
		      bool fatal)
{
	char why[MAX_TEXT], its[VALUE_TEXT], wanted[VALUE_TEXT];

	if (got == want) return;
	snprintf(why, sizeof(why), "%s: got %s, want %s", text, value_text(got, its),
		 value_text(want, wanted));
	send(file, (unsigned)line, why);
	if (fatal) give_up();
}
