/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/x86/mapper.h"

void kernel(struct mapper *m, struct page page);
void kernel(struct mapper *m, struct page page)
{
	if (flush_tables_ignored(mapper_set_table_flags(m, page, 4, PTE_PRESENT))) return;
	mapper_set_table_flags(m, page, 4, PTE_PRESENT); /* refused */
}
