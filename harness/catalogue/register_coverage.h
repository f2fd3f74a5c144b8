/* SPDX-License-Identifier: MIT */
/* Which registers, bits of registers, and lints of the catalogue tests reach. Programs record it
 * while they run (coverage_recorder.h), and recordings are added up (coverage_recording.h);
 * `bimetal coverage` and docs/fidelity.md show it.
 *
 * The first call of a function here numbers the catalogue's models: add those of users before. */
#ifndef HARNESS_CATALOGUE_REGISTER_COVERAGE_H
#define HARNESS_CATALOGUE_REGISTER_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

/* What kind of test reached it. Random accesses are kept apart, as they reach everything but check
 * little. */
enum coverage_kind {
	COVERAGE_DIRECTED,
	COVERAGE_RANDOM,
	COVERAGE_QEMU, /* by tests that also pass under QEMU; they are directed as well */
	COVERAGE_KINDS
};

/* The bits of a register that ever were 0 ([0]) and 1 ([1]). All cells of an array count as one
 * register. */
struct coverage_bits {
	uint64_t read[2], written[2];
};

/* Plain words, so that processes can share them in a mapped file. */
struct register_coverage {
	uint64_t *word; /* coverage_words() of them; owned by the caller */
};

enum { COVERAGE_ERROR_SIZE = 512 };

/* The number of words for this catalogue. All words 0 means that nothing was reached. */
size_t coverage_words(void);

/* The part of the words that is a model's. */
struct coverage_model {
	const char *name;
	size_t first, words;
	uint64_t stamp; /* identifies their layout: it changes with the model's registers and lints
			 */
};
/* Those of the catalogue, in its order; NULL: no more. */
const struct coverage_model *coverage_model_at(size_t i);
/* The lints of the model with this name, every id once. Of each kind's words theirs are the last,
 * in this order, after four for each row of the model's tables. */
const struct catalogue_lint *coverage_lints_of(const char *model, size_t *n);

/* The bits of this register; NULL: the catalogue does not have it. */
struct coverage_bits *coverage_of(const struct register_coverage *c, enum coverage_kind kind,
				  const struct reg_desc *reg);
/* The word of a lint: not 0 once it was reported. NULL: the catalogue has no such id. */
uint64_t *coverage_of_lint(const struct register_coverage *c, enum coverage_kind kind,
			   const char *id);

/* Print it as text: a line for each register and lint that was reached, in the catalogue's order.
 */
void coverage_print(const struct register_coverage *c, FILE *out);
/* Add the contents of such a text. False: `error` names the file, the line and what is wrong. */
bool coverage_parse(struct register_coverage *c, FILE *in, const char *name,
		    char error[COVERAGE_ERROR_SIZE]);

/* Print each entry of `claims` that `seen` does not contain. Returns their number. */
unsigned coverage_unproven(const struct register_coverage *claims,
			   const struct register_coverage *seen, FILE *out);

#endif
