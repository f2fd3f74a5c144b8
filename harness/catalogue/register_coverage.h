/* SPDX-License-Identifier: MIT */
/* Which registers of the catalogue, which of their bits, and which lints tests reach. Tests record
 * it while they run (tests/quality/coverage/), docs/fidelity.md tells it. */
#ifndef HARNESS_CATALOGUE_REGISTER_COVERAGE_H
#define HARNESS_CATALOGUE_REGISTER_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/catalogue/catalogue_lints.h"

/* By whom. Random accesses are told apart: they reach everything, and test little of it. */
enum coverage_kind {
	COVERAGE_DIRECTED,
	COVERAGE_RANDOM,
	COVERAGE_QEMU, /* by tests that also pass under QEMU; they are directed as well */
	COVERAGE_KINDS
};

/* Bits of a register that were ever seen [0] as 0 and [1] as 1. All cells of an array are one. */
struct coverage_bits {
	uint64_t read[2], written[2];
};

/* Plain words, so that processes can share them in a mapped file. */
struct register_coverage {
	uint64_t *word; /* coverage_words() of them; owned by the caller */
};

enum { COVERAGE_ERROR_SIZE = 512 };

/* Words that the coverage of this catalogue takes; all zero: nothing was reached. */
size_t coverage_words(void);
/* Differs for catalogues whose words mean something else. Never 0. */
uint64_t coverage_stamp(void);

/* NULL: no row of the catalogue. */
struct coverage_bits *coverage_of(const struct register_coverage *c, enum coverage_kind kind,
				  const struct reg_desc *reg);
/* Not 0 once the lint was told; NULL: the catalogue has no such id. */
uint64_t *coverage_of_lint(const struct register_coverage *c, enum coverage_kind kind,
			   const char *id);

/* The recording of a test program: a header, then the words. */
struct coverage_header {
	uint64_t stamp;   /* 0: nothing was recorded, and no words need follow */
	int64_t recorder; /* process that made the file */
};

enum coverage_recording {
	COVERAGE_PLAIN,
	COVERAGE_WITH_QEMU, /* of tests that also pass under QEMU */
	COVERAGE_LINTS_ONLY /* of tests whose accesses depend on the compiler */
};

/* Add what the file holds. False: it cannot be read, or is of another catalogue; why is in error.
 */
bool coverage_add_recording(struct register_coverage *c, const char *path,
			    enum coverage_recording what, char error[COVERAGE_ERROR_SIZE]);

/* As text: sorted as the catalogue is, a line for each register and lint that was reached. */
void coverage_print(const struct register_coverage *c, FILE *out);
/* Add what such a text says. False: error tells file, line and what is wrong there. */
bool coverage_parse(struct register_coverage *c, FILE *in, const char *name,
		    char error[COVERAGE_ERROR_SIZE]);

/* Print each claim that `seen` does not bear out; returns how many. */
unsigned coverage_unproven(const struct register_coverage *claims,
			   const struct register_coverage *seen, FILE *out);

#endif
