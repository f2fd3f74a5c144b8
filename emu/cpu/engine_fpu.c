/* SPDX-License-Identifier: MIT */
/* The build lets translated code call these here around the engine's functions of the x87 and SSE.
 */
#include <stdint.h>

#include "emu/cpu/context.h"

enum {
	FCW_KEPT = 0x1f3f, /* SDM Vol. 1 8.1.5: bit 6 reads as 1, the other reserved ones as 0 */
	FCW_ONE = 0x40
};

void bimetal_unicorn_real_fldcw(struct env *env, uint32_t value);
void bimetal_unicorn_fldcw(struct env *env, uint32_t value);
void bimetal_unicorn_real_fcomi(struct env *env);
void bimetal_unicorn_fcomi(struct env *env);
void bimetal_unicorn_real_fucomi(struct env *env);
void bimetal_unicorn_fucomi(struct env *env);

void bimetal_unicorn_real_ldmxcsr(struct env *env, uint32_t value);
void bimetal_unicorn_ldmxcsr(struct env *env, uint32_t value);
void bimetal_unicorn_raise_error(struct env *env, int vector, int error, uintptr_t from);

/* Reserved bits are #GP(0) (SDM Vol. 2A "LDMXCSR"). */
void bimetal_unicorn_ldmxcsr(struct env *env, uint32_t value)
{
	enum { VEC_GP = 13, MXCSR_MASK = 0xffff };
	if (value & ~(uint32_t)MXCSR_MASK)
		bimetal_unicorn_raise_error(env, VEC_GP, 0,
					    (uintptr_t)__builtin_return_address(0) - 2);
	bimetal_unicorn_real_ldmxcsr(env, value);
}

void bimetal_unicorn_fldcw(struct env *env, uint32_t value)
{
	bimetal_unicorn_real_fldcw(env, (value & FCW_KEPT) | FCW_ONE);
}

/* The flags lie in cc_src then; OF, SF and AF are cleared (SDM Vol. 2A "FCOMI"). */
static void clear_others(struct env *env) { env->cc_src &= ~(uint64_t)(FL_OF | FL_SF | FL_AF); }

void bimetal_unicorn_fcomi(struct env *env)
{
	bimetal_unicorn_real_fcomi(env);
	clear_others(env);
}

void bimetal_unicorn_fucomi(struct env *env)
{
	bimetal_unicorn_real_fucomi(env);
	clear_others(env);
}
