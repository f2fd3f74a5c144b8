/* SPDX-License-Identifier: MIT */
/* docs/fidelity.md: what of each register and field is modelled, linted, tested, compared with
 * QEMU, and whether its document was read. */
#ifndef HARNESS_CATALOGUE_FIDELITY_PAGE_H
#define HARNESS_CATALOGUE_FIDELITY_PAGE_H

#include <stdio.h>

#include "harness/catalogue/register_coverage.h"

/* In Markdown. What a field's cells say follows from the register tables and the coverage alone. */
void fidelity_page(FILE *out, const struct register_coverage *coverage);

#endif
