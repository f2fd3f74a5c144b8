/* SPDX-License-Identifier: MIT */
/* What docs/fidelity.md is made from: facts about fields and lints, and its parts. */
#ifndef HARNESS_CATALOGUE_FIDELITY_INTERNAL_H
#define HARNESS_CATALOGUE_FIDELITY_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/catalogue/register_coverage.h"

/* ---- fields ---- */

/* Was the cited document read? */
bool fidelity_is_read(const char *spec);
/* Is it a field that stands for reserved bits? */
bool fidelity_is_reserved(const struct reg_field *f);

/* What the model does with a field: modelled, kept, not modelled. */
enum fidelity_effect { FIDELITY_DONE, FIDELITY_KEPT, FIDELITY_UNDONE, FIDELITY_N_EFFECTS };

enum fidelity_effect fidelity_effect(const struct reg_desc *r, const struct reg_field *f);

bool fidelity_can_read(const struct reg_desc *r);
/* A field that only shows something is not written, whatever else a write of its register does. In
 * a register that cannot be read, such a field is a command: there is nothing to store. */
bool fidelity_can_write(const struct reg_desc *r, const struct reg_field *f);

/* Was any bit of the mask read, or written? */
struct fidelity_reached {
	bool read, written;
};

struct fidelity_reached fidelity_reached(const struct register_coverage *c, enum coverage_kind kind,
					 const struct reg_desc *r, uint64_t mask);

enum fidelity_tested {
	FIDELITY_TESTED, /* in each direction that it has */
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

/* Of the model, as the catalogue tells them; `lint` is to be freed. None: out of memory. */
struct fidelity_lints fidelity_lints(const struct catalogue_model *m);
/* Has one before it in the list the same id, and is of this register? NULL: of any. */
bool fidelity_told_before(const struct fidelity_lints *l, size_t i, const struct reg_desc *reg);
bool fidelity_told(const struct register_coverage *c, enum coverage_kind kind, const char *id);
/* By random accesses alone. */
bool fidelity_told_by_chance(const struct register_coverage *c, const char *id);
bool fidelity_untold(const struct register_coverage *c, const char *id);

/* ---- parts of the page ---- */

/* A row of numbers for each model. */
void fidelity_summary(FILE *out, const struct register_coverage *c);
/* Names of what no test reaches. */
void fidelity_missing(FILE *out, const struct register_coverage *c);

#endif
