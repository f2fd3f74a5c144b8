/* SPDX-License-Identifier: MIT */
/* The user's terminal as a serial terminal of the guest: raw input, put right again on every way
 * out of the process. */
#ifndef HARNESS_CONSOLE_TERMINAL_H
#define HARNESS_CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Standard input is a terminal, and this process is in its foreground. */
bool terminal_present(void);
/* Make it raw, to be restored by terminal_restore(), at exit and on deadly signals. False, with
 * nothing changed, if that cannot be done. */
bool terminal_raw(void);
/* Put it back as it was; does nothing if it is not raw. */
void terminal_restore(void);

/* Tells keys for the guest from Ctrl-A commands. Zero-initialised is the start. */
struct terminal_keys {
	bool escaped; /* Ctrl-A was the last key */
};

enum terminal_command {
	TERMINAL_NONE,
	TERMINAL_QUIT, /* Ctrl-A X */
	TERMINAL_HELP  /* Ctrl-A H or ? */
};

/* Take one key: true if *out is for the guest; *command says what the user asked for. */
bool terminal_key(struct terminal_keys *keys, uint8_t key, uint8_t *out,
		  enum terminal_command *command);
/* Read what was typed, waiting up to timeout_ms for it; 0: nothing there. *closed: the terminal
 * went away. */
size_t terminal_read(void *buf, size_t size, int timeout_ms, bool *closed);

/* Who is woken by the first signal from now on, from its handler; NULL: nobody. */
void terminal_wake(void (*on_first)(void *ctx), void *ctx);
/* SIGINT, SIGTERM, SIGHUP and SIGQUIT end a run in good order from now on: terminal_interrupted()
 * returns the first one that came, or 0. Each also calls on_first(ctx), in its handler. A second of
 * its kind kills, and so does it if the run has not ended some seconds later. */
void terminal_catch_signals(void (*on_first)(void *ctx), void *ctx);
int terminal_interrupted(void);

#endif
