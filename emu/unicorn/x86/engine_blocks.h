/* SPDX-License-Identifier: MIT */
/* Calls that are added to translated code: one to the block hook at the entry of each block, with a
 * word that was computed when the block was translated; and calls before instructions that need
 * them. */
#ifndef EMU_UNICORN_X86_ENGINE_BLOCKS_H
#define EMU_UNICORN_X86_ENGINE_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

#include "emu/unicorn/x86/context.h"

/* A block hook. Its first argument, in place of the engine, is the word that `translated` returned.
 */
typedef void engine_block_hook(uint64_t told, uint64_t linear, uint32_t size, void *data);

/* A block, as translated. */
struct engine_block {
	uint64_t linear;
	uint32_t flags; /* enum hflag, and TF, IOPL, RF, VM, AC of RFLAGS: the state for which the
			   code was translated */
	uint16_t size;  /* bytes */
	uint16_t instructions;
	uint16_t last; /* offset from `linear` of the last instruction */
	bool cut;      /* shortened by engine_blocks_cut() */
};

enum { ENGINE_FORGED = 2 };

/* How to translate an instruction. */
struct engine_instruction {
	uint64_t told;   /* argument of the call of `site` before the instruction; 0: no call */
	uint64_t settle; /* argument of a call of `quick` before that one; 0: no call */
	uint64_t quick;  /* argument of a call of `quick` after that of `site`; 0: no call */
	/* For MMX instructions: argument of a call of `quick` that replaces the engine's switch to
	 * MMX state. It comes after the operand was accessed, which may fault. 0: use the engine's
	 * switch. */
	uint64_t mmx;
	uint8_t mmx_accesses;
	/* Bytes that the translator reads instead of those in guest memory. */
	struct {
		uint8_t at, byte;
	} forged[ENGINE_FORGED];
	uint8_t n_forged;
	uint8_t displacement_at; /* offset of a 4-byte displacement to which 1 is added; 0: none */
	bool sse;      /* the memory operand has `bytes` bytes, whatever the engine would load */
	uint8_t bytes; /* 0: not known */
	uint8_t alignment; /* 16: the operand must be aligned to 16 bytes; else 1 */
};

struct engine_blocks {
	engine_block_hook *hook; /* passed to uc_hook_add() */
	/* Called instead of it, at the entry of blocks whose word does not fit into 32 bits. */
	engine_block_hook *wide_hook;
	/* A block was translated. Returns the word for the block hook. */
	uint64_t (*translated)(void *ctx, const struct engine_block *block);
	/* An instruction is about to be translated. block->instructions is the number of
	 * instructions before it. */
	struct engine_instruction (*instruction)(void *ctx, const struct engine_block *block,
						 uint64_t linear);
	/* Called before an instruction; the registers are up to date. After it returns the
	 * instruction runs, unless it calls engine_leave(). */
	void (*site)(void *ctx, uint64_t told, uint64_t linear);
	/* As `site`, but the registers may be those of an earlier instruction of the block:
	 * engine_catch_up() updates them. */
	void (*quick)(void *ctx, uint64_t told, uint64_t linear);
	/* A memory operand is not aligned to 16 bytes as it must be; the engine is left. */
	void (*misaligned)(void *ctx);
	/* Could the TLB hold an entry through which these bytes of code can be written unnoticed?
	 */
	bool (*writable)(void *ctx, uint64_t linear, uint64_t length);
	void *ctx;
	uc_engine *uc;
	void *engine_cpu; /* the engine's CPU object; NULL: nothing was translated yet */
	struct env *env;  /* the live state in it */
	unsigned sites_proven;
	/* The last block, and how far its translation has come. */
	struct {
		uint64_t linear, instruction;
		uint16_t size; /* 0: not finished */
	} last;
	bool known;      /* the hook is registered with the engine as a callable function */
	bool site_known; /* so is the function for `site` */
	bool quick_known;
	bool one_by_one;     /* each instruction becomes a block */
	uintptr_t site_from; /* host address in translated code of the current intercept */
	bool failed; /* the entry of a block has an unexpected form: the hook got a wrong word */
	/* The request of engine_blocks_cut(): applies to the next translation at this address. */
	uint64_t cut_at;
	uint16_t cut_behind; /* end after this many instructions; 0: no request */
};

/* From now on translations on this thread use these; NULL: the engine's own. `used` must stay valid
 * until the next call. */
void engine_blocks_use(struct engine_blocks *used);

/* Call where code cannot be fetched. True: a translation is under way and has whole instructions
 * already. Then leave the engine: the next translation of the block ends after these instructions.
 */
bool engine_blocks_cut(struct engine_blocks *used);

/* Called before an access that translated code cannot make by itself: checks alignment. `index` is
 * the engine's MemOpIdx. Returns it without its alignment requirement. */
uint32_t engine_blocks_aligned(void *env, uint64_t linear, uint32_t index, uintptr_t from);

/* In an intercept: fault now if a store of `bytes` there would fault. */
void engine_probe_store(const struct engine_blocks *used, struct env *env, uint64_t linear,
			unsigned bytes);

/* In `quick`: update the registers to the instruction; afterwards it is an intercept like `site`.
 */
void engine_catch_up(const struct engine_blocks *used);

/* Call at the end of the block hook. Does not return if a stop was requested. */
void engine_exit(uc_engine *uc);
/* In an intercept: continue where the registers now point. Does not return. */
void engine_leave(const struct engine_blocks *used);

/* The CPU object of the engine that last translated on this thread; NULL: none. */
void *engine_blocks_last_cpu(void);

#endif
