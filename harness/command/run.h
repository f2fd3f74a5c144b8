/* SPDX-License-Identifier: MIT */
/* `bimetal run`. */
#ifndef HARNESS_COMMAND_RUN_H
#define HARNESS_COMMAND_RUN_H

/* argv[0] is the name for messages ("bimetal run"). Returns the process's exit code. */
int cmd_run(int argc, char **argv);

#endif
