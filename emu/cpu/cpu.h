/* SPDX-License-Identifier: MIT */
/* One x86 CPU: from 16-bit real mode to long mode, with exceptions, interrupts, paging, MSRs,
 * CPUID and virtual time. It hides the engine; no other header of emu/cpu is needed outside. */
#ifndef EMU_CPU_CPU_H
#define EMU_CPU_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"

struct bus;
struct clock;
struct cpu;
struct hub;
struct mem;

/* Why cpu_run() came back. */
enum cpu_stop {
	CPU_STOP_TIME,      /* the time given was reached */
	CPU_STOP_REQUESTED, /* cpu_request_stop() */
	CPU_STOP_HALTED,    /* HLT with interrupts off, or with no deadline left to wake it */
	CPU_STOP_TRIPLE_FAULT,
	CPU_STOP_BAD_FETCH, /* jumped to a physical address where there is no memory */
	CPU_STOP_INTERNAL   /* the engine failed; cpu_stop_detail() says how: our fault */
};

/* Virtual time charged, in ns, on top of one per instruction. */
enum cpu_charge {
	CPU_CHARGE_PORT = 1000,
	CPU_CHARGE_MMIO = 100,
	CPU_CHARGE_RDTSC = 1000,
	CPU_CHARGE_PAUSE = 100
};

enum { CPU_TSC_HZ = 1000000000 }; /* the time stamp counter counts virtual nanoseconds */

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

/* The outside of the CPU: interrupt controller and package pins. */
struct cpu_pins {
	/* Acknowledge the pending external interrupt: returns its vector, or -1 if it went away.
	 * Called when the INTR level is high and the CPU accepts it. */
	int (*intr_ack)(void *ctx);
	/* MSRs outside the CPU core (IA32_APIC_BASE, x2APIC, TSC deadline): false: #GP(0). */
	bool (*msr_read)(void *ctx, uint32_t msr, uint64_t *value);
	bool (*msr_write)(void *ctx, uint32_t msr, uint64_t value);
	/* Software wrote the time stamp counter: what waits for one of its values waits for another
	 * time; may be NULL. */
	void (*tsc_written)(void *ctx);
	/* CR8: the task priority class (0..15) of the local APIC; may be NULL, then it reads 0. */
	uint8_t (*cr8_read)(void *ctx);
	void (*cr8_write)(void *ctx, uint8_t value);
	void *ctx;
};

struct cpu_config {
	struct mem *mem;
	struct bus *bus;
	struct clock *clock;
	struct hub *hub;
	struct cpu_pins pins;
	const char *features; /* "+x,-y" on top of the default CPUID, or NULL */
	bool step;            /* stop and restart before every instruction: slow, same digest */
};

struct cpu_stats {
	uint64_t instructions, blocks;
	uint64_t interrupts[256]; /* external, by vector */
	uint64_t exceptions[32];  /* delivered faults, traps and aborts, by vector */
	uint64_t software_interrupts, tlb_fills, tlb_flushes, engine_starts;
};

/* Create; NULL with *error set (static or owned by the CPU library) when the engine is too old,
 * fails its known-answer test, or a feature name is unknown. */
struct cpu *cpu_new(const struct cpu_config *config, const char **error);
void cpu_free(struct cpu *cpu);

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
/* A sentence about the last stop: what failed where. Never NULL. Owned by the CPU. */
const char *cpu_stop_detail(const struct cpu *cpu);

/* Pins driven by the machine; callable from device callbacks. */
void cpu_set_intr(struct cpu *cpu, bool level);
void cpu_set_nmi(struct cpu *cpu); /* an edge */
void cpu_set_a20(struct cpu *cpu, bool enabled);
bool cpu_a20(const struct cpu *cpu);

/* Does CPUID tell of this feature, by the name that cpu_config.features knows? */
bool cpu_has_feature(const struct cpu *cpu, const char *name);
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

/* Version of the linked engine, "2.1.4", and the version test result. */
const char *cpu_engine_version(void);

#endif
