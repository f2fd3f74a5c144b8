/* SPDX-License-Identifier: MIT */
/* `bimetal explain`. */
#ifndef HARNESS_COMMAND_EXPLAIN_H
#define HARNESS_COMMAND_EXPLAIN_H

/* argv[0] is the name for messages. Returns the exit code of the process: 0, or 2 for a wrong
 * command line or an unknown lint. */
int cmd_explain(int argc, char **argv);

#endif
