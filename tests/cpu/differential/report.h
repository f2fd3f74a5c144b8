/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CPU_DIFFERENTIAL_REPORT_H
#define TESTS_CPU_DIFFERENTIAL_REPORT_H

#include <stdio.h>

#include "decided.h"

/* Fills in the fields that rows are compared with; disassembles `p`. */
void finding_make(const struct program *p, const char *side, const struct outcome *here,
		  const struct outcome *there, uint32_t fields, struct finding *f);

/* Print the program, its initial state, and the result of each side. */
void report_finding(FILE *to, const struct program *p, const struct finding *f,
		    const struct outcome *here, const struct outcome *there);

#endif
