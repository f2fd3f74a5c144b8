/* SPDX-License-Identifier: MIT */
/* `bimetal coverage`: which registers and lints of a model the recordings of tests reached. */
#ifndef HARNESS_COMMAND_COVERAGE_H
#define HARNESS_COMMAND_COVERAGE_H

/* Returns the exit code. */
int cmd_coverage(int argc, char **argv);

#endif
