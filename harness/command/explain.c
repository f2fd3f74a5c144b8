/* SPDX-License-Identifier: MIT */
#include "harness/command/explain.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/catalogue_json.h"
#include "harness/catalogue/explain.h"
#include "harness/command/modules.h"

enum { SUCCESS = 0, USAGE = 2, KEY_LIST = 0x100, KEY_JSON, KEY_DEVICE, HINT_SIZE = 320 };

struct request {
	const char *id; /* or a pattern that ends with '*'; NULL: --list */
	bool list, json;
};

static const struct argp_option descriptions[] = {
	{ "list", KEY_LIST, NULL, 0, "Print every ID, one per line", 0 },
	{ "json", KEY_JSON, NULL, 0, "Print JSON; with --list everything about every lint", 0 },
	{ "device", KEY_DEVICE, "FILE.so", 0,
	  "Add the lints of your own model or board, a module (repeatable)", 0 },
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_LIST: r->list = true; return 0;
	case KEY_JSON: r->json = true; return 0;
	case KEY_DEVICE: return modules_add(arg, NULL) ? 0 : EINVAL;
	case 'h': argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP); return 0;
	case ARGP_KEY_ARG:
		if (r->id) argp_error(state, "more than one ID: '%s'", arg);
		r->id = arg;
		return 0;
	case ARGP_KEY_END:
		if (!r->id && !r->list) argp_error(state, "no ID given; --list prints all of them");
		if (r->id && r->list) argp_error(state, "give either an ID or --list, not both");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int json_result(bool made)
{
	if (made) return SUCCESS;
	fputs("bimetal: no JSON: out of memory, or a text of a module is not UTF-8\n", stderr);
	return USAGE;
}

static int show_one(const struct request *r, const struct catalogue_lint *lint)
{
	if (r->json) return json_result(catalogue_json_lint(stdout, lint));
	explain_print(stdout, lint);
	return SUCCESS;
}

static int show_many(const struct request *r, const struct catalogue_lint *lints, size_t n)
{
	if (r->json) return json_result(catalogue_json_lints(stdout, lints, n));
	for (size_t i = 0; i < n; i++) {
		if (r->list) {
			puts(lints[i].id);
			continue;
		}
		if (i) putchar('\n');
		explain_print(stdout, &lints[i]);
	}
	return SUCCESS;
}

static int unknown(const char *id)
{
	char hint[HINT_SIZE];

	catalogue_lint_hint(id, hint, sizeof(hint));
	fprintf(stderr, "bimetal: unknown lint '%s'; %s%s\n", id, hint,
		catalogue_has_foreign() ? "" : "; those of a module need --device FILE.so");
	return USAGE;
}

/* Keep only the lints that match the pattern (NULL: all), in place. */
static size_t keep(struct catalogue_lint *lints, size_t n, const char *pattern)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!pattern || lint_id_matches(pattern, lints[i].id)) lints[kept++] = lints[i];
	return kept;
}

static int show_matching(const struct request *r)
{
	size_t n = 0;
	struct catalogue_lint *lints = catalogue_list(&n);
	int code;

	if (!lints) {
		fputs("bimetal: out of memory\n", stderr);
		return USAGE;
	}
	n = keep(lints, n, r->id);
	code = n ? show_many(r, lints, n) : unknown(r->id);
	free(lints);
	return code;
}

int cmd_explain(int argc, char **argv)
{
	static const struct argp argp = {
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "ID\n--list",
		.doc = "Explain a lint: the rule, what hardware does when a "
		       "guest breaks it, and what to do instead. An ID that "
		       "ends with '*' means all that begin with it."
	};
	struct request r = { 0 };
	struct catalogue_lint lint;

	argp_err_exit_status = USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &r) != 0) return USAGE;
	if (r.list || r.id[strcspn(r.id, "*")]) return show_matching(&r);
	return catalogue_find(r.id, &lint) ? show_one(&r, &lint) : unknown(r.id);
}
