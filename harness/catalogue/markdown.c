/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/markdown.h"

void markdown_cell(FILE *out, const char *text)
{
	fputs("| ", out);
	for (; *text; text++) {
		if (*text == '|') fputc('\\', out);
		fputc(*text, out);
	}
	fputc(' ', out);
}

void markdown_cell_number(FILE *out, unsigned long number) { fprintf(out, "| %lu ", number); }

void markdown_end_row(FILE *out) { fputs("|\n", out); }

void markdown_head(FILE *out, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++) markdown_cell(out, name[i]);
	markdown_end_row(out);
	for (size_t i = 0; i < n; i++) markdown_cell(out, "---");
	markdown_end_row(out);
}
