/* SPDX-License-Identifier: MIT */
/* The output of `bimetal devices`: text for a terminal of 80 columns, or a page of docs/registers/.
 */
#ifndef HARNESS_CATALOGUE_REGISTER_MAP_H
#define HARNESS_CATALOGUE_REGISTER_MAP_H

#include <stdio.h>

#include "harness/catalogue/catalogue.h"

/* Every device in a few lines. */
void register_map_list(FILE *out, const char *machine);
/* One model with its registers and fields. */
void register_map_print(FILE *out, const struct catalogue_model *m);

/* The same as Markdown: the index, and one page. */
void register_page_index(FILE *out);
void register_page(FILE *out, const struct catalogue_model *m);

#endif
