/* SPDX-License-Identifier: MIT */
/* The files that a session will write, checked before anything is opened. */
#ifndef HARNESS_COMMAND_SESSION_PATHS_H
#define HARNESS_COMMAND_SESSION_PATHS_H

#include "harness/command/session.h"

/* Whether each output of the options can be written, also those that are written only at the end;
 * and whether none of them would overwrite an input of the run, another output, or any ELF file:
 * the last is most probably the IMAGE, and the option's value is missing. Nothing is created or
 * changed. False: s->error says why not. */
bool session_check_paths(struct session *s);
/* s->error says that `path` cannot be opened, because of errno. False. */
bool session_fail_to_open(struct session *s, const char *path);

#endif
