/* SPDX-License-Identifier: MIT */
/* Mapping in the emulated CPU, in the tables that it uses. The bodies differ only in the pairs, so
 * the time that `pairs` takes longer than `nothing` is the time of its pairs. */
#include "tests/bench/paging_loop.h"
#include "tests/unit/twin/twin_paging.h"

enum { PAIRS = 200000 }; /* paging.sh divides by it */

static void run(uint32_t pairs)
{
	struct paging p;

	paging_begin(&p);
	twin_expect_eq(paging_pairs(&p.m, virt_truncate(HIGH), paging_take(&p), &p.frames, pairs),
		       0);
	paging_end(&p);
}

TWIN(paging_bench, nothing) { run(0); }

TWIN(paging_bench, pairs) { run(PAIRS); }
