/* SPDX-License-Identifier: MIT */
/* The table of differences that the manual decides: decided.txt, which explains its rows at the
 * top. */
#ifndef TESTS_CPU_DIFFERENTIAL_DECIDED_H
#define TESTS_CPU_DIFFERENTIAL_DECIDED_H

#include "compare.h"

enum { COLUMN_BYTES = 160, MAX_ROWS = 512 };

struct decided_row {
	char side[16], mode[16], insn[COLUMN_BYTES], here[48], there[48], fields[96],
		right[COLUMN_BYTES];
	unsigned line, hits;
};

struct decided {
	struct decided_row rows[MAX_ROWS];
	unsigned count;
};

/* A difference, in the form that rows are compared with. */
struct finding {
	const char *side;
	char mode[16];              /* "64r3" */
	char texts[MAX_INSNS][200]; /* disassembly of each instruction */
	char bytes[MAX_INSNS][56];  /* "f0 0f bb e3" */
	unsigned count;
	char here[48], there[48]; /* outcome_text() */
	uint32_t fields;
};

/* False, with a message on standard error, if the file cannot be read or a row is malformed. */
bool decided_read(const char *path, struct decided *d);
/* The same, of text that ends with a zero byte. */
bool decided_parse(const char *text, const char *name, struct decided *d);
/* Remove from the differing fields those of each row that matches, and return the rest. `general`:
 * use only rows with instruction *. Matches are counted. */
uint32_t decided_apply(struct decided *d, const struct finding *f, bool general);

#endif
