/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/command/module_crash.h"

#include <execinfo.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "emu/array.h"
#include "harness/command/verdict.h"
#include "harness/machine/module.h"
#include "harness/twin/program.h"

enum {
	MAX_FRAMES = 64,
	STACK = 1 << 20, /* libdw needs more than a usual one */
	REPORT_SECONDS = 10,
	/* Of processor time, in one call of a module: an access takes a few microseconds. */
	LOOP_SECONDS = 3,
	TICK_US = 200000,
	US_PER_S = 1000000
};

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
enum { N_SIGNALS = ARRAY_SIZE(signals) };
static struct sigaction before[N_SIGNALS];

/* The innermost frame in a module: its file, its base, and the address of the instruction. */
static const char *find_frame(const ucontext_t *context, uintptr_t *base, uintptr_t *pc)
{
	void *frame[MAX_FRAMES];
	const char *path;
	int n;

	*pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
	path = module_at(*pc, base);
	n = path ? 0 : backtrace(frame, MAX_FRAMES);
	for (int i = 0; !path && i < n; i++) {
		*pc = (uintptr_t)frame[i] - 1; /* in the call, not behind it */
		path = module_at(*pc, base);
	}
	return path;
}

/* The report crashed itself, or waits for a lock: a module may have broken the heap. */
static void give_up(int number)
{
	static const char text[] =
		" at an unknown place: a fault of this module, not of the guest\n";

	(void)number;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_CODE_MODULE);
}

static void guard_report(void)
{
	static const struct itimerval never;

	(void)setitimer(ITIMER_PROF, &never, NULL);
	for (size_t i = 0; i < N_SIGNALS; i++) (void)signal(signals[i], give_up);
	(void)signal(SIGALRM, give_up);
	(void)alarm(REPORT_SECONDS);
}

static _Noreturn void end(void)
{
	fflush(stderr);
	fflush(NULL); /* what the guest said before */
	_exit(EXIT_CODE_MODULE);
}

/* The process is lost: what is not safe in a signal handler may fail, but not harm. The message's
 * first half is written before. */
static _Noreturn void report(const char *path, const char *signal, uintptr_t base, uintptr_t pc)
{
	char place[PROGRAM_PLACE];
	struct program *program;

	fprintf(stderr, "\nbimetal: %s crashed (%s)", path, signal);
	fflush(stderr);
	program = program_open(path);
	program_place(program, pc - base, place, sizeof(place));
	fprintf(stderr, " at %s: a fault of this module, not of the guest\n",
		place[0] ? place : "an unknown place; build it with -g");
	end();
}

static _Noreturn void report_loading(const char *path, const char *signal)
{
	fprintf(stderr,
		"\nbimetal: %s crashed (%s) while it was loaded and its description read: "
		"a fault of this module\n",
		path, signal);
	end();
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	uintptr_t base = 0, pc = 0;
	const char *path = find_frame(context, &base, &pc), *loading = module_being_loaded();
	size_t i = 0;

	if (path || loading) guard_report();
	if (path) report(path, sigabbrev_np(number), base, pc);
	if (loading) report_loading(loading, sigabbrev_np(number));
	while (i < N_SIGNALS - 1 && signals[i] != number) i++;
	/* The instruction faults again, and the handler before gets it. */
	(void)sigaction(number, &before[i], NULL);
	if (info->si_code <= 0) (void)raise(number);
}

/* ---- a module that does not return ---- */

/* The stub by which a module jumps to a function of bimetal has no source line, but its call has:
 * when the stub begins, the return address is on top of the stack. */
static uintptr_t call_of_stub(struct program *program, uintptr_t base, uintptr_t pc, uintptr_t top)
{
	char file[PROGRAM_FILE];
	uintptr_t behind = 0, caller_base = 0;

	if (program_file(program, pc - base, file)) return pc;
	memcpy(&behind, (const void *)top, sizeof(behind));
	return module_at(behind - 1, &caller_base) && caller_base == base ? behind - 1 : pc;
}

static _Noreturn void report_loop(const char *path, uintptr_t base, uintptr_t pc, uintptr_t top)
{
	char place[PROGRAM_PLACE];
	struct program *program = program_open(path);

	pc = call_of_stub(program, base, pc, top);
	program_place(program, pc - base, place, sizeof(place));
	fprintf(stderr,
		"\nbimetal: %s does not return: %d s of processor time passed in it; now it is at "
		"%s: an endless loop of this module\n",
		path, LOOP_SECONDS, place[0] ? place : "an unknown place; build it with -g");
	end();
}

/* The innermost function of a module that has not returned is in the backtrace, and while it does
 * not return no time passes for the guest. */
static void on_tick(int number, siginfo_t *info, void *context)
{
	static volatile sig_atomic_t ticks;
	static volatile uint64_t before_ns;
	uint64_t now_ns = machine_running_ns();
	uintptr_t base = 0, pc = 0;
	const char *path = find_frame(context, &base, &pc);

	(void)number;
	(void)info;
	ticks = path && now_ns == before_ns ? ticks + 1 : 0;
	before_ns = now_ns;
	if (ticks * TICK_US < LOOP_SECONDS * US_PER_S) return;
	guard_report();
	report_loop(path, base, pc,
		    (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RSP]);
}

/* ---- a module that calls exit() ---- */

static void on_exit_in_module(void)
{
	char place[PROGRAM_PLACE];
	void *frame[MAX_FRAMES];
	const char *path = NULL;
	uintptr_t base = 0, pc = 0;
	int n = backtrace(frame, MAX_FRAMES);

	for (int i = 0; !path && i < n; i++) {
		pc = (uintptr_t)frame[i] - 1; /* in the call, not behind it */
		path = module_at(pc, &base);
	}
	if (!path) return;
	guard_report();
	program_place(program_open(path), pc - base, place, sizeof(place));
	fprintf(stderr,
		"\nbimetal: %s called exit() at %s: a fault of this module, not of the guest\n",
		path, place[0] ? place : "an unknown place; build it with -g");
	end();
}

/* ---- catching ---- */

static void watch_time(void)
{
	static const struct itimerval each = { { 0, TICK_US }, { 0, TICK_US } };
	struct sigaction tick = { .sa_sigaction = on_tick,
				  .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };

	sigemptyset(&tick.sa_mask);
	if (sigaction(SIGPROF, &tick, NULL) == 0) (void)setitimer(ITIMER_PROF, &each, NULL);
}

static void catch_signals(void)
{
	struct sigaction ours = { .sa_sigaction = on_signal,
				  .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	static _Alignas(max_align_t) unsigned char room[STACK];
	const stack_t stack = { .ss_sp = room, .ss_size = STACK };
	void *frame[1];

	(void)backtrace(frame, 1); /* it loads a library the first time */
	(void)sigaltstack(&stack, NULL);
	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < N_SIGNALS; i++) (void)sigaction(signals[i], &ours, &before[i]);
	(void)atexit(on_exit_in_module);
	watch_time();
}

void module_crash_catch(void) { module_on_first_load(catch_signals); }
