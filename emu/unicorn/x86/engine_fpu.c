/* SPDX-License-Identifier: MIT */
/* The build redirects calls of translated code to these functions, which wrap the engine's x87 and
 * SSE functions. They receive the engine's live state. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/fpu.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/x87.h"

enum {
	FCW_KEPT = 0x1f3f, /* SDM Vol. 1 8.1.5: bit 6 reads as 1, the other reserved ones as 0 */
	FCW_ONE = 0x40
};
enum { MXCSR_VALID = 0xffff };
enum { FXSAVE_BYTES = 512, FXSAVE_ALIGNMENT = 16, FXSAVE_MXCSR = 24 };

#define HELPERS(HELPER)                                             \
	HELPER(fldcw, (struct env * env, uint32_t value))           \
	HELPER(ldmxcsr, (struct env * env, uint32_t value))         \
	HELPER(fldenv, (struct env * env, uint64_t at, int data32)) \
	HELPER(frstor, (struct env * env, uint64_t at, int data32)) \
	HELPER(fxrstor, (struct env * env, uint64_t at))            \
	HELPER(fstenv, (struct env * env, uint64_t at, int data32)) \
	HELPER(fclex, (struct env * env))                           \
	HELPER(fninit, (struct env * env))                          \
	HELPER(fsave, (struct env * env, uint64_t at, int data32))  \
	HELPER(fcomi, (struct env * env))                           \
	HELPER(fucomi, (struct env * env))                          \
	HELPER(emms, (struct env * env))                            \
	HELPER(fmov_STN_ST0, (struct env * env, int i))             \
	HELPER(fdiv_ST0_FT0, (struct env * env))                    \
	HELPER(fdivr_ST0_FT0, (struct env * env))                   \
	HELPER(fdiv_STN_ST0, (struct env * env, int i))             \
	HELPER(fdivr_STN_ST0, (struct env * env, int i))            \
	HELPER(fprem, (struct env * env))                           \
	HELPER(fprem1, (struct env * env))                          \
	HELPER(fscale, (struct env * env))                          \
	HELPER(fsqrt, (struct env * env))                           \
	HELPER(fxtract, (struct env * env))                         \
	HELPER(fldl2t, (struct env * env))                          \
	HELPER(fldl2e, (struct env * env))                          \
	HELPER(fldpi, (struct env * env))                           \
	HELPER(fldlg2, (struct env * env))                          \
	HELPER(fldln2, (struct env * env))                          \
	HELPER(flds_FT0, (struct env * env, uint32_t value))        \
	HELPER(fldl_FT0, (struct env * env, uint64_t value))        \
	HELPER(flds_ST0, (struct env * env, uint32_t value))        \
	HELPER(fldl_ST0, (struct env * env, uint64_t value))
#define DECLARE(name, parameters)               \
	void bimetal_unicorn_##name parameters; \
	void bimetal_unicorn_real_##name parameters;
HELPERS(DECLARE)
int32_t bimetal_unicorn_fist_ST0(struct env *env);
int32_t bimetal_unicorn_real_fist_ST0(struct env *env);
int32_t bimetal_unicorn_fistt_ST0(struct env *env);
int32_t bimetal_unicorn_real_fistt_ST0(struct env *env);
uint32_t bimetal_unicorn_fsts_ST0(struct env *env);
uint32_t bimetal_unicorn_real_fsts_ST0(struct env *env);
uint64_t bimetal_unicorn_fstl_ST0(struct env *env);
uint64_t bimetal_unicorn_real_fstl_ST0(struct env *env);
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_loop_exit_noexc(void *engine_cpu);
void bimetal_unicorn_raise_error(struct env *env, int vector, int error, uintptr_t from);
void bimetal_unicorn_probe_access(void *env, uint64_t linear, int size, int access, int mmu_index,
				  uintptr_t from);

/* The call's address in translated code. Use it only in functions that translated code calls. */
#define CALLED_FROM() ((uintptr_t)__builtin_return_address(0) - 2)

static _Thread_local struct cpu *user;

void engine_fpu_use(struct cpu *cpu) { user = cpu; }

static struct env_float *of(struct env *env)
{
	(void)env; /* the live state */
	return user->live_float;
}

/* --- modes */

/* The following code was translated for other masks: leave the engine after this instruction. */
static void leave_behind(struct env *env, uintptr_t from)
{
	struct insn insn;
	bimetal_unicorn_restore_state(user->engine_blocks.engine_cpu, from, true);
	uint64_t linear = env->eip + (env->hflags & HF_CS64 ? 0 : env->segs[CPU_CS].base);
	if (!(env->hflags & HF_CS64)) linear = (uint32_t)linear;
	if (!cpu_decode(user, linear, &insn)) return;
	user->site_linear = linear;
	cpu_skip(user, &(struct site){ .length = insn.length });
	bimetal_unicorn_loop_exit_noexc(user->engine_blocks.engine_cpu);
}

/* The control word or MXCSR changed. */
static void changed(struct env *env, uintptr_t from)
{
	struct env_float *f = of(env);
	uint32_t before = env->hflags & HF_UNMASKED;
	bool flushes = (f->mxcsr & MXCSR_FTZ) && (f->mxcsr >> MXCSR_MASKS & FLOAT_UE);
	f->control = (uint16_t)((f->control & FCW_KEPT) | FCW_ONE);
	f->x87.flush_results = 0; /* the engine sets it from MXCSR by mistake */
	f->sse.flush_results = flushes;
	x87_summarise(f);
	context_update_unmasked(env, &user->layout);
	if ((env->hflags & HF_UNMASKED) > before) leave_behind(env, from);
}

/* --- MXCSR */

/* Reserved bits raise #GP(0) (SDM Vol. 2A "LDMXCSR"). */
void bimetal_unicorn_ldmxcsr(struct env *env, uint32_t value)
{
	if (value & ~(uint32_t)MXCSR_VALID)
		bimetal_unicorn_raise_error(env, VEC_GP, 0, CALLED_FROM());
	bimetal_unicorn_real_ldmxcsr(env, value);
	of(env)->sse.flags = 0;
	changed(env, CALLED_FROM());
}

/* --- the x87 environment. With REX.W the engine passes 2 in data32. */

void bimetal_unicorn_fldcw(struct env *env, uint32_t value)
{
	bimetal_unicorn_real_fldcw(env, value);
	changed(env, CALLED_FROM());
}

/* Raise a fault before anything is loaded or stored in part. The engine's function, called from
 * here, could not find out which instruction faults. */
static void probe(struct env *env, uint64_t at, unsigned bytes, bool store, uintptr_t from)
{
	enum { PAGE_OFFSET = 4095, DATA_LOAD = 0, DATA_STORE = 1, USER = 1, SUPERVISOR = 2 };
	int index = (env->hflags & HF_CPL) == HF_CPL ? USER : SUPERVISOR;
	int access = store ? DATA_STORE : DATA_LOAD;
	unsigned room = (unsigned)(PAGE_OFFSET + 1 - (at & PAGE_OFFSET));
	unsigned first = bytes < room ? bytes : room;
	bimetal_unicorn_probe_access(env, at, (int)first, access, index, from);
	if (bytes > first)
		bimetal_unicorn_probe_access(env, at + first, (int)(bytes - first), access, index,
					     from);
}

static unsigned environment_bytes(int data32) { return data32 ? 28 : 14; }
static unsigned state_bytes(int data32) { return data32 ? 108 : 94; }

void bimetal_unicorn_fldenv(struct env *env, uint64_t at, int data32)
{
	probe(env, at, environment_bytes(data32), false, CALLED_FROM());
	bimetal_unicorn_real_fldenv(env, at, data32 != 0);
	changed(env, CALLED_FROM());
}

void bimetal_unicorn_frstor(struct env *env, uint64_t at, int data32)
{
	probe(env, at, state_bytes(data32), false, CALLED_FROM());
	bimetal_unicorn_real_frstor(env, at, data32 != 0);
	changed(env, CALLED_FROM());
}

void bimetal_unicorn_fxrstor(struct env *env, uint64_t at)
{
	uint32_t before = of(env)->mxcsr;
	if (at % FXSAVE_ALIGNMENT) bimetal_unicorn_raise_error(env, VEC_GP, 0, CALLED_FROM());
	probe(env, at, FXSAVE_BYTES, false, CALLED_FROM());
	bimetal_unicorn_real_fxrstor(env, at);
	if (of(env)->mxcsr & ~(uint32_t)MXCSR_VALID) {
		of(env)->mxcsr = before;
		bimetal_unicorn_raise_error(env, VEC_GP, 0, CALLED_FROM());
	}
	changed(env, CALLED_FROM());
}

/* Afterwards all exceptions are masked (unread: SDM Vol. 2A "FSTENV"). */
void bimetal_unicorn_fstenv(struct env *env, uint64_t at, int data32)
{
	probe(env, at, environment_bytes(data32), true, CALLED_FROM());
	bimetal_unicorn_real_fstenv(env, at, data32 != 0);
	of(env)->control |= FLOAT_ALL;
	changed(env, CALLED_FROM());
}

void bimetal_unicorn_fsave(struct env *env, uint64_t at, int data32)
{
	probe(env, at, state_bytes(data32), true, CALLED_FROM());
	bimetal_unicorn_real_fsave(env, at, data32 != 0);
	changed(env, CALLED_FROM());
}

void bimetal_unicorn_fclex(struct env *env)
{
	bimetal_unicorn_real_fclex(env);
	of(env)->x87.flags = 0;
}

void bimetal_unicorn_fninit(struct env *env)
{
	bimetal_unicorn_real_fninit(env);
	of(env)->x87.flags = 0;
	changed(env, CALLED_FROM());
}

/* --- comparing and loading */

/* The flags are in cc_src then; OF, SF and AF are cleared (SDM Vol. 2A "FCOMI"). */
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

/* The engine's arithmetic does not report denormal operands. */
/* `other`: the second operand, or NULL. */
static void note_operand(struct env *env, const struct env_extended *other, uint64_t exponent,
			 uint64_t fraction, uint64_t all)
{
	struct fpu_watch *w = &user->s.fpu;
	struct env_float *f = of(env);
	if (!fraction || (exponent && exponent != all)) return;
	if (!exponent && other && x87_precedes_denormal(other)) return;
	if (exponent) { /* if one operand is a NaN, a denormal other one does not matter */
		w->denormal = 0;
		if (w->fresh) f->status &= (uint16_t)~FLOAT_DE;
	} else if (w->armed) {
		w->denormal = FLOAT_DE;
	} else {
		w->fresh |= !(f->status & FLOAT_DE);
		f->status |= FLOAT_DE;
	}
}

/* An invalid operation or a division by zero comes before a denormal operand (SDM Vol. 1
 * 4.9.2). `before`: the exceptions recorded before this instruction. */
static void drop_denormal(struct env_float *f, uint8_t before)
{
	if (user->s.fpu.fresh && (f->x87.flags & (FLOAT_IE | FLOAT_ZE)))
		f->status &= (uint16_t)~FLOAT_DE;
	f->x87.flags |= before;
}

static void note_single(struct env *env, const struct env_extended *other, uint32_t v)
{
	note_operand(env, other, v & 0x7f800000, v & 0x7fffff, 0x7f800000);
}

static void note_double(struct env *env, const struct env_extended *other, uint64_t v)
{
	const uint64_t exponent = UINT64_C(0x7ff) << 52, fraction = (UINT64_C(1) << 52) - 1;
	note_operand(env, other, v & exponent, v & fraction, exponent);
}

/* A signalling NaN becomes quiet when its format changes (unread: SDM Vol. 2A "FLD"). */
static void make_quiet(struct env *env)
{
	struct env_float *f = of(env);
	struct env_extended *r = &f->reg[f->top & 7];
	if ((r->exponent & 0x7fff) == 0x7fff && r->significand << 1)
		r->significand |= UINT64_C(1) << 62;
}

static const struct env_extended *top_of(struct env *env)
{
	const struct env_float *f = of(env);
	return &f->reg[f->top & 7];
}

void bimetal_unicorn_flds_FT0(struct env *env, uint32_t value)
{
	note_single(env, top_of(env), value);
	bimetal_unicorn_real_flds_FT0(env, value);
}

void bimetal_unicorn_fldl_FT0(struct env *env, uint64_t value)
{
	note_double(env, top_of(env), value);
	bimetal_unicorn_real_fldl_FT0(env, value);
}

void bimetal_unicorn_flds_ST0(struct env *env, uint32_t value)
{
	note_single(env, NULL, value);
	bimetal_unicorn_real_flds_ST0(env, value);
	make_quiet(env);
}

void bimetal_unicorn_fldl_ST0(struct env *env, uint64_t value)
{
	note_double(env, NULL, value);
	bimetal_unicorn_real_fldl_ST0(env, value);
	make_quiet(env);
}

/* --- what the engine's arithmetic gets wrong */

/* On the host's CPU, EMMS also sets TOP to 0. */
void bimetal_unicorn_emms(struct env *env)
{
	bimetal_unicorn_real_emms(env);
	of(env)->top = 0;
}

void bimetal_unicorn_fmov_STN_ST0(struct env *env, int i)
{
	struct env_float *f = of(env);
	bimetal_unicorn_real_fmov_STN_ST0(env, i);
	f->empty[(f->top + (unsigned)i) & 7] = 0;
}

/* A signalling NaN is stored as a quiet one. */
uint32_t bimetal_unicorn_fsts_ST0(struct env *env)
{
	const uint32_t infinity = 0x7f800000, quiet = 1 << 22;
	uint32_t v = bimetal_unicorn_real_fsts_ST0(env);
	return (v & ~(UINT32_C(1) << 31)) > infinity ? v | quiet : v;
}

uint64_t bimetal_unicorn_fstl_ST0(struct env *env)
{
	const uint64_t infinity = UINT64_C(0x7ff) << 52, quiet = UINT64_C(1) << 51;
	uint64_t v = bimetal_unicorn_real_fstl_ST0(env);
	return (v & ~(UINT64_C(1) << 63)) > infinity ? v | quiet : v;
}

/* A value that does not fit 16 bits is invalid, not inexact. */
static int32_t to_16(struct env_float *f, int32_t v32, int32_t v16, uint8_t before)
{
	if (v32 != (int16_t)v32) f->x87.flags = (uint8_t)(before | FLOAT_IE);
	return v16;
}

int32_t bimetal_unicorn_fist_ST0(struct env *env)
{
	struct env_float *f = of(env);
	struct env_rounding r = f->x87;
	uint8_t before = f->x87.flags;
	int32_t v = bimetal_unicorn_floatx80_to_int32(f->reg[f->top & 7], &r);
	return to_16(f, v, bimetal_unicorn_real_fist_ST0(env), before);
}

int32_t bimetal_unicorn_fistt_ST0(struct env *env)
{
	struct env_float *f = of(env);
	struct env_rounding r = f->x87;
	uint8_t before = f->x87.flags;
	int32_t v = bimetal_unicorn_floatx80_to_int32_chop(f->reg[f->top & 7], &r);
	return to_16(f, v, bimetal_unicorn_real_fistt_ST0(env), before);
}

/* The engine also reports a division by zero for 0 / 0; its arithmetic does not. */
#define DIVIDE(name, parameters, arguments)            \
	void bimetal_unicorn_##name parameters         \
	{                                              \
		struct env_float *f = of(env);         \
		uint16_t status = f->status;           \
		uint8_t before = f->x87.flags;         \
		f->x87.flags = 0;                      \
		bimetal_unicorn_real_##name arguments; \
		f->status = status;                    \
		drop_denormal(f, before);              \
	}
DIVIDE(fdiv_ST0_FT0, (struct env * env), (env))
DIVIDE(fdivr_ST0_FT0, (struct env * env), (env))
DIVIDE(fdiv_STN_ST0, (struct env * env, int i), (env, i))
DIVIDE(fdivr_STN_ST0, (struct env * env, int i), (env, i))

static void keep_flags(struct env_float *f, uint8_t before, unsigned kept)
{
	f->x87.flags = (uint8_t)(before | (f->x87.flags & kept));
}

/* The engine computes remainders with doubles, which is not exact. */
static void remainder_of(struct env_float *f, bool nearest)
{
	uint8_t before = f->x87.flags;
	f->x87.flags = 0;
	x87_remainder(f, nearest);
	drop_denormal(f, before);
}

void bimetal_unicorn_fprem(struct env *env) { remainder_of(of(env), false); }
void bimetal_unicorn_fprem1(struct env *env) { remainder_of(of(env), true); }

void bimetal_unicorn_fsqrt(struct env *env)
{
	struct env_float *f = of(env);
	uint8_t before = f->x87.flags;
	f->x87.flags = 0;
	bimetal_unicorn_real_fsqrt(env);
	drop_denormal(f, before);
}

static struct env_extended integer(int v)
{
	enum { BIAS = 0x3fff, SIGN = 0x8000, TOP_BIT = 63 };
	uint64_t magnitude = (uint64_t)(v < 0 ? -v : v);
	if (!v) return (struct env_extended){ .significand = 0 };
	int shift = __builtin_clzll(magnitude);
	return (struct env_extended){ .significand = magnitude << shift,
				      .exponent = (uint16_t)((BIAS + TOP_BIT - shift) |
							     (v < 0 ? SIGN : 0)) };
}

/* The engine does not normalise a denormal number. */
static void extract_denormal(struct env_float *f)
{
	enum { BIAS = 0x3fff, SIGN = 0x8000 };
	struct env_extended *r = &f->reg[f->top & 7], was = *r;
	int shift = __builtin_clzll(was.significand);
	*r = integer(1 - BIAS - shift);
	f->top = (f->top - 1) & 7;
	f->empty[f->top] = 0;
	was.significand <<= shift;
	was.exponent = (uint16_t)((was.exponent & SIGN) | BIAS);
	f->reg[f->top] = was;
}

/* unread: SDM Vol. 2A "FXTRACT", for a NaN and for an infinity. */
void bimetal_unicorn_fxtract(struct env *env)
{
	enum { EXPONENT = 0x7fff };
	const uint64_t quiet = UINT64_C(1) << 62;
	struct env_float *f = of(env);
	struct env_extended *r = &f->reg[f->top & 7], was = *r;
	bool unsupported = (was.exponent & EXPONENT) && !(was.significand >> 63);
	if (!(was.exponent & EXPONENT) && was.significand) {
		extract_denormal(f);
		return;
	}
	if (!unsupported && (was.exponent & EXPONENT) != EXPONENT) {
		bimetal_unicorn_real_fxtract(env);
		return;
	}
	bool nan = was.significand << 1;
	if (unsupported || (nan && !(was.significand & quiet))) f->x87.flags |= FLOAT_IE;
	if (unsupported) was = (struct env_extended){ UINT64_C(3) << 62, UINT16_MAX, { 0 } };
	if (nan) was.significand |= quiet;
	*r = was;
	if (!nan) r->exponent = EXPONENT;
	f->top = (f->top - 1) & 7;
	f->empty[f->top] = 0;
	f->reg[f->top] = was;
}

/* The engine rounds ST(1) to an integer and reports that as inexact, which it is not. */
void bimetal_unicorn_fscale(struct env *env)
{
	struct env_float *f = of(env);
	uint8_t before = f->x87.flags;
	f->x87.flags = 0;
	bimetal_unicorn_real_fscale(env);
	bool inexact = f->x87.flags & (FLOAT_OE | FLOAT_UE);
	keep_flags(f, before, inexact ? FLOAT_ALL : FLOAT_ALL & ~(unsigned)FLOAT_PE);
}

/* Constants are rounded as the control word says (unread: SDM Vol. 2A "FLD1/FLDL2T/..."). `above`:
 * the nearest value is above the exact one. */
static void round_constant(struct env *env, bool above)
{
	enum { DOWN = 1, UP = 2, CHOP = 3 };
	struct env_float *f = of(env);
	struct env_extended *r = &f->reg[f->top & 7];
	if (above && (f->x87.mode == DOWN || f->x87.mode == CHOP)) r->significand--;
	if (!above && f->x87.mode == UP) r->significand++;
}

#define CONSTANT(name, above)                        \
	void bimetal_unicorn_##name(struct env *env) \
	{                                            \
		bimetal_unicorn_real_##name(env);    \
		round_constant(env, above);          \
	}
CONSTANT(fldl2t, false)
CONSTANT(fldl2e, true)
CONSTANT(fldpi, true)
CONSTANT(fldlg2, true)
CONSTANT(fldln2, true)
