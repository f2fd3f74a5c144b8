/* SPDX-License-Identifier: MIT */
/* The emulated side of a twin test: its kernel (harness/twin/metal) runs on a machine with an
 * emulated CPU, and reports in lines of text:
 *
 *	BEGIN		the test's body begins
 *	FAIL text	a fault
 *	FAULT at text	a fault of the code at this address
 *	ALLOW id	a lint that the test causes on purpose
 *	EXIT n		it will end by writing n to the debug exit port
 *	END		it ended
 */
#ifndef HARNESS_TWIN_KERNEL_H
#define HARNESS_TWIN_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/twin/machine.h"

struct twin_kernel_options {
	const char *image;
	const char *suite, *name;
	const char *stimuli; /* NULL: none */
	struct twin_setup setup;
	const char *trace;         /* file to write; NULL: none */
	uint64_t max_instructions; /* then the test fails as endless; 0: 3000 million */
	bool no_audit; /* allow accesses that do not go through io.h, and an image without access
			  records */
};

/* Run the test; failures are printed to standard error. True: it passed, and each access to a
 * device came from a place in the access records (unless `no_audit`). */
bool twin_kernel_run(const struct twin_kernel_options *options);

#endif
