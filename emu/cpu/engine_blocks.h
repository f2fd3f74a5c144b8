/* SPDX-License-Identifier: MIT */
/* What the engine's translator puts at the entry of a block: one call of the block hook, told what
 * was learnt of the block when it was translated. */
#ifndef EMU_CPU_ENGINE_BLOCKS_H
#define EMU_CPU_ENGINE_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

/* The block hook, given to uc_hook_add(): instead of the engine it is handed what `translated`
 * said.
 */
typedef void engine_block_hook(uint64_t told, uint64_t linear, uint32_t size, void *data);

struct engine_blocks {
	engine_block_hook *hook;
	/* A block was translated: what to tell the hook at each of its entries. */
	uint64_t (*translated)(void *ctx, uint64_t linear, uint16_t size, uint16_t instructions);
	/* May the TLB hold an entry by which these bytes of code could be written unseen? */
	bool (*writable)(void *ctx, uint64_t linear, uint64_t length);
	void *ctx;
	void *engine_cpu; /* what the engine calls its CPU; NULL: it has translated nothing yet */
	/* The block translated last, and how far the translator has come in it. */
	struct {
		uint64_t linear, instruction;
		uint16_t size; /* 0: it has not come to the end */
	} last;
	bool known;  /* the engine knows the hook as something to call */
	bool failed; /* a block's entry is not built as expected: the hook was told nonsense */
};

/* From now on this thread's translations are for these; NULL: the engine's own way. The caller
 * keeps the structure until the next call. */
void engine_blocks_use(struct engine_blocks *used);

/* From the block hook, last of all: if a stop was requested, does not return. */
void engine_exit(uc_engine *uc);

#endif
