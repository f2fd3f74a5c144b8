/* SPDX-License-Identifier: MIT */
/* wanted: incompatible type */
#include "bimetal/x86/page.h"

struct frame frame_of(struct virt v, struct phys p);
struct frame frame_of(struct virt v, struct phys p)
{
	(void)v;
	return frame_containing(v, PAGE_4K); /* refused */
	return frame_containing(p, PAGE_4K);
}
