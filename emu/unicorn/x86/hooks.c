/* SPDX-License-Identifier: MIT */
/* Functions that the engine calls while guest code runs. Block entry is the hottest path of all. */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/segments.h"
#include "emu/x86/msr_numbers.h"

#define unlikely(x) __builtin_expect(!!(x), 0)
/* Kept out of on_block(), where every instruction counts. */
#define COLD __attribute__((cold, noinline))

/* --- block entry: time, and pending work */

struct block {
	uint64_t linear;
	uint32_t size, cost;
	uint16_t flags; /* enum block_flag */
};

void cpu_set_plain(struct cpu *cpu)
{
	bool look = cpu->attention || cpu->stop != STOP_NONE || cpu->s.continuation ||
		    cpu->s.pending_flags || cpu->observer.block;
	__atomic_store_n(&cpu->plain_until_ns, look ? 0 : cpu->until_ns, __ATOMIC_SEQ_CST);
	if (atomic_load(&cpu->preempted)) cpu->plain_until_ns = 0;
}

/* Undo the entry of a block: it will not run now. */
static void leave_before_block(struct cpu *cpu, enum stop_reason why)
{
	cpu->s.pending_cost = 0;
	cpu->s.pending_flags = 0;
	cpu->s.stats.blocks--;
	cpu_stop_engine(cpu, why);
}

/* While GIF is clear, STGI calls for attention. */
static bool accepts_interrupt(const struct cpu *cpu)
{
	uint64_t rflags = cpu_read_reg(cpu, UC_X86_REG_EFLAGS);
	if (cpu->s.nmi && !cpu->s.svm.gif_clear) return true;
	return (cpu->s.intr && svm_external_accepted(cpu, rflags)) ||
	       svm_virtual_accepted(cpu, rflags);
}

static COLD void look_closer(struct cpu *cpu)
{
	struct cpu_state *s = &cpu->s;
	cpu->attention = false;
	if (clock_due(cpu->clock)) clock_run(cpu->clock);
	if (s->stats.tlb_fills - s->fills_flushed >= CPU_FILLS_PER_FLUSH) {
		s->fills_flushed = s->stats.tlb_fills;
		s->stats.tlb_flushes++;
		cpu_flush_tlb(cpu);
	}
	bool stop = cpu->n_invalidations || cpu->stop_requested || atomic_load(&cpu->preempted) ||
		    clock_now(cpu->clock) >= cpu->until_ns;
	if (s->nmi || s->intr || svm_virtual_pending(cpu)) {
		if (s->shadow) { /* the instruction after STI or MOV SS comes first */
			s->shadow = false;
			cpu->attention = true;
		} else if (accepts_interrupt(cpu)) {
			stop = true;
		} else {
			s->watch_if = true;
		}
	}
	if (stop) leave_before_block(cpu, STOP_ATTENTION);
}

/* What on_block() leaves out: the end of the last block, and due events. */
static COLD void attend(struct cpu *cpu, uint16_t ended)
{
	if (ended & BLOCK_PAUSE) cpu->s.idle_ns += CPU_CHARGE_PAUSE;
	if ((ended & BLOCK_MAY_SET_IF) && cpu->s.watch_if) cpu->attention = true;
	uint64_t now = clock_now(cpu->clock);
	if (clock_due(cpu->clock) || now >= cpu->until_ns || cpu->attention ||
	    atomic_load(&cpu->preempted))
		look_closer(cpu);
}

static inline void enter_block(struct cpu *cpu, uint64_t linear, uint32_t size, uint32_t cost)
{
	struct cpu_state *s = &cpu->s;
	s->pending_cost = cost;
	s->block_pc = linear;
	s->block_size = size;
	s->stats.blocks++;
}

static void tell_observer(const struct cpu *cpu, const struct block *b)
{
	if (!cpu->observer.block || cpu->stop != STOP_NONE) return;
	uint32_t charge = b->flags & BLOCK_PAUSE ? CPU_CHARGE_PAUSE : 0;
	struct cpu_block block = { .linear = b->linear,
				   .size = b->size,
				   .instructions = b->cost - charge,
				   .ns = b->cost };
	cpu->observer.block(cpu->observer.ctx, &block);
}

void cpu_observe_blocks(struct cpu *cpu, const struct cpu_block_observer *observer)
{
	static const struct cpu_block_observer none;
	cpu->observer = observer ? *observer : none;
	cpu_set_plain(cpu);
}

/* The rest of a block that the engine cut. Time and interrupts treat it as one block, wherever it
 * was cut. */
static void on_cut_block(struct cpu *cpu, const struct block *b)
{
	struct cpu_state *s = &cpu->s;
	/* A long run of NOPs can take a while. If the run continues, it is entered here again. */
	if (atomic_load(&cpu->preempted)) {
		cpu_stop_engine(cpu, STOP_ATTENTION);
		return;
	}
	s->pending_cost += b->cost;
	s->pending_flags = b->flags;
	s->block_size += b->size;
	tell_observer(cpu, b);
}

static uint32_t instructions_of(const struct block *b)
{
	return b->cost - (b->flags & BLOCK_PAUSE ? CPU_CHARGE_PAUSE : 0);
}

/* Do not enter the block: first run its first instructions alone. */
static void cut_block(struct cpu *cpu, const struct block *b, uint32_t instructions)
{
	cpu->engine_blocks.cut_at = b->linear;
	cpu->engine_blocks.cut_behind = (uint16_t)instructions;
	uc_ctl_remove_cache(cpu->uc, b->linear, b->linear + b->size);
	cpu_stop_engine(cpu, STOP_RETRANSLATE);
}

/* The block reaches beyond the limit of CS: raise #GP, or first run a shorter block. */
static bool crosses_limit(struct cpu *cpu, const struct block *b)
{
	uint32_t n = instructions_of(b);
	uint32_t fit = segments_fitting(cpu, b->linear, b->size, n);
	if (fit == n) return false;
	if (!fit) {
		cpu_raise(cpu, VEC_GP, true, 0);
		cpu->event.fetch = true;
		return true;
	}
	cut_block(cpu, b, fit);
	return true;
}

/* Code of 16 or 32 bits that reaches beyond 4 GiB. The engine increments EIP beyond 32 bits: a
 * block is cut behind the instruction that ends there or straddles it, and one that begins there is
 * not entered; the engine is stopped, and continues at the wrapped address. */
static bool crosses_4g(struct cpu *cpu, const struct block *b)
{
	const uint64_t end = UINT64_C(1) << 32;
	if (b->linear >= end) {
		if (cpu->live->eip < end) return false;
		cpu_stop_engine(cpu, STOP_RETRANSLATE);
		return true;
	}
	uint32_t n = instructions_of(b);
	uint32_t fit = cpu_count(cpu, b->linear, b->size, end, n);
	if (fit == n) return false;
	cut_block(cpu, b, fit);
	return true;
}

static void clear_resume(struct cpu *cpu) { cpu->live->eflags &= ~(uint64_t)FL_RF; }

/* --- a store into its own block: the engine runs the instruction again, as a block of its own */

/* RF is restored then. */
static void on_store_began(void *ctx)
{
	struct cpu *cpu = ctx;
	cpu->storing = true;
	cpu->plain_until_ns = 0;
	if (cpu->s.pending_flags & BLOCK_RESUME) cpu->live->eflags |= FL_RF;
}

static void on_store_done(void *ctx)
{
	struct cpu *cpu = ctx;
	cpu->storing = false;
	cpu_set_plain(cpu);
	if (cpu->s.pending_flags & BLOCK_RESUME) clear_resume(cpu);
}

void cpu_take_back(struct cpu *cpu, uint64_t linear)
{
	struct cpu_state *s = &cpu->s;
	if (!cpu->storing) return;
	cpu->storing = false;
	s->pending_cost = cpu_count(cpu, s->block_pc, s->block_size, linear, s->pending_cost);
	s->pending_flags = 0;
}

/* A jump to itself was entered. It changes nothing but the time, so let all of its repetitions
 * before the next event pass at once: time, counts and the event are the same as if each were run.
 */
static void repeat_at_once(struct cpu *cpu, const struct block *b)
{
	const struct clock *clock = cpu->clock;
	uint64_t event = clock->s.next_ns < cpu->until_ns ? clock->s.next_ns : cpu->until_ns;
	uint64_t now = clock_now(clock);
	bool watched = cpu->attention || cpu->observer.block || cpu->s.fpu.armed;
	if (watched || cpu->stop != STOP_NONE || event == CLOCK_NEVER || event <= now) return;
	uint64_t repetitions = (event - now - 1) / b->cost; /* the next entry comes at the event */
	clock_advance(cpu->clock, repetitions * b->cost);
	cpu->s.stats.blocks += repetitions;
}

static void on_any_block(struct cpu *cpu, const struct block *b)
{
	struct cpu_state *s = &cpu->s;
	if ((b->flags & BLOCK_BEYOND) && crosses_4g(cpu, b)) return;
	cpu_take_back(cpu, b->linear);
	uint16_t ended = s->pending_flags;
	if (unlikely(s->fpu.armed) && fpu_settle(cpu)) {
		s->pending_cost = 0;
		return;
	}
	if ((b->flags & BLOCK_WATCHED) && !s->continuation && debug_trap(cpu)) {
		clock_advance(cpu->clock, s->pending_cost);
		s->pending_cost = 0;
		return;
	}
	if ((b->flags & BLOCK_LIMITED) && crosses_limit(cpu, b)) return;
	if (s->continuation) {
		s->continuation = false;
		if (b->flags & BLOCK_RESUME) clear_resume(cpu);
		return;
	}
	if ((ended & BLOCK_CUT) && b->linear == s->block_pc + s->block_size) {
		on_cut_block(cpu, b);
		return;
	}
	clock_advance(cpu->clock, s->pending_cost);
	enter_block(cpu, b->linear, b->size, b->cost);
	s->pending_flags = b->flags & (uint16_t)~BLOCK_STRING;
	attend(cpu, ended);
	tell_observer(cpu, b);
	if ((b->flags & BLOCK_RESUME) && cpu->stop == STOP_NONE) clear_resume(cpu);
	if (b->flags & BLOCK_ITSELF) repeat_at_once(cpu, b);
	if (b->flags & BLOCK_STRING && cpu_string_is_worth(cpu))
		cpu_repeat_string(cpu, b->linear, b->cost);
}

/* Block entry with something to check. A block hook too. */
static COLD void on_uncommon_block(uint64_t told, uint64_t linear, uint32_t size, void *data)
{
	struct cpu *cpu = data;
	struct block b = { .linear = linear,
			   .size = size,
			   .cost = (uint32_t)told,
			   .flags = (uint16_t)(told >> BLOCK_FLAGS_SHIFT) };
	on_any_block(cpu, &b);
	cpu_set_plain(cpu);
	engine_exit(cpu->uc);
}

/* The time at which the next block is entered; `due`: something must be looked at there. */
static inline uint64_t entry_time(const struct cpu *cpu, bool *due)
{
	uint64_t now = clock_now(cpu->clock) + cpu->s.pending_cost;
	*due = unlikely(now >= cpu->clock->s.next_ns) || unlikely(now >= cpu->plain_until_ns);
	return now;
}

/* The hook of blocks without flags. Its only call is at its end, with its own arguments, so that no
 * registers are saved. */
static void on_block(uint64_t told, uint64_t linear, uint32_t size, void *data)
{
	struct cpu *cpu = data;
	bool due;
	uint64_t now = entry_time(cpu, &due);
	if (due) {
		on_uncommon_block(told, linear, size, data);
		return;
	}
	cpu->clock->s.now_ns = now;
	enter_block(cpu, linear, size, (uint32_t)told);
}

/* The hook of blocks with flags. A repetition of a string instruction can be like any other block.
 */
static void on_flagged_block(uint64_t told, uint64_t linear, uint32_t size, void *data)
{
	struct cpu *cpu = data;
	bool due;
	uint64_t now = entry_time(cpu, &due);
	if (due || told >> BLOCK_FLAGS_SHIFT != BLOCK_STRING || cpu_string_is_worth(cpu)) {
		on_uncommon_block(told, linear, size, data);
		return;
	}
	cpu->clock->s.now_ns = now;
	enter_block(cpu, linear, size, (uint32_t)told);
}

/* --- stepping: the engine is stopped before every instruction */

void cpu_step(struct cpu *cpu, uint64_t linear)
{
	if (cpu->step_resume) {
		cpu->step_resume = false;
		cpu->step_address = linear;
		return;
	}
	/* The same address again: an instruction that jumps to itself, or a store that changed its
	 * own block, which the engine repeats as a block of one instruction. Stopping there would
	 * undo the repetition. */
	if (linear == cpu->step_address) return;
	if (cpu->s.pending_flags & BLOCK_RESUME)
		cpu->live->eflags |= FL_RF; /* the instruction has not run yet */
	/* The engine may enter a longer block here than the one that it cut: mark it as the
	 * continuation. */
	cpu_go_on_at(cpu, linear);
	cpu_stop_engine(cpu, STOP_STEP);
}

/* --- exceptions */

static void on_interrupt(uc_engine *uc, uint32_t vector, void *data)
{
	struct cpu *cpu = data;
	(void)uc;
	if (cpu->event.valid) return;
	cpu->event = (struct pending_event){ .valid = true, .vector = (uint8_t)vector };
	cpu->event_from_engine = true;
	cpu_stop_engine(cpu, STOP_EXCEPTION);
}

static bool on_invalid(uc_engine *uc, void *data)
{
	struct cpu *cpu = data;
	(void)uc;
	if (cpu->event.valid) return true;
	cpu->event = (struct pending_event){ .valid = true, .vector = VEC_UD };
	cpu->event.rip = cpu_read_reg(cpu, UC_X86_REG_RIP);
	cpu_stop_engine(cpu, STOP_EXCEPTION);
	return true;
}

/* --- ports */

static uint32_t on_in(void *ctx, uint32_t port, unsigned size)
{
	struct cpu *cpu = ctx;
	cpu_charge(cpu, CPU_CHARGE_PORT);
	return (uint32_t)bus_read(cpu->bus, BUS_PORT, port & 0xffff, size * 8);
}

static void on_out(void *ctx, uint32_t port, unsigned size, uint32_t value)
{
	struct cpu *cpu = ctx;
	cpu_charge(cpu, CPU_CHARGE_PORT);
	bus_write(cpu->bus, BUS_PORT, port & 0xffff, size * 8, value);
}

/* --- time stamp counter and CPUID */

bool cpu_tsc_allowed(const struct cpu *cpu)
{
	bool user = cpu->live->hflags & HF_CPL; /* 3 in virtual-8086 mode */
	return !user || !(cpu->live->cr[4] & CR4_TSD);
}

void cpu_read_tsc(struct cpu *cpu)
{
	cpu_charge(cpu, CPU_CHARGE_RDTSC);
	uint64_t tsc = clock_now(cpu->clock) + cpu->s.msrs.tsc_offset + svm_tsc_offset(cpu);
	cpu->live->regs[CPU_RAX] = (uint32_t)tsc;
	cpu->live->regs[CPU_RDX] = tsc >> 32;
}

bool cpu_rdtsc(struct cpu *cpu)
{
	if (!cpu_tsc_allowed(cpu)) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return false;
	}
	cpu_read_tsc(cpu);
	return true;
}

static int on_rdtsc(uc_engine *uc, void *data)
{
	(void)uc;
	cpu_rdtsc(data);
	return 1;
}

static int on_cpuid(uc_engine *uc, void *data)
{
	enum { APIC_BASE_EN = 1 << 11 };
	struct cpu *cpu = data;
	uint64_t apic_base = 0;
	(void)uc;
	if (cpu->config.pins.msr_read)
		cpu->config.pins.msr_read(cpu->config.pins.ctx, MSR_APIC_BASE, &apic_base);
	uint64_t *regs = cpu->live->regs;
	struct cpuid_now now = cpu_cpuid_now(cpu);
	now.apic_enabled = apic_base & APIC_BASE_EN;
	now.long_code = cpu->live->hflags & HF_CS64;
	struct cpuid_regs r =
		cpuid_leaf(&cpu->features, (uint32_t)regs[CPU_RAX], (uint32_t)regs[CPU_RCX], &now);
	regs[CPU_RAX] = r.eax;
	regs[CPU_RBX] = r.ebx;
	regs[CPU_RCX] = r.ecx;
	regs[CPU_RDX] = r.edx;
	return 1;
}

static bool add(struct cpu *cpu, int type, void *fn, uint64_t begin, uint64_t end)
{
	uc_hook hook = 0;
	return !uc_hook_add(cpu->uc, &hook, type, fn, cpu, begin, end);
}

static bool add_insn(struct cpu *cpu, void *fn, int insn)
{
	uc_hook hook = 0;
	return !uc_hook_add(cpu->uc, &hook, UC_HOOK_INSN, fn, cpu, (uint64_t)1, (uint64_t)0, insn);
}

bool cpu_install_hooks(struct cpu *cpu)
{
	cpu->engine_blocks = (struct engine_blocks){ .hook = on_block,
						     .wide_hook = on_flagged_block,
						     .translated = cpu_block_translated,
						     .instruction = cpu_instruction_translated,
						     .site = cpu_on_site,
						     .quick = fpu_quick,
						     .misaligned = cpu_misaligned,
						     .writable = cpu_code_writable,
						     .ctx = cpu,
						     .env = cpu->live };
	cpu_install_tlb(cpu);
	cpu->engine_code.began = on_store_began;
	cpu->engine_code.done = on_store_done;
	cpu->engine_code.ctx = cpu;
	cpu->engine_ports = (struct engine_ports){ .in = on_in, .out = on_out, .ctx = cpu };
	bool ok = add(cpu, UC_HOOK_BLOCK, (void *)on_block, 1, 0) &&
		  add(cpu, UC_HOOK_INTR, (void *)on_interrupt, 1, 0) &&
		  add(cpu, UC_HOOK_INSN_INVALID, (void *)on_invalid, 1, 0) &&
		  add_insn(cpu, (void *)on_rdtsc, UC_X86_INS_RDTSC) &&
		  add_insn(cpu, (void *)on_cpuid, UC_X86_INS_CPUID);
	return ok && cpu_map_bus(cpu);
}
