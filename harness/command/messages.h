/* SPDX-License-Identifier: MIT */
/* The stream for bimetal's own messages. They go to standard error, but keep out of the guest's
 * text: what the guest wrote to standard output is shown first, and if both go to the same place (a
 * terminal, or a file by 2>&1), a message starts on a line of its own. Standard output itself gets
 * nothing but the guest's bytes. */
#ifndef HARNESS_COMMAND_MESSAGES_H
#define HARNESS_COMMAND_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct messages {
	FILE *out;      /* write messages here; line by line */
	bool shared;    /* standard output and standard error are the same place */
	bool open_line; /* the guest's last line on standard output has no end yet */
};

/* `m` must not move. If the host has no memory, m->out is standard error itself. */
void messages_init(struct messages *m);
/* The guest wrote this byte to standard output (the stream stdout). */
void messages_guest_wrote(struct messages *m, uint8_t byte);
/* Something of ours follows on standard output: end the guest's line there. */
void messages_end_line(struct messages *m);
/* Show what is not written yet; m->out is standard error from then on. */
void messages_close(struct messages *m);

#endif
