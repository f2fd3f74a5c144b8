/* SPDX-License-Identifier: MIT */
/* Users' modules for the commands: they are loaded, and what they bring is added to the catalogue.
 */
#ifndef HARNESS_COMMAND_MODULES_H
#define HARNESS_COMMAND_MODULES_H

#include <stdbool.h>

#include "harness/catalogue/catalogue.h"
#include "harness/command/options.h"

/* Load the models and the board that these options name. False: a message was printed. */
bool modules_of_run(struct run_options *options);
/* Load a module, "FILE.so" or "FILE.so,KEY=VALUE...", for its registers and lints. False: a message
 * was printed. *name, if not NULL, gets the name of its first device; NULL: it has none, but a
 * board.
 */
bool modules_add(const char *text, const char **name);

#endif
