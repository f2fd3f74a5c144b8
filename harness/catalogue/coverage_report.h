/* SPDX-License-Identifier: MIT */
/* Which registers, bits and lints of a model recordings reached, and what they did not, as `bimetal
 * coverage` prints it: so that a person knows which test to write. */
#ifndef HARNESS_CATALOGUE_COVERAGE_REPORT_H
#define HARNESS_CATALOGUE_COVERAGE_REPORT_H

#include <stdio.h>

#include "harness/catalogue/register_coverage.h"

/* A part and the whole. */
struct coverage_part {
	unsigned n, of;
};

struct coverage_counts {
	/* Registers that can be read or written, and were, in any bit. */
	struct coverage_part read, written;
	/* Bits, but for reserved ones, that were seen both as 0 and as 1 as coverage_wanted() says.
	 */
	struct coverage_part bits;
	/* Lints of the model's own list; those that follow from its register tables. */
	struct coverage_part lints, table_lints;
};

/* What tests should do with a field of a register: read or write its bits as 0 and as 1. */
struct coverage_bits coverage_wanted(const struct reg_desc *r, const struct reg_field *f);
/* Should tests use the register? Not if the model lacks all of its fields. */
bool coverage_wants(const struct reg_desc *r);
/* What they did, at random or not. */
struct coverage_bits coverage_seen(const struct register_coverage *c, const struct reg_desc *r);
/* The number of bits that are 1. */
unsigned coverage_bits_in(uint64_t mask);
bool coverage_lint_seen(const struct register_coverage *c, const char *id);

struct coverage_counts coverage_count(const struct register_coverage *c,
				      const struct catalogue_model *m);
/* Of registers and bits, rounded down; 100 if there are none. Lints do not count: a driver that
 * keeps the rules causes none. */
unsigned coverage_percent(const struct coverage_counts *counts);

/* Print a line that sums up, and what was not reached, by name. */
void coverage_report(FILE *out, const struct register_coverage *c, const struct catalogue_model *m);
/* Print each register and field with what was seen of it, and each lint. */
void coverage_report_all(FILE *out, const struct register_coverage *c,
			 const struct catalogue_model *m);
/* All of it as JSON: an array with an object for each model. False: out of memory, or not written.
 */
bool coverage_json(FILE *out, const struct register_coverage *c,
		   const struct catalogue_model *const *m, size_t n);

#endif
