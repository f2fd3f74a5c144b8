/* SPDX-License-Identifier: MIT */
/* `bimetal twin`: the emulated side of twin tests, and the comparison of both sides. */
#ifndef HARNESS_COMMAND_TWIN_H
#define HARNESS_COMMAND_TWIN_H

/* argv[0] is the command's name for messages. Returns the exit code: 0 passed or equal, 1 not, 2
 * usage. */
int cmd_twin(int argc, char **argv);

#endif
