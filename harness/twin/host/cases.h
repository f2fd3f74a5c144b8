/* SPDX-License-Identifier: MIT */
/* The tests of this program, and those among them that are wanted. */
#ifndef HARNESS_TWIN_HOST_CASES_H
#define HARNESS_TWIN_HOST_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "bimetal/twin_world.h"

enum { CASE_NAME = 256 };

struct cases {
	const struct twin_case **test; /* owned; in the order of their files, and in these of lines
					*/
	size_t n;
};

/* "suite.name" */
void case_name(const struct twin_case *test, char name[CASE_NAME]);
/* Those that one of the `n` words wants: each is "suite.name", "suite", or a pattern of names with
 * * and ?. Without words all. False: no test is named by *word, or there is no memory (*word is
 * NULL). */
bool cases_choose(struct cases *c, char *const *words, size_t n, const char **word);

#endif
