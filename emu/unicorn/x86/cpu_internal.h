/* SPDX-License-Identifier: MIT */
/* Shared by the files of emu/unicorn; not included elsewhere. */
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
#include "emu/unicorn/x86/engine_tlb_state.h"
#include "emu/unicorn/x86/fpu.h"
#include "emu/unicorn/x86/svm.h"
#include "emu/unicorn/x86/tlb_watch.h"
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

/* We choose the engine's physical address layout: RAM at its guest address, ROM and everything else
 * in windows far above. The TLB fill selects the window. Memory of devices is there twice: itself
 * (WINDOW_DEVICE), and page by page at the addresses of its windows, for accesses that must be seen
 * (WINDOW_SHOWN). */
#define WINDOW_SHOWN  (UINT64_C(1) << 43)
#define WINDOW_DEVICE (UINT64_C(1) << 44)
#define WINDOW_ROM    (UINT64_C(1) << 45)
#define WINDOW_MMIO   (UINT64_C(1) << 46)
#define WINDOW_SIZE   (UINT64_C(1) << PAGING_PHYS_BITS)

/* Flags of a block that are passed to the block hook, above its cost in the lower 32 bits
 * (instructions, and the charge for PAUSE). */
enum { BLOCK_FLAGS_SHIFT = 32 };
enum block_flag {
	BLOCK_MAY_SET_IF = 1, /* ends in STI, POPF, IRET, SYSRET or SYSEXIT */
	BLOCK_PAUSE = 2,      /* ends in PAUSE: charged */
	BLOCK_CUT = 4,        /* ends only because of its length: the next block continues it */
	BLOCK_RESUME = 8, /* RF is set: its single instruction ignores breakpoints and clears RF */
	BLOCK_WATCHED = 16, /* a single instruction, because a data or port breakpoint is armed */
	BLOCK_LIMITED = 32, /* the limit of CS matters */
	BLOCK_BEYOND = 64,  /* reaches beyond 4 GiB, in 16- or 32-bit code: EIP may have to wrap */
	BLOCK_ITSELF = 128, /* only a jump to itself: nothing changes until an event comes */
	BLOCK_STRING = 256  /* only REP MOVS or REP STOS, which nothing intercepts */
};
/* Fewer repetitions of it than these are not worth an attempt to do them at once. */
enum { STRING_WORTH = 64 };

/* Why the engine was asked to stop. STOP_NONE after a clean return means HLT. */
enum stop_reason {
	STOP_NONE,
	STOP_ATTENTION,
	STOP_EXCEPTION,
	STOP_RETRANSLATE,
	STOP_STEP,
	STOP_TRANSFER,
	STOP_WORLD /* VMRUN or #VMEXIT: struct svm_pending */
};

/* An exception or software interrupt waiting to be delivered. */
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
	uint64_t insn_rip; /* software: start of the instruction, for faults during delivery */
};

/* Why a TLB fill was refused. */
enum fault_kind {
	FAULT_NONE,
	FAULT_PAGE,
	FAULT_NONCANONICAL,
	FAULT_CODE_LIMIT,     /* beyond the limit of CS */
	FAULT_BAD_FETCH,      /* no memory there */
	FAULT_UNWRITTEN_FETCH /* memory that was never written */
};
struct refused_fill {
	enum fault_kind kind;
	enum page_access access;
	uint64_t address; /* linear address of the first byte that faulted */
	uint64_t pa;      /* fetches: physical address of the page */
	uint32_t error;
};

/* MSRs that the engine does not implement. Plain data. */
enum { MTRR_VARIABLE = 8, MTRR_FIXED = 11 };
struct cpu_msrs {
	uint64_t tsc_offset, tsc_aux, pat, mtrr_def_type;
	uint64_t mtrr_base[MTRR_VARIABLE], mtrr_mask[MTRR_VARIABLE], mtrr_fixed[MTRR_FIXED];
	uint64_t efer;            /* as software wrote it; LMA follows CR0.PG */
	uint64_t kept[MSR_SLOTS]; /* values of the MSRs in msr_table.c */
};

enum {
	CPU_FILLS_PER_FLUSH = 2000, /* the engine grows its TLB only at a flush */
	CPU_EVENT_LOG = 16,
	CPU_PMC_COUNTERS = 4,
	CPU_INVALIDATIONS = 32
};

/* All state besides the engine's saved context. Plain data, copied as a whole. */
struct cpu_state {
	/* Members used at every block entry come first, so that they share cache lines. */
	uint64_t block_pc; /* linear address of the current block */
	uint32_t block_size;
	uint32_t pending_cost;  /* time of that block, not yet added to the clock */
	uint16_t pending_flags; /* enum block_flag of that block */
	bool continuation;      /* the next block continues the current one */
	bool halted, intr, nmi, watch_if, shadow, a20;
	uint8_t watch_hit;  /* breakpoints hit by the current instruction: B0 to B3 */
	uint64_t hidden_at; /* address at which a load of SS suppresses an instruction breakpoint */
	uint8_t watch_held; /* breakpoints hit by a load of SS, delayed by one instruction */
	uint64_t idle_ns;   /* virtual time not spent in instructions: charges and sleep */
	struct cpu_stats stats;
	uint64_t fills_flushed; /* number of TLB fills at the last flush */
	uint64_t fault_ns;      /* when an exception was last delivered; UINT64_MAX: never */
	uint64_t pdpte[PAGING_PDPTES];
	struct cpu_msrs msrs;
	uint64_t pmc_since[CPU_PMC_COUNTERS]; /* count of the event of each counter when its value
						 was last set */
	struct irq_event log[CPU_EVENT_LOG];
	uint64_t n_log;
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	unsigned n_failed;
	struct fpu_watch fpu;
	struct svm_state svm;
	uint64_t random; /* of RDRAND: the same numbers in every run */
};

struct cpu {
	/* Until this time, blocks are entered without further checks. cpu_preempt() writes it too.
	 */
	uint64_t plain_until_ns;
	uint64_t until_ns; /* the end of this cpu_run() */
	struct clock *clock;
	enum stop_reason stop;
	bool attention; /* check everything at the next block entry: cpu_want_attention() */
	struct cpu_state s;
	struct cpu_config config;
	struct mem *mem;
	struct bus *bus;
	struct hub *hub;
	struct cpu_features features;

	uc_engine *uc;
	void *engine_cpu; /* its CPU object */
	uc_context *ctx;
	struct context_layout layout;
	struct env *env;  /* the state inside ctx */
	struct env *live; /* the engine's live state, current in intercepts and TLB misses */
	struct env_float *live_float; /* of it */
	struct code_pages code_pages;
	struct engine_blocks engine_blocks;
	struct engine_ports engine_ports;
	struct engine_regions engine_regions;
	struct engine_tlb engine_tlb;
	struct engine_tlbs *tlbs; /* what the engine has cached */
	struct tlb_watch *tlb;    /* NULL: TLB_OFF */
	struct engine_code engine_code;
	struct cpu_block_observer observer;
	unsigned pmc_timer;

	atomic_bool preempted;
	bool dead; /* the engine gave up and must not be called again */
	bool stop_requested;
	bool storing; /* a store into translated code is under way; and the block was left */
	bool event_from_engine; /* its details are still in the exception fields of the engine */
	bool step_resume;
	uint64_t step_address; /* linear address of the last instruction that stepping released */
	struct pending_event event;
	struct svm_pending svm;
	struct refused_fill refused;
	struct {
		uint64_t pa, len;
	} invalidation[CPU_INVALIDATIONS];
	size_t n_invalidations; /* more than CPU_INVALIDATIONS: flush everything */
	size_t devices_mapped;  /* of mem->device */
	bool memory_heard;      /* an observer wants accesses through windows */
	/* The last page that was read through the bus though a window lets writes through, and the
	 * number of writes since that were seen. */
	uint64_t slow_page;
	bool only_asking; /* a TLB miss is only a question: cpu_host_address() and its like */
	/* In strings.c: how many attempts failed one after another, and how many entries the next
	 * one waits. */
	uint8_t string_failures, string_wait;
	unsigned slow_writes;
	bool translate_anew;  /* what was translated is out of date */
	uint64_t site_linear; /* linear address of the current intercepted instruction */
	bool fpu_watched;     /* the instruction before it may still raise an x87 fault */
	uint32_t
		segments_loaded; /* segments loaded by the block being translated: bits of hflags */
	bool site_leaves;        /* the engine must not run the instruction */
	char detail[768];
};

/* --- engine.c */
/* Save the engine's state to cpu->ctx, and load it back. The saved state of a dead engine stays. */
void cpu_pull(struct cpu *cpu);
void cpu_push(struct cpu *cpu);
uint64_t cpu_rflags(struct cpu *cpu);
uint64_t cpu_read_reg(const struct cpu *cpu, int reg);
void cpu_write_reg(struct cpu *cpu, int reg, uint64_t value);
uint64_t cpu_read_engine_msr(const struct cpu *cpu, uint32_t msr);
void cpu_write_engine_msr(struct cpu *cpu, uint32_t msr, uint64_t value);
/* The code size in effect: 16, 32 or 64 bits. */
unsigned cpu_code_bits(const struct env *env);
/* The linear address of the next instruction; cpu->ctx must be current. */
uint64_t cpu_linear_rip(const struct cpu *cpu);
void cpu_stop_engine(struct cpu *cpu, enum stop_reason why);
/* Called while the engine runs: drop stale translations. */
void cpu_translate_anew(struct cpu *cpu);
/* In an intercept: set the arithmetic flags; the others stay. */
void cpu_put_arithmetic_flags(struct cpu *cpu, uint64_t flags);
static inline void cpu_want_attention(struct cpu *cpu)
{
	cpu->attention = true;
	cpu->plain_until_ns = 0;
}
/* Continue the guest at this linear address. If it is inside the current block, the block entered
 * there counts as its continuation. */
static inline void cpu_go_on_at(struct cpu *cpu, uint64_t linear)
{
	cpu->s.continuation = linear - cpu->s.block_pc < cpu->s.block_size;
	cpu->plain_until_ns = 0;
}
/* Charge virtual time without instructions. */
static inline void cpu_charge(struct cpu *cpu, uint64_t ns)
{
	clock_advance(cpu->clock, ns);
	cpu->s.idle_ns += ns;
}
/* The current paging registers. */
struct paging_mode cpu_paging_mode(const struct cpu *cpu);
/* End the current block after its last instruction, which has retired. */
void cpu_account_block(struct cpu *cpu);
/* In a hook: raise a fault on the current instruction. */
void cpu_raise(struct cpu *cpu, uint8_t vector, bool has_error, uint32_t error);

/* Deliver an event to the guest now; the engine is stopped. False: triple fault. */
bool cpu_take(struct cpu *cpu, struct pending_event event);

/* --- engine_death.c */
/* The engine gave up while this CPU ran: put the reason into cpu->detail, and never call it again.
 */
void cpu_engine_died(struct cpu *cpu);
/* Close the engine; if it is dead, keep it. */
void cpu_close_engine(struct cpu *cpu);

/* --- hooks.c */
/* Execute RDTSC: charge its time and set the result. False: #GP, because CR4.TSD forbids it. */
bool cpu_rdtsc(struct cpu *cpu);
/* Its parts: CR4.TSD does not forbid it; and what it does then. */
bool cpu_tsc_allowed(const struct cpu *cpu);
void cpu_read_tsc(struct cpu *cpu);
bool cpu_install_hooks(struct cpu *cpu);
/* If the block was left at a store into itself, at `linear`, count only the instructions before the
 * store. */
void cpu_take_back(struct cpu *cpu, uint64_t linear);
/* Stepping: called before each instruction. Stops the engine there, or lets the instruction run. */
void cpu_step(struct cpu *cpu, uint64_t linear);
/* Call this after any change that the next block entry must check. */
void cpu_set_plain(struct cpu *cpu);

/* --- mmio.c */
/* Map devices on the bus, which answer in the engine's windows, into the engine. */
bool cpu_map_bus(struct cpu *cpu);
/* Map the memory of devices that were made since the last call. Not while the engine runs. Returns
 * NULL or what is wrong. */
const char *cpu_map_devices(struct cpu *cpu);
/* Map a page that is not RAM or ROM. False: no window shows it. */
bool cpu_map_window(struct cpu *cpu, uint64_t pa, enum page_access access,
		    struct engine_page *page);
/* The `windows_changed` callback of struct mem. */
void cpu_windows_changed(void *ctx);
/* Observers may have come or gone: call before the engine runs. */
void cpu_hear_memory(struct cpu *cpu);

/* --- strings.c */
/* Does the block only repeat a string instruction that can be done at once? */
bool cpu_repeats_string(const struct cpu *cpu, const struct engine_block *block,
			const struct insn *insn);
/* May it be worth an attempt now? */
static inline bool cpu_string_is_worth(struct cpu *cpu)
{
	if ((uint16_t)cpu->live->regs[CPU_RCX] < STRING_WORTH) return false;
	if (!cpu->string_wait) return true;
	cpu->string_wait--;
	return false;
}
/* Such a block was entered, and takes `cost` ns: do repetitions that come before it. */
void cpu_repeat_string(struct cpu *cpu, uint64_t linear, uint32_t cost);

/* --- tlb.c */
/* The walk for an access of the CPU. With `mark`, the access is made: A and D are set, the
 * translation may be cached, and the use of a stale one is reported. */
static inline struct page_walk cpu_walk(struct cpu *cpu, const struct paging_mode *mode,
					uint64_t linear, enum page_access access, bool user,
					bool mark)
{
	if (cpu->tlb) return tlb_watch_walk(cpu, mode, linear, access, user, mark);
	return paging_walk(mode, cpu->mem, linear, access, user, mark);
}
void cpu_install_tlb(struct cpu *cpu);
/* The host address of a byte in plain memory that the engine's TLB maps for this access now; NULL:
 * it does not. Nothing changes. */
uint8_t *cpu_host_address(struct cpu *cpu, uint64_t linear, enum page_access access);
/* Does it map the page so that stores are not noticed? */
bool cpu_stores_unnoticed(struct cpu *cpu, uint64_t linear);
/* Let the engine forget all that it cached of the page tables. */
static inline void cpu_flush_tlb(struct cpu *cpu)
{
	if (!cpu->dead) engine_tlb_flush(&cpu->engine_tlb, cpu->uc);
}
/* The `written` callback of struct mem, and handling what it queued. */
void cpu_memory_written(void *ctx, uint64_t pa, uint64_t len);
void cpu_drop_translations(struct cpu *cpu);
/* Turn a refused access into cpu->event; cpu->ctx must be current. */
void cpu_resolve_refused(struct cpu *cpu);

/* --- deliver.c */
enum deliver_result { DELIVER_OK, DELIVER_TRIPLE_FAULT };
/* Deliver the event to the guest. cpu->ctx is current before and after; the new state is loaded
 * into the engine. */
enum deliver_result cpu_deliver(struct cpu *cpu, struct pending_event event);

/* --- linear.c: access to physical memory or the bus; and to linear memory, with faults */
void physical_read(struct cpu *cpu, uint64_t pa, void *buf, size_t len);
void physical_write(struct cpu *cpu, uint64_t pa, const void *buf, size_t len);
struct linear_fault {
	bool noncanonical;
	uint32_t error; /* #PF code */
	uint64_t address;
};
/* The page tables and rights of an access. */
struct linear_user {
	const struct paging_mode *mode;
	bool user;
};
bool linear_read_as(struct cpu *cpu, struct linear_user as, uint64_t linear, void *buf, size_t len,
		    struct linear_fault *fault);
bool linear_write_as(struct cpu *cpu, struct linear_user as, uint64_t linear, const void *buf,
		     size_t len, struct linear_fault *fault);
/* Would a write succeed? Nothing is changed. */
bool linear_writable(struct cpu *cpu, struct linear_user as, uint64_t linear, size_t len,
		     struct linear_fault *fault);
/* Access with the current page tables and supervisor rights. */
bool linear_read(struct cpu *cpu, uint64_t linear, void *buf, size_t len,
		 struct linear_fault *fault);

/* In an intercept: raise the exception for a refused access; `noncanonical` (#GP or #SS) is the one
 * for a non-canonical address. */
void linear_raise(struct cpu *cpu, const struct linear_fault *fault, uint8_t noncanonical);

/* --- syscall.c */
/* From now on fast system calls on this thread belong to that CPU. */
void cpu_syscall_use(struct cpu *cpu);

/* --- msr.c */
void cpu_msrs_reset(struct cpu_msrs *msrs);
/* The parts of CPUID that depend on MSRs; the rest is zero. */
struct cpuid_now cpu_cpuid_now(const struct cpu *cpu);
/* The bits of EFER that can be set, LMA apart. */
uint64_t cpu_efer_allowed(const struct cpu *cpu);
/* Execute RDPMC. False: #GP. */
bool cpu_rdpmc(struct cpu *cpu);

/* --- pmc.c */
/* Called while the machine is built: adds a timer to the clock. */
void cpu_pmc_init(struct cpu *cpu);
/* Is it one of AMD's event selection or counter MSRs? */
bool cpu_is_pmc(const struct cpu *cpu, uint32_t msr);
/* cpu_pmc_settle(): call before a counter is read or written. cpu_pmc_restart(): call after a
 * write, so that it counts on from its new value. */
void cpu_pmc_settle(struct cpu *cpu);
void cpu_pmc_restart(struct cpu *cpu);
/* Set the timer for the next overflow that interrupts. Call when a halted CPU continues. */
void cpu_pmc_arm(struct cpu *cpu);

/* --- privileged.c */
/* Is it in CPL 3 or virtual-8086 mode? cpu->live is current. */
bool cpu_user_mode(const struct cpu *cpu);
/* The bits of CR4 that can be set. */
uint64_t cpu_cr4_allowed(const struct cpu_features *f);

/* --- sites.c: for struct engine_blocks; ctx is the CPU */
uint64_t cpu_block_translated(void *ctx, const struct engine_block *block);
struct engine_instruction cpu_instruction_translated(void *ctx, const struct engine_block *block,
						     uint64_t linear);
void cpu_misaligned(void *ctx);
void cpu_on_site(void *ctx, uint64_t told, uint64_t linear);
bool cpu_code_writable(void *ctx, uint64_t linear, uint64_t length);
/* Decode the instruction at a linear address in the current mode. False: it does not decode. */
bool cpu_decode(struct cpu *cpu, uint64_t linear, struct insn *insn);
/* The number of instructions from the start of a block (linear) up to, not including, `to`; `whole`
 * if `to` is outside [from, from + size). */
uint32_t cpu_count(struct cpu *cpu, uint64_t from, uint32_t size, uint64_t to, uint32_t whole);

#endif
