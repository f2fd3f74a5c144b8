/* SPDX-License-Identifier: MIT */
/* What is printed and written when a run has ended. */
#ifndef HARNESS_COMMAND_REPORT_H
#define HARNESS_COMMAND_REPORT_H

#include <stdbool.h>

#include "harness/command/session.h"

/* After session_run(): write what the options ask for: screen, picture, statistics, crash report,
 * summary. False: something could not be written; s->error says what. */
bool report_write(struct session *s, const char *version);

#endif
