/* SPDX-License-Identifier: MIT */
/* The build redirects what the engine's translator emits to these functions (docs/decisions/0002).
 *
 * The block hook is called with a constant in place of the engine's handle. The constant is known
 * only after the last instruction of the block. So a placeholder is emitted, and replaced in the
 * list of operations before host code is generated.
 *
 * After a hook the translator emits a check for a requested stop. It is left out after the block
 * hook, and kept after hooks of single instructions.
 *
 * Before an intercepted instruction (a "site") a call of ours is emitted. */
#include "emu/unicorn/x86/engine_blocks.h"

#include <stddef.h>
#include <string.h>

#include "emu/unicorn/x86/engine_sites.h"

/* The first members of the engine's translation block. */
struct block_head {
	uint64_t pc; /* linear */
	uint64_t cs_base;
	uint32_t flags;
	uint16_t size, instructions;
};

/* The engine's record of a hook. Its type is the first word; one of the others is the function to
 * call. */
enum { HOOK_WORDS = 8 };
struct hook_head {
	int type; /* enum uc_hook_type */
};
union hook {
	struct hook_head head;
	uint64_t word[HOOK_WORDS];
};

#define PLACEHOLDER UINT64_C(0x6d6574616c62696d)
/* The words of an operation: its header, the operations after and before it, and its arguments;
 * those of a call are followed by the function. */
enum { OP_NEXT = 1, OP_WORDS = 8 };
enum { N_HOOK_ARGUMENTS = 4 };
/* Its arguments are the instruction's address and cc_op (engine_sites.h). */
enum { OP_INSN_START = 129 };
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
void bimetal_unicorn_real_gen_op2(void *tcg, int opcode, uintptr_t first, uintptr_t second);
void bimetal_unicorn_gen_op2(void *tcg, int opcode, uintptr_t first, uintptr_t second);
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_loop_exit_noexc(void *engine_cpu);
void bimetal_unicorn_loop_exit_restore(void *engine_cpu, uintptr_t from);
void bimetal_unicorn_probe_access(void *env, uint64_t linear, int size, int access, int mmu_index,
				  uintptr_t from);
void bimetal_unicorn_real_enter_mmx(struct env *env);
void bimetal_unicorn_enter_mmx(struct env *env);
void bimetal_unicorn_real_gen_op3(void *tcg, int opcode, uintptr_t a, uintptr_t b, uintptr_t c);
void bimetal_unicorn_gen_op3(void *tcg, int opcode, uintptr_t a, uintptr_t b, uintptr_t c);
uint32_t bimetal_unicorn_real_code8(void *env, uint64_t linear);
uint32_t bimetal_unicorn_code8(void *env, uint64_t linear);
uint32_t bimetal_unicorn_real_code32(void *env, uint64_t linear);
uint32_t bimetal_unicorn_code32(void *env, uint64_t linear);
void *bimetal_unicorn_real_table_lookup(void *table, const void *key);
void *bimetal_unicorn_table_lookup(void *table, const void *key);
#define DECLARE_GEN(name)                                                               \
	void bimetal_unicorn_real_##name(void *tcg, uintptr_t value, uintptr_t address, \
					 uintptr_t mmu_index, unsigned op);             \
	void bimetal_unicorn_##name(void *tcg, uintptr_t value, uintptr_t address,      \
				    uintptr_t mmu_index, unsigned op);
DECLARE_GEN(gen_load64)
DECLARE_GEN(gen_store64)
/* Make a temporary with a constant, given as its distance from `tcg`; and free it. */
ptrdiff_t bimetal_unicorn_const_i64(void *tcg, uint64_t value);
void bimetal_unicorn_temp_free(void *tcg, void *temporary);

/* Per thread, like translation. */
static _Thread_local struct engine_blocks *blocks;
static _Thread_local bool in_instruction;     /* the hook of an instruction was emitted */
static _Thread_local void *tcg_context;       /* where the last operation was emitted, */
static _Thread_local uint64_t *last_op;       /* and the operation */
static _Thread_local uint64_t *told;          /* the placeholder in this block's operations, */
static _Thread_local uint64_t *told_hook;     /* and the hook that is called with it */
static _Thread_local void *last_cpu;          /* CPU object of the engine that translated last */
static _Thread_local struct engine_block now; /* the block being translated, */
static _Thread_local bool translating;        /* if there is one */
static _Thread_local struct {                 /* and the instruction in it: */
	struct engine_instruction how;
	uint64_t linear;
	uintptr_t first_load; /* operand holding the address, as the engine names it */
	unsigned loads, stores;
	unsigned mmx_waits; /* number of accesses before the MMX switch */
	/* The store of a register's lower half is held until the upper half was loaded too. */
	enum { HELD_NONE, HELD_NEXT, HELD_ONE } held;
	uintptr_t held_op[4];
	uintptr_t replaced,
		instead; /* argument to replace in the next operation, and its replacement */
} instruction;
static _Thread_local union hook block_hook; /* the engine's record */

void engine_blocks_use(struct engine_blocks *used)
{
	blocks = used;
	in_instruction = false; /* a translation that ended in a fault leaves it set */
	translating = false;
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

/* The place of a value in an operation. */
static uint64_t *find_in_op(uint64_t *op, uint64_t value)
{
	for (int i = 0; op && i < OP_WORDS; i++)
		if (op[i] == value) return &op[i];
	return NULL;
}

/* The operation that was emitted behind the last one that we know of. */
static uint64_t *next_op(void) { return (uint64_t *)(uintptr_t)last_op[OP_NEXT]; }

static void emit_quick(uint64_t what);

/* Is this the engine's switch to MMX state, which it does before an access that may fault? */
static bool turns_to_mmx(const void *function)
{
	const void *enter = (const void *)(uintptr_t)bimetal_unicorn_enter_mmx;
	if (function != enter || !translating || !instruction.how.mmx) return false;
	instruction.mmx_waits = instruction.how.mmx_accesses;
	if (!instruction.mmx_waits) emit_quick(instruction.how.mmx);
	return true;
}

static void accessed(void)
{
	if (instruction.mmx_waits && !--instruction.mmx_waits) emit_quick(instruction.how.mmx);
}

/* After the block hook, which leaves the engine by itself, no check for a stop is emitted. */
void bimetal_unicorn_gen_call(void *tcg, const void *function, void *result, int n,
			      void **arguments)
{
	const void *check_exit = (const void *)(uintptr_t)bimetal_unicorn_check_exit;
	if (turns_to_mmx(function)) return;
	if (function != check_exit || in_instruction)
		bimetal_unicorn_real_gen_call(tcg, function, result, n, arguments);
}

static void *constant(uint64_t value)
{
	return (char *)tcg_context + bimetal_unicorn_const_i64(tcg_context, value);
}

void bimetal_unicorn_add_inline_hook(uc_engine *uc, struct hook_head *hook, void **arguments, int n)
{
	if (!blocks || hook->type != UC_HOOK_BLOCK || n != N_HOOK_ARGUMENTS) {
		bimetal_unicorn_real_add_inline_hook(uc, hook, arguments, n);
		return;
	}
	memcpy(&block_hook, hook, sizeof block_hook);
	void *first = constant(PLACEHOLDER);
	void *changed[] = { first, arguments[1], arguments[2], arguments[3] };
	told = find_in_op(last_op, PLACEHOLDER);
	/* The engine itself registers the hook again for each block, which costs memory. */
	if (blocks->known)
		bimetal_unicorn_real_gen_call(tcg_context, (const void *)(uintptr_t)blocks->hook,
					      NULL, n, changed);
	else
		bimetal_unicorn_real_add_inline_hook(uc, hook, changed, n);
	told_hook = find_in_op(next_op(), (uintptr_t)blocks->hook);
	blocks->known = true;
	blocks->uc = uc;
	bimetal_unicorn_temp_free(tcg_context, first);
}

/* For each block the engine adds its place to a table of the hook, unless it is there. The table is
 * of use only when a hook is removed, and takes memory for each block, so that all are there. */
void *bimetal_unicorn_table_lookup(void *table, const void *key)
{
	for (unsigned i = 0; translating && i < HOOK_WORDS; i++)
		if (block_hook.word[i] == (uintptr_t)table) return table;
	return bimetal_unicorn_real_table_lookup(table, key);
}

/* --- intercepts */

/* The engine calls only registered functions, and registers those of hooks. So this is registered
 * like the block hook. */
static void introduce(engine_translated_call *call, void **arguments)
{
	union hook hook = block_hook;
	unsigned found = 0;
	for (unsigned i = 0; i < HOOK_WORDS; i++) {
		if (hook.word[i] != (uintptr_t)blocks->hook) continue;
		hook.word[i] = (uintptr_t)call;
		found++;
	}
	if (found == 1)
		bimetal_unicorn_real_add_inline_hook(blocks->uc, &hook.head, arguments,
						     N_HOOK_ARGUMENTS);
	else
		blocks->failed = true;
}

static void emit_call(engine_translated_call *call, bool *known, uint64_t what, uint64_t linear,
		      uint32_t cc_op)
{
	void *arguments[N_HOOK_ARGUMENTS] = { constant(what), constant(linear), constant(cc_op),
					      constant((uintptr_t)blocks) };
	if (*known)
		bimetal_unicorn_real_gen_call(tcg_context, (const void *)(uintptr_t)call, NULL,
					      N_HOOK_ARGUMENTS, arguments);
	else
		introduce(call, arguments);
	*known = true;
	for (int i = 0; i < N_HOOK_ARGUMENTS; i++)
		bimetal_unicorn_temp_free(tcg_context, arguments[i]);
}

static void emit_quick(uint64_t what)
{
	emit_call(engine_at_quick, &blocks->quick_known, what, instruction.linear, CC_OP_DYNAMIC);
}

static void begin_instruction(uint64_t linear, uint32_t cc_op)
{
	if (!now.instructions && linear != now.linear) blocks->failed = true;
	now.last = (uint16_t)(linear - now.linear);
	blocks->last.instruction = linear;
	instruction.loads = instruction.stores = instruction.mmx_waits = 0;
	instruction.held = HELD_NONE;
	instruction.replaced = 0;
	instruction.how = (struct engine_instruction){ .alignment = 1 };
	instruction.linear = linear;
	instruction.how = blocks->instruction(blocks->ctx, &now, linear);
	now.instructions++;
	if (instruction.how.settle) emit_quick(instruction.how.settle);
	if (instruction.how.told)
		emit_call(engine_at_site, &blocks->site_known, instruction.how.told, linear, cc_op);
	if (instruction.how.quick) emit_quick(instruction.how.quick);
}

void bimetal_unicorn_gen_op2(void *tcg, int opcode, uintptr_t first, uintptr_t second)
{
	bimetal_unicorn_real_gen_op2(tcg, opcode, first, second);
	if (opcode == OP_INSN_START && blocks && translating)
		begin_instruction(first, (uint32_t)second);
}

/* The translator reads the bytes of an instruction through this function. */
uint32_t bimetal_unicorn_code8(void *env, uint64_t linear)
{
	const struct engine_instruction *how = &instruction.how;
	uint64_t at = linear - instruction.linear;
	for (unsigned i = 0; translating && i < how->n_forged; i++)
		if (how->forged[i].at == at) return how->forged[i].byte;
	return bimetal_unicorn_real_code8(env, linear);
}

uint32_t bimetal_unicorn_code32(void *env, uint64_t linear)
{
	uint32_t value = bimetal_unicorn_real_code32(env, linear);
	uint8_t at = instruction.how.displacement_at;
	return translating && at && linear - instruction.linear == at ? value + 1 : value;
}

/* --- operands in memory */

/* The engine's MemOp holds the size and the alignment, both as powers of 2; MemOpIdx has it 4 bits
 * higher. Translated code that finds an operand misaligned calls the functions of engine_access.c,
 * which check exactly. */
enum {
	MO_SIZE = 3,
	MO_32 = 2,
	MO_ALIGN_16 = 4 << 4,
	MO_ALIGN_32 = 5 << 4, /* ours, for an unaligned store of 16 bytes: does it cross a page? */
	MO_ALIGN_MASK = 7 << 4,
	INDEX_SHIFT = 4,
	MMU_INDEX = 15
};
enum { SSE_BYTES = 16, HALF_BYTES = 8 };

static unsigned align(unsigned op, bool first)
{
	bool aligned = instruction.how.alignment == SSE_BYTES && first;
	return aligned ? op | MO_ALIGN_16 : op;
}

void bimetal_unicorn_enter_mmx(struct env *env) { bimetal_unicorn_real_enter_mmx(env); }

/* A load of 16 bytes that may cross a page. The engine loads one half and writes it to the register
 * before it loads the other, which may fault. So the first write is held until after the second
 * load, which uses a separate temporary. */
void bimetal_unicorn_gen_op3(void *tcg, int opcode, uintptr_t a, uintptr_t b, uintptr_t c)
{
	if (instruction.held == HELD_NEXT && translating) {
		uintptr_t op[] = { (uintptr_t)opcode, a, b, c };
		memcpy(instruction.held_op, op, sizeof op);
		instruction.held = HELD_ONE;
		return;
	}
	if (a == instruction.replaced && a && translating) {
		a = instruction.instead;
		instruction.replaced = 0;
	}
	bimetal_unicorn_real_gen_op3(tcg, opcode, a, b, c);
}

static void load_second_half(void *tcg, uintptr_t value, uintptr_t address, uintptr_t mmu_index,
			     unsigned op)
{
	const uintptr_t *held = instruction.held_op;
	ptrdiff_t temporary = bimetal_unicorn_const_i64(tcg, 0);
	bimetal_unicorn_real_gen_load64(tcg, (uintptr_t)temporary, address, mmu_index, op);
	bimetal_unicorn_real_gen_op3(tcg, (int)held[0], held[1], held[2], held[3]);
	instruction.held = HELD_NONE;
	instruction.replaced = (uintptr_t)tcg + value;
	instruction.instead = (uintptr_t)tcg + (uintptr_t)temporary;
	bimetal_unicorn_temp_free(tcg, (char *)tcg + temporary);
}

/* The engine loads 16 bytes as two halves, even if the operand has only 8; and 8 bytes for 4. */
void bimetal_unicorn_gen_load64(void *tcg, uintptr_t value, uintptr_t address, uintptr_t mmu_index,
				unsigned op)
{
	const struct engine_instruction *how = &instruction.how;
	unsigned n = instruction.loads++;
	if (!n) instruction.first_load = address;
	if (translating && how->sse) {
		if (n == 1 && how->bytes == HALF_BYTES) address = instruction.first_load;
		if (how->bytes == HALF_BYTES / 2 && (op & MO_SIZE) > MO_32)
			op = (op & ~(unsigned)MO_SIZE) | MO_32;
	}
	if (translating && instruction.held == HELD_ONE) {
		load_second_half(tcg, value, address, mmu_index, op);
		return;
	}
	bimetal_unicorn_real_gen_load64(tcg, value, address, mmu_index,
					translating ? align(op, !n) : op);
	if (!translating) return;
	accessed();
	if (!n && how->sse && how->bytes == SSE_BYTES && how->alignment != SSE_BYTES)
		instruction.held = HELD_NEXT;
}

void bimetal_unicorn_gen_store64(void *tcg, uintptr_t value, uintptr_t address, uintptr_t mmu_index,
				 unsigned op)
{
	const struct engine_instruction *how = &instruction.how;
	bool first = !instruction.stores++;
	bool anywhere = how->sse && how->bytes == SSE_BYTES && how->alignment != SSE_BYTES;
	unsigned aligned = anywhere && first ? op | MO_ALIGN_32 : align(op, first);
	bimetal_unicorn_real_gen_store64(tcg, value, address, mmu_index,
					 translating ? aligned : op);
	if (translating) accessed();
}

static void misaligned(uintptr_t from)
{
	const struct engine_blocks *used = blocks;
	if (!used) return;
	bimetal_unicorn_restore_state(used->engine_cpu, from, true);
	used->misaligned(used->ctx);
	bimetal_unicorn_loop_exit_noexc(used->engine_cpu);
}

uint32_t engine_blocks_aligned(void *env, uint64_t linear, uint32_t index, uintptr_t from)
{
	enum { PAGE_OFFSET = 4095, DATA_STORE = 1 };
	uint32_t op = index >> INDEX_SHIFT;
	switch (op & MO_ALIGN_MASK) {
	case 0: return index;
	case MO_ALIGN_16:
		if (linear & (SSE_BYTES - 1)) misaligned(from);
		break;
	case MO_ALIGN_32:
		/* The second half must not fault after the first was stored. */
		if ((linear & PAGE_OFFSET) <= PAGE_OFFSET + 1 - SSE_BYTES) break;
		bimetal_unicorn_probe_access(env, linear, 1, DATA_STORE, (int)(index & MMU_INDEX),
					     from);
		bimetal_unicorn_probe_access(env, (linear | PAGE_OFFSET) + 1, 1, DATA_STORE,
					     (int)(index & MMU_INDEX), from);
		break;
	default: break;
	}
	return index & ~((uint32_t)MO_ALIGN_MASK << INDEX_SHIFT);
}

/* --- translation */

bool engine_blocks_cut(struct engine_blocks *used)
{
	if (!translating || now.instructions <= 1) return false;
	used->cut_at = now.linear;
	used->cut_behind = (uint16_t)(now.instructions - 1);
	return true;
}

/* The largest number of instructions for the block. */
static int most_instructions(const struct block_head *block, int max)
{
	enum { FLAG_RF = 1 << 16 };
	if (blocks->one_by_one || block->flags & FLAG_RF) return 1; /* the instruction clears RF */
	if (!blocks->cut_behind || blocks->cut_at != block->pc || blocks->cut_behind >= max)
		return max;
	now.cut = true;
	return blocks->cut_behind;
}

void *engine_blocks_last_cpu(void) { return last_cpu; }

/* Complete the call at the block's entry. */
static void tell_hook(uint64_t word)
{
	*told = word;
	if (word >> 32) *told_hook = (uintptr_t)blocks->wide_hook;
}

void bimetal_unicorn_translate(void *cpu, struct block_head *block, int max)
{
	told = told_hook = NULL;
	last_cpu = cpu;
	if (!blocks) {
		bimetal_unicorn_real_translate(cpu, block, max);
		return;
	}
	blocks->engine_cpu = cpu;
	blocks->last.linear = blocks->last.instruction = block->pc;
	blocks->last.size = 0;
	now = (struct engine_block){ .linear = block->pc, .flags = block->flags };
	max = most_instructions(block, max);
	blocks->cut_behind = 0;
	translating = true;
	bimetal_unicorn_real_translate(cpu, block, max);
	translating = false;
	if (!block->size) return; /* empty: the end was requested */
	blocks->last.size = now.size = block->size;
	now.instructions = block->instructions;
	if (told && told_hook && block->instructions && block->instructions <= block->size)
		tell_hook(blocks->translated(blocks->ctx, &now));
	else
		blocks->failed = true;
}

/* Replaces the engine's walk of its whole TLB at each translation, which makes stores into the code
 * visible. */
void bimetal_unicorn_reset_dirty(void *cpu, uint64_t linear, uint64_t length)
{
	if (!blocks || blocks->writable(blocks->ctx, linear, length))
		bimetal_unicorn_real_reset_dirty(cpu, linear, length);
}
