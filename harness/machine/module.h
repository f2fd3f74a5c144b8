/* SPDX-License-Identifier: MIT */
/* Modules: device models and boards of users, in shared objects (bimetal/model.h). A module is
 * loaded once and stays until the process ends. */
#ifndef HARNESS_MACHINE_MODULE_H
#define HARNESS_MACHINE_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/machine.h"

enum { MODULE_ERROR_SIZE = 1024 };

struct bimetal_module;

/* Is this the text of --device or --machine for a module, "./adc.so", rather than a name? */
bool module_is_path(const char *text);
/* Load the module whose file name is the first `len` bytes of `path`, and check it. NULL: `error`
 * says what is wrong with it. */
const struct bimetal_module *module_load(const char *path, size_t len,
					 char error[MODULE_ERROR_SIZE]);
/* What is wrong with a module's description; NULL: nothing. Reads all that it points to. */
const char *module_fault(const struct bimetal_module *module, char error[MODULE_ERROR_SIZE]);

/* The text of --device: a module is loaded, any other name is left to the machine. False: error. */
bool module_device(const char *text, struct machine_device *device, char error[MODULE_ERROR_SIZE]);
/* The text of --machine likewise: *kind is the module's board, or NULL for a name. */
bool module_board(const char *text, const struct machine_kind **kind,
		  char error[MODULE_ERROR_SIZE]);

/* The loaded module whose code is at this address of the process: its file, and the address where
 * the file is loaded. NULL: none. Safe in a signal handler. */
const char *module_at(uintptr_t address, uintptr_t *base);
/* The file of the module that is being loaded or checked now; NULL: none. A crash then is of its
 * code, or of what its description points to. Safe in a signal handler. */
const char *module_being_loaded(void);
/* Call `fn` once, before the first module is loaded: a front end catches crashes in the code of
 * modules from then on. */
void module_on_first_load(void (*fn)(void));

#endif
