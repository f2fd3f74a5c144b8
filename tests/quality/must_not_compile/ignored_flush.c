/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/x86/mapper.h"

void kernel(struct mapper *m, struct page page);
void kernel(struct mapper *m, struct page page)
{
	struct frame frame;

	if (flush_page(mapper_unmap(m, page, &frame)) != MAPPER_OK) return;
	mapper_unmap(m, page, &frame); /* refused */
}
