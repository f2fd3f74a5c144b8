/* SPDX-License-Identifier: MIT */
/* The build lets the engine's translator ask here for what it emits (docs/decisions/0002).
 *
 * The block hook is called with a constant instead of the engine's handle. It is not known before
 * the block's last instruction: a placeholder is emitted, and replaced in the list of operations
 * before host code is made of it.
 *
 * Behind the hook the translator wants a call that looks for a requested stop; it is left out.
 * Behind hooks of single instructions it stays. */
#include "emu/cpu/engine_blocks.h"

#include <stddef.h>
#include <string.h>

/* The head of the engine's translation block. */
struct block_head {
	uint64_t pc; /* linear */
	uint64_t cs_base;
	uint32_t flags;
	uint16_t size, instructions;
};

/* The head of the engine's record of a hook. */
struct hook_head {
	int type; /* enum uc_hook_type */
};

#define PLACEHOLDER UINT64_C(0x6d6574616c62696d)
enum { OP_WORDS = 8 }; /* of an operation: more than its header and first arguments */
enum { N_HOOK_ARGUMENTS = 4 };

void bimetal_unicorn_real_gen_call(void *tcg, const void *function, void *result, int n,
				   void **arguments);
void bimetal_unicorn_gen_call(void *tcg, const void *function, void *result, int n,
			      void **arguments);
void bimetal_unicorn_real_add_inline_hook(uc_engine *uc, struct hook_head *hook, void **arguments,
					  int n);
void bimetal_unicorn_add_inline_hook(uc_engine *uc, struct hook_head *hook, void **arguments,
				     int n);
void bimetal_unicorn_real_gen_check_exit(void *tcg, void *in_delay_slot);
void bimetal_unicorn_gen_check_exit(void *tcg, void *in_delay_slot);
void bimetal_unicorn_check_exit(uc_engine *uc, uint32_t in_delay_slot);
uint64_t *bimetal_unicorn_real_emit_op(void *tcg, int opcode);
uint64_t *bimetal_unicorn_emit_op(void *tcg, int opcode);
void bimetal_unicorn_real_translate(void *cpu, struct block_head *block, int max);
void bimetal_unicorn_translate(void *cpu, struct block_head *block, int max);
void bimetal_unicorn_real_reset_dirty(void *cpu, uint64_t linear, uint64_t length);
void bimetal_unicorn_reset_dirty(void *cpu, uint64_t linear, uint64_t length);
/* A new temporary that holds a constant, as its distance from `tcg`; and the end of one. */
ptrdiff_t bimetal_unicorn_const_i64(void *tcg, uint64_t value);
void bimetal_unicorn_temp_free(void *tcg, void *temporary);

/* By thread, as translation is. */
static _Thread_local struct engine_blocks *blocks;
static _Thread_local bool in_instruction; /* the translator is behind an instruction's hook */
static _Thread_local void *tcg_context;   /* where an operation was emitted last, */
static _Thread_local uint64_t *last_op;   /* and that one */
static _Thread_local uint64_t *told;      /* the placeholder in this block's operations */

void engine_blocks_use(struct engine_blocks *used)
{
	blocks = used;
	in_instruction = false;
}

void engine_exit(uc_engine *uc) { bimetal_unicorn_check_exit(uc, 0); }

uint64_t *bimetal_unicorn_emit_op(void *tcg, int opcode)
{
	tcg_context = tcg;
	last_op = bimetal_unicorn_real_emit_op(tcg, opcode);
	return last_op;
}

void bimetal_unicorn_gen_check_exit(void *tcg, void *in_delay_slot)
{
	in_instruction = true;
	bimetal_unicorn_real_gen_check_exit(tcg, in_delay_slot);
	in_instruction = false;
}

/* Where the operation just emitted holds the placeholder. */
static uint64_t *find_placeholder(void)
{
	for (int i = 0; i < OP_WORDS; i++)
		if (last_op[i] == PLACEHOLDER) return &last_op[i];
	return NULL;
}

/* Behind a block's hook, which leaves the engine by itself, no stop is looked for. */
void bimetal_unicorn_gen_call(void *tcg, const void *function, void *result, int n,
			      void **arguments)
{
	const void *check_exit = (const void *)(uintptr_t)bimetal_unicorn_check_exit;
	if (function != check_exit || in_instruction)
		bimetal_unicorn_real_gen_call(tcg, function, result, n, arguments);
}

void bimetal_unicorn_add_inline_hook(uc_engine *uc, struct hook_head *hook, void **arguments, int n)
{
	if (!blocks || hook->type != UC_HOOK_BLOCK || n != N_HOOK_ARGUMENTS) {
		bimetal_unicorn_real_add_inline_hook(uc, hook, arguments, n);
		return;
	}
	void *constant = (char *)tcg_context + bimetal_unicorn_const_i64(tcg_context, PLACEHOLDER);
	void *changed[] = { constant, arguments[1], arguments[2], arguments[3] };
	told = find_placeholder();
	/* The engine's own way introduces the hook anew each time, at the cost of memory. */
	if (blocks->known)
		bimetal_unicorn_real_gen_call(tcg_context, (const void *)(uintptr_t)blocks->hook,
					      NULL, n, changed);
	else
		bimetal_unicorn_real_add_inline_hook(uc, hook, changed, n);
	blocks->known = true;
	bimetal_unicorn_temp_free(tcg_context, constant);
}

void bimetal_unicorn_translate(void *cpu, struct block_head *block, int max)
{
	told = NULL;
	if (blocks) {
		blocks->engine_cpu = cpu;
		blocks->last.linear = blocks->last.instruction = block->pc;
		blocks->last.size = 0;
	}
	bimetal_unicorn_real_translate(cpu, block, max);
	if (!blocks || !block->size) return; /* of no size: an end that somebody asked for */
	blocks->last.size = block->size;
	if (told && block->instructions && block->instructions <= block->size)
		*told = blocks->translated(blocks->ctx, block->pc, block->size,
					   block->instructions);
	else
		blocks->failed = true;
}

/* The engine walks its whole TLB at each translation, so that stores into the code are seen. */
void bimetal_unicorn_reset_dirty(void *cpu, uint64_t linear, uint64_t length)
{
	if (!blocks || blocks->writable(blocks->ctx, linear, length))
		bimetal_unicorn_real_reset_dirty(cpu, linear, length);
}
