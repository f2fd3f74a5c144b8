/* SPDX-License-Identifier: MIT */
/* The engine and the loop around it: run until there is something to handle, deliver events,
 * continue. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/engine_far.h"
#include "emu/unicorn/x86/engine_identity.h"
#include "emu/unicorn/x86/segments.h"

enum { VERSION_MAJOR = 2, VERSION_MINOR = 1, VERSION_PATCH = 4 };
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

/* --- construction */

static bool version_ok(void)
{
	unsigned v = uc_version(NULL, NULL);
	unsigned have = v >> 8; /* major << 16 | minor << 8 | patch, then the extra byte */
	return have >= (VERSION_MAJOR << 16 | VERSION_MINOR << 8 | VERSION_PATCH);
}

const char *cpu_engine_version(void)
{
	static _Thread_local char text[16];
	unsigned v = uc_version(NULL, NULL);
	(void)snprintf(text, sizeof text, "%u.%u.%u", v >> 24 & 0xff, v >> 16 & 0xff,
		       v >> 8 & 0xff);
	return text;
}

static const char *map_memory(struct cpu *cpu)
{
	for (size_t i = 0; i < cpu->mem->n_regions; i++) {
		const struct mem_region *r = &cpu->mem->region[i];
		uint64_t at = r->kind == MEM_ROM ? WINDOW_ROM | r->base : r->base;
		uint32_t perms = r->kind == MEM_ROM ? UC_PROT_READ | UC_PROT_EXEC : UC_PROT_ALL;
		if (uc_mem_map_ptr(cpu->uc, at, r->size, perms, r->host))
			return "the engine cannot map the guest's memory";
	}
	return NULL;
}

static const char *open_engine(struct cpu *cpu)
{
	static const char refused[] = "the engine refuses a setting";
	if (!version_ok()) return "Unicorn 2.1.4 or newer is needed: run ./dev, or see README.md";
	if (uc_open(UC_ARCH_X86, UC_MODE_64, &cpu->uc)) return "the engine cannot be opened";
	if (uc_ctl_set_cpu_model(cpu->uc, UC_CPU_X86_QEMU64)) return refused;
	const char *fault = context_probe(cpu->uc, &cpu->layout);
	if (!fault) fault = engine_identity_set(cpu->uc, &cpu->layout, &cpu->features);
	if (fault) return fault;
	if (uc_ctl_exits_enable(cpu->uc) || uc_ctl_tlb_mode(cpu->uc, UC_TLB_VIRTUAL))
		return refused;
	if (uc_context_alloc(cpu->uc, &cpu->ctx)) return "out of memory";
	cpu->env = context_env(cpu->ctx, &cpu->layout);
	cpu->live = context_live(cpu->uc, engine_blocks_last_cpu());
	if (!cpu->live) return "the engine's registers were not found";
	cpu->live_float = context_float(cpu->live, &cpu->layout);
	if (!cpu_install_hooks(cpu)) return "the engine refuses a hook";
	return map_memory(cpu);
}

struct opening {
	struct cpu *cpu;
	const char *fault;
};

static void open_guarded(void *ctx)
{
	struct opening *o = ctx;
	o->fault = open_engine(o->cpu);
}

static uint64_t pc_for_hub(void *ctx) { return cpu_pc(ctx); }

/* NULL, or what is wrong: static, or in `error`. */
static const char *make(struct cpu *cpu, const struct cpu_config *config, char *error, size_t size)
{
	if (!cpu) return "out of memory";
	cpu->config = *config;
	cpu->mem = config->mem;
	cpu->bus = config->bus;
	cpu->clock = config->clock;
	cpu->hub = config->hub;
	if (!cpuid_parse(config->features, &cpu->features, error, size)) return error;
	struct opening opening = { .cpu = cpu };
	if (engine_abort_guard(open_guarded, &opening)) return opening.fault;
	cpu->dead = true;
	(void)snprintf(error, size, "the engine gave up as it was opened: %s",
		       engine_abort_words());
	return error;
}

struct cpu *cpu_new(const struct cpu_config *config, char *error, size_t size)
{
	struct cpu *cpu = calloc(1, sizeof *cpu);
	const char *fault = make(cpu, config, error, size);
	if (fault) {
		if (fault != error) (void)snprintf(error, size, "%s", fault);
		cpu_free(cpu);
		return NULL;
	}
	cpu_pmc_init(cpu);
	cpu->mem->written = cpu_memory_written;
	cpu->mem->written_ctx = cpu;
	cpu->hub->pc = pc_for_hub;
	cpu->hub->pc_ctx = cpu;
	cpu_reset(cpu);
	return cpu;
}

void cpu_free(struct cpu *cpu)
{
	if (!cpu) return;
	cpu_close_engine(cpu);
	if (cpu->mem && cpu->mem->written_ctx == cpu) cpu->mem->written = NULL;
	if (cpu->hub && cpu->hub->pc_ctx == cpu) cpu->hub->pc = NULL;
	free(cpu);
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

static bool deliver(struct cpu *cpu, struct pending_event event)
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
	if (cpu_deliver(cpu, event) == DELIVER_OK) return true;
	return triple_fault(cpu, &event);
}

/* Take a pending NMI or INTR if it is accepted now. False: triple fault. */
static bool take_interrupts(struct cpu *cpu)
{
	struct cpu_state *s = &cpu->s;
	if (!s->nmi && !s->intr) return true;
	cpu_pull(cpu);
	uint64_t rip = cpu->env->eip;
	if (cpu->env->hflags & HF_INHIBIT_IRQ) {
		s->shadow = cpu->attention = true;
		return true;
	}
	s->watch_if = true;
	if (s->nmi && !(cpu->env->hflags2 & HF2_NMI_MASK)) {
		s->nmi = false;
		return deliver(cpu, (struct pending_event){ .vector = VEC_NMI, .rip = rip });
	}
	if (!s->intr || !(cpu_rflags(cpu) & FL_IF)) return true;
	int vector = cpu->config.pins.intr_ack(cpu->config.pins.ctx);
	if (vector < 0) return true;
	return deliver(cpu, (struct pending_event){
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
	return deliver(cpu, e);
}

static int bad_fetch(struct cpu *cpu)
{
	bool unwritten = cpu->refused.kind == FAULT_UNWRITTEN_FETCH;
	cpu_account_block(cpu);
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       unwritten ? "executing memory that was never written, at %#" PRIx64
				   " (physical %#" PRIx64 "): it holds the initial pattern of RAM"
				 : "jumped to %#" PRIx64 " (physical %#" PRIx64
				   "), where there is no memory",
		       cpu_linear_rip(cpu), cpu->refused.pa);
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
	cpu->engine_blocks.one_by_one = debug_watches(cpu);
	engine_blocks_use(&cpu->engine_blocks);
	engine_ports_use(&cpu->engine_ports);
	engine_tlb_use(&cpu->engine_tlb);
	engine_code_use(&cpu->engine_code);
	engine_far_use(cpu);
	engine_fpu_use(cpu);
	cpu_syscall_use(cpu);
	for (;;) {
		cpu->stop = STOP_NONE;
		cpu->s.stats.engine_starts++;
		cpu_set_plain(cpu);
		engine_abort_enter();
		err = uc_emu_start(cpu->uc, cpu_read_reg(cpu, UC_X86_REG_RIP), 0, 0, 0);
		engine_abort_leave();
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
	engine_tlb_use(NULL);
	engine_code_use(NULL);
	engine_far_use(NULL);
	engine_fpu_use(NULL);
	engine_access_forget();
	return err;
}

static int strange_engine(struct cpu *cpu)
{
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "Unicorn %s translates in a way this build does not know: use 2.1.4",
		       cpu_engine_version());
	return CPU_STOP_INTERNAL;
}

/* Start the engine and handle the reason of its return. Returns GO_ON or an enum cpu_stop. */
static int run_engine(struct cpu *cpu)
{
	uc_err err = start_engine(cpu);

	if (cpu->engine_blocks.failed) return strange_engine(cpu);
	if (cpu->refused.kind != FAULT_NONE && !cpu->event.valid) return take_refused_fill(cpu);
	if (cpu->event.valid) return take_event(cpu) ? GO_ON : CPU_STOP_TRIPLE_FAULT;
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

/* Sleep in HLT until a deadline. Returns GO_ON or an enum cpu_stop. */
static int sleep_halted(struct cpu *cpu)
{
	uint64_t next = cpu->clock->s.next_ns;
	uint64_t now = clock_now(cpu->clock);
	if (!(cpu_rflags(cpu) & FL_IF) && !cpu->s.nmi) {
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
		int stop = cpu->s.halted ? sleep_halted(cpu) : run_engine(cpu);
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

bool cpu_has_feature(const struct cpu *cpu, const char *name)
{
	return cpuid_has_name(&cpu->features, name);
}

void cpu_signature(const struct cpu *cpu, uint32_t *eax, uint32_t *edx)
{
	const struct cpuid_now now = { .apic_enabled = true };
	struct cpuid_regs r = cpuid_leaf(&cpu->features, 1, 0, &now);

	*eax = r.eax;
	*edx = r.edx;
}

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

/* --- pins */

void cpu_set_intr(struct cpu *cpu, bool level)
{
	if (cpu->s.intr == level) return;
	cpu->s.intr = level;
	if (level)
		cpu_want_attention(cpu);
	else
		cpu->s.watch_if = false;
}

void cpu_set_nmi(struct cpu *cpu)
{
	cpu->s.nmi = true;
	cpu_want_attention(cpu);
}

void cpu_set_a20(struct cpu *cpu, bool enabled)
{
	if (cpu->s.a20 == enabled) return;
	cpu->s.a20 = enabled;
	if (!cpu->dead) uc_ctl_flush_tlb(cpu->uc);
}

bool cpu_a20(const struct cpu *cpu) { return cpu->s.a20; }

struct cpu_stats cpu_stats(const struct cpu *cpu)
{
	struct cpu_stats stats = cpu->s.stats;

	stats.instructions = clock_now(cpu->clock) - cpu->s.idle_ns;
	return stats;
}
