/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CPU_DIFFERENTIAL_COMPARE_H
#define TESTS_CPU_DIFFERENTIAL_COMPARE_H

#include "program.h"

/* What differs between two outcomes, as bits of a mask. Where the endings, the vectors or the
 * addresses differ, the rest follows from that and is not compared. */
enum field {
	D_END,
	D_VECTOR,
	D_ERROR,
	D_CR2,
	D_RIP,
	D_FLAGS, /* the status flags */
	D_RF,
	D_SYSTEM_FLAGS,
	D_GPR,
	D_RSP,
	D_SEGMENTS,
	D_CR,
	D_MSR,
	D_DR6,
	D_DR7,
	D_TABLES,
	D_FCW,
	D_FSW,
	D_FTW,
	D_ST,
	D_MXCSR,
	D_DENORMAL, /* its DE */
	D_XMM,
	D_MEMORY,
	N_FIELDS
};

extern const char *const field_names[N_FIELDS];

/* `native`: the second outcome is of the host's CPU, which shows no system registers. 0 = the same.
 */
uint32_t compare(const struct program *p, const struct outcome *here, const struct outcome *there,
		 bool native);

/* "gpr flags" */
void fields_text(uint32_t fields, char *text, size_t size);

/* "end", "#PF(2)", "#UD", "int 80h", "syscall", "died". */
void outcome_text(const struct program *p, const struct outcome *o, char *text, size_t size);

/* Returns the bits of word `w` that are compared. */
uint64_t word_mask(const struct program *p, unsigned w, bool native);

#endif
