/* SPDX-License-Identifier: MIT */
/* --expect-picture: the screen at the end of a run must be that of a file. */
#ifndef HARNESS_COMMAND_SESSION_PICTURE_H
#define HARNESS_COMMAND_SESSION_PICTURE_H

#include <stdbool.h>

struct session;

/* Before the run: can the picture be read, and is there a display? */
bool session_check_picture(struct session *s);
/* At its end: compare, keep the verdict in s->outcome, say what differs, and write --difference.
 * False: the file could not be written, or the screen not drawn; s->error says why. */
bool session_compare_picture(struct session *s);

#endif
