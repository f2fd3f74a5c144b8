/* SPDX-License-Identifier: MIT */
/* One x86 CPU: from 16-bit real mode to long mode, with exceptions, interrupts, paging, MSRs,
 * CPUID and virtual time. It hides the engine; no other header of emu/cpu is needed outside. */
#ifndef EMU_CPU_CPU_H
#define EMU_CPU_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/cpu/walk.h"
#include "emu/observe.h"
#include "emu/processor.h"

struct bus;
struct clock;
struct cpu;
struct hub;
struct mem;

/* Why cpu_run() came back. */
enum cpu_stop {
	CPU_STOP_TIME,      /* the time given was reached */
	CPU_STOP_REQUESTED, /* cpu_request_stop() */
	CPU_STOP_PREEMPTED, /* cpu_preempt() */
	CPU_STOP_HALTED,    /* HLT with interrupts off, or with no deadline left to wake it */
	CPU_STOP_TRIPLE_FAULT,
	CPU_STOP_BAD_FETCH, /* jumped to a physical address where there is no memory */
	CPU_STOP_UNWRITTEN, /* executes RAM that nobody wrote */
	/* The engine failed; cpu_stop_detail() says how: our fault. One that gave up altogether
	 * (an assertion, abort(), a fault of the host) is dead: cpu_run() says so again and does no
	 * more, registers stay as the engine stored them last. Other CPUs go on. */
	CPU_STOP_INTERNAL
};

enum cpu_segment { CPU_ES, CPU_CS, CPU_SS, CPU_DS, CPU_FS, CPU_GS, CPU_N_SEGMENTS };

struct cpu_segment_state {
	uint64_t base;
	uint32_t limit; /* bytes, inclusive, granularity applied */
	uint32_t flags; /* bits 8..23 of the descriptor's high word, in place */
	uint16_t selector;
};

enum cpu_gpr {
	CPU_RAX,
	CPU_RCX,
	CPU_RDX,
	CPU_RBX,
	CPU_RSP,
	CPU_RBP,
	CPU_RSI,
	CPU_RDI,
	CPU_R8,
	CPU_R9,
	CPU_R10,
	CPU_R11,
	CPU_R12,
	CPU_R13,
	CPU_R14,
	CPU_R15,
	CPU_N_GPR
};

/* The registers software can name. Plain data. */
struct cpu_regs {
	uint64_t gpr[CPU_N_GPR], rip, rflags;
	struct cpu_segment_state seg[CPU_N_SEGMENTS], ldt, tr;
	struct {
		uint64_t base;
		uint32_t limit;
	} gdt, idt;
	uint64_t cr0, cr2, cr3, cr4, efer;
};

struct cpu_config {
	struct mem *mem;
	struct bus *bus;
	struct clock *clock;
	struct hub *hub;
	struct cpu_pins pins;
	const char *features;  /* as cpuid_parse() takes them: "amd,+x,-y", or NULL */
	bool unknown_msr_zero; /* an MSR that is not there reads 0 and takes writes; else #GP */
	bool step;             /* stop and restart before every instruction: slow, same digest */
};

struct cpu_stats {
	uint64_t instructions, blocks;
	uint64_t interrupts[256]; /* external, by vector */
	uint64_t exceptions[32];  /* delivered faults, traps and aborts, by vector */
	uint64_t software_interrupts, tlb_fills, tlb_flushes, engine_starts;
	uint64_t halted_ns; /* virtual time slept in HLT */
};

/* Why an exception or interrupt could not be delivered (SDM Vol. 3A 6.12.1). "Unreadable" and
 * "unwritable": the access to memory itself faulted. */
enum cpu_refusal {
	CPU_REFUSED_IDT_LIMIT, /* the vector's entry lies beyond the IDT's (IVT's) limit */
	CPU_REFUSED_GATE_UNREADABLE,
	CPU_REFUSED_GATE_TYPE, /* no interrupt or trap gate */
	CPU_REFUSED_GATE_DPL,  /* INT n from a ring that may not */
	CPU_REFUSED_GATE_ABSENT,
	CPU_REFUSED_TASK, /* a task gate's TSS, or a segment of the task that it describes */
	CPU_REFUSED_CODE_NULL,
	CPU_REFUSED_CODE_LIMIT, /* beyond the GDT or LDT */
	CPU_REFUSED_CODE_UNREADABLE,
	CPU_REFUSED_CODE_TYPE, /* no code segment */
	CPU_REFUSED_CODE_DPL,
	CPU_REFUSED_CODE_ABSENT,
	CPU_REFUSED_CODE_NOT_64, /* long mode takes L=1, D=0 only */
	CPU_REFUSED_CODE_OFFSET, /* the gate's offset: beyond the segment, or not canonical */
	CPU_REFUSED_CODE_V86,    /* from virtual-8086 mode: not to a segment of ring 0 */
	CPU_REFUSED_TSS_LIMIT,   /* the stack's slot lies beyond the TSS */
	CPU_REFUSED_TSS_UNREADABLE,
	CPU_REFUSED_STACK_NULL,
	CPU_REFUSED_STACK_UNREADABLE, /* the descriptor of the stack segment */
	CPU_REFUSED_STACK_SEGMENT,    /* no writable data segment of that ring */
	CPU_REFUSED_STACK_ABSENT,
	CPU_REFUSED_STACK_LIMIT, /* the frame does not fit the stack segment */
	CPU_REFUSED_STACK_UNWRITABLE
};

/* Where the handler's stack pointer comes from. */
enum cpu_stack_source {
	CPU_STACK_CURRENT,
	CPU_STACK_RING, /* of the TSS: SSn:ESPn or RSPn, stack_n is the ring */
	CPU_STACK_IST   /* of the TSS, stack_n is 1..7 */
};

enum { CPU_MAX_NESTING = 4, CPU_GATE_BYTES = 16 };

/* One delivery that failed. Plain data. */
struct cpu_failed_delivery {
	struct irq_event event; /* what was to be delivered */
	enum cpu_refusal why;
	unsigned cpl;
	uint64_t gate_at;             /* linear address of the IDT or IVT entry */
	unsigned gate_size;           /* bytes of an entry in this mode: 4, 8, 16 */
	bool gate_read;               /* `gate` holds it */
	uint8_t gate[CPU_GATE_BYTES]; /* as it lies in memory */
	uint16_t selector;            /* of the handler's code or the stack's segment */
	bool descriptor_read;
	uint64_t descriptor;
	enum cpu_stack_source stack;
	unsigned stack_n;
	uint64_t stack_slot;    /* linear address in the TSS that its pointer comes from */
	uint64_t stack_pointer; /* where the frame was to go, as far as it is known */
	/* The access that faulted, for the "unreadable" and "unwritable" ones. */
	uint64_t address;
	bool noncanonical;
	uint32_t page_error; /* #PF code */
	uint8_t raised;      /* the exception that this failure is */
	uint8_t became;      /* what was tried next: that, or #DF; 255: nothing, triple fault */
};

/* A block of instructions that was entered. */
struct cpu_block {
	uint64_t linear;
	uint32_t size; /* bytes */
	uint32_t instructions;
	uint32_t ns; /* what it costs, without the charges of device accesses */
};

struct cpu_block_observer {
	void (*block)(void *ctx, const struct cpu_block *block); /* must not touch the machine */
	void *ctx;
};

/* Where the CPU stands with its interrupts. IF is in RFLAGS. */
struct cpu_interrupt_state {
	bool halted;      /* in HLT */
	bool intr;        /* level of INTR */
	bool nmi;         /* an NMI is pending */
	bool nmi_blocked; /* until IRET */
};

enum { CPU_N_DEBUG_REGS = 8 };

/* Create; NULL with *error set (static or owned by the CPU library) when the engine is too old,
 * fails its known-answer test, or a feature name is unknown. */
struct cpu *cpu_new(const struct cpu_config *config, const char **error);
/* Of a dead engine the memory is kept: nobody knows what it left halfway. */
void cpu_free(struct cpu *cpu);
/* For a program that owns its signals, once: a SIGSEGV, SIGBUS, SIGFPE or SIGILL while the engine
 * runs on the same thread is a CPU_STOP_INTERNAL. Others go to the handler that was there before.
 * Without this all go there. False: the system refuses. */
bool cpu_catch_engine_faults(void);

/* Power-on state: real mode, CS:IP = F000:FFF0, as the SDM Vol. 3A table 10-1 gives it. */
void cpu_reset(struct cpu *cpu);
/* All registers as software sees them, and setting them (hidden state follows: mode, CPL, ...).
 * cpu_set_regs() refuses nothing: a loader sets up any start state with it. */
void cpu_get_regs(struct cpu *cpu, struct cpu_regs *regs);
void cpu_set_regs(struct cpu *cpu, const struct cpu_regs *regs);

/* WRMSR as firmware would do it before an operating system starts. False: no such register here, or
 * a value it does not take. */
bool cpu_msr_write(struct cpu *cpu, uint32_t msr, uint64_t value);

/* Run until virtual time `until_ns` or another reason. External interrupts, deadlines and stop
 * requests are seen between blocks of instructions. */
enum cpu_stop cpu_run(struct cpu *cpu, uint64_t until_ns);
/* Between two runs: let virtual time pass in which no instruction retires. */
void cpu_let_pass(struct cpu *cpu, uint64_t ns);
/* Ask cpu_run() to return at the next block boundary; callable from device callbacks. */
void cpu_request_stop(struct cpu *cpu);
/* Let cpu_run() return at its next look: within microseconds, whatever the guest does, and at once
 * if it is not running. Callable at any time from a signal handler or another thread. Where the
 * guest then stands depends on the host; the run may go on from there. */
void cpu_preempt(struct cpu *cpu);
/* A sentence about the last stop: what failed where. Never NULL. Owned by the CPU. */
const char *cpu_stop_detail(const struct cpu *cpu);

/* Pins driven by the machine; callable from device callbacks. */
void cpu_set_intr(struct cpu *cpu, bool level);
void cpu_set_nmi(struct cpu *cpu); /* an edge */
void cpu_set_a20(struct cpu *cpu, bool enabled);
bool cpu_a20(const struct cpu *cpu);

/* Does CPUID tell of this feature, by the name that cpu_config.features knows? */
bool cpu_has_feature(const struct cpu *cpu, const char *name);
/* CPUID leaf 1: EAX and EDX. */
void cpu_signature(const struct cpu *cpu, uint32_t *eax, uint32_t *edx);
/* When the time stamp counter reaches this value: virtual ns, now if it has, CLOCK_NEVER if that is
 * beyond the end of time. */
uint64_t cpu_tsc_time(const struct cpu *cpu, uint64_t tsc);

/* The current guest pc (linear address); inside an MMIO callback it may be the block's start. */
uint64_t cpu_pc(struct cpu *cpu);
const struct cpu_stats *cpu_stats(const struct cpu *cpu);
/* Read guest memory at a linear address without side effects (no faults, no A/D bits): for
 * disassembly and backtraces. Returns the bytes copied before the first unmapped page. */
size_t cpu_peek(struct cpu *cpu, uint64_t linear, void *buf, size_t len);

/* Feed everything that makes up the CPU's state to fn (for the digest), and copy it whole into
 * another CPU of the same configuration (snapshot; `from` is not changed). */
void cpu_visit_state(struct cpu *cpu, void (*fn)(void *ctx, const void *data, size_t len),
		     void *ctx);
void cpu_copy_state(struct cpu *to, struct cpu *from);

/* The last exceptions and interrupts taken, oldest first; returns how many (<= max). */
size_t cpu_last_events(const struct cpu *cpu, struct irq_event *events, size_t max);

/* The deliveries of the last chain that failed, in their order (the fault, what came of it, ...);
 * returns how many (<= max). The chain stays until another one fails. */
size_t cpu_failed_deliveries(const struct cpu *cpu, struct cpu_failed_delivery *failed, size_t max);
/* What the page tables say about an access, without side effects. */
struct page_explanation cpu_explain(struct cpu *cpu, uint64_t linear, enum page_access access,
				    bool user);
struct cpu_interrupt_state cpu_interrupt_state(struct cpu *cpu);
/* DR0..DR7. */
void cpu_get_debug_regs(struct cpu *cpu, uint64_t dr[CPU_N_DEBUG_REGS]);
/* From now on tell the observer of every block; NULL: no more. The run is the same, only slower;
 * without one nothing is paid. Callable while the CPU runs. */
void cpu_observe_blocks(struct cpu *cpu, const struct cpu_block_observer *observer);

/* Version of the linked engine, "2.1.4", and the version test result. */
const char *cpu_engine_version(void);

#endif
