/* SPDX-License-Identifier: MIT */
/* A miss of the engine's TLB, with all that the engine knows about the access. Its own callback
 * (UC_HOOK_TLB_FILL) gets only the page. */
#ifndef EMU_UNICORN_X86_ENGINE_TLB_H
#define EMU_UNICORN_X86_ENGINE_TLB_H

#include <stdbool.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/walk.h"

struct engine_miss {
	uint64_t linear; /* linear address of the first byte that could not be translated */
	unsigned bytes;  /* bytes of the access from there; 0: unknown */
	enum page_access access;
	bool user; /* with CPL 3 rights; false for descriptor tables at any CPL */
};

/* The entry for the engine's TLB: UC_PROT_*, for one page. */
struct engine_page {
	uint64_t physical;
	uint32_t rights;
	bool once;   /* for this access only: the next one is a miss again */
	bool global; /* stays when CR3 is written */
};

/* So many pages are forgotten one by one when CR3 is written. With more, everything is, which costs
 * less then. */
enum { ENGINE_TLB_LOCAL = 128 };

/* Pages filled that are not global, since they were last forgotten. It belongs to the contents of
 * the TLB: whoever puts back one must put back the other. */
struct engine_tlb_local {
	uint64_t page[ENGINE_TLB_LOCAL];
	unsigned n; /* more than ENGINE_TLB_LOCAL: not all are known */
};

enum { ENGINE_TLB_CAME = 128 };

struct engine_tlb {
	/* False: the access faults. `probe`: the engine only asks; nothing must change. */
	bool (*fill)(void *ctx, const struct engine_miss *miss, bool probe,
		     struct engine_page *page);
	/* The access faulted, and the registers are those of the instruction. Leave it, as
	 * engine_leave() does; otherwise the engine continues. */
	void (*refused)(void *ctx);
	/* After a store with engine_page.once for which engine_tlb_will_tell() was true. */
	void (*stored)(void *ctx);
	/* INVLPG was executed. */
	void (*invalidated)(void *ctx, uint64_t linear);
	void *ctx;

	/* Kept by engine_tlb.c. */
	void *engine_cpu; /* the engine's CPU object; NULL: nothing was filled yet */
	uint64_t filled;  /* entries since the last flush */
	uint64_t flushes; /* how often it was emptied */
	/* For engine_tlb_state.c: what it held last as a whole, the value of `flushes` then, and
	 * what came in since; if there is more, only how much. */
	uint64_t kept_id, kept_flushes;
	struct engine_tlb_came {
		uint64_t linear;
		uint8_t mode; /* the engine's MMU index */
		bool code;
	} came[ENGINE_TLB_CAME];
	unsigned n_came;
	size_t entries; /* of the largest TLB that the engine was let have; 0: it never asked */
	struct engine_tlb_local local;
};

/* From now on misses on this thread go to `used`; NULL: the engine's own handling. `used` must stay
 * valid until the next call. */
void engine_tlb_use(struct engine_tlb *used);

/* In a fill or in stored(): make the engine's registers those of the instruction. Elsewhere they
 * are current. */
void engine_tlb_place(void);
/* Let the engine forget everything. May be called at any time; `of` belongs to `uc`. */
void engine_tlb_flush(struct engine_tlb *of, uc_engine *uc);
/* Let the engine forget a page. `engine_cpu` is that of struct engine_blocks. */
void engine_tlb_drop_page(void *engine_cpu, uint64_t linear);

/* The host address of a byte in a page that the TLB maps as plain memory for this access, with the
 * rights of the current code. Otherwise the fill is asked, as a probe; NULL if it refuses. */
uint8_t *engine_tlb_host(struct env *env, uint64_t linear, enum page_access access);

/* Does the TLB hold an entry of this page, with whatever rights, through which stores are not
 * noticed?
 */
bool engine_tlb_stores(struct env *env, uint64_t linear);

/* In the fill of a store: is it one after which the engine comes back to us? Those of the engine's
 * functions for complicated instructions are not. */
bool engine_tlb_will_tell(void);

/* For the engine's stores: see engine_tlb.stored. */
extern _Thread_local bool engine_tlb_waits;
void engine_tlb_tell_stored(void);
static inline void engine_tlb_stored(void)
{
	if (engine_tlb_waits) engine_tlb_tell_stored();
}

/* Drop translations of [host, host + size), which is memory of one mapped region. */
void engine_drop_code(uc_engine *uc, const uint8_t *host, uint64_t size);

#endif
