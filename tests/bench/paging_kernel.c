/* SPDX-License-Identifier: MIT */
/* Mapping in the emulated CPU, in the tables that it uses. The bodies differ only in the pairs, so
 * the time that one takes longer than `nothing` is the time of its pairs. */
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

/* Each page is written while it is mapped, so that its translation is cached. */
TWIN(paging_bench, used_pairs)
{
	struct paging p;
	uint32_t wrong = 0;

	paging_begin(&p);
	struct frame frame = paging_take(&p), was;
	for (uint32_t i = 0; i < PAIRS; i++) {
		struct page page = page_at(HIGH + i % PTE_PER_TABLE * UINT64_C(4096));

		wrong += flush_page_ignored(mapper_map(&p.m, page, frame, RW, &p.frames)) !=
			 MAPPER_OK;
		linear_store64(twin_linear(), page.start.value, i);
		wrong += flush_page(mapper_unmap(&p.m, page, &was)) != MAPPER_OK;
	}
	twin_expect_eq(wrong, 0);
	twin_expect_eq(linear_load64(p.memory, frame.start.value), PAIRS - 1);
	paging_end(&p);
}
