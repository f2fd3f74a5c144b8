/* SPDX-License-Identifier: MIT */
/* Catching the engine when it gives up, and its last message (docs/decisions/0002). */
#include "emu/unicorn/engine_abort.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"

enum { WORDS_SIZE = 512, ALTERNATE_STACK = 64 << 10 };

/* Per thread, because engines of several threads may run at once. */
static _Thread_local struct {
	sigjmp_buf *guard;            /* NULL: no guard */
	volatile sig_atomic_t inside; /* engine_abort_enter() */
	size_t length;
	char words[WORDS_SIZE];
} state;

/* Called by the engine. */
_Noreturn void bimetal_unicorn_abort(void);
_Noreturn void bimetal_unicorn_exit(int status);
_Noreturn void bimetal_unicorn_assert_fail(const char *what, const char *file, unsigned line,
					   const char *function);
int bimetal_unicorn_fprintf(FILE *out, const char *format, ...);
int bimetal_unicorn_vfprintf(FILE *out, const char *format, va_list args);
int bimetal_unicorn_printf(const char *format, ...);
int bimetal_unicorn_fprintf_chk(FILE *out, int flag, const char *format, ...);
int bimetal_unicorn_vfprintf_chk(FILE *out, int flag, const char *format, va_list args);
int bimetal_unicorn_printf_chk(int flag, const char *format, ...);
size_t bimetal_unicorn_fwrite(const void *data, size_t size, size_t n, FILE *out);
int bimetal_unicorn_fputs(const char *text, FILE *out);
int bimetal_unicorn_fputc(int c, FILE *out);
int bimetal_unicorn_puts(const char *text);
int bimetal_unicorn_putchar(int c);
void bimetal_unicorn_perror(const char *text);

/* --- messages */

static void say_bytes(const char *text, size_t n)
{
	size_t room = WORDS_SIZE - 1 - state.length;
	if (n > room) n = room;
	memcpy(state.words + state.length, text, n);
	state.length += n;
	state.words[state.length] = '\0';
}

static void say(const char *text) { say_bytes(text, strlen(text)); }

__attribute__((format(printf, 1, 0))) static int say_format(const char *format, va_list args)
{
	char text[WORDS_SIZE];
	int n = vsnprintf(text, sizeof text, format, args);
	say(text);
	return n;
}

static bool is_ours(const FILE *out) { return out == stderr || out == stdout; }

/* Make it one line, for the report. */
static void tidy_words(void)
{
	while (state.length && state.words[state.length - 1] == '\n') state.length--;
	state.words[state.length] = '\0';
	for (char *c = state.words; *c; c++)
		if (*c == '\n') *c = ' ';
}

static void forget_words(void)
{
	state.length = 0;
	state.words[0] = '\0';
}

/* The engine printed something and went on: pass it on. */
static void pass_words_on(void)
{
	if (!state.length) return;
	tidy_words();
	(void)fprintf(stderr, "bimetal: the CPU engine says: %s\n", state.words);
	forget_words();
}

const char *engine_abort_words(void) { return state.words; }

/* ---- the way back */

bool engine_abort_guard(void (*call)(void *ctx), void *ctx)
{
	sigjmp_buf here;
	sigjmp_buf *outer = state.guard;
	forget_words();
	if (sigsetjmp(here, 0)) {
		state.guard = outer;
		state.inside = 0;
		tidy_words();
		return false;
	}
	state.guard = &here;
	call(ctx);
	state.guard = outer;
	pass_words_on();
	return true;
}

static _Noreturn void give_up(void)
{
	if (state.guard) siglongjmp(*state.guard, 1);
	pass_words_on();
	abort();
}

/* Set the reason if the engine printed nothing before it gave up. */
static void say_if_silent(const char *text)
{
	if (!state.length) say(text);
}

void bimetal_unicorn_abort(void)
{
	say_if_silent("abort()");
	give_up();
}

void bimetal_unicorn_exit(int status)
{
	char text[64];
	(void)snprintf(text, sizeof text, "exit(%d): probably out of memory", status);
	say_if_silent(text);
	give_up();
}

void bimetal_unicorn_assert_fail(const char *what, const char *file, unsigned line,
				 const char *function)
{
	char text[WORDS_SIZE];
	(void)snprintf(text, sizeof text, "%s:%u: %s: assertion '%s' failed", file, line, function,
		       what);
	say(text);
	give_up();
}

/* ---- its output: standard output belongs to the guest */

int bimetal_unicorn_vfprintf(FILE *out, const char *format, va_list args)
{
	return is_ours(out) ? say_format(format, args) : vfprintf(out, format, args);
}

#define PRINT(out, format)                                           \
	do {                                                         \
		va_list args;                                        \
		va_start(args, format);                              \
		int n = bimetal_unicorn_vfprintf(out, format, args); \
		va_end(args);                                        \
		return n;                                            \
	} while (0)

int bimetal_unicorn_fprintf(FILE *out, const char *format, ...) { PRINT(out, format); }

int bimetal_unicorn_printf(const char *format, ...) { PRINT(stdout, format); }

int bimetal_unicorn_fprintf_chk(FILE *out, int flag, const char *format, ...)
{
	(void)flag;
	PRINT(out, format);
}

int bimetal_unicorn_printf_chk(int flag, const char *format, ...)
{
	(void)flag;
	PRINT(stdout, format);
}

int bimetal_unicorn_vfprintf_chk(FILE *out, int flag, const char *format, va_list args)
{
	(void)flag;
	return bimetal_unicorn_vfprintf(out, format, args);
}

size_t bimetal_unicorn_fwrite(const void *data, size_t size, size_t n, FILE *out)
{
	if (!is_ours(out)) return fwrite(data, size, n, out);
	say_bytes(data, size * n);
	return n;
}

int bimetal_unicorn_fputs(const char *text, FILE *out)
{
	if (!is_ours(out)) return fputs(text, out);
	say(text);
	return 1;
}

int bimetal_unicorn_fputc(int c, FILE *out)
{
	if (!is_ours(out)) return fputc(c, out);
	say_bytes(&(char){ (char)c }, 1);
	return (unsigned char)c;
}

int bimetal_unicorn_puts(const char *text)
{
	say(text);
	say("\n");
	return 1;
}

int bimetal_unicorn_putchar(int c) { return bimetal_unicorn_fputc(c, stdout); }

void bimetal_unicorn_perror(const char *text)
{
	const char *why = strerror(errno);
	say(text);
	say(": ");
	say(why);
	say("\n");
}

/* ---- faults of the host */

static const struct {
	int number;
	const char *name;
} faults[] = {
	{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" }
};
enum { N_FAULTS = ARRAY_SIZE(faults) };

static struct sigaction before[N_FAULTS];

void engine_abort_enter(void) { state.inside = 1; }
void engine_abort_leave(void) { state.inside = 0; }

/* Restore the previous handler: the instruction faults again, and that handler gets it. A signal
 * that was sent does not recur by itself, so it is sent again. */
static void leave_to_others(int number, unsigned i, const siginfo_t *info)
{
	(void)sigaction(number, &before[i], NULL);
	if (info->si_code <= 0) (void)raise(number);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	unsigned i = 0;
	(void)context;
	while (i < N_FAULTS - 1 && faults[i].number != number) i++;
	if (!state.inside || !state.guard || info->si_code <= 0) {
		leave_to_others(number, i, info);
		return;
	}
	char text[128];
	(void)snprintf(text, sizeof text, "%s, at the host's address %p", faults[i].name,
		       info->si_addr);
	forget_words();
	say(text);
	give_up();
}

static bool give_alternate_stack(void)
{
	static _Thread_local void *stack; /* kept until the thread ends */
	stack_t now;
	if (sigaltstack(NULL, &now) != 0) return false;
	if (!(now.ss_flags & SS_DISABLE)) return true;
	if (!stack) stack = malloc(ALTERNATE_STACK);
	if (!stack) return false;
	stack_t ours = { .ss_sp = stack, .ss_size = ALTERNATE_STACK };
	return sigaltstack(&ours, NULL) == 0;
}

bool engine_abort_catch_faults(void)
{
	/* The handler is left by a jump that does not restore the signal mask, because saving the
	 * mask would cost a system call at each start of the engine. So the handler blocks no
	 * signals, not even its own. */
	struct sigaction ours = { .sa_sigaction = on_fault,
				  .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	sigemptyset(&ours.sa_mask);
	if (!give_alternate_stack()) return false;
	for (unsigned i = 0; i < N_FAULTS; i++)
		if (sigaction(faults[i].number, &ours, &before[i]) != 0) return false;
	return true;
}

/* ---- the dead */

struct grave {
	struct grave *next;
	void *engine;
};

void engine_abort_bury(void *engine)
{
	static struct grave
		*_Atomic graves; /* only so that leak checkers see the memory as in use */
	struct grave *g = engine ? malloc(sizeof *g) : NULL;
	if (!g) return;
	g->engine = engine;
	g->next = atomic_load(&graves);
	while (!atomic_compare_exchange_weak(&graves, &g->next, g)) continue;
}
