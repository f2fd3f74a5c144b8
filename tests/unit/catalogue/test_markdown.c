/* SPDX-License-Identifier: MIT */
/* Tables in Markdown. */
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/markdown.h"
#include "tests/check.h"

static void expect_text(char *text, const char *want)
{
	check_eq(int, strcmp(text, want), 0, "%s", text);
	free(text);
}

TestSuite(markdown, .timeout = 60);

Test(markdown, a_table_has_a_head_a_line_and_rows)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MARKDOWN_HEAD(out, "bits", "field");
	markdown_cell_number(out, 7);
	markdown_cell(out, "DLAB");
	markdown_end_row(out);
	fclose(out);
	expect_text(text, "| bits | field |\n| --- | --- |\n| 7 | DLAB |\n");
}

Test(markdown, a_bar_in_a_cell_is_escaped)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	markdown_cell(out, "r|w");
	fclose(out);
	expect_text(text, "| r\\|w ");
}
