/* SPDX-License-Identifier: MIT */
/* One x86 CPU: 16-bit real mode to long mode, with exceptions, interrupts, paging, MSRs, CPUID and
 * virtual time. It hides the engine. Code outside emu/unicorn needs only this header of the folder.
 */
#ifndef EMU_UNICORN_X86_CPU_H
#define EMU_UNICORN_X86_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"
#include "emu/processor.h"
#include "emu/x86/delivery.h"
#include "emu/x86/execution.h"
#include "emu/x86/pins.h"
#include "emu/x86/registers.h"
#include "emu/x86/tlb_policy.h"
#include "emu/x86/walk.h"

struct bus;
struct clock;
struct cpu;
struct hub;
struct mem;

enum { CPU_ERROR_SIZE = 1024 };

struct cpu_config {
	struct mem *mem;
	struct bus *bus;
	struct clock *clock;
	struct hub *hub;
	struct x86_pins pins;
	const char *features;  /* for cpuid_parse(): "amd,+x,-y", or NULL */
	bool unknown_msr_zero; /* an unknown MSR reads 0 and ignores writes; otherwise #GP */
	bool step; /* stop and restart before every instruction: slow, the same digest */
	struct tlb_policy tlb;
	/* Does the memory map that the guest gets have usable memory at this physical page? NULL:
	 * it is not known. */
	bool (*usable_memory)(void *ctx, uint64_t pa);
	void *usable_memory_ctx;
};

/* Make a CPU. NULL: the engine is too old or fails its known-answer test, the host has no memory,
 * or a feature name is unknown. Then error, of `size` bytes, says which; a longer text is cut, and
 * CPU_ERROR_SIZE is enough. */
struct cpu *cpu_new(const struct cpu_config *config, char *error, size_t size);
/* Free a CPU. The memory of a dead engine is not freed, because its state is inconsistent. */
void cpu_free(struct cpu *cpu);
/* Call once, in a program that owns its signals. Then a SIGSEGV, SIGBUS, SIGFPE or SIGILL while the
 * engine runs on the same thread ends the run with CPU_STOP_INTERNAL. All others go to the previous
 * handler. False: the system call failed. */
bool cpu_catch_engine_faults(void);

/* Restore the power-on state: real mode, CS:IP = F000:FFF0 (SDM Vol. 3A table 10-1). */
void cpu_reset(struct cpu *cpu);
/* Read or set all registers that software can name. Setting also updates hidden state (mode, CPL,
 * ...). cpu_set_regs() accepts any values: loaders use it to make start states. */
void cpu_get_regs(struct cpu *cpu, struct cpu_regs *regs);
void cpu_set_regs(struct cpu *cpu, const struct cpu_regs *regs);

/* Write an MSR, as firmware does before an operating system starts. False: no such MSR, or it
 * refuses the value. */
bool cpu_msr_write(struct cpu *cpu, uint32_t msr, uint64_t value);

/* Between two runs, as struct processor_ops says (outside.c). */
bool cpu_msr_read(struct cpu *cpu, uint32_t msr, uint64_t *value);
void cpu_set_debug_reg(struct cpu *cpu, unsigned n, uint64_t value);
uint32_t cpu_mxcsr(struct cpu *cpu);
void cpu_set_mxcsr(struct cpu *cpu, uint32_t value);
void cpu_invalidate(struct cpu *cpu, uint64_t linear);
void cpu_invalidate_all(struct cpu *cpu);

/* Keep the whole state, and go back to it, for marks: struct processor_ops has the rules. mark.c */
struct cpu_mark;
struct cpu_mark *cpu_mark(struct cpu *cpu);
void cpu_marked(struct cpu *cpu, const struct cpu_mark *mark);
bool cpu_restore(struct cpu *cpu, const struct cpu_mark *mark);
void cpu_mark_free(struct cpu_mark *mark);
/* The state as named pieces, for another process: pieces.c */
struct piece_sink;
bool cpu_save(struct cpu *cpu, const struct piece_sink *to);
bool cpu_load(struct cpu *cpu, const char *name, const void *data, size_t size);

/* Run until virtual time `until_ns` or another reason to stop. External interrupts, deadlines and
 * stop requests are handled between blocks of instructions. */
enum cpu_stop cpu_run(struct cpu *cpu, uint64_t until_ns);
/* Between two runs: let virtual time pass without executing instructions. */
void cpu_let_pass(struct cpu *cpu, uint64_t ns);
/* Make cpu_run() return at the next block boundary. May be called from device callbacks. */
void cpu_request_stop(struct cpu *cpu);
/* Make cpu_run() return within microseconds, whatever the guest does; if it is not running, the
 * next one returns at once. May be called at any time, from a signal handler or another thread.
 * Where the guest stops depends on the host. The run can be continued. */
void cpu_preempt(struct cpu *cpu);
/* A sentence about the last stop: what failed and where. Never NULL. Owned by the CPU. */
const char *cpu_stop_detail(const struct cpu *cpu);

/* Input pins. May be called from device callbacks. */
void cpu_set_intr(struct cpu *cpu, bool level);
void cpu_set_nmi(struct cpu *cpu); /* an edge */
void cpu_set_a20(struct cpu *cpu, bool enabled);
bool cpu_a20(const struct cpu *cpu);

/* Does CPUID report this feature? Names are those of cpu_config.features. */
bool cpu_has_feature(const struct cpu *cpu, const char *name);
/* CPUID leaf 1: EAX and EDX. */
void cpu_signature(const struct cpu *cpu, uint32_t *eax, uint32_t *edx);
/* The virtual time (ns) at which the time stamp counter reaches this value: now if it already has;
 * CLOCK_NEVER if it never will. */
uint64_t cpu_tsc_time(const struct cpu *cpu, uint64_t tsc);

/* The guest's program counter, as a linear address. Inside a device callback: that of the
 * instruction that makes the access. */
uint64_t cpu_pc(struct cpu *cpu);
/* The counts since the CPU was made. */
struct cpu_stats cpu_stats(const struct cpu *cpu);
/* Read guest memory at a linear address without side effects (no faults, no A/D bits), for
 * disassembly and backtraces. Returns the number of bytes before the first unmapped page. */
size_t cpu_peek(struct cpu *cpu, uint64_t linear, void *buf, size_t len);

/* Pass all state of the CPU to fn, for the digest; or copy it to another CPU of the same
 * configuration (a snapshot; `from` is not changed). */
void cpu_visit_state(struct cpu *cpu, void (*fn)(void *ctx, const void *data, size_t len),
		     void *ctx);
void cpu_copy_state(struct cpu *to, struct cpu *from);

/* The last exceptions and interrupts taken, oldest first. Returns their number (<= max). */
size_t cpu_last_events(const struct cpu *cpu, struct irq_event *events, size_t max);

/* The failed deliveries of the last such chain, in order: the fault, what it led to, and so on.
 * Returns their number (<= max). Kept until another delivery fails. */
size_t cpu_failed_deliveries(const struct cpu *cpu, struct cpu_failed_delivery *failed, size_t max);
/* What the page tables say about an access, without side effects. */
struct page_explanation cpu_explain(struct cpu *cpu, uint64_t linear, enum page_access access,
				    bool user);
struct cpu_interrupt_state cpu_interrupt_state(struct cpu *cpu);
/* DR0..DR7. */
void cpu_get_debug_regs(struct cpu *cpu, uint64_t dr[CPU_N_DEBUG_REGS]);
/* Call the observer for every block from now on; NULL: stop. The run stays the same but is slower.
 * Without an observer there is no cost. May be called while the CPU runs. */
void cpu_observe_blocks(struct cpu *cpu, const struct cpu_block_observer *observer);

/* The CPU as the processor of a machine, which frees it. */
struct processor cpu_processor(struct cpu *cpu);

/* The version of the linked engine, for example "2.1.4". Static. */
const char *cpu_engine_version(void);

#endif
