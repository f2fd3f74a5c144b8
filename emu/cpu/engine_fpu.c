/* SPDX-License-Identifier: MIT */
/* The build lets translated code call these here around the engine's functions of the x87. */
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
