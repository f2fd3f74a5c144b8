/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/x86/mapper.h"

void kernel(struct mapper *m, struct page page);
void kernel(struct mapper *m, struct page page)
{
	if (flush_page(mapper_update_flags(m, page, PTE_PRESENT)) != MAPPER_OK) return;
	flush_page(mapper_update_flags(m, page, PTE_PRESENT)); /* refused */
}
