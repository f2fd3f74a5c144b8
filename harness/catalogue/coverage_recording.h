/* SPDX-License-Identifier: MIT */
/* Recordings: the files in which programs say what they reached. A header, a section for each model
 * of the program's catalogue, then the words of the models in the same order. */
#ifndef HARNESS_CATALOGUE_COVERAGE_RECORDING_H
#define HARNESS_CATALOGUE_COVERAGE_RECORDING_H

#include "harness/catalogue/register_coverage.h"

enum { COVERAGE_NAME_SIZE = 32 };
#define COVERAGE_MAGIC UINT64_C(0x316c6174656d6962) /* "bimetal1" */

struct coverage_header {
	uint64_t magic;
	int64_t recorder;  /* id of the process that made the file */
	uint64_t n_models; /* sections; 0: nothing was recorded, and nothing need follow */
};

struct coverage_section {
	char name[COVERAGE_NAME_SIZE]; /* of the model; cut to fit */
	uint64_t stamp, words;         /* as in struct coverage_model */
};

/* What to take of a recording. */
enum coverage_recording {
	COVERAGE_PLAIN,
	COVERAGE_WITH_QEMU, /* of tests that also pass under QEMU */
	COVERAGE_LINTS_ONLY /* of tests whose accesses depend on the compiler */
};

/* What recordings are added to. */
struct coverage_sum {
	struct register_coverage reached; /* words owned by the caller */
	bool *has; /* for each model, if not NULL: was it in a recording? Owned by the caller */
	char stranger[COVERAGE_NAME_SIZE]; /* a model that the catalogue does not have; "": none */
};

/* The sections of this program's recordings; the caller frees them. */
struct coverage_section *coverage_sections(size_t *n);
/* Add the recording in these bytes. False: `error` says what is wrong with it, and nothing was
 * added.
 */
bool coverage_add(struct coverage_sum *sum, const uint8_t *bytes, size_t size,
		  enum coverage_recording what, char error[COVERAGE_ERROR_SIZE]);
/* The same of a file. False: it cannot be read, or has another layout of a model's registers;
 * `error` says why, beginning with the path. */
bool coverage_add_recording(struct coverage_sum *sum, const char *path,
			    enum coverage_recording what, char error[COVERAGE_ERROR_SIZE]);

#endif
