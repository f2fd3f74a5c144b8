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
#include "harness/command/wall_timer.h"
#include "harness/console/terminal.h"
#include "harness/machine/module.h"
#include "harness/twin/program.h"

enum {
	MAX_FRAMES = 64,
	STACK = 1 << 20, /* libdw needs more than a usual one */
	REPORT_SECONDS = 10,
	/* Of processor time, in one call of a module: an access takes a few microseconds. */
	LOOP_MS = 3000,
	HURRY_MS = 600, /* the same, of a run that is to end */
	TICK_MS = 200,
	TICK_US = TICK_MS * 1000,
	MS_PER_S = 1000
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

static bool in_header(struct program *program, uintptr_t address)
{
	char file[PROGRAM_FILE];
	size_t n = program_file(program, address, file) ? strlen(file) : 0;

	return n > 2 && strcmp(file + n - 2, ".h") == 0;
}

/* The call, in a source file of the module, that led to `pc` in a function of a header; 0: there is
 * none. */
static uintptr_t call_from_source(struct program *program, uintptr_t base, uintptr_t pc)
{
	void *frame[MAX_FRAMES];
	int n = backtrace(frame, MAX_FRAMES), i = 0;

	while (i < n && (uintptr_t)frame[i] != pc && (uintptr_t)frame[i] - 1 != pc) i++;
	for (i++; i < n; i++) {
		uintptr_t call = (uintptr_t)frame[i] - 1, its_base = 0;

		if (!module_at(call, &its_base) || its_base != base) continue;
		if (!in_header(program, call - base)) return call;
	}
	return 0;
}

/* A place in a header is of little use to who wrote the module: then also where that was called. */
static void tell_place(struct program *program, uintptr_t base, uintptr_t pc)
{
	char place[PROGRAM_PLACE], from[PROGRAM_PLACE] = "";

	program_place(program, pc - base, place, sizeof(place));
	if (in_header(program, pc - base) && !strstr(place, ", inlined at ")) {
		uintptr_t call = call_from_source(program, base, pc);
		if (call) program_place(program, call - base, from, sizeof(from));
	}
	fprintf(stderr, " at %s%s%s", place[0] ? place : "an unknown place; build it with -g",
		from[0] ? ", called at " : "", from);
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
	fprintf(stderr, "\nbimetal: %s crashed (%s)", path, signal);
	fflush(stderr);
	tell_place(program_open(path), base, pc);
	fputs(": a fault of this module, not of the guest\n", stderr);
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

/* Why the run is to end, whatever the module does; empty: it is not. */
static const char *hurry(void)
{
	if (terminal_interrupted()) return ", and a signal is to end the run";
	return wall_timer_rang() ? ", and the time of --wall-limit is over" : "";
}

static _Noreturn void report_loop(const char *path, uintptr_t base, uintptr_t pc, uintptr_t top,
				  int ms)
{
	struct program *program = program_open(path);
	int tenths = ms % MS_PER_S / 100;

	fprintf(stderr,
		"\nbimetal: %s does not return: %d%s%.*d s of processor time passed in it%s; ",
		path, ms / MS_PER_S, tenths ? "." : "", tenths != 0, tenths, hurry());
	fputs("now it is", stderr);
	tell_place(program, base, call_of_stub(program, base, pc, top));
	fputs(": an endless loop of this module\n", stderr);
	if (terminal_interrupted()) { /* the parent is to see the signal */
		fflush(stderr);
		fflush(NULL);
		terminal_restore();
		(void)signal(terminal_interrupted(), SIG_DFL);
		(void)raise(terminal_interrupted());
	}
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
	if (ticks * TICK_MS < (*hurry() ? HURRY_MS : LOOP_MS)) return;
	guard_report();
	report_loop(path, base, pc,
		    (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RSP],
		    ticks * TICK_MS);
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
