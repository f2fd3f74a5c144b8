/* SPDX-License-Identifier: MIT */
/* The parts of docs/fidelity.md, and the facts about fields and lints that they print. */
#ifndef HARNESS_CATALOGUE_FIDELITY_INTERNAL_H
#define HARNESS_CATALOGUE_FIDELITY_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/catalogue/register_coverage.h"

/* ---- fields ---- */

/* Whether the citation was compared with the document itself. */
bool fidelity_is_read(const char *spec);
/* Whether the field stands for reserved bits. */
bool fidelity_is_reserved(const struct reg_field *f);

/* What the model does with a field: modelled, kept, not modelled. */
enum fidelity_effect { FIDELITY_DONE, FIDELITY_KEPT, FIDELITY_UNDONE, FIDELITY_N_EFFECTS };

enum fidelity_effect fidelity_effect(const struct reg_desc *r, const struct reg_field *f);

bool fidelity_can_read(const struct reg_desc *r);
/* Whether a guest can write the field. A read-only field counts as not written, whatever a write to
 * its register does otherwise; but in a write-only register such a field is a command, which stores
 * nothing, and counts as written. */
bool fidelity_can_write(const struct reg_desc *r, const struct reg_field *f);

/* Whether any bit of the mask was read, and whether any was written. */
struct fidelity_reached {
	bool read, written;
};

struct fidelity_reached fidelity_reached(const struct register_coverage *c, enum coverage_kind kind,
					 const struct reg_desc *r, uint64_t mask);

enum fidelity_tested {
	FIDELITY_TESTED, /* in each direction (read, write) that the field has */
	FIDELITY_PARTLY,
	FIDELITY_BY_CHANCE,
	FIDELITY_UNTESTED
};

enum fidelity_tested fidelity_tested(const struct register_coverage *c, const struct reg_desc *r,
				     const struct reg_field *f);

/* ---- lints ---- */

struct fidelity_lints {
	struct catalogue_lint *lint;
	size_t n;
};

/* The lints of the model in the catalogue; the caller frees `lint`. n is 0 if out of memory. */
struct fidelity_lints fidelity_lints(const struct catalogue_model *m);
/* Whether an earlier lint of the list has the same id and belongs to `reg` (NULL: to any). */
bool fidelity_told_before(const struct fidelity_lints *l, size_t i, const struct reg_desc *reg);
bool fidelity_told(const struct register_coverage *c, enum coverage_kind kind, const char *id);
/* Whether only random accesses caused the lint. */
bool fidelity_told_by_chance(const struct register_coverage *c, const char *id);
bool fidelity_untold(const struct register_coverage *c, const char *id);

/* ---- parts of the page ---- */

/* The summary: a row of numbers for each model. */
void fidelity_summary(FILE *out, const struct register_coverage *c);
/* The lists of registers and lints that no test reaches. */
void fidelity_missing(FILE *out, const struct register_coverage *c);

#endif
