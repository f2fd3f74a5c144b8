/* SPDX-License-Identifier: MIT */
/* docs/fidelity.md: for each register and field, whether it is modelled, linted, tested and
 * compared with QEMU, and whether its citation was compared with the document. */
#ifndef HARNESS_CATALOGUE_FIDELITY_PAGE_H
#define HARNESS_CATALOGUE_FIDELITY_PAGE_H

#include <stdio.h>

#include "harness/catalogue/register_coverage.h"

/* Write the page as Markdown, from the register tables and the coverage. */
void fidelity_page(FILE *out, const struct register_coverage *coverage);

#endif
