/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
/* Every place in the sources that reports a lint is in the catalogue. */
#include "emu/array.h"
#include "tests/check.h"
#include "tests/unit/catalogue/lint_scan.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/catalogue.h"

enum { LEAST_SITES = 100, LEAST_MODELS = 20 };

static char told[1000];
static unsigned faults;
static const char *path;

static void note(void *ctx, const struct lint_site *site)
{
	const char *fault = lint_site_fault(site);
	size_t used = strlen(told);
	(void)ctx;
	snprintf(told + used, sizeof(told) - used, "%u %s.%s%s ", site->line,
		 site->any_reg ? "?" : site->reg, site->rule, fault ? "!" : "");
	if (!fault) return;
	faults++;
	if (path)
		fprintf(stderr, "%s:%u: lint %s.%s [%s] %s\n", path, site->line,
			site->any_reg ? "?" : site->reg, site->rule, site->spec, fault);
}

TestSuite(lint_scan, .timeout = 60);

/* ---- the scanner itself ---- */

#define OPS "static const struct device_ops ops = { .name = \"uart16550\", .n_regs = 1 };\n"

Test(lint_scan, a_call_with_literal_texts_is_found)
{
	lint_scan(OPS
		  "void f(void)\n{\n\tdevice_lint(&u->dev, \"THR\",\n\t\"overrun\", \"PC16550D \"\n"
		  " \"8.4\", 0, \"a, (b\");\n}\n",
		  note, NULL);
	check_eq(str, told, "4 THR.overrun ");
}

Test(lint_scan, a_seeded_rule_register_model_severity_or_citation_is_caught)
{
	static const char *const seeded[] = {
		OPS "\tdevice_lint(d, \"THR\", \"seeded\", \"PC16550D 8.4\", 0, \"\");",
		OPS "\tdevice_lint(d, \"SCR\", \"overrun\", \"PC16550D 8.4\", 0, \"\");",
		OPS "\tdevice_lint(d, NULL, \"overrun\", \"PC16550D 8.4\", 0, \"\");",
		OPS "\tdevice_lint(d, \"THR\", \"overrun\", \"PC16550D 8.5\", 0, \"\");",
		OPS "\tdevice_not_modelled(d, \"THR\", \"overrun\", \"PC16550D 8.4\", 0, \"\");",
		OPS "\tdevice_lint(d, \"GR06\", \"window\", s, 0, \"\");",
		OPS "\tdevice_lint(d, \"THR\", what(it), \"PC16550D 8.4\", 0, \"\");",
		"\tstruct lint l = { .dev = \"bus\", .rule = \"seeded\", .spec = \"\" };",
		"\tstruct lint l = { .dev = \"bus\", .rule = x };",
	};
	for (size_t i = 0; i < ARRAY_SIZE(seeded); i++) {
		faults = 0;
		check_eq(uint, lint_scan(seeded[i], note, NULL), 1, "%s", seeded[i]);
		check_eq(uint, faults, 1, "%s", seeded[i]);
	}
}

Test(lint_scan, a_rule_passed_as_a_parameter_is_found_at_the_callers)
{
	lint_scan(
		"static void low(const struct x *a, const char *rule, int n)\n{\n"
		"\tdevice_lint(a, y, rule, z, n, \"\");\n}\n"
		"static void f(void)\n{\n\tlow(a, \"overrun\", 1);\n\tlow(a, \"seeded\", 2);\n}\n",
		note, NULL);
	check_eq(str, told, "3 ?.overrun 3 ?.seeded! ");
}

Test(lint_scan, each_rule_of_a_conditional_is_found)
{
	lint_scan("\tdevice_lint(d, NULL, m ? \"message-nowhere\" : \"seeded\", \"\", 0, \"\");",
		  note, NULL);
	check_eq(str, told, "1 .message-nowhere 1 .seeded! ");
}

Test(lint_scan, a_rule_from_constants_is_found_there)
{
	lint_scan("\tstatic const struct refusal a = { \"over-ram\", \"x\" };\n"
		  "\tstatic const struct refusal b = { \"seeded\", \"y\" };\n"
		  "\tdevice_lint(d, name, no->rule, s, 0, \"\");",
		  note, NULL);
	check_eq(str, told, "3 ?.over-ram 3 ?.seeded! ");
}

Test(lint_scan, a_citation_with_a_name_is_looked_up)
{
	lint_scan(OPS "static const char spec[] = \"PC16550D 8.5\";\n"
		      "\tdevice_lint(d, \"THR\", \"overrun\", spec, 0, \"\");",
		  note, NULL);
	check_eq(str, told, "3 THR.overrun! ");
}

Test(lint_scan, a_struct_lint_is_found)
{
	lint_scan("\tstruct lint l = { .dev = \"bus\", .spec = \"\",\n"
		  "\t.rule = w ? \"unclaimed-write\" : \"unclaimed-read\" };",
		  note, NULL);
	check_eq(str, told, "1 .unclaimed-write 1 .unclaimed-read ");
}

Test(lint_scan, truncated_text_does_no_harm)
{
	static const char *const broken[] = { "",
					      " ",
					      " device_lint(",
					      " device_lint(a, \"",
					      " device_lint(a, b, rule, c",
					      " device_lint(a, b, rule, c, d)",
					      "struct lint l = {",
					      " struct lint l = { .dev",
					      "struct device_ops o = { .name = \"" };
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) lint_scan(broken[i], note, NULL);
}

/* ---- the sources ---- */

static char *contents(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text = NULL;
	size_t size = 0;

	require(file != NULL, "%s", name);
	if (getdelim(&text, &size, '\0', file) < 0) require(feof(file));
	fclose(file);
	return text;
}

static void (*look_at)(const char *text);

static int visit(const char *file, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)ftw;
	size_t length = strlen(file);
	if (type != FTW_F || length < 2 || strcmp(file + length - 2, ".c") != 0) return 0;
	/* Code of twin kernels reports no lints. */
	if (strstr(file, "/harness/twin/metal/")) return 0;
	char *text = contents(file);
	path = file;
	look_at(text);
	free(text);
	return 0;
}

static void each_source(void (*look)(const char *text))
{
	static const char *const folders[] = { "emu", "devices", "harness" };
	look_at = look;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		char folder[4096];
		snprintf(folder, sizeof(folder), "%s/%s", SOURCES, folders[i]);
		require_eq(int, nftw(folder, visit, 16, FTW_PHYS), 0, "%s", folder);
	}
}

static unsigned n_sites, n_models;

/* The core reports texts that its callers pass. */
static bool is_core(void) { return strstr(path, "/emu/regs.c") != NULL; }

static void note_source(void *ctx, const struct lint_site *site)
{
	if (is_core() && !site->rule[0]) return;
	note(ctx, site);
}

static void look_at_sites(const char *text) { n_sites += lint_scan(text, note_source, NULL); }

Test(lint_scan, explain_knows_every_lint_that_the_sources_report)
{
	each_source(look_at_sites);
	check_eq(uint, faults, 0);
	check(n_sites >= LEAST_SITES, "only %u found", n_sites);
}

static void note_model(void *ctx, const char *name)
{
	(void)ctx;
	n_models++;
	check(catalogue_model(name) != NULL, "%s: no model '%s' in the catalogue", path, name);
}

static void look_at_models(const char *text) { lint_scan_models(text, note_model, NULL); }

Test(lint_scan, the_catalogue_has_every_model)
{
	each_source(look_at_models);
	check(n_models >= LEAST_MODELS, "only %u found", n_models);
}
