/* SPDX-License-Identifier: MIT */
/* Calls before instructions, made by translated code (docs/decisions/0002). Of the engine's
 * registers only two may be those of an earlier instruction: the instruction pointer, and the kind
 * of the last result. The engine would look up its block by the host address of the call, and go
 * through what it recorded there of each instruction. For sites both are in the call. */
#include "emu/unicorn/x86/engine_sites.h"

#include <stdbool.h>

#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/x86/registers.h"

/* Distance from a call's return address back to the address that identifies its instruction. */
enum { CALL_RETURNS_BEHIND = 2 };
enum { SITES_PROVEN = 4 };

bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_loop_exit_noexc(void *engine_cpu);
void bimetal_unicorn_probe_access(void *env, uint64_t linear, int size, int access, int mmu_index,
				  uintptr_t from);

/* Is it what the engine would have found? */
static void prove(struct engine_blocks *used, const struct env *env)
{
	uint64_t eip = env->eip;
	uint32_t cc_op = env->cc_op;
	used->sites_proven++;
	engine_catch_up(used);
	if (env->eip != eip || env->cc_op != cc_op) used->failed = true;
}

void engine_at_site(uint64_t told, uint64_t linear, uint32_t cc_op, void *data)
{
	struct engine_blocks *used = data;
	struct env *env = used->env;
	used->site_from = (uintptr_t)__builtin_return_address(0) - CALL_RETURNS_BEHIND;
	env->eip = linear - env->segs[CPU_CS].base;
	if (cc_op != CC_OP_DYNAMIC) env->cc_op = cc_op;
	if (used->sites_proven < SITES_PROVEN) prove(used, env);
	used->site(used->ctx, told, linear);
}

void engine_at_quick(uint64_t told, uint64_t linear, uint32_t cc_op, void *data)
{
	struct engine_blocks *used = data;
	used->site_from = (uintptr_t)__builtin_return_address(0) - CALL_RETURNS_BEHIND;
	(void)cc_op;
	used->quick(used->ctx, told, linear);
}

void engine_leave(const struct engine_blocks *used)
{
	bimetal_unicorn_loop_exit_noexc(used->engine_cpu);
}

void engine_catch_up(const struct engine_blocks *used)
{
	bimetal_unicorn_restore_state(used->engine_cpu, used->site_from, true);
}

/* If the bytes are translated code, the engine leaves, and comes back with a block of one
 * instruction. */
void engine_probe_store(const struct engine_blocks *used, struct env *env, uint64_t linear,
			unsigned bytes)
{
	enum { PAGE_OFFSET = 4095, DATA_STORE = 1, USER = 1, SUPERVISOR = 2 };
	int index = (env->hflags & HF_CPL) == HF_CPL ? USER : SUPERVISOR;
	unsigned room = (unsigned)(PAGE_OFFSET + 1 - (linear & PAGE_OFFSET));
	unsigned first = bytes < room ? bytes : room;
	bimetal_unicorn_probe_access(env, linear, (int)first, DATA_STORE, index, used->site_from);
	if (bytes > first)
		bimetal_unicorn_probe_access(env, linear + first, (int)(bytes - first), DATA_STORE,
					     index, used->site_from);
}
