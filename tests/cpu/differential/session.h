/* SPDX-License-Identifier: MIT */
/* Runs programs on all sides, minimises those that differ, and looks them up in the table. */
#ifndef TESTS_CPU_DIFFERENTIAL_SESSION_H
#define TESTS_CPU_DIFFERENTIAL_SESSION_H

#include <stdio.h>

#include "decided.h"
#include "generate.h"
#include "side.h"

enum { MAX_KINDS = 2000 };

/* A difference that no row of the table allows; one is kept of each kind. */
struct kind {
	char signature[COLUMN_BYTES * 2];
	unsigned count;
};

struct session {
	struct side here, qemu;
	bool use_qemu, use_native;
	bool host_counts; /* a difference from the host's CPU alone is a failure too */
	bool keep_whole;  /* do not make programs small */
	struct generate_options options;
	struct decided *decided;
	FILE *report;
	unsigned limit; /* reports of one kind */
	unsigned programs, native_programs, findings, undecided, uncounted, n_kinds;
	struct kind kinds[MAX_KINDS];
};

/* Programs `first` to `first + n - 1` of `seed`. False if a side does not work. */
bool session_run(struct session *s, uint64_t seed, uint32_t first, uint32_t n);

#endif
