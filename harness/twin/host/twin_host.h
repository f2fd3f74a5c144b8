/* SPDX-License-Identifier: MIT */
/* Runs native tests, one after another, in this process. */
#ifndef HARNESS_TWIN_HOST_TWIN_HOST_H
#define HARNESS_TWIN_HOST_TWIN_HOST_H

#include <stdbool.h>

#include "bimetal/twin_world.h"

/* For every test of this process; all must stay valid. */
struct twin_host {
	const char *program; /* the ELF file that runs */
	const char *trace;   /* the file that each test writes its trace to, or NULL */
	const char *traces;  /* likewise a folder: FOLDER/SUITE.NAME.native */
	unsigned seconds;    /* of processor time that a test may take */
};

/* Before the first test. */
void twin_host_begin(const struct twin_host *host);
/* True: it passed; what was wrong was told. A test that crashes or hangs ends the process. */
bool twin_host_run(const struct twin_case *test);
/* After the last. */
void twin_host_end(void);

#endif
