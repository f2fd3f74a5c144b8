/* SPDX-License-Identifier: MIT */
/* What the files of emu/unicorn share. Nobody outside includes it. */
#ifndef EMU_UNICORN_X86_CPU_INTERNAL_H
#define EMU_UNICORN_X86_CPU_INTERNAL_H

#include <stdatomic.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/unicorn/code_pages.h"
#include "emu/unicorn/engine_abort.h"
#include "emu/unicorn/engine_code.h"
#include "emu/unicorn/x86/context.h"
#include "emu/unicorn/x86/cpu.h"
#include "emu/unicorn/x86/engine_access.h"
#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/unicorn/x86/engine_tlb.h"
#include "emu/unicorn/x86/fpu.h"
#include "emu/x86/cpuid.h"
#include "emu/x86/insn.h"
#include "emu/x86/msr_table.h"
#include "emu/x86/paging.h"

/* Vectors (SDM Vol. 3A table 6-1). */
enum vector {
	VEC_DE,
	VEC_DB,
	VEC_NMI,
	VEC_BP,
	VEC_OF,
	VEC_BR,
	VEC_UD,
	VEC_NM,
	VEC_DF,
	VEC_CSO,
	VEC_TS,
	VEC_NP,
	VEC_SS,
	VEC_GP,
	VEC_PF,
	VEC_15,
	VEC_MF,
	VEC_AC,
	VEC_MC,
	VEC_XM,
	VEC_EXCEPTIONS = 32
};

/* The engine's physical address space is ours to lay out: RAM at its guest address; ROM and
 * everything else in windows far above, chosen in the TLB fill. */
#define WINDOW_ROM  (UINT64_C(1) << 45)
#define WINDOW_MMIO (UINT64_C(1) << 46)
#define WINDOW_SIZE (UINT64_C(1) << PAGING_PHYS_BITS)

/* What the block hook is told of a block, beside its cost (instructions, and what PAUSE is charged)
 * in the lower 32 bits. */
enum { BLOCK_FLAGS_SHIFT = 32 };
enum block_flag {
	BLOCK_MAY_SET_IF = 1, /* ends in STI, POPF, IRET, SYSRET or SYSEXIT */
	BLOCK_PAUSE = 2,      /* ends in PAUSE: charged */
	BLOCK_CUT = 4,        /* ends only because it was too long: what follows belongs to it */
	BLOCK_RESUME = 8,   /* RF is set: its one instruction meets no breakpoint, and clears it */
	BLOCK_WATCHED = 16, /* one instruction; a breakpoint on data or ports is armed */
	BLOCK_LIMITED = 32  /* CS does not reach everywhere */
};

/* Why the engine was asked to stop; STOP_NONE with a clean return means HLT. */
enum stop_reason {
	STOP_NONE,
	STOP_ATTENTION,
	STOP_EXCEPTION,
	STOP_RETRANSLATE,
	STOP_STEP,
	STOP_TRANSFER
};

/* An exception or software interrupt on its way to delivery. */
struct pending_event {
	bool valid;
	bool software; /* INT n, INT3, INTO: gate DPL is checked, EXT is 0 */
	bool external; /* interrupt from a pin */
	bool fetch;    /* the instruction at RIP cannot be fetched */
	bool has_error;
	uint8_t vector;
	uint32_t error;
	uint64_t cr2;
	uint64_t rip;      /* return address */
	uint64_t insn_rip; /* software: where the instruction starts, for faults in its delivery */
};

/* A TLB fill that was refused. */
enum fault_kind {
	FAULT_NONE,
	FAULT_PAGE,
	FAULT_NONCANONICAL,
	FAULT_CODE_LIMIT,     /* beyond the limit of CS */
	FAULT_BAD_FETCH,      /* no memory there */
	FAULT_UNWRITTEN_FETCH /* memory that nobody wrote */
};
struct refused_fill {
	enum fault_kind kind;
	enum page_access access;
	uint64_t address; /* linear, of the first byte that faulted */
	uint64_t pa;      /* fetches: physical, of the page */
	uint32_t error;
};

/* MSRs that the engine has no use for. Plain data. */
enum { MTRR_VARIABLE = 8, MTRR_FIXED = 11 };
struct cpu_msrs {
	uint64_t tsc_offset, tsc_aux, pat, mtrr_def_type;
	uint64_t mtrr_base[MTRR_VARIABLE], mtrr_mask[MTRR_VARIABLE], mtrr_fixed[MTRR_FIXED];
	uint64_t efer;            /* as software wrote it; LMA follows CR0.PG */
	uint64_t kept[MSR_SLOTS]; /* those of msr_table.c */
};

enum {
	CPU_FILLS_PER_FLUSH = 2000, /* only a flush lets the engine grow its TLB */
	CPU_EVENT_LOG = 16,
	CPU_PMC_COUNTERS = 4,
	CPU_INVALIDATIONS = 32
};

/* Everything that is state beside the engine's context blob. Plain data: copied as it is. */
struct cpu_state {
	/* What every block entry touches comes first, together. */
	uint64_t block_pc; /* where the block being run starts (linear) */
	uint32_t block_size;
	uint32_t pending_cost; /* of that block; not yet in the clock */
	uint8_t pending_flags; /* enum block_flag of it */
	bool continuation;     /* the next block entered is the rest of it */
	bool halted, intr, nmi, watch_if, shadow, a20;
	uint8_t watch_hit;  /* breakpoints that the running instruction meets: B0 to B3 */
	uint64_t hidden_at; /* where the last load of SS hid a breakpoint on the instruction */
	uint8_t watch_held; /* those that a load of SS met: they wait for one instruction */
	uint64_t idle_ns;   /* virtual time not spent on instructions: charges and sleep */
	struct cpu_stats stats;
	uint64_t fills_flushed; /* TLB fills at the last flush */
	uint64_t fault_ns;      /* when an exception was last delivered; UINT64_MAX: never */
	uint64_t pdpte[PAGING_PDPTES];
	struct cpu_msrs msrs;
	uint64_t pmc_since[CPU_PMC_COUNTERS]; /* what each one's event had come to at its value */
	struct irq_event log[CPU_EVENT_LOG];
	uint64_t n_log;
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	unsigned n_failed;
	struct fpu_watch fpu;
};

struct cpu {
	/* Before it, blocks are entered with nothing to look at. cpu_preempt() writes it too. */
	uint64_t plain_until_ns;
	uint64_t until_ns; /* of this cpu_run() */
	struct clock *clock;
	enum stop_reason stop;
	bool attention; /* the next block entry must look closer: cpu_want_attention() */
	struct cpu_state s;
	struct cpu_config config;
	struct mem *mem;
	struct bus *bus;
	struct hub *hub;
	struct cpu_features features;

	uc_engine *uc;
	uc_context *ctx;
	struct context_layout layout;
	struct env *env;              /* inside ctx */
	struct env *live;             /* the engine's own, current in sites and misses of the TLB */
	struct env_float *live_float; /* of it */
	struct code_pages code_pages;
	struct engine_blocks engine_blocks;
	struct engine_ports engine_ports;
	struct engine_tlb engine_tlb;
	struct engine_code engine_code;
	struct cpu_block_observer observer;
	unsigned pmc_timer;

	atomic_bool preempted;
	bool dead; /* the engine gave up: it is not to be called again */
	bool stop_requested;
	bool storing;           /* into translated code; behind it: and the block was left */
	bool event_from_engine; /* its details are still in the engine's exception fields */
	bool step_resume;
	uint64_t step_address; /* linear, of the instruction last let run */
	struct pending_event event;
	struct refused_fill refused;
	struct {
		uint64_t pa, len;
	} invalidation[CPU_INVALIDATIONS];
	size_t n_invalidations;   /* > CPU_INVALIDATIONS: flush all */
	bool translate_anew;      /* what was translated is out of date */
	uint64_t site_linear;     /* of the site under way */
	bool fpu_watched;         /* of it, the instruction before may turn out to fault */
	uint32_t segments_loaded; /* by the block that is being translated: bits of hflags */
	bool site_leaves;         /* the engine is not to run it */
	char detail[768];
};

/* --- engine.c */
/* Bring the blob up to date with the engine, and back. A dead engine's stays as it is. */
void cpu_pull(struct cpu *cpu);
void cpu_push(struct cpu *cpu);
uint64_t cpu_rflags(struct cpu *cpu);
uint64_t cpu_read_reg(const struct cpu *cpu, int reg);
void cpu_write_reg(struct cpu *cpu, int reg, uint64_t value);
uint64_t cpu_read_engine_msr(const struct cpu *cpu, uint32_t msr);
void cpu_write_engine_msr(struct cpu *cpu, uint32_t msr, uint64_t value);
/* 16, 32 or 64: what the code is that runs. */
unsigned cpu_code_bits(const struct env *env);
/* The linear address of the next instruction; cpu->ctx must be current. */
uint64_t cpu_linear_rip(const struct cpu *cpu);
void cpu_stop_engine(struct cpu *cpu, enum stop_reason why);
/* From inside the engine: what was translated is out of date. */
void cpu_translate_anew(struct cpu *cpu);
/* From inside a site: the arithmetic flags, the others stay. */
void cpu_put_arithmetic_flags(struct cpu *cpu, uint64_t flags);
static inline void cpu_want_attention(struct cpu *cpu)
{
	cpu->attention = true;
	cpu->plain_until_ns = 0;
}
/* The guest goes on at this linear address: if it lies in the block being run, what is entered
 * there is its rest. */
static inline void cpu_go_on_at(struct cpu *cpu, uint64_t linear)
{
	cpu->s.continuation = linear - cpu->s.block_pc < cpu->s.block_size;
	cpu->plain_until_ns = 0;
}
/* Time goes by without instructions: a charge. */
static inline void cpu_charge(struct cpu *cpu, uint64_t ns)
{
	clock_advance(cpu->clock, ns);
	cpu->s.idle_ns += ns;
}
/* The paging registers as of now. */
struct paging_mode cpu_paging_mode(const struct cpu *cpu);
/* The block being run ends with its last instruction, which has retired. */
void cpu_account_block(struct cpu *cpu);
/* From inside a hook: raise a fault on the current instruction. */
void cpu_raise(struct cpu *cpu, uint8_t vector, bool has_error, uint32_t error);

/* --- engine_death.c */
/* The engine gave up while this CPU ran: cpu->detail tells it, and nothing calls it again. */
void cpu_engine_died(struct cpu *cpu);
/* The end of the engine: closed, or kept if it is dead. */
void cpu_close_engine(struct cpu *cpu);

/* --- hooks.c */
/* RDTSC: the charge and the result, or #GP where CR4.TSD forbids it (false). */
bool cpu_rdtsc(struct cpu *cpu);
bool cpu_install_hooks(struct cpu *cpu);
/* If the block was left at a store into itself, at `linear`: only what was before it has run. */
void cpu_take_back(struct cpu *cpu, uint64_t linear);
/* Stepping: the instruction is about to run. Stops the engine there, or lets it. */
void cpu_step(struct cpu *cpu, uint64_t linear);
/* Once more after whatever may ask the next block entry to look closer. */
void cpu_set_plain(struct cpu *cpu);

/* --- tlb.c */
void cpu_install_tlb(struct cpu *cpu);
/* mem's `written` callback, and what it queues. */
void cpu_memory_written(void *ctx, uint64_t pa, uint64_t len);
void cpu_drop_translations(struct cpu *cpu);
/* Turn a refused access into cpu->event; cpu->ctx must be current. */
void cpu_resolve_refused(struct cpu *cpu);

/* --- deliver.c */
enum deliver_result { DELIVER_OK, DELIVER_TRIPLE_FAULT };
/* Deliver the event to the guest: cpu->ctx is current before and after; pushes it. */
enum deliver_result cpu_deliver(struct cpu *cpu, struct pending_event event);

/* --- linear.c: access to linear memory, with faults */
struct linear_fault {
	bool noncanonical;
	uint32_t error; /* #PF code */
	uint64_t address;
};
/* By which tables and with whose rights. */
struct linear_user {
	const struct paging_mode *mode;
	bool user;
};
bool linear_read_as(struct cpu *cpu, struct linear_user as, uint64_t linear, void *buf, size_t len,
		    struct linear_fault *fault);
bool linear_write_as(struct cpu *cpu, struct linear_user as, uint64_t linear, const void *buf,
		     size_t len, struct linear_fault *fault);
/* Would a write fault? Nothing is changed. */
bool linear_writable(struct cpu *cpu, struct linear_user as, uint64_t linear, size_t len,
		     struct linear_fault *fault);
/* By the engine's tables as of now, with supervisor rights. */
bool linear_read(struct cpu *cpu, uint64_t linear, void *buf, size_t len,
		 struct linear_fault *fault);

/* From inside a site: the exception that a refused access is, `noncanonical` (#GP or #SS) for an
 * address that is not. */
void linear_raise(struct cpu *cpu, const struct linear_fault *fault, uint8_t noncanonical);

/* --- syscall.c */
/* From now on this thread's fast system calls are that CPU's. */
void cpu_syscall_use(struct cpu *cpu);

/* --- msr.c */
void cpu_msrs_reset(struct cpu_msrs *msrs);
bool cpu_msr_read(struct cpu *cpu, uint32_t msr, uint64_t *value);
/* What MSRs have a say in, of what CPUID tells; the rest is zero. */
struct cpuid_now cpu_cpuid_now(const struct cpu *cpu);
/* RDPMC: the result; or #GP (false). */
bool cpu_rdpmc(struct cpu *cpu);

/* --- pmc.c */
/* At wiring time: adds a timer to the clock. */
void cpu_pmc_init(struct cpu *cpu);
/* One of AMD's selections or counters? */
bool cpu_is_pmc(const struct cpu *cpu, uint32_t msr);
/* Before they are looked at or written; after a write: they count from what they hold now. */
void cpu_pmc_settle(struct cpu *cpu);
void cpu_pmc_restart(struct cpu *cpu);
/* When a halted CPU goes on. */
void cpu_pmc_arm(struct cpu *cpu);

/* --- privileged.c */
/* CPL 3, or virtual-8086 mode. cpu->live is current. */
bool cpu_user_mode(const struct cpu *cpu);

/* --- sites.c: for struct engine_blocks; ctx is the CPU */
uint64_t cpu_block_translated(void *ctx, const struct engine_block *block);
struct engine_instruction cpu_instruction_translated(void *ctx, const struct engine_block *block,
						     uint64_t linear);
void cpu_misaligned(void *ctx);
void cpu_on_site(void *ctx, uint64_t told, uint64_t linear);
bool cpu_code_writable(void *ctx, uint64_t linear, uint64_t length);
/* The instruction at a linear address, as the CPU's mode has it; false: it does not decode. */
bool cpu_decode(struct cpu *cpu, uint64_t linear, struct insn *insn);
/* Instructions from the start of a block (linear) up to, not including, `to`; `whole` if `to`
 * does not lie inside [from, from + size). */
uint32_t cpu_count(struct cpu *cpu, uint64_t from, uint32_t size, uint64_t to, uint32_t whole);

#endif
