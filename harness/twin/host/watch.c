/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* registers by name, process_vm_readv() */
#include "harness/twin/host/watch.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "harness/twin/host/calls.h"
#include "harness/twin/program.h"

enum {
	MAX_FRAMES = 64,
	MAX_NAME = 256,
	STACK = 65536,    /* of the handler: the test's may be full */
	LOWEST = 0x10000, /* Linux maps nothing below (vm.mmap_min_addr) */
	NEAR_STACK = 65536,
	PF_WRITE = 1 << 1, /* of the error code (SDM Vol. 3A 4.7) */
	MAX_CODE = 4
};

/* What the handler knows. It goes through the pipe in one piece (PIPE_BUF). */
struct crash {
	int signal;
	char test[MAX_NAME];
	bool faulted; /* the processor refused an access to `address` */
	bool refused; /* the processor refused the instruction */
	bool write;
	bool unmapped; /* nothing is there */
	uint64_t address, pc, sp;
	uint64_t top; /* word at the stack pointer */
	uint8_t code[MAX_CODE];
	unsigned limit;
	int n;
	void *frame[MAX_FRAMES];
};

static const struct {
	int number;
	const char *text;
} signals[] = {
	{ SIGSEGV, "SIGSEGV" },
	{ SIGBUS, "SIGBUS" },
	{ SIGILL, "SIGILL, invalid instruction" },
	{ SIGFPE, "SIGFPE, division by zero or overflow of a division" },
	{ SIGTRAP, "SIGTRAP" },
	{ SIGABRT, "SIGABRT, abort() was called" },
	{ SIGPROF, NULL },
};
enum { N_SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static const char *test_name;
static unsigned limit; /* in seconds of processor time */
static watch_late *on_late;
static void *late_ctx;
static volatile sig_atomic_t late;
static int to_helper = -1;
static pid_t helper;
static unsigned char stack[STACK];

/* ---- in the handler: async-signal-safe functions only ---- */

/* Pointers may be wrong: the kernel reads there, and fails if it cannot. */
static void read_memory(uint64_t address, void *to, size_t size)
{
	struct iovec local = { to, size };
	struct iovec remote = { (void *)(uintptr_t)address, size };
	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != (ssize_t)size)
		memset(to, 0, size);
}

static void read_context(struct crash *c, const ucontext_t *context)
{
#ifdef __x86_64__
	const greg_t *reg = context->uc_mcontext.gregs;
	c->pc = (uint64_t)reg[REG_RIP];
	c->sp = (uint64_t)reg[REG_RSP];
	c->write = (reg[REG_ERR] & PF_WRITE) != 0;
	read_memory(c->sp, &c->top, sizeof(c->top));
	read_memory(c->pc, c->code, sizeof(c->code));
#else
	(void)c;
	(void)context;
#endif
}

static void set_timer(unsigned seconds)
{
	struct itimerval after = { .it_value = { .tv_sec = (time_t)seconds } };
	(void)setitimer(ITIMER_PROF, &after, NULL);
}

static void on_signal(int number, siginfo_t *info, void *context);

/* The first time that the limit is reached. */
static void give_a_second(void)
{
	struct sigaction again = { .sa_sigaction = on_signal,
				   .sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND) };

	late = true;
	on_late(late_ctx);
	sigemptyset(&again.sa_mask);
	(void)sigaction(SIGPROF, &again, NULL);
	set_timer(1);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	int saved = errno;
	struct crash c = { .signal = number, .limit = limit };

	if (number == SIGPROF && !late) {
		give_a_second();
		errno = saved;
		return;
	}
	/* No page fault: the processor refused the instruction, and there is no address. */
	c.refused = number == SIGSEGV && info->si_code == SI_KERNEL;
	c.faulted = (number == SIGSEGV || number == SIGBUS) && info->si_code > 0 && !c.refused;
	c.unmapped = number == SIGSEGV && info->si_code == SEGV_MAPERR;
	if (c.faulted) c.address = (uint64_t)(uintptr_t)info->si_addr;
	for (size_t i = 0; i + 1 < MAX_NAME && test_name[i]; i++) c.test[i] = test_name[i];
	read_context(&c, context);
	/* Safe once its library is loaded, which watch_begin() did. */
	c.n = backtrace(c.frame, MAX_FRAMES);
	if (write(to_helper, &c, sizeof(c)) == (ssize_t)sizeof(c)) (void)waitpid(helper, NULL, 0);
	/* SA_RESETHAND: on return the signal has its default effect. */
	(void)raise(number);
	errno = saved;
}

/* ---- in the helper ---- */

/* The addresses to be looked up, from the inside out; returns how many. */
static int list_calls(const struct crash *c, uint64_t *address)
{
	int n = 0, first = 0;

	while (first < c->n && (uint64_t)(uintptr_t)c->frame[first] != c->pc) first++;
	address[n++] = c->pc;
	if (c->faulted && c->pc == c->address && c->top) address[n++] = c->top - 1;
	/* Return addresses: the call is before. */
	for (int i = first + 1; i < c->n; i++) address[n++] = (uint64_t)(uintptr_t)c->frame[i] - 1;
	return n;
}

/* Print where the user's code was, and what called it: "drv.c:5, called from test.c:7: ". */
static void print_place(struct program *program, const struct crash *c)
{
	uint64_t address[MAX_FRAMES + 2];
	char place[CALLS_TEXT];

	calls_place(program, address, list_calls(c, address), place);
	fprintf(stderr, "%s%s", place, place[0] ? ": " : "");
}

/* Instructions that only a kernel may execute (SDM Vol. 2): IN, OUT, INS, OUTS, HLT, CLI, STI, and
 * behind 0Fh those for descriptor tables, control registers and MSRs. */
static bool is_kernels(const uint8_t *code)
{
	static const uint8_t one[] = { 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef,
				       0x6c, 0x6d, 0x6e, 0x6f, 0xf4, 0xfa, 0xfb };
	static const uint8_t two[] = { 0x00, 0x01, 0x06, 0x08, 0x09, 0x20,
				       0x21, 0x22, 0x23, 0x30, 0x32, 0x33 };
	enum { TWO_BYTES = 0x0f, OPERAND_SIZE = 0x66, REPNE = 0xf2, REP = 0xf3 };
	int i = 0;

	while (i < MAX_CODE - 2 && (code[i] == OPERAND_SIZE || code[i] == REPNE || code[i] == REP))
		i++;
	if (code[i] == TWO_BYTES) return memchr(two, code[i + 1], sizeof(two)) != NULL;
	return memchr(one, code[i], sizeof(one)) != NULL;
}

static void print_refused(const struct crash *c)
{
	if (is_kernels(c->code))
		fputs(": an instruction for ports, or one that only a kernel may execute. Use a "
		      "function of bimetal/portio.h, io.h or wait.h instead",
		      stderr);
	else
		fputs(": general protection fault, as for an address that is not canonical",
		      stderr);
}

static void print_reason(const struct crash *c)
{
	uint64_t below = c->sp - c->address;
	const char *reason = c->write ? "write to" : "read of";

	if (c->signal == SIGPROF) {
		fprintf(stderr,
			"the test did not end within %u s of processor time: an endless loop? One "
			"that "
			"waits for an interrupt needs an access or a wait in it",
			c->limit);
		return;
	}
	for (size_t i = 0; i < N_SIGNALS; i++)
		if (signals[i].number == c->signal) fputs(signals[i].text, stderr);
	if (c->refused) print_refused(c);
	if (!c->faulted) return;
	if (c->pc == c->address) reason = "jump to";
	fprintf(stderr, ": %s address 0x%" PRIx64, reason, c->address);
	if (c->address < LOWEST)
		fputs(", a null pointer", stderr);
	else if (below + NEAR_STACK < 2 * (uint64_t)NEAR_STACK)
		fputs(", beside the stack: it is full, or an array on it was exceeded", stderr);
	else if (c->unmapped && c->address <= UINT32_MAX)
		fputs(". If a device of the machine is there: use twin_memory(), or mmio_read32() "
		      "and "
		      "its like of bimetal/portio.h; if RAM is: twin_dma() or twin_ram()",
		      stderr);
}

static _Noreturn void help(int from_test, const char *path)
{
	struct crash c;
	ssize_t n;

	do n = read(from_test, &c, sizeof(c));
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(c)) {
		struct program *program = program_open(path);
		print_place(program, &c);
		print_reason(&c);
		fprintf(stderr, " (test %s)\n", c.test);
		fflush(stderr);
	}
	_exit(0);
}

/* ---- begin and end ---- */

static void start_helper(const char *program)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) return;
	helper = fork();
	if (helper == 0) {
		close(ends[1]);
		help(ends[0], program);
	}
	close(ends[0]);
	if (helper < 0)
		close(ends[1]);
	else
		to_helper = ends[1];
}

static void set_handlers(void)
{
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND) };
	struct sigaction old;
	stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) }, there;

	if (sigaltstack(NULL, &there) == 0 && (there.ss_flags & SS_DISABLE))
		(void)sigaltstack(&own, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		int number = signals[i].number;
		if (sigaction(number, NULL, &old) == 0 && !(old.sa_flags & SA_SIGINFO) &&
		    old.sa_handler == SIG_DFL)
			(void)sigaction(number, &action, NULL);
	}
}

void watch_begin(const char *program, watch_late *fn, void *ctx)
{
	void *frame[1];

	on_late = fn;
	late_ctx = ctx;
	(void)backtrace(frame, 1);
	start_helper(program);
	if (to_helper >= 0) set_handlers();
}

void watch_test(const char *test, unsigned seconds)
{
	test_name = test;
	limit = seconds;
	late = false;
	set_timer(seconds);
}

void watch_rest(void) { set_timer(0); }
