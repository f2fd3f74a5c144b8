/* SPDX-License-Identifier: MIT */
/* One x86 CPU: from 16-bit real mode to long mode, with exceptions, interrupts, paging, MSRs,
 * CPUID and virtual time. It hides the engine; no other header of emu/unicorn is needed outside. */
#ifndef EMU_UNICORN_X86_CPU_H
#define EMU_UNICORN_X86_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"
#include "emu/processor.h"
#include "emu/x86/delivery.h"
#include "emu/x86/execution.h"
#include "emu/x86/registers.h"
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
	struct cpu_pins pins;
	const char *features;  /* as cpuid_parse() takes them: "amd,+x,-y", or NULL */
	bool unknown_msr_zero; /* an MSR that is not there reads 0 and takes writes; else #GP */
	bool step;             /* stop and restart before every instruction: slow, same digest */
};

/* Make one. NULL: the engine is too old or fails its known-answer test, the host has no memory, or
 * a feature name is unknown; error, of `size` bytes, then says which (cut to fit; CPU_ERROR_SIZE is
 * enough). */
struct cpu *cpu_new(const struct cpu_config *config, char *error, size_t size);
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
/* What it did since it was made, as of now. */
struct cpu_stats cpu_stats(const struct cpu *cpu);
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
