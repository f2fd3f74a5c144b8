/* SPDX-License-Identifier: MIT */
/* A miss of the engine's TLB, with everything that the engine knows of the access. Its own callback
 * (UC_HOOK_TLB_FILL) is given the page alone. */
#ifndef EMU_UNICORN_X86_ENGINE_TLB_H
#define EMU_UNICORN_X86_ENGINE_TLB_H

#include <stdbool.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

#include "emu/x86/walk.h"

struct engine_miss {
	uint64_t linear; /* of the first byte that could not be translated */
	unsigned bytes;  /* of the access, from there on; 0: not known */
	enum page_access access;
	bool user; /* with the rights of CPL 3; descriptor tables are read without, at any CPL */
};

/* What the engine caches: UC_PROT_*, for one page. */
struct engine_page {
	uint64_t physical;
	uint32_t rights;
};

struct engine_tlb {
	/* False: the access faults. `probe`: somebody only asks, nothing happens then. */
	bool (*fill)(void *ctx, const struct engine_miss *miss, bool probe,
		     struct engine_page *page);
	/* It faulted, and the engine's registers are those of the instruction: leave it, as
	 * engine_leave() does, or the engine goes on. */
	void (*refused)(void *ctx);
	void *ctx;
};

/* From now on this thread's misses go there; NULL: the engine's own way. The caller keeps the
 * structure until the next call. */
void engine_tlb_use(const struct engine_tlb *used);

/* Forget what was translated from [host, host + size), memory of one region that the engine has
 * mapped. */
void engine_drop_code(uc_engine *uc, const uint8_t *host, uint64_t size);

#endif
