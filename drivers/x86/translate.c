/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/mapper.h"
#include "walk.h"

enum mapper_status mapper_translate(const struct mapper *m, struct virt address,
				    struct translation *out)
{
	struct end_of_walk end;
	struct frame frame;
	enum mapper_status status;

	if (!m || !out) return MAPPER_NULL;
	if (!VIRT_IS_CANONICAL(address.value)) return MAPPER_NOT_CANONICAL;
	status = follow(m, address, 1, &end);
	if (status != MAPPER_OK && status != MAPPER_HUGE_PARENT) return status;
	status = leaf_frame(m, end.entry, end.level, &frame);
	if (status != MAPPER_OK) return status;
	*out = (struct translation){
		.frame = frame,
		.offset = address.value & ((UINT64_C(1) << level_shift(end.level)) - 1),
		.flags = end.entry & ~(PTE_ADDRESS & ~(end.level > 1 ? PTE_PAT_LARGE : 0)),
	};
	return MAPPER_OK;
}

enum mapper_status mapper_translate_address(const struct mapper *m, struct virt address,
					    struct phys *out)
{
	struct translation t;
	enum mapper_status status;

	if (!out) return MAPPER_NULL;
	status = mapper_translate(m, address, &t);
	if (status == MAPPER_OK) *out = (struct phys){ t.frame.start.value + t.offset };
	return status;
}

enum mapper_status mapper_translate_page(const struct mapper *m, struct page page,
					 struct frame *out)
{
	struct end_of_walk end;
	enum mapper_status status;

	if (!m || !out) return MAPPER_NULL;
	status = check_page(m, page);
	if (status != MAPPER_OK) return status;
	status = follow(m, page.start, page_level(page.size), &end);
	if (status != MAPPER_OK) return status;
	if (!pte_maps(end.entry, end.level)) return MAPPER_NOT_MAPPED;
	return leaf_frame(m, end.entry, end.level, out);
}
