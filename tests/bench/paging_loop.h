/* SPDX-License-Identifier: MIT */
/* The measured loop: the same natively and in the emulated CPU. */
#ifndef TESTS_BENCH_PAGING_LOOP_H
#define TESTS_BENCH_PAGING_LOOP_H

#include "bimetal/x86/mapper.h"

/* Map and unmap a page, `pairs` times, over 512 pages by turns; unmapping forgets the translation.
 * The tables exist after the first pair. Returns what went wrong. */
static inline uint32_t paging_pairs(struct mapper *m, struct virt base, struct frame frame,
				    const struct frame_source *frames, uint32_t pairs)
{
	const uint64_t flags = PTE_PRESENT | PTE_WRITABLE | PTE_NO_EXECUTE;
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < pairs; i++) {
		struct page page = {
			virt_unchecked(base.value + i % PTE_PER_TABLE * UINT64_C(4096)), PAGE_4K
		};
		struct frame was;

		wrong += flush_page_ignored(mapper_map(m, page, frame, flags, frames)) != MAPPER_OK;
		wrong += flush_page(mapper_unmap(m, page, &was)) != MAPPER_OK;
	}
	return wrong;
}

#endif
