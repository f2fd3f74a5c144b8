/* SPDX-License-Identifier: MIT */
/* `bimetal devices`. */
#ifndef HARNESS_COMMAND_DEVICES_H
#define HARNESS_COMMAND_DEVICES_H

/* argv[0] is the name for messages. Returns the process's exit code: 0, or 2 for a wrong command
 * line or a model that there is not. */
int cmd_devices(int argc, char **argv);

#endif
