/* SPDX-License-Identifier: MIT */
/* A processor as the board sees it: the emulated CPU, or the host that runs native drivers. */
#ifndef EMU_PROCESSOR_H
#define EMU_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time charged, in ns. Emulated code also pays 1 ns per instruction. */
enum cpu_charge {
	CPU_CHARGE_PORT = 1000,
	CPU_CHARGE_MMIO = 100,
	CPU_CHARGE_RDTSC = 1000,
	CPU_CHARGE_PAUSE = 100,
	CPU_CHARGE_MODE = 100, /* MOV to CR0 or CR4, which serialise and may flush the TLB */
	/* An exception after another without an instruction in between, as when a handler itself
	 * faults at once. Without this charge such a loop would stop time. */
	CPU_CHARGE_REPEATED_FAULT = 1000
};

enum { CPU_TSC_HZ = 1000000000 }; /* the time stamp counter counts virtual nanoseconds */

/* Why a run ended. */
enum cpu_stop {
	CPU_STOP_TIME,      /* the given time was reached */
	CPU_STOP_REQUESTED, /* request_stop() */
	CPU_STOP_PREEMPTED, /* preempt() */
	CPU_STOP_HALTED,    /* HLT with interrupts off, or with no deadline left to wake it */
	CPU_STOP_TRIPLE_FAULT,
	CPU_STOP_BAD_FETCH, /* jumped to a physical address without memory */
	CPU_STOP_UNWRITTEN, /* executed RAM that nothing has written */
	/* The engine failed, which is a fault of bimetal; stop_detail() says how. If it gave up
	 * completely (an assertion, abort(), a fault of the host), it is dead: run() returns
	 * this again and does nothing, and the registers stay as the engine last stored them. Other
	 * CPUs go on. */
	CPU_STOP_INTERNAL
};

/* A block of instructions that the CPU entered. */
struct cpu_block {
	uint64_t linear;
	uint32_t size; /* bytes */
	uint32_t instructions;
	uint32_t ns; /* its time, without the charges for device accesses */
};

struct cpu_block_observer {
	void (*block)(void *ctx, const struct cpu_block *block); /* must not touch the machine */
	void *ctx;
};

/* Of an x86: emu/x86/registers.h, execution.h, delivery.h, walk.h. */
struct cpu_regs;
struct cpu_stats;
struct cpu_interrupt_state;
struct cpu_failed_delivery;
struct page_explanation;
struct irq_event;  /* emu/observe.h */
struct piece_sink; /* emu/pieces.h */

/* Operations that a machine calls on its processor. None is NULL but where it says so. */
struct processor_ops {
	/* Level of the interrupt request pin, from the local APIC. */
	void (*set_intr)(void *ctx, bool level);
	/* A non-maskable interrupt (edge). */
	void (*set_nmi)(void *ctx);
	/* Enable address line 20, or hold it low. */
	void (*set_a20)(void *ctx, bool enabled);
	/* Return to the caller of the run, as soon as the model that requests it allows. */
	void (*request_stop)(void *ctx);
	/* The virtual time (ns) at which the time stamp counter reaches this value: now if it
	 * already has; CLOCK_NEVER if it never will. */
	uint64_t (*tsc_time)(void *ctx, uint64_t tsc);
	/* Does it have this feature ("x2apic", "tsc-deadline")? */
	bool (*has_feature)(void *ctx, const char *name);
	/* CPUID leaf 1, EAX and EDX: signature and features, which firmware copies into its tables.
	 */
	void (*signature)(void *ctx, uint32_t *eax, uint32_t *edx);
	/* Write an MSR, as firmware does before the guest starts. False: no such MSR, or it refuses
	 * the value. */
	bool (*write_msr)(void *ctx, uint32_t msr, uint64_t value);
	/* The program counter, for reports: a guest address, or one of the host. */
	uint64_t (*pc)(void *ctx);
	/* Restore the power-on state; connections stay. */
	void (*reset)(void *ctx);
	/* Pass all state to `fn`, for the digest; copy the state of another processor of the same
	 * configuration. */
	void (*visit_state)(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			    void *fn_ctx);
	void (*copy_state)(void *ctx, void *from_ctx);
	/* For marks: keep all state outside memory and devices (NULL: no memory), and go back to it
	 * (false: the processor cannot run any more, or no memory; then its state is undefined).
	 * After a mark of memory, marked() tells memory which pages are written without asking;
	 * restore() does too, and is called last. */
	void *(*mark)(void *ctx);
	void (*marked)(void *ctx, const void *mark);
	bool (*restore)(void *ctx, const void *mark);
	void (*mark_free)(void *mark);
	/* The same state as named pieces, for a file: save the present one; load one piece of it,
	 * after memory, in the order in which they were saved (false: there is no such piece, it is
	 * damaged, or no memory). NULL in the host. */
	bool (*save)(void *ctx, const struct piece_sink *to);
	bool (*load)(void *ctx, const char *name, const void *data, size_t size);
	void (*free)(void *ctx);
	/* The following are NULL in the host, which executes no guest's instructions, but for
	 * interrupt_state. */
	/* Run until virtual time `until_ns` or another reason to stop. External interrupts,
	 * deadlines and stop requests are handled between blocks of instructions. */
	enum cpu_stop (*run)(void *ctx, uint64_t until_ns);
	/* Make run() return within microseconds, whatever the guest does; if it is not running, the
	 * next one returns at once. May be called at any time, from a signal handler or another
	 * thread. Where the guest stops depends on the host. The run can be continued. */
	void (*preempt)(void *ctx);
	/* A sentence about the last stop: what failed and where. Never NULL. Owned by the
	 * processor. */
	const char *(*stop_detail)(const void *ctx);
	/* Let virtual time pass (ns) between two runs, without executing instructions. */
	void (*let_pass)(void *ctx, uint64_t ns);
	/* The counts since the processor was made. */
	void (*stats)(const void *ctx, struct cpu_stats *stats);
	/* Read guest memory at a linear address without side effects, for disassembly and
	 * backtraces. Returns the number of bytes before the first unmapped page. */
	size_t (*peek)(void *ctx, uint64_t linear, void *buf, size_t len);
	/* The last exceptions and interrupts taken, oldest first. Returns their number (<= max). */
	size_t (*last_events)(const void *ctx, struct irq_event *events, size_t max);
	/* Call the observer for every block from now on; NULL: stop. The run stays the same but is
	 * slower. May be called while the processor runs. */
	void (*observe_blocks)(void *ctx, const struct cpu_block_observer *observer);
	/* Of an x86: */
	/* Read or set all registers that software can name; and read DR0..DR7. Any values may be
	 * set: loaders make start states with it. */
	void (*get_regs)(void *ctx, struct cpu_regs *regs);
	void (*set_regs)(void *ctx, const struct cpu_regs *regs);
	void (*debug_regs)(void *ctx, uint64_t *dr);
	/* Between two runs, as a guest's instructions would: read an MSR (false: there is none);
	 * write DR0 to DR3, DR6 or DR7 (bits 32 to 63 of the last two are 0); read and write MXCSR.
	 */
	bool (*read_msr)(void *ctx, uint32_t msr, uint64_t *value);
	void (*set_debug_reg)(void *ctx, unsigned n, uint64_t value);
	uint32_t (*mxcsr)(void *ctx);
	void (*set_mxcsr)(void *ctx, uint32_t value);
	/* Forget what is cached about the page of this linear address, as INVLPG does; or about
	 * all, global pages too. */
	void (*invalidate)(void *ctx, uint64_t linear);
	void (*invalidate_all)(void *ctx);
	/* Is address line 20 enabled? */
	bool (*a20)(void *ctx);
	void (*interrupt_state)(void *ctx, struct cpu_interrupt_state *state);
	/* What the page tables say about an access (enum page_access), without side effects. */
	void (*explain)(void *ctx, uint64_t linear, unsigned access, bool user,
			struct page_explanation *explanation);
	/* The failed deliveries of the last such chain, in order: the fault, what it led to, and so
	 * on. Returns their number (<= max). Kept until another delivery fails. */
	size_t (*failed_deliveries)(const void *ctx, struct cpu_failed_delivery *failed,
				    size_t max);
};

struct processor {
	const struct processor_ops *ops; /* NULL: there is no processor */
	void *ctx;
};

static inline uint64_t processor_pc(const struct processor *p) { return p->ops->pc(p->ctx); }

static inline void processor_get_regs(const struct processor *p, struct cpu_regs *regs)
{
	p->ops->get_regs(p->ctx, regs);
}

static inline void processor_set_regs(const struct processor *p, const struct cpu_regs *regs)
{
	p->ops->set_regs(p->ctx, regs);
}

static inline void processor_stats(const struct processor *p, struct cpu_stats *stats)
{
	p->ops->stats(p->ctx, stats);
}

static inline const char *processor_stop_detail(const struct processor *p)
{
	return p->ops->stop_detail(p->ctx);
}

static inline void processor_interrupt_state(const struct processor *p,
					     struct cpu_interrupt_state *state)
{
	p->ops->interrupt_state(p->ctx, state);
}

static inline void processor_observe_blocks(const struct processor *p,
					    const struct cpu_block_observer *observer)
{
	p->ops->observe_blocks(p->ctx, observer);
}

#endif
