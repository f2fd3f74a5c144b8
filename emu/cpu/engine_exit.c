/* SPDX-License-Identifier: MIT */
/* Leaving the engine from the block hook. Behind that hook the engine translates a call that looks
 * for a requested stop: a call per block that nearly never finds one. The build lets the translator
 * ask here, and it is left out; the hook leaves the engine by itself. Behind hooks of single
 * instructions the call stays. */
#include "emu/cpu/engine_exit.h"

#include <stdbool.h>
#include <stdint.h>

void bimetal_unicorn_real_gen_call(void *tcg, const void *function, void *result, int n,
				   void **arguments);
void bimetal_unicorn_gen_call(void *tcg, const void *function, void *result, int n,
			      void **arguments);
void bimetal_unicorn_real_gen_check_exit(void *tcg, void *in_delay_slot);
void bimetal_unicorn_gen_check_exit(void *tcg, void *in_delay_slot);
void bimetal_unicorn_check_exit(uc_engine *uc, uint32_t in_delay_slot);

/* The translator is behind the hook of an instruction. By thread, as translation is. */
static _Thread_local bool in_instruction;

void bimetal_unicorn_gen_check_exit(void *tcg, void *in_delay_slot)
{
	in_instruction = true;
	bimetal_unicorn_real_gen_check_exit(tcg, in_delay_slot);
	in_instruction = false;
}

void bimetal_unicorn_gen_call(void *tcg, const void *function, void *result, int n,
			      void **arguments)
{
	if (function == (const void *)(uintptr_t)bimetal_unicorn_check_exit && !in_instruction)
		return;
	bimetal_unicorn_real_gen_call(tcg, function, result, n, arguments);
}

void engine_exit(uc_engine *uc) { bimetal_unicorn_check_exit(uc, 0); }
