/* SPDX-License-Identifier: MIT */
/* What the engine's translator puts at the entry of a block: one call of the block hook, told what
 * was learnt of the block when it was translated. */
#ifndef EMU_UNICORN_X86_ENGINE_BLOCKS_H
#define EMU_UNICORN_X86_ENGINE_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

#include "emu/unicorn/x86/context.h"

/* The block hook, given to uc_hook_add(): instead of the engine it is handed what `translated`
 * said.
 */
typedef void engine_block_hook(uint64_t told, uint64_t linear, uint32_t size, void *data);

/* A block as it was translated. */
struct engine_block {
	uint64_t linear;
	uint32_t
		flags; /* enum hflag, and of RFLAGS TF, IOPL, RF, VM, AC: what its code stands on */
	uint16_t size; /* bytes */
	uint16_t instructions;
	uint16_t last; /* where the last of them starts, from `linear` */
	bool cut;      /* by engine_blocks_cut() */
};

enum { ENGINE_FORGED = 2 };

/* How an instruction is to be translated. */
struct engine_instruction {
	uint64_t told;   /* what `site` is told each time before it runs; 0: there is no call */
	uint64_t settle; /* what `quick` is told, before all else; 0: there is no call */
	uint64_t quick;  /* and behind `site` */
	/* One of MMX: what `quick` is told instead of the engine's turning to MMX, behind the
	 * accesses to its operand, which may fault; 0: the engine's way. */
	uint64_t mmx;
	uint8_t mmx_accesses;
	/* Bytes that the translator is to read instead of the guest's. */
	struct {
		uint8_t at, byte;
	} forged[ENGINE_FORGED];
	uint8_t n_forged;
	uint8_t displacement_at; /* of 4 bytes, to which 1 is added; 0: none */
	bool sse;          /* its operand in memory has `bytes`, whatever the engine would load */
	uint8_t bytes;     /* 0: not known */
	uint8_t alignment; /* 16: the operand must lie on such a boundary; else 1 */
};

struct engine_blocks {
	engine_block_hook *hook;
	/* A block was translated: what to tell the hook at each of its entries. */
	uint64_t (*translated)(void *ctx, const struct engine_block *block);
	/* An instruction of a block is about to be translated. Of the block, `instructions` counts
	 * what came before it. */
	struct engine_instruction (*instruction)(void *ctx, const struct engine_block *block,
						 uint64_t linear);
	/* The registers are those of the instruction. When it returns, the instruction runs; else
	 * engine_leave(). */
	void (*site)(void *ctx, uint64_t told, uint64_t linear);
	/* The registers may be those of an earlier instruction of the block: engine_catch_up(). */
	void (*quick)(void *ctx, uint64_t told, uint64_t linear);
	/* An operand in memory does not keep its boundary of 16 bytes: then the engine is left. */
	void (*misaligned)(void *ctx);
	/* May the TLB hold an entry by which these bytes of code could be written unseen? */
	bool (*writable)(void *ctx, uint64_t linear, uint64_t length);
	void *ctx;
	uc_engine *uc;
	void *engine_cpu; /* what the engine calls its CPU; NULL: it has translated nothing yet */
	/* The block translated last, and how far the translator has come in it. */
	struct {
		uint64_t linear, instruction;
		uint16_t size; /* 0: it has not come to the end */
	} last;
	bool known;      /* the engine knows the hook as something to call */
	bool site_known; /* and the call for a site */
	bool quick_known;
	bool one_by_one;     /* each instruction is to be a block */
	uintptr_t site_from; /* host address in translated code of the site under way */
	bool failed; /* a block's entry is not built as expected: the hook was told nonsense */
	/* What engine_blocks_cut() asked for: the next translation at this address. */
	uint64_t cut_at;
	uint16_t cut_behind; /* instructions; 0: nothing was asked for */
};

/* From now on this thread's translations are for these; NULL: the engine's own way. The caller
 * keeps the structure until the next call. */
void engine_blocks_use(struct engine_blocks *used);

/* Where code cannot be fetched. If a translation is under way and has whole instructions already,
 * true: leave the engine; when the block is translated again it ends behind these. */
bool engine_blocks_cut(struct engine_blocks *used);

/* Before an access that translated code could not make by itself: keep boundaries; `index` is the
 * engine's MemOpIdx. Returns it without what it demanded. */
uint32_t engine_blocks_aligned(void *env, uint64_t linear, uint32_t index, uintptr_t from);

/* From a site: fault now, as a store of `bytes` there would, or not at all. */
void engine_probe_store(const struct engine_blocks *used, struct env *env, uint64_t linear,
			unsigned bytes);

/* From `quick`: the registers are now those of the instruction, and it is a site. */
void engine_catch_up(const struct engine_blocks *used);

/* From the block hook, last of all: if a stop was requested, does not return. */
void engine_exit(uc_engine *uc);
/* From a site: go on where the registers now say. Does not return. */
void engine_leave(const struct engine_blocks *used);

/* The CPU object of the engine that translated last on this thread; NULL: none. */
void *engine_blocks_last_cpu(void);

#endif
