/* SPDX-License-Identifier: MIT */
/* Where a session's output goes: the guest's characters, the trace, and files of the reports. */
#ifndef HARNESS_COMMAND_SESSION_OUTPUT_H
#define HARNESS_COMMAND_SESSION_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/command/session.h"

/* The machine's serial_tx, debug_tx and device_tx; `ctx` is the session. */
void session_on_serial(void *ctx, unsigned n, uint8_t byte);
void session_on_debug(void *ctx, uint8_t byte);
void session_on_device(void *ctx, unsigned n, uint8_t byte);

/* Check all outputs of the options, and open s->serial_out, debug_out, trace_out. False: s->error
 * says why not. */
bool session_open_outputs(struct session *s);
/* One more file to write ("-": standard output), which the caller closes. False: s->error says why
 * not. */
bool session_open_output(struct session *s, const char *path, FILE **out);
/* At the end: write what of the guest's last line waits for the line's end. */
void session_write_held(struct session *s);
/* Let others see what the guest has written so far. */
void session_flush(struct session *s);
/* False: something could not be written; s->error says so. */
bool session_check_outputs(struct session *s);
/* Close the files of session_open_outputs(). False: one could not be written to its end. */
bool session_close_files(struct session *s);

#endif
