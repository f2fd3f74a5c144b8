/* SPDX-License-Identifier: MIT */
/* The build redirects calls of translated code to these functions, which replace the engine's. They
 * receive the engine's live state, which begins with struct env, and change it in place.
 *
 * The instruction pointer and flags in that state may be those of an earlier instruction of the
 * block. From the return address of the call, the engine can update them. After a fault or a task
 * switch the functions do not return to translated code: what follows the call there would mix the
 * flags of two tasks. */
#include "emu/unicorn/x86/engine_far.h"

#include "emu/unicorn/x86/segments.h"
#include "emu/unicorn/x86/transfer.h"

/* The engine's types: selectors and shifts are int; `shift` is 0, 1, 2 for operands of 16, 32, 64
 * bits. */
#define HELPERS(HELPER)                                                                   \
	HELPER(iret_protected, (struct env * env, int shift, int next))                   \
	HELPER(iret_real, (struct env * env, int shift))                                  \
	HELPER(lret_protected, (struct env * env, int shift, int parameters))             \
	HELPER(lcall_protected,                                                           \
	       (struct env * env, int cs, uint64_t rip, int shift, uint64_t next))        \
	HELPER(lcall_real, (struct env * env, int cs, uint64_t rip, int shift, int next)) \
	HELPER(ljmp_protected, (struct env * env, int cs, uint64_t rip, uint64_t next))   \
	HELPER(load_seg, (struct env * env, int reg, int selector))                       \
	HELPER(lldt, (struct env * env, int selector))                                    \
	HELPER(ltr, (struct env * env, int selector))                                     \
	HELPER(int_n, (struct env * env, int vector, int length))                         \
	HELPER(single_step, (struct env * env))                                           \
	HELPER(into, (struct env * env, int vector, int is_int, int error, int length))
/* The engine's functions that return something. */
uint64_t bimetal_unicorn_lar(struct env *env, uint64_t selector);
uint64_t bimetal_unicorn_lsl(struct env *env, uint64_t selector);
#define DECLARE(name, parameters)               \
	void bimetal_unicorn_##name parameters; \
	void bimetal_unicorn_real_##name parameters;
HELPERS(DECLARE)
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);
void bimetal_unicorn_loop_exit_noexc(void *engine_cpu);

/* The return address in translated code. Use it only in functions that translated code calls. */
#define CALLED_FROM() ((uintptr_t)__builtin_return_address(0))

static _Thread_local struct cpu *user;

void engine_far_use(struct cpu *cpu) { user = cpu; }

static void synchronise(uintptr_t from)
{
	bimetal_unicorn_restore_state(user->engine_blocks.engine_cpu, from, false);
}

static void leave(const struct pending_event *event)
{
	user->event = *event;
	user->event_from_engine = false;
	cpu_stop_engine(user, event->valid ? STOP_EXCEPTION : STOP_TRANSFER);
	engine_exit(user->uc);
}

/* A task switch is intercepted: it has not begun. */
static void leave_guest(uintptr_t from)
{
	synchronise(from);
	user->site_linear = user->s.block_pc;
	cpu_stop_engine(user, STOP_WORLD);
	engine_exit(user->uc);
}

/* End a transfer: return, raise a fault, or continue in another task. */
static void conclude(struct transfer *t, bool done, uintptr_t from)
{
	struct pending_event event = { .vector = VEC_DB };
	if (done && !t->changed) return;
	if (t->exits) leave_guest(from);
	if (t->changed)
		cpu_account_block(user);
	else
		synchronise(from);
	if (!done) event = t->fault;
	event.valid = !done || t->debug_trap;
	event.rip = t->env->eip;
	leave(&event);
}

static unsigned width_of(int shift) { return 2u << shift; }

/* For transfers that may switch tasks: updates all flags first. */
static void begin_synchronised(struct transfer *t, struct env *env, uintptr_t from)
{
	synchronise(from);
	transfer_begin(t, user, env);
	t->rflags = cpu_read_reg(user, UC_X86_REG_RFLAGS);
}

/* NMIs are blocked until the next IRET, even if it faults (SDM Vol. 3A 6.7.1). */
static void unblock_nmi(struct env *env) { env->hflags2 &= ~(uint32_t)HF2_NMI_MASK; }

void bimetal_unicorn_iret_protected(struct env *env, int shift, int next)
{
	struct transfer t;
	uintptr_t from = CALLED_FROM();
	unblock_nmi(env);
	if (env->eflags & FL_NT)
		begin_synchronised(&t, env, from);
	else
		transfer_begin(&t, user, env);
	conclude(&t, far_iret(&t, width_of(shift), (uint32_t)next), from);
}

void bimetal_unicorn_iret_real(struct env *env, int shift)
{
	struct transfer t;
	unblock_nmi(env);
	transfer_begin(&t, user, env);
	conclude(&t, far_iret_real(&t, width_of(shift)), CALLED_FROM());
}

void bimetal_unicorn_lret_protected(struct env *env, int shift, int parameters)
{
	struct transfer t;
	transfer_begin(&t, user, env);
	conclude(&t, far_return(&t, width_of(shift), (uint16_t)parameters), CALLED_FROM());
}

void bimetal_unicorn_lcall_protected(struct env *env, int cs, uint64_t rip, int shift,
				     uint64_t next)
{
	struct transfer t;
	begin_synchronised(&t, env, CALLED_FROM());
	conclude(&t, far_call(&t, (uint16_t)cs, rip, width_of(shift), next), CALLED_FROM());
}

void bimetal_unicorn_lcall_real(struct env *env, int cs, uint64_t rip, int shift, int next)
{
	struct transfer t;
	transfer_begin(&t, user, env);
	bool done = far_call_real(&t, (uint16_t)cs, rip, width_of(shift), (uint32_t)next);
	conclude(&t, done, CALLED_FROM());
}

void bimetal_unicorn_ljmp_protected(struct env *env, int cs, uint64_t rip, uint64_t next)
{
	struct transfer t;
	begin_synchronised(&t, env, CALLED_FROM());
	conclude(&t, far_jump(&t, (uint16_t)cs, rip, next), CALLED_FROM());
}

void bimetal_unicorn_load_seg(struct env *env, int reg, int selector)
{
	struct transfer t;
	transfer_begin(&t, user, env);
	bool done = segment_load(&t, (enum cpu_segment)reg, (uint16_t)selector);
	conclude(&t, done, CALLED_FROM());
}

void bimetal_unicorn_lldt(struct env *env, int selector)
{
	struct transfer t;
	transfer_begin(&t, user, env);
	conclude(&t, segment_load_ldt(&t, (uint16_t)selector), CALLED_FROM());
}

void bimetal_unicorn_ltr(struct env *env, int selector)
{
	struct transfer t;
	transfer_begin(&t, user, env);
	conclude(&t, segment_load_task(&t, (uint16_t)selector), CALLED_FROM());
}

/* Translated code expects all arithmetic flags in cc_src after this call, ZF first. */
static uint64_t ask(struct env *env, enum segment_question question, uint64_t selector,
		    uintptr_t from)
{
	struct transfer t;
	uint32_t answer = 0;
	bool answered;
	transfer_begin(&t, user, env);
	uint64_t flags = cpu_read_reg(user, UC_X86_REG_RFLAGS) & FL_ARITHMETIC & ~(uint64_t)FL_ZF;
	conclude(&t, segment_ask(&t, question, (uint16_t)selector, &answered, &answer), from);
	env->cc_src = answered ? flags | FL_ZF : flags;
	return answered ? answer : 0;
}

uint64_t bimetal_unicorn_lar(struct env *env, uint64_t selector)
{
	return ask(env, SEGMENT_RIGHTS, selector, CALLED_FROM());
}

uint64_t bimetal_unicorn_lsl(struct env *env, uint64_t selector)
{
	return ask(env, SEGMENT_LIMIT, selector, CALLED_FROM());
}

/* Instruction pointer and flags are up to date here. */
static void software_interrupt(const struct env *env, int vector, int length)
{
	uint64_t next = env->eip + (uint32_t)length;
	struct pending_event event = { .valid = true,
				       .software = true,
				       .vector = (uint8_t)vector,
				       .rip = env->hflags & HF_CS64 ? next : (uint32_t)next,
				       .insn_rip = env->eip };
	leave(&event);
}

/* INT n and INT3. There is no CPU during the known-answer test: then the engine's own function is
 * used. */
void bimetal_unicorn_int_n(struct env *env, int vector, int length)
{
	if (user)
		software_interrupt(env, vector, length);
	else
		bimetal_unicorn_real_int_n(env, vector, length);
}

/* Behind an instruction under TF. A branch to where no code can be faults, and is not trapped: the
 * engine goes on, and its fetch is refused. */
void bimetal_unicorn_single_step(struct env *env)
{
	if (user && segments_refuse_branch(user))
		bimetal_unicorn_loop_exit_noexc(user->engine_blocks.engine_cpu);
	bimetal_unicorn_real_single_step(env);
}

/* INTO, which calls this when OF is set. */
void bimetal_unicorn_into(struct env *env, int vector, int is_int, int error, int length)
{
	if (user && is_int)
		software_interrupt(env, vector, length);
	else
		bimetal_unicorn_real_into(env, vector, is_int, error, length);
}
