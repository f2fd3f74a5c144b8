/* SPDX-License-Identifier: MIT */
/* The variables are global because a signal goes to the whole process. */
#include "harness/console/terminal.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "emu/array.h"

enum {
	CTRL_A = 0x01,
	PATIENCE_S = 5 /* from a signal to the end of the run; then it is killed */
};

static struct termios saved;
static volatile sig_atomic_t is_raw;
static volatile sig_atomic_t caught;
static void (*volatile wake)(void *ctx);
static void *volatile wake_ctx;

bool terminal_present(void) { return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp(); }

void terminal_restore(void)
{
	if (!is_raw) return;
	is_raw = 0;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &saved); /* fails if the terminal is gone */
}

static void on_deadly_signal(int number)
{
	terminal_restore();
	/* SA_RESETHAND has restored the default action: the signal ends the process. */
	(void)raise(number);
}

static void restore_on_deadly_signals(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS,  SIGILL,  SIGFPE, SIGABRT,
				      SIGSYS,  SIGALRM, SIGPIPE, SIGXCPU };
	struct sigaction action = { .sa_handler = on_deadly_signal,
				    .sa_flags = (int)SA_RESETHAND | SA_NODEFER };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(deadly); i++)
		(void)sigaction(deadly[i], &action, NULL); /* cannot fail for these */
}

bool terminal_raw(void)
{
	if (tcgetattr(STDIN_FILENO, &saved) != 0) return false;
	struct termios raw = saved;
	cfmakeraw(&raw);
	/* OPOST stays on: the guest sends its own carriage returns, but our messages on the same
	 * screen do not have them. */
	raw.c_oflag = saved.c_oflag;
	if (atexit(terminal_restore) != 0) return false;
	restore_on_deadly_signals();
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return false;
	is_raw = 1;
	return true;
}

bool terminal_key(struct terminal_keys *keys, uint8_t key, uint8_t *out,
		  enum terminal_command *command)
{
	*command = TERMINAL_NONE;
	*out = key;
	if (!keys->escaped) {
		keys->escaped = key == CTRL_A;
		return key != CTRL_A;
	}
	keys->escaped = false;
	if (key == 'x' || key == 'X')
		*command = TERMINAL_QUIT;
	else if (key == 'h' || key == 'H' || key == '?')
		*command = TERMINAL_HELP;
	else if (key == 'a' || key == 'A' || key == CTRL_A) {
		*out = CTRL_A;
		return true;
	}
	return false;
}

size_t terminal_read(void *buf, size_t size, int timeout_ms, bool *closed)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	*closed = false;
	if (poll(&fd, 1, timeout_ms) <= 0) return 0;
	ssize_t n = read(STDIN_FILENO, buf, size);
	if (n > 0) return (size_t)n;
	*closed = true;
	return 0;
}

static void on_signal(int number)
{
	if (!caught) caught = number;
	void (*now)(void *ctx) = wake;
	if (now) now(wake_ctx);
	alarm(PATIENCE_S);
}

/* The run did not end: a write to a full pipe, or a model of the user's that does not return. The
 * message must not wait likewise. */
static void on_no_patience(int number)
{
	static const char text[] =
		"\nbimetal: the run did not end within 5 s of the signal; it is ended now, without "
		"reports\n";
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	(void)number;
	terminal_restore();
	if (poll(&fd, 1, 0) > 0 && fd.revents & POLLOUT)
		(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)signal(caught, SIG_DFL);
	(void)raise(caught);
}

void terminal_wake(void (*on_first)(void *ctx), void *ctx)
{
	wake = NULL; /* a signal may come at any moment */
	wake_ctx = ctx;
	wake = on_first;
}

void terminal_catch_signals(void (*on_first)(void *ctx), void *ctx)
{
	terminal_wake(on_first, ctx);
	static const int polite[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(polite); i++)
		(void)sigaction(polite[i], &action, NULL); /* cannot fail for these */
	action.sa_handler = on_no_patience;
	(void)sigaction(SIGALRM, &action, NULL);
}

int terminal_interrupted(void) { return caught; }
