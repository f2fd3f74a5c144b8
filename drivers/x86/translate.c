/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/mapper.h"
#include "walk.h"

/* Follow the tables as the processor does, to a leaf of any size. */
static enum mapper_status find_leaf(const struct mapper *m, struct virt address, struct descent *d)
{
	enum mapper_status status;

	if (!virt_is_canonical(address.value)) return MAPPER_NOT_CANONICAL;
	status = descend(m, address, 1, false, d);
	if (status == MAPPER_OK) return d->entry & PTE_PRESENT ? MAPPER_OK : MAPPER_NOT_MAPPED;
	return status == MAPPER_HUGE_PARENT ? MAPPER_OK : status;
}

enum mapper_status mapper_translate(const struct mapper *m, struct virt address,
				    struct translation *out)
{
	struct descent d;
	struct frame frame;
	enum mapper_status status;

	if (!m || !out) return MAPPER_NULL;
	status = find_leaf(m, address, &d);
	if (status != MAPPER_OK) return status;
	status = leaf_frame(m, &d, &frame);
	if (status != MAPPER_OK) return status;
	*out = (struct translation){
		.frame = frame,
		.offset = address.value & (page_bytes(frame.size) - 1),
		.flags = pte_flags(d.entry, d.level),
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
	struct descent d;
	enum mapper_status status;

	if (!m || !out) return MAPPER_NULL;
	status = check_page(m, page);
	if (status != MAPPER_OK) return status;
	status = descend(m, page.start, page_level(page.size), false, &d);
	if (status != MAPPER_OK) return status;
	if (!(d.entry & PTE_PRESENT) || !pte_is_leaf(d.entry, d.level)) return MAPPER_NOT_MAPPED;
	return leaf_frame(m, &d, out);
}
