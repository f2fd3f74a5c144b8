/* SPDX-License-Identifier: MIT */
/* Memory of the host for pages that a guest is about to touch. Its first touch of a page is a fault
 * of the host, which on a virtual machine costs 10 to 25 us. */
#ifndef EMU_MEM_AHEAD_H
#define EMU_MEM_AHEAD_H

#include <stdint.h>

struct mem;

/* So many pages must have been touched, before pages are prepared; and so many are at once. */
enum { MEM_BIG_GUEST = 512, MEM_AHEAD_PAGES = 16 };

/* Call before page `index` of RAM is touched for the first time. Nothing that a guest could see
 * changes, and if the host refuses, nothing at all. */
void mem_ahead(struct mem *mem, uint64_t index);

#endif
