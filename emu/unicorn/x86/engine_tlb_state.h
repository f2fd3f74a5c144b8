/* SPDX-License-Identifier: MIT */
/* The contents of the engine's TLB, to be kept and put back: the guest can tell a translation that
 * is cached from one that is not, by the A bits of its tables and by what it did not invalidate.
 * The engine does not document where they are, so this is checked in each engine. */
#ifndef EMU_UNICORN_X86_ENGINE_TLB_STATE_H
#define EMU_UNICORN_X86_ENGINE_TLB_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/pieces.h"
#include "emu/unicorn/x86/context.h"
#include "emu/unicorn/x86/engine_tlb.h"

struct engine_tlbs; /* in the engine's CPU object */
struct engine_tlb_kept;

/* Find them in an engine that has not run since its TLB was flushed, and has memory at physical
 * address 0, `first_page`. NULL: it fails the known-answer test. */
struct engine_tlbs *engine_tlbs_find(uc_engine *uc, void *engine_cpu, struct env *live,
				     const uint8_t *first_page);

/* NULL: no memory. */
struct engine_tlb_kept *engine_tlb_keep(struct engine_tlb *tlb, const struct engine_tlbs *tlbs);
void engine_tlb_kept_free(struct engine_tlb_kept *kept);
/* Make the TLB what it was, in the same engine. False: no memory; then it is empty. */
bool engine_tlb_put_back(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
			 void *engine_cpu, const struct engine_tlb_kept *kept);

/* The TLB is what was kept: call `translated` for the host address of each page that the engine may
 * write. If it returns true, the engine looks for translated code at each store there. */
void engine_tlb_for_writable(struct engine_tlbs *tlbs, const struct engine_tlb_kept *kept,
			     bool (*translated)(void *ctx, uintptr_t host), void *ctx);

/* For another process: the piece "cached". Loading needs the memory and the tables that it was made
 * with. False: the sink's answer; it is damaged, or no memory. */
bool engine_tlb_save(const struct engine_tlb *tlb, struct engine_tlbs *tlbs,
		     const struct piece_sink *to);
bool engine_tlb_load(struct engine_tlb *tlb, struct engine_tlbs *tlbs, uc_engine *uc,
		     void *engine_cpu, const void *data, size_t size);

#endif
