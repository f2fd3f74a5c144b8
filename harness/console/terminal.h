/* SPDX-License-Identifier: MIT */
/* The user's terminal as the guest's serial terminal. Its input is raw during the run, and restored
 * however the process ends. */
#ifndef HARNESS_CONSOLE_TERMINAL_H
#define HARNESS_CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether standard input is a terminal with this process in its foreground. */
bool terminal_present(void);
/* Make the terminal raw, until terminal_restore(), the end of the process or a deadly signal.
 * Returns false, and changes nothing, if that is not possible. */
bool terminal_raw(void);
/* Restore the terminal; does nothing if it is not raw. */
void terminal_restore(void);

/* Separates keys for the guest from Ctrl-A commands. Starts zero-initialised. */
struct terminal_keys {
	bool escaped; /* Ctrl-A was the last key */
};

enum terminal_command {
	TERMINAL_NONE,
	TERMINAL_QUIT, /* Ctrl-A X */
	TERMINAL_HELP  /* Ctrl-A H or ? */
};

/* Handle one key. Returns true if *out is a byte for the guest; *command is the user's command. */
bool terminal_key(struct terminal_keys *keys, uint8_t key, uint8_t *out,
		  enum terminal_command *command);
/* Read what was typed, waiting at most timeout_ms. Returns the number of bytes; 0: none. *closed:
 * the terminal is gone. */
size_t terminal_read(void *buf, size_t size, int timeout_ms, bool *closed);

/* Have the next signal call on_first(ctx) from its handler; NULL: no call. */
void terminal_wake(void (*on_first)(void *ctx), void *ctx);
/* From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT let the run end cleanly: the handler calls
 * on_first(ctx), and terminal_interrupted() returns the first signal that came, or 0. The process
 * is killed by a second signal of the same kind, or if the run has not ended some seconds later. */
void terminal_catch_signals(void (*on_first)(void *ctx), void *ctx);
int terminal_interrupted(void);

#endif
