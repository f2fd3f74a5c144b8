/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/flush.h"

#include <stddef.h>

enum mapper_status flush_page(struct page_flush token)
{
	if (token.status == MAPPER_OK && token.tlb && token.tlb->page)
		token.tlb->page(token.tlb->ctx, token.page);
	return token.status;
}

enum mapper_status flush_tables(struct tables_flush token)
{
	if (token.status == MAPPER_OK && token.tlb && token.tlb->all)
		token.tlb->all(token.tlb->ctx);
	return token.status;
}

enum mapper_status flush_page_ignored(struct page_flush token) { return token.status; }

enum mapper_status flush_tables_ignored(struct tables_flush token) { return token.status; }
