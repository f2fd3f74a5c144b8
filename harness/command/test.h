/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COMMAND_TEST_H
#define HARNESS_COMMAND_TEST_H

/* `bimetal test`: see test_plan.h. Returns the exit code. */
int cmd_test(int argc, char **argv);

#endif
