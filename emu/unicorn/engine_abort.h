/* SPDX-License-Identifier: MIT */
/* Catches the engine giving up: abort(), exit(), a failed assertion, no memory. The build redirects
 * these calls of the engine to engine_abort.c, which returns to where bimetal called the engine.
 * The engine's state is then inconsistent, so it is dead: it is never run or closed again. */
#ifndef EMU_UNICORN_ENGINE_ABORT_H
#define EMU_UNICORN_ENGINE_ABORT_H

#include <stdbool.h>

/* Call call(ctx). False: the engine gave up; engine_abort_words() gives its last message. Other
 * output of the engine to standard output or error is passed to standard error at the end. Calls
 * may nest; the innermost on the thread catches. Outside any guard the process aborts. */
bool engine_abort_guard(void (*call)(void *ctx), void *ctx);

/* The engine's last message, on one line. Valid on this thread until the next guard. Never NULL. */
const char *engine_abort_words(void);

/* Between these two calls, a host fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL) on this thread counts as
 * the engine giving up, if engine_abort_catch_faults() was called. */
void engine_abort_enter(void);
void engine_abort_leave(void);
/* Catch such faults from now on. Other faults go to their previous handler. The calling thread gets
 * an alternate stack if it has none, so that an endless recursion can be reported too. False: the
 * system call failed. */
bool engine_abort_catch_faults(void);

/* Keep a dead engine until the process ends. Its memory is leaked on purpose: freeing it would take
 * its locks and walk its lists, which may be inconsistent. */
void engine_abort_bury(void *engine);

#endif
