/* SPDX-License-Identifier: MIT */
/* The native side of twin tests: each is a Criterion test with its own machine. Environment
 * variables: BIMETAL_TWIN_TRACE, the file to write the trace to; BIMETAL_TWIN_STIMULI, the file
 * with the stimuli; BIMETAL_TWIN_CPU, features of the CPU, as in --cpu. Without a variable there is
 * no trace, there are no stimuli, and the CPU has its default features. */
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bimetal/twin.h"
#include "harness/machine/host.h"
#include "harness/twin/machine.h"

enum { N_VECTORS = 256, PAGE = 4096 };

/* One set of globals is enough, as Criterion runs each test in its own process. */
static struct twin_machine twin;
static struct bimetal_cpu cpu;
static struct wait host_wait;
static struct {
	void (*fn)(void *ctx);
	void *ctx;
} handler[N_VECTORS];
static uint32_t shared_used;
static jmp_buf ended;

static void fail(void *ctx, const char *text)
{
	(void)ctx;
	cr_expect_fail("%s", text);
}

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	if (handler[vector].fn)
		handler[vector].fn(handler[vector].ctx);
	else
		cr_assert_fail("interrupt without a handler: %u", vector);
}

static void stop(void *ctx)
{
	(void)ctx;
	longjmp(ended, 1);
}

static void build(const char *test)
{
	struct machine_config config = twin_machine_config(getenv("BIMETAL_TWIN_CPU"));
	const char *fault = machine_host_init(&twin.machine, &config, &cpu);
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[n > 0 ? n : 0] = '\0';
	cr_assert(fault == NULL, "%s", fault);
	twin.fail = fail;
	cr_assert(twin_machine_prepare(&twin, program, getenv("BIMETAL_TWIN_STIMULI"), test), "%s",
		  twin.stimuli.error);
	cpu.dispatch = dispatch;
	cpu.stop = stop;
	host_wait = wait_of_host(&cpu);
}

static void write_trace(void)
{
	const char *path = getenv("BIMETAL_TWIN_TRACE");
	char error[512];

	if (!path) return;
	cr_expect(twin_trace_write(&twin.trace, path, error, sizeof(error)), "%s", error);
}

void twin_host_run(const char *suite, const char *name, void (*body)(void))
{
	char test[256];

	snprintf(test, sizeof(test), "%s.%s", suite, name);
	build(test);
	twin_machine_begin(&twin);
	if (!setjmp(ended)) body();
	twin_machine_end(&twin);
	twin_machine_judge(&twin);
	write_trace();
	twin_machine_free(&twin);
}

/* ---- functions of bimetal/twin.h ---- */

struct io twin_port(uint16_t base) { return io_port(&cpu, base); }
struct io twin_memory(uint64_t base, uint32_t stride) { return io_memory(&cpu, base, stride); }
const struct wait *twin_wait(void) { return &host_wait; }
struct msrs twin_msrs(void) { return msrs_of_host(&cpu); }

struct dma twin_dma(uint32_t size)
{
	uint32_t at = shared_used;

	twin_assert(size <= TWIN_SHARED_SIZE && at <= TWIN_SHARED_SIZE - size);
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
	if (holds) return;
	if (fatal)
		cr_assert_fail("%s:%d: %s", file, line, text);
	else
		cr_expect_fail("%s:%d: %s", file, line, text);
}

void twin_check_equal(uint64_t got, uint64_t want, const char *text, const char *file, int line,
		      bool fatal)
{
	char why[512];

	if (got == want) return;
	snprintf(why, sizeof(why), "%s: got 0x%llx, want 0x%llx", text, (unsigned long long)got,
		 (unsigned long long)want);
	twin_check(false, why, file, line, fatal);
}
