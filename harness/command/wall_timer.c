/* SPDX-License-Identifier: MIT */
/* The variables are global because a signal goes to the whole process. */
#include "harness/command/wall_timer.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "emu/units.h"

static void (*volatile rings)(void *ctx);
static void *volatile rings_ctx;
static timer_t timer;
static bool made;
static volatile sig_atomic_t rang;

static void on_ring(int number)
{
	(void)number;
	rang = 1;
	if (rings) rings(rings_ctx);
}

/* Not SIGALRM: terminal.c uses it to end a process that hangs. With SA_RESTART a write to a full
 * pipe goes on after the signal, so the guest's output stays complete. */
static bool make(void)
{
	struct sigaction action = { .sa_handler = on_ring, .sa_flags = SA_RESTART };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	if (made) return true;
	sigset_t blocked_by_parent;
	sigemptyset(&action.sa_mask);
	sigemptyset(&blocked_by_parent);
	sigaddset(&blocked_by_parent, SIGRTMIN);
	(void)pthread_sigmask(SIG_UNBLOCK, &blocked_by_parent, NULL);
	made = sigaction(SIGRTMIN, &action, NULL) == 0 &&
	       timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
	return made;
}

static bool set(uint64_t ns)
{
	struct itimerspec in = { .it_value = { .tv_sec = (time_t)(ns / NS_PER_S),
					       .tv_nsec = (long)(ns % NS_PER_S) } };
	return timer_settime(timer, 0, &in, NULL) == 0;
}

bool wall_timer_start(uint64_t ns, void (*ring)(void *ctx), void *ctx)
{
	if (!make()) return false;
	wall_timer_stop();
	rang = 0;
	rings_ctx = ctx;
	rings = ring;
	return set(ns);
}

void wall_timer_stop(void)
{
	if (!made) return;
	(void)set(0);
	rings = NULL;
}

bool wall_timer_rang(void) { return rang; }
