/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/fidelity_page.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static struct register_coverage coverage;
static char *page;

static void setup(void) { coverage.word = calloc(coverage_words(), sizeof(uint64_t)); }

static void teardown(void)
{
	free(coverage.word);
	free(page);
}

TestSuite(fidelity_page, .init = setup, .fini = teardown, .timeout = 60);

static void make_page(const char *reached)
{
	char error[COVERAGE_ERROR_SIZE];
	size_t len = 0;
	FILE *in = reached ? fmemopen((void *)(uintptr_t)reached, strlen(reached), "r") : NULL;
	FILE *out = open_memstream(&page, &len);

	if (in) {
		require(coverage_parse(&coverage, in, "text", error), "%s", error);
		fclose(in);
	}
	fidelity_page(out, &coverage);
	fclose(out);
}

/* Returns the page from this heading on. */
static char *section(const char *heading)
{
	char line[64], *at;

	snprintf(line, sizeof(line), "\n## %s\n", heading);
	at = strstr(page, line);
	require(at != NULL, "%s", heading);
	return at;
}

static void expect_in(const char *heading, const char *text)
{
	char *from = section(heading), *to = strstr(from + 1, "\n## ");

	if (to) *to = '\0';
	check(strstr(from, text) != NULL, "%s not in\n%.4000s", text, from);
	if (to) *to = '\n';
}

Test(fidelity_page, what_no_test_reached_is_called_untested)
{
	make_page(NULL);
	expect_in("uart16550", "| IER | 0 | ERBFI | modelled | r -, w - |  | (width) | read |");
	expect_in("Not tested", "\nuart16550.IER,\n");
	expect_in("Not tested", "\nuart16550.RBR.overrun,\n");
	expect_in("Not tested", "random accesses alone reach: none.\n");
}

Test(fidelity_page, values_that_reads_and_writes_saw_are_listed)
{
	make_page("directed uart16550 0 IER ff 1 2 3\n");
	expect_in("uart16550", "| IER | 0 | ERBFI | modelled | r 01, w 1 |");
	expect_in("uart16550", "|  | 1 | ETBEI | modelled | r 0, w 01 |");
	expect_in("uart16550", "|  | 2 | ELSI | modelled | r 0, w - |");
}

Test(fidelity_page, a_field_of_several_bits_has_both_values_when_each_bit_has)
{
	make_page("directed uart16550 0 SCR ff ff f0 ff\ndirected uart16550 0 DLL f 0 0 f0\n");
	expect_in("uart16550", "| SCR | 7:0 | DATA | modelled | r 01, w some |");
	expect_in("uart16550", "| DLL | 7:0 | DIV_LO | modelled | r 0, w 1 |");
}

Test(fidelity_page, only_writes_that_mean_something_count)
{
	make_page("directed uart16550 0 RBR ff 0 0 0\ndirected uart16550 0 THR 0 0 0 ff\n"
		  "directed i8042 1 OUTPUT_PORT ff ff ff ff\n"
		  "directed isa_misc 0 DEBUG_EXIT 0 0 ffffffff ffffffff\n");
	expect_in("uart16550", "| RBR | 7:0 | DATA | modelled | r 0 |");
	expect_in("uart16550", "| THR | 7:0 | DATA | modelled | w 1 |");
	expect_in("i8042", "|  | 4 | IRQ1 | modelled | r 01 |");
	expect_in("isa_misc", "| DEBUG_EXIT | 31:0 | VALUE | modelled | w 01 |");
}

Test(fidelity_page, random_accesses_are_told_apart)
{
	make_page("random uart16550 0 SCR ff ff ff ff\nrandom uart16550.IER.reserved\n");
	expect_in("uart16550", "| SCR | 7:0 | DATA | modelled | r ~, w ~ |");
	expect_in("uart16550", "|  | 7:4 |  | reserved |  |  | reserved~ |");
	expect_in("Not tested", "random accesses alone reach:\nuart16550.SCR.\n");
}

Test(fidelity_page, what_qemu_saw_too_is_listed)
{
	make_page("qemu uart16550 0 IER f0 1 0 2\n");
	expect_in("uart16550", "| IER | 0 | ERBFI | modelled | r -, w - | r |");
	expect_in("uart16550", "|  | 1 | ETBEI | modelled | r -, w - | w |");
	expect_in("uart16550", "|  | 2 | ELSI | modelled | r -, w - |  |");
}

Test(fidelity_page, lints_are_in_brackets_until_a_test_saw_them)
{
	make_page("directed uart16550.DLL.zero\ndirected mc146818.REGB.dse\n"
		  "directed bus.unclaimed-read\n");
	expect_in("uart16550", "(busy), zero, (width) | read |");
	expect_in("mc146818", "(mode), dse\\* |");
	expect_in("mc146818", "(divider\\*)");
	expect_in("bus", "unclaimed-read");
	expect_in("bus", "(unclaimed-write)");
}

Test(fidelity_page, fields_that_are_kept_or_not_modelled_are_not_called_modelled)
{
	make_page(NULL);
	expect_in("uart16550", "|  | 3 | DMA_MODE | kept |");
	expect_in("mc146818", "| REGB | 0 | DSE | not modelled |");
	expect_in("mc146818", "|  | 3 | SQWE | kept |");
	expect_in("q35_host", "| PAM[7] | 1:0 | LOENABLE | not modelled |");
	expect_in("acpi_pm", "| LV2 | 7:0 | ZERO | not modelled |");
}

Test(fidelity_page, documents_are_read_or_not)
{
	make_page(NULL);
	expect_in("mc146818", "(dse\\*) | unread |");
	expect_in("hpet", "| read |");
}

/* In each table of the page, every row has a cell for each column. */
Test(fidelity_page, rows_have_as_many_cells_as_the_table_has_columns)
{
	unsigned columns = 0;

	make_page(NULL);
	for (char *line, *rest = page; (line = strsep(&rest, "\n"));) {
		unsigned bars = 0;
		for (const char *c = line; *line == '|' && *c; c++)
			if (*c == '|' && (c == line || c[-1] != '\\')) bars++;
		if (columns && bars) check_eq(uint, bars, columns, "%s", line);
		columns = bars;
	}
	page = NULL; /* strsep() has changed it */
}

/* Returns the first number in a row of the summary. */
static unsigned long registers_in(const char *row)
{
	return strtoul(strstr(row, " | ") + 3, NULL, 10);
}

Test(fidelity_page, the_summary_adds_up)
{
	unsigned models = 0;
	unsigned long sum = 0, all = 0;
	char *rest;

	make_page("directed uart16550 0 SCR ff ff ff ff\n");
	expect_in("Summary", "| [uart16550](#uart16550) | 12 | 0 (0 %) |");
	rest = section("Summary") + 1;
	for (char *line; (line = strsep(&rest, "\n")) && strncmp(line, "| all ", 6) != 0;) {
		if (strncmp(line, "| [", 3) != 0) continue;
		sum += registers_in(line);
		models++;
		all = registers_in(rest); /* after the last model: the row of sums */
	}
	check_gt(uint, models, 20);
	check_eq(ulong, sum, all);
}

/* ---- the tables' words ---- */

static bool has_field(const struct reg_desc *r, const char *name, size_t len)
{
	for (const struct reg_field *f = r->fields; f->name; f++)
		if (strlen(f->name) == len && memcmp(f->name, name, len) == 0) return true;
	return false;
}

static void expect_fields(const struct reg_desc *r, const char *list)
{
	if (!list || strcmp(list, "*") == 0) return;
	check_gt(sz, strlen(list), 0, "%s", r->name);
	for (; *list; list += strcspn(list, " "), list += strspn(list, " "))
		check(has_field(r, list, strcspn(list, " ")), "%s has no field '%s'", r->name,
		      list);
}

Test(fidelity_page, tables_name_fields_that_are_there)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++)
			for (unsigned j = 0; j < t->n; j++) {
				if (!t->regs[j].name) continue;
				expect_fields(&t->regs[j], t->regs[j].kept);
				expect_fields(&t->regs[j], t->regs[j].undone);
			}
}

static bool tells(void *ctx, const struct catalogue_lint *lint)
{
	return lint->reg != ctx || lint->desc->severity != LINT_NOT_MODELLED;
}

/* "not modelled" must mean that a lint reports it. */
Test(fidelity_page, what_is_not_modelled_has_a_lint)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++)
			for (unsigned j = 0; j < t->n; j++)
				if (t->regs[j].name && t->regs[j].undone)
					check(!catalogue_visit(catalogue_at(i), tells,
							       (void *)(uintptr_t)&t->regs[j]),
					      "%s.%s", catalogue_at(i)->name, t->regs[j].name);
}
