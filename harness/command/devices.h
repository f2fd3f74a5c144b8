/* SPDX-License-Identifier: MIT */
/* `bimetal devices`. */
#ifndef HARNESS_COMMAND_DEVICES_H
#define HARNESS_COMMAND_DEVICES_H

/* argv[0] is the name for messages. Returns the exit code of the process: 0, or 2 for a wrong
 * command line or an unknown model. */
int cmd_devices(int argc, char **argv);

#endif
