/* SPDX-License-Identifier: MIT */
/* Tables of the generated pages in docs/. */
#ifndef HARNESS_CATALOGUE_MARKDOWN_H
#define HARNESS_CATALOGUE_MARKDOWN_H

#include <stddef.h>
#include <stdio.h>

/* One cell of a row; vertical bars in the text are escaped. */
void markdown_cell(FILE *out, const char *text);
void markdown_cell_number(FILE *out, unsigned long number);
void markdown_end_row(FILE *out);
/* The names of the columns, and the line below them. */
void markdown_head(FILE *out, const char *const *name, size_t n);

#define MARKDOWN_HEAD(out, ...)                                  \
	markdown_head(out, (const char *const[]){ __VA_ARGS__ }, \
		      sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

#endif
