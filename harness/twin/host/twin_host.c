/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/twin_host.h"

#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "bimetal/twin.h"
#include "emu/units.h"
#include "harness/twin/host/cases.h"
#include "harness/twin/host/failure.h"
#include "harness/twin/host/here.h"
#include "harness/twin/host/leave.h"
#include "harness/twin/host/made.h"
#include "harness/twin/host/watch.h"
#include "harness/twin/program.h"

enum { N_VECTORS = 256, PAGE = 4096, MAX_TEXT = 1024, VALUE_TEXT = 48, MAX_SECONDS = 60 };

/* Why a test's body was left by a jump. */
enum { STOPPED = 1, GAVE_UP };

/* One set is enough: a process runs one test at a time. */
static const struct twin_host *host;
static struct made made;
static struct twin_machine *const twin = &made.twin;
static struct bimetal_cpu *const cpu = &made.cpu;
static struct wait host_wait;
static struct handler {
	void (*fn)(void *ctx);
	void *ctx;
} handler[N_VECTORS];
static uint32_t shared_used;
static jmp_buf ended;

static _Noreturn void give_up(void) { longjmp(ended, GAVE_UP); }

/* ---- failures: the first place in a message is one in the user's files ---- */

/* A failure of the driver, where it made its last access or wait. */
static void fail_in_driver(const char *text)
{
	char place[PROGRAM_PLACE];

	program_place(twin->program, cpu->s.pc, place, sizeof(place));
	failure_at(NULL, place, text);
}

/* Likewise, of one that waits in vain. */
static void fail_in_wait(const char *text)
{
	char place[PROGRAM_PLACE];

	program_place(twin->program, cpu->s.pc, place, sizeof(place));
	twin_machine_fail_wait(twin, place, text, cpu->s.interrupts_on);
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
	longjmp(ended, STOPPED);
}

/* Too much processor time passed: it ends at the next access or wait. */
static void be_late(void *ctx)
{
	(void)ctx;
	cpu->end_ns = 0;
}

/* ---- the run ---- */

static void get_ready(const char *test)
{
	if (!made_ready(&made, test)) give_up();
	memset(handler, 0, sizeof(handler));
	shared_used = 0;
	cpu->dispatch = dispatch;
	cpu->stop = stop;
	cpu->stuck = stuck;
	cpu->end_ns = MAX_SECONDS * NS_PER_S;
	host_wait = wait_of_host(cpu);
}

static void judge(void)
{
	bool late = clock_now(&twin->machine.clock) >= cpu->end_ns;
	char text[128] = "the test did not end within 60 s of virtual time: an endless loop?";

	if (!cpu->end_ns)
		snprintf(text, sizeof(text),
			 "the test did not end within %u s of processor time: an endless loop?",
			 host->seconds);
	if (late && twin->machine.s.event == MACHINE_RUNNING)
		fail_in_wait(text);
	else
		twin_machine_judge(twin);
}

static void write_trace(const char *test)
{
	char path[PATH_MAX], error[512];

	if (host->trace && !twin_trace_write(&twin->trace, host->trace, error, sizeof(error)))
		failure("%s", error);
	if (!host->traces) return;
	snprintf(path, sizeof(path), "%s/%s.native", host->traces, test);
	if (!twin_trace_write(&twin->trace, path, error, sizeof(error))) failure("%s", error);
}

void twin_host_begin(const struct twin_host *h)
{
	host = h;
	made.program = h->program;
	watch_begin(h->program, be_late, NULL);
}

bool twin_host_run(const struct twin_case *test)
{
	static char name[CASE_NAME]; /* watch.c reads it in a signal handler */

	case_name(test, name);
	failure_begin(test);
	watch_test(name, host->seconds);
	leave_begin(name, host->program, &twin->machine, &made.setup, failure_at);
	int left = setjmp(ended);
	if (!left) {
		get_ready(name);
		twin_machine_begin(twin);
		here_set(cpu);
		test->body();
	}
	here_set(NULL);
	if (made.is_made) twin_machine_end(twin);
	watch_rest();
	if (left != GAVE_UP) {
		judge();
		write_trace(name);
	}
	leave_end();
	return !failure_told();
}

void twin_host_end(void) { made_free(&made); }

/* ---- functions of bimetal/twin.h ---- */

struct io twin_port(uint16_t base) { return io_port(cpu, base); }
struct io twin_memory(uint64_t base, uint32_t stride) { return io_memory(cpu, base, stride); }
const struct wait *twin_wait(void) { return &host_wait; }
struct msrs twin_msrs(void) { return msrs_of_host(cpu); }
struct x86_cpu twin_x86(void) { return x86_of_host(cpu); }
struct linear twin_linear(void) { return linear_all(cpu); }

struct dma twin_dma(uint32_t size)
{
	uint32_t at = shared_used;

	if (size > TWIN_SHARED_SIZE || at > TWIN_SHARED_SIZE - size) {
		failure("twin_dma(): a test may allocate 1 MiB in all");
		give_up();
	}
	shared_used = (at + size + PAGE - 1) & ~(uint32_t)(PAGE - 1);
	return dma_memory(cpu, TWIN_SHARED_BASE + at, size);
}

struct dma twin_ram(uint32_t physical, uint32_t size) { return dma_memory(cpu, physical, size); }

void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx)
{
	handler[vector].fn = fn;
	handler[vector].ctx = ctx;
}

void twin_allow(const char *id) { twin_machine_allow(twin, id); }
void twin_expect_exit(uint32_t value) { twin_machine_expect_exit(twin, value); }

void twin_check(bool holds, const char *text, const char *file, int line, bool fatal)
{
	char why[MAX_TEXT];

	if (holds) return;
	snprintf(why, sizeof(why), "%s is false", text);
	failure_in(file, (unsigned)line, why);
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
	failure_in(file, (unsigned)line, why);
	if (fatal) give_up();
}
