/* SPDX-License-Identifier: MIT */
#include "harness/command/devices.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_json.h"
#include "harness/catalogue/register_map.h"
#include "harness/command/modules.h"
#include "harness/machine/board.h"
#include "harness/machine/module.h"

enum { SUCCESS = 0, USAGE = 2, KEY_LIST = 0x100, KEY_JSON, KEY_MARKDOWN, KEY_DEVICE };

struct request {
	const char *name;    /* NULL: all of them */
	const char *machine; /* NULL: of every machine */
	bool list, json, markdown;
};

static const struct argp_option descriptions[] = {
	{ "list", KEY_LIST, NULL, 0, "Print only the names, one per line", 0 },
	{ "json", KEY_JSON, NULL, 0, "Print JSON", 0 },
	{ "markdown", KEY_MARKDOWN, NULL, 0,
	  "Print a page of docs/registers; without NAME its index", 0 },
	{ "device", KEY_DEVICE, "FILE.so", 0,
	  "Add your own: the model or board of a module (repeatable)", 0 },
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_LIST: r->list = true; return 0;
	case KEY_JSON: r->json = true; return 0;
	case KEY_MARKDOWN: r->markdown = true; return 0;
	case KEY_DEVICE: return modules_add(arg, NULL) ? 0 : EINVAL;
	case 'h': argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP); return 0;
	case ARGP_KEY_ARG:
		if (r->name) argp_error(state, "more than one NAME: '%s'", arg);
		r->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (r->list + r->json + r->markdown > 1 || (r->list && r->name))
			argp_error(state, "give only one of --list, --json and --markdown; --list "
					  "takes no NAME");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void list_names(const char *machine)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);

		if (m->machines && (!machine || catalogue_model_in(m, machine))) puts(m->name);
	}
}

static int json_result(bool made)
{
	if (made) return SUCCESS;
	fputs("bimetal: no JSON: out of memory, or a text of a module is not UTF-8\n", stderr);
	return USAGE;
}

static int show_all(const struct request *r)
{
	if (r->json) return json_result(catalogue_json_models(stdout));
	if (r->list)
		list_names(r->machine);
	else if (r->markdown)
		register_page_index(stdout);
	else
		register_map_list(stdout, r->machine);
	return SUCCESS;
}

static int show_one(const struct request *r, const struct catalogue_model *m)
{
	if (r->json) return json_result(catalogue_json_model(stdout, m));
	if (r->markdown)
		register_page(stdout, m);
	else
		register_map_print(stdout, m);
	return SUCCESS;
}

static int unknown(const char *name)
{
	const char *near = catalogue_device_near(name);

	fprintf(stderr, "bimetal: unknown device '%s'; ", name);
	if (near) fprintf(stderr, "did you mean %s? ", near);
	fputs("'bimetal devices' lists them; one of a module needs --device FILE.so\n", stderr);
	return USAGE;
}

/* The name of a module's board, which is loaded. */
static const char *board_of(const char *file)
{
	char why[MODULE_ERROR_SIZE];
	const struct machine_kind *kind = NULL;

	return module_board(file, &kind, why) && kind ? kind->name : NULL;
}

int cmd_devices(int argc, char **argv)
{
	static const struct argp argp = {
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "[NAME]",
		.doc = "List the device models, or show the registers of "
		       "one. NAME is that of the model, or the one "
		       "that messages use, such as com1; or the file of a "
		       "module with a model, such as ./adc.so, or with a "
		       "board, whose devices are listed."
	};
	struct request r = { 0 };
	const struct catalogue_model *m;

	argp_err_exit_status = USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &r) != 0) return USAGE;
	if (r.name && module_is_path(r.name)) {
		const char *file = r.name;

		if (!modules_add(file, &r.name)) return USAGE;
		if (!r.name) r.machine = board_of(file);
	}
	if (!r.name) return show_all(&r);
	m = catalogue_device(r.name);
	return m ? show_one(&r, m) : unknown(r.name);
}
