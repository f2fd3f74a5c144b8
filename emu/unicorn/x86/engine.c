/* SPDX-License-Identifier: MIT */
/* The engine and the loop around it: run until there is something to handle, deliver events,
 * continue. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/mem_device.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/engine_far.h"
#include "emu/unicorn/x86/engine_tsc.h"
#include "emu/unicorn/x86/segments.h"

enum { HLT_SIZE = 1 /* in HLT, the program counter is already behind it */ };

/* --- stopping it */

void cpu_stop_engine(struct cpu *cpu, enum stop_reason why)
{
	if (cpu->stop == STOP_NONE) cpu->stop = why;
	cpu->plain_until_ns = 0;
	uc_emu_stop(cpu->uc);
}

void cpu_translate_anew(struct cpu *cpu)
{
	cpu->translate_anew = true;
	cpu_stop_engine(cpu, STOP_RETRANSLATE);
}

void cpu_raise(struct cpu *cpu, uint8_t vector, bool has_error, uint32_t error)
{
	if (cpu->event.valid) return;
	cpu->event = (struct pending_event){ .valid = true,
					     .vector = vector,
					     .has_error = has_error,
					     .error = error,
					     .rip = cpu_read_reg(cpu, UC_X86_REG_RIP) };
	cpu->event_from_engine = false;
	cpu_stop_engine(cpu, STOP_EXCEPTION);
}

/* --- the loop */

/* The current block ends early, at `linear`: count only the instructions before. */
static void account_up_to(struct cpu *cpu, uint64_t linear)
{
	struct cpu_state *s = &cpu->s;
	if (!s->pending_cost) return;
	uint32_t whole = s->pending_cost;
	uint32_t n = cpu_count(cpu, s->block_pc, s->block_size, linear, whole);
	if (n == whole && (s->pending_flags & BLOCK_PAUSE)) s->idle_ns += CPU_CHARGE_PAUSE;
	clock_advance(cpu->clock, n);
	s->pending_cost = 0;
	s->pending_flags = 0;
}

void cpu_account_block(struct cpu *cpu) { account_up_to(cpu, UINT64_MAX); }

static uint64_t linear_rip(const struct env *env, uint64_t rip)
{
	if (env->hflags & HF_CS64) return rip;
	return (uint32_t)(rip + env->segs[CPU_CS].base);
}

uint64_t cpu_linear_rip(const struct cpu *cpu) { return linear_rip(cpu->env, cpu->env->eip); }

static bool has_error_code(uint8_t vector)
{
	return vector == VEC_DF || (vector >= VEC_TS && vector <= VEC_PF) || vector == VEC_AC;
}

/* With IOPL < 3 in virtual-8086 mode the engine refuses IRET by itself. Even so the IRET ends the
 * blocking of NMIs (SDM Vol. 3A 6.7.1). */
static void note_refused_iret(struct cpu *cpu)
{
	enum { IRET = 0xcf };
	struct env *env = cpu->env;
	struct insn insn;
	if (!(env->eflags & FL_VM) || !(env->hflags2 & HF2_NMI_MASK)) return;
	if (cpu_decode(cpu, cpu_linear_rip(cpu), &insn) && insn.map == INSN_ONE_BYTE &&
	    insn.opcode == IRET)
		env->hflags2 &= ~(uint32_t)HF2_NMI_MASK;
}

/* Add what the engine knows about the exception that it reported. */
static void complete_event(struct cpu *cpu)
{
	struct pending_event *e = &cpu->event;
	const struct env *env = cpu->env;
	e->rip = env->eip;
	e->has_error = has_error_code(e->vector);
	e->error = e->has_error ? context_get32(env, cpu->layout.error_code) : 0;
	if (e->vector == VEC_GP) note_refused_iret(cpu);
}

static bool triple_fault(struct cpu *cpu, const struct pending_event *first)
{
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "triple fault: vector %u could not be delivered at %#" PRIx64
		       ", nor the double fault",
		       first->vector, linear_rip(cpu->env, first->rip));
	return false;
}

bool cpu_take(struct cpu *cpu, struct pending_event event)
{
	if (cpu->s.halted) {
		cpu->s.halted = false;
		cpu_pmc_arm(cpu);
	}
	if (!event.external) {
		if (cpu->s.fault_ns == clock_now(cpu->clock))
			cpu_charge(cpu, CPU_CHARGE_REPEATED_FAULT);
		cpu->s.fault_ns = clock_now(cpu->clock);
	}
	if (event.vector == VEC_PF && !event.software && !event.external)
		tlb_watch_fault(cpu, event.cr2);
	bool delivered = cpu_deliver(cpu, event) == DELIVER_OK || svm_exit_if(cpu, VMEXIT_SHUTDOWN);
	cpu->s.svm.injected = false;
	return delivered ? true : triple_fault(cpu, &event);
}

/* The vector of the interrupt to deliver now, an external or else a virtual one; -1: none. */
static int acknowledge(struct cpu *cpu)
{
	uint64_t rflags = cpu_rflags(cpu);
	if (cpu->s.intr && svm_external_accepted(cpu, rflags)) {
		if (svm_exit_if(cpu, VMEXIT_INTR)) return -1;
		return cpu->config.pins.intr_ack(cpu->config.pins.ctx);
	}
	if (!svm_virtual_accepted(cpu, rflags) || svm_exit_if(cpu, VMEXIT_VINTR)) return -1;
	return svm_virtual_take(cpu);
}

/* Take a pending NMI or INTR if it is accepted now. False: triple fault. */
static bool take_interrupts(struct cpu *cpu)
{
	struct cpu_state *s = &cpu->s;
	if (!s->nmi && !s->intr && !svm_virtual_pending(cpu)) return true;
	cpu_pull(cpu);
	uint64_t rip = cpu->env->eip;
	if (cpu->env->hflags & HF_INHIBIT_IRQ) {
		s->shadow = cpu->attention = true;
		return true;
	}
	s->watch_if = true;
	if (s->nmi && !s->svm.gif_clear && !(cpu->env->hflags2 & HF2_NMI_MASK)) {
		if (svm_exit_if(cpu, VMEXIT_NMI)) return true;
		s->nmi = false;
		return cpu_take(cpu, (struct pending_event){ .vector = VEC_NMI, .rip = rip });
	}
	int vector = acknowledge(cpu);
	if (vector < 0) return true;
	return cpu_take(cpu, (struct pending_event){
				     .external = true, .vector = (uint8_t)vector, .rip = rip });
}

/* The linear address at which the event occurred. */
static uint64_t event_linear(const struct cpu *cpu)
{
	const struct env *env = cpu->live;
	return linear_rip(env, cpu->event_from_engine ? env->eip : cpu->event.rip);
}

/* Deliver the exception that stopped the engine. False: triple fault. */
static bool take_event(struct cpu *cpu)
{
	fpu_event(cpu, event_linear(cpu));
	debug_join(cpu, cpu->event.vector, cpu->event.software);
	cpu_pull(cpu);
	if (cpu->event_from_engine) complete_event(cpu);
	cpu->event_from_engine = false;
	/* The fetch after the block faults, unless its branch must fault. */
	bool blamed = cpu->event.fetch && cpu->event.vector == VEC_GP && segments_blame_branch(cpu);
	if (cpu->event.fetch && !blamed) cpu_account_block(cpu);
	cpu->env->eip = cpu->event.rip;
	account_up_to(cpu, cpu_linear_rip(cpu));
	struct pending_event e = cpu->event;
	cpu->event.valid = false;
	return cpu_take(cpu, e);
}

/* What is there that cannot be executed? */
static void describe_target(const struct cpu *cpu, char *to, size_t size)
{
	const struct mem_window *w = mem_window_at(cpu->mem, cpu->refused.pa, 0);
	if (!w)
		(void)snprintf(to, size, ", where there is no memory");
	else
		(void)snprintf(to, size,
			       ", which is %s: bimetal does not execute code there, copy it to RAM",
			       w->device->name);
}

static int bad_fetch(struct cpu *cpu)
{
	bool unwritten = cpu->refused.kind == FAULT_UNWRITTEN_FETCH;
	char target[128];
	cpu_account_block(cpu);
	describe_target(cpu, target, sizeof target);
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       unwritten ? "executing memory that was never written, at %#" PRIx64
				   " (physical %#" PRIx64 "): it holds the initial pattern of RAM"
				 : "jumped to %#" PRIx64 " (physical %#" PRIx64 ")%s",
		       cpu_linear_rip(cpu), cpu->refused.pa, target);
	cpu->refused.kind = FAULT_NONE;
	return (int)(unwritten ? CPU_STOP_UNWRITTEN : CPU_STOP_BAD_FETCH);
}

enum { GO_ON = -1 };

static int take_refused_fill(struct cpu *cpu)
{
	cpu_pull(cpu);
	if (cpu->refused.kind >= FAULT_BAD_FETCH) return bad_fetch(cpu);
	cpu_resolve_refused(cpu);
	return take_event(cpu) ? GO_ON : CPU_STOP_TRIPLE_FAULT;
}

static void wrap_eip(struct cpu *cpu)
{
	struct env *env = cpu->live;
	if (!(env->hflags & HF_CS64)) env->eip = (uint32_t)env->eip;
}

/* Run until the engine stops for a reason. When stepping, nothing else may happen between the
 * instructions of a block, because time and interrupts are handled per block. */
static uc_err start_engine(struct cpu *cpu)
{
	uc_err err;
	if (cpu->translate_anew) {
		uc_ctl_flush_tb(cpu->uc);
		engine_code_clear(&cpu->engine_code);
	}
	cpu->translate_anew = false;
	if (cpu->n_invalidations) cpu_drop_translations(cpu);
	cpu_hear_memory(cpu);
	cpu->engine_blocks.one_by_one = debug_watches(cpu);
	engine_blocks_use(&cpu->engine_blocks);
	engine_ports_use(&cpu->engine_ports);
	engine_regions_use(&cpu->engine_regions);
	engine_tlb_use(&cpu->engine_tlb);
	engine_code_use(&cpu->engine_code);
	engine_far_use(cpu);
	engine_fpu_use(cpu);
	engine_tsc_use(cpu);
	cpu_syscall_use(cpu);
	for (;;) {
		cpu->stop = STOP_NONE;
		cpu->s.stats.engine_starts++;
		cpu_set_plain(cpu);
		engine_abort_enter();
		err = uc_emu_start(cpu->uc, cpu_read_reg(cpu, UC_X86_REG_RIP), 0, 0, 0);
		engine_abort_leave();
		wrap_eip(cpu);
		if (cpu->storing) {
			cpu_pull(cpu);
			cpu_take_back(cpu, cpu_linear_rip(cpu));
		}
		bool stepped = cpu->stop == STOP_STEP && !cpu->event.valid;
		if (!stepped || cpu->refused.kind != FAULT_NONE) break;
		cpu->step_resume = true;
	}
	engine_blocks_use(NULL);
	engine_ports_use(NULL);
	engine_regions_use(NULL);
	engine_tlb_use(NULL);
	engine_code_use(NULL);
	engine_far_use(NULL);
	engine_fpu_use(NULL);
	engine_tsc_use(NULL);
	engine_access_forget();
	return err;
}

/* VMRUN, or #VMEXIT before an instruction. */
static int change_world(struct cpu *cpu)
{
	fpu_event(cpu, cpu->site_linear);
	cpu_pull(cpu);
	account_up_to(cpu, cpu->svm.action == SVM_VMRUN ? UINT64_MAX : cpu_linear_rip(cpu));
	return svm_switch(cpu) ? GO_ON : (int)CPU_STOP_TRIPLE_FAULT;
}

static int strange_engine(struct cpu *cpu)
{
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "Unicorn %s translates in a way this build does not know: use 2.1.4",
		       cpu_engine_version());
	return CPU_STOP_INTERNAL;
}

static bool cannot_map_devices(struct cpu *cpu)
{
	const char *fault = cpu_map_devices(cpu);

	if (fault) (void)snprintf(cpu->detail, sizeof cpu->detail, "%s", fault);
	return fault;
}

/* Start the engine and handle the reason of its return. Returns GO_ON or an enum cpu_stop. */
static int run_engine(struct cpu *cpu)
{
	if (cannot_map_devices(cpu)) return CPU_STOP_INTERNAL;
	uc_err err = start_engine(cpu);

	if (cpu->engine_blocks.failed) return strange_engine(cpu);
	if (cpu->refused.kind != FAULT_NONE && !cpu->event.valid) return take_refused_fill(cpu);
	if (cpu->event.valid) return take_event(cpu) ? GO_ON : CPU_STOP_TRIPLE_FAULT;
	if (cpu->stop == STOP_WORLD) return change_world(cpu);
	if (cpu->stop != STOP_NONE) return GO_ON;
	cpu_pull(cpu);
	if (err == UC_ERR_OK) {
		cpu_account_block(cpu);
		cpu->s.halted = true;
		return GO_ON;
	}
	(void)snprintf(cpu->detail, sizeof cpu->detail, "the engine failed at %#" PRIx64 ": %s",
		       cpu_linear_rip(cpu), uc_strerror(err));
	return CPU_STOP_INTERNAL;
}

/* The host's first moment after #VMEXIT. Returns GO_ON or an enum cpu_stop. */
static int after_exit(struct cpu *cpu)
{
	struct pending_event step = { .vector = VEC_DB };
	enum svm_after_exit what = cpu->s.svm.after_exit;
	cpu->s.svm.after_exit = SVM_GOES_ON;
	if (what == SVM_GOES_ON) return GO_ON;
	if (what == SVM_SINGLE_STEP) {
		step.rip = cpu->env->eip;
		return cpu_take(cpu, step) ? GO_ON : (int)CPU_STOP_TRIPLE_FAULT;
	}
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "#VMEXIT to %#" PRIx64 ": the page-directory-pointer-table entries at the "
		       "host's CR3 are invalid, which is a shutdown",
		       cpu_pc(cpu));
	return CPU_STOP_TRIPLE_FAULT;
}

/* Sleep in HLT until a deadline. Returns GO_ON or an enum cpu_stop. */
static int sleep_halted(struct cpu *cpu)
{
	uint64_t next = cpu->clock->s.next_ns;
	uint64_t now = clock_now(cpu->clock);
	if (!svm_external_accepted(cpu, cpu_rflags(cpu)) && !cpu->s.nmi) {
		(void)snprintf(cpu->detail, sizeof cpu->detail,
			       "HLT with interrupts off at %#" PRIx64, cpu_pc(cpu) - HLT_SIZE);
		return CPU_STOP_HALTED;
	}
	if (next == CLOCK_NEVER) {
		(void)snprintf(cpu->detail, sizeof cpu->detail,
			       "HLT at %#" PRIx64 " with no deadline left to wake it",
			       cpu_pc(cpu) - HLT_SIZE);
		return CPU_STOP_HALTED;
	}
	uint64_t to = next < cpu->until_ns ? next : cpu->until_ns;
	if (to > now) {
		cpu_charge(cpu, to - now);
		cpu->s.stats.halted_ns += to - now;
	}
	return GO_ON;
}

static enum cpu_stop run_until(struct cpu *cpu, uint64_t until_ns)
{
	cpu->until_ns = until_ns;
	for (;;) {
		if (clock_due(cpu->clock)) clock_run(cpu->clock);
		if (cpu->stop_requested) {
			cpu->stop_requested = false;
			return CPU_STOP_REQUESTED;
		}
		if (atomic_exchange(&cpu->preempted, false)) return CPU_STOP_PREEMPTED;
		if (clock_now(cpu->clock) >= until_ns) return CPU_STOP_TIME;
		if (!take_interrupts(cpu)) return CPU_STOP_TRIPLE_FAULT;
		int stop = after_exit(cpu);
		if (stop == GO_ON) stop = cpu->s.halted ? sleep_halted(cpu) : run_engine(cpu);
		if (stop != GO_ON) return (enum cpu_stop)stop;
	}
}

struct run {
	struct cpu *cpu;
	uint64_t until_ns;
	enum cpu_stop stop;
};

static void run_guarded(void *ctx)
{
	struct run *r = ctx;
	r->stop = run_until(r->cpu, r->until_ns);
}

enum cpu_stop cpu_run(struct cpu *cpu, uint64_t until_ns)
{
	struct run r = { .cpu = cpu, .until_ns = until_ns };
	if (cpu->dead) return CPU_STOP_INTERNAL;
	if (engine_abort_guard(run_guarded, &r)) return r.stop;
	cpu_engine_died(cpu);
	return CPU_STOP_INTERNAL;
}

void cpu_let_pass(struct cpu *cpu, uint64_t ns) { cpu_charge(cpu, ns); }

void cpu_request_stop(struct cpu *cpu)
{
	cpu->stop_requested = true;
	cpu_want_attention(cpu);
}

/* The order matters: cpu_set_plain() writes the second, then reads the first. */
void cpu_preempt(struct cpu *cpu)
{
	atomic_store(&cpu->preempted, true);
	__atomic_store_n(&cpu->plain_until_ns, 0, __ATOMIC_SEQ_CST);
}

const char *cpu_stop_detail(const struct cpu *cpu) { return cpu->detail; }

struct cpu_stats cpu_stats(const struct cpu *cpu)
{
	struct cpu_stats stats = cpu->s.stats;

	stats.instructions = clock_now(cpu->clock) - cpu->s.idle_ns;
	return stats;
}
