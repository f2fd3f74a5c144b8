/* SPDX-License-Identifier: MIT */
#include "harness/command/modules.h"

#include <stdio.h>
#include <string.h>

#include "bimetal/board.h"
#include "harness/command/module_crash.h"
#include "harness/machine/module.h"

bool modules_of_run(struct run_options *options)
{
	char why[MODULE_ERROR_SIZE];

	module_crash_catch();
	if (!module_board(options->machine, &options->kind, why)) {
		fprintf(stderr, "bimetal: --machine %s\n", why);
		return false;
	}
	if (options->kind) catalogue_add_board(options->kind);
	for (unsigned i = 0; i < options->n_devices; i++) {
		struct machine_device *device = &options->device[i];

		if (!module_device(device->text, device, why)) {
			fprintf(stderr, "bimetal: --device %s\n", why);
			return false;
		}
		if (device->model) catalogue_add_model(device->model);
	}
	return true;
}

bool modules_add(const char *text, const char **name)
{
	char why[MODULE_ERROR_SIZE];
	const struct bimetal_module *module;

	module_crash_catch();
	if (!module_is_path(text)) {
		fprintf(stderr,
			"bimetal: --device %.200s: expected the file of a module, such as "
			"./adc.so; "
			"bimetal's own devices are known without it\n",
			text);
		return false;
	}
	module = module_load(text, strcspn(text, ","), why);
	if (!module) {
		fprintf(stderr, "bimetal: %s\n", why);
		return false;
	}
	if (module->model) catalogue_add_model(module->model);
	if (module->board) catalogue_add_board(module->board);
	if (name) *name = module->model ? module->model->part[0].ops->name : NULL;
	return true;
}
