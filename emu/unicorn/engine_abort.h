/* SPDX-License-Identifier: MIT */
/* The engine gives up: abort(), exit(), a failed assertion, no memory. The build lets it call
 * functions of engine_abort.c instead, which go back to where the engine was called from. What it
 * left halfway is not known, so such an engine is dead: it is neither run nor closed again. */
#ifndef EMU_UNICORN_ENGINE_ABORT_H
#define EMU_UNICORN_ENGINE_ABORT_H

#include <stdbool.h>

/* Call call(ctx). False: the engine gave up on the way, and engine_abort_words() says how. What it
 * writes to its standard output or error without giving up goes to ours of errors at the end. May
 * nest; the innermost guard of the thread catches. Outside of any guard the process aborts. */
bool engine_abort_guard(void (*call)(void *ctx), void *ctx);

/* What the engine said last, on one line: of this thread, until the next guard. Never NULL. */
const char *engine_abort_words(void);

/* A fault of the host (SIGSEGV, SIGBUS, SIGFPE, SIGILL) between these two, on this thread, is the
 * engine's, and taken for its giving up where engine_abort_catch_faults() was called. */
void engine_abort_enter(void);
void engine_abort_leave(void);
/* From now on. Faults elsewhere keep their handler. The calling thread gets an alternate stack, if
 * it has none, so that an endless recursion can be told too. False: the system refuses. */
bool engine_abort_catch_faults(void);

/* Keep hold of a dead engine for ever. Its memory is lost by intent: to free it, its locks would be
 * taken and its lists walked. */
void engine_abort_bury(void *engine);

#endif
