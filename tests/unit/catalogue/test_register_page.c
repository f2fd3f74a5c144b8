/* SPDX-License-Identifier: MIT */
/* Pages of docs/registers/, declared in register_map.h. */
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/register_map.h"
#include "tests/check.h"

static char *page_of(const char *name)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	if (name)
		register_page(file, catalogue_model(name));
	else
		register_page_index(file);
	fclose(file);
	return out;
}

static unsigned bars(const char *line)
{
	unsigned n = 0;
	for (const char *c = line; *c; c++)
		if (*c == '|' && (c == line || c[-1] != '\\')) n++;
	return n;
}

/* Expects that each row of a table has as many cells as the row above it. */
static void expect_even_tables(char *text)
{
	unsigned columns = 0;
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		if (line[0] != '|') {
			columns = 0;
			continue;
		}
		if (columns) check_eq(uint, bars(line), columns, "%s", line);
		columns = bars(line);
	}
	free(text);
}

TestSuite(register_page, .timeout = 60);

Test(register_page, rows_have_as_many_cells_as_the_table_has_columns)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		if (catalogue_at(i)->machines) expect_even_tables(page_of(catalogue_at(i)->name));
	expect_even_tables(page_of(NULL));
}

Test(register_page, a_page_has_registers_fields_and_lints)
{
	char *out = page_of("uart16550");
	check_eq(int, strncmp(out, "# uart16550\n", 12), 0);
	check(strstr(out, "| 0x01 | IER | 8 | rw | DLAB=0 | 0x00 | 8 | PC16550D 8.7 |") != NULL);
	check(strstr(out, "| IER | 7:4 |  | reserved |") != NULL);
	check(strstr(out, "\n### uart16550.THR.overrun\n") != NULL);
	free(out);
}

Test(register_page, what_a_model_leaves_out_is_shown)
{
	char *out = page_of("acpi_pm");

	check(strstr(out, ", kept |\n") != NULL);
	check(strstr(out, ", not modelled |\n") != NULL);
	free(out);
	out = page_of(NULL);
	check(strstr(out, "*kept*") != NULL);
	free(out);
}

Test(register_page, the_index_links_every_device)
{
	char *out = page_of(NULL);
	for (size_t i = 0; i < catalogue_size(); i++) {
		char link[64];
		snprintf(link, sizeof(link), "| [%s](%s.md) |", catalogue_at(i)->name,
			 catalogue_at(i)->name);
		check_eq(int, strstr(out, link) != NULL, catalogue_at(i)->machines != NULL, "%s",
			 link);
	}
	free(out);
}
