/* SPDX-License-Identifier: MIT */
/* The loops in the emulated CPU. The bodies differ only in their accesses, so the time that one
 * takes longer than `nothing` is the time of its accesses. */
#include "bimetal/twin.h"
#include "tests/bench/access_loop.h"

enum { ACCESSES = 2000000 }; /* access.sh divides by it */

TWIN(access, nothing) {}

TWIN(access, scratch) { twin_expect_eq(access_scratch(twin_port(ACCESS_COM1), ACCESSES), 0); }

TWIN(access, line_status)
{
	twin_expect_eq(access_line_status(twin_port(ACCESS_COM1), ACCESSES), 0);
}
