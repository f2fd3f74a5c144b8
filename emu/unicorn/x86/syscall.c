/* SPDX-License-Identifier: MIT */
/* SYSCALL, SYSRET, SYSENTER and SYSEXIT (AMD APM Vol. 3; SDM Vol. 2B). The build redirects calls of
 * translated code to these functions, which replace the engine's. They receive the engine's live
 * state, which begins with struct env, and change it in place.
 *
 * The vendor decides which modes have which instruction. SYSCALL and SYSRET: AMD in every mode,
 * Intel only in 64-bit mode. SYSENTER and SYSEXIT: Intel in every protected mode, AMD only outside
 * long mode. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/msr_numbers.h"

enum { SELECTOR_MASK = 0xfffc, RPL_3 = 3 };
enum { STAR_SYSCALL_SHIFT = 32, STAR_SYSRET_SHIFT = 48 };
enum { LSTAR_OFFSET = 16, CSTAR_OFFSET = 24, FMASK_OFFSET = 32 }; /* from STAR */
/* Flags that SYSRET takes from R11: not RF, not VM. */
enum { SYSRET_FLAGS = 0x3c7fd7 };
enum { OPERAND_64 = 2 }; /* operand size as the engine passes it: 0, 1, 2 */
/* Selectors of SYSEXIT, from SYSENTER_CS: code, and the stack 8 above it. */
enum { SYSEXIT_32 = 16, SYSEXIT_64 = 32, NEXT_DESCRIPTOR = 8 };
enum { DPL_3 = 3 << DESC_DPL_SHIFT };

#define HELPERS(HELPER)                                  \
	HELPER(syscall, (struct env * env, int length))  \
	HELPER(sysret, (struct env * env, int operand))  \
	HELPER(sysenter, (struct env * env, int length)) \
	HELPER(sysexit, (struct env * env, int operand))
#define DECLARE(name, parameters) void bimetal_unicorn_##name parameters;
HELPERS(DECLARE)
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);

/* The return address in translated code. Use it only in functions that translated code calls. */
#define CALLED_FROM() ((uintptr_t)__builtin_return_address(0))

static _Thread_local struct cpu *user;

void cpu_syscall_use(struct cpu *cpu) { user = cpu; }

/* Instruction pointer and flags may be those of an earlier instruction: update them. */
static void synchronise(uintptr_t from)
{
	bimetal_unicorn_restore_state(user->engine_blocks.engine_cpu, from, false);
}

static void refuse(uint8_t vector, uintptr_t from)
{
	synchronise(from);
	cpu_raise(user, vector, vector == VEC_GP, 0);
	engine_exit(user->uc);
}

static bool intel(void) { return cpuid_is_intel(&user->features); }

static bool canonical(uint64_t address)
{
	struct paging_mode long_mode = { .efer = EFER_LMA };
	return paging_canonical(&long_mode, address);
}

static struct env_segment flat(uint32_t selector, uint32_t flags)
{
	return (struct env_segment){ selector, 0, UINT32_MAX, flags | DESC_G | DESC_P | DESC_S };
}

static struct env_segment code(uint32_t selector, bool long_code)
{
	return flat(selector, DESC_CODE | DESC_W | DESC_A | (long_code ? DESC_L : DESC_B));
}

static struct env_segment stack(uint32_t selector)
{
	return flat(selector, DESC_W | DESC_A | DESC_B);
}

static void enter_kernel(struct env *env, uint32_t cs, bool long_code)
{
	env->segs[CPU_CS] = code(cs, long_code);
	env->segs[CPU_SS] = stack(cs + NEXT_DESCRIPTOR);
}

static void leave_kernel(struct env *env, uint32_t cs, uint32_t ss, bool long_code)
{
	env->segs[CPU_CS] = code(cs | RPL_3, long_code);
	env->segs[CPU_CS].flags |= DPL_3;
	env->segs[CPU_SS] = stack(ss | RPL_3);
	env->segs[CPU_SS].flags |= DPL_3;
}

/* --- SYSCALL: instruction pointer and flags are already up to date */

void bimetal_unicorn_syscall(struct env *env, int length)
{
	struct cpu *cpu = user;
	const struct context_layout *l = &cpu->layout;
	bool long_code = env->hflags & HF_CS64;
	if (!(cpu->s.msrs.efer & EFER_SCE) || (intel() && !long_code)) {
		refuse(VEC_UD, CALLED_FROM());
		return;
	}
	uint64_t rflags = cpu_read_reg(cpu, UC_X86_REG_RFLAGS);
	uint64_t star = context_get64(env, l->star);
	uint64_t next = env->eip + (uint32_t)length;
	bool lma = env->hflags & HF_LMA;
	uint64_t cleared = FL_IF | FL_VM | FL_RF;
	env->regs[CPU_RCX] = long_code ? next : (uint32_t)next;
	env->eip = (uint32_t)star;
	if (lma) {
		cleared = context_get64(env, l->star + FMASK_OFFSET) | FL_RF;
		env->regs[CPU_R11] = rflags & ~(uint64_t)FL_RF;
		env->eip = context_get64(
			env, l->star + (size_t)(long_code ? LSTAR_OFFSET : CSTAR_OFFSET));
	}
	enter_kernel(env, (uint32_t)(star >> STAR_SYSCALL_SHIFT) & SELECTOR_MASK, lma);
	context_put_rflags(env, rflags & ~cleared);
	context_update_hflags(env, l, rflags & ~cleared);
}

/* --- SYSRET */

static uint8_t sysret_fault(const struct env *env, bool to_64)
{
	if (!(user->s.msrs.efer & EFER_SCE)) return VEC_UD;
	if (intel() && !(env->hflags & HF_CS64)) return VEC_UD;
	if (env->hflags & HF_CPL) return VEC_GP;
	/* AMD's SYSRET jumps there, and faults there in ring 3. */
	return intel() && to_64 && !canonical(env->regs[CPU_RCX]) ? VEC_GP : 0;
}

void bimetal_unicorn_sysret(struct env *env, int operand)
{
	bool to_64 = operand == OPERAND_64;
	uint8_t fault = sysret_fault(env, to_64);
	if (fault) {
		refuse(fault, CALLED_FROM());
		return;
	}
	struct env_segment old = env->segs[CPU_SS];
	uint32_t selector = (uint32_t)(context_get64(env, user->layout.star) >> STAR_SYSRET_SHIFT);
	leave_kernel(env, selector + (to_64 ? 2 * NEXT_DESCRIPTOR : 0), selector + NEXT_DESCRIPTOR,
		     to_64);
	if (!intel()) { /* AMD's SYSRET leaves the rest of SS unchanged */
		old.selector = env->segs[CPU_SS].selector;
		old.flags |= DPL_3;
		env->segs[CPU_SS] = old;
	}
	env->eip = to_64 ? env->regs[CPU_RCX] : (uint32_t)env->regs[CPU_RCX];
	/* Outside long mode the other flags stay; they are not in `env` yet. */
	if (env->hflags & HF_LMA)
		context_put_rflags(env, env->regs[CPU_R11] & SYSRET_FLAGS);
	else
		env->eflags |= FL_IF;
	context_update_hflags(env, &user->layout, env->eflags);
}

/* --- SYSENTER and SYSEXIT: arithmetic flags stay; they are not in `env` yet */

/* Does this CPU have these instructions in this mode? */
static bool has_sysenter(const struct env *env)
{
	return cpuid_has(&user->features, FEATURE_SEP) && (intel() || !(env->hflags & HF_LMA));
}

static uint32_t sysenter_cs(void)
{
	return (uint32_t)cpu_read_engine_msr(user, MSR_SYSENTER_CS) & SELECTOR_MASK;
}

void bimetal_unicorn_sysenter(struct env *env, int length)
{
	uint32_t cs = sysenter_cs();
	bool lma = env->hflags & HF_LMA;
	(void)length;
	if (!has_sysenter(env) || !cs) {
		refuse(has_sysenter(env) ? VEC_GP : VEC_UD, CALLED_FROM());
		return;
	}
	uint64_t mask = lma ? UINT64_MAX : UINT32_MAX;
	env->regs[CPU_RSP] = cpu_read_engine_msr(user, MSR_SYSENTER_ESP) & mask;
	env->eip = cpu_read_engine_msr(user, MSR_SYSENTER_EIP) & mask;
	env->eflags &= ~(uint64_t)(FL_IF | FL_VM | FL_RF);
	enter_kernel(env, cs, lma);
	context_update_hflags(env, &user->layout, env->eflags);
}

static uint8_t sysexit_fault(const struct env *env, bool to_64)
{
	if (!has_sysenter(env)) return VEC_UD;
	if (!sysenter_cs() || (env->hflags & HF_CPL)) return VEC_GP;
	bool there = canonical(env->regs[CPU_RCX]) && canonical(env->regs[CPU_RDX]);
	return to_64 && !there ? VEC_GP : 0;
}

void bimetal_unicorn_sysexit(struct env *env, int operand)
{
	bool to_64 = operand == OPERAND_64;
	uint8_t fault = sysexit_fault(env, to_64);
	if (fault) {
		refuse(fault, CALLED_FROM());
		return;
	}
	uint64_t mask = to_64 ? UINT64_MAX : UINT32_MAX;
	uint32_t cs = sysenter_cs() + (to_64 ? SYSEXIT_64 : SYSEXIT_32);
	leave_kernel(env, cs, cs + NEXT_DESCRIPTOR, to_64);
	env->regs[CPU_RSP] = env->regs[CPU_RCX] & mask;
	env->eip = env->regs[CPU_RDX] & mask;
	context_update_hflags(env, &user->layout, env->eflags);
}
